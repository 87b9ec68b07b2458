import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type pino from 'pino';
import type { Database } from '../../database/context.ts';
import { endOfChanges, type FeedEntry, readChanges } from './queries.ts';

/** So many entries at most are read at once. */
const PAGE_LIMIT = 500;
/** So many streams at once may read by themselves what they have missed: requests find the other connections. */
const READERS = 2;
/** How long to wait after the database has failed. */
const RETRY_MS = 500;

/** What was read last at the end of the feed: all that lies behind the entry `from`, up to the entry `end`. */
interface Newest {
  readonly from: number;
  readonly end: number;
  readonly entries: readonly FeedEntry[];
}

/**
 * Follows the end of the feed for all streams of this process, whichever process wrote: one short statement every `pauseMs`,
 * and none while no stream is open. The newest page is remembered, so that however many streams keep up share one read; a
 * stream that begins in the past or falls behind reads for itself. A database that is away only makes them wait.
 */
export class Follower {
  readonly #database: Database;
  readonly #logger: Pick<pino.Logger, 'warn'>;
  readonly #pauseMs: number;
  readonly #readers = pLimit(READERS);
  readonly #waiting = new Set<() => void>();
  #streams = 0;
  #following = false;
  #newest: Newest | undefined;
  /** Goes up when there is news: whoever read before that looks again instead of waiting. */
  #turn = 0;

  constructor(database: Database, { logger, pauseMs }: { logger: Pick<pino.Logger, 'warn'>; pauseMs: number }) {
    this.#database = database;
    this.#logger = logger;
    this.#pauseMs = pauseMs;
  }

  /** Says that a stream is open. The answer says that it is no more. */
  join(): () => void {
    this.#streams += 1;
    if (!this.#following) void this.#follow();
    return () => {
      this.#streams -= 1;
    };
  }

  /** The next entries behind `after`, one or more, as soon as there are any. Rejects only when the signal aborts. */
  async next(after: number, signal: AbortSignal): Promise<readonly FeedEntry[]> {
    for (;;) {
      signal.throwIfAborted();
      const turn = this.#turn;
      const entries = await this.#behind(after);
      if (entries === undefined) await sleep(RETRY_MS, undefined, { signal });
      else if (entries.length > 0) return entries;
      else await this.#newsSince(turn, signal);
    }
  }

  /** What lies behind an entry: as it is remembered, else as it is read. */
  #behind(after: number): readonly FeedEntry[] | Promise<readonly FeedEntry[] | undefined> {
    const newest = this.#newest;
    if (newest !== undefined && after >= newest.from) return newest.entries.filter(({ id }) => id > after);
    return this.#readers(() =>
      this.#tried(async () => (await readChanges(this.#database, { after, limit: PAGE_LIMIT, keys: true })).entries),
    );
  }

  #newsSince(turn: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (turn !== this.#turn || signal.aborted) return resolve();
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  async #follow(): Promise<void> {
    this.#following = true;
    while (this.#streams > 0) {
      const more = await this.#tried(() => this.#advance());
      if (more === undefined) await sleep(RETRY_MS);
      else if (!more) await sleep(this.#pauseMs);
    }
    this.#newest = undefined;
    this.#following = false;
  }

  /** Finds the end of the feed, or reads what has come there since. Whether there is more already. */
  async #advance(): Promise<boolean> {
    const from = this.#newest?.end;
    if (from === undefined) {
      const end = await endOfChanges(this.#database);
      this.#publish({ from: end, end, entries: [] });
      return false;
    }
    const { entries, hasMore } = await readChanges(this.#database, { after: from, limit: PAGE_LIMIT, keys: true });
    const last = entries.at(-1);
    if (last !== undefined) this.#publish({ from, end: last.id, entries });
    return hasMore;
  }

  #publish(newest: Newest): void {
    this.#newest = newest;
    this.#turn += 1;
    for (const wake of [...this.#waiting]) wake();
  }

  async #tried<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#logger.warn({ err: error }, 'the change feed could not be read; it is tried again');
      return undefined;
    }
  }
}
