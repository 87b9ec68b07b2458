import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemSchema } from '../../src/http/problem.ts';
import { openConnection } from '../factories/connection.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let key: string;

beforeAll(async () => {
  ledger = await openLedger();
  key = await ledger.key('admin');
});
afterAll(() => ledger.close());

const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  ledger.http
    .post('/v1/topics')
    .set({ authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers })
    .send(payload);

/** The problem that bytes are answered with before the connection is closed. */
async function refusalOf(bytes: string) {
  const connection = await openConnection(ledger.url);
  connection.send(bytes);
  const { status, headers, text } = await connection.answer();
  expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'x-request-id': expect.any(String) });
  const problem = problemSchema.parse(JSON.parse(text));
  expect(problem.status).toBe(status);
  expect(await connection.closed).toBe('');
  return problem;
}

describe('bodies that cannot be kept', () => {
  test.each([
    ['a NUL character', '{"name":"a\\u0000b"}', '/name'],
    ['half a surrogate pair', '{"name":"\\ud800"}', '/name'],
    ['the other half', '{"name":"x\\uDC00y"}', '/name'],
    ['a NUL in a name', '{"name":"x","a\\u0000":1}', '/a\0'],
    ['deep inside', '{"name":[{"x/y":["\\u0000"]}]}', '/name/0/x~1y/0'],
    ['__proto__', '{"name":"x","__proto__":{"admin":true}}', '/__proto__'],
    ['__proto__ in disguise', '{"name":"x","\\u005f_proto__":{"admin":true}}', '/__proto__'],
    ['constructor.prototype', '{"name":"x","constructor":{"prototype":{}}}', '/constructor'],
  ])('%s is malformed, with its pointer', async (_what, body, pointer) => {
    const answer = await post(body);
    expect([answer.status, answer.body.errors]).toMatchObject([400, [{ pointer }]]);
  });

  test.each([
    ['broken JSON', '{"name":'],
    ['nothing', ''],
    ['null', 'null'],
    ['a text', '"name"'],
    ['bytes that are not UTF-8', Buffer.from('{"name":"\xff\xfe"}', 'latin1')],
    ['UTF-16', Buffer.from('{"name":"x"}', 'utf16le')],
  ])('%s is malformed', async (_what, body) => {
    const answer = await post(body);
    expect([answer.status, answer.body.type]).toEqual([400, '/problems/malformed']);
  });

  test('broken JSON is told by line and column, and not repeated', async () => {
    const { detail } = (await post('{\n  "name": "hunter2" oops\n}')).body;
    expect(detail).toContain('line 2, column 21');
    expect(detail).not.toContain('hunter2');
  });

  test('hundred thousand brackets are malformed, and the service lives', async () => {
    for (const deep of [
      '['.repeat(100_000) + ']'.repeat(100_000),
      `{"name":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
    ]) {
      expect((await post(deep)).status).toBe(400);
      expect((await post(deep.replace('1', '"\\u0000"'))).status).toBe(400);
    }
  });

  test('ten megabytes are too large, and the client hears it while it still sends', async () => {
    const answer = await post(JSON.stringify({ name: 'x'.repeat(10 * 1024 * 1024) }));
    expect([answer.status, problemSchema.parse(answer.body).type]).toEqual([413, '/problems/too-large']);
  });
});

describe('addresses', () => {
  const get = (url: string) => ledger.http.get(url).set('authorization', `Bearer ${key}`);

  test('a NUL or a broken encoding in the path or the query is malformed', async () => {
    for (const url of [
      '/v1/topics/a%00b',
      '/v1/topics?limit=%00',
      '/v1/topics?cursor=a%00',
      '/v1/topics/%zz',
      '/v1/topics/%ff',
      '/v1/topics?cursor=%zz',
    ]) {
      const answer = await get(url);
      expect([url, answer.status, answer.body.type]).toEqual([url, 400, '/problems/malformed']);
    }
  });

  test('a part of the path that is too long is malformed', async () => {
    expect((await get(`/v1/topics/${'a'.repeat(2000)}`)).body.type).toBe('/problems/malformed');
  });

  test('the names of every object are no query parameters', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect([name, (await get(`/v1/topics?${name}=1`)).status]).toEqual([name, 400]);
      expect([name, (await get(`/v1/topics/${name}`)).status]).toEqual([name, name === 'constructor' ? 404 : 400]);
    }
  });
});

describe('names as people write them', () => {
  test.each([
    "Robert'); DROP TABLE topics;--",
    'שלום עולם \u202e مرحبا',
    'İstanbul / Iğdır',
    '👩‍👩‍👧‍👦 🏳️‍🌈',
    '<script>alert(1)</script>',
    '\\u0000 written out, and "__proto__"',
    '%s %d $(7*7) {{7*7}}',
  ])('%s comes back as it went in', async (name) => {
    const made = await post(JSON.stringify({ name }));
    expect([made.status, made.body.name]).toEqual([201, name]);
  });
});

describe('what is no HTTP', () => {
  test('is answered with a problem on the socket', async () => {
    expect(await refusalOf('HELO newsroom\r\n\r\n')).toMatchObject({ status: 400, type: '/problems/malformed' });
  });

  test('a head that is too large', async () => {
    const head = `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`;
    expect(await refusalOf(head)).toMatchObject({ status: 431, type: '/problems/too-large' });
  });

  test('a Content-Length that is no number, or not the length', async () => {
    const head = `POST /v1/topics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n`;
    expect((await refusalOf(`${head}Content-Length: many\r\n\r\n{}`)).status).toBe(400);
    expect((await refusalOf(`${head}Content-Length: 2\r\n\r\n{}`)).errors[0]?.pointer).toBe('/name');
  });

  test('a method that HTTP does not know', async () => {
    expect((await refusalOf('BREW / HTTP/1.1\r\nHost: x\r\n\r\n')).status).toBe(400);
  });

  test('a method that we do not know', async () => {
    expect((await refusalOf('PROPFIND /v1/topics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).status).toBe(405);
  });
});
