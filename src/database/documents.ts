import { isUuid } from '../domain/names.ts';
import { Problem } from '../domain/problem.ts';
import type { Database } from './context.ts';
import { read } from './pool.ts';
import type { NamedReference } from './references.ts';
import { Parameters, prepared } from './statement.ts';
import { pastAt } from './tense.ts';

/** Kinds of things that are named by an id or, but for reports, by a slug. */
export type Kind = 'source' | 'report' | 'claim' | 'topic';

/** What an id or a slug named at an instant: its own id, and that of what stood for it where it was merged. */
export interface NamedAt {
  readonly id: string;
  readonly standsId: string;
}

/** The SQL of what a reference (a UUID or a slug) named at the instant of the placeholder: a row of the thing, if it was there. */
function namedAt(parameters: Parameters, kind: Kind, reference: string, knownAt: string): string {
  const value = parameters.add(reference);
  if (isUuid(reference)) return `${kind}_at(${value}::uuid, ${knownAt}::timestamptz) found`;
  return `(
    SELECT id FROM ${kind}s WHERE slug = ${value} AND deleted_at IS NULL
    UNION
    SELECT entity_id FROM revisions WHERE type = '${kind}' AND before ->> 'slug' = ${value}
  ) named JOIN LATERAL ${kind}_at(named.id, ${knownAt}::timestamptz) found ON found.slug = ${value}`;
}

/**
 * What a reference named at an instant (RFC 3339) of the recorded clock.
 *
 * @throws {Problem} `not-found` where nothing was recorded under it, or it was deleted
 */
export async function findAt({ pool }: Database, kind: Kind, reference: string, knownAt: string): Promise<NamedAt> {
  const parameters = new Parameters();
  const at = parameters.add(knownAt);
  const text = `SELECT found.id, stood_for(found.id, ${at}::timestamptz) AS "standsId" FROM ${namedAt(parameters, kind, reference, at)}`;
  const [found] = await read<NamedAt & Record<string, unknown>>(pool, prepared(text, parameters.values));
  if (found !== undefined) return found;
  const name = kind === 'report' ? `id "${reference}"` : `id or slug "${reference}"`;
  throw new Problem('not-found', `There was no ${kind} with the ${name} at ${knownAt}.`);
}

/**
 * What the references of a filter named at an instant: the ids of what stood for them, by parameter.
 *
 * @throws {Problem} `rule-broken` with the parameters that named nothing then
 */
export async function resolveAt(
  { pool }: Database,
  named: readonly NamedReference[],
  knownAt: string,
): Promise<Map<string, string>> {
  if (named.length === 0) return new Map();
  const parameters = new Parameters();
  const at = parameters.add(knownAt);
  const columns = named.map(({ table, reference }, index) => {
    const kind = table.slice(0, -1) as Kind;
    return `(SELECT stood_for(found.id, ${at}::timestamptz) FROM ${namedAt(parameters, kind, reference, at)}) AS "${index}"`;
  });
  const [row] = await read<Record<string, string | null>>(
    pool,
    prepared(`SELECT ${columns.join(', ')}`, parameters.values),
  );
  const ids = named.map(({ parameter }, index) => [parameter, row?.[index] ?? null] as const);
  const errors = named
    .filter((_, index) => row?.[index] == null)
    .map(({ parameter, reference }) => ({
      parameter,
      detail: `There was nothing with the id or slug "${reference}" at ${knownAt}.`,
    }));
  if (errors.length > 0) throw new Problem('rule-broken', 'The filter names something that is not there.', { errors });
  return new Map(ids as [string, string][]);
}

/** A source as other things name it. */
export interface SourceName {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly kind: string;
}

/** A claim as other things name it. */
export interface ClaimName {
  readonly id: string;
  readonly slug: string;
  readonly text: string;
}

/** Names of the sources that stood for the given ids at an instant, by the given id. */
export function sourceNamesAt(
  database: Database,
  ids: readonly string[],
  knownAt: string,
): Promise<Map<string, SourceName>> {
  return namesAt(database, SOURCE_NAMES, ids, knownAt);
}

/** Names of the claims that stood for the given ids at an instant, by the given id. */
export function claimNamesAt(
  database: Database,
  ids: readonly string[],
  knownAt: string,
): Promise<Map<string, ClaimName>> {
  return namesAt(database, CLAIM_NAMES, ids, knownAt);
}

const PAST = pastAt('$1');
const SOURCE_NAMES = `SELECT given.id AS key, s.id, s.slug, s.name, s.kind
  FROM unnest($2::uuid[]) given (id) JOIN ${PAST.source('s', 'given.id')}`;
const CLAIM_NAMES = `SELECT given.id AS key, c.id, c.slug, c.text
  FROM unnest($2::uuid[]) given (id) JOIN ${PAST.claim('c', 'given.id')}`;

async function namesAt<Name>(
  { pool }: Database,
  text: string,
  ids: readonly string[],
  knownAt: string,
): Promise<Map<string, Name>> {
  const rows = await read<{ key: string } & Record<string, unknown>>(
    pool,
    prepared(text, [knownAt, [...new Set(ids)]]),
  );
  return new Map(rows.map(({ key, ...name }) => [key, name as Name]));
}
