import { accessSync, constants, mkdirSync } from 'node:fs';
import type { Config } from '../config.ts';
import { StartError } from '../start-error.ts';
import { startEmbedded } from './embedded.ts';
import { lockFolder } from './folder-lock.ts';
import { migrate } from './migrations.ts';

/** A database that is there, migrated and granted. */
export interface PreparedDatabase {
  /** The address for the service's role. */
  readonly url: string;
  /** Stops the embedded server, if there is one, and gives its folder free. */
  close(): Promise<void>;
  /** The same without waiting, for a process that must end at once. */
  abandon(): void;
}

/**
 * Brings up the database that the settings name: the embedded one in DATA_DIR, which this process then holds alone, or the
 * server of DATABASE_URL.
 * @throws StartError when that cannot be; nothing is left running then.
 */
export async function prepareDatabase(config: Config): Promise<PreparedDatabase> {
  if (config.databaseUrl === undefined) return prepareEmbedded(config.dataDir);
  const { databaseUrl: url, databaseOwnerUrl: ownerUrl = url } = config;
  const [service, owner] = [roleOf(url), roleOf(ownerUrl)];
  await migrate({ ownerUrl, serviceRole: service === owner ? undefined : service });
  return { url, close: async () => {}, abandon: () => {} };
}

async function prepareEmbedded(dataDir: string): Promise<PreparedDatabase> {
  const release = await takeFolder(dataDir);
  try {
    const server = await startEmbedded(dataDir);
    const close = async () => {
      await server.stop();
      release();
    };
    try {
      await migrate({ ownerUrl: server.ownerUrl, serviceRole: 'onrecord' });
    } catch (error) {
      await server.stop();
      throw error;
    }
    return { url: server.serviceUrl, close, abandon: () => server.abandon() };
  } catch (error) {
    release();
    throw error;
  }
}

/** Makes and takes DATA_DIR. It is closed to others; where we are root, the server's user must be able to pass through. */
async function takeFolder(dataDir: string): Promise<() => void> {
  try {
    mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return await lockFolder(dataDir);
  } catch (cause) {
    if (cause instanceof StartError || !(cause instanceof Error)) throw cause;
    throw new StartError(`DATA_DIR cannot be used: ${cause.message}`, { cause });
  }
}

const roleOf = (url: string): string => decodeURIComponent(new URL(url).username);
