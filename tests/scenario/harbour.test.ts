import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLedger, type TestLedger } from '../harness.ts';
import { type ChapterName, PAPERS, urlOf } from './harbour.ts';
import { type Told, tell } from './telling.ts';
import { countsLine, labelsOf, linksOf, positionLine } from './words.ts';

/**
 * What the ledger must answer about the harbour when Radio Velmara has spoken, worked out by hand from DESIGN §3. The words
 * are those of tests/scenario/words.ts.
 */

let ledger: TestLedger;
let told: Told;

beforeAll(async () => {
  ledger = await openLedger();
  told = await tell(ledger, 'radio');
});
afterAll(() => ledger.close());

interface Expected {
  /** The rule that it shows. */
  readonly why: string;
  readonly standing: string;
  readonly flags: readonly string[];
  readonly counts: string;
  readonly positions: readonly string[];
  /** Every chain that counts, from the outlet of its report to the origin. */
  readonly chains: readonly string[];
  /** Links that do not count. */
  readonly dead?: readonly string[];
}

const CLAIMS: Record<string, Expected> = {
  lease: {
    why: 'the Courier and ten papers relay one wire: one origin; Cedar News has a captain of its own: a second one',
    standing: 'corroborated',
    flags: ['anonymous_only', 'no_quote', 'unarchived'],
    // Origin, Meridian’s relay, eleven relays of that; the captain and the relay of him.
    counts: 'for 2/2/2, against 0/0, declined 0, no response 0, relays 13 of 15',
    positions: ['cedar-captain asserts · cedar-news (unnamed)', 'meridian-officials asserts · meridian-wire (unnamed)'],
    chains: [
      ...['saline-courier', ...PAPERS].map((paper) => `${paper} ← meridian-wire ← meridian-officials asserts`),
      'cedar-news ← cedar-captain asserts',
    ],
  },
  price: {
    why: 'two unnamed sources of one host are one origin, that of another host is a second one',
    standing: 'corroborated',
    flags: ['anonymous_only', 'no_quote', 'unarchived'],
    // The engineer calls it possible, the officials of the same host do not: both origins are firm.
    counts: 'for 3/2/2, against 0/0, declined 0, no response 0, relays 5 of 8',
    positions: [
      'courier-dockworker asserts · saline-courier (unnamed)',
      'meridian-engineer asserts (possible) · meridian-wire (unnamed)',
      'meridian-officials asserts · meridian-wire (unnamed)',
    ],
    chains: [
      'saline-courier ← meridian-wire ← meridian-officials asserts',
      'saline-courier ← meridian-wire ← meridian-engineer asserts',
      'saline-courier ← courier-dockworker asserts',
    ],
  },
  dredging: {
    why: 'who denied and then declines to comment still denies; two parts of one government are one origin',
    standing: 'contested',
    flags: ['unarchived'],
    counts: 'for 2/1/1, against 1/1, declined 0, no response 1, relays 5 of 10',
    positions: [
      'oren-daske denies · tarsk-government',
      'tarsk-government no_response · tarsk-government',
      'tove-rusk confirms (probable) · velmara-government',
      'velmara-ports asserts · velmara-government',
    ],
    chains: [
      'northern-post ← velmara-ports asserts 2025-03-05',
      'northern-post ← tove-rusk confirms 2025-03-06',
      'northern-post ← oren-daske denies 2025-03-05',
      'saline-courier ← oren-daske declines_to_comment 2025-03-19',
      'saline-courier ← tarsk-government no_response',
    ],
  },
  payment: {
    why: 'who takes his word back has no position; he took a side, so his silence afterwards makes none either',
    standing: 'unattributed',
    flags: ['no_quote', 'unarchived'],
    counts: 'for 0/0/0, against 0/0, declined 0, no response 0, relays 3 of 6',
    positions: [],
    chains: [
      'northern-post ← oren-daske asserts 2025-03-04',
      'northern-post ← oren-daske retracts 2025-03-08',
      'saline-courier ← oren-daske declines_to_comment 2025-03-19',
    ],
  },
  garrison: {
    why: 'a spokeswoman denied it for Saline and confirms it for Velmara: only what she says last is her position',
    standing: 'single_origin',
    flags: ['no_quote', 'unarchived'],
    counts: 'for 1/1/1, against 0/0, declined 1, no response 0, relays 3 of 6',
    positions: ['ilva-marrin confirms · velmara-government', 'tarsk-government declines_to_comment · tarsk-government'],
    chains: [
      'saline-courier ← ilva-marrin denies 2025-03-12',
      'saline-courier ← tarsk-government declines_to_comment',
      'daily-lantern ← ilva-marrin confirms 2025-03-28',
    ],
  },
  'ferry-moves': {
    why: 'on 10 March the spokeswoman spoke for Saline: she and the province are one origin',
    standing: 'single_origin',
    flags: ['no_quote', 'unarchived'],
    counts: 'for 2/1/1, against 0/0, declined 0, no response 0, relays 2 of 4',
    positions: ['ilva-marrin asserts · saline-province', 'saline-province asserts · saline-province'],
    chains: ['saline-courier ← ilva-marrin asserts 2025-03-10', 'saline-courier ← saline-province asserts 2025-03-11'],
  },
  'toll-rise': {
    why: 'on 2 April she spoke for Velmara: she and its ports authority are one origin, the province is against',
    standing: 'contested',
    flags: ['unarchived'],
    counts: 'for 2/1/1, against 1/1, declined 0, no response 0, relays 3 of 6',
    positions: [
      'ilva-marrin asserts · velmara-government',
      'saline-province doubts · saline-province',
      'velmara-ports asserts · velmara-government',
    ],
    chains: [
      'daily-lantern ← ilva-marrin asserts 2025-04-02',
      'daily-lantern ← velmara-ports asserts',
      'daily-lantern ← saline-province doubts 2025-04-03',
    ],
  },
  survey: {
    why: '“in March” and 20 March overlap: what was recorded last is the position, the order undetermined',
    standing: 'single_origin',
    flags: ['no_quote', 'unarchived'],
    counts: 'for 1/1/1, against 0/0, declined 0, no response 0, relays 2 of 4',
    positions: ['velmara-defence asserts · velmara-government undetermined'],
    chains: ['northern-post ← velmara-defence denies 2025-03-20', 'daily-lantern ← velmara-defence asserts 2025-03'],
  },
  sold: {
    why: 'nobody says so, one denies it: denied',
    standing: 'denied',
    flags: ['unarchived'],
    counts: 'for 0/0/0, against 2/2, declined 0, no response 0, relays 1 of 3',
    positions: ['harbour-institute doubts · harbour-institute', 'velmara-government denies · velmara-government'],
    chains: ['daily-lantern ← harbour-institute doubts', 'velmara-government denies 2025-04-01'],
  },
  opening: {
    why: 'nobody says so, one doubts it, nobody denies it: doubted',
    standing: 'doubted',
    flags: ['no_quote', 'unarchived', 'overdue'],
    counts: 'for 0/0/0, against 1/1, declined 0, no response 0, relays 1 of 2',
    positions: ['saline-province doubts · saline-province'],
    chains: ['daily-lantern ← saline-province doubts 2025-04-03'],
  },
  evictions: {
    why: 'an outlet that asserts what it relays is no origin; that confirms it, is; that relays a denial, has its own word',
    standing: 'contested',
    flags: ['no_quote', 'unarchived'],
    // For: the dockworker’s host, the Post, the Lantern; the Courier has it from its dockworker.
    counts: 'for 4/3/3, against 1/1, declined 0, no response 0, relays 3 of 8',
    positions: [
      'courier-dockworker asserts · saline-courier (unnamed)',
      'daily-lantern asserts · daily-lantern',
      'northern-post confirms · northern-post',
      'saline-courier asserts · saline-courier no origin',
      'velmara-ports denies · velmara-government',
    ],
    chains: [
      // The Post’s relay rests on the Courier’s own link, which is there already.
      'northern-post ← saline-courier ← courier-dockworker asserts',
      'saline-courier asserts',
      'northern-post confirms',
      'daily-lantern ← velmara-ports denies',
      'daily-lantern asserts',
    ],
  },
  cranes: {
    why: '“it is reported” has no known origin; who passes that on and asserts it has nothing of his own either',
    standing: 'unattributed',
    flags: ['no_quote', 'unarchived'],
    counts: 'for 1/0/0, against 0/0, declined 0, no response 0, relays 1 of 3',
    positions: ['northern-post asserts · northern-post no origin'],
    chains: ['northern-post ← velmara-radio reports', 'northern-post asserts'],
  },
  strike: {
    why: '`self` raises nothing, and `speakingFor` wins over whom one speaks for by office: three origins',
    standing: 'corroborated',
    flags: ['no_quote', 'unarchived', 'overdue'],
    // Corvin merely calls it possible.
    counts: 'for 3/3/2, against 0/0, declined 0, no response 0, relays 3 of 6',
    positions: [
      'dockers-union asserts · dockers-union',
      'pell-corvin asserts (possible) · pell-corvin',
      'tove-rusk confirms · harbour-institute',
    ],
    chains: [
      'daily-lantern ← pell-corvin asserts',
      'daily-lantern ← dockers-union asserts',
      'daily-lantern ← tove-rusk confirms',
    ],
  },
  'night-works': {
    why: 'the Post’s link is withdrawn, and with it the Lantern’s; Radio Velmara holds up the unseen wire behind it',
    standing: 'corroborated',
    flags: ['no_quote', 'unarchived'],
    counts: 'for 2/2/2, against 0/0, declined 0, no response 0, relays 4 of 6',
    positions: ['meridian-engineer asserts · meridian-wire (unnamed)', 'pell-corvin asserts · dockers-union'],
    chains: [
      'velmara-radio ← meridian-wire ← meridian-engineer asserts',
      'daily-lantern ← northern-post ← pell-corvin asserts',
    ],
    dead: [
      'northern-post ← meridian-wire ← meridian-engineer asserts',
      'daily-lantern ← northern-post ← meridian-wire ← meridian-engineer asserts',
    ],
  },
  mines: {
    why: 'the Lantern relays the Post’s own report of the institute: one origin for, one against',
    standing: 'contested',
    flags: ['no_quote', 'unarchived'],
    counts: 'for 1/1/1, against 1/1, declined 0, no response 0, relays 3 of 5',
    positions: ['harbour-institute asserts · harbour-institute', 'velmara-defence denies · velmara-government'],
    chains: [
      'daily-lantern ← northern-post ← harbour-institute asserts',
      'daily-lantern ← velmara-defence denies 2025-04-15',
    ],
  },
  talks: {
    why: 'one office under two names counts twice, until the two are merged',
    standing: 'corroborated',
    flags: ['no_quote', 'unarchived'],
    counts: 'for 2/2/2, against 0/0, declined 0, no response 0, relays 2 of 4',
    positions: ['tarsk-foreign-office asserts · tarsk-government', 'tarsk-mfa confirms · tarsk-mfa'],
    chains: [
      'northern-post ← tarsk-foreign-office asserts 2025-04-17',
      'velmara-radio ← tarsk-mfa confirms 2025-04-19',
    ],
  },
  'talks-abroad': {
    why: 'one office under two names seems to contradict itself',
    standing: 'contested',
    flags: ['no_quote', 'unarchived'],
    counts: 'for 1/1/1, against 1/1, declined 0, no response 0, relays 2 of 4',
    positions: ['tarsk-foreign-office asserts · tarsk-government', 'tarsk-mfa denies · tarsk-mfa'],
    chains: ['northern-post ← tarsk-foreign-office asserts 2025-04-17', 'velmara-radio ← tarsk-mfa denies 2025-04-19'],
  },
  'lease-deal': {
    why: 'what a part of the government says has the government for its origin',
    standing: 'single_origin',
    flags: ['no_quote', 'unarchived'],
    counts: 'for 1/1/1, against 0/0, declined 0, no response 0, relays 1 of 2',
    positions: ['velmara-ports confirms · velmara-government'],
    chains: ['velmara-radio ← velmara-ports confirms 2025-04-19'],
  },
  depth: {
    why: 'a report that will be corrected',
    standing: 'single_origin',
    flags: ['no_quote', 'unarchived'],
    counts: 'for 1/1/1, against 0/0, declined 0, no response 0, relays 1 of 2',
    positions: ['velmara-ports asserts · velmara-government'],
    chains: ['saline-courier ← velmara-ports asserts'],
  },
};

describe.each(Object.entries(CLAIMS))('%s', (slug, expected) => {
  test(`stands as it must: ${expected.why}`, async () => {
    const claim = await told.room.get(`/v1/claims/${slug}`);
    const { standing, flags } = claim;
    expect({ standing, flags, counts: countsLine(claim) }).toEqual({
      standing: expected.standing,
      flags: expected.flags,
      counts: expected.counts,
    });
    expect(told.claims.get('radio')?.get(slug)).toEqual(claim);
  });

  test('has the positions that count, each with its origin', async () => {
    const { data } = await told.room.get(`/v1/claims/${slug}/positions?limit=1000`);
    expect(data.map(positionLine).sort()).toEqual([...expected.positions].sort());
  });

  test('shows every link of its chains, live or not', async () => {
    const { data } = await told.room.get(`/v1/claims/${slug}/attributions?limit=1000`);
    const labels = labelsOf(data);
    const labelled = (live: boolean) =>
      data.filter((each: { live: boolean }) => each.live === live).map(({ id }: { id: string }) => labels.get(id));
    expect(labelled(true).sort()).toEqual(linksOf(expected.chains));
    expect(labelled(false).sort()).toEqual([...(expected.dead ?? [])].sort());
  });
});

describe('chapter by chapter', () => {
  type Row = [ChapterName, slug: string, standing: string, flags: string[], counts: string, why: string];
  const rows: Row[] = [
    [
      'break',
      'lease',
      'single_origin',
      ['anonymous_only', 'no_quote', 'unarchived'],
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 2 of 3',
      'o ← wire ← people',
    ],
    [
      'echo',
      'lease',
      'single_origin',
      ['anonymous_only', 'no_quote', 'unarchived'],
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 12 of 13',
      'ten more outlets relay it: still one origin',
    ],
    [
      'found',
      'lease',
      'corroborated',
      ['anonymous_only', 'no_quote', 'unarchived'],
      'for 2/2/2, against 0/0, declined 0, no response 0, relays 13 of 15',
      'one of them has a source of its own: count and standing change at once',
    ],
    [
      'break',
      'price',
      'single_origin',
      ['anonymous_only', 'no_quote', 'unarchived'],
      'for 2/1/1, against 0/0, declined 0, no response 0, relays 4 of 6',
      'two unnamed sources of one host',
    ],
    [
      'march',
      'garrison',
      'denied',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 1/1, declined 1, no response 0, relays 2 of 4',
      'before she changed government',
    ],
    [
      'march',
      'survey',
      'denied',
      ['no_quote', 'unarchived'],
      'for 0/0/0, against 1/1, declined 0, no response 0, relays 1 of 2',
      'before “in March” was recorded',
    ],
    [
      'april',
      'night-works',
      'corroborated',
      ['no_quote', 'unarchived'],
      'for 2/2/2, against 0/0, declined 0, no response 0, relays 5 of 7',
      'the whole chain through the Post stands',
    ],
    [
      'misheard',
      'night-works',
      'single_origin',
      ['no_quote', 'unarchived'],
      'for 1/1/1, against 0/0, declined 0, no response 0, relays 2 of 3',
      'the Post’s link falls, the Lantern’s in front of it, and the unseen wire and engineer behind it',
    ],
  ];
  test.each(rows)('after %s, %s is %s', (chapter, slug, standing, flags, counts) => {
    const claim = told.claims.get(chapter)?.get(slug);
    expect({ standing: claim.standing, flags: claim.flags, counts: countsLine(claim) }).toEqual({
      standing,
      flags,
      counts,
    });
  });

  test('the withdrawal of a middle link answers with everything that falls', () => {
    const { attributions, claims } = told.answers.get('misheard');
    const falls = attributions.map(({ source, stance, live }: Fallen) => [source.slug, stance, live]);
    expect(falls.sort()).toEqual([
      ['daily-lantern', 'reports', false],
      ['meridian-engineer', 'asserts', false],
      ['meridian-wire', 'reports', false],
      ['northern-post', 'reports', false],
    ]);
    expect(claims).toEqual([
      {
        claim: { id: told.claims.get('radio')?.get('night-works').id, slug: 'night-works' },
        before: { standing: 'corroborated', flags: ['no_quote', 'unarchived'] },
        after: { standing: 'single_origin', flags: ['no_quote', 'unarchived'] },
      },
    ]);
  });
});

interface Fallen {
  readonly source: { readonly slug: string };
  readonly stance: string;
  readonly live: boolean;
}

describe('what a source stands for', () => {
  type Row = [source: string, all: string[], own: string[], why: string];
  const rows: Row[] = [
    [
      'velmara-government',
      [
        'depth: velmara-ports asserts · velmara-government',
        'dredging: tove-rusk confirms (probable) · velmara-government',
        'dredging: velmara-ports asserts · velmara-government',
        'evictions: velmara-ports denies · velmara-government',
        'garrison: ilva-marrin confirms · velmara-government',
        'lease-deal: velmara-ports confirms · velmara-government',
        'mines: velmara-defence denies · velmara-government',
        'sold: velmara-government denies · velmara-government',
        'survey: velmara-defence asserts · velmara-government undetermined',
        'toll-rise: ilva-marrin asserts · velmara-government',
        'toll-rise: velmara-ports asserts · velmara-government',
      ],
      ['sold: velmara-government denies · velmara-government'],
      'its parts, and its spokespeople at the time; not what Rusk says for the institute or Marrin for Saline',
    ],
    [
      'velmara-defence',
      [
        'dredging: tove-rusk confirms (probable) · velmara-government',
        'mines: velmara-defence denies · velmara-government',
        'survey: velmara-defence asserts · velmara-government undetermined',
      ],
      [
        'mines: velmara-defence denies · velmara-government',
        'survey: velmara-defence asserts · velmara-government undetermined',
      ],
      'the ministry is on the admiral’s way up',
    ],
    [
      'saline-province',
      [
        'ferry-moves: ilva-marrin asserts · saline-province',
        'ferry-moves: saline-province asserts · saline-province',
        'opening: saline-province doubts · saline-province',
        'toll-rise: saline-province doubts · saline-province',
      ],
      [
        'ferry-moves: saline-province asserts · saline-province',
        'opening: saline-province doubts · saline-province',
        'toll-rise: saline-province doubts · saline-province',
      ],
      'Marrin spoke for it on 10 March, no more since',
    ],
    [
      'ilva-marrin',
      [
        'ferry-moves: ilva-marrin asserts · saline-province',
        'garrison: ilva-marrin confirms · velmara-government',
        'toll-rise: ilva-marrin asserts · velmara-government',
      ],
      [
        'ferry-moves: ilva-marrin asserts · saline-province',
        'garrison: ilva-marrin confirms · velmara-government',
        'toll-rise: ilva-marrin asserts · velmara-government',
      ],
      'each position has the origin of its own time',
    ],
    [
      'tarsk-government',
      [
        'dredging: oren-daske denies · tarsk-government',
        'dredging: tarsk-government no_response · tarsk-government',
        'garrison: tarsk-government declines_to_comment · tarsk-government',
        'talks-abroad: tarsk-foreign-office asserts · tarsk-government',
        'talks: tarsk-foreign-office asserts · tarsk-government',
      ],
      [
        'dredging: tarsk-government no_response · tarsk-government',
        'garrison: tarsk-government declines_to_comment · tarsk-government',
      ],
      'the ministry that nobody has merged yet is not part of it',
    ],
    [
      'oren-daske',
      ['dredging: oren-daske denies · tarsk-government'],
      ['dredging: oren-daske denies · tarsk-government'],
      'what he took back is no position',
    ],
    [
      'harbour-institute',
      [
        'mines: harbour-institute asserts · harbour-institute',
        'sold: harbour-institute doubts · harbour-institute',
        'strike: tove-rusk confirms · harbour-institute',
      ],
      ['mines: harbour-institute asserts · harbour-institute', 'sold: harbour-institute doubts · harbour-institute'],
      'Rusk spoke for it once',
    ],
    [
      'pell-corvin',
      ['night-works: pell-corvin asserts · dockers-union', 'strike: pell-corvin asserts (possible) · pell-corvin'],
      ['night-works: pell-corvin asserts · dockers-union', 'strike: pell-corvin asserts (possible) · pell-corvin'],
      'once for the union, once for himself',
    ],
    [
      'dockers-union',
      ['night-works: pell-corvin asserts · dockers-union', 'strike: dockers-union asserts · dockers-union'],
      ['strike: dockers-union asserts · dockers-union'],
      'what he says for himself is not the union’s',
    ],
    ['meridian-wire', [], [], 'it only relays; what its unnamed people say is not its word'],
    [
      'northern-post',
      ['cranes: northern-post asserts · northern-post no origin', 'evictions: northern-post confirms · northern-post'],
      ['cranes: northern-post asserts · northern-post no origin', 'evictions: northern-post confirms · northern-post'],
      'an outlet has positions where it speaks in its own voice',
    ],
  ];
  test.each(rows)('%s', async (source, all, own) => {
    // biome-ignore lint/suspicious/noExplicitAny: as a client would read it
    const lines = (data: any[]) => data.map((each) => `${each.claim.slug}: ${positionLine(each)}`).sort();
    const positions = async (query: string) =>
      lines((await told.room.get(`/v1/sources/${source}/positions?limit=1000${query}`)).data);
    expect(await positions('')).toEqual(all);
    expect(await positions('&exact=true')).toEqual(own);
  });
});

describe('GET /v1/claims', () => {
  const ALL = Object.keys(CLAIMS);
  const NONE: string[] = [];
  /** Filters, what they find, and what they find with `exact=true` where that differs. */
  const rows: [query: string, found: string[], exact?: string[]][] = [
    ['', ALL],
    // Who asserts or confirms it now; a government speaks through its parts and its spokespeople of the time.
    ['assertedBy=velmara-government', ['depth', 'dredging', 'garrison', 'lease-deal', 'survey', 'toll-rise'], NONE],
    ['assertedBy=velmara-defence', ['dredging', 'survey'], ['survey']],
    ['assertedBy=velmara-ports', ['depth', 'dredging', 'lease-deal', 'toll-rise']],
    ['assertedBy=saline-province', ['ferry-moves']],
    ['assertedBy=ilva-marrin', ['ferry-moves', 'garrison', 'toll-rise']],
    ['assertedBy=tarsk-government', ['talks', 'talks-abroad'], NONE],
    ['assertedBy=oren-daske', NONE],
    ['assertedBy=dockers-union', ['night-works', 'strike'], ['strike']],
    ['assertedBy=pell-corvin', ['night-works', 'strike']],
    ['assertedBy=harbour-institute', ['mines', 'strike'], ['mines']],
    ['assertedBy=tove-rusk', ['dredging', 'strike']],
    ['assertedBy=meridian-wire', NONE],
    ['assertedBy=meridian-officials', ['lease', 'price']],
    ['assertedBy=saline-courier', ['evictions']],
    // Who denies it now.
    ['deniedBy=tarsk-government', ['dredging'], NONE],
    ['deniedBy=oren-daske', ['dredging']],
    ['deniedBy=velmara-government', ['evictions', 'mines', 'sold'], ['sold']],
    ['deniedBy=velmara-defence', ['mines']],
    ['deniedBy=ilva-marrin', NONE],
    ['deniedBy=saline-province', NONE],
    ['deniedBy=harbour-institute', NONE],
    ['deniedBy=tarsk-mfa', ['talks-abroad']],
    // Who took no side.
    ['declinedBy=tarsk-government', ['garrison']],
    ['declinedBy=oren-daske', NONE],
    // Any attribution that counts, current or not.
    ['by=oren-daske', ['dredging', 'payment']],
    ['by=oren-daske&stance=denies', ['dredging']],
    ['by=oren-daske&stance=asserts', ['payment']],
    ['by=oren-daske&stance=retracts', ['payment']],
    ['by=oren-daske&stance=declines_to_comment', ['dredging', 'payment']],
    ['by=tarsk-government', ['dredging', 'garrison', 'payment', 'talks', 'talks-abroad'], ['dredging', 'garrison']],
    [
      'by=saline-province',
      ['ferry-moves', 'garrison', 'opening', 'toll-rise'],
      ['ferry-moves', 'opening', 'toll-rise'],
    ],
    ['by=saline-province&stance=denies', ['garrison'], NONE],
    ['by=velmara-government&stance=denies', ['evictions', 'mines', 'sold', 'survey'], ['sold']],
    ['by=velmara-government&stance=confirms', ['dredging', 'garrison', 'lease-deal'], NONE],
    ['by=harbour-institute&stance=confirms', ['strike'], NONE],
    ['by=dockers-union', ['night-works', 'strike'], ['strike']],
    ['by=meridian-wire', ['lease', 'night-works', 'price']],
    ['by=meridian-wire&stance=reports', ['lease', 'night-works', 'price']],
    ['by=northern-post&stance=confirms', ['evictions']],
    [
      'by=northern-post',
      ['cranes', 'dredging', 'evictions', 'mines', 'night-works', 'payment', 'survey', 'talks', 'talks-abroad'],
    ],
    ['stance=no_response', ['dredging']],
    ['stance=retracts', ['payment']],
    ['stance=doubts', ['opening', 'sold', 'toll-rise']],
    // When it was said: an approximate date is found by every window that it touches.
    ['said.gte=2025-04-01&said.lt=2025-04-03', ['sold', 'toll-rise']],
    ['by=velmara-defence&said.gte=2025-03-25&said.lt=2025-04', ['survey']],
    ['by=ilva-marrin&stance=asserts&said.lt=2025-03-20', ['ferry-moves']],
    ['by=ilva-marrin&stance=denies&said.gte=2025-03-20', NONE],
    ['by=velmara-government&stance=asserts&said.gte=2025-04', ['toll-rise'], NONE],
    ['published.gte=2025-04-25', ['night-works', 'price']],
    ['published.gte=2025-04-28', ['night-works']],
    ['by=oren-daske&published.lt=2025-03-07', ['dredging', 'payment']],
    // What the positions make of it.
    ['standing=contested', ['dredging', 'evictions', 'mines', 'talks-abroad', 'toll-rise']],
    ['standing=corroborated', ['lease', 'night-works', 'price', 'strike', 'talks']],
    ['standing=single_origin', ['depth', 'ferry-moves', 'garrison', 'lease-deal', 'survey']],
    ['standing=denied', ['sold']],
    ['standing=doubted', ['opening']],
    ['standing=unattributed', ['cranes', 'payment']],
    ['flag=anonymous_only', ['lease', 'price']],
    ['flag=no_quote', ALL.filter((slug) => !['dredging', 'toll-rise', 'sold'].includes(slug))],
    // Nobody put a copy of any report into an archive; both horizons are over, and nobody has said what came of it.
    ['flag=unarchived', ALL],
    ['flag=overdue', ['opening', 'strike']],
    ['flag=overdue&standing=doubted', ['opening']],
    ['by=pell-corvin&flag=overdue', ['strike']],
    // No claim is about anybody, no quote can be looked for, and no claim bears on another.
    ['flag=uncontacted', NONE],
    ['flag=quote_lost', NONE],
    ['flag=contradicted', NONE],
    ['flag=undermined', NONE],
    // Where it was read.
    ['outlet=meridian-wire', ['lease', 'night-works', 'price']],
    ['outlet=velmara-radio', ['cranes', 'lease-deal', 'night-works', 'talks', 'talks-abroad']],
    ['outlet=cedar-news', ['lease']],
    ['outlet=velmara-government', ['sold']],
    ['kind=prediction', ['opening', 'strike']],
    ['dueBefore=2025-06', ['strike']],
    ['topic=port-saline', ALL],
    // Together.
    ['standing=contested&assertedBy=velmara-government', ['dredging', 'toll-rise'], NONE],
    ['flag=anonymous_only&outlet=cedar-news', ['lease']],
    ['deniedBy=velmara-government&outlet=daily-lantern', ['evictions', 'mines', 'sold'], ['sold']],
    ['assertedBy=velmara-government&deniedBy=tarsk-government', ['dredging'], NONE],
    ['by=meridian-engineer&standing=corroborated', ['night-works', 'price']],
  ];
  test.each(rows)('%s', async (query, found, exact = found) => {
    const slugs = async (more: string) => [...(await told.allClaims(`&${query}${more}`)).keys()].sort();
    expect(await slugs('')).toEqual([...found].sort());
    if (query !== '') expect(await slugs('&exact=true')).toEqual([...exact].sort());
  });

  test('report', async () => {
    const found = async (name: string) => {
      const { id } = await told.report(urlOf(name));
      return [...(await told.allClaims(`&report=${id}`)).keys()].sort();
    };
    expect(await found('lantern-mines')).toEqual(['mines']);
    expect(await found('lantern-april')).toEqual(['garrison', 'opening', 'sold', 'survey', 'toll-rise']);
    // What is left of it when the Post’s link is withdrawn: Corvin’s chain.
    expect(await found('lantern-night')).toEqual(['night-works']);
  });
});

describe('a relay that may not be', () => {
  const relay = (fields: object) =>
    told.room.request('POST', '/v1/attributions', { source: 'daily-lantern', stance: 'reports', ...fields });

  test('of another claim is answered with 422, and changes nothing', async () => {
    const relays = (await told.attribution('mines', 'harbour-institute asserts')).id;
    const { id: report } = await told.report(urlOf('lantern-mines'));
    const answer = await relay({ claim: 'depth', report, relays });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/relays' }] } });
    expect((await told.room.get('/v1/claims/depth')).counts.attributions).toBe(2);
  });

  test('of itself is answered with 422', async () => {
    const { id: report } = await told.report(urlOf('lantern-mines'));
    const id = '01960000-0000-7000-8000-0000000000a1';
    expect(await relay({ id, claim: 'mines', report, relays: id })).toMatchObject({ status: 422 });
  });
});
