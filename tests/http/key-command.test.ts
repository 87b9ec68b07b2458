import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  makeDataDir,
  postgresOf,
  removeDataDir,
  runScript,
  type ServiceProcess,
  startService,
} from '../factories/process.ts';
import { databaseUrl } from '../global-setup.ts';
import { cloneDatabase } from '../harness.ts';

// It waits for processes that start, on machines that may be busy with other things.
vi.setConfig({ testTimeout: 240_000 });

let dataDir = '';
let service: ServiceProcess | undefined;
let drop: (() => Promise<unknown>) | undefined;

beforeEach(() => {
  dataDir = makeDataDir();
});

afterEach(async () => {
  await removeDataDir(dataDir, service);
  await drop?.();
  service = undefined;
  drop = undefined;
});

const makeKey = (args: readonly string[], settings: Record<string, string> = {}) =>
  runScript(dataDir, ['src/key.ts', ...args], settings);

async function cloneUrl(): Promise<string> {
  const clone = await cloneDatabase();
  drop = clone.drop;
  return databaseUrl(clone.server, clone.server.service, clone.name);
}

/** What a service lets the key do. */
async function scopesOf({ url }: ServiceProcess, key: string): Promise<{ reads: boolean; administers: boolean }> {
  const headers = { authorization: `Bearer ${key.trim()}` };
  const [reads, administers] = await Promise.all(
    ['/v1/claims', '/v1/keys'].map(async (path) => (await fetch(url + path, { headers })).ok),
  );
  return { reads: reads === true, administers: administers === true };
}

describe('a command line that does not say what the key may do makes none', () => {
  test.each([
    ['no arguments', []],
    ['a scope that is none', ['--scope', 'wrote']],
    ['an option that is none', ['--scope', 'read', '--colour', 'red']],
  ])('%s', async (_, args) => {
    const { code, stdout, stderr } = await makeKey(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^No key was made\. .+\n\nMakes another key/);
    expect(readdirSync(dataDir)).toEqual([]);
  });
});

test('--help says how it is used', async () => {
  const { code, stdout, stderr } = await makeKey(['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('--scope');
});

test('a key is made in the embedded database, whether the service runs or not, and the command says so', async () => {
  service = await startService(dataDir);
  const running = await makeKey(['--scope', 'read']);
  expect(running.stderr).toContain(`the embedded one in ${dataDir}`);
  expect(await scopesOf(service, running.stdout)).toEqual({ reads: true, administers: false });

  await service.end('SIGTERM');
  expect(readdirSync(dataDir)).not.toContain('service.json');
  const stopped = await makeKey(['--scope', 'admin', '--name', 'second-admin']);
  expect(stopped.stderr).toContain('The service does not run');
  expect(postgresOf(dataDir)).toBeUndefined();
  service = await startService(dataDir);
  expect(await scopesOf(service, stopped.stdout)).toEqual({ reads: true, administers: true });
});

test('where there is no ledger, none is made for the key', async () => {
  const { code, stdout, stderr } = await makeKey(['--scope', 'read']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('DATABASE_URL is not set');
  expect(stderr.trimEnd()).not.toContain('\n');
  expect(readdirSync(dataDir)).toEqual([]);
});

test('a shell without the DATABASE_URL of the service that runs here is told to set it, as long as that lives', async () => {
  const url = await cloneUrl();
  service = await startService(dataDir, { settings: { DATABASE_URL: url } });
  const without = await makeKey(['--scope', 'read']);
  expect(without).toMatchObject({ code: 1, stdout: '' });
  expect(without.stderr).toContain(service.url);
  expect(without.stderr).toContain(new URL(url).pathname);
  expect(without.stderr).not.toContain(new URL(url).password);
  expect(readdirSync(dataDir)).not.toContain('postgres');

  const made = await makeKey(['--scope', 'read'], { DATABASE_URL: url });
  expect(made.stderr).toContain(`${new URL(url).pathname} (DATABASE_URL)`);
  expect(made.stderr).not.toContain(new URL(url).password);
  expect(await scopesOf(service, made.stdout)).toEqual({ reads: true, administers: false });

  await service.end('SIGKILL');
  expect(readdirSync(dataDir)).toContain('service.json');
  expect((await makeKey(['--scope', 'read'])).stderr).toContain('DATABASE_URL is not set');
});

describe('a DATABASE_URL that leads to no ledger is named in one line', () => {
  test.each([
    ['of a server that is not there', (url: URL) => (url.port = '1')],
    ['with a wrong password', (url: URL) => (url.password = 'wrong')],
    ['of a database without the tables', (url: URL) => (url.pathname = '/postgres')],
  ])('%s', async (_, change) => {
    const url = new URL(await cloneUrl());
    change(url);
    const { code, stderr } = await makeKey(['--scope', 'read'], { DATABASE_URL: url.href });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^No key was made\. The database .+\n$/);
  });
});
