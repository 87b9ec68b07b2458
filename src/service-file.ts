import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pino from 'pino';
import { z } from 'zod';
import { type Config, localUrl } from './config.ts';
import { processIdentity } from './database/process-identity.ts';

/** What a service tells, in DATA_DIR/service.json, to the tools that look for it there. */
const Running = z.object({
  pid: z.number(),
  /** When that process was started, in the system's own notation: a later one may be given the same number. */
  startedAt: z.string(),
  /** Where it takes requests, for a client on this machine. */
  url: z.string(),
  /** The database of DATABASE_URL without its password; null for the embedded one. */
  database: z.string().nullable(),
});
export type RunningService = z.infer<typeof Running>;

const pathIn = (dataDir: string): string => join(dataDir, 'service.json');

/**
 * Says in DATA_DIR that this process runs the service, and where, until it is closed. Of several there the last one started is
 * found. A service that may not write there does without.
 */
export function publishService(config: Config, port: number, logger: pino.Logger): { close(): Promise<void> } {
  try {
    write(config, port);
  } catch (error) {
    logger.info({ err: error }, 'DATA_DIR cannot be written: tools must be told where the service is');
  }
  return {
    close: async () => {
      if (findService(config.dataDir)?.pid === process.pid) rmSync(pathIn(config.dataDir), { force: true });
    },
  };
}

/** Whole or not at all, over the file of another service. */
function write({ dataDir, host, databaseUrl }: Config, port: number): void {
  const running: RunningService = {
    pid: process.pid,
    startedAt: processIdentity(process.pid)?.startedAt ?? '',
    url: localUrl(host, port),
    database: databaseUrl === undefined ? null : withoutPassword(databaseUrl),
  };
  const path = pathIn(dataDir);
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(`${path}.${process.pid}`, `${JSON.stringify(running)}\n`);
  renameSync(`${path}.${process.pid}`, path);
}

/** The service that runs in this folder now; the file of one that was killed does not count. */
export function findService(dataDir: string): RunningService | undefined {
  try {
    const running = Running.parse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')));
    return processIdentity(running.pid)?.startedAt === running.startedAt ? running : undefined;
  } catch {
    return undefined;
  }
}

/** A PostgreSQL URL as it may be shown: which server and which database, not who logs in. */
export function withoutPassword(databaseUrl: string): string {
  const { protocol, host, pathname } = new URL(databaseUrl);
  return `${protocol}//${host}${pathname}`;
}
