import { MergedInto, type Standing } from '../domain/merged.ts';
import { isUuid } from '../domain/names.ts';
import type { Database } from './context.ts';
import { Prisma } from './generated/client.ts';
import type { Transaction } from './transaction.ts';

/** Tables of things that can be merged, with what a person calls each of them. */
const KINDS = { claims: 'claim', sources: 'source', reports: 'report' } as const;
export type MergeableTable = keyof typeof KINDS;

/**
 * SQL of the id that stands for the thing of an id: its own, or that of what it is merged into. Whether anything is merged is
 * asked once a statement, not for each row.
 */
export function standingId(id: string): string {
  return `CASE WHEN EXISTS (SELECT FROM merged_ids) THEN coalesce((SELECT stands_id FROM merged_ids WHERE id = ${id}), ${id}) ELSE ${id} END`;
}

/** SQL of an array of everything that counts at the thing of an id, which stands: itself, and what is merged into it. */
export function membersOf(id: string): string {
  return `(ARRAY[${id}] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = ${id}))`;
}

/** SQL of whether nothing stands in the place of the thing of an id. */
export function isStanding(id: string): string {
  return `NOT EXISTS (SELECT FROM merged_ids WHERE id = ${id})`;
}

/** How a caller names a thing: a UUID or a slug, with the JSON Pointer of its place where it is in a body. */
interface Named {
  readonly reference: string;
  readonly pointer?: string;
}

/**
 * Refuses things that are merged now; `findAt` does it for the past. What is named and not there is left to the caller.
 *
 * @throws {MergedInto}
 */
export async function checkStanding(
  reader: Transaction | Database['prisma'],
  table: MergeableTable,
  named: readonly Named[],
): Promise<void> {
  const references = named.map(({ reference }) => reference);
  const slugs = references.filter((reference) => !isUuid(reference));
  const hasSlug = table !== 'reports';
  const found = await reader.$queryRaw<(Standing & { readonly names: string[] })[]>`
    SELECT stands.id, ${Prisma.raw(hasSlug ? 'stands.slug' : 'NULL')} AS slug,
      ARRAY[merged.id::text, ${Prisma.raw(hasSlug ? 'merged.slug' : 'NULL')}] AS names
    FROM ${Prisma.raw(table)} merged
    JOIN merged_ids m ON m.id = merged.id
    JOIN ${Prisma.raw(table)} stands ON stands.id = m.stands_id
    WHERE merged.id = ANY (${references.filter(isUuid)}::uuid[])
      ${hasSlug ? Prisma.sql`OR (merged.slug = ANY (${slugs}::text[]) AND merged.deleted_at IS NULL)` : Prisma.empty}`;
  for (const name of named) {
    const stands = found.find(({ names }) => names.includes(name.reference));
    if (stands !== undefined) throw new MergedInto(KINDS[table], stands, name);
  }
}
