import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartError } from '../start-error.ts';
import { type Passwords, readPasswords, writeSecret } from './embedded-passwords.ts';
import { postgresPrograms } from './embedded-programs.ts';
import { processIdentity } from './process-identity.ts';
import { type ServerAccount, serverAccount } from './server-account.ts';

/** A running embedded PostgreSQL. */
export interface EmbeddedServer {
  /** The role that owns the database `onrecord` and runs the migrations. */
  readonly ownerUrl: string;
  /** The role that the service works under: owns nothing. */
  readonly serviceUrl: string;
  /** Only for setting up: may do anything. */
  readonly superuserUrl: string;
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

/**
 * Starts the PostgreSQL that comes with the packages, on data in `dataDir`/postgres (made on the first start), listening on a
 * free port of 127.0.0.1. A server that a killed service left behind on this data is taken over as it is.
 * The caller holds the folder's lock.
 * @param settings more PostgreSQL settings, which go before the default ones.
 * @throws StartError in words when it cannot.
 */
export async function startEmbedded(
  dataDir: string,
  options: { settings?: Readonly<Record<string, string>>; port?: number } = {},
): Promise<EmbeddedServer> {
  const programs = await postgresPrograms();
  const data = join(dataDir, 'postgres');
  const account = serverAccount(ownerOf(data), [programs.postgres, dataDir]);
  const log = openSync(join(dataDir, 'postgres.log'), 'a', 0o600);
  try {
    if (ownerOf(data) === undefined) await initialise(dataDir, programs.initdb, account, log);
    checkVersion(data, programs.major);
    const passwords = readPasswords(dataDir);
    const port = (await leftBehind(data, passwords)) ?? (await start(dataDir, programs.pgCtl, account, log, options));
    await ensureDatabase(url(port, 'postgres', passwords.postgres, 'postgres'), passwords);
    return {
      ...urls(port, passwords),
      stop: () => stop(dataDir, programs.pgCtl, account),
      abandon: () => signal(data, 'SIGINT'),
    };
  } finally {
    closeSync(log);
  }
}

/** The addresses of the server that runs on this data now, or undefined when none does. */
export async function runningEmbedded(dataDir: string): Promise<{ ownerUrl: string; serviceUrl: string } | undefined> {
  const data = join(dataDir, 'postgres');
  if (ownerOf(data) === undefined) return undefined;
  const passwords = readPasswords(dataDir);
  const port = await leftBehind(data, passwords);
  return port === undefined ? undefined : urls(port, passwords);
}

const url = (port: number, role: string, password: string, database = 'onrecord'): string =>
  `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;

const urls = (port: number, passwords: Passwords) => ({
  ownerUrl: url(port, 'onrecord_owner', passwords.onrecord_owner),
  serviceUrl: url(port, 'onrecord', passwords.onrecord),
  superuserUrl: url(port, 'postgres', passwords.postgres),
});

function ownerOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.uid;
}

/**
 * Makes the data folder, whole or not at all: an interrupted attempt leaves only a folder that the next one clears away.
 * UTF-8 with PostgreSQL's own C.UTF-8 sorts and folds alike on every machine, whatever its locales.
 */
async function initialise(dataDir: string, initdb: string, account: ServerAccount, log: number): Promise<void> {
  const unfinished = join(dataDir, 'postgres.new');
  const secret = join(dataDir, 'postgres.secret');
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(secret, { force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  account.give(unfinished);
  writeSecret(secret, readPasswords(dataDir, 'make').postgres);
  account.give(secret);
  const code = await account.run(
    initdb,
    [
      `--pgdata=${unfinished}`,
      '--username=postgres',
      `--pwfile=${secret}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ],
    log,
  );
  rmSync(secret, { force: true });
  if (code !== 0) throw new StartError(`The embedded database could not be made: ${lastWords(dataDir)}`);
  renameSync(unfinished, join(dataDir, 'postgres'));
}

function checkVersion(data: string, major: string): void {
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (found === major) return;
  throw new StartError(
    `${data} was made by PostgreSQL ${found}, and this is PostgreSQL ${major}: dump it with the OnRecord that made it and load it into a new DATA_DIR.`,
  );
}

/**
 * The port of a server that runs on this data, once it takes connections. One that is on its way down is waited for. A
 * `postmaster.pid` whose process is something else by now (as after a power cut) is put out of the way.
 */
async function leftBehind(data: string, passwords: Passwords): Promise<number | undefined> {
  for (const began = Date.now(); Date.now() - began < STARTED_WITHIN_S * 1000; await sleep(100)) {
    const found = postmaster(data);
    if (!found) return undefined;
    if (processIdentity(found.pid)?.program !== 'postgres') {
      rmSync(join(data, 'postmaster.pid'), { force: true });
      return undefined;
    }
    if (found.port && (await answers(url(found.port, 'postgres', passwords.postgres, 'postgres'), data)))
      return found.port;
  }
  throw new StartError(`The database server on ${data} runs but does not answer: see postgres.log beside it.`);
}

/** postmaster.pid: process id, data folder, start time, port, … one a line. */
function postmaster(data: string): { pid: number; port: number } | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    return pid > 0 ? { pid, port } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the server at this address takes connections and is the one on this data. */
async function answers(address: string, data: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory === data;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Starts the server; the port is tried again when another program takes it in between. */
async function start(
  dataDir: string,
  pgCtl: string,
  account: ServerAccount,
  log: number,
  options: { settings?: Readonly<Record<string, string>>; port?: number },
): Promise<number> {
  const settings = Object.entries({ ...SETTINGS, ...options.settings }).map(([name, value]) => `-c ${name}=${value}`);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const port = options.port ?? (await freePort());
    const flags = ['-w', '-t', String(STARTED_WITHIN_S), '-D', join(dataDir, 'postgres')];
    if ((await account.run(pgCtl, ['start', ...flags, '-o', `-p ${port} ${settings.join(' ')}`], log)) === 0)
      return port;
  }
  throw new StartError(`The embedded database did not start: ${lastWords(dataDir)}`);
}

async function stop(dataDir: string, pgCtl: string, account: ServerAccount): Promise<void> {
  const log = openSync(join(dataDir, 'postgres.log'), 'a', 0o600);
  await account.run(pgCtl, ['stop', '-w', '-t', '60', '-m', 'fast', '-D', join(dataDir, 'postgres')], log);
  closeSync(log);
}

/** SIGINT is PostgreSQL's "fast" shutdown: it closes every connection and writes everything down. */
function signal(data: string, name: 'SIGINT'): void {
  const found = postmaster(data);
  if (found && processIdentity(found.pid)?.program === 'postgres') process.kill(found.pid, name);
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

/** Makes the two roles and the database that are not there yet. */
async function ensureDatabase(address: string, passwords: Passwords): Promise<void> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    const made = await client.query("SELECT FROM pg_database WHERE datname = 'onrecord'");
    if (made.rowCount === 1) return;
    for (const role of ['onrecord_owner', 'onrecord'] as const) {
      const exists = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      const verb = exists.rowCount === 1 ? 'ALTER' : 'CREATE';
      await client.query(`${verb} ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(passwords[role])}`);
    }
    await client.query('CREATE DATABASE onrecord OWNER onrecord_owner');
  } finally {
    await client.end();
  }
}

/** What the server's log says last that went wrong. */
function lastWords(dataDir: string): string {
  const path = join(dataDir, 'postgres.log');
  const wrong = /\b(FATAL|ERROR|PANIC|error|could not|cannot|No such)\b/;
  const line = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(-40)
    .findLast((each) => wrong.test(each));
  return `${line?.replace(/^.*?(FATAL|ERROR|PANIC|error): +/, '') ?? 'it did not say why'} (see ${path})`;
}
