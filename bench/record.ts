/**
 * How long the record of a source takes for which 10,000 attributions were made, its spokespeople's included, beside plain SQL
 * that reads the same positions and verdicts:
 *
 *   node scripts/bootstrap.mjs bench/record.ts
 */
import pg from 'pg';
import { foldName } from '../src/domain/names.ts';
import { generate, type Row, stanceOf, type World } from './generate.ts';
import { load } from './load.ts';
import { Random } from './random.ts';
import { printTimes, withService } from './service.ts';

const ATTRIBUTIONS = 10_000;
const SPOKESPEOPLE = 10;
const REVIEWERS = 20;
const ASSESSMENTS = 2000;
/** One stance in so many is a change of mind. */
const REVERSED = 50;
const ROUNDS = 15;

/**
 * A government for which 10,000 attributions were made on the claims of a ledger, four fifths by itself, nearly always the
 * same stance on a claim, and 2,000 verdicts of twenty reviewers on these claims.
 */
export function recordWorld(seed: number, claims: readonly Row[]) {
  const random = new Random(seed);
  const made = (count: number, row: (n: number) => Record<string, unknown>): Row[] =>
    Array.from({ length: count }, (_, n) => ({ id: random.uuid(Date.UTC(2026, 0, 1) + n), ...row(n) }));
  const [government, ...others] = made(1 + SPOKESPEOPLE + REVIEWERS, (n) =>
    named(`Record source ${n}`, n === 0 ? 'government' : 'person'),
  );
  if (government === undefined) throw new RangeError('there is no source');
  const spokespeople = others.slice(0, SPOKESPEOPLE);
  const reviewers = others.slice(SPOKESPEOPLE);
  const sides = new Map<string, string>();
  const reports = made(1, () => ({ title: 'What it said', outlet_id: reviewers[0]?.id, status: 'held' }));
  const world: World = {
    topics: [],
    sources: [government, ...others],
    affiliations: spokespeople.map(({ id }) => ({
      id: random.uuid(Date.UTC(2026, 0, 1)),
      ...{ source_id: id, kind: 'speaks_for', organization_id: government.id },
    })),
    reports,
    claims: [],
    claim_about: [],
    attributions: made(ATTRIBUTIONS, (n) => {
      const speaker = n % 5 === 0 ? random.pick(spokespeople) : government;
      const claim = random.pick(claims).id;
      const { stance, certainty } = stanceOf(random, Date.UTC(2025, 0, 1));
      const kept = sides.get(claim) ?? stance;
      if (kept !== 'retracts' && kept !== 'reports') sides.set(claim, kept);
      const place = { claim_id: claim, source_id: speaker.id, report_id: reports[0]?.id };
      return { ...place, stance: random.below(REVERSED) === 0 ? stance : kept, certainty, relays_id: null };
    }),
    withdrawals: [],
  };
  const assessments = made(ASSESSMENTS, () => {
    const rating = random.pick([1, 3, 5]);
    return {
      ...{ claim_id: random.pick(claims).id, reviewer_id: random.pick(reviewers).id, rating_value: rating },
      ...{ best_rating: 5, worst_rating: 1, verdict: ['false', 'mixed', 'true'][(rating - 1) / 2], language: 'en' },
    };
  });
  return { world, source: government.id, assessments };
}

function named(name: string, kind: string) {
  return { slug: name.toLowerCase().replaceAll(' ', '-'), name, name_folded: foldName(name), kind };
}

/**
 * What the service takes for the record, in milliseconds, one request after the other on one connection; `query` may set the
 * clocks.
 * @throws Error when an answer is not the whole record
 */
export async function measureRecord(
  url: string,
  key: string,
  source: string,
  { rounds = ROUNDS, query = '' } = {},
): Promise<number[]> {
  const took: number[] = [];
  for (let round = -5; round < rounds; round += 1) {
    const began = performance.now();
    const answer = await fetch(`${url}/v1/sources/${source}/record${query}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const text = await answer.text();
    if (round >= 0) took.push(performance.now() - began);
    const { assertions, denials } = JSON.parse(text) as Record<string, { total: number; borneOut: number }>;
    if (answer.status !== 200 || !assertions?.borneOut || !denials?.borneOut)
      throw new Error(`${answer.status}: ${text.slice(0, 500)}`);
  }
  return took;
}

/** Plain SQL for the same, without what is current, reversals or what was taken back. */
const REFERENCE = `
  SELECT c.kind, c.topic_id, c.outcome, side_of(v.stance) AS side, extract(year FROM p.stance_from) AS year, verdicts, count(*)
  FROM claim_voices v
  JOIN claim_positions p ON p.claim_id = v.claim_id AND p.source_id = v.source_id
  JOIN claims c ON c.id = v.claim_id
  CROSS JOIN LATERAL (SELECT array_agg(DISTINCT a.verdict) AS verdicts FROM assessments a WHERE a.claim_id = v.claim_id) assessed
  WHERE v.voice_id = $1
  GROUP BY 1, 2, 3, 4, 5, 6`;

/** What the reference takes, in milliseconds. */
export async function measureReference(url: string, source: string, rounds = ROUNDS): Promise<number[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const took: number[] = [];
  for (let round = -5; round < rounds; round += 1) {
    const began = performance.now();
    await client.query({ name: 'record', text: REFERENCE, values: [source] });
    if (round >= 0) took.push(performance.now() - began);
  }
  await client.end();
  return took;
}

if (import.meta.main) {
  await withService(
    'record',
    async ({ ownerUrl }) => {
      const ledger = generate({ sources: 2000, reports: 20_000, claims: 10_000, attributions: 100_000 }, 1);
      await load(ownerUrl, ledger);
      const { world, source, assessments } = recordWorld(2, ledger.claims);
      await load(ownerUrl, world);
      await load(ownerUrl, { assessments });
      return source;
    },
    async ({ url, key }, source, { ownerUrl }) => {
      const now = new Date().toISOString();
      printTimes({
        now: await measureRecord(url, key, source),
        exact: await measureRecord(url, key, source, { query: '?exact=true' }),
        knownAt: await measureRecord(url, key, source, { query: `?knownAt=${now}`, rounds: 3 }),
        reference: await measureReference(ownerUrl, source),
      });
    },
  );
}
