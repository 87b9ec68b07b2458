import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../../src/database/first-key.ts';
import { type Load, startLoad } from '../factories/load.ts';
import {
  databaseOf,
  makeDataDir,
  pgCtl,
  postgresOf,
  removeDataDir,
  type ServiceProcess,
  startService,
} from '../factories/process.ts';

let dataDir = '';
let service: ServiceProcess | undefined;

async function start(): Promise<ServiceProcess> {
  if (dataDir === '') dataDir = makeDataDir();
  service = await startService(dataDir);
  return service;
}

afterEach(async () => {
  await removeDataDir(dataDir, service);
  dataDir = '';
  service = undefined;
});

async function get({ url, authorization }: ServiceProcess, path: string) {
  const answer = await fetch(url + path, { headers: authorization });
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.json() };
}

/** Every row of a list. */
async function all(running: ServiceProcess, path: string) {
  const rows = [];
  for (let cursor = ''; ; ) {
    const { status, body } = await get(running, `${path}?limit=1000${cursor && `&cursor=${cursor}`}`);
    expect(status, JSON.stringify(body)).toBe(200);
    rows.push(...body.data);
    if (body.page.nextCursor === null) return rows;
    cursor = body.page.nextCursor;
  }
}

async function ready(running: ServiceProcess, withinMs: number): Promise<void> {
  await expect
    .poll(async () => (await get(running, '/health/ready')).status, { timeout: withinMs, interval: 50 })
    .toBe(200);
}

/** What the clients were answered that they must not be: neither success nor "come again". */
function faults({ answers }: Load) {
  return answers.filter(({ status, retryAfter, problem }) => {
    if (status === 200 || status === 201) return false;
    return !(retryAfter > 0 && (problem === '/problems/unavailable' || problem === '/problems/in-flight'));
  });
}

describe('a restart of PostgreSQL under load', () => {
  test.each(['fast', 'immediate'] as const)(
    'in mode %s costs no acknowledged write and no client more than patience',
    async (mode) => {
      const running = await start();
      const load = await startLoad(running);
      await sleep(1500);
      const before = postgresOf(dataDir);
      await pgCtl(dataDir, 'restart', mode);
      await ready(running, 5000);
      expect(postgresOf(dataDir)).not.toBe(before);
      const back = performance.now();
      await sleep(1500);
      await load.stop();

      expect(faults(load)).toEqual([]);
      expect(running.alive(), running.said()).toBe(true);
      const patience = Math.max(...load.answers.map(({ sent, seen }) => seen - sent));
      expect(patience).toBeLessThan(10_000);
      expect(load.answers.filter(({ sent, status }) => sent > back && status === 503)).toEqual([]);
      const claims = await all(running, '/v1/claims');
      expect(claims.map(({ text }) => text).sort()).toEqual([...load.acknowledged.claims].sort());
      const attributions = await all(running, '/v1/attributions');
      expect(attributions.map(({ quote }) => quote.exact).sort()).toEqual([...load.acknowledged.quotes].sort());
      expect(load.acknowledged.quotes.length).toBeGreaterThan(16);
      console.log(mode, load.answers.length, load.acknowledged.claims.length, patience, Object.groupBy(load.answers.map(a=>a.status+a.problem), x=>x) && JSON.stringify(load.answers.reduce((m,a)=>{m[a.status+a.problem]=(m[a.status+a.problem]??0)+1;return m},{})));
    },
  );
});
