import { DatabaseError } from 'pg';
import { isLockedOut, LedgerBusy } from './unavailable.ts';

interface Waiting<Item, Result> {
  readonly item: Item;
  /** Of `performance.now()`. */
  readonly until: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** So many items at most go into one statement: beyond that they wait for each other for nothing. */
const MOST_AT_ONCE = 32;

/**
 * Group commit: while one statement is under way, the items that arrive wait together for the next. Writers go one after
 * the other anyway (`ledger_now`), so nobody waits longer for it, and many share one round trip and one flush to disk.
 *
 * `run` writes all items or none, and waits for the ledger's lock until the time that it is given (of `performance.now()`). When
 * the database refuses a statement with several items, each is tried alone, so that only the one that is wrong fails. Where it
 * was the lock that was not had, those that have waited for `patienceMs` fail with `LedgerBusy`; the others go on waiting. Any
 * other failure (a connection that broke) may have been committed: it fails them all.
 */
export function batched<Item, Result>(
  patienceMs: number,
  run: (items: readonly Item[], until: number) => Promise<Result[]>,
): (item: Item) => Promise<Result> {
  const queue: Waiting<Item, Result>[] = [];
  let running = false;

  /** Those that are still waited for. */
  function inTime(batch: readonly Waiting<Item, Result>[]): readonly Waiting<Item, Result>[] {
    const now = performance.now();
    for (const { until, reject } of batch) if (until <= now) reject(new LedgerBusy());
    return batch.filter(({ until }) => until > now);
  }

  async function settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    if (batch.length === 0) return;
    const until = Math.min(...batch.map((waiting) => waiting.until));
    try {
      const results = await run(
        batch.map(({ item }) => item),
        until,
      );
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (isLockedOut(error)) {
        const now = Math.max(until, performance.now());
        queue.unshift(...batch.filter((waiting) => waiting.until > now));
        for (const waiting of batch) if (waiting.until <= now) waiting.reject(new LedgerBusy(error));
      } else if (batch.length > 1 && error instanceof DatabaseError) {
        for (const waiting of batch) await settle([waiting]);
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  async function drain(): Promise<void> {
    running = true;
    while (queue.length > 0) await settle(inTime(queue.splice(0, MOST_AT_ONCE)));
    running = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, until: performance.now() + patienceMs, resolve, reject });
      if (!running) void drain();
    });
}
