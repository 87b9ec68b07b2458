import { readFileSync } from 'node:fs';
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

interface Origin {
  source: { id: string; slug: string };
  anonymous: boolean;
  side: string;
  attributions: string[];
  echoes: number;
}
interface Chain {
  claim: { id: string; slug: string };
  nodes: { id: string; source: { id: string; slug: string }; relays: string | null; live: boolean }[];
  edges: { from: string; to: string }[];
  origins: Origin[];
}

const FAR_OFF = '2999-01-01';

/** The chain of a claim, which must be the same when it is asked for at the end of time on either clock. */
async function chainOf(claim: { id: string }, clocks = ''): Promise<Chain> {
  const chain = await room.get(`/v1/claims/${claim.id}/chain${clocks}`);
  if (clocks !== '') return chain;
  for (const clock of ['asOf', 'knownAt']) {
    expect(await room.get(`/v1/claims/${claim.id}/chain?${clock}=${FAR_OFF}`), clock).toEqual(chain);
  }
  return chain;
}

/** What an outlet says in a report of its own. */
async function printed(fields: Record<string, unknown> = {}) {
  const report = await room.report({ published: '2025-12' });
  return room.attribution({ source: report.outlet.id, report: report.id, ...fields });
}
const now = () => new Date().toISOString().replace('Z', '999Z');

describe('the chain of a claim', () => {
  test('shows everything that was said, live or not, who passes on what, and on whose word it rests', async () => {
    const claim = await room.claim();
    const source = await room.source();
    const told = await printed({ claim: claim.id, source: source.id });
    const relay = await printed({ claim: claim.id, relays: told });
    const denial = await printed({ claim: claim.id, stance: 'denies' });
    const withdrawn = await printed({ claim: claim.id });
    await room.withdraw(withdrawn);
    const chain = await chainOf(claim);
    expect(chain.claim).toEqual({ id: claim.id, slug: claim.slug });
    expect(chain.nodes.map(({ id, live }) => [id, live])).toEqual([
      [told.id, true],
      [relay.id, true],
      [denial.id, true],
      [withdrawn.id, false],
    ]);
    expect(chain.nodes[0]).toEqual(await room.get(`/v1/attributions/${told.id}`));
    expect(chain.edges).toEqual([{ from: relay.id, to: told.id }]);
    expect(chain.origins).toMatchObject([
      { source: { id: source.id }, anonymous: false, side: 'for', attributions: [told.id], echoes: 1 },
      { source: { id: denial.source.id }, side: 'against', attributions: [denial.id], echoes: 0 },
    ]);
  });

  test('of nothing said is empty, and of a claim that is not there is not found', async () => {
    const claim = await room.claim();
    expect(await chainOf(claim)).toEqual({
      claim: { id: claim.id, slug: claim.slug },
      nodes: [],
      edges: [],
      origins: [],
    });
    for (const query of ['', `?asOf=${FAR_OFF}`, `?knownAt=${FAR_OFF}`]) {
      expect(await room.request('GET', `/v1/claims/no-such-claim/chain${query}`)).toMatchObject({ status: 404 });
      expect(await room.request('GET', `/v1/claims/${ledger.newId()}/chain${query}`)).toMatchObject({ status: 404 });
    }
  });

  test('counts ten more outlets that relay a story as its echoes, through whomever they have it', async () => {
    const claim = await room.claim();
    const told = await printed({ claim: claim.id, source: (await room.source()).id });
    let last = await printed({ claim: claim.id, relays: told });
    const before = await room.get(`/v1/claims/${claim.id}`);
    for (let outlet = 0; outlet < 10; outlet += 1) {
      last = await printed({ claim: claim.id, relays: outlet % 2 === 0 ? told : last });
    }
    const after = await room.get(`/v1/claims/${claim.id}`);
    expect(after).toMatchObject({ standing: 'single_origin', counts: { for: before.counts.for, relays: 11 } });
    expect((await chainOf(claim)).origins).toMatchObject([{ attributions: [told.id], echoes: 11 }]);
  });

  test('gains an origin, and the claim its standing, at once when an outlet turns out to have a source of its own', async () => {
    const claim = await room.claim();
    const told = await printed({ claim: claim.id, source: (await room.source()).id });
    const relay = await printed({ claim: claim.id, relays: told });
    expect(await room.get(`/v1/claims/${claim.id}`)).toMatchObject({ standing: 'single_origin' });
    const insider = await room.source({ kind: 'anonymous', host: relay.source.id });
    const own = await room.attribution({ claim: claim.id, source: insider.id, report: relay.report.id });
    await printed({ claim: claim.id, relays: own });
    expect(await room.get(`/v1/claims/${claim.id}`)).toMatchObject({
      standing: 'corroborated',
      counts: { for: { origins: 2 } },
    });
    expect((await chainOf(claim)).origins).toMatchObject([
      { source: { id: told.source.id }, anonymous: false, attributions: [told.id], echoes: 1 },
      { source: { id: relay.source.id }, anonymous: true, attributions: [own.id], echoes: 1 },
    ]);
  });

  test('has two spokesmen and a part of one government for one origin, with the echoes of both', async () => {
    const government = await room.source({ kind: 'government' });
    const ministry = await room.source({ kind: 'government', partOf: [{ organization: government.id }] });
    const spokesman = await room.source({ speaksFor: [{ organization: ministry.id }] });
    const claim = await room.claim();
    const said = [];
    for (const source of [spokesman, ministry]) {
      said.push(await printed({ claim: claim.id, source: source.id, stance: 'denies' }));
      await printed({ claim: claim.id, relays: said.at(-1) });
    }
    expect((await chainOf(claim)).origins).toMatchObject([
      { source: { id: government.id }, side: 'against', attributions: said.map(({ id }) => id), echoes: 2 },
    ]);
  });

  test('does not list what a spokesman said before for another government under the one that he speaks for now', async () => {
    const [before, after] = [await room.source({ kind: 'government' }), await room.source({ kind: 'government' })];
    const spokesman = await room.source({
      speaksFor: [
        { organization: before.id, to: '2024' },
        { organization: after.id, from: '2025' },
      ],
    });
    const claim = await room.claim();
    const earlier = await printed({ claim: claim.id, source: spokesman.id, said: '2024-06' });
    await printed({ claim: claim.id, relays: earlier });
    const later = await printed({ claim: claim.id, source: spokesman.id, said: '2025-06' });
    expect((await chainOf(claim)).origins).toMatchObject([
      { source: { id: after.id }, attributions: [later.id], echoes: 0 },
    ]);
  });

  test('takes in what is said of a claim that is merged into it, whose own chain and timeline lead to it', async () => {
    const [claim, same] = [await room.claim(), await room.claim()];
    const source = await room.source();
    const told = await printed({ claim: claim.id, source: source.id });
    const again = await printed({ claim: same.id, source: source.id });
    await printed({ claim: same.id, relays: again });
    const before = now();
    const body = { into: claim.id, reason: 'The same in other words.' };
    await room.request('POST', `/v1/claims/${same.id}/merge`, body, { 'if-match': '*' });
    expect((await chainOf(claim)).origins).toMatchObject([{ attributions: [told.id, again.id], echoes: 1 }]);
    for (const list of ['chain', 'timeline?limit=1']) {
      const moved = await room.request('GET', `/v1/claims/${same.slug}/${list}`);
      expect([moved.status, moved.headers.location]).toEqual([308, `/v1/claims/${claim.slug}/${list}`]);
    }
    expect((await chainOf(same, `?knownAt=${before}`)).nodes).toHaveLength(2);
  });

  test('has no origin in what an outlet asserts and also relays', async () => {
    const claim = await room.claim();
    const told = await printed({ claim: claim.id, source: (await room.source()).id });
    const relay = await printed({ claim: claim.id, relays: told });
    await room.attribution({ claim: claim.id, source: relay.source.id, report: relay.report.id });
    expect((await chainOf(claim)).origins).toMatchObject([{ source: { id: told.source.id } }]);
  });
});

describe('the chain of a claim in the past', () => {
  test('on the recorded clock is the answer of then, whatever is added and withdrawn later', async () => {
    const claim = await room.claim();
    const told = await printed({ claim: claim.id, source: (await room.source()).id });
    const relay = await printed({ claim: claim.id, relays: told });
    const [then, answer] = [now(), await chainOf(claim)];
    await room.withdraw(relay);
    await printed({ claim: claim.id, relays: told });
    await printed({ claim: claim.id, stance: 'denies' });
    expect(await chainOf(claim, `?knownAt=${then}`)).toEqual(answer);
    expect((await chainOf(claim)).origins).toHaveLength(2);
  });

  test('on the clock of the world has only what had been said', async () => {
    const claim = await room.claim();
    const told = await printed({ claim: claim.id, source: (await room.source()).id, said: '2024-03-05' });
    const relay = await printed({ claim: claim.id, relays: told });
    const denial = await printed({ claim: claim.id, stance: 'denies', said: '2024-03~' });
    const seen = async (asOf: string) => {
      const { nodes, edges, origins } = await chainOf(claim, `?asOf=${asOf}`);
      return [nodes.map(({ id }) => id), edges.length, origins.map(({ side, echoes }) => [side, echoes])];
    };
    expect(await seen('2024-03-04')).toEqual([[], 0, []]);
    expect(await seen('2024-03-05')).toEqual([[told.id], 0, [['for', 0]]]);
    expect(await seen('2024-03-31')).toEqual([
      [told.id, denial.id],
      0,
      [
        ['for', 0],
        ['against', 0],
      ],
    ]);
    expect(await seen('2025-12-31')).toEqual([
      [told.id, relay.id, denial.id],
      1,
      [
        ['for', 1],
        ['against', 0],
      ],
    ]);
  });
});

describe('a correction that would close a circle', () => {
  test('is refused with the circle, at the place that closes it, and corrects nothing', async () => {
    const claim = await room.claim();
    const told = await printed({ claim: claim.id, source: (await room.source()).id });
    const relay = await room.attribution({ claim: claim.id, report: told.report.id, relays: told });
    const [one, two] = [ledger.newId(), ledger.newId()];
    const body = {
      reason: 'They cite each other.',
      supersedes: [
        { attribution: told.id, by: { id: one, stance: 'reports', relays: two } },
        { attribution: relay.id, by: { id: two, stance: 'reports', relays: one } },
      ],
    };
    const answer = await room.request('POST', `/v1/reports/${told.report.id}/correct`, body, { 'if-match': '*' });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/supersedes/0/by/relays' }] } });
    expect(answer.body.chain).toMatchObject([
      { id: one, source: told.source.slug, claim: claim.slug, stance: 'reports' },
      { id: two, source: relay.source.slug },
      { id: one },
    ]);
    expect((await chainOf(claim)).nodes.map(({ id, live }) => [id, live])).toEqual([
      [told.id, true],
      [relay.id, true],
    ]);
  });
});

describe('in the founding case, on whose word refund rests', () => {
  test('is answered in one request: unnamed people of Bloomberg alone, through two relays, however many outlets relay it', async () => {
    const bundle = JSON.parse(readFileSync(new URL('../../examples/s400.bundle.json', import.meta.url), 'utf8'));
    expect(await room.request('POST', '/v1/imports', bundle)).toMatchObject({ status: 201 });
    const refund = await room.get('/v1/claims/refund');
    const [origin, ...others] = (await chainOf(refund)).origins;
    expect(origin).toMatchObject({ source: { slug: 'bloomberg' }, anonymous: true, side: 'for', echoes: 2 });
    expect(others).toMatchObject([{ source: { slug: 'russia-government' }, side: 'against', echoes: 2 }]);

    const { nodes } = await chainOf(refund);
    const word = nodes.find(({ id }) => id === origin?.attributions[0]);
    expect(word?.source.slug).toBe('bloomberg-people-familiar');
    const bloombergs = nodes.find(({ relays }) => relays === word?.id);
    for (let outlet = 0; outlet < 10; outlet += 1) await printed({ claim: refund.id, relays: bloombergs });
    expect((await chainOf(refund)).origins).toEqual([{ ...origin, echoes: 12 }, ...others]);
    expect((await room.get('/v1/claims/refund')).counts.for.origins).toBe(1);
  });
});
