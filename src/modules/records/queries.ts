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
import { recordOf } from '../../domain/record.ts';
import { rangeOf } from '../../domain/time-window.ts';
import type { Verdict } from '../../domain/vocabulary.ts';
import { type StandingAssessment, successorsAmong } from '../assessments/queries.ts';
import { type Question, questionOf, readMembers } from '../reversals/queries.ts';
import { readPastFacts } from './past.ts';
import { readFacts } from './present.ts';
import type { RecordAnswer } from './schema.ts';

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
  const { voice, asOf, knownAt } = question;
  const [members, [near = members], names] = await Promise.all([
    readMembers(database, question),
    exact ? membersAt(database, [{ id: voice, lines: true }], knownAt ?? EVER) : [],
    sourceNamesAt(database, [voice], knownAt ?? EVER),
  ]);
  const { spoken, assessments, reversals, tookBack, withdrawn } =
    knownAt === null
      ? await readFacts(database, question, { members, near }, now)
      : await readPastFacts(database, { ...question, knownAt }, members);
  const verdicts = await verdictsOfOthers(database, question, assessments, near);
  const { topics, years, ...whole } = recordOf(
    spoken.map((claim) => ({ ...claim, verdicts: claim.verdicts ?? verdicts.get(claim.id) ?? [] })),
    reversals,
    { asOf, now: horizonOf(clocks, question, now) },
  );
  const named = await readTopicNames(
    database,
    question,
    topics.flatMap(({ topic }) => topic ?? []),
  );
  return {
    source: (names.get(question.voice) ?? missing('source', source)) as RecordAnswer['source'],
    ...whole,
    tookBack,
    withdrawn,
    topics: topics.map(({ topic, ...tally }) => ({
      topic: topic === null ? null : (named.get(topic) ?? null),
      ...tally,
    })),
    years: [...years],
  };
}

/** By which instant (microseconds) horizons have ended: `asOf`, else `knownAt`, else now. */
function horizonOf({ knownAt: given }: Clocks, { asOf, knownAt }: Question, now: Date): number {
  if (asOf !== null) return asOf;
  return given === null || knownAt === null ? now.getTime() * 1000 : clockTime(knownAt);
}

/** The verdicts of others that are current on each claim. */
async function verdictsOfOthers(
  database: Database,
  question: Question,
  assessments: readonly StandingAssessment[],
  near: readonly string[],
): Promise<Map<string, (Verdict | null)[]>> {
  const successors = successorsAmong(assessments, question.asOf);
  const current = assessments.filter(({ id }) => successors.get(id) === null);
  const isOwn = await ownVerdicts(database, question, current, near);
  const byClaim = Map.groupBy(
    current.filter((each) => !isOwn(each)),
    ({ claim }) => claim,
  );
  return new Map([...byClaim].map(([claim, own]) => [claim, own.map(({ verdict }) => verdict)]));
}

/** Whether a verdict is that of the source itself, or of one of those `near` it that spoke for it or was part of it when it was given. */
async function ownVerdicts(
  database: Database,
  question: Question,
  assessments: readonly StandingAssessment[],
  near: readonly string[],
): Promise<(assessment: StandingAssessment) => boolean> {
  const { voice } = question;
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
