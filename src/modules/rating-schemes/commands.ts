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
import { type FieldError, Problem } from '../../domain/problem.ts';
import { checkScale } from '../../domain/rating.ts';
import { standingSources } from '../sources/references.ts';
import { findRatingScheme, findSchemeOf, readRatingScheme } from './queries.ts';
import type { RatingScheme, RatingSchemeInput } from './schema.ts';

/**
 * Creates the rating scheme of a reviewer.
 *
 * @throws {Problem} `conflict` with the `ratingScheme` that the reviewer, or one that is merged into it, has already;
 * `rule-broken` for a reviewer that is not there or anonymous, and for ratings that make no scheme
 */
export function createRatingScheme(context: Context, input: RatingSchemeInput): Promise<Answer> {
  return write(context, async (transaction) => {
    checkScale(input);
    const reviewerId = await findReviewerId(transaction, input.reviewer);
    await checkHasNone(transaction, reviewerId);
    const { id = context.newId() } = input;
    await transaction.ratingScheme.create({ data: { id, reviewerId, ...columnsOf(input) }, select: { id: true } });
    const scheme = await readRatingScheme(transaction, id);
    await record(transaction, context, { action: 'created', type: 'rating_scheme', before: null, after: scheme });
    return answerCreated(transaction, context, {
      path: `/v1/rating-schemes/${scheme.id}`,
      version: scheme.version,
      derivedText: JSON.stringify(scheme),
    });
  });
}

/**
 * Changes a rating scheme: `change` makes the new document from the one that stands. One that changes nothing writes nothing. What
 * was assessed by it stays as it was recorded.
 *
 * @throws {Problem} `not-found`, `stale`, `rule-broken`
 */
export function updateRatingScheme(
  context: Context,
  id: string,
  expected: ExpectedVersions,
  change: (current: RatingSchemeInput) => RatingSchemeInput,
): Promise<RatingScheme> {
  return write(context, async (transaction) => {
    const scheme = await findRatingScheme(transaction, id);
    checkVersion(expected, scheme.version);
    const { reviewer, name, worstRating, bestRating, ratings } = scheme;
    const current = { reviewer: reviewer.id, name, worstRating, bestRating, ratings };
    const wanted = change(current);
    checkScale(wanted);
    if (isUnchanged(columnsOf(current), columnsOf(wanted))) return scheme;
    return writeChange(transaction, context, scheme, { action: 'updated', data: columnsOf(wanted), expected });
  });
}

/**
 * Deletes a rating scheme: leaves a tombstone. What was assessed by it stays.
 *
 * @throws {Problem} `not-found`, `stale`
 */
export function deleteRatingScheme(context: Context, id: string, expected: ExpectedVersions): Promise<void> {
  return write(context, async (transaction) => {
    const scheme = await findRatingScheme(transaction, id);
    checkVersion(expected, scheme.version);
    await writeChange(transaction, context, scheme, {
      action: 'deleted',
      data: { deletedAt: context.clock() },
      expected,
    });
  });
}

/** Writes new values into a scheme, with revision and change entry, in the transaction of the caller. */
async function writeChange(
  transaction: Transaction,
  context: Context,
  before: RatingScheme,
  change: {
    readonly action: string;
    readonly data: Prisma.RatingSchemeUncheckedUpdateManyInput;
    readonly expected: ExpectedVersions;
  },
): Promise<RatingScheme> {
  const { action, data, expected } = change;
  const where = { id: before.id, ...versionIn(expected) };
  const rows = await transaction.ratingScheme.updateManyAndReturn({ where, data, select: { id: true } });
  const after = await readRatingScheme(transaction, updatedRow(rows, before.version).id);
  await record(transaction, context, { action, type: 'rating_scheme', before, after });
  return after;
}

async function findReviewerId(transaction: Transaction, reference: string): Promise<string> {
  const errors: FieldError[] = [];
  const [id] = await standingSources(transaction, [{ reference, pointer: '/reviewer' }], errors);
  if (id !== undefined) return id;
  throw new Problem('rule-broken', errors[0]?.detail ?? '', { errors });
}

/** Reviewers that are merged count as one. Nothing else can come between: the ledger is locked. */
async function checkHasNone(transaction: Transaction, reviewerId: string): Promise<void> {
  const other = await findSchemeOf(transaction, reviewerId);
  if (other === null) return;
  const detail = `${other.reviewer.name} has the rating scheme ${other.id} already: change that one.`;
  throw new Problem('conflict', detail, {
    errors: [{ pointer: '/reviewer', detail }],
    extensions: { ratingScheme: other.id },
  });
}

/** The columns that a document comes to, but for its reviewer. */
function columnsOf({ name = null, worstRating, bestRating, ratings }: RatingSchemeInput) {
  const plain = ratings.map(({ ratingValue, alternateName, verdict }) => ({
    ratingValue: ratingValue + 0,
    alternateName,
    verdict,
  }));
  return { name, worstRating: worstRating + 0, bestRating: bestRating + 0, ratings: plain };
}
