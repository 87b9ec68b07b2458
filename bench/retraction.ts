/**
 * How long it takes to retract a report whose 300 attributions, one a claim, carry 1,000 relays, beside plain SQL on the same
 * rows without rules, records or locks:
 *
 *   node scripts/bootstrap.mjs bench/retraction.ts
 */
import pg from 'pg';
import { foldName } from '../src/domain/names.ts';
import { generate, type Row, type World } from './generate.ts';
import { copyAttributions, load } from './load.ts';
import { Random } from './random.ts';
import { printTimes, withService } from './service.ts';

const CLAIMS = 300;
const RELAYS = 1000;
const OUTLETS = 50;
const ROUNDS = 15;

/** A report that much rests on: each of its attributions is passed on by three or four outlets, partly from each other. */
export function retractionWorld(seed: number): { world: World; report: string } {
  const random = new Random(seed);
  const made = (count: number, row: (n: number, id: string) => Record<string, unknown>): Row[] =>
    Array.from({ length: count }, (_, n) => {
      const id = random.uuid(Date.UTC(2026, 0, 1) + n);
      return { id, ...row(n, id) };
    });
  const outlets = made(OUTLETS, (n) => named(`Retraction outlet ${n}`, 'outlet'));
  const speakers = made(30, (n) => named(`Retraction speaker ${n}`, 'person'));
  const reports = outlets.map((outlet, n) => ({
    id: random.uuid(Date.UTC(2026, 0, 2) + n),
    title: `Report ${n}`,
    outlet_id: outlet.id,
  }));
  const claims = made(CLAIMS, (n) => ({ slug: `retraction-claim-${n}`, text: `Claim ${n}`, kind: 'fact' }));
  const [report] = reports;
  const told = made(CLAIMS, (n) => ({
    claim_id: claims[n]?.id,
    source_id: speakers[n % speakers.length]?.id,
    report_id: report?.id,
    stance: 'asserts',
    relays_id: null,
  }));
  const relays: Row[] = [];
  for (let n = 0; n < RELAYS; n += 1) {
    const earlier = relays[n - CLAIMS];
    const place = 1 + random.below(OUTLETS - 1);
    relays.push({
      id: random.uuid(Date.UTC(2026, 0, 3) + n),
      claim_id: claims[n % CLAIMS]?.id,
      source_id: outlets[place]?.id,
      report_id: reports[place]?.id,
      stance: 'reports',
      relays_id: earlier !== undefined && random.chance(0.3) ? earlier.id : told[n % CLAIMS]?.id,
    });
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
  return { world, report: report?.id ?? '' };
}

function named(name: string, kind: string) {
  return { slug: name.toLowerCase().replaceAll(' ', '-'), name, name_folded: foldName(name), kind };
}

/** What the service takes for each request, in milliseconds, one after the other on one connection. */
export interface Retractions {
  readonly dryRun: number[];
  readonly retract: number[];
  readonly restore: number[];
}

/**
 * Retracts the report again and again: tried first, then done, then taken back.
 * @throws Error when an answer is not 200, or does not list all that falls.
 */
export async function measureRetractions(
  url: string,
  key: string,
  report: string,
  rounds: number,
): Promise<Retractions> {
  const headers = { authorization: `Bearer ${key}`, 'if-match': '*', 'content-type': 'application/json' };
  const send = async (path: string, body: string | null) => {
    const began = performance.now();
    const answer = await fetch(`${url}/v1/reports/${report}/${path}`, { method: 'POST', headers, body });
    const text = await answer.text();
    const took = performance.now() - began;
    const { attributions = [], claims = [] } = JSON.parse(text) as Partial<Record<string, unknown[]>>;
    if (answer.status !== 200 || attributions.length !== CLAIMS + RELAYS || claims.length !== CLAIMS) {
      throw new Error(
        `${path}: ${answer.status}, ${attributions.length} attributions, ${claims.length} claims: ${text.slice(0, 500)}`,
      );
    }
    return took;
  };
  const took: Retractions = { dryRun: [], retract: [], restore: [] };
  const reason = JSON.stringify({ reason: 'Its source was not who it claimed to be.' });
  for (let round = -2; round < rounds; round += 1) {
    const each = {
      dryRun: await send('retract?dryRun=true', reason),
      retract: await send('retract', reason),
      restore: await send('restore', null),
    };
    if (round < 0) continue;
    for (const name of ['dryRun', 'retract', 'restore'] as const) took[name].push(each[name]);
  }
  return took;
}

/** Plain SQL for the same: marks what falls in a copy without triggers, and reads it, in one statement. */
const REFERENCE = `
  WITH RECURSIVE fallen (claim_id, id) AS (
    SELECT claim_id, id FROM bare_attributions WHERE report_id = $1
    UNION
    SELECT relay.claim_id, relay.id FROM fallen
    JOIN bare_attributions relay ON relay.claim_id = fallen.claim_id AND relay.relays_id = fallen.id
  ),
  marked AS (
    UPDATE bare_attributions a SET live = NOT a.live FROM fallen
    WHERE a.claim_id = fallen.claim_id AND a.id = fallen.id RETURNING a.*
  )
  SELECT row_to_json(marked)::text AS json, s.name, r.title, c.slug
  FROM marked JOIN sources s ON s.id = marked.source_id JOIN reports r ON r.id = marked.report_id
  JOIN claims c ON c.id = marked.claim_id`;

/** What the reference takes, in milliseconds; `bare_attributions` must be there (`copyAttributions`). */
export async function measureReference(url: string, report: string, rounds: number): Promise<number[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const took: number[] = [];
  for (let round = -2; round < rounds; round += 1) {
    const began = performance.now();
    const { rows } = await client.query({ name: 'retraction', text: REFERENCE, values: [report] });
    if (round >= 0) took.push(performance.now() - began);
    if (rows.length !== CLAIMS + RELAYS) throw new Error(`the reference found ${rows.length} attributions`);
  }
  await client.end();
  return took;
}

if (import.meta.main) {
  await withService(
    'retraction',
    async ({ ownerUrl }) => {
      await load(ownerUrl, generate({ sources: 2000, reports: 20_000, claims: 10_000, attributions: 100_000 }, 1));
      const { world, report } = retractionWorld(2);
      await load(ownerUrl, world);
      await copyAttributions(ownerUrl);
      return report;
    },
    async ({ url, key }, report, { ownerUrl }) => {
      const took = await measureRetractions(url, key, report, ROUNDS);
      printTimes({ ...took, reference: await measureReference(ownerUrl, report, ROUNDS) }, 0);
    },
  );
}
