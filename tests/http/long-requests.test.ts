import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

const CONNECTION_TIMEOUT_MS = 500;
const PAPER = [{ slug: 'paper', name: 'Paper', kind: 'outlet' }];

let ledger: TestLedger;
let service: Awaited<ReturnType<typeof secondApp>>;
let authorization: string;

beforeAll(async () => {
  ledger = await openLedger();
  authorization = `Bearer ${await ledger.key('write')}`;
  service = await secondApp(ledger, (app) => {
    app.get('/v1/test/long', { config: { scope: 'read' }, schema: { hide: true } }, async () => {
      await sleep(CONNECTION_TIMEOUT_MS * 4);
      return { done: true };
    });
  });
  service.app.server.setTimeout(CONNECTION_TIMEOUT_MS);
});
afterAll(async () => {
  await service.close();
  await ledger.close();
});

test('a request that is worked on for longer than a connection may be idle is answered', async () => {
  const answer = await fetch(`${service.url}/v1/test/long`, { headers: { authorization } });
  expect([answer.status, await answer.json()]).toEqual([200, { done: true }]);
});

test.each([['nothing', '']])('a connection on which %s was sent is closed when it is idle', async (_what, sent) => {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  socket.write(sent);
  socket.resume();
  await once(socket, 'close');
});

test('an import whose client is gone stops after the bundle at hand and says so; a repeat takes in the rest', async () => {
  const lines = Array.from({ length: 300 }, (_, n) =>
    JSON.stringify({ report: { title: `R ${n}`, outlet: 'paper' }, sources: PAPER }),
  );
  const send = (signal?: AbortSignal) =>
    fetch(`${service.url}/v1/imports?name=left`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-ndjson', 'idempotency-key': 'left' },
      body: lines.join('\n'),
      ...(signal === undefined ? {} : { signal }),
    });
  const receipts = async () =>
    (await ledger.http.get('/v1/imports?name=left').set({ authorization })).body.data as Record<string, unknown>[];
  const client = new AbortController();
  const left = send(client.signal).catch(() => undefined);
  await expect.poll(async () => (await receipts())[0]?.bundles, { timeout: 20_000, interval: 5 }).toBeGreaterThan(0);
  expect((await send()).status).toBe(409);
  client.abort();
  await left;
  await expect
    .poll(receipts, { timeout: 20_000 })
    .toMatchObject([{ finishedAt: null, stopped: expect.stringContaining('client went away') }]);
  expect((await receipts())[0]?.bundles).toBeLessThan(lines.length);

  await expect.poll(async () => (await send()).status, { timeout: 60_000 }).toBe(201);
  expect((await receipts())[0]).toMatchObject({ bundles: lines.length, failed: 0, stopped: null });
}, 90_000);
