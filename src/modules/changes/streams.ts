import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import type pino from 'pino';
import type { Database } from '../../database/context.ts';
import { Problem } from '../../domain/problem.ts';
import { Follower } from './follower.ts';
import type { FeedEntry } from './queries.ts';

/** How streams behave; the defaults of `STREAM_SETTINGS` are meant for everything but tests. */
export interface StreamSettings {
  /** How often a comment is sent, so that nobody on the way takes the connection for dead. */
  readonly heartbeatMs: number;
  /** How often the feed is looked at. */
  readonly pauseMs: number;
  /** So many streams at most are open in one process. */
  readonly most: number;
  /** So many of them at most for one key, or one address without a key. */
  readonly perCaller: number;
}

export const STREAM_SETTINGS: StreamSettings = { heartbeatMs: 15_000, pauseMs: 100, most: 500, perCaller: 20 };

/** How often the key of a stream is looked at: with what the key ring remembers, a revocation ends it in about a second. */
const KEY_CHECK_MS = 200;
/** How long a client that has been told the end may take to read what is left. */
const FAREWELL_MS = 500;
/** When a client that was cut off is to come back. */
const RETRY_MS = 2000;

/** What a stream is to hold. */
export interface StreamWish {
  /** Whose stream it is. */
  readonly caller: string;
  /** The number of the entry behind which it begins. */
  readonly after: number;
  /** It ends after so many entries; without that it goes on. */
  readonly limit: number | undefined;
  /** Whether entries about keys are among them. */
  readonly keys: boolean;
  /** Whether the key that it was opened with is still in force, as far as can be told. */
  readonly inForce: () => Promise<boolean>;
}

/** The streams of Server-Sent Events (WHATWG HTML, §9.2) that this process has open. */
export class ChangeStreams {
  readonly #follower: Follower;
  readonly #logger: Pick<pino.Logger, 'warn' | 'error'>;
  readonly #settings: StreamSettings;
  /** Whose each is, by what ends it. */
  readonly #open = new Map<() => void, string>();
  #closed = false;

  constructor(database: Database, logger: Pick<pino.Logger, 'warn' | 'error'>, settings: StreamSettings) {
    this.#follower = new Follower(database, { logger, pauseMs: settings.pauseMs });
    this.#logger = logger;
    this.#settings = settings;
  }

  /**
   * Opens a stream. It begins with its own place in the feed, so that a client that is cut off before the first entry resumes
   * there; an entry is written when the reader has taken those before it. Whoever destroys it releases all that it holds.
   *
   * @throws {Problem} `too-many-requests` when its caller has too many open; `unavailable` when all have, or the service stops
   */
  open(wish: StreamWish): Readable {
    const { most, perCaller, heartbeatMs } = this.#settings;
    if (this.#closed) throw new Problem('unavailable', 'The service is stopping.', { retryAfterSeconds: 1 });
    if (this.#open.size >= most) {
      const detail = `${most} streams are open here already. Read GET /v1/changes from time to time instead, or come back later.`;
      throw new Problem('unavailable', detail, { retryAfterSeconds: 30 });
    }
    if ([...this.#open.values()].filter((caller) => caller === wish.caller).length >= perCaller) {
      const detail = `${perCaller} streams are open for this key or address already, which is as many as one may have. End one of them, or read GET /v1/changes from time to time instead.`;
      throw new Problem('too-many-requests', detail, { retryAfterSeconds: 30 });
    }
    const stream = new PassThrough();
    const ended = new AbortController();
    const leave = this.#follower.join();
    let farewell: NodeJS.Timeout | undefined;
    const end = () => {
      ended.abort();
      farewell ??= setTimeout(() => stream.destroy(), FAREWELL_MS);
    };
    const heartbeat = setInterval(() => stream.writableNeedDrain || stream.write(':\n\n'), heartbeatMs);
    const keyCheck = setInterval(async () => (await wish.inForce()) || end(), KEY_CHECK_MS);
    this.#open.set(end, wish.caller);
    stream.once('close', () => {
      this.#open.delete(end);
      ended.abort();
      leave();
      for (const timer of [heartbeat, keyCheck, farewell]) clearTimeout(timer);
    });
    void this.#write(stream, wish, ended.signal).finally(() => {
      clearInterval(heartbeat);
      stream.end();
    });
    return stream;
  }

  /** Ends all streams and opens no more; clients come back where they were cut off, by `Last-Event-ID`. */
  close(): void {
    this.#closed = true;
    for (const end of this.#open.keys()) end();
  }

  async #write(stream: PassThrough, { after, limit = Infinity, keys }: StreamWish, signal: AbortSignal): Promise<void> {
    try {
      stream.write(`retry: ${RETRY_MS}\nid: ${after}\n\n`);
      for (let at = after, left = limit; left > 0; ) {
        for (const entry of await this.#follower.next(at, signal)) {
          at = entry.id;
          if (left === 0 || (entry.type === 'key' && !keys)) continue;
          if (!stream.write(eventOf(entry))) await once(stream, 'drain', { signal });
          left -= 1;
        }
      }
    } catch (error) {
      if (!signal.aborted) this.#logger.error({ err: error }, 'a stream of changes failed');
    }
  }
}

/** An entry as an event. Its JSON is one line: a line break within a text is escaped there. */
function eventOf({ id, type, action, json }: FeedEntry): string {
  return `id: ${id}\nevent: ${type}.${action}\ndata: ${json}\n\n`;
}
