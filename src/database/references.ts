import { isUuid } from '../domain/names.ts';
import { Problem } from '../domain/problem.ts';
import type { Database } from './context.ts';
import { standingId } from './merges.ts';
import { read } from './pool.ts';
import { Parameters } from './statement.ts';

/** Tables that a query names things of; reports have no slug. */
type ReferencedTable = 'sources' | 'claims' | 'topics' | 'reports';

/** A query parameter that names a thing by its id or slug. */
export interface NamedReference {
  readonly parameter: string;
  readonly table: ReferencedTable;
  readonly reference: string;
}

/** The SQL of the id of what a reference (a UUID or a slug) names, be that merged or not: null where there is none. */
export function referenceId(parameters: Parameters, table: ReferencedTable, reference: string): string {
  if (isUuid(reference)) return `${parameters.add(reference)}::uuid`;
  return `(SELECT id FROM ${table} WHERE slug = ${parameters.add(reference)} AND deleted_at IS NULL)`;
}

/** The same in a filter: there a name of what is merged means the one that stands (an old bookmark finds what it found). */
export function filterId(parameters: Parameters, table: ReferencedTable, reference: string): string {
  return standingId(referenceId(parameters, table, reference));
}

/**
 * An empty page is an answer only if everything that the filter names is there: whoever mistypes "kremlim" must not read
 * that nobody denies it.
 *
 * @throws {Problem} `rule-broken` with the parameters that name nothing
 */
export async function checkReferences(database: Database, named: readonly NamedReference[]): Promise<void> {
  if (named.length === 0) return;
  const parameters = new Parameters();
  const columns = named.map(({ table, reference }, index) => {
    const id = referenceId(parameters, table, reference);
    return `EXISTS (SELECT FROM ${table} WHERE id = ${id} AND deleted_at IS NULL) AS "${index}"`;
  });
  const text = `SELECT ${columns.join(', ')}`;
  const [row] = await read<Record<string, boolean>>(database.pool, { text, values: parameters.values });
  const errors = named
    .filter((_, index) => row?.[index] === false)
    .map(({ parameter, reference }) => ({ parameter, detail: `There is nothing with the id or slug "${reference}".` }));
  if (errors.length > 0) throw new Problem('rule-broken', 'The filter names something that is not there.', { errors });
}

/** @throws {Problem} `not-found` with what was asked for */
export function missing(kind: string, reference: string): never {
  throw new Problem('not-found', `There is no ${kind} with the id or slug "${reference}".`);
}
