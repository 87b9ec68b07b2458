/** What a row of a receipt is about (DESIGN §5). */
export const ROW_TYPES = ['source', 'report', 'claim', 'topic', 'attribution', 'relay', 'relation'] as const;
export type RowType = (typeof ROW_TYPES)[number];

/** What became of it. */
export const OUTCOMES = ['created', 'updated', 'unchanged', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What became of one thing in a bundle, before it has its number in the receipt. */
export interface BundleRow {
  /** Where it is in the bundle (RFC 6901). */
  readonly pointer: string;
  readonly type: RowType;
  readonly outcome: Outcome;
  readonly id: string | null;
  readonly slug: string | null;
  readonly detail: string | null;
}

/** The row of something that a command made or changed. */
export function rowOf(
  pointer: string,
  type: RowType,
  outcome: Outcome,
  { id, slug = null }: { readonly id: string | null; readonly slug?: string | null },
  detail: string | null = null,
): BundleRow {
  return { pointer, type, outcome, id, slug, detail };
}

/** The row of something that is merged: the bundle changes nothing of it. It names the one that stands. */
export function mergedRow(
  pointer: string,
  type: RowType,
  stands: { readonly id: string | null; readonly slug?: string | null },
): BundleRow {
  return rowOf(
    pointer,
    type,
    'unchanged',
    stands,
    `It is merged into ${stands.slug ?? stands.id}: nothing is taken from here.`,
  );
}
