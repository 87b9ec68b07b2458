import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Connection, openConnection, requestText } from '../factories/connection.ts';
import { openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

const BUNDLE = readFileSync(new URL('../../examples/spare.bundle.json', import.meta.url), 'utf8');

let ledger: TestLedger;
let service: Awaited<ReturnType<typeof openService>>;
let writer: Record<string, string>;
let connection: Connection;
/** What the slow route waits for. */
let gate = Promise.resolve();

/** A service that has a slow route, too, and tells the ids of the requests that it has begun. */
async function openService() {
  const begun = new Set<string>();
  const own = await secondApp(ledger, (app) => {
    app.addHook('preParsing', async (request) => void begun.add(request.id));
    app.get('/test/slow', { config: { scope: 'public' }, schema: { hide: true } }, async () => {
      await gate;
      return { slow: true };
    });
  });
  return { ...own, begun };
}

beforeAll(async () => {
  ledger = await openLedger();
  service = await openService();
  writer = { Authorization: `Bearer ${await ledger.key('write')}`, 'Content-Type': 'application/json' };
});
beforeEach(async () => {
  connection = await openConnection(service.url);
  return () => connection.cut();
});
afterAll(async () => {
  await service.close();
  await ledger.close();
});

/** Shuts the slow route, and gives what opens it. */
function shutGate(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  gate = promise;
  return resolve;
}

const postTopic = (name: string, headers: Record<string, string> = {}) =>
  requestText('POST /v1/topics', { ...writer, ...headers }, JSON.stringify({ name }));

const rows = async (table: string) =>
  Number((await ledger.database.pool.query(`SELECT count(*) FROM ${table}`)).rows[0].count);

describe('a connection is kept', () => {
  test('for one request after the other', async () => {
    connection.send(postTopic('Kept open'));
    const made = await connection.answer();
    expect([made.status, made.headers.connection, made.headers['keep-alive']]).toEqual([
      201,
      'keep-alive',
      'timeout=72',
    ]);
    connection.send(requestText(`GET ${made.headers.location}`, writer));
    expect(JSON.parse((await connection.answer()).text)).toMatchObject({ name: 'Kept open' });
    connection.send(requestText(`GET ${made.headers.location}`, { ...writer, 'If-None-Match': '"1"' }));
    expect(await connection.answer()).toMatchObject({ status: 304, text: '' });
    connection.send(requestText('GET /health/live'));
    expect((await connection.answer()).status).toBe(200);
  });

  const large = JSON.stringify({ name: 'x'.repeat(1024 * 1024) });
  const chunked = (...chunks: string[]) =>
    `${[...chunks, ''].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}`;
  test.each<[what: string, status: number, request: () => string]>([
    ['no key', 401, () => requestText('POST /v1/topics', { 'Content-Type': 'application/json' }, large)],
    ['a key that may not', 403, () => requestText('POST /v1/keys', writer, large)],
    ['an unknown address', 404, () => requestText('POST /v1/nowhere', writer, large)],
    ['another method', 405, () => requestText('PUT /v1/topics', writer, large)],
    ['a broken encoding in the path', 400, () => requestText('POST /v1/%zz', writer, large)],
    ['broken JSON', 400, () => requestText('POST /v1/topics', writer, '{"name":')],
    ['a body that says too little', 400, () => requestText('POST /v1/topics', writer, '{}')],
    ['another type', 415, () => requestText('POST /v1/topics', { ...writer, 'Content-Type': 'text/plain' }, large)],
    ['an encoding', 415, () => requestText('POST /v1/topics', { ...writer, 'Content-Encoding': 'gzip' }, '{}')],
    ['a body that is too large', 413, () => requestText('POST /v1/topics', writer, large)],
    [
      'a body that turns out too large',
      413,
      () => requestText('POST /v1/topics', { ...writer, 'Transfer-Encoding': 'chunked' }) + chunked(large, large),
    ],
  ])('after the refusal of %s (%i), and the body is not taken for a request', async (_what, status, request) => {
    connection.send(request());
    expect((await connection.answer()).status).toBe(status);
    connection.send(requestText('GET /health/live'));
    expect((await connection.answer()).status).toBe(200);
  });

  test('unless its client wants it closed', async () => {
    connection.send(requestText('GET /health/live', { Connection: 'close' }));
    expect(await connection.answer()).toMatchObject({ status: 200, headers: { connection: 'close' } });
    expect(await connection.closed).toBe('');
    const old = await openConnection(service.url);
    old.send('GET /health/live HTTP/1.0\r\n\r\n');
    expect((await old.answer()).status).toBe(200);
    expect(await old.closed).toBe('');
  });
});

describe('a service that stops', () => {
  test('finishes what is under way, answers what still comes with 503, and closes every connection', async () => {
    const own = await openService();
    const [underWay, half, idle, silent] = [
      await openConnection(own.url),
      await openConnection(own.url),
      await openConnection(own.url),
      await openConnection(own.url),
    ];
    const open = shutGate();
    half.send('GET /health/live HTTP/1.1\r\n');
    idle.send(requestText('GET /health/live'));
    expect((await idle.answer()).status).toBe(200);
    underWay.send(requestText('GET /test/slow', { 'X-Request-Id': 'under-way' }));
    await expect.poll(() => own.begun.has('under-way')).toBe(true);
    const told = performance.now();
    const stopped = own.close();
    expect([await idle.closed, await silent.closed]).toEqual(['', '']);
    half.send('Host: x\r\n\r\n');
    const refused = await half.answer();
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1', connection: 'close' } });
    expect(JSON.parse(refused.text).type).toBe('/problems/unavailable');
    open();
    expect(await underWay.answer()).toMatchObject({
      status: 200,
      headers: { connection: 'close' },
      text: '{"slow":true}',
    });
    await stopped;
    expect(performance.now() - told).toBeLessThan(2000);
  });
});

describe('an upload that is cut off', () => {
  const lines = `${JSON.stringify(JSON.parse(BUNDLE))}\n`.repeat(2);
  const begin = (body: string) => body.slice(0, body.indexOf('\n') + 1);
  const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
  const ways: [where: string, way: (body: string) => [length: Record<string, string>, part: string]][] = [
    ['short of its length', (body) => [{ 'Content-Length': `${Buffer.byteLength(body)}` }, begin(body)]],
    ['between two chunks', (body) => [{ 'Transfer-Encoding': 'chunked' }, chunk(begin(body))]],
  ];

  test.each(
    ['application/json', 'application/x-ndjson'].flatMap((type) =>
      ways.flatMap(([where, way]) => (['cut', 'end'] as const).map((end) => [type, where, end, way] as const)),
    ),
  )('%s, %s (%s), leaves nothing behind, and its Idempotency-Key is free', async (type, where, end, way) => {
    const id = [type.replace('/', '.'), ...where.split(' '), end].join('-');
    const headers = { ...writer, 'Content-Type': type, 'Idempotency-Key': id };
    const body = type === 'application/json' ? BUNDLE : lines;
    const left = async () => [await rows('changes'), await rows('imports'), await rows('idempotency_records')];
    const before = await left();
    const [length, part] = way(body);
    connection.send(requestText('POST /v1/imports', { ...headers, ...length, 'X-Request-Id': id }) + part);
    await expect.poll(() => service.begun.has(id)).toBe(true);
    connection[end]();
    await connection.closed;
    await expect
      .poll(() => service.log.filter(({ requestId }) => requestId === id))
      .toMatchObject([{ msg: 'request', status: 499, cut: true }]);
    expect(await left()).toEqual(before);
    const again = await openConnection(service.url);
    again.send(requestText('POST /v1/imports', headers, body));
    const { status, headers: heard } = await again.answer();
    expect([status, heard['idempotency-replayed']]).toEqual([201, undefined]);
    again.cut();
  });

  test('hears so where it can still hear', async () => {
    connection.send(`${requestText('POST /v1/topics', { ...writer, 'Content-Length': '100' })}{"name":`);
    connection.end();
    const answer = await connection.answer();
    expect(answer).toMatchObject({ status: 400, headers: { connection: 'close' } });
    expect(JSON.parse(answer.text).detail).toContain('ended before');
  });
});

describe('a client that is gone before its answer', () => {
  test.each(['cut', 'end'] as const)(
    '(%s) finds what it sent done, once, and the answer under its key',
    async (end) => {
      const request = postTopic(`Gone by ${end}`, { 'Idempotency-Key': `gone-${end}`, 'X-Request-Id': `gone-${end}` });
      const holder = await ledger.database.pool.connect();
      await holder.query('BEGIN');
      await holder.query('SELECT ledger_now()');
      connection.send(request);
      await expect.poll(() => service.begun.has(`gone-${end}`)).toBe(true);
      connection[end]();
      expect(await connection.closed).toBe('');
      await expect
        .poll(() => service.log.filter(({ requestId }) => requestId === `gone-${end}`))
        .toMatchObject([{ msg: 'request', status: 499, cut: true }]);
      await holder.query('ROLLBACK');
      holder.release();
      const again = async () => {
        const { status, headers } = await service.http
          .post('/v1/topics')
          .set({ ...writer, 'idempotency-key': `gone-${end}` })
          .send(`{"name":"Gone by ${end}"}`);
        return [status, headers['idempotency-replayed']];
      };
      await expect.poll(again).toEqual([201, 'true']);
      const { rows: made } = await ledger.database.pool.query('SELECT id FROM topics WHERE name = $1', [
        `Gone by ${end}`,
      ]);
      expect(made).toHaveLength(1);
    },
  );
});

describe('Expect: 100-continue', () => {
  const waiting = { Expect: '100-continue', 'Content-Length': '20' };

  test('is told to go on before the body is sent, and then answered', async () => {
    connection.send(requestText('POST /v1/topics', { ...writer, ...waiting }));
    expect(await connection.answer()).toEqual({ status: 100, headers: {}, text: '' });
    connection.send('{"name":"Continued"}');
    expect(await connection.answer()).toMatchObject({ status: 201, headers: { connection: 'keep-alive' } });
    connection.send(requestText('GET /health/live'));
    expect((await connection.answer()).status).toBe(200);
  });

  test.each<[what: string, status: number, line: string, headers: () => Record<string, string>]>([
    ['without a key', 401, 'POST /v1/topics', () => ({ 'Content-Type': 'application/json' })],
    ['with a key that may not', 403, 'POST /v1/keys', () => writer],
    ['to an unknown address', 404, 'POST /v1/nowhere', () => writer],
    ['with another method', 405, 'PUT /v1/topics', () => writer],
    ['with a body that is too large', 413, 'POST /v1/topics', () => ({ ...writer, 'Content-Length': '2000000' })],
    ['with a body of another type', 415, 'POST /v1/topics', () => ({ ...writer, 'Content-Type': 'text/plain' })],
  ])('%s is refused (%i) without its body', async (_what, status, line, headers) => {
    connection.send(requestText(line, { ...waiting, ...headers() }));
    const answer = await connection.answer();
    expect(answer).toMatchObject({
      status,
      headers: { connection: 'close', 'content-type': 'application/problem+json' },
    });
    expect(await connection.closed).toBe('');
  });

  test('any other expectation is refused, with its header', async () => {
    connection.send(requestText('POST /v1/topics', { ...writer, Expect: 'miracles' }, '{"name":"Expected"}'));
    const answer = await connection.answer();
    expect(JSON.parse(answer.text)).toMatchObject({ type: '/problems/malformed', errors: [{ header: 'Expect' }] });
    expect(await rows(`topics WHERE name = 'Expected'`)).toBe(0);
  });
});

describe('requests sent without waiting for answers', () => {
  test('are answered in their order, however long the first takes', async () => {
    const open = shutGate();
    const slow = requestText('GET /test/slow');
    connection.send(slow + postTopic('Sent at once', { 'X-Request-Id': 'second' }) + requestText('GET /health/live'));
    await expect.poll(() => rows(`topics WHERE name = 'Sent at once'`)).toBe(1);
    open();
    expect(await connection.answer()).toMatchObject({ status: 200, text: '{"slow":true}' });
    expect(await connection.answer()).toMatchObject({ status: 201, headers: { 'x-request-id': 'second' } });
    expect(await connection.answer()).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  });

  test('forty writes are forty answers, each its own', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `Pipelined ${index}`);
    connection.send(names.map((name) => postTopic(name)).join(''));
    for (const name of names) expect(JSON.parse((await connection.answer()).text)).toMatchObject({ name });
  });

  test('one that is no HTTP is refused after those before it were answered', async () => {
    const open = shutGate();
    connection.send(`${requestText('GET /test/slow', { 'X-Request-Id': 'before-noise' })}HELO newsroom\r\n\r\n`);
    await expect.poll(() => service.begun.has('before-noise')).toBe(true);
    open();
    expect(await connection.answer()).toMatchObject({ status: 200, text: '{"slow":true}' });
    expect(await connection.answer()).toMatchObject({ status: 400, headers: { connection: 'close' } });
    expect(await connection.closed).toBe('');
  });
});
