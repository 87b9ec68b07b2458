/**
 * How long the chain of a claim that 1,000 relays pass on takes, beside plain SQL that walks the same rows:
 *
 *   node scripts/bootstrap.mjs bench/chain.ts
 */
import pg from 'pg';
import { foldName } from '../src/domain/names.ts';
import { generate, type Row, type World } from './generate.ts';
import { load } from './load.ts';
import { Random } from './random.ts';
import { printTimes, withService } from './service.ts';

const RELAYS = 1000;
const HOPS = 32;
const ROUNDS = 15;

/**
 * One claim, asserted by one and denied by another, that 1,000 outlets pass on, each in a report of its own: a third of them
 * from each other, up to 32 hops away.
 */
export function chainWorld(seed: number): { world: World; claim: string } {
  const random = new Random(seed);
  const made = (count: number, row: (n: number) => Record<string, unknown>): Row[] =>
    Array.from({ length: count }, (_, n) => ({ id: random.uuid(Date.UTC(2026, 0, 1) + n), ...row(n) }));
  const outlets = made(RELAYS, (n) => named(`Chain outlet ${n}`, 'outlet'));
  const speakers = made(2, (n) => named(`Chain speaker ${n}`, 'person'));
  const reports = made(RELAYS, (n) => ({ title: `Report ${n}`, outlet_id: outlets[n]?.id, status: 'held' }));
  const claims = made(1, () => ({ slug: 'chain-claim', text: 'A claim that everybody passes on', kind: 'fact' }));
  const place = { claim_id: claims[0]?.id, report_id: reports[0]?.id };
  const told = made(2, (n) => ({
    ...place,
    source_id: speakers[n]?.id,
    stance: n === 0 ? 'asserts' : 'denies',
    relays_id: null,
  }));
  const hops = new Map<unknown, number>();
  const relays: Row[] = [];
  for (let n = 0; n < RELAYS; n += 1) {
    const earlier = relays[random.below(relays.length + 1)];
    const far = hops.get(earlier?.id) ?? 0;
    const relayed = earlier !== undefined && far < HOPS && random.chance(0.7) ? earlier : told[n % 2];
    const id = random.uuid(Date.UTC(2026, 0, 2) + n);
    hops.set(id, (hops.get(relayed?.id) ?? 0) + 1);
    const own = { source_id: outlets[n]?.id, report_id: reports[n]?.id };
    relays.push({ id, ...place, ...own, stance: 'reports', relays_id: relayed?.id });
  }
  const world = {
    topics: [],
    sources: [...outlets, ...speakers],
    affiliations: [],
    reports,
    claims,
    claim_about: [],
    attributions: [...told, ...relays],
    withdrawals: [],
  };
  return { world, claim: String(claims[0]?.id) };
}

function named(name: string, kind: string) {
  return { slug: name.toLowerCase().replaceAll(' ', '-'), name, name_folded: foldName(name), kind };
}

/**
 * What the service takes for the chain, in milliseconds, one request after the other on one connection; `query` may set the
 * clocks.
 * @throws Error when an answer is not the whole chain.
 */
export async function measureChain(
  url: string,
  key: string,
  claim: string,
  { rounds = ROUNDS, query = '' } = {},
): Promise<number[]> {
  const took: number[] = [];
  for (let round = -5; round < rounds; round += 1) {
    const began = performance.now();
    const answer = await fetch(`${url}/v1/claims/${claim}/chain${query}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const text = await answer.text();
    if (round >= 0) took.push(performance.now() - began);
    const { nodes = [], edges = [], origins = [] } = JSON.parse(text) as Partial<Record<string, { echoes: number }[]>>;
    const echoes = origins.reduce((sum, origin) => sum + origin.echoes, 0);
    if (answer.status !== 200 || nodes.length !== RELAYS + 2 || edges.length !== RELAYS || echoes !== RELAYS)
      throw new Error(`${answer.status}: ${nodes.length} nodes, ${edges.length} edges, ${echoes} echoes`);
  }
  return took;
}

/** Plain SQL for the same: walks from what relays nothing to all that passes it on, with the names of each. */
const REFERENCE = `
  WITH RECURSIVE link AS (
    SELECT a.*, a.id AS end_id FROM attributions a WHERE a.claim_id = $1 AND a.relays_id IS NULL
    UNION ALL
    SELECT a.*, link.end_id FROM link JOIN attributions a ON a.claim_id = link.claim_id AND a.relays_id = link.id
  )
  SELECT row_to_json(node)::text AS json
  FROM (
    SELECT link.*, c.slug AS claim, s.slug AS source_slug, s.name AS source_name, s.kind AS source_kind, r.title, r.url,
      r.published, r.status, o.slug AS outlet_slug, o.name AS outlet_name
    FROM link JOIN claims c ON c.id = link.claim_id JOIN sources s ON s.id = link.source_id
    JOIN reports r ON r.id = link.report_id JOIN sources o ON o.id = r.outlet_id
  ) node`;

/** What the reference takes, in milliseconds. */
export async function measureReference(url: string, claim: string, rounds = ROUNDS): Promise<number[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const took: number[] = [];
  for (let round = -5; round < rounds; round += 1) {
    const began = performance.now();
    const { rows } = await client.query({ name: 'chain', text: REFERENCE, values: [claim] });
    if (round >= 0) took.push(performance.now() - began);
    if (rows.length !== RELAYS + 2) throw new Error(`the reference found ${rows.length} attributions`);
  }
  await client.end();
  return took;
}

if (import.meta.main) {
  await withService(
    'chain',
    async ({ ownerUrl }) => {
      await load(ownerUrl, generate({ sources: 2000, reports: 20_000, claims: 10_000, attributions: 100_000 }, 1));
      const { world, claim } = chainWorld(2);
      await load(ownerUrl, world);
      return claim;
    },
    async ({ url, key }, claim, { ownerUrl }) => {
      const now = new Date().toISOString();
      printTimes({
        now: await measureChain(url, key, claim),
        asOf: await measureChain(url, key, claim, { query: `?asOf=2999-01-01` }),
        knownAt: await measureChain(url, key, claim, { query: `?knownAt=${now}` }),
        reference: await measureReference(ownerUrl, claim),
      });
    },
  );
}
