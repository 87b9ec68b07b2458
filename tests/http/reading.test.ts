import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { read } from '../../src/database/pool.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

let ledger: TestLedger;
let room: Newsroom;
let watcher: pg.Client;
/** How many slow changes were done. */
let changed = 0;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
  watcher = new pg.Client({ connectionString: ledger.serviceUrl });
  await watcher.connect();
});
afterAll(async () => {
  await watcher.end();
  await ledger.close();
});

/** A service on the ledger with questions that take as long as they are let: `/v1/free`, and `/v1/dear`, which is a report. */
async function slowApp(requestTimeoutMs = 60_000) {
  const prepare = (app: FastifyInstance) => {
    const { pool } = app.sources.database;
    for (const [url, report] of [
      ['/v1/free', false],
      ['/v1/dear', true],
    ] as const) {
      app.get(url, { config: { scope: 'read', report }, schema: { hide: true } }, async (request) => {
        await read(pool, { text: `SELECT pg_sleep(60) AS "${request.url}"` });
        await read(pool, { text: 'SELECT pg_sleep(60) AS "the one after it"' });
        return {};
      });
    }
    app.post('/v1/slow-change', { config: { scope: 'write' }, schema: { hide: true } }, async () => {
      await pool.query('SELECT pg_sleep(1) AS "a change"');
      changed += 1;
      return {};
    });
  };
  return secondApp(ledger, prepare, { requestTimeoutMs });
}

/** How many statements of these tests run in the database now. */
async function running(): Promise<number> {
  const text = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid() AND datname = current_database()`;
  return (await watcher.query<{ count: number }>(text)).rows[0]?.count ?? 0;
}

async function headers() {
  return { authorization: `Bearer ${await ledger.key('write')}` };
}

describe('a read', () => {
  test('that takes longer than it may is given up, with what of it to narrow, and so is its statement', async () => {
    const own = await slowApp(300);
    const answer = await fetch(`${own.url}/v1/free?flag=quote_lost&knownAt=2026-01-01`, { headers: await headers() });
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({
      type: '/problems/timeout',
      detail: expect.stringContaining('within 0.3 seconds'),
      errors: [{ parameter: 'knownAt' }, { parameter: 'flag' }],
    });
    expect(await running()).toBe(0);
    await own.close();
  });

  test('whose client goes away ends with it, however many they are, and others go on', async () => {
    const own = await slowApp();
    const gone = new AbortController();
    const sent = { headers: await headers(), signal: gone.signal };
    const asked = Array.from({ length: 30 }, () => fetch(`${own.url}/v1/free`, sent).catch(() => undefined));
    await expect.poll(running, { timeout: 10_000 }).toBeGreaterThan(5);
    gone.abort();
    await Promise.all(asked);
    await expect.poll(running, { timeout: 10_000 }).toBe(0);
    const claim = await room.claim();
    expect((await room.get(`/v1/claims/${claim.id}`)).id).toBe(claim.id);
    expect(ledger.database.pool.waitingCount).toBe(0);
    await own.close();
  });

  test('gives a connection back only when a cancellation can hit nothing else', async () => {
    const own = await slowApp();
    const auth = await headers();
    const asking = { isOver: false };
    const others = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!asking.isOver) await read(ledger.database.pool, { text: 'SELECT pg_sleep(0.002)' });
      }),
    );
    for (let turn = 0; turn < 40; turn += 1) {
      await fetch(`${own.url}/v1/free`, { headers: auth, signal: AbortSignal.timeout(5 + turn) }).catch(
        () => undefined,
      );
    }
    asking.isOver = true;
    await others;
    await expect.poll(running, { timeout: 10_000 }).toBe(0);
    await expect(others).resolves.toHaveLength(4);
    await own.close();
  });
});

test('a change is done whole though its client is gone', async () => {
  const own = await slowApp(100);
  const sent = { method: 'POST', headers: await headers(), signal: AbortSignal.timeout(200) };
  await fetch(`${own.url}/v1/slow-change`, sent).catch(() => undefined);
  await expect.poll(() => own.log.find(({ route }) => route === '/v1/slow-change')).toMatchObject({ status: 499 });
  await expect.poll(() => changed, { timeout: 10_000 }).toBe(1);
  await own.close();
});

describe('dear questions', () => {
  test('leave connections to whoever asks by id or writes, and their own share to other callers', async () => {
    const own = await slowApp();
    const gone = new AbortController();
    const sent = { headers: await headers(), signal: gone.signal };
    const refused: { status: number; body: object }[] = [];
    const asked = Array.from({ length: 100 }, async () => {
      const answer = await fetch(`${own.url}/v1/dear`, sent).catch(() => undefined);
      if (answer !== undefined) refused.push({ status: answer.status, body: (await answer.json()) as object });
    });
    await expect.poll(() => refused.length, { timeout: 10_000 }).toBeGreaterThan(30);
    expect(await running()).toBe(1);
    const other = fetch(`${own.url}/v1/dear`, { headers: await headers(), signal: gone.signal }).catch(() => undefined);
    await expect.poll(running, { timeout: 10_000 }).toBe(2);
    const claim = await room.claim();
    expect((await room.get(`/v1/claims/${claim.id}`)).id).toBe(claim.id);
    gone.abort();
    await other;
    await Promise.all(asked);
    for (const answer of refused)
      expect(answer).toMatchObject({ status: 429, body: { type: '/problems/too-many-requests' } });
    await expect.poll(running, { timeout: 10_000 }).toBe(0);
    await own.close();
  });
});
