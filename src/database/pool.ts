import { PrismaPg } from '@prisma/adapter-pg';
import pLimit from 'p-limit';
import pg from 'pg';
import type pino from 'pino';
import { Problem } from '../domain/problem.ts';
import { type Cancellation, cancelStatement } from './cancel.ts';
import type { Database } from './context.ts';
import { PrismaClient } from './generated/client.ts';
import { nameOfPrismas } from './statement.ts';
import { isUnavailable, unavailable } from './unavailable.ts';
import { type Work, workUnderWay } from './work.ts';

/** How long a request waits for a connection, through a restart of PostgreSQL for instance. */
const PATIENCE_MS = 5000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** A process that was frozen in a transaction holds the ledger's lock for so long. */
const IDLE_TRANSACTION_MS = 8000;
/** How long a writer waits for the ledger's lock. */
const LOCK_PATIENCE_MS = 5000;
const QUERY_CANCELED = '57014';

type Callback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * A pool that waits a little for a database that is away. Everything comes through `connect`, Prisma and `query` too. Only
 * connecting is tried again, so no statement is ever sent twice. What is given up (`work.ts`) waits for no connection any more,
 * and the statement that it has sent is cancelled.
 */
class PatientPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.PoolClient> | undefined {
    if (callback) {
      const work = workUnderWay();
      if (work === undefined) this.#begin(callback);
      else this.#connectFor(work, callback);
      return undefined;
    }
    return new Promise((resolve, reject) => {
      this.connect((error, client) => (client ? resolve(client) : reject(error)));
    });
  }

  #begin(callback: Callback): void {
    this.#attempt(callback, Date.now() + PATIENCE_MS, 25);
  }

  #connectFor({ signal, connections = withoutLimit }: Work, callback: Callback): void {
    const giveUp = () => callback(signal.reason, undefined, () => {});
    if (signal.aborted) {
      giveUp();
      return;
    }
    signal.addEventListener('abort', giveUp, { once: true });
    void connections(async () => {
      if (signal.aborted) return;
      await new Promise<void>((over) => {
        this.#begin((error, client, done) => {
          signal.removeEventListener('abort', giveUp);
          if (client === undefined) over();
          else holdFor(signal, client, over);
          if (signal.aborted) client?.release();
          else callback(error, client, client ? (fault) => client.release(fault as Error | undefined) : done);
        });
      });
    });
  }

  #attempt(callback: Callback, deadline: number, pause: number): void {
    super.connect((error, client, done) => {
      if (!error || this.ending || !isUnavailable(error)) return callback(error, client, done);
      const wait = pause * (0.5 + Math.random());
      if (Date.now() + wait > deadline) return callback(unavailable(error), undefined, done);
      setTimeout(() => this.#attempt(callback, deadline, Math.min(pause * 2, 500)), wait);
    });
  }
}

/** No share: the work begins at once. */
const withoutLimit = (work: () => Promise<void>): Promise<void> => work();

/**
 * Cancels what runs on a connection when the signal aborts during this checkout, which ends, and calls `over`, when that can hit
 * nothing else. A connection whose statement was cancelled is as good as before.
 */
function holdFor(signal: AbortSignal, client: pg.PoolClient, over: () => void): void {
  const { release } = client;
  let cancellation: Cancellation | undefined;
  const cancel = () => {
    cancellation = cancelStatement(client);
  };
  signal.addEventListener('abort', cancel, { once: true });
  client.release = (error) => {
    signal.removeEventListener('abort', cancel);
    const letGo = (fault: typeof error) => {
      release(fault);
      over();
    };
    if (cancellation === undefined) return letGo(error);
    const fault = error instanceof pg.DatabaseError && error.code === QUERY_CANCELED ? undefined : error;
    void cancellation.ended().then(() => letGo(fault));
  };
}

/**
 * Opens one pool and Prisma on it. Sessions run in UTC, a statement may take 30 s, a transaction idle for 8 s. Whoever cannot
 * get a connection within about 5 s gets the problem `unavailable`; a connection that dies under a statement gives an error
 * that `isUnavailable` knows. Neither ever ends the process.
 * @param options.max connections at most, 10 by default.
 * @param options.lockPatienceMs how long a writer waits for the ledger's lock, 5 s by default.
 */
export function createDatabase(options: {
  url: string;
  max?: number;
  lockPatienceMs?: number;
  logger?: pino.Logger;
}): Database & { close(): Promise<void> } {
  const { logger, max = 10, lockPatienceMs = LOCK_PATIENCE_MS } = options;
  const pool = new PatientPool({
    ...connectionOptions(options.url),
    max,
    connectionTimeoutMillis: PATIENCE_MS,
    idleTimeoutMillis: 60_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
    keepAlive: true,
    fallback_application_name: 'onrecord',
  });
  pool.on('error', (error) => logger?.warn({ err: error }, 'an idle database connection was lost'));
  // A connection may die while it is checked out and between two statements: without a listener that would end the process.
  pool.on('connect', (client) =>
    client.on('error', (error) => logger?.debug({ err: error }, 'a database connection was lost')),
  );
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { statementNameGenerator: nameOfPrismas }),
    errorFormat: 'minimal',
    transactionOptions: { maxWait: 2 * PATIENCE_MS, timeout: STATEMENT_TIMEOUT_MS + lockPatienceMs },
  });
  return {
    pool,
    prisma,
    writers: pLimit(Math.max(1, Math.floor(max / 3))),
    lockPatienceMs,
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/**
 * The address, and beside it the session's options: those that the address itself asks for, and ours. Statements are short
 * and prepared: no JIT, and each is planned once a connection, since planning one costs about as much as running it.
 */
function connectionOptions(address: string): { connectionString: string; options: string } {
  const url = new URL(address);
  const options = [url.searchParams.get('options'), '-c TimeZone=UTC -c jit=off -c plan_cache_mode=force_generic_plan']
    .filter(Boolean)
    .join(' ');
  url.searchParams.delete('options');
  return { connectionString: url.href, options };
}

/**
 * Runs one statement that only reads. When its connection dies under it, it is sent once more on another one, which a
 * statement that writes never is.
 */
export async function read<Row extends pg.QueryResultRow>(pool: pg.Pool, query: pg.QueryConfig): Promise<Row[]> {
  try {
    return (await pool.query<Row>(query)).rows;
  } catch (error) {
    if (error instanceof Problem || !isUnavailable(error)) throw error;
    return (await pool.query<Row>(query)).rows;
  }
}
