import { MergedInto } from '../domain/merged.ts';
import { isUuid } from '../domain/names.ts';
import { type FieldError, Problem } from '../domain/problem.ts';
import type { Database } from './context.ts';
import { read } from './pool.ts';
import type { NamedReference } from './references.ts';
import { Parameters, prepared } from './statement.ts';
import { type Past, pastAt } from './tense.ts';

/** An instant by which everything is recorded. */
export const EVER = 'infinity';

/** Kinds of things that are named by an id or, but for reports, by a slug. */
export type Kind = 'source' | 'report' | 'claim' | 'topic';

/** The SQL of what a reference (a UUID or a slug) named at the time: `found` is a row of the thing, if it was there. */
function namedAt(parameters: Parameters, past: Past, kind: Kind, reference: string): string {
  const value = parameters.add(reference);
  if (isUuid(reference)) return `${past.thing(kind, `${value}::uuid`)} found`;
  return `(
    SELECT id FROM ${kind}s WHERE slug = ${value} AND deleted_at IS NULL
    UNION
    SELECT entity_id FROM revisions WHERE type = '${kind}' AND before ->> 'slug' = ${value}
  ) named JOIN LATERAL ${past.thing(kind, 'named.id')} found ON found.slug = ${value}`;
}

/**
 * The id of what a reference named at an instant (RFC 3339) of the recorded clock.
 *
 * @throws {Problem} `not-found` where nothing was recorded under it, or it was deleted
 * @throws {MergedInto} where it was merged
 */
export async function findAt({ pool }: Database, kind: Kind, reference: string, knownAt: string): Promise<string> {
  const parameters = new Parameters();
  const past = pastAt(parameters.add(knownAt));
  const slug = kind === 'report' ? 'NULL' : 'stands.slug';
  const text = `SELECT found.id, stands.id AS "standsId", ${slug} AS slug
    FROM ${namedAt(parameters, past, kind, reference)} JOIN ${past[kind]('stands', 'found.id')}`;
  const [found] = await read<{ id: string; standsId: string; slug: string | null }>(
    pool,
    prepared(text, parameters.values),
  );
  if (found === undefined) {
    const name = kind === 'report' ? 'id' : 'id or slug';
    throw new Problem('not-found', `There was no ${kind} with the ${name} "${reference}" by ${knownAt}.`);
  }
  const { id, standsId, slug: standsSlug } = found;
  if (standsId !== id) throw new MergedInto(kind, { id: standsId, slug: standsSlug }, { reference });
  return id;
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
  const past = pastAt(parameters.add(knownAt));
  const columns = named.map(({ table, reference }, index) => {
    const kind = table.slice(0, -1) as Kind;
    return `(SELECT stood_for(found.id, ${past.at}) FROM ${namedAt(parameters, past, kind, reference)}) AS "${index}"`;
  });
  const [row] = await read<Record<string, string | null>>(
    pool,
    prepared(`SELECT ${columns.join(', ')}`, parameters.values),
  );
  const ids = new Map<string, string>();
  const errors: FieldError[] = [];
  for (const [index, { parameter, reference }] of named.entries()) {
    const id = row?.[index];
    if (id != null) ids.set(parameter, id);
    else errors.push({ parameter, detail: `There was nothing with the id or slug "${reference}" by ${knownAt}.` });
  }
  if (errors.length > 0) throw new Problem('rule-broken', 'The filter names something that is not there.', { errors });
  return ids;
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

/** A thing of which the members are wanted: with `lines`, also those up whose lines of `partOf` and `speaksFor` it is, at any date. */
export interface Gathered {
  readonly id: string;
  readonly lines: boolean;
}

const MEMBERS = `SELECT ARRAY(
    WITH RECURSIVE member (id) AS (
      SELECT given.id
      UNION
      SELECT below.id FROM member CROSS JOIN LATERAL (
        SELECT m.from_id AS id FROM merges m WHERE m.into_id = member.id AND ${PAST.stands('m')}
        UNION ALL
        SELECT f.source_id FROM affiliations f WHERE given.lines AND f.organization_id = member.id AND ${PAST.stands('f')}
      ) below
    )
    SELECT id FROM member ORDER BY id
  )::text[] AS members
  FROM unnest($2::uuid[], $3::boolean[]) WITH ORDINALITY given (id, lines, number)
  ORDER BY number`;

/** The ids of everything that counted, or may have counted, at each of the things at an instant: itself, and what was merged into it. */
export async function membersAt({ pool }: Database, things: readonly Gathered[], knownAt: string): Promise<string[][]> {
  if (things.length === 0) return [];
  const query = prepared(MEMBERS, [knownAt, things.map(({ id }) => id), things.map(({ lines }) => lines)]);
  return (await read<{ members: string[] }>(pool, query)).map(({ members }) => members);
}
