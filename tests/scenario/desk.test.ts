import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLedger, type TestLedger } from '../harness.ts';
import { AMBIGUOUS, REQUESTS, type RequestName } from './desk.ts';
import { DESK_CLOCK, type ToldDesk, tellDesk } from './desk-telling.ts';

/**
 * What the ledger must answer about the summer of the harbour, worked out by hand from DESIGN §3: standings and flags on both
 * clocks, gaps, lists, relations, requests, predictions, quotes and the dossiers of topics. Records and assessments are in
 * desk-record.test.ts, the merge in desk-merge.test.ts.
 */

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
type Json = any;

let ledger: TestLedger;
let told: ToldDesk;

beforeAll(async () => {
  ledger = await openLedger({ start: DESK_CLOCK.june });
  told = await tellDesk(ledger);
});
afterAll(() => ledger.close());

/**
 * The instants at which every claim is asked about. `now` is 10 August by the service’s clock. What was said by 10 June and by
 * 5 July is answered with all that we know now. By `knownAt` alone the time is the recorded one, which is real time and so long
 * after the summer: every horizon that has an end is past then.
 */
const INSTANTS = ['now', 'said by 10 June', 'said by 5 July', 'known in June', 'known in July'] as const;
type Instant = (typeof INSTANTS)[number];

function clocksOf(instant: Instant): string {
  return {
    now: '',
    'said by 10 June': 'asOf=2025-06-10',
    'said by 5 July': 'asOf=2025-07-05',
    'known in June': `knownAt=${encodeURIComponent(told.knownAt.june)}`,
    'known in July': `knownAt=${encodeURIComponent(told.knownAt.july)}`,
  }[instant];
}

/** Of a claim: its standing and then its flags, in a line for each instant, in the order of INSTANTS. */
interface Expected {
  readonly why: string;
  readonly at: readonly [now: string, june10: string, july5: string, knownInJune: string, knownInJuly: string];
  /** The gaps of its dossier now. */
  readonly gaps: readonly string[];
}

const CLAIMS: Readonly<Record<string, Expected>> = {
  leak: {
    why: 'the officials are unnamed; the ambassador speaks for Tarsk, whom it is about; water is no longer called clean',
    // The quote is `moved`, not lost. It was told as a contradiction of `clean-water`, for which the ports authority stood until
    // 2 July: from then on there is no origin for that, and nothing to contradict. In June nobody had recorded that.
    at: [
      'contested anonymous_only',
      'contested anonymous_only contradicted',
      'contested anonymous_only',
      'contested anonymous_only contradicted',
      'contested anonymous_only',
    ],
    // The Courier and the unseen wire that it cites are in English. Contested, so not `single_origin`; asked and answered.
    gaps: ['single_origin', 'unnamed_only', 'one_language'],
  },
  'oil-spill': {
    why: 'nobody asked Tarsk before 11 June, 09:00; the request was recorded in July',
    at: [
      'single_origin unarchived',
      'single_origin uncontacted unarchived',
      'single_origin unarchived',
      'single_origin uncontacted unarchived',
      'single_origin unarchived',
    ],
    // Its request has been overdue since 13 June.
    gaps: ['single_origin', 'request_overdue', 'no_archived_copy', 'one_language'],
  },
  cleanup: {
    why: 'it depends on a claim that is merely contested: not undermined; Velmara was asked through its spokeswoman on 9 June',
    at: [
      'single_origin no_quote unarchived',
      'single_origin no_quote unarchived',
      'single_origin no_quote unarchived',
      'single_origin uncontacted no_quote unarchived',
      'single_origin no_quote unarchived',
    ],
    // The request has lapsed: it is overdue no more.
    gaps: ['single_origin', 'no_quote', 'no_archived_copy', 'one_language'],
  },
  'clean-water': {
    why: 'the contradiction told from the other side: the leak always has an origin for; the authority denies its own word',
    // The copy in the archive was recorded in July; the misheard ministry was, in June, of the same government: one origin.
    at: [
      'denied contradicted',
      'single_origin contradicted',
      'denied contradicted',
      'single_origin unarchived contradicted',
      'denied contradicted',
    ],
    // French and English reports; quoted; archived; denied.
    gaps: [],
  },
  sale: {
    why: 'about two governments: one denies through its part, the other was asked through its ambassador on 12 June',
    at: [
      'denied unarchived',
      'denied uncontacted unarchived',
      'denied unarchived',
      'denied uncontacted unarchived',
      'denied unarchived',
    ],
    // The request has no deadline: it is open, never overdue.
    gaps: ['no_archived_copy', 'one_language'],
  },
  rent: {
    why: 'to ask the government is not to ask its part; it depends on a claim that is denied, as was confirmed in July',
    // A judgement of ours holds at every `asOf`, and the sale was denied on 3 June already.
    at: [
      'single_origin uncontacted no_quote unarchived undermined',
      'single_origin uncontacted no_quote unarchived undermined',
      'single_origin uncontacted no_quote unarchived undermined',
      'single_origin uncontacted no_quote unarchived',
      'single_origin uncontacted no_quote unarchived undermined',
    ],
    gaps: ['single_origin', 'nobody_asked', 'request_overdue', 'no_quote', 'no_archived_copy', 'one_language'],
  },
  tunnel: {
    why: 'retracted on 28 June: nothing is live, so nothing lacks a quote or a copy; the ministry was never asked',
    // Before that it lay in the Lantern’s report, too, which has a copy in the archive.
    at: [
      'unattributed uncontacted',
      'single_origin anonymous_only uncontacted no_quote',
      'unattributed uncontacted',
      'single_origin anonymous_only uncontacted no_quote',
      'unattributed uncontacted',
    ],
    gaps: ['nobody_asked'],
  },
  blasting: {
    why: 'it depends on a claim that its outlet retracted, from 28 June on; the admiral speaks for the ministry it is about',
    at: [
      'single_origin undermined',
      'single_origin',
      'single_origin undermined',
      'single_origin',
      'single_origin undermined',
    ],
    // The ministry answered, late. The Lantern in French, the Post in English.
    gaps: ['single_origin'],
  },
  bonus: {
    why: 'he took it back on 24 June; his quote was corrected out of a report that still stands: lost at every `asOf`',
    at: [
      'unattributed uncontacted quote_lost unarchived',
      'single_origin uncontacted quote_lost unarchived',
      'unattributed uncontacted quote_lost unarchived',
      'single_origin uncontacted unarchived',
      'unattributed uncontacted quote_lost unarchived',
    ],
    gaps: ['nobody_asked', 'quote_lost', 'no_archived_copy', 'one_language'],
  },
  'tax-case': {
    why: 'the Courier, whom it is about, only relays; it depends on a claim whose source took it back on 24 June',
    at: [
      'single_origin uncontacted no_quote unarchived undermined',
      'single_origin uncontacted no_quote unarchived',
      'single_origin uncontacted no_quote unarchived undermined',
      'single_origin uncontacted no_quote unarchived',
      'single_origin uncontacted no_quote unarchived undermined',
    ],
    // Its request was due on 5 August.
    gaps: ['single_origin', 'nobody_asked', 'request_overdue', 'no_quote', 'no_archived_copy', 'one_language'],
  },
  opening: {
    why: 'it did not come true, as was recorded in July: until then it is overdue by the recorded clock',
    at: ['contested', 'contested', 'contested', 'contested overdue', 'contested'],
    // Two origins for, two against; quoted; archived; French and English; the evidence is what the Courier said.
    gaps: [],
  },
  festival: {
    why: 'a vague horizon (2025-07~) ends with its month; it depends on the opening, which did not come about on 1 July',
    at: [
      'single_origin no_quote overdue undermined',
      'single_origin no_quote',
      'single_origin no_quote undermined',
      'single_origin no_quote overdue',
      'single_origin no_quote overdue undermined',
    ],
    gaps: ['single_origin', 'no_quote', 'one_language', 'overdue'],
  },
  strike: {
    why: 'it came true on 3 July; to depend on what is undermined itself undermines nothing; the chair speaks for the union',
    at: [
      'contested no_quote',
      'contested no_quote',
      'contested no_quote',
      'contested no_quote overdue',
      'contested no_quote',
    ],
    gaps: ['single_origin', 'no_quote'],
  },
  visit: {
    why: 'void is never overdue; Tarsk and the institute are two origins; that it contradicts was suggested only',
    at: [
      'corroborated no_quote',
      'corroborated no_quote',
      'corroborated no_quote',
      'corroborated no_quote overdue',
      'corroborated no_quote',
    ],
    gaps: ['no_quote'],
  },
  ferry: {
    why: 'overdue since 16 June; what takes the place of the denial, a doubt, was said on 27 May as well',
    at: [
      'contested no_quote unarchived overdue',
      'contested no_quote unarchived',
      'contested no_quote unarchived overdue',
      'contested no_quote unarchived overdue',
      'contested no_quote unarchived overdue',
    ],
    gaps: ['single_origin', 'no_quote', 'no_archived_copy', 'one_language', 'overdue'],
  },
  dredged: {
    why: 'it fell due between July and August; it depends on a prediction that is void, not on one that did not come true',
    at: [
      'single_origin no_quote unarchived overdue',
      'single_origin no_quote unarchived',
      'single_origin no_quote unarchived',
      'single_origin no_quote unarchived overdue',
      'single_origin no_quote unarchived overdue',
    ],
    gaps: ['single_origin', 'no_quote', 'no_archived_copy', 'one_language', 'overdue'],
  },
  toll: {
    why: 'a horizon without an end is never past; its request was a mistake: known in July, deleted since, at every `asOf`',
    // That it depends on the denied sale was suggested, and rejected.
    at: [
      'single_origin uncontacted no_quote unarchived',
      'single_origin uncontacted no_quote unarchived',
      'single_origin uncontacted no_quote unarchived',
      'single_origin uncontacted no_quote unarchived',
      'single_origin no_quote unarchived',
    ],
    gaps: ['single_origin', 'nobody_asked', 'no_quote', 'no_archived_copy', 'one_language'],
  },
};

const ALL = Object.keys(CLAIMS);
const lineOf = ({ standing, flags }: Json) => [standing, ...flags].join(' ');
const expectedAt = (slug: string, instant: Instant) => CLAIMS[slug]?.at[INSTANTS.indexOf(instant)] ?? '';
const slugsOf = (things: readonly Json[]) => things.map(({ slug }) => slug).sort();

describe.each(Object.entries(CLAIMS))('%s', (slug, { why, gaps }) => {
  test.each(INSTANTS)(`%s: ${why}`, async (instant) => {
    const claim = await told.room.get(`/v1/claims/${slug}?${clocksOf(instant)}`);
    expect(lineOf(claim)).toBe(expectedAt(slug, instant));
    // The dossier tells of the same claim.
    expect((await told.room.get(`/v1/claims/${slug}/dossier?${clocksOf(instant)}`)).claim).toEqual(claim);
  });

  test('has the gaps that a careful editor would still close', async () => {
    const dossier = await told.room.get(`/v1/claims/${slug}/dossier`);
    expect(dossier.gaps.map(({ type }: Json) => type)).toEqual(gaps);
  });
});

describe('by the service’s clock', () => {
  // At the end of a chapter a claim is answered as it is by that chapter’s `knownAt`, but for what is overdue: on 20 June and on
  // 6 July only the ferry is, whose horizon was 15 June.
  test.each([
    ['june', 'known in June'],
    ['july', 'known in July'],
  ] as const)('in %s the ferry alone is overdue', (chapter, instant) => {
    const answered = [...told.claims[chapter]].map(([slug, claim]) => `${slug}: ${lineOf(claim)}`);
    const expected = ALL.map((slug) => {
      const line = expectedAt(slug, instant);
      return `${slug}: ${slug === 'ferry' ? line : line.replace(' overdue', '')}`;
    });
    expect(answered.sort()).toEqual(expected.sort());
  });

  test('in August what fell due in July is overdue, too', () => {
    const overdue = [...told.claims.august.values()].filter(({ flags }) => flags.includes('overdue'));
    expect(slugsOf(overdue)).toEqual(['dredged', 'ferry', 'festival']);
  });
});

describe('flag=', () => {
  const FLAGGED: Readonly<Record<string, readonly string[]>> = {
    anonymous_only: ['leak'],
    uncontacted: ['bonus', 'rent', 'tax-case', 'toll', 'tunnel'],
    no_quote: ['cleanup', 'dredged', 'ferry', 'festival', 'rent', 'strike', 'tax-case', 'toll', 'visit'],
    quote_lost: ['bonus'],
    unarchived: ['bonus', 'cleanup', 'dredged', 'ferry', 'oil-spill', 'rent', 'sale', 'tax-case', 'toll'],
    overdue: ['dredged', 'ferry', 'festival'],
    contradicted: ['clean-water'],
    undermined: ['blasting', 'festival', 'rent', 'tax-case'],
  };
  test.each(Object.entries(FLAGGED))('%s', async (flag, found) => {
    expect([...(await told.allClaims(`&flag=${flag}`)).keys()].sort()).toEqual(found);
  });

  test.each(Object.keys(FLAGGED).flatMap((flag) => INSTANTS.map((instant) => [flag, instant] as const)))(
    '%s, %s',
    async (flag, instant) => {
      const found = await told.allClaims(`&flag=${flag}&${clocksOf(instant)}`);
      // By `asOf` a list leaves out claims on which nothing that counts had been said: the retracted tunnel on 5 July.
      const silent = instant === 'said by 5 July' ? ['tunnel'] : [];
      const expected = ALL.filter((slug) => expectedAt(slug, instant).split(' ').includes(flag));
      expect([...found.keys()].sort()).toEqual(expected.filter((slug) => !silent.includes(slug)).sort());
    },
  );

  test('goes together with other filters', async () => {
    const found = async (query: string) => [...(await told.allClaims(query)).keys()].sort();
    expect(await found('&flag=undermined&topic=port-saline')).toEqual(['blasting', 'festival', 'rent']);
    expect(await found('&flag=overdue&standing=contested')).toEqual(['ferry']);
    expect(await found('&flag=uncontacted&kind=prediction')).toEqual(['toll']);
    expect(await found('&flag=contradicted&asOf=2025-06-10')).toEqual(['clean-water', 'leak']);
  });
});

describe('dueBefore', () => {
  type Row = [due: string, clocks: string, found: string[]];
  const rows: Row[] = [
    // Ends: ferry 16 June; opening 1 July; dredged, festival and strike 1 August; visit 1 September; toll never.
    ['2025-06', '', []],
    ['2025-06-15', '', []],
    ['2025-06-16', '', ['ferry']],
    ['2025-07', '', ['ferry']],
    ['2025-08', '', ['dredged', 'ferry', 'festival']],
    // The visit is void, the toll has no end.
    ['2030', '', ['dredged', 'ferry', 'festival']],
    // By 10 June no outcome was there.
    ['2025-07', 'asOf=2025-06-10', ['ferry', 'opening']],
    ['2025-08', 'asOf=2025-06-10', ['dredged', 'ferry', 'festival', 'opening', 'strike']],
    ['2025-09', 'asOf=2025-06-10', ['dredged', 'ferry', 'festival', 'opening', 'strike', 'visit']],
    ['2025-09', 'asOf=2025-07-05', ['dredged', 'ferry', 'festival']],
    // The opening was decided on 1 July, the visit on the 2nd, the strike on the 3rd.
    ['2025-09', 'asOf=2025-07-02T12:00:00Z', ['dredged', 'ferry', 'festival', 'strike']],
  ];
  test.each(rows)('%s %s', async (due, clocks, found) => {
    expect([...(await told.allClaims(`&dueBefore=${due}&${clocks}`)).keys()].sort()).toEqual(found);
  });

  test('by what was known then', async () => {
    const found = async (clocks: string) => [...(await told.allClaims(`&dueBefore=2025-09&${clocks}`)).keys()].sort();
    expect(await found(clocksOf('known in June'))).toEqual([
      'dredged',
      'ferry',
      'festival',
      'opening',
      'strike',
      'visit',
    ]);
    expect(await found(clocksOf('known in July'))).toEqual(['dredged', 'ferry', 'festival']);
    // Known then, but not yet so.
    expect(await found(`${clocksOf('known in July')}&asOf=2025-06-10`)).toContain('opening');
  });
});

describe('a prediction', () => {
  const predictionOf = async (slug: string, clocks = '') =>
    (await told.room.get(`/v1/claims/${slug}?${clocks}`)).prediction;

  test('has its outcome and the evidence of it', async () => {
    const { id } = await told.attribution('opening', 'saline-courier denies');
    const { outcome, resolvedAt, evidence } = await predictionOf('opening');
    expect({ outcome, evidence }).toEqual({ outcome: 'did_not', evidence: { attribution: id } });
    expect(Date.parse(resolvedAt)).toBe(Date.parse('2025-07-01T08:00:00Z'));
    expect((await predictionOf('visit')).evidence).toEqual({ url: 'https://tarsk.example/flagship-sunk' });
  });

  test('is open until it is resolved, to the second', async () => {
    const at = (instant: string) => told.room.get(`/v1/claims/opening?asOf=${instant}`);
    const before = await at('2025-07-01T07:59:59Z');
    expect(before.prediction).toEqual({
      horizon: '2025-06',
      criteria: null,
      outcome: 'open',
      resolvedAt: null,
      evidence: null,
    });
    // Its month is over, and nobody had said what came of it.
    expect(lineOf(before)).toBe('contested overdue');
    const after = await at('2025-07-01T08:00:00Z');
    expect(after.prediction.outcome).toBe('did_not');
    expect(lineOf(after)).toBe('contested');
    // What depends on it is undermined from then on.
    const festival = async (instant: string) => lineOf(await told.room.get(`/v1/claims/festival?asOf=${instant}`));
    expect(await festival('2025-07-01T07:59:59Z')).toBe('single_origin no_quote');
    expect(await festival('2025-07-01T08:00:00Z')).toBe('single_origin no_quote undermined');
  });

  test('is overdue when its horizon has ended, not when it ends', async () => {
    const ferry = async (instant: string) => (await told.room.get(`/v1/claims/ferry?asOf=${instant}`)).flags;
    expect(await ferry('2025-06-15T23:59:59Z')).not.toContain('overdue');
    expect(await ferry('2025-06-15')).toContain('overdue');
  });

  test('that was decided without evidence has a gap, until somebody finds some', async () => {
    const gaps = async (clocks: string) =>
      (await told.room.get(`/v1/claims/strike/dossier?${clocks}`)).gaps.map(({ type }: Json) => type);
    expect(await gaps(clocksOf('known in July'))).toEqual(['single_origin', 'no_quote', 'no_evidence']);
    expect(await gaps('')).toEqual(['single_origin', 'no_quote']);
    expect((await predictionOf('strike', clocksOf('known in July'))).evidence).toBeNull();
    expect((await predictionOf('strike')).evidence).toEqual({ url: 'https://northern-post.example/strike-begins' });
  });
});

describe('relations', () => {
  /** `from type to status`, sorted. */
  const linesOf = async (path: string) =>
    (await told.room.get(path)).data
      .map(({ from, type, to, status }: Json) => `${from.slug} ${type} ${to.slug} ${status}`)
      .sort();

  test('are seen from both sides', async () => {
    expect(await linesOf('/v1/claims/leak/relations')).toEqual([
      'cleanup depends_on leak confirmed',
      'leak contradicts clean-water confirmed',
    ]);
    expect(await linesOf('/v1/claims/clean-water/relations')).toEqual([
      'leak contradicts clean-water confirmed',
      'visit contradicts clean-water suggested',
    ]);
    expect(await linesOf('/v1/claims/visit/relations?status=suggested')).toEqual([
      'visit contradicts clean-water suggested',
    ]);
    expect(await linesOf('/v1/claims/sale/relations')).toEqual([
      'rent depends_on sale confirmed',
      'toll depends_on sale rejected',
    ]);
    expect(await linesOf('/v1/claims/sale/relations?status=rejected')).toEqual(['toll depends_on sale rejected']);
    expect(await linesOf('/v1/claims/cleanup/relations?type=supports')).toEqual([
      'oil-spill supports cleanup confirmed',
    ]);
  });

  test('are one through all their judgements, and were what we had judged by then', async () => {
    const now = await told.relation('rent', 'depends_on', 'sale');
    expect(now).toMatchObject({ status: 'confirmed', version: 2 });
    const june = await told.room.get(`/v1/claims/rent/relations/${now.id}?${clocksOf('known in June')}`);
    expect(june).toMatchObject({ id: now.id, status: 'suggested', version: 1 });
    expect(Date.parse(june.judgedAt)).toBeLessThan(Date.parse(now.judgedAt));
    expect(await linesOf(`/v1/claims/sale/relations?${clocksOf('known in June')}`)).toEqual([
      'rent depends_on sale suggested',
      'toll depends_on sale suggested',
    ]);
  });

  test('a contradiction that is told from the other side is there already', async () => {
    const { id } = await told.relation('leak', 'contradicts', 'clean-water');
    const again = await told.room.request('POST', '/v1/claims/clean-water/relations', {
      type: 'contradicts',
      to: 'leak',
    });
    expect(again).toMatchObject({ status: 409, body: { relation: id } });
    expect((await told.relation('clean-water', 'contradicts', 'leak')).status).toBe('confirmed');
  });

  test('of a claim to itself there is none', async () => {
    const body = { type: 'depends_on', to: 'rent' };
    expect(await told.room.request('POST', '/v1/claims/rent/relations', body)).toMatchObject({ status: 422 });
  });

  test('stand in the dossier, but for the rejected, each with the standing of the other claim', async () => {
    const related = async (slug: string) =>
      (await told.room.get(`/v1/claims/${slug}/dossier`)).relations
        .map(({ from, type, to, standing }: Json) => `${from.slug} ${type} ${to.slug}: ${standing}`)
        .sort();
    expect(await related('rent')).toEqual(['rent depends_on sale: denied']);
    expect(await related('sale')).toEqual(['rent depends_on sale: single_origin']);
    expect(await related('toll')).toEqual([]);
    expect(await related('clean-water')).toEqual([
      'leak contradicts clean-water: contested',
      'visit contradicts clean-water: corroborated',
    ]);
    expect(await related('leak')).toEqual([
      'cleanup depends_on leak: single_origin',
      'leak contradicts clean-water: denied',
    ]);
  });
});

describe('reply-requests', () => {
  const namesOf = async (query: string) => {
    const { data } = await told.room.get(`/v1/reply-requests?limit=1000&${query}`);
    const names = new Map(Object.entries(told.requests).map(([name, id]) => [id, name]));
    return data.map(({ id }: Json) => names.get(id));
  };

  // Now: blasting was answered on 4 July, leak on 1 June; cleanup lapsed on 20 July; sale has no deadline; the deadlines of spill
  // (13 June), rent (30 June) and tax-case (5 August) are past on 10 August; toll was deleted.
  const STATES: [clocks: Instant, Readonly<Record<string, readonly string[]>>][] = [
    [
      'now',
      { open: ['sale'], overdue: ['rent', 'spill', 'tax-case'], answered: ['blasting', 'leak'], lapsed: ['cleanup'] },
    ],
    // Asked by the end of 10 June: leak, cleanup (until the 16th), blasting (until the 12th).
    ['said by 10 June', { open: ['blasting', 'cleanup'], overdue: [], answered: ['leak'], lapsed: [] }],
    // The lapse of 20 July lies ahead: overdue since 16 June. The tax case is due on 5 August only.
    [
      'said by 5 July',
      {
        open: ['sale', 'tax-case'],
        overdue: ['cleanup', 'rent', 'spill'],
        answered: ['blasting', 'leak'],
        lapsed: [],
      },
    ],
    ['known in June', { open: [], overdue: [], answered: [], lapsed: [] }],
    // By real time every deadline is past; the lapse was not recorded yet, nor the mistake.
    [
      'known in July',
      {
        open: ['sale', 'toll'],
        overdue: ['cleanup', 'rent', 'spill', 'tax-case'],
        answered: ['blasting', 'leak'],
        lapsed: [],
      },
    ],
  ];
  test.each(STATES)('by state, %s', async (instant, states) => {
    for (const [state, names] of Object.entries(states))
      expect((await namesOf(`state=${state}&${clocksOf(instant)}`)).sort(), state).toEqual(names);
  });

  test('one is overdue when its deadline is past, and answered late from its answer on', async () => {
    const state = async (name: RequestName, asOf: string) =>
      (await told.room.get(`/v1/reply-requests/${told.requests[name]}?asOf=${asOf}`)).state;
    expect(await state('rent', '2025-06-30T16:59:59Z')).toBe('open');
    expect(await state('rent', '2025-06-30T17:00:01Z')).toBe('overdue');
    expect(await state('blasting', '2025-06-11')).toBe('open');
    expect(await state('blasting', '2025-07-03')).toBe('overdue');
    expect(await state('blasting', '2025-07-04T10:00:01Z')).toBe('answered');
    expect(await state('cleanup', '2025-07-19')).toBe('overdue');
    expect(await state('cleanup', '2025-07-20')).toBe('lapsed');
    // Nobody was asked before the 12th, 08:00.
    const early = await told.room.request('GET', `/v1/reply-requests/${told.requests.sale}?asOf=2025-06-11`);
    expect(early.status).toBe(404);
  });

  test('who was asked is found by whom it speaks for, unless exactly', async () => {
    expect((await namesOf('source=tarsk-government')).sort()).toEqual(['leak', 'sale', 'spill']);
    expect((await namesOf('source=tarsk-government&exact=true')).sort()).toEqual(['leak']);
    expect((await namesOf('source=velmara-government')).sort()).toEqual(['blasting', 'cleanup', 'rent']);
    expect((await namesOf('source=velmara-government&exact=true')).sort()).toEqual(['rent']);
    // On 9 June Marrin spoke for the province no more.
    expect(await namesOf('source=saline-province')).toEqual([]);
    expect(await namesOf('claim=blasting')).toEqual(['blasting']);
    expect(await namesOf('state=overdue&sort=deadline')).toEqual(['spill', 'rent', 'tax-case']);
  });

  test('an answered one names its answer, a lapsed one the silence that it made', async () => {
    const { id } = await told.attribution('leak', 'oren-daske denies 2025-06-01');
    const answered = await told.room.get(`/v1/reply-requests/${told.requests.leak}`);
    expect(answered).toMatchObject({ state: 'answered', attribution: id, channel: REQUESTS.leak.channel });
    expect(Date.parse(answered.closedAt)).toBe(Date.parse('2025-06-01T15:00:00Z'));

    const lapsed = await told.room.get(`/v1/reply-requests/${told.requests.cleanup}`);
    const silence = await told.room.get(`/v1/attributions/${lapsed.attribution}`);
    expect(silence).toMatchObject({
      claim: { slug: 'cleanup' },
      source: { slug: 'ilva-marrin' },
      stance: 'no_response',
      live: true,
    });
    const { counts } = await told.room.get('/v1/claims/cleanup');
    expect(counts).toMatchObject({ noResponse: 1, relays: 1, attributions: 3 });
    expect((await told.room.get('/v1/claims/cleanup?asOf=2025-07-19')).counts).toMatchObject({ noResponse: 0 });
  });

  test('a deleted one is gone, but was there', async () => {
    const path = `/v1/reply-requests/${told.requests.toll}`;
    expect((await told.room.request('GET', path)).status).toBe(404);
    expect(await told.room.get(`${path}?${clocksOf('known in July')}`)).toMatchObject({ state: 'open' });
  });
});

describe('quotes', () => {
  const healthOf = async (claim: string, label: string, clocks = '') => {
    const { id } = await told.attribution(claim, label);
    return (await told.room.get(`/v1/attributions/${id}?${clocks}`)).quote.health;
  };

  test('tell how they stand in the text, now and before it was corrected', async () => {
    const [daske, corvin] = ['oren-daske denies 2025-06-01', 'pell-corvin asserts 2025-06-05'];
    expect(await healthOf('leak', daske)).toBe('moved');
    expect(await healthOf('leak', daske, clocksOf('known in June'))).toBe('found');
    expect(await healthOf('bonus', corvin)).toBe('lost');
    expect(await healthOf('bonus', corvin, clocksOf('known in June'))).toBe('found');
    // Twice in the text, once between those words.
    expect(await healthOf('sale', 'velmara-ports denies 2025-06-03')).toBe('found');
    expect(await healthOf('clean-water', 'velmara-ports asserts 2025-06-06')).toBe('found');
  });

  test('have no health where the text is not kept', async () => {
    expect(await healthOf('oil-spill', 'dockers-union asserts')).toBeNull();
  });

  test('that stand twice in the text, or not at all, are refused', async () => {
    const { id: report } = await told.report('post-sale');
    const say = (quote: object) =>
      told.room.request('POST', '/v1/attributions', {
        claim: 'sale',
        source: 'velmara-defence',
        report,
        stance: 'denies',
        quote,
      });
    for (const quote of [AMBIGUOUS, { exact: 'everything is for sale' }]) {
      const answer = await say(quote);
      expect(answer.status).toBe(422);
      expect(answer.body.errors[0].pointer).toMatch(/^\/quote/);
    }
  });

  test('stand in the dossier with their health', async () => {
    const { quotes } = await told.room.get('/v1/claims/clean-water/dossier');
    expect(quotes.map(({ source, exact, health }: Json) => [source.slug, exact, health])).toEqual([
      ['velmara-ports', 'The water is clean', 'found'],
    ]);
  });
});

/** Sentences by the rules of docs/sentences.md. */
const SENTENCES: readonly [slug: string, sentence: string][] = [
  [
    'leak',
    'Meridian Wire reported, citing two unnamed officials, that Tarsk’s navy has spilled oil at the north mole; Oren Daske denied it on 1 June 2025.',
  ],
  [
    'sale',
    'On 3 June 2025 the Ports Authority of Velmara denied that Tarsk has bought the north mole, Northern Post reported.',
  ],
  [
    'cleanup',
    'The Dockers’ Union of Port Saline said that Velmara has paid for cleaning up the oil, the Saline Courier reported; Ilva Marrin did not respond to a request for comment.',
  ],
  [
    'bonus',
    'Nobody on record says that Tarsk pays the dockers a bonus; Pell Corvin took back on 24 June 2025 an earlier statement about it.',
  ],
  [
    'blasting',
    'On 4 June 2025 Tove Rusk said that the ministry blasts rock to widen the tunnel, the Daily Lantern reported; the Ministry of Defence of Velmara declined to comment.',
  ],
  [
    'visit',
    'On 20 December 2024 Oren Daske said that the flagship of Tarsk will call at Saline in summer, the Daily Lantern reported; the Harbour Institute said so too.',
  ],
];
test.each(SENTENCES)('the sentence of %s', async (slug, sentence) => {
  expect((await told.room.get(`/v1/claims/${slug}/dossier`)).sentence).toBe(sentence);
});

describe('the dossier of the topic', () => {
  let dossier: Json;
  beforeAll(async () => {
    dossier = await told.room.get('/v1/topics/port-saline/dossier');
  });

  test('has its claims by standing: all but those of the dock work, and the tax case, which has no topic', () => {
    const { claims } = dossier;
    const found = Object.fromEntries(
      Object.entries(claims).map(([standing, each]) => [standing, slugsOf(each as Json[])]),
    );
    expect(found).toEqual({
      contested: ['ferry', 'leak', 'opening'],
      corroborated: ['visit'],
      single_origin: ['blasting', 'cleanup', 'dredged', 'festival', 'oil-spill', 'rent'],
      denied: ['clean-water', 'sale'],
      doubted: [],
      unattributed: ['bonus', 'tunnel'],
    });
    expect(dossier.hasMore).toBe(false);
  });

  test('shows who stands where', () => {
    const { sources, claims, cells } = dossier.matrix;
    const slug = new Map([...sources, ...claims].map(({ id, slug }: Json) => [id, slug]));
    const lines = cells.map(({ source, claim, stance, side, certainty, order }: Json) =>
      [slug.get(source), slug.get(claim), stance, side, certainty, order].join(' '),
    );
    expect(lines.sort()).toEqual(
      [
        'dockers-union cleanup asserts for unstated determined',
        'dockers-union oil-spill asserts for unstated determined',
        'dockers-union rent asserts for unstated determined',
        'harbour-institute dredged asserts for unstated determined',
        'harbour-institute ferry asserts for unstated determined',
        'harbour-institute opening doubts against unstated determined',
        'harbour-institute visit asserts for unstated determined',
        'ilva-marrin cleanup no_response none unstated determined',
        'ilva-marrin festival asserts for probable determined',
        'meridian-officials leak asserts for unstated determined',
        'oren-daske leak denies against unstated determined',
        'oren-daske visit asserts for unstated determined',
        'pell-corvin opening asserts for unstated determined',
        'saline-courier opening denies against unstated determined',
        'tove-rusk blasting asserts for unstated determined',
        'velmara-defence blasting declines_to_comment none unstated determined',
        'velmara-ports clean-water denies against unstated determined',
        'velmara-ports ferry doubts against unstated determined',
        'velmara-ports opening asserts for unstated determined',
        'velmara-ports sale denies against unstated determined',
      ].sort(),
    );
  });

  test('lists what is open: predictions, requests and gaps', () => {
    const { predictions, replyRequests, gaps } = dossier.open;
    expect(predictions.map(({ slug, horizon, overdue }: Json) => [slug, horizon, overdue]).sort()).toEqual([
      ['dredged', '2025-07', true],
      ['ferry', '2025-06-15', true],
      ['festival', '2025-07~', true],
    ]);
    // The request about the tax case is overdue as well, but that has no topic.
    expect(replyRequests.map(({ claim, state }: Json) => `${claim.slug} ${state}`).sort()).toEqual([
      'oil-spill overdue',
      'rent overdue',
      'sale open',
    ]);
    const found = gaps.filter(({ gaps: types }: Json) => types.length > 0);
    const expected = slugsOf(Object.values(dossier.claims).flat()).flatMap((slug) => {
      const types = CLAIMS[slug]?.gaps ?? [];
      return types.length === 0 ? [] : [[slug, types]];
    });
    expect(found.map(({ claim, gaps: types }: Json) => [claim.slug, types]).sort()).toEqual(expected);
  });

  test('of the dock work is a small one', async () => {
    const { claims, open } = await told.room.get('/v1/topics/dock-work/dossier');
    expect(slugsOf(claims.contested)).toEqual(['strike']);
    expect(slugsOf(claims.single_origin)).toEqual(['toll']);
    expect(open.predictions).toMatchObject([{ slug: 'toll', horizon: '2025-09/..', overdue: false }]);
    expect(open.replyRequests).toEqual([]);
  });

  test('honours the clocks', async () => {
    const { claims, open } = await told.room.get('/v1/topics/port-saline/dossier?asOf=2025-06-10');
    expect(slugsOf(claims.unattributed)).toEqual([]);
    expect(slugsOf(claims.denied)).toEqual(['sale']);
    expect(open.predictions.map(({ slug, overdue }: Json) => [slug, overdue]).sort()).toEqual([
      ['dredged', false],
      ['ferry', false],
      ['festival', false],
      ['opening', false],
      ['visit', false],
    ]);
    expect(open.replyRequests.map(({ claim, state }: Json) => `${claim.slug} ${state}`).sort()).toEqual([
      'blasting open',
      'cleanup open',
    ]);
  });
});

describe('the dossier of a claim', () => {
  test('names the origins for and against, on whose word', async () => {
    const { why } = await told.room.get('/v1/claims/leak/dossier');
    const { id } = await told.attribution('leak', 'oren-daske denies 2025-06-01');
    // The wire and the Courier pass the officials on; the Courier passes on the ambassador, who speaks for his government.
    expect(why.for).toMatchObject([{ source: { slug: 'meridian-wire' }, anonymous: true, echoes: 2 }]);
    expect(why.against).toMatchObject([
      { source: { slug: 'tarsk-government' }, anonymous: false, attributions: [id], echoes: 1 },
    ]);
  });

  test('tells of what is missing in a sentence, and who could be asked', async () => {
    const { gaps } = await told.room.get('/v1/claims/tax-case/dossier');
    const asked = gaps.find(({ type }: Json) => type === 'nobody_asked');
    // The union was asked through its chair; the Courier was not, and only relays.
    expect(slugsOf(asked.sources)).toEqual(['saline-courier']);
    for (const { detail } of gaps) expect(detail).toMatch(/^[A-Z].*\.$/);
  });

  test('has the requests of its claim', async () => {
    const { replyRequests } = await told.room.get('/v1/claims/rent/dossier');
    expect(replyRequests).toMatchObject([{ id: told.requests.rent, state: 'overdue' }]);
  });

  test('has the assessments, those that are current first', async () => {
    const { assessments } = await told.room.get('/v1/claims/leak/dossier');
    const names = new Map(Object.entries(told.assessments).map(([name, id]) => [id, name]));
    const found = assessments.map(({ id, current }: Json) => `${names.get(id)}${current ? ' current' : ''}`);
    expect(found.slice(0, 2).sort()).toEqual(['leak right current', 'leak true current']);
    expect(found.slice(2).sort()).toEqual(['leak false', 'leak half']);
    expect(found).toHaveLength(4);
  });

  test('is a page for a wiki, too', async () => {
    const answer = await ledger.http
      .get('/v1/claims/leak/dossier')
      .set({ authorization: `Bearer ${await ledger.key('read')}`, accept: 'text/markdown' });
    expect(answer.headers['content-type']).toMatch(/^text\/markdown/);
    expect(answer.text).toContain('Tarsk’s navy has spilled oil at the north mole');
  });
});
