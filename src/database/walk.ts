/** Candidates in their order, and the last that was looked at; undefined where there are no more. */
export interface Batch<Candidate, Key> {
  readonly candidates: readonly Candidate[];
  readonly last: Key | undefined;
}

/** How many candidates a batch may be chosen from: few different numbers, since statements are planned for each. */
const SIZES = [64, 128, 256, 512] as const;
export type BatchSize = (typeof SIZES)[number];

/** So many candidates are judged at once, however few are wanted still. */
const FEWEST = 16;

/**
 * Goes through candidates in their order, in batches that grow, until enough rows are found or no candidates are left. So a page
 * costs what it shows and what it passes over, however large the ledger is.
 * @param next the candidates among the next `size` after `after` (from the beginning, where that is undefined)
 * @param judge the rows that candidates come to, in their order; it is asked about no more of them than are likely to be needed
 */
export async function walk<Candidate, Row, Key>(
  { wanted, after }: { wanted: number; after: Key | undefined },
  next: (after: Key | undefined, size: BatchSize) => Promise<Batch<Candidate, Key>>,
  judge: (candidates: readonly Candidate[]) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const found: Row[] = [];
  let last = after;
  let step = SIZES.findIndex((size) => size >= wanted);
  do {
    const batch = await next(last, SIZES.at(step) ?? SIZES[0]);
    for (let judged = 0; judged < batch.candidates.length && found.length < wanted; ) {
      const portion = batch.candidates.slice(judged, judged + Math.max(FEWEST, wanted - found.length));
      found.push(...(await judge(portion)));
      judged += portion.length;
    }
    last = batch.last;
    if (step >= 0 && step < SIZES.length - 1) step += 1;
  } while (last !== undefined && found.length < wanted);
  return found.slice(0, wanted);
}
