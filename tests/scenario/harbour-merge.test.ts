import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLedger, type TestLedger } from '../harness.ts';
import { type Told, tell } from './telling.ts';
import { countsLine, labelsOf, originLine, positionLine } from './words.ts';

/** The harbour when duplicates are merged and taken apart again. */

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
type Json = any;

let ledger: TestLedger;
let told: Told;
const answers: Record<string, Json> = {};
const claims: Record<string, Map<string, Json>> = {};

const IF_MATCH = { 'if-match': '*' };
const merge = (path: string, body: object) => told.room.request('POST', `/v1/${path}/merge`, body, IF_MATCH);
const unmerge = (path: string) =>
  told.room.request('POST', `/v1/${path}/unmerge`, { reason: 'They are two.' }, IF_MATCH);

/** First the office is made one, then the claim; then both are taken apart, in the order in which they were made. */
beforeAll(async () => {
  ledger = await openLedger();
  told = await tell(ledger, 'radio');
  const steps: [string, () => Promise<{ status: number; body: Json }>][] = [
    ['office', () => merge('sources/tarsk-mfa', { into: 'tarsk-foreign-office', reason: 'One office, two names.' })],
    ['claim', () => merge('claims/lease-deal', { into: 'lease', reason: 'The same claim.' })],
  ];
  for (const [name, step] of steps) {
    const answer = await step();
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    answers[name] = answer.body;
    claims[name] = await told.allClaims();
  }
});
afterAll(() => ledger.close());

const stands = (all: ReadonlyMap<string, Json> | undefined, slug: string) => {
  const claim = all?.get(slug);
  return [claim.standing, ...claim.flags, countsLine(claim)].join(' ');
};
const positions = async (slug: string) =>
  (await told.room.get(`/v1/claims/${slug}/positions`)).data.map(positionLine).sort();

describe('one office under two names', () => {
  test('is one source with one position and one origin', async () => {
    expect(stands(claims.office, 'talks')).toBe(
      'single_origin no_quote unarchived for 1/1/1, against 0/0, declined 0, no response 0, relays 2 of 4',
    );
    expect(await positions('talks')).toEqual(['tarsk-foreign-office confirms · tarsk-government']);
  });

  test('does not contradict itself: what it said last is its position, and it has reversed', async () => {
    expect(stands(claims.office, 'talks-abroad')).toBe(
      'denied no_quote unarchived for 0/0/0, against 1/1, declined 0, no response 0, relays 2 of 4',
    );
    expect(await positions('talks-abroad')).toEqual(['tarsk-foreign-office denies · tarsk-government']);
    const { data } = await told.room.get('/v1/sources/tarsk-foreign-office/reversals');
    expect(
      data.map(({ claim, from, to, order }: Json) => `${claim.slug} ${from.stance} → ${to.stance} ${order}`),
    ).toEqual(['talks-abroad asserts → denies determined']);
  });

  test('the answer tells which claims stand otherwise, and who merged what and why', () => {
    const { merge: made, claims: turned, attributions } = answers.office;
    expect(made).toMatchObject({
      kind: 'source',
      from: { slug: 'tarsk-mfa' },
      into: { slug: 'tarsk-foreign-office' },
      reason: 'One office, two names.',
      forced: false,
      endedAt: null,
    });
    expect(attributions).toEqual([]);
    expect(
      turned.map(({ claim, before, after }: Json) => `${claim.slug}: ${before.standing} → ${after.standing}`).sort(),
    ).toEqual(['talks-abroad: contested → denied', 'talks: corroborated → single_origin']);
  });

  test('is found by the name that stands; its other name leads there', async () => {
    const found = async (query: string) => [...(await told.allClaims(`&${query}`)).keys()].sort();
    expect(await found('assertedBy=tarsk-foreign-office')).toEqual(['talks']);
    expect(await found('deniedBy=tarsk-foreign-office')).toEqual(['talks-abroad']);
    expect(await found('deniedBy=tarsk-government')).toEqual(['dredging', 'talks-abroad']);
    expect(await found('by=tarsk-foreign-office&stance=asserts')).toEqual(['talks', 'talks-abroad']);
    const read = await told.room.request('GET', '/v1/sources/tarsk-mfa');
    expect(read.status).toBe(308);
    expect(read.headers['cache-control']).toBe('no-store');
    const { id } = await told.room.get('/v1/sources/tarsk-foreign-office');
    expect([`/v1/sources/${id}`, '/v1/sources/tarsk-foreign-office']).toContain(read.headers.location);
  });

  test('can have nothing new under the name that is merged', async () => {
    const { id: report } = (
      await told
        .attribution('talks', 'velmara-radio ← tarsk-mfa confirms 2025-04-19')
        .catch(() => told.attribution('talks', 'velmara-radio ← tarsk-foreign-office confirms 2025-04-19'))
    ).report;
    const answer = await told.room.request('POST', '/v1/attributions', {
      claim: 'talks',
      source: 'tarsk-mfa',
      report,
      stance: 'denies',
    });
    expect(answer).toMatchObject({ status: 409, body: { mergedInto: expect.anything() } });
  });
});

describe('one claim in two words', () => {
  test('counts at the one that stands', async () => {
    expect(stands(claims.claim, 'lease')).toBe(
      'corroborated no_quote unarchived for 3/3/3, against 0/0, declined 0, no response 0, relays 14 of 17',
    );
    expect(claims.claim?.has('lease-deal')).toBe(false);
    expect(await positions('lease')).toEqual([
      'cedar-captain asserts · cedar-news (unnamed)',
      'meridian-officials asserts · meridian-wire (unnamed)',
      'velmara-ports confirms · velmara-government',
    ]);
    const { nodes, edges, origins } = await told.room.get('/v1/claims/lease/chain');
    const labels = labelsOf(nodes);
    expect([nodes.length, edges.length]).toEqual([17, 14]);
    expect(origins.map((origin: Json) => originLine(origin, labels)).sort()).toEqual([
      'for cedar-news (unnamed): cedar-captain asserts; echoes 1',
      'for meridian-wire (unnamed): meridian-officials asserts; echoes 12',
      'for velmara-government: velmara-ports confirms 2025-04-19; echoes 1',
    ]);
    expect(answers.claim.claims).toContainEqual({
      claim: { id: claims.claim?.get('lease').id, slug: 'lease' },
      before: { standing: 'corroborated', flags: ['anonymous_only', 'no_quote', 'unarchived'] },
      after: { standing: 'corroborated', flags: ['no_quote', 'unarchived'] },
    });
  });

  test('is not found under its other name any more, except at an instant before the merge', async () => {
    const read = await told.room.request('GET', '/v1/claims/lease-deal');
    expect(read.status).toBe(308);
    const before = encodeURIComponent(told.knownAt.get('radio') ?? '');
    const then = await told.room.get(`/v1/claims/lease-deal?knownAt=${before}`);
    expect(then).toEqual(told.claims.get('radio')?.get('lease-deal'));
    expect(await told.room.get(`/v1/claims/lease?knownAt=${before}`)).toEqual(told.claims.get('radio')?.get('lease'));
    const asserted = [...(await told.allClaims('&assertedBy=velmara-ports')).keys()].sort();
    expect(asserted).toEqual(['depth', 'dredging', 'lease', 'toll-rise']);
  });

  test('has the merge in its timeline', async () => {
    const { data } = await told.room.get('/v1/claims/lease/timeline?limit=1000');
    const merged = data.filter(({ type }: Json) => type === 'merged');
    expect(merged).toMatchObject([{ clock: 'recorded', claim: { slug: 'lease-deal' }, reason: 'The same claim.' }]);
  });
});

describe('what may not be merged', () => {
  test('unnamed sources of two outlets, unless somebody knows better', async () => {
    const body = { into: 'courier-dockworker', reason: 'They sound alike.' };
    expect((await merge('sources/meridian-engineer', body)).status).toBe(422);
    expect((await told.room.get('/v1/claims/price')).counts.for).toEqual({ positions: 3, origins: 2, firm: 2 });
  });

  test('what is merged already, and what would make a ring', async () => {
    const back = await merge('sources/tarsk-foreign-office', { into: 'tarsk-mfa', reason: 'The other way round.' });
    expect([409, 422]).toContain(back.status);
    const again = await merge('claims/lease-deal', { into: 'price', reason: 'Again.' });
    expect(again.status).toBe(409);
  });
});

describe('taken apart again', () => {
  test('every claim is answered as it was before it was merged', async () => {
    const before = told.claims.get('radio');
    expect((await unmerge('sources/tarsk-mfa')).status).toBe(200);
    expect(stands(await told.allClaims(), 'talks')).toBe(stands(before, 'talks'));
    expect(stands(await told.allClaims(), 'lease')).toBe(stands(claims.claim, 'lease'));
    expect((await unmerge('claims/lease-deal')).status).toBe(200);
    const after = await told.allClaims();
    expect([...after.keys()]).toEqual([...(before?.keys() ?? [])]);
    for (const slug of after.keys()) expect(stands(after, slug)).toBe(stands(before, slug));
    expect(await positions('talks-abroad')).toEqual([
      'tarsk-foreign-office asserts · tarsk-government',
      'tarsk-mfa denies · tarsk-mfa',
    ]);
    expect((await told.room.request('GET', '/v1/sources/tarsk-mfa')).status).toBe(200);
    expect((await told.room.get('/v1/sources/tarsk-foreign-office/reversals')).data).toEqual([]);
  });
});
