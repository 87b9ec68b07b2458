import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLedger, type TestLedger } from '../harness.ts';
import { CHAPTERS, type ChapterName } from './harbour.ts';
import { type Told, tell } from './telling.ts';
import { countsLine, labelsOf, originLine, positionLine } from './words.ts';

/** The harbour on both clocks: what had been said (`asOf`), what we had recorded (`knownAt`), worked out by hand from DESIGN §3. */

let ledger: TestLedger;
let told: Told;

/** Asked at the end of every chapter, and again, with that chapter’s `knownAt`, when everything is told. */
const QUESTIONS = [
  '/v1/claims?limit=1000',
  '/v1/claims?standing=contested&limit=1000',
  '/v1/claims?standing=single_origin&sort=createdAt&limit=3',
  '/v1/claims?flag=anonymous_only',
  '/v1/claims?flag=unarchived&limit=1000',
  '/v1/claims?flag=overdue',
  '/v1/claims?assertedBy=velmara-government',
  '/v1/claims?deniedBy=velmara-government',
  '/v1/claims?declinedBy=tarsk-government&exact=true',
  '/v1/claims?by=northern-post&limit=1000',
  '/v1/claims?by=saline-province&stance=denies',
  '/v1/claims?outlet=velmara-radio',
  '/v1/claims?topic=port-saline&standing=corroborated',
  '/v1/claims?asOf=2025-03-25&limit=1000',
  '/v1/claims/lease',
  '/v1/claims/lease/chain',
  '/v1/claims/night-works',
  '/v1/claims/night-works/attributions',
  '/v1/claims/night-works/positions',
  '/v1/claims/night-works/chain',
  '/v1/claims/mines/positions',
  '/v1/claims/mines/timeline',
  '/v1/claims/talks/positions?asOf=2025-04-19',
  '/v1/attributions?source=harbour-institute',
  '/v1/sources/velmara-government/positions',
  '/v1/sources/tarsk-mfa/positions',
  '/v1/sources/ilva-marrin/reversals',
];

beforeAll(async () => {
  ledger = await openLedger();
  told = await tell(ledger, 'retracted', QUESTIONS);
});
afterAll(() => ledger.close());

/** `asOf=… knownAt=chapter` as a query. */
function clocks({ asOf, knownAt }: { asOf?: string; knownAt?: ChapterName }): string {
  const parts = [
    ...(asOf === undefined ? [] : [`asOf=${encodeURIComponent(asOf)}`]),
    ...(knownAt === undefined ? [] : [`knownAt=${encodeURIComponent(told.knownAt.get(knownAt) ?? '')}`]),
  ];
  return parts.join('&');
}

const NOBODY = 'for 0/0/0, against 0/0, declined 0, no response 0, relays 0 of 0';
const ANONYMOUS = ['anonymous_only', 'no_quote', 'unarchived'];

describe('a claim', () => {
  type Row = [
    slug: string,
    clocks: { asOf?: string; knownAt?: ChapterName },
    standing: string,
    flags: string[],
    counts: string,
    why: string,
  ];
  const rows: Row[] = [
    ['lease', { asOf: '2025-03-02' }, 'unattributed', [], NOBODY, 'nobody had said anything'],
    [
      'lease',
      { asOf: '2025-03-03' },
      'single_origin',
      ANONYMOUS,
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 2 of 3',
      'the papers follow on the 4th',
    ],
    [
      'lease',
      { asOf: '2025-03-04' },
      'corroborated',
      ANONYMOUS,
      'for 2/2/2, against 0/0, declined 0, no response 0, relays 13 of 15',
      'the captain had said it by then, as we know today',
    ],
    [
      'lease',
      { asOf: '2025-03-04', knownAt: 'echo' },
      'single_origin',
      ANONYMOUS,
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 12 of 13',
      'we did not know of the captain then',
    ],
    [
      'lease',
      { asOf: '2025-03-04', knownAt: 'break' },
      'single_origin',
      ANONYMOUS,
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 2 of 3',
      'the papers were not recorded',
    ],
    [
      'lease',
      { knownAt: 'march' },
      'single_origin',
      ANONYMOUS,
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 12 of 13',
      'before Cedar News had a source of its own',
    ],

    [
      'price',
      { asOf: '2025-04-24' },
      'single_origin',
      ANONYMOUS,
      'for 2/1/1, against 0/0, declined 0, no response 0, relays 4 of 6',
      'one host',
    ],
    [
      'price',
      { asOf: '2025-04-25' },
      'corroborated',
      ANONYMOUS,
      'for 3/2/2, against 0/0, declined 0, no response 0, relays 5 of 8',
      'two hosts',
    ],
    [
      'price',
      { asOf: '2025-04-25', knownAt: 'april' },
      'single_origin',
      ANONYMOUS,
      'for 2/1/1, against 0/0, declined 0, no response 0, relays 4 of 6',
      'said, but not recorded yet',
    ],

    ['payment', { asOf: '2025-03-03' }, 'unattributed', [], NOBODY, 'not said yet'],
    [
      'payment',
      { asOf: '2025-03-04' },
      'single_origin',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 0 of 1',
      'said on the 4th, relayed on the 6th',
    ],
    [
      'payment',
      { asOf: '2025-03-07' },
      'single_origin',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 1 of 2',
      'relayed',
    ],
    [
      'payment',
      { asOf: '2025-03-08' },
      'unattributed',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 0/0, declined 0, no response 0, relays 2 of 4',
      'taken back',
    ],
    [
      'payment',
      { asOf: '2025-03-19' },
      'unattributed',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 0/0, declined 0, no response 0, relays 2 of 5',
      'silent after taking it back',
    ],

    [
      'dredging',
      { asOf: '2025-03-05' },
      'contested',
      ['unarchived'],
      'for 1/1/1, against 1/1, declined 0, no response 0, relays 0 of 2',
      'the admiral follows on the 6th',
    ],
    [
      'dredging',
      { asOf: '2025-03-06' },
      'contested',
      ['unarchived'],
      'for 2/1/1, against 1/1, declined 0, no response 0, relays 3 of 6',
      'the same government: one origin',
    ],
    [
      'dredging',
      { asOf: '2025-03-19' },
      'contested',
      ['unarchived'],
      'for 2/1/1, against 1/1, declined 0, no response 0, relays 3 of 7',
      'he declines to comment: still denies',
    ],
    [
      'dredging',
      { asOf: '2025-03-20' },
      'contested',
      ['unarchived'],
      'for 2/1/1, against 1/1, declined 0, no response 1, relays 5 of 10',
      'the relays of that',
    ],

    [
      'garrison',
      { asOf: '2025-03-12' },
      'denied',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 1/1, declined 0, no response 0, relays 0 of 1',
      'she denied it',
    ],
    [
      'garrison',
      { asOf: '2025-03-20' },
      'denied',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 1/1, declined 1, no response 0, relays 2 of 4',
      'Tarsk declined',
    ],
    [
      'garrison',
      { asOf: '2025-03-28' },
      'single_origin',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 0/0, declined 1, no response 0, relays 2 of 5',
      'she confirms it',
    ],

    [
      'survey',
      { asOf: '2025-03-20' },
      'denied',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 1/1, declined 0, no response 0, relays 0 of 1',
      'the month is not over',
    ],
    [
      'survey',
      { asOf: '2025-03-30' },
      'denied',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 1/1, declined 0, no response 0, relays 1 of 2',
      'the month is not over',
    ],
    [
      'survey',
      { asOf: '2025-03-31T23:59:59.999999Z' },
      'denied',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 1/1, declined 0, no response 0, relays 1 of 2',
      'not even in its last microsecond',
    ],
    [
      'survey',
      { asOf: '2025-04-01T02:00:00+02:00' },
      'single_origin',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 1 of 3',
      'midnight in UTC',
    ],
    [
      'survey',
      { asOf: '2025-03-31' },
      'single_origin',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 1 of 3',
      'a date means its end',
    ],
    [
      'survey',
      { asOf: '2025-04-30', knownAt: 'march' },
      'denied',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 1/1, declined 0, no response 0, relays 1 of 2',
      'not recorded then',
    ],

    [
      'toll-rise',
      { asOf: '2025-04-02' },
      'single_origin',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 0 of 1',
      'only Marrin',
    ],
    [
      'toll-rise',
      { asOf: '2025-04-03' },
      'contested',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 1/1, declined 0, no response 0, relays 0 of 2',
      'the province doubts it',
    ],
    [
      'toll-rise',
      { asOf: '2025-04-04' },
      'contested',
      ['unarchived'],
      'for 2/1/1, against 1/1, declined 0, no response 0, relays 3 of 6',
      'with a quote',
    ],

    [
      'evictions',
      { asOf: '2025-04-05' },
      'single_origin',
      ANONYMOUS,
      'for 2/1/1, against 0/0, declined 0, no response 0, relays 1 of 3',
      'the Courier has it from its dockworker',
    ],
    [
      'evictions',
      { asOf: '2025-04-06' },
      'corroborated',
      ['no_quote', 'unarchived'],
      'for 3/2/2, against 0/0, declined 0, no response 0, relays 2 of 5',
      'the Post confirms it',
    ],
    [
      'evictions',
      { asOf: '2025-04-07' },
      'contested',
      ['no_quote', 'unarchived'],
      'for 4/3/3, against 1/1, declined 0, no response 0, relays 3 of 8',
      'denied',
    ],

    // A withdrawal is our own error: it counts at every `asOf`, from when we knew of it.
    ['night-works', { asOf: '2025-04-11' }, 'unattributed', [], NOBODY, 'not said yet'],
    [
      'night-works',
      { asOf: '2025-04-12' },
      'corroborated',
      ['no_quote', 'unarchived'],
      'for 2/2/2, against 0/0, declined 0, no response 0, relays 5 of 7',
      'restored',
    ],
    [
      'night-works',
      { asOf: '2025-04-12', knownAt: 'april' },
      'corroborated',
      ['no_quote', 'unarchived'],
      'for 2/2/2, against 0/0, declined 0, no response 0, relays 5 of 7',
      'not withdrawn yet',
    ],
    [
      'night-works',
      { asOf: '2025-04-12', knownAt: 'misheard' },
      'single_origin',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 2 of 3',
      'withdrawn, whatever the date',
    ],
    [
      'night-works',
      { asOf: '2025-04-12', knownAt: 'radio' },
      'corroborated',
      ['no_quote', 'unarchived'],
      'for 2/2/2, against 0/0, declined 0, no response 0, relays 3 of 5',
      'what the radio says on the 28th holds up what was said on the 12th',
    ],
    [
      'night-works',
      { asOf: '2025-04-28', knownAt: 'radio' },
      'corroborated',
      ['no_quote', 'unarchived'],
      'for 2/2/2, against 0/0, declined 0, no response 0, relays 4 of 6',
      'with the radio’s relay',
    ],
    [
      'night-works',
      { knownAt: 'restored' },
      'corroborated',
      ['no_quote', 'unarchived'],
      'for 2/2/2, against 0/0, declined 0, no response 0, relays 6 of 8',
      'both ways to the wire',
    ],

    // Horizons: the end of May, the end of June. By `asOf` a prediction is overdue from then on; else at the instant of `knownAt`.
    [
      'strike',
      { asOf: '2025-05-30' },
      'corroborated',
      ['no_quote', 'unarchived'],
      'for 3/3/2, against 0/0, declined 0, no response 0, relays 3 of 6',
      'May is not over',
    ],
    [
      'strike',
      { asOf: '2025-05-31T23:59:59.999999Z' },
      'corroborated',
      ['no_quote', 'unarchived'],
      'for 3/3/2, against 0/0, declined 0, no response 0, relays 3 of 6',
      'not even in its last microsecond',
    ],
    [
      'strike',
      { asOf: '2025-05-31' },
      'corroborated',
      ['no_quote', 'unarchived', 'overdue'],
      'for 3/3/2, against 0/0, declined 0, no response 0, relays 3 of 6',
      'the end of May',
    ],
    [
      'opening',
      { asOf: '2025-06-29' },
      'doubted',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 1/1, declined 0, no response 0, relays 1 of 2',
      'June is not over',
    ],
    [
      'opening',
      { asOf: '2025-06-30', knownAt: 'april' },
      'doubted',
      ['no_quote', 'unarchived', 'overdue'],
      'for 0/0/0, against 1/1, declined 0, no response 0, relays 1 of 2',
      'the end of June',
    ],
    [
      'opening',
      { knownAt: 'april' },
      'doubted',
      ['no_quote', 'unarchived', 'overdue'],
      'for 0/0/0, against 1/1, declined 0, no response 0, relays 1 of 2',
      'we recorded it when June was long over',
    ],

    // The outlet retracted on 2 May; we recorded it in the last chapter.
    [
      'mines',
      { asOf: '2025-04-14' },
      'single_origin',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 1 of 2',
      'not retracted yet',
    ],
    [
      'mines',
      { asOf: '2025-05-01', knownAt: 'restored' },
      'contested',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 1/1, declined 0, no response 0, relays 3 of 5',
      'before it, not knowing it',
    ],
    [
      'mines',
      { asOf: '2025-05-10', knownAt: 'restored' },
      'contested',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 1/1, declined 0, no response 0, relays 3 of 5',
      'after it, not knowing it',
    ],
    [
      'mines',
      { asOf: '2025-05-01', knownAt: 'retracted' },
      'contested',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 1/1, declined 0, no response 0, relays 3 of 5',
      'before it, knowing it',
    ],
    [
      'mines',
      { asOf: '2025-05-10', knownAt: 'retracted' },
      'denied',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 1/1, declined 0, no response 0, relays 1 of 2',
      'after it, knowing it',
    ],
    [
      'mines',
      { asOf: '2025-05-01' },
      'contested',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 1/1, declined 0, no response 0, relays 3 of 5',
      'the day before',
    ],
    [
      'mines',
      { asOf: '2025-05-02T23:59:59Z' },
      'contested',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 1/1, declined 0, no response 0, relays 3 of 5',
      'its day is not over',
    ],
    [
      'mines',
      { asOf: '2025-05-02' },
      'denied',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 1/1, declined 0, no response 0, relays 1 of 2',
      'the end of its day',
    ],
    [
      'mines',
      { knownAt: 'restored' },
      'contested',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 1/1, declined 0, no response 0, relays 3 of 5',
      'not recorded',
    ],
    [
      'mines',
      { knownAt: 'retracted' },
      'denied',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 1/1, declined 0, no response 0, relays 1 of 2',
      'recorded',
    ],
  ];
  test.each(rows)('%s, %o: %s', async (slug, at, standing, flags, counts) => {
    const claim = await told.room.get(`/v1/claims/${slug}?${clocks(at)}`);
    expect({ standing: claim.standing, flags: claim.flags, counts: countsLine(claim) }).toEqual({
      standing,
      flags,
      counts,
    });
  });

  test('is not there before it was recorded, to the microsecond', async () => {
    const { createdAt } = await told.room.get('/v1/claims/mines');
    const before = new Date(Date.parse(createdAt) - 1).toISOString();
    expect((await told.room.request('GET', `/v1/claims/mines?knownAt=${before}`)).status).toBe(404);
    const origin = await told.attribution('depth', 'velmara-ports asserts');
    const claim = await told.room.get(`/v1/claims/depth?knownAt=${origin.recordedAt}`);
    expect(claim.counts.attributions).toBe(2);
    expect(
      (await told.room.request('GET', `/v1/claims/depth?knownAt=${microsecondBefore(origin.recordedAt)}`)).status,
    ).toBe(404);
  });
});

/** The microsecond before an instant that is written to the microsecond. */
function microsecondBefore(instant: string): string {
  const micros = BigInt(Date.parse(instant)) * 1000n + BigInt(instant.slice(-4, -1)) - 1n;
  const text = new Date(Number(micros / 1000n)).toISOString();
  return text.replace('Z', `${String(micros % 1000n).padStart(3, '0')}Z`);
}

describe('a list', () => {
  const rows: [query: string, at: { asOf?: string; knownAt?: ChapterName }, found: string[], exact?: string[]][] = [
    ['', { asOf: '2025-03-02' }, []],
    ['', { asOf: '2025-03-03' }, ['lease', 'price']],
    ['', { asOf: '2025-03-05' }, ['dredging', 'lease', 'payment', 'price']],
    ['', { asOf: '2025-03-12' }, ['dredging', 'ferry-moves', 'garrison', 'lease', 'payment', 'price']],
    ['', { knownAt: 'break' }, ['lease', 'price']],
    ['', { knownAt: 'march' }, ['dredging', 'ferry-moves', 'garrison', 'lease', 'payment', 'price', 'survey']],
    ['', { asOf: '2025-03-05', knownAt: 'echo' }, ['lease', 'price']],
    ['standing=denied', { asOf: '2025-03-20' }, ['garrison', 'survey']],
    ['standing=denied', { knownAt: 'march' }, ['garrison', 'survey']],
    ['standing=denied', { asOf: '2025-05-02' }, ['mines', 'sold']],
    ['standing=contested', { knownAt: 'march' }, ['dredging']],
    ['standing=contested', { asOf: '2025-04-15', knownAt: 'april' }, ['dredging', 'evictions', 'mines', 'toll-rise']],
    ['flag=anonymous_only', { asOf: '2025-04-05' }, ['evictions', 'lease', 'price']],
    ['flag=unarchived', { asOf: '2025-03-03' }, ['lease', 'price']],
    ['flag=unarchived', { asOf: '2025-03-05', knownAt: 'march' }, ['dredging', 'lease', 'payment', 'price']],
    ['flag=overdue', { asOf: '2025-05-30' }, []],
    ['flag=overdue', { asOf: '2025-05-31' }, ['strike']],
    ['flag=overdue', { asOf: '2025-06-30' }, ['opening', 'strike']],
    ['flag=overdue', { asOf: '2025-06-30', knownAt: 'march' }, []],
    ['flag=overdue', { knownAt: 'april' }, ['opening', 'strike']],
    ['by=saline-province&flag=overdue', { asOf: '2025-06-30' }, ['opening']],
    // The strike was foretold on 10 April.
    ['dueBefore=2025-07', { asOf: '2025-04-05' }, ['opening']],
    ['dueBefore=2025-06', { asOf: '2025-04-10' }, ['strike']],
    ['flag=uncontacted', { asOf: '2025-05-01' }, []],
    ['deniedBy=saline-province', { asOf: '2025-03-20' }, ['garrison'], []],
    ['deniedBy=velmara-government', { asOf: '2025-03-25' }, ['survey'], []],
    ['deniedBy=velmara-government', { asOf: '2025-04-30', knownAt: 'march' }, ['survey'], []],
    ['assertedBy=velmara-government', { asOf: '2025-03-31' }, ['dredging', 'garrison', 'survey'], []],
    ['assertedBy=harbour-institute', { asOf: '2025-05-01' }, ['mines', 'strike'], ['mines']],
    ['assertedBy=harbour-institute', { asOf: '2025-05-02' }, ['strike'], []],
    ['assertedBy=harbour-institute', { asOf: '2025-05-02', knownAt: 'restored' }, ['mines', 'strike'], ['mines']],
    ['assertedBy=oren-daske', { asOf: '2025-03-07' }, ['payment']],
    ['assertedBy=oren-daske', { asOf: '2025-03-08' }, []],
    ['declinedBy=tarsk-government', { asOf: '2025-03-19' }, []],
    ['declinedBy=tarsk-government', { asOf: '2025-03-20' }, ['garrison']],
    ['by=meridian-wire', { knownAt: 'misheard' }, ['lease', 'price']],
    ['by=meridian-wire', { knownAt: 'radio' }, ['lease', 'night-works', 'price']],
    ['by=velmara-defence&stance=asserts', { asOf: '2025-03-25' }, []],
    ['by=velmara-defence&stance=asserts', { asOf: '2025-03-31' }, ['survey']],
    ['by=velmara-defence&said.gte=2025-03&said.lt=2025-04', { asOf: '2025-03-25' }, ['dredging', 'survey'], ['survey']],
    ['outlet=velmara-radio', { knownAt: 'april' }, ['cranes', 'lease-deal', 'talks', 'talks-abroad']],
    ['outlet=velmara-radio', { asOf: '2025-04-20' }, ['cranes', 'lease-deal', 'talks', 'talks-abroad']],
    ['topic=port-saline&standing=single_origin', { knownAt: 'break' }, ['lease', 'price']],
    ['q=harbour&kind=fact', { asOf: '2025-04-05' }, ['evictions', 'sold']],
  ];
  test.each(rows)('%s, %o', async (query, at, found, exact = found) => {
    const slugs = async (more: string) => [...(await told.allClaims(`&${query}&${clocks(at)}${more}`)).keys()].sort();
    expect(await slugs('')).toEqual(found);
    expect(await slugs('&exact=true')).toEqual(exact);
  });
});

describe('positions, chains and reversals', () => {
  test('are those of what had been said', async () => {
    const positions = async (slug: string, asOf: string) =>
      (await told.room.get(`/v1/claims/${slug}/positions?asOf=${asOf}`)).data.map(positionLine).sort();
    expect(await positions('survey', '2025-03-25')).toEqual(['velmara-defence denies · velmara-government']);
    expect(await positions('survey', '2025-03-31')).toEqual([
      'velmara-defence asserts · velmara-government undetermined',
    ]);
    expect(await positions('garrison', '2025-03-15')).toEqual(['ilva-marrin denies · saline-province']);
    expect(await positions('garrison', '2025-03-28')).toEqual([
      'ilva-marrin confirms · velmara-government',
      'tarsk-government declines_to_comment · tarsk-government',
    ]);
    // The Courier asserts it on the 5th; only what was said by then decides whether it is an origin.
    expect(await positions('evictions', '2025-04-05')).toEqual([
      'courier-dockworker asserts · saline-courier (unnamed)',
      'saline-courier asserts · saline-courier no origin',
    ]);
    expect(await positions('mines', '2025-05-02')).toEqual(['velmara-defence denies · velmara-government']);
  });

  test('of a source go by both clocks, too', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: as a client would read it
    const lines = ({ data }: any) => data.map((each: any) => `${each.claim.slug}: ${positionLine(each)}`).sort();
    const at = async (source: string, query: string) =>
      lines(await told.room.get(`/v1/sources/${source}/positions?${query}`));
    expect(await at('saline-province', 'asOf=2025-03-15')).toEqual([
      'ferry-moves: ilva-marrin asserts · saline-province',
      'ferry-moves: saline-province asserts · saline-province',
      'garrison: ilva-marrin denies · saline-province',
    ]);
    expect(await at('velmara-government', clocks({ asOf: '2025-12-31', knownAt: 'march' }))).toEqual([
      'dredging: tove-rusk confirms (probable) · velmara-government',
      'dredging: velmara-ports asserts · velmara-government',
      'survey: velmara-defence denies · velmara-government',
    ]);
    expect((await told.room.get('/v1/sources/ilva-marrin/reversals?asOf=2025-03-27')).data).toEqual([]);
    expect((await told.room.get('/v1/sources/ilva-marrin/reversals?asOf=2025-03-28')).data).toHaveLength(1);
    expect((await told.room.get(`/v1/sources/ilva-marrin/reversals?${clocks({ knownAt: 'march' })}`)).data).toEqual([]);
  });

  test('go back to the origins of then', async () => {
    const origins = async (slug: string, query: string) => {
      const { nodes, origins: found } = await told.room.get(`/v1/claims/${slug}/chain?${query}`);
      const labels = labelsOf(nodes);
      // biome-ignore lint/suspicious/noExplicitAny: as a client would read it
      return found.map((origin: any) => originLine(origin, labels)).sort();
    };
    expect(await origins('lease', clocks({ knownAt: 'echo' }))).toEqual([
      'for meridian-wire (unnamed): meridian-officials asserts; echoes 12',
    ]);
    expect(await origins('lease', 'asOf=2025-03-03')).toEqual([
      'for meridian-wire (unnamed): meridian-officials asserts; echoes 2',
    ]);
    expect(await origins('night-works', clocks({ knownAt: 'misheard' }))).toEqual([
      'for dockers-union: pell-corvin asserts; echoes 2',
    ]);
    expect(await origins('mines', clocks({ asOf: '2025-05-10', knownAt: 'restored' }))).toEqual([
      'against velmara-government: velmara-defence denies 2025-04-15; echoes 1',
      'for harbour-institute: harbour-institute asserts; echoes 2',
    ]);
    expect(await origins('mines', clocks({ asOf: '2025-05-10', knownAt: 'retracted' }))).toEqual([
      'against velmara-government: velmara-defence denies 2025-04-15; echoes 1',
    ]);
  });
});

describe('what was answered once', () => {
  test('is answered again with the knownAt of then, whatever was recorded, re-parted or deleted since', async () => {
    const { room } = told;
    // The ministry turns out to be part of Tarsk’s government, the ports authority to be a company of its own.
    for (const [source, partOf] of [
      ['tarsk-mfa', 'tarsk-government'],
      ['velmara-ports', null],
    ]) {
      const patched = await room.request('PATCH', `/v1/sources/${source}`, { partOf }, MERGE_PATCH);
      expect(patched.status, JSON.stringify(patched.body)).toBe(200);
    }
    const renamed = { slug: 'night-shift', text: 'They work at night in the harbour' };
    expect((await room.request('PATCH', '/v1/claims/night-works', renamed, MERGE_PATCH)).status).toBe(200);
    const origin = await told.attribution('depth', 'velmara-ports asserts');
    await room.withdraw(origin);
    expect(await room.get('/v1/claims/talks')).toMatchObject({
      standing: 'single_origin',
      counts: { for: { origins: 1 } },
    });

    const answers = [...told.asked].flatMap(([chapter, asked]) =>
      [...asked].map(([question, before]) => ({ chapter, question, before })),
    );
    expect(answers).toHaveLength(CHAPTERS.length * QUESTIONS.length);
    for (const { chapter, question, before } of answers) {
      const path = question.replace('/v1/claims/night-works', `/v1/claims/${nightWorksId()}`);
      const now = await room.request('GET', `${path}${path.includes('?') ? '&' : '?'}${clocks({ knownAt: chapter })}`);
      expect({ chapter, question, status: now.status }).toEqual({ chapter, question, status: before.status });
      if (now.status !== 200) continue;
      expect(withoutCursor(now.body), `${question} after ${chapter}`).toEqual(withoutCursor(before.body));
    }
  });

  const MERGE_PATCH = { 'if-match': '*', 'content-type': 'application/merge-patch+json' };
  const nightWorksId = () => told.claims.get('april')?.get('night-works').id;
  // biome-ignore lint/suspicious/noExplicitAny: as a client would read it
  const withoutCursor = ({ page, ...rest }: any) => ({ ...rest, hasMore: page?.hasMore });
});
