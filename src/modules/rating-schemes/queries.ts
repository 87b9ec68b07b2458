import type { Database } from '../../database/context.ts';
import { Prisma } from '../../database/generated/client.ts';
import { PRESENT } from '../../database/tense.ts';
import type { Transaction } from '../../database/transaction.ts';
import { Problem } from '../../domain/problem.ts';
import { resolveSources } from '../sources/queries.ts';
import { RATING_SCHEME_JSON } from './json.ts';
import type { RatingScheme, RatingSchemeQuery } from './schema.ts';

type Reader = Transaction | Database['prisma'];

const FROM = Prisma.raw(`rating_schemes r JOIN ${PRESENT.source('s', 'r.reviewer_id')}`);

/**
 * The rating scheme of an id that is not deleted.
 *
 * @throws {Problem} `not-found`
 */
export async function findRatingScheme(prisma: Reader, id: string): Promise<RatingScheme> {
  const [scheme] = await readSchemes(prisma, Prisma.sql`WHERE r.id = ${id}::uuid AND r.deleted_at IS NULL`);
  if (scheme === undefined) throw new Problem('not-found', `There is no rating scheme with the id "${id}".`);
  return scheme;
}

/** The rating scheme of an id that is there, be it deleted or not. */
export async function readRatingScheme(transaction: Transaction, id: string): Promise<RatingScheme> {
  const [scheme] = await readSchemes(transaction, Prisma.sql`WHERE r.id = ${id}::uuid`);
  if (scheme === undefined) throw new Error(`the rating scheme ${id} is gone`);
  return scheme;
}

/**
 * The scheme of a reviewer that stands, or null. Reviewers that were merged can have brought one each: its own then counts, else
 * the one that was recorded last.
 */
export async function findSchemeOf(prisma: Reader, reviewerId: string): Promise<RatingScheme | null> {
  const [scheme] = await readSchemes(
    prisma,
    Prisma.sql`WHERE r.deleted_at IS NULL AND r.reviewer_id = ANY (${members(reviewerId)})
      ORDER BY r.reviewer_id = ${reviewerId}::uuid DESC, r.created_at DESC, r.id DESC LIMIT 1`,
  );
  return scheme ?? null;
}

/**
 * Rating schemes, newest first; `after` is the id of the last one before. One more than `limit` tells whether there are more.
 *
 * @throws {Problem} `rule-broken` for a reviewer that is not there
 */
export async function listRatingSchemes(
  { prisma }: Database,
  { reviewer, limit }: RatingSchemeQuery,
  after: string | undefined,
): Promise<RatingScheme[]> {
  const conditions = [Prisma.sql`r.deleted_at IS NULL`];
  if (reviewer !== undefined)
    conditions.push(Prisma.sql`r.reviewer_id = ANY (${members(await reviewerIdOf(prisma, reviewer))})`);
  if (after !== undefined) conditions.push(Prisma.sql`r.id < ${after}::uuid`);
  return readSchemes(
    prisma,
    Prisma.sql`WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY r.id DESC LIMIT ${limit + 1}`,
  );
}

async function reviewerIdOf(prisma: Reader, reference: string): Promise<string> {
  const reviewer = (await resolveSources(prisma, [reference])).get(reference);
  if (reviewer !== undefined) return reviewer.stands.id;
  const detail = `There is no source with the id or slug "${reference}".`;
  throw new Problem('rule-broken', detail, { errors: [{ parameter: 'reviewer', detail }] });
}

function members(id: string): Prisma.Sql {
  return Prisma.sql`(ARRAY[${id}::uuid] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = ${id}::uuid))`;
}

/** The rating schemes `r` that `rest` of the statement selects, in one query. */
async function readSchemes(prisma: Reader, rest: Prisma.Sql): Promise<RatingScheme[]> {
  const rows = await prisma.$queryRaw<{ scheme: RatingScheme }[]>(
    Prisma.sql`SELECT ${Prisma.raw(RATING_SCHEME_JSON)} AS scheme FROM ${FROM} ${rest}`,
  );
  return rows.map(({ scheme }) => scheme);
}
