import type { Database } from '../../database/context.ts';
import { EVER, membersAt, sourceNamesAt } from '../../database/documents.ts';
import { micros } from '../../database/json.ts';
import { read } from '../../database/pool.ts';
import { missing } from '../../database/references.ts';
import { Parameters, prepared } from '../../database/statement.ts';
import { tenseAt } from '../../database/tense.ts';
import { timeOfAssessment } from '../../domain/assessment.ts';
import type { Affiliation } from '../../domain/attribution.ts';
import { type Clocks, clockTime } from '../../domain/clocks.ts';
import { raise } from '../../domain/origin.ts';
import type { TimedStance } from '../../domain/position.ts';
import { type JudgedClaim, recordOf } from '../../domain/record.ts';
import { rangeOf } from '../../domain/time-window.ts';
import type { Outcome, Stance, Verdict } from '../../domain/vocabulary.ts';
import { onPool, readOfClaims, type StandingAssessment, successorsAmong } from '../assessments/queries.ts';
import { type Question, questionOf, readAllReversals, readMembers } from '../reversals/queries.ts';
import { readPastSpoken, readPastTakenBack } from './past.ts';
import type { RecordAnswer } from './schema.ts';

/** A claim on which the source has positions, before anybody's verdict. */
export type SpokenClaim = Omit<JudgedClaim, 'verdicts'> & { readonly id: string };

/** How many stances the source took back, and how many of its attributions we did. */
export interface TakenBack {
  readonly tookBack: number;
  readonly withdrawn: number;
}

/**
 * How what a source (its id or slug) said has fared, unless `exact` with what its spokespeople and its parts said. `now` measures
 * the horizons where the question has no clock.
 *
 * @throws {Problem} `not-found`
 * @throws {MergedInto}
 */
export async function readRecord(
  database: Database,
  source: string,
  { exact, ...clocks }: Clocks & { readonly exact: boolean },
  now: Date,
): Promise<RecordAnswer> {
  const question = await questionOf(database, source, exact, clocks);
  const members = await readMembers(database, question);
  const isPresent = question.knownAt === null;
  const [spoken, reversals, taken, names] = await Promise.all([
    isPresent ? readSpoken(database, question) : readPastSpoken(database, question),
    readAllReversals(database, question, members),
    isPresent ? readTakenBack(database, question, members) : readPastTakenBack(database, question, members),
    sourceNamesAt(database, [question.voice], question.knownAt ?? EVER),
  ]);
  const [verdicts, elsewhere] = await Promise.all([
    readVerdicts(database, question, spoken),
    readTopics(database, question, spoken, reversals),
  ]);

  const topicOf = new Map([...elsewhere, ...spoken.map(({ id, topic }) => [id, topic] as const)]);
  const { topics, years, ...whole } = recordOf(
    spoken.map((claim) => ({ ...claim, verdicts: verdicts.get(claim.id) ?? [] })),
    reversals.map(({ claim, to }) => ({ topic: topicOf.get(claim) ?? null, time: to.time })),
    {
      asOf: question.asOf,
      now:
        question.asOf ??
        (clocks.knownAt === null ? now.getTime() * 1000 : clockTime(question.knownAt ?? clocks.knownAt)),
    },
  );
  const named = await readTopicNames(
    database,
    question,
    topics.flatMap(({ topic }) => topic ?? []),
  );
  return {
    source: (names.get(question.voice) ?? missing('source', source)) as RecordAnswer['source'],
    ...whole,
    ...taken,
    topics: topics.map(({ topic, ...tally }) => ({
      topic: topic === null ? null : (named.get(topic) ?? null),
      ...tally,
    })),
    years: [...years],
  };
}

/** A position with its claim, as it is read: the parts of a SpokenClaim, one row a position. */
type SpokenRow = readonly [
  claim: string,
  topic: string | null,
  outcome: Outcome | null,
  resolvedAt: number | null,
  horizonUntil: number | null,
  stance: Stance,
  from: number | null,
  until: number | null,
  attribution: string,
  recordedAt: number | null,
];

/**
 * The positions for and against of a source $1 or, unless $2, of who spoke for it, as one text. When an attribution was recorded
 * is asked only where several speak on one claim, since only then it decides.
 */
const SPOKEN = `
SELECT coalesce(json_agg(json_build_array(
    claim_id, topic_id, outcome, ${micros('resolved_at')}, ${micros('horizon_until')}, stance, ${micros('stance_from')},
    ${micros('stance_until')}, attribution_id,
    CASE WHEN several THEN (SELECT ${micros('recorded_at')} FROM attributions WHERE id = attribution_id) END
  )), '[]')::text AS spoken
FROM (
  SELECT v.claim_id, c.topic_id, c.outcome, c.resolved_at, c.horizon_until, p.stance, p.stance_from, p.stance_until,
    p.attribution_id, count(*) OVER (PARTITION BY v.claim_id) > 1 AS several
  FROM claim_voices v
  JOIN claim_positions p ON p.claim_id = v.claim_id AND p.source_id = v.source_id
  JOIN claims c ON c.id = v.claim_id
  WHERE v.voice_id = $1 AND v.stance IN ('asserts', 'confirms', 'denies', 'doubts') AND (NOT $2 OR v.source_id = v.voice_id)
) spoken`;

async function readSpoken({ pool }: Database, { voice, exact }: Question): Promise<SpokenClaim[]> {
  const [found] = await read<{ spoken: string }>(pool, prepared(SPOKEN, [voice, exact]));
  const claims = new Map<string, SpokenClaim & { positions: TimedStance[] }>();
  for (const row of JSON.parse(found?.spoken ?? '[]') as SpokenRow[]) {
    const [id, topic, outcome, resolvedAt, horizonUntil, stance, from, until, attribution, recordedAt] = row;
    const position: TimedStance = {
      attribution: { id: attribution, stance, certainty: 'unstated', recordedAt: recordedAt ?? 0 },
      time: { from, until },
    };
    const claim = claims.get(id);
    if (claim === undefined) claims.set(id, { id, topic, outcome, resolvedAt, horizonUntil, positions: [position] });
    else claim.positions.push(position);
  }
  return [...claims.values()];
}

/** What $2 or, unless $3, one of $1 that spoke for it took back, and what of theirs we withdrew. */
const TAKEN_BACK = `
SELECT count(*) FILTER (WHERE a.live)::integer AS "tookBack", count(*) FILTER (WHERE NOT a.live AND a.withdrawn)::integer AS withdrawn
FROM (
  SELECT a.*, a.live IS FALSE AND EXISTS (
      SELECT FROM withdrawals w WHERE w.claim_id = a.claim_id AND w.attribution_id = a.id AND w.recorded_until IS NULL
    ) AS withdrawn
  FROM attributions a
  WHERE (a.source_id = ANY ($1::uuid[]) OR NOT $3 AND a.speaking_for_id = ANY ($1::uuid[])) AND (NOT a.live OR a.stance = 'retracts')
) a
LEFT JOIN merged_ids merged ON merged.id = a.source_id
CROSS JOIN LATERAL (SELECT coalesce(merged.stands_id, a.source_id) AS id) speaker
WHERE (a.live OR a.withdrawn) AND (speaker.id = $2 OR NOT $3 AND $2 = ANY (
  raise_source(speaker.id, coalesce(a.stance_from, '-infinity'), a.speaking_for_id, a.speaking_for_self)
))`;

async function readTakenBack(
  { pool }: Database,
  { voice, exact }: Question,
  members: readonly string[],
): Promise<TakenBack> {
  const [row] = await read<TakenBack & Record<string, unknown>>(pool, prepared(TAKEN_BACK, [members, voice, exact]));
  return row ?? { tookBack: 0, withdrawn: 0 };
}

/** The verdicts of others that are current on each of the claims. */
async function readVerdicts(
  database: Database,
  question: Question,
  spoken: readonly SpokenClaim[],
): Promise<Map<string, (Verdict | null)[]>> {
  const assessments = await readOfClaims(
    onPool(database),
    spoken.map(({ id }) => id),
    question,
  );
  const successors = successorsAmong(assessments, question.asOf);
  const current = assessments.filter(({ id }) => successors.get(id) === null);
  const isOwn = await ownVerdicts(database, question, current);
  const byClaim = Map.groupBy(
    current.filter((each) => !isOwn(each)),
    ({ claim }) => claim,
  );
  return new Map([...byClaim].map(([claim, own]) => [claim, own.map(({ verdict }) => verdict)]));
}

/** Whether a verdict is that of the source itself, or of one that spoke for it or was part of it when it was given. */
async function ownVerdicts(
  database: Database,
  question: Question,
  assessments: readonly StandingAssessment[],
): Promise<(assessment: StandingAssessment) => boolean> {
  const { voice, knownAt } = question;
  if (assessments.length === 0) return () => false;
  const [near = []] = await membersAt(database, [{ id: voice, lines: true }], knownAt ?? EVER);
  const nearby = new Set(near);
  const reviewers = new Set(assessments.map(({ reviewer }) => reviewer).filter((id) => id !== voice && nearby.has(id)));
  const affiliations = reviewers.size === 0 ? [] : await readLines(database, question, [...reviewers]);
  return ({ id, reviewer, published, recordedAt }) => {
    if (!reviewers.has(reviewer)) return reviewer === voice;
    const { from } = timeOfAssessment({ id, published: rangeOf(published), recordedAt });
    return raise(reviewer, from, null, affiliations).includes(voice);
  };
}

/** The affiliations of sources, which stand, and of all up their lines. */
async function readLines(
  { pool }: Database,
  question: Question,
  sources: readonly string[],
): Promise<readonly Affiliation[]> {
  const parameters = new Parameters();
  const tense = tenseAt(question.knownAt, parameters);
  const text = `WITH RECURSIVE line (id) AS (
      SELECT unnest(${parameters.add(sources)}::uuid[])
      UNION
      SELECT above.id FROM line CROSS JOIN LATERAL (
        SELECT m.into_id AS id FROM merges m WHERE m.from_id = line.id AND ${tense.stands('m')}
        UNION ALL
        SELECT f.organization_id FROM affiliations f WHERE f.source_id = line.id AND ${tense.stands('f')}
      ) above
    )
    SELECT f.source_id AS "sourceId", f.kind, o.id AS "organizationId", ${micros('f.valid_from')} AS "validFrom",
      ${micros('f.valid_until')} AS "validUntil"
    FROM line JOIN affiliations f ON f.source_id = line.id AND ${tense.stands('f')}
    JOIN ${tense.source('o', 'f.organization_id')}
    WHERE NOT EXISTS (SELECT FROM merges m WHERE m.from_id = f.source_id AND ${tense.stands('m')})`;
  return read<Affiliation & Record<string, unknown>>(pool, prepared(text, parameters.values));
}

/** The topics of claims on which sides were changed, where the source has no position any more. */
async function readTopics(
  { pool }: Database,
  question: Question,
  spoken: readonly SpokenClaim[],
  reversals: readonly { readonly claim: string }[],
): Promise<(readonly [claim: string, topic: string | null])[]> {
  const known = new Set(spoken.map(({ id }) => id));
  const claims = [...new Set(reversals.map(({ claim }) => claim))].filter((id) => !known.has(id));
  if (claims.length === 0) return [];
  const parameters = new Parameters();
  const tense = tenseAt(question.knownAt, parameters);
  const text = `SELECT c.claim_id AS claim, c.topic_id AS topic
    FROM claim_states c WHERE c.claim_id = ANY (${parameters.add(claims)}::uuid[]) AND ${tense.stands('c')}`;
  const rows = await read<{ claim: string; topic: string | null }>(pool, prepared(text, parameters.values));
  return rows.map(({ claim, topic }) => [claim, topic]);
}

/** The topics of the given ids as they are named. */
async function readTopicNames({ pool }: Database, question: Question, ids: readonly string[]) {
  type Named = NonNullable<RecordAnswer['topics'][number]['topic']>;
  if (ids.length === 0) return new Map<string, Named>();
  const parameters = new Parameters();
  const tense = tenseAt(question.knownAt, parameters);
  const text = `SELECT t.id, t.slug, t.name FROM unnest(${parameters.add(ids)}::uuid[]) given (id) JOIN ${tense.topic('t', 'given.id')}`;
  const rows = await read<Named>(pool, prepared(text, parameters.values));
  return new Map(rows.map((topic) => [topic.id, topic]));
}
