import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { inTransaction } from '../../src/database/first-key.ts';
import { bundleOf, importBundles } from '../factories/bundles.ts';
import { type Load, type SeenAnswer, startLoad } from '../factories/load.ts';
import {
  databaseOf,
  makeDataDir,
  pgCtl,
  postgresOf,
  removeDataDir,
  type ServiceProcess,
  startService,
} from '../factories/process.ts';

// They wait for processes that start, on machines that may be busy with other things.
vi.setConfig({ testTimeout: 90_000 });

let dataDir = '';
let service: ServiceProcess | undefined;

/** Starts the service: the first time in a test on a new data folder, after that on the same one. */
async function start(): Promise<ServiceProcess> {
  if (dataDir === '') dataDir = makeDataDir();
  service = await startService(dataDir);
  return service;
}

afterEach(async () => {
  if (dataDir !== '') await removeDataDir(dataDir, service);
  dataDir = '';
  service = undefined;
});

async function get({ url, authorization }: ServiceProcess, path: string) {
  const answer = await fetch(url + path, { headers: authorization });
  // biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
  const body: any = await answer.json();
  return { status: answer.status, retryAfter: Number(answer.headers.get('retry-after')), body };
}

/** Every row of a list. */
async function all(running: ServiceProcess, path: string) {
  const rows = [];
  for (let cursor = ''; ; ) {
    const { status, body } = await get(running, `${path}?limit=1000${cursor}`);
    expect(status, JSON.stringify(body)).toBe(200);
    rows.push(...body.data);
    if (body.page.nextCursor === null) return rows;
    cursor = `&cursor=${body.page.nextCursor}`;
  }
}

async function readiness(running: ServiceProcess, status: number): Promise<void> {
  const options = { timeout: 8000, interval: 50 };
  await expect.poll(async () => (await get(running, '/health/ready')).status, options).toBe(status);
}

/** Every write that was acknowledged is there, once, and no other. */
async function expectKept(running: ServiceProcess, { acknowledged }: Load): Promise<void> {
  const claims = await all(running, '/v1/claims');
  expect(claims.map(({ text }) => text).sort()).toEqual([...acknowledged.claims].sort());
  const attributions = await all(running, '/v1/attributions');
  expect(attributions.map(({ quote }) => quote.exact).sort()).toEqual([...acknowledged.quotes].sort());
}

const succeeded = ({ status }: SeenAnswer): boolean => status === 200 || status === 201;

const told = ({ retryAfter, problem }: SeenAnswer): boolean =>
  retryAfter > 0 && (problem === '/problems/unavailable' || problem === '/problems/in-flight');

const turnedAway = ({ status, problem }: SeenAnswer): boolean => status === 503 || problem.includes('ECONNREFUSED');

describe('a restart of PostgreSQL under load', () => {
  test.each(['fast', 'immediate'] as const)('in mode %s costs patience, but no answer and no write', async (mode) => {
    const running = await start();
    const load = await startLoad(running);
    await load.more(32);
    const before = postgresOf(dataDir);
    await pgCtl(dataDir, 'restart', mode);
    await readiness(running, 200);
    expect(postgresOf(dataDir)).not.toBe(before);
    const back = performance.now();
    await load.more(32);
    await load.stop();

    expect(load.answers.filter((answer) => !succeeded(answer) && !told(answer))).toEqual([]);
    expect(load.answers.filter(({ sent, status }) => sent > back && status === 503)).toEqual([]);
    expect(Math.max(...load.answers.map(({ sent, seen }) => seen - sent))).toBeLessThan(10_000);
    expect(running.alive(), running.said()).toBe(true);
    await expectKept(running, load);
  });
});

test('a database that stays away makes the service unready, not dead, and it comes back by itself', async () => {
  const running = await start();
  const settings = join(dataDir, 'postgres', 'postgresql.conf');
  renameSync(settings, `${settings}.away`);
  await pgCtl(dataDir, 'stop', 'fast');
  const refused = get(running, '/v1/claims');
  await readiness(running, 503);
  expect(await get(running, '/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await get(running, '/health/ready')).toMatchObject({ status: 503, body: { type: '/problems/unavailable' } });
  const answer = await refused;
  expect(answer).toMatchObject({ status: 503, body: { type: '/problems/unavailable' } });
  expect(answer.retryAfter).toBeGreaterThan(0);
  expect(await get(running, '/health/live')).toMatchObject({ status: 200 });

  renameSync(`${settings}.away`, settings);
  await readiness(running, 200);
  expect(await get(running, '/v1/claims')).toMatchObject({ status: 200 });
});

test('SIGTERM under load finishes the requests under way, refuses new ones and stops the database', async () => {
  const running = await start();
  const load = await startLoad(running);
  await load.more(32);
  const { serviceUrl } = await databaseOf(dataDir);
  let told = 0;
  let ended: ReturnType<ServiceProcess['end']> | undefined;
  // Whoever holds the ledger's lock keeps every writer waiting: so all clients have a request under way at the signal.
  await inTransaction(serviceUrl, async () => {
    await sleep(1000);
    told = performance.now();
    ended = running.end('SIGTERM');
    await sleep(500);
    const late = await fetch(`${running.url}/health/live`).then(
      ({ status }) => status,
      ({ cause }) => cause.code,
    );
    expect([503, 'ECONNREFUSED']).toContain(late);
  });
  expect(await ended, running.said()).toEqual({ code: 0, signal: null });
  expect(performance.now() - told).toBeLessThan(10_000);
  expect(postgresOf(dataDir)).toBeUndefined();
  await load.stop();

  const underWay = load.answers.filter(({ sent, seen }) => sent < told && seen > told);
  expect(underWay).toHaveLength(16);
  expect(underWay.filter((answer) => !succeeded(answer))).toEqual([]);
  const late = load.answers.filter(({ sent }) => sent > told);
  expect(late.filter((answer) => !turnedAway(answer))).toEqual([]);
  await expectKept(await start(), load);
});

/** How many attributions came in with each bundle whose report, a claim or an attribution is there. */
async function bundlesIn(running: ServiceProcess): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  for (const report of await all(running, '/v1/reports')) if (report.url) found.set(bundleOf(report), 0);
  for (const claim of await all(running, '/v1/claims')) found.set(bundleOf(claim), 0);
  for (const { claim } of await all(running, '/v1/attributions')) {
    found.set(bundleOf(claim), (found.get(bundleOf(claim)) ?? 0) + 1);
  }
  return found;
}

test('kill -9 in the middle of imports loses no acknowledged bundle and leaves none half in', async () => {
  const killed = await start();
  const [first, ...files] = Array.from({ length: 11 }, (_, file) =>
    Array.from({ length: file === 0 ? 1 : 20 }, (_, line) => file * 100 + line),
  );
  await importBundles(killed, first ?? []);
  const whole = (await bundlesIn(killed)).get(0);
  const postgres = postgresOf(dataDir);

  const acknowledged = [...(first ?? [])];
  const rest = [...files];
  const client = async () => {
    for (let file = rest.shift(); file !== undefined; file = rest.shift()) {
      await importBundles(killed, file);
      acknowledged.push(...file);
    }
  };
  const clients = Promise.allSettled([client(), client(), client()]);
  await expect.poll(() => acknowledged.length, { timeout: 30_000, interval: 5 }).toBeGreaterThan(50);
  await killed.end('SIGKILL');
  await clients;
  expect(rest.length).toBeGreaterThan(0);

  const running = await start();
  expect(postgresOf(dataDir)).toBe(postgres);
  const found = await bundlesIn(running);
  expect(acknowledged.filter((number) => !found.has(number))).toEqual([]);
  expect([...found].filter(([, attributions]) => attributions !== whole)).toEqual([]);
  const receipts = await all(running, '/v1/imports');
  expect(receipts.reduce((sum, { bundles }) => sum + bundles, 0)).toBe(found.size);

  for (const file of files) {
    const { failed, counts } = await importBundles(running, file);
    const missing = file.filter((number) => !found.has(number)).length;
    expect(failed).toBe(0);
    expect(counts.updated).toBe(0);
    expect(counts.created > 0).toBe(missing > 0);
  }
  const complete = await bundlesIn(running);
  expect([...complete.keys()].sort((a, b) => a - b)).toEqual([...(first ?? []), ...files.flat()]);
  expect([...complete].filter(([, attributions]) => attributions !== whole)).toEqual([]);
});
