import type { Database } from '../../database/context.ts';
import { read } from '../../database/pool.ts';
import { prepared } from '../../database/statement.ts';
import { jsonPatch, type PatchStep } from '../../domain/json-patch.ts';
import { isUuid } from '../../domain/names.ts';
import { Problem } from '../../domain/problem.ts';

/** The resources that have a history, by their path: their table, what one is called, and the column by which else than its id it is named. */
const HISTORIES = {
  sources: { table: 'sources', noun: 'source', name: 'slug', stands: 'deleted_at IS NULL' },
  topics: { table: 'topics', noun: 'topic', name: 'slug', stands: 'deleted_at IS NULL' },
  claims: { table: 'claims', noun: 'claim', name: 'slug', stands: 'deleted_at IS NULL' },
  reports: { table: 'reports', noun: 'report', name: undefined, stands: undefined },
  attributions: { table: 'attributions', noun: 'attribution', name: undefined, stands: undefined },
  'reply-requests': { table: 'reply_requests', noun: 'reply request', name: undefined, stands: undefined },
  assessments: { table: 'assessments', noun: 'assessment', name: undefined, stands: undefined },
  'rating-schemes': { table: 'rating_schemes', noun: 'rating scheme', name: undefined, stands: undefined },
  keys: { table: 'keys', noun: 'key', name: 'name', stands: 'revoked_at IS NULL' },
} as const;

export type HistoryResource = keyof typeof HISTORIES;

/** A thing as it was recorded. */
type Recorded = Readonly<Record<string, unknown>>;

/** A row of the history: who made this version, when, and by which steps (RFC 6902) it comes from the one before. */
export interface Version {
  readonly version: number;
  readonly action: string;
  readonly by: string;
  readonly at: string;
  readonly requestId: string;
  readonly patch: readonly PatchStep[];
}

interface VersionRow extends Omit<Version, 'patch'> {
  readonly after: Recorded;
  readonly hasMore: boolean;
}

/**
 * The id of a thing that is or was there: by its id also a deleted one, by its slug (a key by its name) the one that stands.
 * A merged one keeps both.
 *
 * @throws {Problem} `not-found`
 */
export async function findRecorded({ pool }: Database, resource: HistoryResource, reference: string): Promise<string> {
  const { table, noun, name, stands } = HISTORIES[resource];
  const named = isUuid(reference) ? 'id = $1' : `${name} = $1 AND ${stands}`;
  const [found] = await read<{ id: string }>(pool, prepared(`SELECT id FROM ${table} WHERE ${named}`, [reference]));
  if (found === undefined) {
    const naming = name === undefined ? 'id' : `id or ${name}`;
    throw new Problem('not-found', `There is and was no ${noun} with the ${naming} "${reference}".`);
  }
  return found.id;
}

/** A page reads no more than about so much: a version of a report can hold half a million characters. */
const PAGE_BYTES = 4_000_000;

const VERSIONS = `
SELECT version, action, by, at, "requestId", after, number < found AS "hasMore" FROM (
  SELECT page.*, row_number() OVER in_order AS number, count(*) OVER () AS found,
    sum(octet_length(after::text)) OVER in_order AS bytes
  FROM (
    SELECT id, version, action, actor AS by, to_rfc3339_exact(at) AS at, request_id AS "requestId", after FROM changes
    WHERE entity_id = $1 AND version >= $2 ORDER BY id LIMIT $3
  ) page
  WINDOW in_order AS (ORDER BY id)
) measured
WHERE (bytes < ${PAGE_BYTES} OR number <= 2) AND number < $3 ORDER BY id`;

/**
 * The versions of a thing, oldest first, behind the version `after`: at most `limit`, and fewer of long ones. The patches,
 * applied one after the other to nothing, give each version. A creation that was never recorded is missing.
 */
export async function listVersions(
  { pool }: Database,
  id: string,
  { limit, after }: { limit: number; after: number | undefined },
): Promise<{ versions: Version[]; hasMore: boolean }> {
  const rows = await read<VersionRow>(
    pool,
    prepared(VERSIONS, [id, after ?? 1, after === undefined ? limit + 1 : limit + 2]),
  );
  const [first, ...others] = rows;
  if (first === undefined) return { versions: [], hasMore: false };
  const hasMore = rows.at(-1)?.hasMore ?? false;
  if (after !== undefined) return { versions: steps(first.after, others), hasMore };
  const before = first.version === 1 ? undefined : (await readVersion({ pool }, id, first.version - 1)).recorded;
  return { versions: steps(before, rows), hasMore };
}

/** Each row with the patch from the one before it; the first from `before`, or from nothing. */
function steps(before: Recorded | undefined, rows: readonly VersionRow[]): Version[] {
  return rows.map(({ after, hasMore: _hasMore, ...row }, at) => {
    const previous = at === 0 ? before : rows[at - 1]?.after;
    const whole: PatchStep = { op: 'add', path: '', value: after };
    return { ...row, patch: previous === undefined ? [whole] : jsonPatch(previous, after) };
  });
}

const VERSION = `
SELECT coalesce(
    (SELECT after FROM changes WHERE entity_id = $1 AND version = $2 ORDER BY id DESC LIMIT 1),
    (SELECT before FROM revisions WHERE entity_id = $1 AND version = $2 + 1)
  ) AS recorded,
  (SELECT version FROM changes WHERE entity_id = $1 ORDER BY id DESC LIMIT 1) AS last`;

async function readVersion(
  { pool }: Pick<Database, 'pool'>,
  id: string,
  version: number,
): Promise<{ recorded: Recorded | undefined; last: number | null }> {
  const [row] = await read<{ recorded: Recorded | null; last: number | null }>(pool, prepared(VERSION, [id, version]));
  return { recorded: row?.recorded ?? undefined, last: row?.last ?? null };
}

/**
 * A thing as it was in one of its versions.
 *
 * @throws {Problem} `not-found` with the versions that there are
 */
export async function findVersion(
  database: Database,
  resource: HistoryResource,
  { id, version }: { id: string; version: number },
): Promise<Recorded> {
  const { recorded, last } = await readVersion(database, id, version);
  if (recorded !== undefined) return recorded;
  const { noun } = HISTORIES[resource];
  const known = last === null ? 'none of its versions was recorded' : `its versions go from 1 to ${last}`;
  throw new Problem('not-found', `The ${noun} has no version ${version}: ${known}.`, {
    errors: [{ parameter: 'version', detail: `Is none of its versions: ${known}.` }],
  });
}
