/** Candidates that were looked at: what was found among them, and the last of them; undefined where there are no more. */
export interface Batch<Row, Key> {
  readonly rows: readonly Row[];
  readonly last: Key | undefined;
}

const SMALLEST = 64;
const LARGEST = 512;

/**
 * Goes through candidates in their order, in batches that grow, until enough rows are found or no candidates are left. So a page
 * costs what it shows and what it passes over, however large the ledger is.
 * @param read looks at the next `size` candidates after `after` (from the beginning, where that is undefined)
 */
export async function walk<Row, Key>(
  { wanted, after }: { wanted: number; after: Key | undefined },
  read: (after: Key | undefined, size: number) => Promise<Batch<Row, Key>>,
): Promise<Row[]> {
  const found: Row[] = [];
  let last = after;
  let size = Math.min(Math.max(SMALLEST, wanted), LARGEST);
  do {
    const batch = await read(last, size);
    found.push(...batch.rows);
    last = batch.last;
    size = Math.min(size * 2, LARGEST);
  } while (last !== undefined && found.length < wanted);
  return found.slice(0, wanted);
}
