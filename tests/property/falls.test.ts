import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLedgers } from '../../src/database/ledger.ts';
import { summarize } from '../../src/domain/summary.ts';
import { REPORT_STATUSES, SOURCE_KINDS } from '../../src/domain/vocabulary.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
});
afterAll(() => ledger.close());

const CLAIMS = 2;

/** Few reports of two claims, so that one often holds up or takes down what is said of both. The first is held. */
const world = fc.record({
  kinds: fc.array(fc.constantFrom(...SOURCE_KINDS, 'outlet' as const), { minLength: 2, maxLength: 4 }),
  statuses: fc.array(fc.constantFrom(...REPORT_STATUSES.filter((status) => status !== 'retracted')), { maxLength: 3 }),
  rows: fc.array(
    fc.record({
      claim: fc.nat(CLAIMS - 1),
      source: fc.nat(9),
      report: fc.nat(9),
      relays: fc.option(fc.nat(9), { freq: 2 }),
      stance: fc.constantFrom('asserts', 'asserts', 'confirms', 'denies', 'doubts', 'reports', 'retracts'),
      quoted: fc.boolean(),
    }),
    { minLength: 3, maxLength: 9, size: 'max' },
  ),
});
type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

const actions = fc.array(
  fc.record({ action: fc.constantFrom('withdraw', 'restore', 'retract', 'restoreReport'), which: fc.nat(9) }),
  { minLength: 3, maxLength: 8, size: 'max' },
);

const pick = <T>(things: readonly T[], index: number): T => things[index % things.length] as T;

/** Writes a world, and gives the ids of its claims, reports and attributions. */
async function write({ kinds, statuses, rows }: World) {
  const { prisma, pool } = ledger.database;
  const host = ledger.newId();
  const sources = [host, ...kinds.map(ledger.newId)];
  const reports = ['held', ...statuses].map((status) => ({ id: ledger.newId(), title: 'T', outletId: host, status }));
  const claims = Array.from({ length: CLAIMS }, () => ledger.newId());
  await prisma.source.createMany({
    data: sources.map((id, n) => {
      const kind = n === 0 ? 'outlet' : (kinds[n - 1] ?? '');
      return {
        id,
        slug: `s-${id.slice(1)}`,
        name: id,
        nameFolded: id,
        kind,
        hostId: kind === 'anonymous' ? host : null,
      };
    }),
  });
  await prisma.report.createMany({ data: reports });
  await prisma.claim.createMany({
    data: claims.map((id) => ({ id, slug: `c-${id.slice(1)}`, text: id, kind: 'fact' })),
  });
  const written: { id: string; claim: number }[] = [];
  const items = rows.map(({ claim, source, report, relays, stance, quoted }) => {
    const earlier = written.filter((row) => row.claim === claim);
    const relaysId = relays === null || earlier.length === 0 ? null : pick(earlier, relays).id;
    const id = ledger.newId();
    written.push({ id, claim });
    return {
      id,
      claim_id: claims[claim],
      source_id: pick(sources, source),
      report_id: pick(reports, report).id,
      relays_id: relaysId,
      stance: relaysId === null ? stance : 'reports',
      quote_exact: quoted ? 'words' : null,
    };
  });
  const columns = 'id, claim_id, source_id, report_id, relays_id, stance, quote_exact';
  await pool.query(
    `INSERT INTO attributions (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::attributions, $1)`,
    [JSON.stringify(items)],
  );
  return { claims, reports: reports.map(({ id }) => id), attributions: written.map(({ id }) => id) };
}

type Written = Awaited<ReturnType<typeof write>>;

/** What a reader is told: of each attribution all, of each claim its standing and flags. */
async function told({ claims }: Written) {
  const attributions = new Map<string, { id: string; live: boolean }>();
  const summaries = new Map<string, { claim: object; summary: object; counts: object }>();
  for (const claim of claims) {
    const { data } = await room.get(`/v1/claims/${claim}/attributions?limit=1000`);
    for (const each of data) attributions.set(each.id, each);
    const { id, slug, standing, flags, counts } = await room.get(`/v1/claims/${claim}`);
    summaries.set(claim, { claim: { id, slug }, summary: { standing, flags }, counts });
  }
  return { attributions, summaries };
}
type Told = Awaited<ReturnType<typeof told>>;

/** The consequences of a step, from what was told before and after it. */
function difference(before: Told, after: Told) {
  return {
    attributions: [...after.attributions.values()]
      .filter(({ id, live }) => before.attributions.get(id)?.live !== live)
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    claims: [...after.summaries]
      .map(([id, { claim, summary }]) => ({ claim, before: before.summaries.get(id)?.summary, after: summary }))
      .filter((each) => JSON.stringify(each.before) !== JSON.stringify(each.after)),
  };
}

function pathOf({ action, which }: { action: string; which: number }, { reports, attributions }: Written): string {
  if (action === 'withdraw' || action === 'restore') return `attributions/${pick(attributions, which)}/${action}`;
  return `reports/${pick(reports, which)}/${action === 'retract' ? 'retract' : 'restore'}`;
}

const withoutTimes = (body: object) => JSON.parse(JSON.stringify(body).replace(/"at":"[^"]*"/g, '"at":null'));

test('what is told to fall is the difference between before and after, tried or done, and what is stored is what the rules say', {
  timeout: 120_000,
}, async () => {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(world, actions, async (given, steps) => {
      const written = await write(given);
      let before = await told(written);
      for (const step of steps) {
        const path = pathOf(step, written);
        const body = path.endsWith('restore') ? undefined : { reason: 'Wrong.' };
        const send = (query: string) => room.request('POST', `/v1/${path}${query}`, body, { 'if-match': '*' });
        const tried = await send('?dryRun=true');
        expect(await told(written)).toEqual(before);
        const answer = await send('');
        expect(withoutTimes(tried.body)).toEqual(answer.status === 200 ? withoutTimes(answer.body) : { ...tried.body });
        expect([200, 409]).toContain(answer.status);
        expect(tried.status).toBe(answer.status);
        const after = await told(written);
        expect(answer.status === 200 ? answer.body : { attributions: [], claims: [] }).toEqual(
          difference(before, after),
        );
        before = after;
        done += answer.status === 200 ? 1 : 0;
      }
      for (const [claim, rules] of await readLedgers(ledger.database, written.claims, null)) {
        const { live, standing, flags, counts } = summarize(rules);
        const stored = before.summaries.get(claim);
        expect({ ...stored?.summary, counts: stored?.counts }).toEqual({ standing, flags, counts });
        for (const { id } of rules.attributions) expect(before.attributions.get(id)?.live).toBe(live.has(id));
      }
    }),
    { numRuns: 20 },
  );
  expect(done).toBeGreaterThan(20);
});
