import { Prisma } from '../../database/generated/client.ts';
import { json, row } from '../../database/json.ts';
import type { MergeableTable } from '../../database/merges.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Standing } from '../../domain/merged.ts';
import { isUuid } from '../../domain/names.ts';
import { Problem } from '../../domain/problem.ts';
import type { Merge, MergeKind } from './schema.ts';

/** The table of each kind of thing that can be merged. */
export const TABLES: Readonly<Record<MergeKind, MergeableTable>> = {
  claim: 'claims',
  source: 'sources',
  report: 'reports',
};

/** The slug of the thing of an id; reports have none. */
const slugOf = (id: string) =>
  `coalesce((SELECT slug FROM claims WHERE claims.id = ${id}), (SELECT slug FROM sources WHERE sources.id = ${id}))`;

const MERGE_JSON = Prisma.raw(
  json({
    id: 'm.id',
    kind: 'm.kind',
    from: row({ id: 'm.from_id', slug: slugOf('m.from_id') }),
    into: row({ id: 'm.into_id', slug: slugOf('m.into_id') }),
    reason: 'm.reason',
    forced: 'm.forced',
    by: 'm.actor',
    at: 'to_rfc3339_exact(m.recorded_from)',
    endedAt: 'to_rfc3339_exact(m.recorded_until)',
    endedBy: 'm.ended_by',
    endedReason: 'm.ended_reason',
  }),
);

/** The merge of an id. */
export async function readMerge(transaction: Transaction, id: string): Promise<Merge> {
  const [row] = await transaction.$queryRaw<{ merge: Merge }[]>`
    SELECT ${MERGE_JSON} AS merge FROM merges m WHERE m.id = ${id}::uuid`;
  if (row === undefined) throw new Error(`the merge ${id} is gone`);
  return row.merge;
}

/** The merge of a thing that stands now; undefined for one that is not merged. */
export async function findMergeOf(transaction: Transaction, fromId: string): Promise<Merge | undefined> {
  const merge = await transaction.merge.findFirst({ where: { fromId, recordedUntil: null }, select: { id: true } });
  return merge === null ? undefined : readMerge(transaction, merge.id);
}

/** The claims of which a merge of two things, made or ended, may change what is derived. */
export async function claimsOfMerge(
  transaction: Transaction,
  kind: MergeKind,
  [from, into]: readonly [string, string],
): Promise<string[]> {
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    SELECT unnest(claims_of_merge(${kind}, ${from}::uuid, ${into}::uuid)) AS id`;
  return rows.map(({ id }) => id);
}

/** A thing as far as a merge needs it. */
export interface Thing extends Standing {
  readonly version: number;
}

/**
 * The thing of an id or slug that is not deleted, be it merged or not.
 *
 * @throws {Problem} `not-found`
 */
export async function findThing(transaction: Transaction, kind: MergeKind, reference: string): Promise<Thing> {
  const slug = Prisma.raw(kind === 'report' ? 'NULL' : 'slug');
  const named = isUuid(reference) ? Prisma.sql`id = ${reference}::uuid` : Prisma.sql`${slug} = ${reference}`;
  const [thing] = await transaction.$queryRaw<Thing[]>`
    SELECT id, ${slug} AS slug, version FROM ${Prisma.raw(TABLES[kind])} WHERE ${named} AND deleted_at IS NULL`;
  if (thing === undefined) throw new Problem('not-found', `There is no ${kind} with the id or slug "${reference}".`);
  return thing;
}
