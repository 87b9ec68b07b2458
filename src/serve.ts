import { randomUUIDv7 } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type pino from 'pino';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { pendingMigrations } from './database/migrations.ts';
import { createDatabase } from './database/pool.ts';
import { StartError } from './start-error.ts';

/** How long requests under way may take when the service is told to stop. */
const FINISH_WITHIN_MS = 10_000;

/** A service that takes requests. */
export interface Service {
  /** The port that it listens on: the one asked for, or the one that the system gave for 0. */
  readonly port: number;
  /** Takes no more requests, finishes those under way within 10 s, and closes its database connections. */
  close(): Promise<void>;
}

/**
 * Answers requests on the configured address, from the database at `url`.
 * @throws StartError when the port is taken or the address is not ours.
 */
export async function serve(config: Config, url: string, logger: pino.Logger): Promise<Service> {
  const database = createDatabase({ url, logger });
  try {
    const app = await buildApp({
      database,
      logger,
      anonymousRead: config.anonymousRead,
      allowedHosts: config.allowedHosts,
      trustProxy: config.trustProxy,
      clock: () => new Date(),
      newId: randomUUIDv7,
      requestTimeoutMs: config.requestTimeoutMs,
      pendingMigrations: pendingMigrations(database.pool),
    });
    await listen(app, config);
    const address = app.server.address();
    return {
      port: typeof address === 'object' && address ? address.port : config.port,
      close: async () => {
        await within(FINISH_WITHIN_MS, app.close());
        app.server.closeAllConnections();
        await within(FINISH_WITHIN_MS / 4, database.close());
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await app.listen({ host, port, listenTextResolver: (address) => `listening on ${address}` });
  } catch (error) {
    await app.close();
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') throw new StartError(`Port ${port} is taken: stop what uses it or set PORT.`);
    if (code === 'EACCES') throw new StartError(`Port ${port} may not be used by this user: set PORT to 1024 or more.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartError(
        `HOST ${host} is no address of this machine: set HOST to 127.0.0.1, 0.0.0.0 or one of its own.`,
      );
    }
    throw error;
  }
}

/** Waits for the work, but no longer than this. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
