import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase } from '../../src/database/pool.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

const PATIENCE_MS = 1000;

let ledger: TestLedger;
let database: ReturnType<typeof createDatabase>;
let service: Awaited<ReturnType<typeof secondApp>>;
/** Of the service whose writers are impatient. */
let room: Newsroom;

beforeAll(async () => {
  ledger = await openLedger();
  database = createDatabase({ url: ledger.serviceUrl, lockPatienceMs: PATIENCE_MS });
  service = await secondApp(ledger, undefined, { database });
  room = await newsroom({ http: service.http, key: ledger.key });
});
afterAll(async () => {
  await service.close();
  await database.close();
  await ledger.close();
});

/** Takes the ledger's lock on a connection; gives what releases it. */
async function lock(): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: ledger.serviceUrl });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT ledger_now()');
  return async () => {
    await holder.query('ROLLBACK');
    await holder.end();
  };
}

/** Does something for as long as somebody else holds the ledger's lock. */
async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
  const unlock = await lock();
  return work().finally(unlock);
}

const count = async (table: string): Promise<number> =>
  (await ledger.database.pool.query(`SELECT count(*)::int AS count FROM ${table}`)).rows[0].count;

const bundle = (title: string) => ({
  report: { title, outlet: 'the-paper', published: '2026-01-10' },
  sources: [{ slug: 'the-paper', name: 'The Paper', kind: 'outlet' }],
  claims: [{ slug: 'it-rained', text: 'It rained', kind: 'fact' }],
  attributions: [{ claim: 'it-rained', source: 'the-paper', stance: 'asserts' }],
});

describe('a writer that waits for the ledger for too long', () => {
  test('hears 503 with Retry-After, however many wait before it, and has changed nothing', async () => {
    const [claim, source, report] = [await room.claim(), await room.source(), await room.report()];
    const said = { claim: claim.id, source: source.id, report: report.id, stance: 'asserts' };
    const before = await count('changes');
    const writes: (() => ReturnType<Newsroom['request']>)[] = [
      ...Array.from(
        { length: 12 },
        (_, n) => () => room.request('POST', '/v1/claims', { text: `Late ${n}`, kind: 'fact' }),
      ),
      ...Array.from({ length: 12 }, (_, n) => () => room.request('POST', '/v1/topics', { name: `Late ${n}` })),
      ...Array.from({ length: 20 }, () => () => room.request('POST', '/v1/attributions', said)),
      () => room.request('PATCH', `/v1/claims/${claim.id}`, { text: 'Otherwise' }, { 'if-match': '*' }),
    ];
    const answers = await whileLocked(() =>
      Promise.all(
        writes.map(async (write, n) => {
          await sleep((n % 10) * 40);
          const begun = performance.now();
          const { status, headers, body } = await write();
          return { status, type: body.type, again: headers['retry-after'], waited: performance.now() - begun };
        }),
      ),
    );
    expect(new Set(answers.map(({ waited: _, ...told }) => JSON.stringify(told)))).toEqual(
      new Set([JSON.stringify({ status: 503, type: '/problems/unavailable', again: '5' })]),
    );
    expect(Math.min(...answers.map(({ waited }) => waited))).toBeGreaterThan(PATIENCE_MS - 10);
    expect(Math.max(...answers.map(({ waited }) => waited))).toBeLessThan(PATIENCE_MS * 5);
    expect(await count('changes')).toBe(before);
    expect(await room.attribution({ claim: claim.id, source: source.id, report: report.id })).toBeDefined();
  });

  test('may repeat what it sent with the same Idempotency-Key', async () => {
    const again = () => room.request('POST', '/v1/topics', { name: 'Repeated' }, { 'idempotency-key': 'repeated' });
    expect(await whileLocked(again)).toMatchObject({ status: 503 });
    await expect.poll(async () => (await again()).status, { timeout: 20_000 }).toBe(201);
  });
});

describe('an import that waits for the ledger', () => {
  test('goes on when its turn comes, one bundle or many, and takes no wait for a failure', async () => {
    const unlock = await lock();
    const lines = ['Line one', 'Line two'].map((title) => JSON.stringify(bundle(title))).join('\n');
    const ndjson = { 'content-type': 'application/x-ndjson' };
    const imports = [
      room.request('POST', '/v1/imports', bundle('Alone')),
      room.request('POST', '/v1/imports?dryRun=true', bundle('Rehearsed')),
      room.request('POST', '/v1/imports', Buffer.from(lines), ndjson),
    ];
    await sleep(PATIENCE_MS * 2);
    await unlock();
    const answers = await Promise.all(imports);
    expect(answers.map(({ status, body }) => [status, body.bundles, body.failed])).toEqual([
      [201, 1, 0],
      [200, 1, 0],
      [201, 2, 0],
    ]);
  });
});
