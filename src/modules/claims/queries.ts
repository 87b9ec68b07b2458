import type pg from 'pg';
import type { Database } from '../../database/context.ts';
import { Prisma } from '../../database/generated/client.ts';
import { read } from '../../database/pool.ts';
import { checkReferences } from '../../database/references.ts';
import { settle } from '../../database/settled.ts';
import { AT_MOST_A_PAGE, Parameters, prepared } from '../../database/statement.ts';
import type { Transaction } from '../../database/transaction.ts';
import { walk } from '../../database/walk.ts';
import { isUuid } from '../../domain/names.ts';
import { Problem } from '../../domain/problem.ts';
import { candidatesOf } from './candidates.ts';
import { claimFilter, isSought, namedReferences } from './filter.ts';
import { CLAIM_FROM, CLAIM_JSON, claimFrom } from './json.ts';
import { pastFilter } from './past-filter.ts';
import type { Claim, ClaimQuery } from './schema.ts';

/** A row that is JSON text already, with what its cursor and its tag need. */
export interface JsonRow {
  readonly id: string;
  readonly json: string;
}

const CLAIM_BY = (column: 'id' | 'slug') =>
  `SELECT c.id, c.version, ${CLAIM_JSON}::text AS json FROM ${CLAIM_FROM} WHERE c.${column} = $1 AND c.deleted_at IS NULL`;
const CLAIM_BY_ID = CLAIM_BY('id');
const CLAIM_BY_SLUG = CLAIM_BY('slug');

/** A claim as JSON text, byte for byte what goes over the wire. */
export interface ClaimText {
  readonly id: string;
  readonly version: number;
  readonly json: string;
}

/** A claim as it stands. Throws `not-found`. */
export async function readClaim(database: Database, reference: string): Promise<ClaimText> {
  const text = isUuid(reference) ? CLAIM_BY_ID : CLAIM_BY_SLUG;
  const rows = await read<ClaimText & pg.QueryResultRow>(database.pool, prepared(text, [reference]));
  return rows[0] ?? missing('claim', reference);
}

/** The same inside a transaction. */
export async function readClaimWithin(transaction: Transaction, reference: string): Promise<ClaimText> {
  const text = isUuid(reference) ? CLAIM_BY_ID.replace('$1', '$1::uuid') : CLAIM_BY_SLUG;
  const rows = await transaction.$queryRawUnsafe<ClaimText[]>(text, reference);
  return rows[0] ?? missing('claim', reference);
}

/** A claim inside a transaction, derived fields included. Throws `not-found`. */
export async function findClaim(transaction: Transaction, reference: string): Promise<Claim> {
  return JSON.parse((await readClaimWithin(transaction, reference)).json) as Claim;
}

/** The ids and slugs of the claims that the references (UUIDs or slugs) name, in one query; unknown ones are absent. */
export async function resolveClaims(
  transaction: Transaction | Database['prisma'],
  references: readonly string[],
): Promise<Map<string, { id: string; slug: string }>> {
  const ids = references.filter(isUuid);
  const slugs = references.filter((reference) => !isUuid(reference));
  const rows = await transaction.claim.findMany({
    where: { deletedAt: null, OR: [{ id: { in: ids } }, { slug: { in: slugs } }] },
    select: { id: true, slug: true },
  });
  return new Map(rows.flatMap((row) => [[row.id, row] as const, [row.slug, row] as const]));
}

/** Claims as JSON text, by creation; `after` is the id of the last one before. One more than `limit` tells whether there are more. */
export async function listClaims(database: Database, query: ClaimQuery, after: string | undefined): Promise<JsonRow[]> {
  if (isSought(query)) return seekClaims(database, query, after);
  const rows = await readPage(database, query, (parameters) => {
    if (after === undefined) return () => [];
    const cursor = parameters.add(after);
    return (column) => [`${column} ${query.sort === 'createdAt' ? '>' : '<'} ${cursor}::uuid`];
  });
  if (rows.length === 0) await checkReferences(database, namedReferences(query));
  return rows;
}

/** Looks through the claims on which it may have been said, as the past is looked through, for those that the filters find now. */
async function seekClaims(database: Database, query: ClaimQuery, after: string | undefined): Promise<JsonRow[]> {
  await checkReferences(database, namedReferences(query));
  const filter = await pastFilter(database, query, await settle(database, { asOf: null, knownAt: null }));
  const readCandidates = await candidatesOf(database, filter);
  const ascending = query.sort === 'createdAt';
  return walk({ wanted: query.limit + 1, after }, async (from: string | undefined, size) => {
    const { ids, last } = await readCandidates({ after: from, size, ascending });
    const rows = await readPage(database, query, (parameters) => {
      const among = parameters.add(ids);
      return (column) => [`${column} = ANY (${among}::uuid[])`];
    });
    return { rows, last };
  });
}

/** Claims in their order, of those that `within` leaves: it gives the condition on a column of claim ids. */
function readPage(
  database: Database,
  query: ClaimQuery,
  within: (parameters: Parameters) => (column: string) => string[],
): Promise<JsonRow[]> {
  const parameters = new Parameters();
  const { joins, conditions } = claimFilter(query, parameters, within(parameters));
  const order = `ORDER BY c.id ${query.sort === 'createdAt' ? 'ASC' : 'DESC'}`;
  const page = `SELECT c.* FROM ${['claims c', ...joins].join(' ')} WHERE ${conditions.join(' AND ')} ${order} ${AT_MOST_A_PAGE}`;
  const text = `SELECT c.id, ${CLAIM_JSON}::text AS json FROM ${claimFrom(`(${page})`)}
    ${order} LIMIT ${parameters.add(query.limit + 1)}`;
  return read<JsonRow>(database.pool, prepared(text, parameters.values));
}

/** Throws `not-found`. */
export function missing(kind: string, reference: string): never {
  throw new Problem('not-found', `There is no ${kind} with the id or slug "${reference}".`);
}

/** How many things of each kind still refer to a claim. */
export async function countClaimReferences(transaction: Transaction, claimId: string): Promise<Record<string, number>> {
  const rows = await transaction.$queryRaw<{ attributions: number; relations: number }[]>(Prisma.sql`
    SELECT (SELECT count(*)::integer FROM attributions WHERE claim_id = ${claimId}::uuid) AS attributions,
           (SELECT count(*)::integer FROM claim_relations
            WHERE recorded_until IS NULL AND (from_id = ${claimId}::uuid OR to_id = ${claimId}::uuid)) AS relations`);
  return { ...rows[0] };
}
