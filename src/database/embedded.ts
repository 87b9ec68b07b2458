import { closeSync, openSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';
import { checkMajor, lastWords, makeData, makeDatabase } from './embedded-data.ts';
import { type Passwords, readPasswords } from './embedded-passwords.ts';
import { postgresPrograms } from './embedded-programs.ts';
import { answeringPort, livePostmaster } from './postmaster.ts';
import { type ServerAccount, serverAccount } from './server-account.ts';

/** The addresses of an embedded PostgreSQL, by role. */
export interface EmbeddedUrls {
  /** Owns the database `onrecord` and runs the migrations. */
  readonly ownerUrl: string;
  /** The role that the service works under: owns nothing. */
  readonly serviceUrl: string;
  /** May do anything; only for setting up. */
  readonly superuserUrl: string;
}

/** A running embedded PostgreSQL. */
export interface EmbeddedServer extends EmbeddedUrls {
  /** Stops the server and waits until its data is safe on the disk. */
  stop(): Promise<void>;
  /** Tells the server to stop and does not wait. */
  abandon(): void;
}

/** For a small machine that also runs the service. Durability is as PostgreSQL ships it: on. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  random_page_cost: '1.1',
  jit: 'off',
  wal_compression: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

const STARTED_WITHIN_S = 300;
const LOOK_AFTER_EVERY_MS = 1000;

/**
 * Starts the PostgreSQL that comes with the packages, on data in `dataDir`/postgres (made on the first start), listening on a
 * free port of 127.0.0.1, and starts it again on the same port should it die. A server that a killed service left behind on
 * this data is taken over as it is. The caller holds the folder's lock.
 * @param settings more PostgreSQL settings, which go before the default ones.
 * @throws StartError in words when it cannot.
 */
export async function startEmbedded(
  dataDir: string,
  { settings = {} }: { settings?: Readonly<Record<string, string>> } = {},
): Promise<EmbeddedServer> {
  const programs = await postgresPrograms();
  const data = join(dataDir, 'postgres');
  const account = serverAccount(ownerOf(data), [programs.postgres, dataDir]);
  if (ownerOf(data) === undefined) await logged(dataDir, (log) => makeData(dataDir, programs.initdb, account, log));
  checkMajor(data, programs.major);

  const control = { dataDir, pgCtl: programs.pgCtl, account, settings: { ...SETTINGS, ...settings } };
  const passwords = readPasswords(dataDir);
  const port = (await portOf(data, passwords)) ?? (await start(control));
  const urls = urlsAt(port, passwords);
  await makeDatabase(urlAt(port, 'postgres', passwords.postgres, 'postgres'), passwords);

  let restart: Promise<unknown> | undefined;
  const lookAfter = setInterval(() => {
    if (restart || livePostmaster(data)) return;
    restart = start(control, port)
      .catch(() => {}) // Tried again at the next look.
      .finally(() => {
        restart = undefined;
      });
  }, LOOK_AFTER_EVERY_MS).unref();
  return {
    ...urls,
    stop: async () => {
      clearInterval(lookAfter);
      await restart;
      await stop(control);
    },
    abandon: () => {
      clearInterval(lookAfter);
      const found = livePostmaster(data);
      // PostgreSQL's "fast" shutdown: it closes every connection and writes everything down.
      if (found) process.kill(found.pid, 'SIGINT');
    },
  };
}

/** The addresses of the server that runs on this data now, or undefined when none does. */
export async function runningEmbedded(dataDir: string): Promise<EmbeddedUrls | undefined> {
  const data = join(dataDir, 'postgres');
  if (ownerOf(data) === undefined || !livePostmaster(data)) return undefined;
  const passwords = readPasswords(dataDir);
  const port = await portOf(data, passwords);
  return port === undefined ? undefined : urlsAt(port, passwords);
}

const urlAt = (port: number, role: string, password: string, database = 'onrecord'): string =>
  `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;

const urlsAt = (port: number, passwords: Passwords): EmbeddedUrls => ({
  ownerUrl: urlAt(port, 'onrecord_owner', passwords.onrecord_owner),
  serviceUrl: urlAt(port, 'onrecord', passwords.onrecord),
  superuserUrl: urlAt(port, 'postgres', passwords.postgres),
});

const portOf = (data: string, passwords: Passwords): Promise<number | undefined> =>
  answeringPort(data, (port) => urlAt(port, 'postgres', passwords.postgres, 'postgres'), STARTED_WITHIN_S * 1000);

function ownerOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.uid;
}

interface Control {
  readonly dataDir: string;
  readonly pgCtl: string;
  readonly account: ServerAccount;
  readonly settings: Readonly<Record<string, string>>;
}

/** Answers with the port. Without one given, a free one is picked, again when another program takes it in between. */
async function start({ dataDir, pgCtl, account, settings }: Control, given?: number): Promise<number> {
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const wait = ['-w', '-t', String(STARTED_WITHIN_S), '-D', join(dataDir, 'postgres')];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const port = given ?? (await freePort());
    const args = ['start', ...wait, '-o', `-p ${port} ${flags.join(' ')}`];
    if ((await logged(dataDir, (log) => account.run(pgCtl, args, log))) === 0) return port;
  }
  throw new StartError(`The embedded database did not start: ${lastWords(dataDir)}`);
}

async function stop({ dataDir, pgCtl, account }: Control): Promise<void> {
  const args = ['stop', '-w', '-t', '60', '-m', 'fast', '-D', join(dataDir, 'postgres')];
  await logged(dataDir, (log) => account.run(pgCtl, args, log));
}

/** Gives the work the server's log to write to. */
async function logged<T>(dataDir: string, work: (log: number) => Promise<T>): Promise<T> {
  const log = openSync(join(dataDir, 'postgres.log'), 'a', 0o600);
  try {
    return await work(log);
  } finally {
    closeSync(log);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
