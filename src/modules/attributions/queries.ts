import type { Database } from '../../database/context.ts';
import { read } from '../../database/pool.ts';
import { checkReferences, type NamedReference, referenceId } from '../../database/references.ts';
import { AT_MOST_A_PAGE, Parameters, prepared } from '../../database/statement.ts';
import type { Transaction } from '../../database/transaction.ts';
import { Problem } from '../../domain/problem.ts';
import { ATTRIBUTION_JOINS, ATTRIBUTION_JSON } from './json.ts';
import type { Attribution, AttributionQuery } from './schema.ts';

const ATTRIBUTION = `SELECT a.id, a.version, ${ATTRIBUTION_JSON}::text AS json FROM attributions a ${ATTRIBUTION_JOINS}`;

/** An attribution as JSON text, with its version. Throws `not-found`. */
export async function readAttribution(database: Database, id: string): Promise<{ version: number; json: string }> {
  const query = prepared(`${ATTRIBUTION} WHERE a.id = $1`, [id]);
  const [row] = await read<{ version: number; json: string }>(database.pool, query);
  if (row === undefined) throw missing(id);
  return row;
}

/** An attribution inside a transaction. Throws `not-found`. */
export async function findAttribution(transaction: Transaction, id: string): Promise<Attribution> {
  const [attribution] = await findAttributions(transaction, [id]);
  if (attribution === undefined) throw missing(id);
  return attribution;
}

/** The attributions of the given ids, in the order of the ids. */
export async function findAttributions(transaction: Transaction, ids: readonly string[]): Promise<Attribution[]> {
  if (ids.length === 0) return [];
  const text = `${ATTRIBUTION} WHERE a.id = ANY ($1::uuid[]) ORDER BY a.id`;
  const rows = await transaction.$queryRawUnsafe<{ json: string }[]>(text, [...ids]);
  return rows.map(({ json }) => JSON.parse(json) as Attribution);
}

/** The claim that each attribution was recorded with, by the attribution's id; its answer names the one that stands for it. */
export async function findRecordedClaims(
  transaction: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await transaction.attribution.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, claimId: true },
  });
  return new Map(rows.map(({ id, claimId }) => [id, claimId]));
}

/**
 * Attributions as JSON text, newest first; `after` is the id of the last one before. One more than `limit` tells whether
 * there are more. The claim and the source are UUIDs or slugs.
 */
export async function listAttributions(
  database: Database,
  query: AttributionQuery,
  after: string | undefined,
): Promise<{ id: string; json: string }[]> {
  const parameters = new Parameters();
  const conditions = ['true'];
  if (query.claim !== undefined) conditions.push(`a.claim_id = ${referenceId(parameters, 'claims', query.claim)}`);
  if (query.source !== undefined) conditions.push(`a.source_id = ${referenceId(parameters, 'sources', query.source)}`);
  if (query.report !== undefined) conditions.push(`a.report_id = ${parameters.add(query.report)}::uuid`);
  if (query.stance !== undefined) conditions.push(`a.stance = ${parameters.add(query.stance)}`);
  if (query.live !== undefined) conditions.push(query.live ? 'a.live' : 'NOT a.live');
  if (after !== undefined) conditions.push(`a.id < ${parameters.add(after)}::uuid`);
  const page = `SELECT a.* FROM attributions a WHERE ${conditions.join(' AND ')} ORDER BY a.id DESC ${AT_MOST_A_PAGE}`;
  const text = `SELECT a.id, a.version, ${ATTRIBUTION_JSON}::text AS json FROM (${page}) a ${ATTRIBUTION_JOINS}
    ORDER BY a.id DESC LIMIT ${parameters.add(query.limit + 1)}`;
  return read(database.pool, prepared(text, parameters.values));
}

/** Refuses a filter that names what is not there (`checkReferences`). */
export function checkFilter(database: Database, query: AttributionQuery): Promise<void> {
  return checkReferences(database, namedIn(query));
}

/** What a query's filters name. */
export function namedIn({ claim, source, report }: AttributionQuery): NamedReference[] {
  const named = (table: NamedReference['table'], parameter: string, reference: string | undefined) =>
    reference === undefined ? [] : [{ table, parameter, reference }];
  return [
    ...named('claims', 'claim', claim),
    ...named('sources', 'source', source),
    ...named('reports', 'report', report),
  ];
}

/** There is no such attribution. */
export function missing(id: string): Problem {
  return new Problem('not-found', `There is no attribution with the id ${id}.`);
}
