import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLedgers } from '../../src/database/ledger.ts';
import { summarize } from '../../src/domain/summary.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
});
afterAll(() => ledger.close());

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
type Json = any;

const KINDS = ['claim', 'source', 'report'] as const;
type Kind = (typeof KINDS)[number];
type World = Readonly<Record<Kind, readonly string[]>> & { readonly slugs: ReadonlyMap<string, string> };

const STANCES = ['asserts', 'confirms', 'denies', 'doubts', 'declines_to_comment', 'retracts', 'reports'] as const;
const said = fc.record({
  claim: fc.nat(3),
  source: fc.nat(6),
  report: fc.nat(4),
  stance: fc.constantFrom(...STANCES, 'asserts', 'denies'),
  relays: fc.option(fc.nat(20), { freq: 2 }),
  said: fc.option(fc.constantFrom('2025-01', '2025-02', '2025-01/2025-03', '2025-03')),
  speakingFor: fc.option(fc.nat(6), { freq: 5 }),
  quote: fc.boolean(),
});
type Said = typeof said extends fc.Arbitrary<infer T> ? T : never;
const affiliation = fc.record({ source: fc.nat(6), above: fc.nat(6), kind: fc.constantFrom('partOf', 'speaksFor') });
const ledgers = fc.record({
  said: fc.array(said, { minLength: 3, maxLength: 10 }),
  affiliations: fc.array(affiliation, { maxLength: 4 }),
});

const ANY = { 'if-match': '*' };
const post = (path: string, body: object) => room.request('POST', `/v1/${path}`, body, ANY);

/** Four claims, seven sources of all kinds, and five reports of two outlets, two of them unseen. */
async function makeWorld(given: typeof ledgers extends fc.Arbitrary<infer T> ? T : never): Promise<World> {
  const [one, two] = [await room.outlet(), await room.outlet()];
  const sources = [
    one,
    two,
    await room.source({ kind: 'government' }),
    await room.source({ kind: 'organization' }),
    await room.source(),
    await room.source({ kind: 'anonymous', host: one.id }),
    await room.source({ kind: 'anonymous', host: two.id }),
  ];
  const unseen = { title: null, status: 'cited_unseen' };
  const reports = [
    await room.report({ outlet: one.id, published: '2025-02' }),
    await room.report({ outlet: two.id }),
    await room.report({ outlet: one.id, ...unseen }),
    await room.report({ outlet: two.id, ...unseen, published: '2025-01' }),
    await room.report({ outlet: one.id, ...unseen }),
  ];
  const claims = [await room.claim(), await room.claim(), await room.claim({ about: [one.id] }), await room.claim()];
  const idsOf = (things: readonly Json[]) => things.map(({ id }) => id);
  const world = {
    claim: idsOf(claims),
    source: idsOf(sources),
    report: idsOf(reports),
    slugs: new Map([...claims, ...sources].map(({ id, slug }) => [id, slug])),
  };
  for (const { source, above, kind } of given.affiliations) {
    // What makes a circle is refused: any ledger that the service lets in.
    const body = { [kind]: world.source[above] };
    await room.request('PATCH', `/v1/sources/${world.source[source]}`, body, ANY);
  }
  for (const each of given.said) await say(world, each);
  return world;
}

async function say(world: World, { claim, source, report, stance, relays, said: when, speakingFor, quote }: Said) {
  const stands = async (kind: Kind, id: string | undefined) => {
    const { rows } = await ledger.database.pool.query('SELECT stands_id FROM merged_ids WHERE id = $1', [id]);
    return rows[0]?.stands_id ?? id ?? world[kind][0];
  };
  const claimId = await stands('claim', world.claim[claim]);
  const { data } = await room.get(`/v1/claims/${claimId}/attributions`);
  const relayed = relays === null || data.length === 0 ? null : data[relays % data.length].id;
  const answer = await room.request('POST', '/v1/attributions', {
    claim: claimId,
    source: await stands('source', world.source[source]),
    report: await stands('report', world.report[report]),
    stance: relayed === null ? stance : 'reports',
    relays: relayed,
    said: when,
    speakingFor:
      speakingFor === null || speakingFor === source ? null : await stands('source', world.source[speakingFor]),
    ...(quote ? { quote: 'words' } : {}),
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
}

/** A merge, or with `into` null the end of one. */
interface Step {
  readonly kind: Kind;
  readonly from: number;
  readonly into: number | null;
}
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...KINDS, 'source' as const, 'claim' as const),
  from: fc.nat(20),
  into: fc.option(fc.nat(20), { freq: 2 }),
});

/** Does a step; false where it is refused. */
async function take(world: World, { kind, from, into }: Step): Promise<boolean> {
  const idOf = (index: number) => world[kind][index % world[kind].length];
  const answer =
    into === null
      ? await post(`${kind}s/${idOf(from)}/unmerge`, {})
      : await post(`${kind}s/${idOf(from)}/merge`, {
          into: idOf(into),
          reason: 'The same.',
          ...(kind === 'source' ? { force: true } : {}),
        });
  expect([200, 409, 422], JSON.stringify(answer.body)).toContain(answer.status);
  return answer.status === 200;
}

/** Everything that is derived, and the answers over HTTP, but for versions, which every merge moves. */
async function seen(world: World): Promise<object> {
  const sql = async (text: string) => (await ledger.database.pool.query(text, [world.claim])).rows;
  const derived = {
    merged: (
      await ledger.database.pool.query('SELECT * FROM merged_ids WHERE id = ANY ($1) ORDER BY id', [
        KINDS.flatMap((kind) => world[kind]),
      ])
    ).rows,
    attributions: await sql(
      'SELECT id, live, stance_from, stance_until FROM attributions WHERE claim_id = ANY ($1) ORDER BY id',
    ),
    positions: await sql('SELECT * FROM claim_positions WHERE claim_id = ANY ($1) ORDER BY claim_id, source_id'),
    voices: await sql('SELECT * FROM claim_voices WHERE claim_id = ANY ($1) ORDER BY 1, 2, 3, 4'),
    summaries: await sql('SELECT * FROM claim_summaries WHERE claim_id = ANY ($1) ORDER BY claim_id'),
  };
  const paths = [
    ...world.claim.flatMap((id) =>
      ['', '/attributions', '/positions', '/relations'].map((part) => `claims/${id}${part}`),
    ),
    ...world.claim.map((id) => `claims/${world.slugs.get(id)}`),
    ...world.source.flatMap((id) => ['', '/positions', '/positions?exact=true'].map((part) => `sources/${id}${part}`)),
    ...world.report.flatMap((id) => ['', '/attributions'].map((part) => `reports/${id}${part}`)),
    ...world.source.flatMap((id) =>
      ['by', 'assertedBy', 'deniedBy', 'outlet'].map((filter) => `claims?${filter}=${id}`),
    ),
    ...world.source.map((id) => `claims?by=${id}&exact=true&published.gte=2025`),
    ...world.report.map((id) => `claims?report=${id}`),
    ...world.source.map((id) => `attributions?source=${id}`),
  ];
  const answers: [string, number, unknown][] = [];
  for (const path of paths) {
    const { status, headers, body } = await room.request('GET', `/v1/${path}`);
    expect([200, 308]).toContain(status);
    answers.push([path, status, headers.location ?? unversioned(body)]);
  }
  return { derived, answers };
}

function unversioned(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body, (key, value) => (key === 'version' || key === 'updatedAt' ? undefined : value)),
  );
}

test('merges and unmerges in any order end as if only those that remain had been made, and undone leave nothing', async () => {
  await fc.assert(
    fc.asyncProperty(ledgers, fc.array(step, { minLength: 2, maxLength: 9 }), fc.nat(), async (given, steps, seed) => {
      const world = await makeWorld(given);
      const before = await seen(world);
      const remaining = new Map<string, Step>();
      for (const each of steps) {
        const key = `${each.kind} ${each.from % world[each.kind].length}`;
        if (!(await take(world, each))) continue;
        if (each.into === null) remaining.delete(key);
        else remaining.set(key, each);
      }
      const made = await seen(world);

      const left = [...remaining.values()];
      // The end of a merge can be refused while another one stands (a circle of affiliations): then it goes later.
      let queue = left.toSorted((a, b) => ((a.from * 31 + seed) % 7) - ((b.from * 31 + seed) % 7));
      for (let round = 0; queue.length > 0 && round < left.length; round += 1) {
        const refused: Step[] = [];
        for (const each of queue) if (!(await take(world, { ...each, into: null }))) refused.push(each);
        queue = refused;
      }
      expect(queue).toEqual([]);
      expect(await seen(world)).toEqual(before);

      for (const each of left) expect(await take(world, each)).toBe(true);
      expect(await seen(world)).toEqual(made);
    }),
    { numRuns: 8 },
  );
}, 180_000);

type Event =
  | { readonly merge: Step }
  | { readonly said: Said }
  | { readonly withdraw: number }
  | { readonly report: number };
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ merge: step }) },
  { weight: 3, arbitrary: fc.record({ said }) },
  { weight: 1, arbitrary: fc.record({ withdraw: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ report: fc.nat(4) }) },
);

async function happen(world: World, each: Event): Promise<void> {
  if ('merge' in each) await take(world, each.merge);
  else if ('said' in each) await say(world, each.said);
  else if ('report' in each) {
    const id = world.report[each.report];
    const { body } = await room.request('GET', `/v1/reports/${id}`);
    if (body === null) return;
    await post(
      `reports/${id}/${body.status === 'retracted' ? 'restore' : 'retract'}`,
      body.status === 'retracted' ? {} : { reason: 'x' },
    );
  } else {
    const { rows } = await ledger.database.pool.query(
      'SELECT id FROM attributions WHERE claim_id = ANY ($1) ORDER BY id',
      [world.claim],
    );
    const id = rows[each.withdraw % rows.length].id;
    const { status } = await post(`attributions/${id}/withdraw`, { reason: 'x' });
    if (status === 409) await post(`attributions/${id}/restore`, {});
  }
}

/** What is stored of a claim that stands, in the words of the pure rules. */
async function stored(claim: string) {
  const { pool } = ledger.database;
  const query = async (text: string) => (await pool.query(text, [claim])).rows;
  const live = await query(`SELECT id FROM attributions
    WHERE live AND claim_id = ANY (ARRAY[$1::uuid] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = $1)) ORDER BY id`);
  const positions = await query('SELECT * FROM claim_positions WHERE claim_id = $1 ORDER BY source_id');
  const voices = await query('SELECT voice_id, stance, source_id FROM claim_voices WHERE claim_id = $1');
  const { standing, counts } = await room.get(`/v1/claims/${claim}`);
  return {
    live: live.map(({ id }) => id),
    positions: positions.map((p) => [
      p.source_id,
      p.attribution_id,
      p.stance,
      p.certainty,
      p.order,
      p.path,
      p.origin_id,
      p.origin_anonymous,
      p.is_origin,
    ]),
    voices: voices.map((v) => `${v.voice_id} ${v.stance} ${v.source_id}`).sort(),
    standing,
    counts,
  };
}

async function derived(claim: string) {
  const own = (await readLedgers(ledger.database, [claim], null)).get(claim);
  if (own === undefined) throw new Error(`the claim ${claim} was not read`);
  const { live, positions, standing, counts } = summarize(own);
  return {
    live: [...live].sort(),
    positions: positions.map((p) => [
      p.sourceId,
      p.attributionId,
      p.stance,
      p.certainty,
      p.order,
      p.path,
      p.origin.sourceId,
      p.origin.anonymous,
      p.isOrigin,
    ]),
    voices: positions
      .flatMap(({ path, stance, sourceId }) => path.map((voice) => `${voice} ${stance} ${sourceId}`))
      .sort(),
    standing,
    counts,
  };
}

test('what is stored while things are merged, said, withdrawn and retracted is what the rules make of what is recorded', async () => {
  await fc.assert(
    fc.asyncProperty(ledgers, fc.array(event, { minLength: 3, maxLength: 12 }), async (given, events) => {
      const world = await makeWorld(given);
      for (const each of events) await happen(world, each);
      const { rows } = await ledger.database.pool.query('SELECT id FROM merged_ids WHERE id = ANY ($1)', [world.claim]);
      const merged = new Set(rows.map(({ id }) => id));
      for (const claim of world.claim.filter((id) => !merged.has(id)))
        expect(await stored(claim)).toEqual(await derived(claim));
      const { rows: left } = await ledger.database.pool.query(
        'SELECT claim_id FROM claim_positions WHERE claim_id = ANY ($1)',
        [[...merged]],
      );
      expect(left).toEqual([]);
    }),
    { numRuns: 15 },
  );
}, 180_000);
