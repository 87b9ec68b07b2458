import { jsonPatch, type PatchStep } from '../../domain/json-patch.ts';
import type { Warning } from '../../domain/warning.ts';

/** What a row of a receipt is about (DESIGN §5). */
export const ROW_TYPES = ['source', 'report', 'claim', 'topic', 'attribution', 'relay', 'relation'] as const;
export type RowType = (typeof ROW_TYPES)[number];

/** What became of it. */
export const OUTCOMES = ['created', 'updated', 'unchanged', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A thing as a row names it. */
interface Named {
  readonly id: string | null;
  readonly slug?: string | null;
}

/** What became of one thing in a bundle, before it has its number in the receipt. */
export interface BundleRow {
  /** Where it is in the bundle (RFC 6901). */
  readonly pointer: string;
  readonly type: RowType;
  readonly outcome: Outcome;
  readonly id: string | null;
  readonly slug: string | null;
  readonly detail: string | null;
  /** What was changed of something that was there (RFC 6902); null for every other outcome. */
  readonly patch: readonly PatchStep[] | null;
  readonly warnings?: readonly Warning[];
}

/** The row of something that was made, or is as it was. */
export function rowOf(
  pointer: string,
  type: RowType,
  outcome: Exclude<Outcome, 'updated'>,
  { id, slug = null }: Named,
  detail: string | null = null,
): BundleRow {
  return { pointer, type, outcome, id, slug, detail, patch: null };
}

/** The row of something that was there, by what is recorded of it before and after: the same is `unchanged`. */
export function changeRow(
  pointer: string,
  type: RowType,
  { before, after }: { readonly before: unknown; readonly after: Named },
  detail: string | null = null,
): BundleRow {
  const { id, slug = null } = after;
  const patch = jsonPatch(before, after);
  return patch.length === 0
    ? rowOf(pointer, type, 'unchanged', after, detail)
    : { pointer, type, outcome: 'updated', id, slug, detail, patch };
}

/** The row of something that is merged: the bundle changes nothing of it. It names the one that stands. */
export function mergedRow(pointer: string, type: RowType, stands: Named): BundleRow {
  return rowOf(
    pointer,
    type,
    'unchanged',
    stands,
    `It is merged into ${stands.slug ?? stands.id}: nothing is taken from here.`,
  );
}
