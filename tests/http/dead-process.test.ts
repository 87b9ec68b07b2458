import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeDataDir, removeDataDir, type ServiceProcess, startService } from '../factories/process.ts';
import { openLedger, type TestLedger } from '../harness.ts';

// They wait for processes that start, on machines that may be busy with other things.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let ledger: TestLedger;
let headers: Record<string, string>;
let dataDir = '';
/** Another process on the same ledger. */
let other: ServiceProcess | undefined;

beforeAll(async () => {
  ledger = await openLedger({ lockPatienceMs: 5000 });
  headers = { authorization: `Bearer ${await ledger.key('write')}`, 'content-type': 'application/json' };
});
afterAll(async () => {
  if (dataDir !== '') await removeDataDir(dataDir, other);
  await ledger.close();
});

async function startOther(): Promise<ServiceProcess> {
  await other?.end('SIGKILL');
  if (dataDir === '') dataDir = makeDataDir();
  other = await startService(dataDir, {
    settings: { DATABASE_URL: ledger.serviceUrl, DATABASE_OWNER_URL: ledger.ownerUrl },
  });
  return other;
}

const post = async (url: string, name: string, key: string) => {
  const answer = await fetch(`${url}/v1/topics`, {
    method: 'POST',
    headers: { ...headers, 'idempotency-key': key },
    body: JSON.stringify({ name }),
  });
  return { status: answer.status, again: answer.headers.get('retry-after') };
};

/** Lets a process begin a request that waits for the ledger's lock, ends or stops it there, and gives the lock free. */
async function strike(process: ServiceProcess, signal: 'SIGKILL' | 'SIGSTOP', name: string, key: string) {
  const holder = new pg.Client({ connectionString: ledger.serviceUrl });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT ledger_now()');
  const sent = post(process.url, name, key).catch(() => undefined);
  const waiting = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  await expect
    .poll(async () => (await ledger.database.pool.query(waiting)).rowCount, { timeout: 20_000, interval: 10 })
    .toBe(1);
  const ended = process.end(signal);
  if (signal === 'SIGKILL') await ended;
  await holder.query('ROLLBACK');
  await holder.end();
  return { sent, struck: performance.now() };
}

/** Repeats a request on the ledger's own service until it is done; gives every answer before that, and when it was done. */
async function until201(name: string, key: string) {
  const before: Awaited<ReturnType<typeof post>>[] = [];
  for (;;) {
    const answer = await post(ledger.url, name, key);
    if (answer.status === 201) return { before, done: performance.now() };
    before.push(answer);
    await sleep(100);
  }
}

test('a process that is frozen under the lock loses it within 10 s; others hear 503 until then', async () => {
  const frozen = await startOther();
  const { sent, struck } = await strike(frozen, 'SIGSTOP', 'Frozen', 'frozen');
  const { before, done } = await until201('Another', 'another');
  expect(new Set(before.map((answer) => JSON.stringify(answer)))).toEqual(
    new Set([JSON.stringify({ status: 503, again: '5' })]),
  );
  expect(done - struck).toBeLessThan(10_000);
  void frozen.end('SIGCONT');
  await sent;
  const { rows } = await ledger.database.pool.query("SELECT name FROM topics WHERE name IN ('Frozen', 'Another')");
  expect(rows).toEqual([{ name: 'Another' }]);
});

test('a process that is killed gives its Idempotency-Keys free within 5 s', async () => {
  const killed = await startOther();
  const { struck } = await strike(killed, 'SIGKILL', 'Killed', 'killed');
  const { before, done } = await until201('Killed', 'killed');
  expect(new Set(before.map(({ status }) => status))).toEqual(new Set([409]));
  expect(done - struck).toBeLessThan(5000);
});
