import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
});
afterAll(() => ledger.close());

const now = () => new Date().toISOString();
const record = (source: { id: string }, query = '') => room.get(`/v1/sources/${source.id}/record?${query}`);
const NONE = { total: 0, borneOut: 0, mixed: 0, refuted: 0, unproven: 0, unassessed: 0, rate: null };

async function say(source: { id: string }, stance: string, fields: Record<string, unknown> = {}) {
  const claim = (fields.claim as { id: string } | undefined) ?? (await room.claim());
  await room.attribution({ source: source.id, stance, ...fields, claim: claim.id });
  return claim;
}

async function judge(claim: { id: string }, verdict: 'true' | 'false' | 'mixed' | null, fields: object = {}) {
  const value = { true: 5, mixed: 3, false: 1 };
  const { status, body } = await room.request('POST', '/v1/assessments', {
    claim: claim.id,
    reviewer: (await room.source({ kind: 'organization' })).id,
    rating: verdict === null ? { alternateName: 'Nobody knows' } : { ratingValue: value[verdict] },
    ...fields,
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

const predict = (prediction: object) => room.claim({ kind: 'prediction', prediction });
const decided = (outcome: string, resolvedAt = '2026-01-10T00:00:00Z') => predict({ outcome, resolvedAt });

describe('the record of a source', () => {
  test('of one that said nothing is empty', async () => {
    const source = await room.source();
    const { id, slug, name, kind } = source;
    expect(await record(source)).toEqual({
      source: { id, slug, name, kind },
      predictions: { total: 0, cameTrue: 0, didNot: 0, open: 0, overdue: 0, void: 0, rate: null },
      assertions: NONE,
      denials: NONE,
      reversals: 0,
      tookBack: 0,
      withdrawn: 0,
      topics: [],
      years: [],
    });
  });

  test('its predictions fare by their outcomes; those whose horizon has ended are overdue', async () => {
    const source = await room.source();
    for (const claim of [
      await decided('came_true'),
      await decided('came_true'),
      await decided('did_not'),
      await decided('void'),
      await predict({}),
      await predict({ horizon: '2026-02' }),
      await predict({ horizon: '2026-01-14' }),
    ])
      await say(source, 'asserts', { claim });
    expect((await record(source)).predictions).toEqual({
      ...{ total: 7, cameTrue: 2, didNot: 1, open: 2, overdue: 1, void: 1 },
      rate: { count: 2, of: 3, low: 0.2077, high: 0.9385 },
    });
  });

  test('what it asserts fares by the verdicts of others, what it denies the other way round', async () => {
    const source = await room.source();
    for (const stance of ['asserts', 'denies'] as const) {
      await judge(await say(source, stance), 'true');
      const twice = await say(source, stance);
      await judge(twice, 'false');
      await judge(twice, 'false');
      const differently = await say(source, stance);
      await judge(differently, 'true');
      await judge(differently, 'false');
      await judge(await say(source, stance), 'mixed');
      await judge(await say(source, stance), null);
      await say(source, stance);
    }
    const { assertions, denials } = await record(source);
    const rate = { count: 1, of: 2, low: 0.0945, high: 0.9055 };
    expect(assertions).toEqual({ total: 6, borneOut: 1, mixed: 2, refuted: 1, unproven: 1, unassessed: 1, rate });
    expect(denials).toEqual(assertions);
    const refuted = await room.source();
    await judge(await say(refuted, 'denies'), 'true');
    expect((await record(refuted)).denials).toMatchObject({ refuted: 1, borneOut: 0 });
  });

  test('a prediction that it denies is a denial', async () => {
    const source = await room.source();
    await say(source, 'denies', { claim: await decided('did_not') });
    expect(await record(source)).toMatchObject({ predictions: { total: 0 }, denials: { total: 1, unassessed: 1 } });
  });

  test('only the current verdict of a reviewer counts', async () => {
    const source = await room.source();
    const claim = await say(source, 'asserts');
    const { reviewer } = await judge(claim, 'false');
    await judge(claim, 'true', { reviewer: reviewer.id });
    expect((await record(source)).assertions).toMatchObject({ borneOut: 1, mixed: 0 });
  });

  test('nobody is judge in their own case: neither the source, nor its spokespeople and parts while they are that', async () => {
    const source = await room.source({ kind: 'government' });
    const spokesman = await room.source({ speaksFor: [{ organization: source.id, from: '2025', to: '2025' }] });
    const claim = await say(source, 'asserts');
    await judge(claim, 'true', { reviewer: source.id });
    await judge(claim, 'true', { reviewer: spokesman.id, published: '2025-06' });
    expect((await record(source)).assertions).toMatchObject({ unassessed: 1 });
    expect((await record(source, 'exact=true')).assertions).toMatchObject({ unassessed: 1 });
    await judge(claim, 'false', { reviewer: spokesman.id, published: '2026-01' });
    expect((await record(source)).assertions).toMatchObject({ refuted: 1 });
    expect((await record(source, `knownAt=${now()}`)).assertions).toMatchObject({ refuted: 1 });
    expect((await record(source, `asOf=2025-12-31`)).assertions).toMatchObject({ total: 0 });
  });

  test('a claim counts once, by the latest of those who speak for it', async () => {
    const government = await room.source({ kind: 'government' });
    const [one, two] = [
      await room.source({ speaksFor: government.id }),
      await room.source({ speaksFor: government.id }),
    ];
    const claim = await room.claim();
    await say(one, 'denies', { claim, said: '2025-11-02' });
    await say(two, 'asserts', { claim, said: '2025-11-01' });
    expect(await record(government)).toMatchObject({ assertions: { total: 0 }, denials: { total: 1 } });
    expect(await record(two)).toMatchObject({ assertions: { total: 1 }, denials: { total: 0 } });
    expect(await record(government, 'exact=true')).toMatchObject({ assertions: { total: 0 }, denials: { total: 0 } });
    await say(two, 'confirms', { claim, said: '2025-11-03' });
    expect(await record(government)).toMatchObject({ assertions: { total: 1 }, denials: { total: 0 } });
  });

  test('reversals, what it took back and what we withdrew are counted', async () => {
    const source = await room.source();
    const claim = await say(source, 'asserts', { said: '2024-03' });
    await say(source, 'denies', { claim, said: '2025-02-01' });
    await say(source, 'retracts', { claim: await say(source, 'asserts', { said: '2024-01' }), said: '2024-02' });
    await room.withdraw(await room.attribution({ source: source.id }));
    const told = await record(source);
    expect(told).toMatchObject({ reversals: 1, tookBack: 1, withdrawn: 1, denials: { total: 1 } });
    expect(told.years).toMatchObject([{ year: 2025, reversals: 1, denials: { total: 1 } }]);
    expect(await record(source, `knownAt=${now()}`)).toEqual(told);
  });

  test('is told by topic and by year', async () => {
    const topic = (await room.request('POST', '/v1/topics', { name: 'Harbours' })).body;
    const source = await room.source();
    for (const said of ['2024-05', '2025-01-01', '2025-12-31'])
      await say(source, 'asserts', { claim: await room.claim({ topic: topic.id }), said });
    await say(source, 'asserts', { said: '../2020' });
    const { topics, years } = await record(source);
    expect(topics).toMatchObject([
      { topic: { id: topic.id, slug: 'harbours', name: 'Harbours' }, assertions: { total: 3 }, reversals: 0 },
      { topic: null, assertions: { total: 1 } },
    ]);
    expect(years).toMatchObject([
      { year: 2025, assertions: { total: 2 } },
      { year: 2024, assertions: { total: 1 } },
      { year: null, assertions: { total: 1 } },
    ]);
  });

  test('merged sources and claims count at what stands', async () => {
    const [one, two] = [await room.source(), await room.source()];
    const [a, b] = [await room.claim(), await room.claim()];
    await say(one, 'asserts', { claim: a });
    await say(two, 'asserts', { claim: b });
    await judge(a, 'true');
    await room.act(`claims/${a.id}/merge`, { into: b.id, reason: 'The same.' });
    expect((await record(two)).assertions).toMatchObject({ total: 1, borneOut: 1 });
    await room.act(`sources/${one.id}/merge`, { into: two.id, reason: 'The same.' });
    expect((await record(two)).assertions).toMatchObject({ total: 1, borneOut: 1 });
    expect((await record(two, `knownAt=${now()}`)).assertions).toMatchObject({ total: 1, borneOut: 1 });
    expect((await room.request('GET', `/v1/sources/${one.id}/record`)).status).toBe(308);
    expect((await room.request('GET', '/v1/sources/nobody-at-all/record')).status).toBe(404);
  });
});

describe('by the clocks', () => {
  test('an outcome counts from its resolvedAt, and a verdict from its publication', async () => {
    const source = await room.source();
    const said = '2025-01-01';
    const claim = await predict({ horizon: '2025-06', outcome: 'came_true', resolvedAt: '2025-06-15T12:00:00Z' });
    await say(source, 'asserts', { said, claim });
    await judge(await say(source, 'asserts', { said }), 'false', { published: '2025-03' });
    const at = async (asOf: string) => {
      const { predictions, assertions } = await record(source, `asOf=${asOf}`);
      return [predictions.open, predictions.overdue, predictions.cameTrue, assertions.unassessed, assertions.refuted];
    };
    expect(await at('2024-12-31')).toEqual([0, 0, 0, 0, 0]);
    expect(await at('2025-03-30')).toEqual([1, 0, 0, 1, 0]);
    expect(await at('2025-03-31')).toEqual([1, 0, 0, 0, 1]);
    expect(await at('2025-06-14')).toEqual([1, 0, 0, 0, 1]);
    expect(await at('2025-06-15')).toEqual([0, 0, 1, 0, 1]);
  });

  test('overdue is by the clock of the question', async () => {
    const source = await room.source();
    await say(source, 'asserts', { claim: await predict({ horizon: '2025-06' }), said: '2025-01' });
    expect((await record(source, 'asOf=2025-06-29')).predictions).toMatchObject({ open: 1, overdue: 0 });
    expect((await record(source, 'asOf=2025-06-30')).predictions).toMatchObject({ open: 0, overdue: 1 });
    expect((await record(source)).predictions).toMatchObject({ overdue: 1 });
    const later = await room.source();
    await say(later, 'asserts', { claim: await predict({ horizon: '2027' }), said: '2025-01' });
    expect((await record(later, 'asOf=2028-01-01')).predictions).toMatchObject({ overdue: 1 });
    expect((await record(later, `knownAt=${now()}`)).predictions).toMatchObject({ open: 1 });
  });

  test('with knownAt it is what we had recorded by then', async () => {
    const source = await room.source();
    const before = now();
    const claim = await decided('came_true');
    await say(source, 'asserts', { claim });
    const judged = await say(source, 'asserts');
    const between = now();
    await judge(judged, 'true');
    await room.request('PATCH', `/v1/claims/${claim.id}`, { prediction: { outcome: 'did_not' } }, { 'if-match': '*' });
    const withdrawn = await room.attribution({ source: source.id });
    await room.withdraw(withdrawn);
    const later = await record(source);
    expect(later).toMatchObject({ predictions: { didNot: 1 }, assertions: { borneOut: 1 }, withdrawn: 1 });
    expect(await record(source, `knownAt=${between}`)).toMatchObject({
      ...{ predictions: { cameTrue: 1, didNot: 0 }, assertions: { borneOut: 0, unassessed: 1 }, withdrawn: 0 },
    });
    expect(await record(source, `knownAt=${before}`)).toMatchObject({ predictions: { total: 0 } });
    expect(await record(source, `knownAt=${now()}`)).toEqual(later);
  });
});
