import type { Database } from '../../database/context.ts';
import { isStanding, membersOf } from '../../database/merges.ts';
import { read } from '../../database/pool.ts';
import { checkReferences, filterId, type NamedReference, referenceId } from '../../database/references.ts';
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

/** What attributions are asked for; in the address of a list it is named by what stands, in a filter also by what is merged. */
export interface AttributionFilter extends AttributionQuery {
  /** What the address of the list names, which must stand. */
  readonly of?: { readonly kind: 'claim' | 'report'; readonly reference: string };
}

/**
 * Attributions as JSON text, newest first, with those of what is merged into the claim, the source or the report; `after` is
 * the id of the last one before. One more than `limit` tells whether there are more. The claim and the source are UUIDs or slugs.
 */
export async function listAttributions(
  database: Database,
  filter: AttributionFilter,
  after: string | undefined,
): Promise<{ id: string; json: string }[]> {
  const parameters = new Parameters();
  const [first, ...others] = namedThings(filter, parameters);
  const conditions = others.map(([column, id]) => `${column} = ANY (${membersOf(id)})`);
  if (filter.stance !== undefined) conditions.push(`a.stance = ${parameters.add(filter.stance)}`);
  if (filter.live !== undefined) conditions.push(filter.live ? 'a.live' : 'NOT a.live');
  if (after !== undefined) conditions.push(`a.id < ${parameters.add(after)}::uuid`);
  const limit = parameters.add(filter.limit + 1);
  const page = (where: readonly string[]) =>
    `SELECT * FROM (
       SELECT * FROM attributions a WHERE ${['true', ...where].join(' AND ')} ORDER BY a.id DESC ${AT_MOST_A_PAGE}
     ) page ORDER BY id DESC LIMIT ${limit}`;
  // A page of each member and then of these: as much is read as is shown, whatever is merged.
  const rows =
    first === undefined
      ? page(conditions)
      : `SELECT own.* FROM unnest(${membersOf(first[1])}) AS member (id)
         CROSS JOIN LATERAL (${page([`${first[0]} = member.id`, ...conditions])}) own
         WHERE ${filter.of === undefined ? 'true' : isStanding(first[1])} ORDER BY own.id DESC LIMIT ${limit}`;
  const text = `SELECT a.id, a.version, ${ATTRIBUTION_JSON}::text AS json FROM (${rows}) a ${ATTRIBUTION_JOINS} ORDER BY a.id DESC`;
  return read(database.pool, prepared(text, parameters.values));
}

/** The columns of the things that a filter names, with the SQL of their ids; what the address names comes first. */
function namedThings({ of, claim, report, source }: AttributionFilter, parameters: Parameters) {
  const table = of && (`${of.kind}s` as const);
  const address = of && table ? [[COLUMNS[table], referenceId(parameters, table, of.reference)] as const] : [];
  const filtered = Object.entries({ claims: claim, reports: report, sources: source }).flatMap(([table, reference]) =>
    reference === undefined
      ? []
      : [[COLUMNS[table as Table], filterId(parameters, table as Table, reference)] as const],
  );
  return [...address, ...filtered];
}

type Table = keyof typeof COLUMNS;
const COLUMNS = { claims: 'a.claim_id', reports: 'a.report_id', sources: 'a.source_id' } as const;

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
