import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type EmbeddedUrls, runningEmbedded } from '../../src/database/embedded.ts';
import { postgresPrograms } from '../../src/database/embedded-programs.ts';
import { livePostmaster } from '../../src/database/postmaster.ts';
import { serverAccount } from '../../src/database/server-account.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The service as a process of its own, on the embedded PostgreSQL in its data folder. */
export interface ServiceProcess {
  readonly url: string;
  readonly dataDir: string;
  /** The headers of a request with its admin key. */
  readonly authorization: { readonly authorization: string };
  /** Sends the process a signal and answers with how it ended. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Whether the process lives. */
  alive(): boolean;
  /** What it has said until now, log lines included. */
  said(): string;
}

interface ProcessOptions {
  readonly main?: string;
  readonly under?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}

/** A data folder of a test's own, which the account of PostgreSQL can pass through. */
export function makeDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'onrecord-process-'));
  chmodSync(folder, 0o711);
  return folder;
}

/**
 * Starts the service on a data folder and a free port, and waits until it takes requests.
 * @param options.main its src/main.ts, for a copy of the project.
 * @param options.under a command that runs it, with its arguments.
 * @param options.settings more settings, or other ones.
 */
export async function startService(
  dataDir: string,
  { main = MAIN, under = [], settings = {} }: ProcessOptions = {},
): Promise<ServiceProcess> {
  const own = { DATA_DIR: dataDir, PORT: '0', ANONYMOUS_READ: 'false', LOG_LEVEL: 'warn' };
  const env = { PATH: process.env.PATH, ...own, ...settings };
  const [program = '', ...args] = [...under, process.execPath, main];
  const child = spawn(program, args, { cwd: dataDir, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const url = await listening(child, () => said);
  const key = readFileSync(join(dataDir, 'admin-key'), 'utf8').trim();
  return {
    url,
    dataDir,
    authorization: { authorization: `Bearer ${key}` },
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
    alive: () => child.exitCode === null && child.signalCode === null,
    said: () => said,
  };
}

async function listening(child: ChildProcess, said: () => string): Promise<string> {
  for (;;) {
    const url = /^ {2}API +(http:\S+)\/v1$/m.exec(said())?.[1];
    if (url !== undefined) return url;
    if (child.exitCode !== null) throw new Error(`the service did not start: ${said()}`);
    await sleep(25);
  }
}

/** Runs a script of the project to its end, in a data folder, with no more of our environment than the settings given. */
export async function runScript(
  dataDir: string,
  [script = '', ...args]: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir, ...settings };
  const path = fileURLToPath(new URL(`../../${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { cwd: dataDir, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}

/** The process id of the PostgreSQL on this data folder, if one lives. */
export function postgresOf(dataDir: string): number | undefined {
  return livePostmaster(join(dataDir, 'postgres'))?.pid;
}

/** The addresses of the PostgreSQL on this data folder. */
export async function databaseOf(dataDir: string): Promise<EmbeddedUrls> {
  const urls = await runningEmbedded(dataDir);
  if (urls === undefined) throw new Error(`no PostgreSQL runs on ${dataDir}`);
  return urls;
}

/** Stops or restarts the PostgreSQL of a data folder, as its own administrator would. */
export async function pgCtl(dataDir: string, action: 'stop' | 'restart', mode: 'fast' | 'immediate'): Promise<void> {
  const data = join(dataDir, 'postgres');
  const programs = await postgresPrograms();
  const account = serverAccount(statSync(data).uid, [programs.pgCtl, dataDir]);
  const log = openSync(join(dataDir, 'pg_ctl.log'), 'a');
  try {
    await account.run(programs.pgCtl, [action, '-w', '-m', mode, '-D', data], log);
  } finally {
    closeSync(log);
  }
}

/** Removes a data folder, and whatever still runs on it. */
export async function removeDataDir(dataDir: string, service?: ServiceProcess): Promise<void> {
  await service?.end('SIGKILL');
  if (postgresOf(dataDir) !== undefined) await pgCtl(dataDir, 'stop', 'immediate');
  rmSync(dataDir, { recursive: true, force: true });
}
