import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../bench/random.ts';
import { isRetracted } from '../../src/domain/flags.ts';
import {
  FLAGS,
  RELATION_STATUSES,
  RELATION_TYPES,
  REQUEST_STATES,
  SIDES,
  STANCES,
  STANDINGS,
  VERDICTS,
} from '../../src/domain/vocabulary.ts';
import { type SummarizedClaim, summarizeAt } from '../../src/modules/claims/summaries.ts';
import { type History, openHistory } from '../factories/history.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

/** Questions to ask of a history: every route and filter that has a past, on things that are there. */
function questions({ things }: History, random: Random): string[] {
  const id = (list: readonly { id: string; slug?: string }[]) => {
    const thing = random.pick(list);
    return random.chance(0.5) ? thing.id : (thing.slug ?? thing.id);
  };
  const claim = () => id(things.claims);
  const source = () => id(things.sources);
  const report = () => id(things.reports);
  const topic = () => id(things.topics);
  const stance = () => random.pick(STANCES);
  const exact = () => random.pick(['', '&exact=true']);
  return [
    '/v1/claims?',
    '/v1/claims?sort=createdAt&limit=3&',
    `/v1/claims?assertedBy=${source()}${exact()}&`,
    `/v1/claims?deniedBy=${source()}${exact()}&`,
    `/v1/claims?declinedBy=${source()}${exact()}&`,
    `/v1/claims?by=${source()}${exact()}&`,
    `/v1/claims?by=${source()}&stance=${stance()}&sort=createdAt&`,
    `/v1/claims?by=${source()}&said.gte=2025-10&said.lt=2026&`,
    `/v1/claims?published.gte=2025-11&stance=${stance()}&`,
    `/v1/claims?assertedBy=${source()}&deniedBy=${source()}&`,
    `/v1/claims?assertedBy=${source()}&topic=${topic()}&`,
    `/v1/claims?standing=${random.pick(STANDINGS)}&`,
    `/v1/claims?flag=${random.pick(FLAGS)}&`,
    `/v1/claims?topic=${topic()}&`,
    `/v1/claims?outlet=${id(things.outlets)}&`,
    `/v1/claims?report=${random.pick(things.reports).id}&`,
    '/v1/claims?kind=prediction&',
    '/v1/claims?dueBefore=2026&language=en&',
    '/v1/claims?q=new&',
    `/v1/claims/${claim()}?`,
    `/v1/claims/${claim()}/attributions?`,
    `/v1/claims/${claim()}/attributions?stance=${stance()}&live=true&`,
    `/v1/claims/${claim()}/positions?`,
    `/v1/claims/${claim()}/positions?side=${random.pick(SIDES)}&`,
    `/v1/claims/${claim()}/relations?`,
    `/v1/claims/${claim()}/relations?limit=1&`,
    `/v1/claims/${claim()}/relations?status=${random.pick(RELATION_STATUSES)}&`,
    `/v1/claims/${claim()}/relations?type=${random.pick(RELATION_TYPES)}&status=${random.pick(RELATION_STATUSES)}&`,
    ...(things.relations.length === 0 ? [] : [`/v1/claims/${claim()}/relations/${random.pick(things.relations).id}?`]),
    `/v1/claims/${claim()}/chain?`,
    `/v1/claims/${claim()}/timeline?limit=5&`,
    `/v1/sources/${source()}?`,
    `/v1/sources/${source()}/positions?limit=2&`,
    `/v1/sources/${source()}/positions?side=${random.pick(SIDES)}${exact()}&`,
    `/v1/sources/${source()}/reversals?limit=2&`,
    `/v1/sources/${source()}/reversals?exact=true&`,
    `/v1/claims/${claim()}/dossier?`,
    `/v1/topics/${topic()}/dossier?`,
    `/v1/sources/${source()}/record?`,
    `/v1/sources/${source()}/record?exact=true&`,
    `/v1/reports/${report()}?`,
    `/v1/reports/${report()}/attributions?`,
    `/v1/topics/${topic()}?`,
    '/v1/assessments?limit=3&',
    `/v1/assessments?current=${random.pick(['true', 'false'])}&rating=${random.pick(['5', 'right'])}&`,
    `/v1/assessments?reviewer=${source()}&verdict=${random.pick(VERDICTS)}&`,
    `/v1/assessments?claim=${claim()}&published.gte=2025-10-15&published.lt=2025-12&`,
    `/v1/assessments?topic=${topic()}&current=true&`,
    `/v1/claims/${claim()}/assessments?`,
    ...(things.assessments.length === 0 ? [] : [`/v1/assessments/${id(things.assessments)}?`]),
    ...(things.schemes.length === 0 ? [] : [`/v1/rating-schemes/${id(things.schemes)}?`]),
    '/v1/attributions?live=false&',
    `/v1/attributions?source=${source()}&`,
    `/v1/attributions?claim=${claim()}&source=${source()}&`,
    '/v1/reply-requests?limit=3&',
    `/v1/reply-requests?sort=deadline&limit=${random.pick([2, 50])}&`,
    ...REQUEST_STATES.map((state) => `/v1/reply-requests?state=${state}${random.pick(['', '&sort=deadline'])}&`),
    `/v1/reply-requests?source=${source()}${exact()}&`,
    `/v1/reply-requests?source=${source()}&state=${random.pick(REQUEST_STATES)}&sort=deadline&`,
    `/v1/reply-requests?claim=${claim()}&`,
    `/v1/claims/${claim()}/reply-requests?sort=deadline&`,
    ...(things.requests.length === 0 ? [] : [`/v1/reply-requests/${id(things.requests)}?`]),
    ...(things.attributions.length === 0 ? [] : [`/v1/attributions/${id(things.attributions)}?`]),
  ];
}

/** What is asked twice: an answer without what differs from request to request. */
async function ask({ room }: History, url: string) {
  const { status, body, headers } = await room.request('GET', url);
  const { requestId: _, ...told } = body ?? {};
  return { status, body: JSON.stringify(told), etag: headers.etag };
}

/** What is asked with a clock and without: a cursor knows its clocks. */
async function askInTwoWays(history: History, url: string) {
  const { status, body } = await ask(history, url);
  return { status, body: status === 200 ? body.replace(/"nextCursor":"[^"]+"/, '"nextCursor":"…"') : '' };
}

const AS_OF = ['2025-10-01', '2025-11-15', '2025-12-31', '2026-02-01T10:00:00.5Z'];
const WITHOUT_AS_OF = /^\/v1\/(?:sources|reports|topics|rating-schemes)\/[^/]+\?$/;

test('an answer of the past never changes, whatever is written at the same time and later', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = new Random(seed + 1);
      const history = await openHistory(ledger, seed);
      const recorded: { url: string; answer: unknown }[] = [];
      const record = async (knownAt: string) => {
        const clocks = (question: string) =>
          random.chance(0.5) && !WITHOUT_AS_OF.test(question)
            ? `asOf=${random.pick(AS_OF)}&knownAt=${knownAt}`
            : `knownAt=${knownAt}`;
        const asked = random.shuffled(questions(history, random)).slice(0, 10);
        const urls = asked.map((question) => question + clocks(question));
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
