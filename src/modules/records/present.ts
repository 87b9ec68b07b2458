import pg from 'pg';
import type { Database } from '../../database/context.ts';
import { list } from '../../database/json.ts';
import { standingId } from '../../database/merges.ts';
import { read } from '../../database/pool.ts';
import { prepared } from '../../database/statement.ts';
import { instantText } from '../../domain/clocks.ts';
import type { TimedStance } from '../../domain/position.ts';
import type { CountedReversal } from '../../domain/record.ts';
import { reversalsOf } from '../../domain/reversal.ts';
import type { Outcome, Stance, Verdict } from '../../domain/vocabulary.ts';
import type { StandingAssessment } from '../assessments/queries.ts';
import type { Question } from '../reversals/queries.ts';
import type { Facts, SpokenClaim } from './facts.ts';

/** Microseconds of an instant: as a float they are read five times as fast as by `extract`, and rounding makes them exact. */
const micros = (column: string) => `round(date_part('epoch', ${column}) * 1000000)`;

const rows = (columns: string, from: string, order: string) => list(`json_build_array(${columns})`, from, order);

/**
 * The positions for and against of a source or, unless `exact`, of who spoke for it; $1 is now, $2 who was ever part of it or spoke
 * for it. Claims on which all who spoke took one side in one year, and whose verdicts all are current and by others, are counted
 * by all that tells them apart; of the rest each position and each verdict is given, for the rules to decide. The source stands
 * in the text itself: of one that spoke much all is best read at once, of others one by one, and PostgreSQL can tell them apart
 * only when it sees it.
 */
const spokenBy = (voice: string, exact: boolean) => `
WITH voice AS MATERIALIZED (
  SELECT claim_id, source_id FROM claim_voices
  WHERE voice_id = ${voice} AND stance IN ('asserts', 'confirms', 'denies', 'doubts') ${exact ? 'AND source_id = voice_id' : ''}
),
position AS MATERIALIZED (
  SELECT claim_id, source_id, stance, stance IN ('denies', 'doubts') AS is_against, stance_from, stance_until, attribution_id,
    date_trunc('year', stance_from) AS year
  FROM claim_positions WHERE source_id = ANY (ARRAY(SELECT DISTINCT source_id FROM voice))
),
claim AS MATERIALIZED (
  SELECT v.claim_id AS id, bool_or(p.is_against) AS is_against, min(p.year) AS year,
    bool_or(p.is_against) <> bool_and(p.is_against) OR count(p.year) NOT IN (0, count(*)) OR min(p.year) <> max(p.year) AS differs
  FROM voice v JOIN position p ON p.claim_id = v.claim_id AND p.source_id = v.source_id
  GROUP BY v.claim_id
),
judged AS MATERIALIZED (
  SELECT ${standingId('a.claim_id')} AS claim_id, a.id, ${standingId('a.reviewer_id')} AS reviewer_id, a.verdict, a.published, a.created_at
  FROM assessments a
  WHERE a.deleted_at IS NULL AND a.claim_id = ANY (ARRAY(
    SELECT id FROM claim UNION ALL SELECT m.id FROM merged_ids m JOIN claim ON claim.id = m.stands_id
  ))
),
verdict AS MATERIALIZED (
  SELECT claim_id, bool_or(is_true) AS is_true, bool_or(is_mixed) AS is_mixed, bool_or(is_false) AS is_false,
    max(given) > 1 OR bool_or(reviewer_id = ANY ($2::uuid[])) AS doubtful
  FROM (
    SELECT claim_id, reviewer_id, bool_or(coalesce(verdict = 'true', false)) AS is_true,
      bool_or(coalesce(verdict = 'mixed', false)) AS is_mixed, bool_or(coalesce(verdict = 'false', false)) AS is_false,
      count(*) AS given
    FROM judged GROUP BY claim_id, reviewer_id
  ) each
  GROUP BY claim_id
),
known AS MATERIALIZED (
  SELECT id, topic_id, outcome, horizon_until FROM claims WHERE id = ANY (ARRAY(SELECT id FROM claim))
),
spoken AS MATERIALIZED (
  SELECT c.*, known.topic_id, known.outcome, known.horizon_until
  FROM (
    SELECT id, bool_or(apart) AS apart, bool_or(is_against) AS is_against, min(year) AS year, bool_or(is_true) IS NOT NULL AS is_judged,
      bool_or(is_true) AS is_true, bool_or(is_mixed) AS is_mixed, bool_or(is_false) AS is_false
    FROM (
      SELECT id, coalesce(differs, false) AS apart, is_against, year, NULL::boolean AS is_true, NULL::boolean AS is_mixed,
        NULL::boolean AS is_false
      FROM claim
      UNION ALL
      SELECT claim_id, doubtful, NULL, NULL, is_true, is_mixed, is_false FROM verdict
    ) told
    GROUP BY id
  ) c
  JOIN known ON known.id = c.id
)
SELECT json_build_object(
  'alike', ${rows(
    `topic_id, outcome, ${micros('horizon_until')}, is_against, ${micros('year')}, is_judged, is_true, is_mixed, is_false, times`,
    `(
      SELECT topic_id, outcome, min(horizon_until) AS horizon_until, is_against, year, is_judged, is_true, is_mixed,
        is_false, count(*)::integer AS times
      FROM spoken WHERE NOT apart
      GROUP BY topic_id, outcome, horizon_until <= $1, is_against, year, is_judged, is_true, is_mixed, is_false
    ) alike`,
    'alike',
  )},
  'apart', ${rows(
    `c.id, c.topic_id, c.outcome, ${micros('c.horizon_until')}, p.stance, ${micros('p.stance_from')}, ${micros('p.stance_until')},
      p.attribution_id, (SELECT ${micros('recorded_at')} FROM attributions WHERE id = p.attribution_id)`,
    `spoken c JOIN voice v ON v.claim_id = c.id JOIN position p ON p.claim_id = v.claim_id AND p.source_id = v.source_id
     WHERE c.apart`,
    'p.attribution_id',
  )},
  'judged', ${rows(
    `claim_id, id, reviewer_id, verdict, published, ${micros('created_at')}`,
    'judged WHERE claim_id IN (SELECT id FROM spoken WHERE apart)',
    'id',
  )}
)::text AS found`;

interface Spoken {
  readonly alike: readonly (readonly [
    topic: string | null,
    outcome: Outcome | null,
    horizonUntil: number | null,
    isAgainst: boolean,
    year: number | null,
    isJudged: boolean,
    isTrue: boolean | null,
    isMixed: boolean | null,
    isFalse: boolean | null,
    times: number,
  ])[];
  readonly apart: readonly (readonly [
    claim: string,
    topic: string | null,
    outcome: Outcome | null,
    horizonUntil: number | null,
    stance: Stance,
    from: number | null,
    until: number | null,
    attribution: string,
    recordedAt: number,
  ])[];
  readonly judged: readonly (readonly [
    claim: string,
    id: string,
    reviewer: string,
    verdict: StandingAssessment['verdict'],
    published: string | null,
    recordedAt: number,
  ])[];
}

/** An attribution `a` of one of the sources $1 or, unless $3, expressly for one of them. */
const OF_MEMBERS = `(a.source_id = ANY ($1::uuid[]) OR NOT $3 AND a.speaking_for_id = ANY ($1::uuid[]))`;
const SPOKEN_COLUMNS = `a.claim_id AS recorded_with, ${standingId('a.claim_id')} AS claim_id, ${standingId('a.source_id')} AS source_id, a.id,
  a.stance, a.recorded_at, a.stance_from, a.stance_until, a.speaking_for_id, a.speaking_for_self`;

/**
 * What $2 said or, unless $3, one of $1 for it: the stances where both sides were taken, and what was taken back. Where both sides
 * may have been taken an index alone tells: only there, and where anything is merged, the attributions themselves are read.
 */
const SAID = `
WITH merged AS MATERIALIZED (SELECT id FROM merged_ids UNION SELECT stands_id FROM merged_ids),
changed AS MATERIALIZED (
  SELECT source_id, claim_id
  FROM (
    SELECT source_id, claim_id, stance FROM attributions WHERE source_id = ANY ($1::uuid[])
    UNION ALL
    SELECT source_id, claim_id, stance FROM attributions WHERE NOT $3 AND speaking_for_id = ANY ($1::uuid[])
  ) each
  GROUP BY source_id, claim_id
  HAVING bool_or(stance IN ('asserts', 'confirms')) AND bool_or(stance IN ('denies', 'doubts'))
    OR claim_id IN (SELECT id FROM merged) OR source_id IN (SELECT id FROM merged)
),
own AS (
  SELECT ${SPOKEN_COLUMNS}
  FROM changed CROSS JOIN LATERAL (
    SELECT * FROM attributions WHERE claim_id = changed.claim_id AND source_id = changed.source_id OFFSET 0
  ) a
  WHERE a.live AND a.stance IN ('asserts', 'confirms', 'denies', 'doubts') AND ${OF_MEMBERS}
),
sided AS (
  SELECT own.*, bool_or(stance IN ('asserts', 'confirms')) OVER each AND bool_or(stance IN ('denies', 'doubts')) OVER each AS changed
  FROM own WINDOW each AS (PARTITION BY claim_id, source_id)
)
SELECT json_build_object(
  'stances', ${rows(
    `said.claim_id, said.source_id, (SELECT topic_id FROM claims WHERE id = said.claim_id), said.id, said.stance,
      ${micros('said.recorded_at')}, ${micros('said.stance_from')}, ${micros('said.stance_until')}`,
    `sided said WHERE said.changed AND ${isOfVoice()}`,
    'said.id',
  )},
  'tookBack', (
    SELECT count(*) FROM (SELECT ${SPOKEN_COLUMNS} FROM attributions a WHERE ${OF_MEMBERS} AND a.live AND a.stance = 'retracts') said
    WHERE ${isOfVoice()}
  ),
  'withdrawn', (
    SELECT count(*) FROM (SELECT ${SPOKEN_COLUMNS} FROM attributions a WHERE ${OF_MEMBERS} AND NOT a.live) said
    WHERE EXISTS (
      SELECT FROM withdrawals w
      WHERE w.claim_id = said.recorded_with AND w.attribution_id = said.id AND w.recorded_until IS NULL
    ) AND ${isOfVoice()}
  )
)::text AS found`;

function isOfVoice(): string {
  const path = `raise_source(said.source_id, coalesce(said.stance_from, '-infinity'), said.speaking_for_id, said.speaking_for_self)`;
  return `CASE WHEN said.source_id = $2 THEN true WHEN $3 THEN false ELSE $2 = ANY (${path}) END`;
}

interface Said {
  readonly stances: readonly (readonly [
    claim: string,
    source: string,
    topic: string | null,
    id: string,
    stance: Stance,
    recordedAt: number,
    from: number | null,
    until: number | null,
  ])[];
  readonly tookBack: number;
  readonly withdrawn: number;
}

/** What the record of a source is made of, as it is kept now. */
export async function readFacts(
  database: Database,
  { voice, exact }: Question,
  { members, near }: { readonly members: readonly string[]; readonly near: readonly string[] },
  now: Date,
): Promise<Facts> {
  const [spoken, said] = await Promise.all([
    readText<Spoken>(database, {
      text: spokenBy(`${pg.escapeLiteral(voice)}::uuid`, exact),
      values: [instantText(now.getTime() * 1000), near],
    }),
    readText<Said>(database, prepared(SAID, [members, voice, exact])),
  ]);
  return {
    spoken: spokenOf(spoken),
    assessments: spoken.judged.map(([claim, id, reviewer, verdict, published, recordedAt]) => {
      return { claim, id, reviewer, verdict, published, recordedAt };
    }),
    reversals: changesOf(said),
    tookBack: said.tookBack,
    withdrawn: said.withdrawn,
  };
}

async function readText<Found>({ pool }: Database, query: pg.QueryConfig): Promise<Found> {
  const [row] = await read<{ found: string }>(pool, query);
  if (row === undefined) throw new Error('the record was not read');
  return JSON.parse(row.found) as Found;
}

function spokenOf({ alike, apart }: Spoken): SpokenClaim[] {
  const claims = new Map<string, SpokenClaim & { positions: TimedStance[] }>();
  for (const [id, topic, outcome, horizonUntil, stance, from, until, attribution, recordedAt] of apart) {
    const position = stanceAt({ id: attribution, stance, recordedAt }, { from, until });
    const claim = claims.get(id);
    if (claim !== undefined) claim.positions.push(position);
    else claims.set(id, { id, topic, outcome, resolvedAt: null, horizonUntil, positions: [position] });
  }
  const counted = alike.map((row): SpokenClaim => {
    const [topic, outcome, horizonUntil, isAgainst, from, ...judged] = row;
    const stance = isAgainst ? 'denies' : 'asserts';
    const position = stanceAt({ id: '', stance, recordedAt: 0 }, { from, until: null });
    const [isJudged, isTrue, isMixed, isFalse, times] = judged;
    const decided: Verdict[] = [
      ...(isTrue ? (['true'] as const) : []),
      ...(isMixed ? (['mixed'] as const) : []),
      ...(isFalse ? (['false'] as const) : []),
    ];
    const verdicts = isJudged && decided.length === 0 ? [null] : decided;
    return { id: '', topic, outcome, resolvedAt: null, horizonUntil, positions: [position], verdicts, alike: times };
  });
  return [...counted, ...claims.values()];
}

function changesOf({ stances }: Said): CountedReversal[] {
  const bySource = Map.groupBy(stances, ([claim, source]) => `${claim} ${source}`);
  return [...bySource.values()].flatMap((own) => {
    const topic = own[0]?.[2] ?? null;
    const taken = own.map(([, , , id, stance, recordedAt, from, until]) =>
      stanceAt({ id, stance, recordedAt }, { from, until }),
    );
    return reversalsOf(taken).map(({ to }) => ({ topic, time: to.time }));
  });
}

function stanceAt(said: { id: string; stance: Stance; recordedAt: number }, time: TimedStance['time']): TimedStance {
  return { attribution: { ...said, certainty: 'unstated' }, time };
}
