import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sendVersioned } from '../../src/http/preconditions.ts';
import { type Client, openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

let ledger: TestLedger;
let http: Client;
let headers: Record<string, string>;

beforeAll(async () => {
  ledger = await openLedger();
  http = ledger.http;
  headers = { authorization: `Bearer ${await ledger.key('admin')}` };
});
afterAll(() => ledger.close());

const get = (url: string, more: Record<string, string> = {}) => http.get(url).set({ ...headers, ...more });

async function newTopic(name = `Topic ${Math.random()}`) {
  const answer = await http.post('/v1/topics').set(headers).send({ name });
  expect(answer.status).toBe(201);
  return answer;
}

const patch = (url: string, payload: object, more: Record<string, string> = {}) =>
  http
    .patch(url)
    .set({ ...headers, 'if-match': '*', ...more })
    .send(payload);

describe('X-Request-Id', () => {
  test('comes back as it came, on errors too', async () => {
    for (const url of ['/health/live', '/nowhere', '/v1/topics', '/%zz']) {
      const answer = await http.get(url).set('x-request-id', 'desk-7.a_b~c');
      expect([url, answer.headers['x-request-id']]).toEqual([url, 'desk-7.a_b~c']);
    }
  });

  test('is made anew where none came, or none that can be taken', async () => {
    for (const sent of [undefined, '', 'a b', 'x'.repeat(129), 'ä', '"><script>']) {
      const answer = await get('/health/live', sent === undefined ? {} : { 'x-request-id': sent });
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
    }
  });
});

describe('versions', () => {
  test('the ETag is the version, and If-None-Match that knows it is answered with 304', async () => {
    const { headers: made } = await newTopic();
    const url = String(made.location);
    expect((await get(url)).headers.etag).toBe('"1"');
    for (const known of ['"1"', 'W/"1"', '*', '"0", W/"1" ,"2"']) {
      const answer = await get(url, { 'if-none-match': known });
      expect([known, answer.status, answer.text, answer.headers.etag]).toEqual([known, 304, '', '"1"']);
    }
    expect((await get(url, { 'if-none-match': '"2"' })).status).toBe(200);
  });

  test('If-Match takes the version alone, with a digest, in a list, or *', async () => {
    const url = String((await newTopic()).headers.location);
    let version = 1;
    for (const sent of ['"1"', '"2.abcDEF-_09"', '"9" , "3"', '*']) {
      const answer = await patch(url, { description: `after ${sent}` }, { 'if-match': sent });
      version += 1;
      expect([sent, answer.status, answer.headers.etag]).toEqual([sent, 200, `"${version}"`]);
    }
  });

  test('If-Match with a foreign, weak or later tag is stale, and without quotes malformed', async () => {
    const url = String((await newTopic()).headers.location);
    for (const sent of ['"abc"', 'W/"1"', '"2"', '"99999999999"', '""']) {
      expect([sent, (await patch(url, { name: 'x' }, { 'if-match': sent })).status]).toEqual([sent, 412]);
    }
    for (const sent of ['1', '', '"1', '"1" "2"', '*, "1"']) {
      expect([sent, (await patch(url, { name: 'x' }, { 'if-match': sent })).status]).toEqual([sent, 400]);
    }
  });

  test('of two changes of one version at the same time, one wins and one is stale', async () => {
    const url = String((await newTopic()).headers.location);
    const both = ['left', 'right'].map((name) => patch(url, { name }, { 'if-match': '"1"' }));
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await get(url)).headers.etag).toBe('"2"');
  });

  test('an answer with derived fields has a digest of its bytes in its tag; JSON text goes out as it is', async () => {
    const own = await secondApp(ledger, (server) => {
      server.get('/test/:text', { config: { scope: 'public' }, schema: { hide: true } }, (request, reply) => {
        const { text } = request.params as { text: string };
        const body = `{"text": "${text}"}`;
        return sendVersioned(request, reply, { body, version: 7, derived: body });
      });
    });
    const [a, b] = [await own.http.get('/test/a'), await own.http.get('/test/b')];
    expect(a.text).toBe('{"text": "a"}');
    expect(a.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(a.headers.etag).toMatch(/^"7\.[A-Za-z0-9_-]{16}"$/);
    expect(a.headers.etag).not.toBe(b.headers.etag);
    await own.close();
  });
});

describe('merge patches', () => {
  test('come as application/merge-patch+json or application/json; null removes', async () => {
    const url = String((await newTopic()).headers.location);
    for (const type of [
      'application/merge-patch+json',
      'application/json',
      'application/merge-patch+json; charset=utf-8',
    ]) {
      expect((await patch(url, { description: 'There' }, { 'content-type': type })).body.description).toBe('There');
      expect((await patch(url, { description: null }, { 'content-type': type })).body.description ?? null).toBeNull();
    }
  });

  test('what they may not remove or do not know is told by a pointer into the patch', async () => {
    const url = String((await newTopic()).headers.location);
    for (const [payload, pointer] of [
      [{ name: null }, '/name'],
      [{ nam: 'x' }, '/nam'],
      [{ name: '' }, '/name'],
    ] as const) {
      const answer = await patch(url, payload);
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, pointer]);
    }
  });
});

describe('lists', () => {
  test('are walked by the cursor and by Link, each row once', async () => {
    const made: string[] = [];
    for (let i = 0; i < 5; i += 1) made.push((await newTopic(`Walk ${i}`)).body.id);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const answer = await get(`/v1/topics?limit=2${cursor && `&cursor=${cursor}`}`);
      const { data, page } = answer.body as {
        data: { id: string }[];
        page: { nextCursor: string | null; hasMore: boolean };
      };
      seen.push(...data.map(({ id }) => id));
      expect(page.hasMore).toBe(page.nextCursor !== null);
      const next = page.nextCursor === null ? '' : `</v1/topics?limit=2&cursor=${page.nextCursor}>; rel="next", `;
      expect(answer.headers.link).toBe(`${next}</v1/topics?limit=2>; rel="first"`);
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(made));
  });

  test('refuse a cursor that is broken or of another list', async () => {
    await newTopic();
    await newTopic();
    const { nextCursor } = (await get('/v1/topics?limit=1')).body.page;
    for (const cursor of ['x', `${nextCursor}x`, nextCursor.slice(1), '%00', 'e30']) {
      const answer = await get(`/v1/topics?limit=1&cursor=${cursor}`);
      expect([cursor, answer.status, answer.body.errors?.[0].parameter]).toEqual([cursor, 400, 'cursor']);
    }
    expect((await get(`/v1/keys?cursor=${nextCursor}`)).body.errors[0].parameter).toBe('cursor');
  });

  test('take a limit from 1 to 1000', async () => {
    for (const limit of ['0', '1001', '-1', '1.5', '1e2', '0x10', '', ' 5', '5&limit=6']) {
      const answer = await get(`/v1/topics?limit=${limit}`);
      expect([limit, answer.status, answer.body.errors?.[0].parameter]).toEqual([limit, 400, 'limit']);
    }
  });
});

describe('nothing unknown is taken', () => {
  test('every documented route has a strict query, strict parameters and a strict body', () => {
    for (const { method, url, schema } of ledger.app.routeTable.filter((route) => !route.schema.hide)) {
      for (const part of ['querystring', 'params', 'body'] as const) {
        const given = schema[part];
        if (given === undefined) {
          expect([method, url, part === 'querystring' || (part === 'params' && url.includes(':'))]).toEqual([
            method,
            url,
            false,
          ]);
        } else {
          expect([method, url, part, isStrict(given)]).toEqual([method, url, part, true]);
        }
      }
    }
  });

  test('a query parameter, a body where none is taken', async () => {
    for (const url of ['/v1/topics?lmit=5', '/health/live?x=1', '/v1/keys/some-key?x']) {
      const answer = await get(url);
      expect([url, answer.status, answer.body.errors.length]).toEqual([url, 400, 1]);
    }
    const revoke = (payload?: object) =>
      http
        .post('/v1/keys/no-such-key/revoke')
        .set({ ...headers, 'if-match': '*' })
        .send(payload);
    expect((await revoke({ x: 1 })).status).toBe(400);
    expect((await revoke({})).status).toBe(404);
    expect((await revoke()).status).toBe(404);
  });
});

/** Whether an object schema refuses members that it does not name; of a union or a wrapped schema, every part must. */
function isStrict(schema: unknown): boolean {
  if (schema instanceof z.ZodObject) return schema.def.catchall instanceof z.ZodNever;
  if (schema instanceof z.ZodUnion) return schema.options.every(isStrict);
  if (schema instanceof z.ZodPipe) return isStrict(schema.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return isStrict(schema.unwrap());
  return false;
}

describe('the rest of the surface', () => {
  test('the OpenAPI document and Swagger UI are served, and need nothing from elsewhere', async () => {
    const document = (await http.get('/openapi.json')).body;
    expect(document.openapi).toMatch(/^3\.1\./);
    const page = await http.get('/docs/');
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    for (const [, asset] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(asset).not.toMatch(/^(https?:)?\/\//);
      expect((await http.get(new URL(String(asset), 'http://x/docs/').pathname)).status).toBe(200);
    }
  });

  test('metrics count requests by route pattern; health says ready', async () => {
    await get('/v1/topics/no-topic-of-this-name');
    const { text: body } = await http.get('/metrics');
    expect(body).toContain('http_request_duration_seconds_count{method="GET",route="/v1/topics/:topic",status="404"}');
    expect(body).not.toContain('no-topic-of-this-name');
    expect(body).toMatch(/^database_pool_connections\{state="idle"\} \d/m);
    expect((await http.get('/health/ready')).body).toEqual({ status: 'ok' });
  });

  test('health is not ready while a migration is pending, and when the database does not answer', async () => {
    for (const pendingMigrations of [async () => ['20990101_future'], async () => Promise.reject(new Error('gone'))]) {
      const own = await secondApp(ledger, () => {}, { pendingMigrations });
      expect((await own.http.get('/health/ready')).body).toMatchObject({ type: '/problems/unavailable', status: 503 });
      expect((await own.http.get('/health/live')).status).toBe(200);
      await own.close();
    }
  });

  test('one line of log a request, with the pattern and the name of the key, and no secret', async () => {
    const own = await secondApp(ledger);
    const url = '/v1/topics/some-secret-slug?secret=query';
    await own.http.get(url).set({ ...headers, 'x-request-id': 'line-1' });
    const lines = own.log.filter(({ requestId }) => requestId === 'line-1');
    expect(lines).toMatchObject([
      { msg: 'request', method: 'GET', route: '/v1/topics/:topic', status: 400, key: 'test', ms: expect.any(Number) },
    ]);
    expect(JSON.stringify(own.log)).not.toMatch(/secret|orec_/);
    await own.close();
  });
});
