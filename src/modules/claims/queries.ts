import type pg from 'pg';
import type { Database } from '../../database/context.ts';
import { Prisma } from '../../database/generated/client.ts';
import { read } from '../../database/pool.ts';
import { checkReferences } from '../../database/references.ts';
import { Parameters, prepared } from '../../database/statement.ts';
import type { Transaction } from '../../database/transaction.ts';
import { isUuid } from '../../domain/names.ts';
import { Problem } from '../../domain/problem.ts';
import { claimFilter, namedReferences } from './filter.ts';
import { CLAIM_FROM, CLAIM_JSON } from './json.ts';
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
  const parameters = new Parameters();
  const [direction, comparison] = query.sort === 'createdAt' ? ['ASC', '>'] : ['DESC', '<'];
  const cursor = after === undefined ? undefined : parameters.add(after);
  const beyond = (column: string) => (cursor === undefined ? [] : [`${column} ${comparison} ${cursor}::uuid`]);
  const { joins, conditions } = claimFilter(query, parameters, beyond);
  const text = `SELECT c.id, ${CLAIM_JSON}::text AS json
    FROM ${[CLAIM_FROM, ...joins].join('\n    ')}
    WHERE ${conditions.join(' AND ')}
    ORDER BY c.id ${direction} LIMIT ${parameters.add(query.limit + 1)}`;
  const rows = await read<JsonRow>(database.pool, prepared(text, parameters.values));
  if (rows.length === 0) await checkReferences(database, namedReferences(query));
  return rows;
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
