import { DatabaseError } from 'pg';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** So many items at most go into one statement: beyond that they wait for each other for nothing. */
const MOST_AT_ONCE = 32;

/**
 * Group commit: while one statement is under way, the items that arrive wait together for the next. Writers go one after
 * the other anyway (`ledger_now`), so nobody waits longer for it, and many share one round trip and one flush to disk.
 *
 * `run` writes all items or none. When the database refuses a statement with several items, each is tried alone, so that
 * only the one that is wrong fails. Any other failure (a connection that broke) may have been committed: it fails them all.
 */
export function batched<Item, Result>(
  run: (items: readonly Item[]) => Promise<Result[]>,
): (item: Item) => Promise<Result> {
  const queue: Waiting<Item, Result>[] = [];
  let running = false;

  async function settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (batch.length > 1 && error instanceof DatabaseError) {
        for (const waiting of batch) await settle([waiting]);
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  async function drain(): Promise<void> {
    running = true;
    while (queue.length > 0) await settle(queue.splice(0, MOST_AT_ONCE));
    running = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (!running) void drain();
    });
}
