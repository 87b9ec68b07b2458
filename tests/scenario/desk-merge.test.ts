import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLedger, type TestLedger } from '../harness.ts';
import { REQUESTS } from './desk.ts';
import { DESK_CLOCK, type ToldDesk, tellDesk } from './desk-telling.ts';

/** The spill in two words: the desk’s things on both claims when they are merged, and when they are taken apart again. */

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
type Json = any;

let ledger: TestLedger;
let told: ToldDesk;

const lineOf = ({ standing, flags }: Json) => [standing, ...flags].join(' ');
const claimLine = async (slug: string, clocks = '') => lineOf(await told.room.get(`/v1/claims/${slug}?${clocks}`));
const linesOfRelations = async (slug: string) =>
  (await told.room.get(`/v1/claims/${slug}/relations`)).data
    .map(({ from, type, to }: Json) => `${from.slug} ${type} ${to.slug}`)
    .sort();
const requestsOn = async (query: string) => {
  const { data } = await told.room.get(`/v1/reply-requests?limit=1000&${query}`);
  const names = new Map(Object.entries(told.requests).map(([name, id]) => [id, name]));
  return data.map(({ id }: Json) => names.get(id)).sort();
};
const assessmentsOf = async (claim: string) => {
  const names = new Map(Object.entries(told.assessments).map(([name, id]) => [id, name]));
  const { data } = await told.room.get(`/v1/claims/${claim}/assessments`);
  return Object.fromEntries(
    data.map(({ id, current, supersededBy }: Json) => [names.get(id), current ? 'current' : names.get(supersededBy)]),
  );
};
const gapsOf = async (slug: string) =>
  (await told.room.get(`/v1/claims/${slug}/dossier`)).gaps.map(({ type }: Json) => type);
const act = async (action: 'merge' | 'unmerge', body: object) => {
  const answer = await told.room.request('POST', `/v1/claims/oil-spill/${action}`, body, { 'if-match': '*' });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
};

beforeAll(async () => {
  ledger = await openLedger({ start: DESK_CLOCK.june });
  told = await tellDesk(ledger);
});
afterAll(() => ledger.close());

describe('merged into the leak', () => {
  beforeAll(() => act('merge', { into: 'leak', reason: 'The same oil.' }));

  test('it brings a second origin, a named one, and what was flagged of both by itself is gone', async () => {
    // For: the officials of the wire, the union; against: the ambassador. The Courier’s report has a copy in the archive.
    expect(await claimLine('leak')).toBe('contested');
    expect((await told.room.get('/v1/claims/leak')).counts.for).toEqual({ positions: 2, origins: 2, firm: 2 });
    // On 10 June the water was still called clean.
    expect(await claimLine('leak', 'asOf=2025-06-10')).toBe('contested contradicted');
    expect(await claimLine('clean-water')).toBe('denied contradicted');
    // It depends on a claim that is contested as before.
    expect(await claimLine('cleanup')).toBe('single_origin no_quote unarchived');
  });

  test('the relations of both are between what stands', async () => {
    expect(await linesOfRelations('leak')).toEqual([
      'cleanup depends_on leak',
      'leak contradicts clean-water',
      'leak supports cleanup',
    ]);
    expect(await linesOfRelations('cleanup')).toEqual(['cleanup depends_on leak', 'leak supports cleanup']);
    expect((await told.room.request('GET', '/v1/claims/oil-spill/relations')).status).toBe(308);
  });

  test('the requests of both are on what stands; the merged name means that in a filter, and is refused in a body', async () => {
    expect(await requestsOn('claim=leak')).toEqual(['leak', 'spill']);
    expect(await requestsOn('claim=oil-spill')).toEqual(['leak', 'spill']);
    expect(await told.room.get(`/v1/reply-requests/${told.requests.spill}`)).toMatchObject({
      claim: { slug: 'leak' },
      state: 'overdue',
    });
    expect((await told.room.request('POST', '/v1/reply-requests', REQUESTS.spill)).status).toBe(409);
    expect(await gapsOf('leak')).toEqual(['request_overdue', 'one_language']);
  });

  test('the assessments of one reviewer on both follow each other', async () => {
    // Northern Check: the spill right on 30 June, the leak right on 1 July.
    expect(await assessmentsOf('leak')).toEqual({
      'leak false': 'leak half',
      'leak half': 'leak true',
      'leak true': 'current',
      'leak right': 'current',
      'spill right': 'leak right',
    });
  });

  test('what the union said of the spill is borne out by what is said of the leak', async () => {
    const { assertions } = await told.room.get('/v1/sources/dockers-union/record');
    expect(assertions).toEqual({
      total: 3,
      borneOut: 1,
      mixed: 1,
      refuted: 0,
      unproven: 1,
      unassessed: 0,
      // As in desk-record.test.ts: 1/(1 + 3.841459).
      rate: { count: 1, of: 1, low: 0.2065, high: 1 },
    });
  });

  test('before the merge both were what they were', async () => {
    const before = `knownAt=${encodeURIComponent(told.knownAt.august)}`;
    expect(await claimLine('oil-spill', before)).toBe('single_origin unarchived');
    expect(await claimLine('leak', before)).toBe('contested anonymous_only');
    expect(await requestsOn(`claim=leak&${before}`)).toEqual(['leak']);
  });
});

describe('taken apart again', () => {
  beforeAll(() => act('unmerge', { reason: 'Two tanks.' }));

  test('every claim is answered as before, and each has its own', async () => {
    const now = await told.allClaims();
    expect([...now].map(([slug, claim]) => `${slug}: ${lineOf(claim)}`).sort()).toEqual(
      [...told.claims.august].map(([slug, claim]) => `${slug}: ${lineOf(claim)}`).sort(),
    );
    expect(await requestsOn('claim=leak')).toEqual(['leak']);
    expect(await requestsOn('claim=oil-spill')).toEqual(['spill']);
    expect(await linesOfRelations('oil-spill')).toEqual(['oil-spill supports cleanup']);
    expect(await linesOfRelations('leak')).toEqual(['cleanup depends_on leak', 'leak contradicts clean-water']);
    expect(await assessmentsOf('oil-spill')).toEqual({ 'spill right': 'current' });
    expect(await gapsOf('leak')).toEqual(['single_origin', 'unnamed_only', 'one_language']);
  });
});
