import type { Answer } from '../../database/answer.ts';
import type { Context } from '../../database/context.ts';
import type { Prisma } from '../../database/generated/client.ts';
import {
  answerCreated,
  checkVersion,
  isUnchanged,
  record,
  type Transaction,
  updatedRow,
  versionIn,
  write,
} from '../../database/transaction.ts';
import type { ExpectedVersions } from '../../database/version.ts';
import { edtfRange } from '../../domain/edtf.ts';
import { refuseFuture } from '../../domain/future.ts';
import { type FieldError, Problem } from '../../domain/problem.ts';
import { judge } from '../../domain/rating.ts';
import { standingClaim } from '../claims/queries.ts';
import { findSchemeOf } from '../rating-schemes/queries.ts';
import { standingSources } from '../sources/references.ts';
import { findAssessment, readRecorded } from './queries.ts';
import type { Assessment, AssessmentInput, RecordedAssessment } from './schema.ts';

/**
 * Records a verdict. It moves nothing that stands about the claim.
 *
 * @throws {Problem} `rule-broken` for a claim or a reviewer that is not there, an anonymous reviewer, a date of the future, and a
 * rating that is none (with the `ratings` of the reviewer's scheme); `conflict` for an id that is taken, `MergedInto`
 */
export function createAssessment(context: Context, input: AssessmentInput): Promise<Answer> {
  return write(context, async (transaction) => {
    const { claimId, reviewerId } = await resolveReferences(transaction, input);
    const { id = context.newId() } = input;
    checkPublished(context, input);
    const judged = judge(input.rating, await findSchemeOf(transaction, reviewerId));
    const data = { id, claimId, reviewerId, ...ratingColumns(judged), ...columnsOf(input) };
    await transaction.assessment.create({ data, select: { id: true } });
    const after = await readRecorded(transaction, id);
    await record(transaction, context, { action: 'created', type: 'assessment', before: null, after });
    const assessment = await findAssessment(transaction, id);
    return answerCreated(transaction, context, {
      path: `/v1/assessments/${id}`,
      version: assessment.version,
      derivedText: JSON.stringify(assessment),
    });
  });
}

/**
 * Changes a verdict: `change` makes the new document from the one that stands. One that changes nothing writes nothing. A rating
 * that changes is read by the scheme that its reviewer has now; one that does not keeps the verdict that was recorded.
 *
 * @throws {Problem} `not-found`, `stale`, `rule-broken`
 */
export function updateAssessment(
  context: Context,
  id: string,
  expected: ExpectedVersions,
  change: (current: AssessmentInput) => AssessmentInput,
): Promise<Assessment> {
  return write(context, async (transaction) => {
    const current = await findAssessment(transaction, id);
    checkVersion(expected, current.version);
    const input = inputOf(current);
    const wanted = change(input);
    const moved = !isUnchanged(inFull(input.rating), inFull(wanted.rating));
    const before = ratingColumns(current);
    const after = moved
      ? ratingColumns(judge(wanted.rating, await findSchemeOf(transaction, current.reviewer.id)))
      : before;
    const data = { ...after, ...columnsOf(wanted) };
    if (isUnchanged({ ...before, ...columnsOf(input) }, data)) return current;
    if (wanted.published !== input.published) checkPublished(context, wanted);
    await writeChange(transaction, context, id, { action: 'updated', data, expected });
    return findAssessment(transaction, id);
  });
}

/**
 * Deletes a verdict that was recorded by mistake: leaves a tombstone. What it superseded is current again.
 *
 * @throws {Problem} `not-found`, `stale`
 */
export function deleteAssessment(context: Context, id: string, expected: ExpectedVersions): Promise<void> {
  return write(context, async (transaction) => {
    checkVersion(expected, (await findAssessment(transaction, id)).version);
    await writeChange(transaction, context, id, {
      action: 'deleted',
      data: { deletedAt: context.clock() },
      expected,
    });
  });
}

/** Writes new values into an assessment, with revision and change entry, in the transaction of the caller. */
async function writeChange(
  transaction: Transaction,
  context: Context,
  id: string,
  change: {
    readonly action: string;
    readonly data: Prisma.AssessmentUncheckedUpdateManyInput;
    readonly expected: ExpectedVersions;
  },
): Promise<void> {
  const { action, data, expected } = change;
  const before = await readRecorded(transaction, id);
  const where = { id, ...versionIn(expected) };
  const rows = await transaction.assessment.updateManyAndReturn({ where, data, select: { id: true } });
  const after = await readRecorded(transaction, updatedRow(rows, before.version).id);
  await record(transaction, context, { action, type: 'assessment', before, after });
}

/** Refuses a date of publication that lies in the future. Throws `rule-broken`. */
function checkPublished({ clock }: Context, { published }: AssessmentInput): void {
  refuseFuture(clock(), { pointer: '/published', date: published });
}

/** The claim and the reviewer that a document names. */
async function resolveReferences(transaction: Transaction, { claim, reviewer }: AssessmentInput) {
  const errors: FieldError[] = [];
  const claimId = await standingClaim(transaction, { reference: claim, pointer: '/claim' }, errors);
  const [reviewerId] = await standingSources(transaction, [{ reference: reviewer, pointer: '/reviewer' }], errors);
  if (claimId === undefined || reviewerId === undefined)
    throw new Problem('rule-broken', 'The assessment refers to something that is not there.', { errors });
  return { claimId, reviewerId };
}

/** The document that a person would have written for the assessment as it stands. */
function inputOf({
  claim,
  reviewer,
  rating,
  explanation,
  url,
  language,
  published,
}: RecordedAssessment): AssessmentInput {
  return { claim: claim.id, reviewer: reviewer.id, rating, explanation, url, language, published };
}

function inFull({
  ratingValue = null,
  bestRating = null,
  worstRating = null,
  alternateName = null,
}: AssessmentInput['rating']) {
  return { ratingValue, bestRating, worstRating, alternateName };
}

function ratingColumns({ rating, verdict }: Pick<RecordedAssessment, 'rating' | 'verdict'>) {
  return { ...rating, verdict };
}

/** The columns that a document comes to, but for its claim, its reviewer and its rating. */
function columnsOf({ explanation = null, url = null, language, published = null }: AssessmentInput) {
  const { from, until } = published === null ? { from: null, until: null } : edtfRange(published);
  return { explanation, url, language, published, publishedFrom: from, publishedUntil: until };
}
