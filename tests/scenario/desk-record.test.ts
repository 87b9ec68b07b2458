import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLedger, type TestLedger } from '../harness.ts';
import { DESK_CLOCK, type ToldDesk, tellDesk } from './desk-telling.ts';

/** How the sources of the summer fared, and what reviewers made of its claims; worked out by hand from DESIGN §2–§3. */

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
 * Wilson score intervals at 95 % (z = 1.959964, z² = 3.841459), by hand: with p = k/n
 *   centre = (p + z²/2n) / (1 + z²/n), half = z/(1 + z²/n) · √(p(1−p)/n + z²/4n²), [centre − half, centre + half]
 * Of k = n: low = n/(n + z²), high = 1. Of k = 0: low = 0, high = z²/(n + z²).
 *   1 of 1: 1/4.841459 = 0.206549; 2 of 2: 2/5.841459 = 0.342380; 0 of 1: 3.841459/4.841459 = 0.793451
 *   1 of 2: centre = (0.5 + 0.960365)/(1 + 1.920729) = 0.5; √(0.125 + 0.240091) = 0.604228;
 *           half = 1.959964/2.920729 · 0.604228 = 0.671053 · 0.604228 = 0.405469; 0.094531 and 0.905469
 */
const ONE_OF_ONE = { count: 1, of: 1, low: 0.2065, high: 1 };
const TWO_OF_TWO = { count: 2, of: 2, low: 0.3424, high: 1 };
const NONE_OF_ONE = { count: 0, of: 1, low: 0, high: 0.7935 };
const ONE_OF_TWO = { count: 1, of: 2, low: 0.0945, high: 0.9055 };

type Rate = { count: number; of: number; low: number; high: number } | null;

const predictions = (
  total: number,
  more: Partial<Record<'cameTrue' | 'didNot' | 'open' | 'overdue' | 'void', number>> = {},
  rate: Rate = null,
) => ({ total, cameTrue: 0, didNot: 0, open: 0, overdue: 0, void: 0, ...more, rate });

const fared = (
  total: number,
  more: Partial<Record<'borneOut' | 'mixed' | 'refuted' | 'unproven' | 'unassessed', number>> = {},
  rate: Rate = null,
) => ({ total, borneOut: 0, mixed: 0, refuted: 0, unproven: 0, unassessed: 0, ...more, rate });

const NO_PREDICTIONS = predictions(0);
const NONE = fared(0);

/** A record without `source`, its topics by slug (`-` where there is none) and its years as keys. */
function tableOf({ source: _, topics, years, ...sums }: Json) {
  return {
    ...sums,
    topics: Object.fromEntries(topics.map(({ topic, ...rest }: Json) => [topic?.slug ?? '-', rest])),
    years: Object.fromEntries(years.map(({ year, ...rest }: Json) => [year ?? '-', rest])),
  };
}
const recordOf = async (source: string, query = '') =>
  tableOf(await told.room.get(`/v1/sources/${source}/record?${query}`));

describe('the record of Velmara', () => {
  /**
   * Its predictions: the opening (its ports authority) did not come about; the festival (Marrin, who speaks for it since 16
   * March) is overdue in August. Its assertions: the blasting (the admiral of its ministry), rated true. Its denials: the sale and
   * the clean water, both rated false, so borne out; the ferry, a prediction that it doubts, which nobody rated. It said that the
   * water is clean before it denied it: one reversal. We withdrew what the ministry never said of the water, and its denial of
   * the ferry was superseded: two. Its silence on the cleanup is no position.
   */
  const ALL_OF_IT = {
    predictions: predictions(2, { didNot: 1, overdue: 1 }, NONE_OF_ONE),
    assertions: fared(1, { borneOut: 1 }, ONE_OF_ONE),
    denials: fared(3, { borneOut: 2, unassessed: 1 }, TWO_OF_TWO),
    reversals: 1,
  };

  test('counts what its parts and its spokespeople say', async () => {
    expect(await recordOf('velmara-government')).toEqual({
      ...ALL_OF_IT,
      tookBack: 0,
      withdrawn: 2,
      topics: { 'port-saline': ALL_OF_IT },
      years: { 2025: ALL_OF_IT },
    });
  });

  test('of itself alone is empty: it said nothing in its own name', async () => {
    expect(await recordOf('velmara-government', 'exact=true')).toEqual({
      predictions: NO_PREDICTIONS,
      assertions: NONE,
      denials: NONE,
      reversals: 0,
      tookBack: 0,
      withdrawn: 0,
      topics: {},
      years: {},
    });
  });

  test('was another one before anything was decided or rated', async () => {
    // On 10 June both predictions are not due yet, and the clean water is an assertion still. A correction and a withdrawal have
    // no date in the world: they count at every `asOf`.
    const then = {
      predictions: predictions(2, { open: 2 }),
      assertions: fared(2, { unassessed: 2 }),
      denials: fared(2, { unassessed: 2 }),
      reversals: 0,
    };
    expect(await recordOf('velmara-government', 'asOf=2025-06-10')).toEqual({
      ...then,
      tookBack: 0,
      withdrawn: 2,
      topics: { 'port-saline': then },
      years: { 2025: then },
    });
    expect(await recordOf('velmara-government', `knownAt=${encodeURIComponent(told.knownAt.june)}`)).toMatchObject({
      // By real time both horizons are past, and no outcome was known.
      predictions: predictions(2, { overdue: 2 }),
      assertions: fared(2, { unassessed: 2 }),
      denials: fared(2, { unassessed: 2 }),
      reversals: 0,
      withdrawn: 0,
    });
  });
});

describe('the record of the dockers’ union', () => {
  /**
   * Through its chair it predicted the opening (did not come about) and the strike (came true). It asserted the rent (unproven),
   * the cleanup (one reviewer says true, the other wrong: mixed) and the spill (right). The bonus he took back: no position.
   */
  const SALINE = {
    predictions: predictions(1, { didNot: 1 }, NONE_OF_ONE),
    assertions: fared(3, { borneOut: 1, mixed: 1, unproven: 1 }, ONE_OF_ONE),
    denials: NONE,
    reversals: 0,
  };
  const DOCK_WORK = {
    predictions: predictions(1, { cameTrue: 1 }, ONE_OF_ONE),
    assertions: NONE,
    denials: NONE,
    reversals: 0,
  };
  const TOGETHER = { ...SALINE, predictions: predictions(2, { cameTrue: 1, didNot: 1 }, ONE_OF_TWO) };

  test('never tells a share by itself: one of two lies anywhere between 9 % and 91 %', async () => {
    const expected = {
      ...TOGETHER,
      tookBack: 1,
      withdrawn: 0,
      topics: { 'port-saline': SALINE, 'dock-work': DOCK_WORK },
      years: { 2025: TOGETHER },
    };
    expect(await recordOf('dockers-union')).toEqual(expected);
    // Everything had been said, decided and rated by 5 July.
    expect(await recordOf('dockers-union', 'asOf=2025-07-05')).toEqual(expected);
  });

  test('of itself alone has nothing of what its chair says', async () => {
    const own = { ...SALINE, predictions: NO_PREDICTIONS };
    expect(await recordOf('dockers-union', 'exact=true')).toEqual({
      ...own,
      tookBack: 0,
      withdrawn: 0,
      topics: { 'port-saline': own },
      years: { 2025: own },
    });
  });

  test('on 10 June had the bonus among its assertions, and none of it rated', async () => {
    expect(await recordOf('dockers-union', 'asOf=2025-06-10')).toMatchObject({
      predictions: predictions(2, { open: 2 }),
      assertions: fared(4, { unassessed: 4 }),
      tookBack: 0,
    });
  });
});

describe('the record of the Harbour Institute', () => {
  /**
   * Predictions: the visit is void, which never counts; the ferry and the basin are overdue; the toll has no end to its horizon.
   * Against: the opening and the strike, which nobody rated: that a prediction came true is no assessment of who denied it. What
   * it says of the tax case only it has rated itself: unassessed.
   */
  const DENIED_ONE = fared(1, { unassessed: 1 });
  const NOTHING = { predictions: NO_PREDICTIONS, assertions: NONE, denials: NONE, reversals: 0 };
  test('has no rate where nothing was decided, and does not count its own assessment', async () => {
    expect(await recordOf('harbour-institute')).toEqual({
      predictions: predictions(4, { open: 1, overdue: 2, void: 1 }),
      assertions: fared(1, { unassessed: 1 }),
      denials: fared(2, { unassessed: 2 }),
      reversals: 0,
      tookBack: 0,
      withdrawn: 0,
      topics: {
        'port-saline': { ...NOTHING, predictions: predictions(3, { overdue: 2, void: 1 }), denials: DENIED_ONE },
        'dock-work': { ...NOTHING, predictions: predictions(1, { open: 1 }), denials: DENIED_ONE },
        '-': { ...NOTHING, assertions: fared(1, { unassessed: 1 }) },
      },
      years: {
        // The basin it foretold in November.
        2024: { ...NOTHING, predictions: predictions(1, { overdue: 1 }) },
        2025: {
          ...NOTHING,
          predictions: predictions(3, { open: 1, overdue: 1, void: 1 }),
          assertions: fared(1, { unassessed: 1 }),
          denials: fared(2, { unassessed: 2 }),
        },
      },
    });
  });
});

describe('the record of Tarsk', () => {
  /** Its ambassador denied the leak, which both reviewers now call true: refuted. The visit, of December 2024, is void. */
  test('is that of its ambassador', async () => {
    const VISIT = { predictions: predictions(1, { void: 1 }), assertions: NONE, denials: NONE, reversals: 0 };
    const LEAK = {
      predictions: NO_PREDICTIONS,
      assertions: NONE,
      denials: fared(1, { refuted: 1 }, NONE_OF_ONE),
      reversals: 0,
    };
    const both = { ...LEAK, predictions: VISIT.predictions };
    expect(await recordOf('tarsk-government')).toEqual({
      ...both,
      tookBack: 0,
      withdrawn: 0,
      topics: { 'port-saline': both },
      years: { 2024: VISIT, 2025: LEAK },
    });
  });

  test('had its denial borne out while the leak was called false, and mixed when it was half true', async () => {
    const denials = async (asOf: string) => (await recordOf('tarsk-government', `asOf=${asOf}`)).denials;
    expect(await denials('2025-05-31')).toEqual(NONE);
    expect(await denials('2025-06-10')).toEqual(fared(1, { borneOut: 1 }, ONE_OF_ONE));
    expect(await denials('2025-06-22')).toEqual(fared(1, { mixed: 1 }));
    // “June” is over on 30 June; the other reviewer follows on 1 July.
    expect(await denials('2025-06-30')).toEqual(fared(1, { refuted: 1 }, NONE_OF_ONE));
  });
});

describe('assessments', () => {
  const names = () => new Map(Object.entries(told.assessments).map(([name, id]) => [id, name]));
  const found = async (query: string) => {
    const { data } = await told.room.get(`/v1/assessments?limit=1000&${query}`);
    return data.map(({ id }: Json) => names().get(id)).sort();
  };
  /** By name: `current`, or the name of the next one. */
  const successionOf = async (claim: string, clocks = '') => {
    const { data } = await told.room.get(`/v1/claims/${claim}/assessments?${clocks}`);
    return Object.fromEntries(
      data.map(({ id, current, supersededBy }: Json) => [
        names().get(id),
        current ? 'current' : names().get(supersededBy),
      ]),
    );
  };

  test('of one reviewer supersede each other by when they were published, whatever the order of recording', async () => {
    // 30 May; 20 June; “June”, which may be later than the 20th and was recorded after it. The other reviewer has one only.
    expect(await successionOf('leak')).toEqual({
      'leak false': 'leak half',
      'leak half': 'leak true',
      'leak true': 'current',
      'leak right': 'current',
    });
    expect(await successionOf('leak', 'asOf=2025-06-10')).toEqual({ 'leak false': 'current' });
    expect(await successionOf('leak', 'asOf=2025-06-22')).toEqual({
      'leak false': 'leak half',
      'leak half': 'current',
    });
    expect(await successionOf('leak', `knownAt=${encodeURIComponent(told.knownAt.june)}`)).toEqual({});
  });

  test('have the verdict of their reviewer’s scheme', async () => {
    const { data } = await told.room.get('/v1/assessments?limit=1000');
    const verdicts = Object.fromEntries(data.map(({ id, verdict }: Json) => [names().get(id), verdict]));
    expect(verdicts).toEqual({
      'leak half': 'mixed',
      'leak true': 'true',
      'leak false': 'false',
      'leak right': 'true',
      'water wrong': 'false',
      'rent unproven': 'unproven',
      'sale wrong': 'false',
      'cleanup true': 'true',
      'cleanup wrong': 'false',
      'spill right': 'true',
      'blasting true': 'true',
      'tax-case own': 'true',
    });
  });

  const rows: [query: string, names: string[]][] = [
    ['reviewer=northern-check', ['cleanup wrong', 'leak right', 'sale wrong', 'spill right', 'water wrong']],
    ['claim=cleanup', ['cleanup true', 'cleanup wrong']],
    ['claim=leak&current=true', ['leak right', 'leak true']],
    [
      'verdict=true&current=true',
      ['blasting true', 'cleanup true', 'leak right', 'leak true', 'spill right', 'tax-case own'],
    ],
    ['verdict=mixed', ['leak half']],
    ['verdict=mixed&current=true', []],
    ['topic=dock-work', []],
    // The tax case has no topic.
    ['topic=port-saline&reviewer=harbour-institute', []],
    ['published.gte=2025-07-04', ['blasting true', 'tax-case own', 'water wrong']],
    ['published.lt=2025-06', ['leak false']],
    // “June” may have been the 25th.
    ['claim=leak&published.gte=2025-06-25&published.lt=2025-06-26', ['leak true']],
    ['claim=leak&current=true&asOf=2025-06-22', ['leak half']],
  ];
  test.each(rows)('%s', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  test('stand beside the standing: a claim that is called wrong is no more denied for it', async () => {
    const cleanup = await told.room.get('/v1/claims/cleanup');
    expect([cleanup.standing, cleanup.counts.against.positions]).toEqual(['single_origin', 0]);
  });

  test('with a rating that the scheme does not have are refused', async () => {
    const answer = await told.room.request('POST', '/v1/assessments', {
      claim: 'rent',
      reviewer: 'saline-facts',
      rating: { ratingValue: 4, alternateName: 'Mostly true', worstRating: 1, bestRating: 5 },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].pointer).toMatch(/^\/rating/);
  });
});
