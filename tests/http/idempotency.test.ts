import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { completeIdempotency, LEASE_MS } from '../../src/database/answer.ts';
import { write } from '../../src/database/transaction.ts';
import { Problem } from '../../src/domain/problem.ts';
import { contextOf } from '../../src/http/context.ts';
import { sendAnswer } from '../../src/http/preconditions.ts';
import { openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

let ledger: TestLedger;
let service: Awaited<ReturnType<typeof secondApp>>;
let headers: Record<string, string>;
/** What the slow route of the test waits for, and how often it began. */
let gate: Promise<void>;
let begun = 0;

beforeAll(async () => {
  ledger = await openLedger();
  headers = { authorization: `Bearer ${await ledger.key('write')}` };
  service = await secondApp(ledger, (server) => {
    const schema = { hide: true, body: z.strictObject({ fail: z.boolean().default(false) }) };
    server.post('/v1/test/slow', { config: { scope: 'write', idempotent: true }, schema }, async (request, reply) => {
      begun += 1;
      const { fail } = request.body as { fail: boolean };
      const answer = await write(contextOf(request), async (transaction) => {
        await gate;
        if (fail) throw new Problem('rule-broken', 'It was to fail.');
        const kept = { status: 201, body: `{"begun":${begun}}` };
        await completeIdempotency(transaction, contextOf(request).idempotency, kept);
        return kept;
      });
      return sendAnswer(reply, answer);
    });
  });
});
afterAll(async () => {
  await service.close();
  await ledger.close();
});

const post = async (key: string, payload: object = {}, url = '/v1/topics') =>
  service.http
    .post(url)
    .set({ ...headers, 'idempotency-key': key })
    .send(payload);

const slow = (key: string, payload: object = {}) => post(key, payload, '/v1/test/slow');

const count = async (name: string) =>
  Number((await ledger.database.pool.query('select count(*) from topics where name = $1', [name])).rows[0].count);

describe('the same Idempotency-Key', () => {
  test('twenty times at once has one effect', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('twenty', { name: 'Twenty at once' })));
    expect(await count('Twenty at once')).toBe(1);
    const created = answers.filter(({ status }) => status === 201);
    expect(created.filter((answer) => answer.headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(new Set(created.map(({ text }) => text)).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(answer.body).toMatchObject({ type: '/problems/in-flight', status: 409 });
      expect(answer.headers['retry-after']).toBe('1');
    }
  });

  test('gets the first answer again, byte for byte, with its headers', async () => {
    const first = await post('again', { name: 'Again' });
    await service.http
      .patch(String(first.headers.location))
      .set({ ...headers, 'if-match': '*' })
      .send({ name: 'Changed' });
    const second = await post('again', { name: 'Again' });
    expect(second.text).toEqual(first.text);
    const { location, etag, 'content-type': type } = first.headers;
    expect(second.status).toBe(201);
    expect(second.headers).toMatchObject({ location, etag, 'content-type': type, 'idempotency-replayed': 'true' });
    expect(first.headers['idempotency-replayed']).toBeUndefined();
  });

  test('is refused for another body, another path, another query', async () => {
    await post('other', { name: 'Other' });
    for (const answer of [await post('other', { name: 'Another' }), await slow('other')]) {
      expect(answer.body).toMatchObject({ type: '/problems/idempotency-key-reused', status: 422 });
    }
  });

  test('of another caller is another key', async () => {
    await post('shared', { name: 'Shared one' });
    const other = { authorization: `Bearer ${await ledger.key('write')}`, 'idempotency-key': 'shared' };
    const answer = await service.http.post('/v1/topics').set(other).send({ name: 'Shared two' });
    expect(answer.status).toBe(201);
  });

  test('may come plain or as a quoted string; nothing else is one', async () => {
    await post('"quoted \\" key"', { name: 'Quoted' });
    expect((await post('"quoted \\" key"', { name: 'Quoted' })).headers['idempotency-replayed']).toBe('true');
    await post('plain', { name: 'Plain' });
    expect((await post('"plain"', { name: 'Plain' })).headers['idempotency-replayed']).toBe('true');
    for (const wrong of ['', 'two words', '"open', 'x'.repeat(256), 'schlüssel']) {
      expect((await post(wrong, { name: 'Wrong' })).body).toMatchObject({ errors: [{ header: 'Idempotency-Key' }] });
    }
  });
});

describe('a request that fails', () => {
  test('leaves no record, so that it may be tried again', async () => {
    gate = Promise.resolve();
    const before = begun;
    expect((await slow('failing', { fail: true })).status).toBe(422);
    expect((await slow('failing', { fail: true })).status).toBe(422);
    expect((await slow('failing')).status).toBe(201);
    expect(begun - before).toBe(3);
  });

  test('before its body was understood leaves none either', async () => {
    expect((await post('invalid', { nome: 'x' })).status).toBe(400);
    expect((await post('invalid', { name: 'Valid now' })).status).toBe(201);
  });
});

describe('a request whose service died', () => {
  test('and one that is only slow, is told apart: the slow one keeps its key for longer than a lease', async () => {
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const before = begun;
    const first = slow('long');
    await expect.poll(() => begun - before, { timeout: 20_000 }).toBe(1);
    await sleep(LEASE_MS + 1000);
    expect((await slow('long')).body).toMatchObject({ type: '/problems/in-flight' });
    open();
    expect((await first).status).toBe(201);
    expect(begun - before).toBe(1);
  });

  test('is taken over once its lease has run out, and the old attempt can no longer commit', async () => {
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const before = begun;
    const old = slow('taken-over');
    await expect.poll(() => begun - before, { timeout: 20_000 }).toBe(1);
    expect((await slow('taken-over')).status).toBe(409);
    // The old one, which lives, cannot renew its lease while the record is locked.
    const holder = await ledger.database.pool.connect();
    await holder.query('begin');
    await holder.query(`update idempotency_records set locked_until = now() - interval '1 s' where key = 'taken-over'`);
    const next = slow('taken-over');
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await ledger.database.pool.query(waiting)).rowCount, { timeout: 20_000 }).toBe(1);
    await holder.query('commit');
    holder.release();
    await expect.poll(() => begun - before, { timeout: 20_000 }).toBe(2);
    open();
    expect((await old).body).toMatchObject({ type: '/problems/in-flight' });
    expect((await next).status).toBe(201);
    expect((await slow('taken-over')).text).toBe((await next).text);
  });

  test('and one that is older than a day, begins anew', async () => {
    await post('old', { name: 'Old' });
    await ledger.database.pool.query(
      `update idempotency_records set created_at = now() - interval '25 h' where key = 'old'`,
    );
    expect((await post('old', { name: 'New' })).status).toBe(201);
  });
});
