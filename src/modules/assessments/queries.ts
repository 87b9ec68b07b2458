import type { Database } from '../../database/context.ts';
import { EVER, findAt, membersAt, resolveAt } from '../../database/documents.ts';
import { micros } from '../../database/json.ts';
import { read } from '../../database/pool.ts';
import { checkReferences, type NamedReference } from '../../database/references.ts';
import { settle } from '../../database/settled.ts';
import { Parameters, prepared } from '../../database/statement.ts';
import { PRESENT, tenseAt } from '../../database/tense.ts';
import type { Transaction } from '../../database/transaction.ts';
import { walk } from '../../database/walk.ts';
import { successorsOf, timeOfAssessment } from '../../domain/assessment.ts';
import { isPast } from '../../domain/attribution.ts';
import { type Clocks, hasClock } from '../../domain/clocks.ts';
import { Problem } from '../../domain/problem.ts';
import { isSameName } from '../../domain/rating.ts';
import { rangeOf, touches } from '../../domain/time-window.ts';
import { standingClaimId } from '../claims/queries.ts';
import { ASSESSMENT_JSON, assessmentJoins, assessmentOf } from './json.ts';
import type { Assessment, AssessmentQuery, RecordedAssessment } from './schema.ts';

/** Runs a statement: on the pool, or inside a transaction. */
export type Run = <Row extends Record<string, unknown>>(text: string, values: readonly unknown[]) => Promise<Row[]>;

export const onPool =
  ({ pool }: Database): Run =>
  (text, values) =>
    read(pool, prepared(text, values));

const within =
  (transaction: Transaction): Run =>
  (text, values) =>
    transaction.$queryRawUnsafe(text, ...values);

/** By which clocks a question is answered: `knownAt` is null for the present. */
export interface Moment {
  readonly asOf: number | null;
  readonly knownAt: string | null;
}

const NOW: Moment = { asOf: null, knownAt: null };

/** A row of the list before the rules have seen it. */
interface Row extends Record<string, unknown> {
  readonly id: string;
  readonly assessment: RecordedAssessment;
  readonly recordedAt: number;
}

const COLUMNS = `own.id, ${ASSESSMENT_JSON} AS assessment, ${micros('a.created_at')} AS "recordedAt"`;

/**
 * An assessment by the clocks, with what is derived of it.
 *
 * @throws {Problem} `not-found`, also where it was not recorded, or with `asOf` not published, by then
 */
export async function readAssessment(database: Database, id: string, clocks: Clocks): Promise<Assessment> {
  const moment = await momentOf(database, clocks);
  const found = await readOne(onPool(database), id, moment);
  if (found !== undefined) return found;
  const by = moment.knownAt === null ? 'is' : `was by the clocks (${moment.knownAt})`;
  throw new Problem('not-found', `There ${by} no assessment with the id "${id}".`);
}

/**
 * An assessment inside a transaction.
 *
 * @throws {Problem} `not-found`
 */
export async function findAssessment(transaction: Transaction, id: string): Promise<Assessment> {
  const found = await readOne(within(transaction), id, NOW);
  if (found === undefined) throw new Problem('not-found', `There is no assessment with the id "${id}".`);
  return found;
}

async function readOne(run: Run, id: string, moment: Moment): Promise<Assessment | undefined> {
  const parameters = new Parameters();
  const tense = tenseAt(moment.knownAt, parameters);
  const text = `SELECT ${COLUMNS} FROM (SELECT ${parameters.add(id)}::uuid AS id) own ${assessmentJoins(tense, 'own.id')}`;
  const [found] = await derived(run, await run<Row>(text, parameters.values), moment);
  return found;
}

/** An assessment as it is recorded, be it deleted or not. */
export async function readRecorded(transaction: Transaction, id: string): Promise<RecordedAssessment> {
  const joins = `JOIN ${PRESENT.claim('c', 'a.claim_id')} JOIN ${PRESENT.source('r', 'a.reviewer_id')}`;
  const text = `SELECT ${ASSESSMENT_JSON} AS assessment FROM assessments a ${joins} WHERE a.id = $1::uuid`;
  const [row] = await transaction.$queryRawUnsafe<{ assessment: RecordedAssessment }[]>(text, id);
  if (row === undefined) throw new Error(`the assessment ${id} is gone`);
  return row.assessment;
}

/** What assessments are asked for. */
type AssessmentFilter = Omit<Partial<AssessmentQuery>, 'limit' | 'cursor' | 'asOf' | 'knownAt'>;

/** Which part of a list: after the id of the last one before. One more than `limit` tells whether there are more. */
interface PageOf {
  readonly limit: number;
  readonly after: string | undefined;
}

/**
 * Assessments by the clocks, newest first.
 *
 * @throws {Problem} `rule-broken` for a filter that names what is not there
 */
export async function listAssessments(
  database: Database,
  filter: AssessmentFilter,
  clocks: Clocks,
  page: PageOf,
): Promise<Assessment[]> {
  const moment = await momentOf(database, clocks);
  const { claim, reviewer, topic } = await namedBy(database, filter, moment);
  return listOf(database, { claim, reviewer, topic, filter, moment }, page);
}

/**
 * The assessments of a claim by the clocks, newest first.
 *
 * @throws {Problem} `not-found`
 * @throws {MergedInto}
 */
export async function listClaimAssessments(
  database: Database,
  reference: string,
  clocks: Clocks,
  page: PageOf,
): Promise<Assessment[]> {
  const moment = await momentOf(database, clocks);
  const { knownAt } = moment;
  const id =
    knownAt === null ? await standingClaimId(database, reference) : await findAt(database, 'claim', reference, knownAt);
  const [claim = [id]] = await membersAt(database, [{ id, lines: false }], knownAt ?? EVER);
  return listOf(database, { claim, filter: {}, moment }, page);
}

/** All assessments of the claims of the ids, which count as one by the clocks, newest first. */
export function listAssessmentsOn(
  database: Database,
  members: readonly string[],
  { asOf, knownAt }: Moment,
): Promise<Assessment[]> {
  const question = { claim: members, filter: {}, moment: { asOf, knownAt } };
  return listOf(database, question, { limit: Number.POSITIVE_INFINITY, after: undefined });
}

async function momentOf(database: Database, clocks: Clocks): Promise<Moment> {
  return hasClock(clocks) ? settle(database, clocks) : NOW;
}

/** What a list is of: ids as recorded of the claims and the reviewers, the id of the topic. */
interface Question {
  readonly claim?: readonly string[] | undefined;
  readonly reviewer?: readonly string[] | undefined;
  readonly topic?: string | undefined;
  readonly filter: AssessmentFilter;
  readonly moment: Moment;
}

/** The things that a filter names, with all that counts at them. */
async function namedBy(database: Database, { claim, reviewer, topic }: AssessmentFilter, { knownAt }: Moment) {
  const named: NamedReference[] = [
    ...(claim === undefined ? [] : [{ parameter: 'claim', table: 'claims', reference: claim } as const]),
    ...(reviewer === undefined ? [] : [{ parameter: 'reviewer', table: 'sources', reference: reviewer } as const]),
    ...(topic === undefined ? [] : [{ parameter: 'topic', table: 'topics', reference: topic } as const]),
  ];
  if (knownAt === null) await checkReferences(database, named);
  const at = knownAt ?? EVER;
  const ids = await resolveAt(database, named, at);
  const things = [...ids].filter(([parameter]) => parameter !== 'topic');
  const members = await membersAt(
    database,
    things.map(([, id]) => ({ id, lines: false })),
    at,
  );
  const gathered = new Map(things.map(([parameter], index) => [parameter, members[index]]));
  return { claim: gathered.get('claim'), reviewer: gathered.get('reviewer'), topic: ids.get('topic') };
}

/** Walks through what the filters may find, and lets the rules decide on each: the names, the dates and what is current. */
function listOf(database: Database, question: Question, { limit, after }: PageOf): Promise<Assessment[]> {
  const { filter, moment } = question;
  const run = onPool(database);
  return walk(
    { wanted: limit + 1, after },
    async (last: string | undefined, size) => {
      const { text, values } = candidates(question, { after: last, size });
      const rows = await run<Row>(text, values);
      return { candidates: rows, last: rows.length < size ? undefined : rows.at(-1)?.id };
    },
    async (rows) => {
      const meant = rows.filter((row) => isMeant(filter, row));
      const found = await derived(run, meant, moment);
      return found.filter(({ current }) => filter.current === undefined || current === filter.current);
    },
  );
}

/** Of which claims the assessments of a topic may be: those that ever were of it, and what is merged into them. */
const ofTopic = (topic: string) => `own.claim_id = ANY (ARRAY(
  WITH RECURSIVE member (id) AS (
    SELECT claim_id FROM claim_states WHERE topic_id = ${topic}
    UNION
    SELECT m.from_id FROM member JOIN merges m ON m.into_id = member.id
  ) SELECT id FROM member))`;

/** The SQL of one batch of assessments, newest first. */
function candidates(
  { claim, reviewer, topic, filter, moment }: Question,
  { after, size }: { after: string | undefined; size: number },
) {
  const parameters = new Parameters();
  const tense = tenseAt(moment.knownAt, parameters);
  const ids = (list: readonly string[]) => `ANY (${parameters.add(list)}::uuid[])`;
  const conditions = [
    ...(moment.knownAt === null ? [] : [`own.created_at <= ${parameters.add(moment.knownAt)}::timestamptz`]),
    ...(claim === undefined ? [] : [`own.claim_id = ${ids(claim)}`]),
    ...(reviewer === undefined ? [] : [`own.reviewer_id = ${ids(reviewer)}`]),
    ...(after === undefined ? [] : [`own.id < ${parameters.add(after)}::uuid`]),
    ...(filter.verdict === undefined ? [] : [`a.verdict = ${parameters.add(filter.verdict)}`]),
    ...(typeof filter.rating === 'number' ? [`a.rating_value = ${parameters.add(filter.rating)}::float8`] : []),
  ];
  if (topic !== undefined) {
    const id = `${parameters.add(topic)}::uuid`;
    conditions.push(ofTopic(id), `c.topic_id = ${id}`);
  }
  const text = `SELECT ${COLUMNS} FROM assessments own ${assessmentJoins(tense, 'own.id')}
    WHERE ${['true', ...conditions].join(' AND ')} ORDER BY own.id DESC LIMIT ${size}`;
  return { text, values: parameters.values };
}

function isMeant(filter: AssessmentFilter, { assessment }: Row): boolean {
  const { rating } = filter;
  const { alternateName } = assessment.rating;
  return (
    (typeof rating !== 'string' || (alternateName !== null && isSameName(alternateName, rating))) &&
    touches(rangeOf(assessment.published), filter['published.gte'], filter['published.lt'])
  );
}

/** An assessment as far as the rules look at it, with what stands for its claim and its reviewer. */
export interface StandingAssessment extends Record<string, unknown> {
  readonly id: string;
  readonly claim: string;
  readonly reviewer: string;
  readonly verdict: Assessment['verdict'];
  readonly published: string | null;
  readonly recordedAt: number;
}

/** All assessments of the claims, which stand, and of what is merged into them. */
export async function readOfClaims(run: Run, claims: readonly string[], moment: Moment): Promise<StandingAssessment[]> {
  if (claims.length === 0) return [];
  const parameters = new Parameters();
  const tense = tenseAt(moment.knownAt, parameters);
  const text = `WITH RECURSIVE member (claim_id, id) AS (
      SELECT id, id FROM unnest(${parameters.add([...claims])}::uuid[]) given (id)
      UNION
      SELECT member.claim_id, m.from_id FROM member JOIN merges m ON m.into_id = member.id AND ${tense.stands('m')}
    )
    SELECT own.id, member.claim_id AS claim, r.id AS reviewer, a.verdict, a.published,
      ${micros('a.created_at')} AS "recordedAt"
    FROM member JOIN LATERAL (SELECT id FROM assessments WHERE claim_id = member.id OFFSET 0) own ON true
    JOIN ${tense.assessment('a', 'own.id')} JOIN ${tense.source('r', 'a.reviewer_id')}`;
  return run<StandingAssessment>(text, parameters.values);
}

/** What is derived of some assessments, in their order; those that do not exist by the clocks are left out. */
async function derived(run: Run, rows: readonly Row[], moment: Moment): Promise<Assessment[]> {
  const { asOf } = moment;
  const dated = ({ id, assessment, recordedAt }: Row) => ({ id, recordedAt, published: rangeOf(assessment.published) });
  const there = rows.filter((row) => asOf === null || isPast(timeOfAssessment(dated(row)), asOf));
  const claims = [...new Set(there.map(({ assessment }) => assessment.claim.id))];
  const successors = successorsAmong(await readOfClaims(run, claims, moment), asOf);
  return there.flatMap(({ id, assessment }) => {
    const successor = successors.get(id);
    // One that was deleted between the two statements is not there any more.
    return successor === undefined ? [] : [assessmentOf(assessment, successor)];
  });
}

/** What supersedes each of the assessments, given all of their claims; null for the current ones. */
export function successorsAmong(
  assessments: readonly StandingAssessment[],
  asOf: number | null,
): Map<string, string | null> {
  const byReviewer = Map.groupBy(assessments, ({ claim, reviewer }) => `${claim} ${reviewer}`);
  return new Map(
    [...byReviewer.values()].flatMap((own) => {
      const dated = own.map(({ id, published, recordedAt }) => ({ id, recordedAt, published: rangeOf(published) }));
      return [...successorsOf(dated, asOf)];
    }),
  );
}
