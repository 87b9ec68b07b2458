/** Candidates that were looked at: what was found among them, and the last of them; undefined where there are no more. */
export interface Batch<Row, Key> {
  readonly rows: readonly Row[];
  readonly last: Key | undefined;
}

/** How many candidates a batch may have: few different numbers, since statements are planned for each. */
const SIZES = [64, 128, 256, 512] as const;
export type BatchSize = (typeof SIZES)[number];

/**
 * Goes through candidates in their order, in batches that grow, until enough rows are found or no candidates are left. So a page
 * costs what it shows and what it passes over, however large the ledger is.
 * @param read looks at the next `size` candidates after `after` (from the beginning, where that is undefined)
 */
export async function walk<Row, Key>(
  { wanted, after }: { wanted: number; after: Key | undefined },
  read: (after: Key | undefined, size: BatchSize) => Promise<Batch<Row, Key>>,
): Promise<Row[]> {
  const found: Row[] = [];
  let last = after;
  let step = SIZES.findIndex((size) => size >= wanted);
  do {
    const batch = await read(last, SIZES.at(step) ?? SIZES[0]);
    found.push(...batch.rows);
    last = batch.last;
    if (step >= 0 && step < SIZES.length - 1) step += 1;
  } while (last !== undefined && found.length < wanted);
  return found.slice(0, wanted);
}
