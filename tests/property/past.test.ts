import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../bench/random.ts';
import { isRetracted } from '../../src/domain/flags.ts';
import { FLAGS } from '../../src/domain/vocabulary.ts';
import { type SummarizedClaim, summarizeAt } from '../../src/modules/claims/summaries.ts';
import { type History, openHistory } from '../factories/history.ts';
import { ask, askedAt, questions } from '../factories/questions.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

/** What is asked with a clock and without: a cursor knows its clocks. */
async function askInTwoWays(history: History, url: string) {
  const { status, body } = await ask(history, url);
  return { status, body: status === 200 ? body.replace(/"nextCursor":"[^"]+"/, '"nextCursor":"…"') : '' };
}

test('an answer of the past never changes, whatever is written at the same time and later', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = new Random(seed + 1);
      const history = await openHistory(ledger, seed);
      const recorded: { url: string; answer: unknown }[] = [];
      const record = async (knownAt: string) => {
        const asked = random.shuffled(questions(history, random)).slice(0, 10);
        const urls = asked.map((question) => askedAt(question, knownAt, random));
        for (const url of urls) recorded.push({ url, answer: await ask(history, url) });
      };
      for (let step = 0; step < 10; step += 1) {
        const now = new Date().toISOString();
        await Promise.all([history.write(4), record(now)]);
        const last = history.things.attributions.at(-1) as { recordedAt?: string } | undefined;
        if (last?.recordedAt !== undefined) await record(last.recordedAt);
      }
      for (const { url, answer } of recorded)
        expect({ url, ...(await ask(history, url)) }).toEqual({ url, ...(answer as object) });
    }),
    { numRuns: 2, endOnFailure: true },
  );
});

test('what is known now, asked with a clock, is the answer without one', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = new Random(seed + 1);
      const history = await openHistory(ledger, seed);
      for (let step = 0; step < 15; step += 1) await history.write(4);
      const now = new Date().toISOString();
      const asked = [...questions(history, random), ...questions(history, random), ...questions(history, random)];
      for (const question of asked) {
        const past = await askInTwoWays(history, `${question}knownAt=${now}`);
        expect({ question, ...past }).toEqual({ question, ...(await askInTwoWays(history, question)) });
      }
    }),
    { numRuns: 2, endOnFailure: true },
  );
});

/** Whether a prediction is overdue depends on when it is asked. */
const KEPT_FLAGS = FLAGS.filter((flag) => flag !== 'overdue');

/** All that is stored of claims that stand. */
const STORED = `
  SELECT s.claim_id AS id, json_build_object(
    'live', coalesce((
      SELECT json_agg(a.id ORDER BY a.id) FROM attributions a
      WHERE a.live AND a.claim_id = ANY (ARRAY[s.claim_id] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = s.claim_id))
    ), '[]'),
    'positions', coalesce((
      SELECT json_agg(json_build_array(
        p.source_id, p.attribution_id, p.stance, p.certainty, p."order", p.path, p.origin_id, p.origin_anonymous, p.is_origin
      ) ORDER BY p.source_id)
      FROM claim_positions p WHERE p.claim_id = s.claim_id
    ), '[]'),
    'standing', s.standing,
    'flags', array_remove(ARRAY[${KEPT_FLAGS.map((flag) => `CASE WHEN s.${flag} THEN '${flag}' END`).join(', ')}], NULL),
    'retracted', s.retracted,
    'counts', json_build_array(s.for_positions, s.for_origins, s.for_firm, s.against_positions, s.against_origins, s.declined,
      s.no_response, s.relays, s.attributions)
  ) AS stored
  FROM claim_summaries s
  WHERE s.claim_id = ANY ($1) AND NOT EXISTS (SELECT FROM merged_ids WHERE id = s.claim_id)`;

/** The same by the rules. */
function derived(claim: SummarizedClaim | undefined) {
  if (claim === undefined) throw new Error('the claim was not read');
  const { live, positions, standing, flags, counts } = claim.summary;
  return {
    live: [...live].sort(),
    positions: positions.map(({ origin, ...p }) => [
      p.sourceId,
      p.attributionId,
      p.stance,
      p.certainty,
      p.order,
      p.path,
      origin.sourceId,
      origin.anonymous,
      p.isOrigin,
    ]),
    standing,
    flags: flags.filter((flag) => flag !== 'overdue'),
    retracted: isRetracted(claim.ledger, claim.summary, null),
    counts: [
      ...[counts.for.positions, counts.for.origins, counts.for.firm, counts.against.positions, counts.against.origins],
      ...[counts.declined, counts.noResponse, counts.relays, counts.attributions],
    ],
  };
}

test('what is stored is what the rules say of what was recorded', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const _random = new Random(seed + 1);
      const history = await openHistory(ledger, seed);
      for (let step = 0; step < 15; step += 1) await history.write(4);
      const { rows } = await ledger.database.pool.query<{ id: string; stored: unknown }>(STORED, [
        history.things.claims.map(({ id }) => id),
      ]);
      const ids = rows.map(({ id }) => id);
      const claims = await summarizeAt(ledger.database, ids, { asOf: null, knownAt: new Date().toISOString() });
      for (const { id, stored } of rows)
        expect({ id, ...(stored as object) }).toEqual({ id, ...derived(claims.get(id)) });
    }),
    { numRuns: 2, endOnFailure: true },
  );
});
