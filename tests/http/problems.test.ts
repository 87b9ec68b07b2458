import type { Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '../../src/domain/problem.ts';
import { problemSchema } from '../../src/http/problem.ts';
import { PROBLEM_TYPES, PROBLEMS } from '../../src/http/problem-kinds.ts';
import { type Client, openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

let ledger: TestLedger;
let http: Client;
let admin: Record<string, string>;
let reader: Record<string, string>;

beforeAll(async () => {
  ledger = await openLedger();
  http = ledger.http;
  admin = { authorization: `Bearer ${await ledger.key('admin')}` };
  reader = { authorization: `Bearer ${await ledger.key('read')}` };
});
afterAll(() => ledger.close());

function expectProblem(answer: Response, type: keyof typeof PROBLEMS) {
  expect(answer.status).toBe(PROBLEMS[type].status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  const problem = problemSchema.parse(answer.body);
  expect(problem).toMatchObject({ type: `/problems/${type}`, status: answer.status, title: PROBLEMS[type].title });
  expect(problem.requestId).toBe(answer.headers['x-request-id']);
  return problem;
}

async function topic(headers = {}) {
  const name = `Topic ${Math.random()}`;
  return http
    .post('/v1/topics')
    .set({ ...admin, ...headers })
    .send({ name });
}

describe('each problem is answered where it belongs', () => {
  test('malformed: every place that is wrong is named', async () => {
    const payload = { nam: 'x', name: 7 };
    const answer = await http.post('/v1/topics').set(admin).send(payload);
    const { errors } = expectProblem(answer, 'malformed');
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/nam', '/name']);
  });

  test('unauthenticated: without a key, and with a wrong one', async () => {
    const none = await http.get('/v1/topics');
    expectProblem(none, 'unauthenticated');
    expect(none.headers['www-authenticate']).toBe('Bearer realm="onrecord"');
    const headers = { authorization: `Bearer orec_${'x'.repeat(43)}` };
    const wrong = await http.get('/v1/topics').set(headers);
    expectProblem(wrong, 'unauthenticated');
    expect(wrong.headers['www-authenticate']).toBe('Bearer realm="onrecord", error="invalid_token"');
  });

  test('forbidden: the scope that is needed is named', async () => {
    const answer = await http.post('/v1/topics').set(reader).send({ name: 'x' });
    expect(expectProblem(answer, 'forbidden').detail).toContain('"write"');
  });

  test('not-found: an unknown address and an unknown thing', async () => {
    expectProblem(await http.get('/v2/topics'), 'not-found');
    expectProblem(await http.get('/v1/topics/').set(admin), 'not-found');
    expectProblem(await http.get('/v1/topics/nothing-here').set(admin), 'not-found');
  });

  test('method-not-allowed: `Allow` lists the methods', async () => {
    const answer = await http.delete('/v1/topics').set(admin);
    expectProblem(answer, 'method-not-allowed');
    expect(answer.headers.allow).toBe('GET, HEAD, POST');
  });

  test('conflict: a name that is taken', async () => {
    const payload = { name: 'Taken', slug: 'taken' };
    await http.post('/v1/topics').set(admin).send(payload);
    const answer = await http.post('/v1/topics').set(admin).send(payload);
    expect(expectProblem(answer, 'conflict').errors[0]?.pointer).toBe('/slug');
  });

  test('stale: another version than If-Match says', async () => {
    const { id } = (await topic()).body;
    const headers = { ...admin, 'if-match': '"9"' };
    expectProblem(await http.patch(`/v1/topics/${id}`).set(headers).send({ name: 'x' }), 'stale');
  });

  test('precondition-required: no If-Match', async () => {
    const { id } = (await topic()).body;
    const answer = await http.patch(`/v1/topics/${id}`).set(admin).send({ name: 'x' });
    expect(expectProblem(answer, 'precondition-required').errors).toMatchObject([{ header: 'If-Match' }]);
  });

  test('too-large: more than a mebibyte', async () => {
    const payload = { name: 'x'.repeat(1024 * 1024) };
    const answer = await http.post('/v1/topics').set(admin).send(payload);
    expect(expectProblem(answer, 'too-large').detail).toContain('1048576');
  });

  test('unsupported-media-type: another type, an encoding, none', async () => {
    const post = (headers: Record<string, string>) =>
      http
        .post('/v1/topics')
        .set({ ...admin, ...headers })
        .send('{"name":"x"}');
    expectProblem(await post({ 'content-type': 'text/plain' }), 'unsupported-media-type');
    expectProblem(
      await post({ 'content-type': 'application/json', 'content-encoding': 'gzip' }),
      'unsupported-media-type',
    );
  });

  test('rule-broken: a key that would have expired already', async () => {
    const payload = { name: 'old', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' };
    const answer = await http.post('/v1/keys').set(admin).send(payload);
    expect(expectProblem(answer, 'rule-broken').errors[0]?.pointer).toBe('/expiresAt');
  });

  test('idempotency-key-reused: the same key for another body', async () => {
    await topic({ 'idempotency-key': 'problem-reused' });
    expectProblem(await topic({ 'idempotency-key': 'problem-reused' }), 'idempotency-key-reused');
  });

  test('too-many-requests: after 60 wrong keys of an address', async () => {
    const own = await secondApp(ledger);
    const attempt = () => own.http.get('/v1/topics').set('authorization', 'Bearer orec_wrong');
    for (let i = 0; i < 60; i += 1) expectProblem(await attempt(), 'unauthenticated');
    const refused = await attempt();
    expectProblem(refused, 'too-many-requests');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    const elsewhere = await own.app.inject({ url: '/v1/topics', headers: reader, remoteAddress: '192.0.2.8' });
    expect(elsewhere.statusCode).toBe(200);
    await own.close();
  });
});

describe('problems that the modules raise are answered with their headers', () => {
  let own: Awaited<ReturnType<typeof secondApp>>;
  beforeAll(async () => {
    own = await secondApp(ledger, (server) => {
      server.get('/test/:type', { config: { scope: 'public' }, schema: { hide: true } }, async (request) => {
        const { type } = request.params as { type: 'fault' | 'in-flight' | 'unavailable' | 'still-referred-to' };
        if (type === 'fault') throw new Error('the password of the database is hunter2');
        throw new Problem(type, 'Not now.', { retryAfterSeconds: 7, extensions: { references: { claims: 2 } } });
      });
    });
  });
  afterAll(() => own.close());

  test('in-flight and unavailable carry Retry-After', async () => {
    for (const type of ['in-flight', 'unavailable'] as const) {
      const answer = await own.http.get(`/test/${type}`);
      expectProblem(answer, type);
      expect(answer.headers['retry-after']).toBe('7');
    }
  });

  test('still-referred-to carries its counts', async () => {
    const answer = await own.http.get('/test/still-referred-to');
    expect(expectProblem(answer, 'still-referred-to').references).toEqual({ claims: 2 });
  });

  test('internal never tells what happened inside', async () => {
    const answer = await own.http.get('/test/fault');
    expectProblem(answer, 'internal');
    expect(answer.text).not.toContain('hunter2');
    const line = own.log.find(({ msg }) => msg === 'request failed');
    expect(line).toMatchObject({
      requestId: answer.body.requestId,
      err: { stack: expect.stringContaining('hunter2') },
    });
  });
});

describe('the pages that `type` leads to', () => {
  test.each(PROBLEM_TYPES)('/problems/%s exists', async (type) => {
    const page = await http.get(`/problems/${type}`);
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.text).toContain(PROBLEMS[type].title);
  });

  test('/problems lists all of them; an unknown one is not found', async () => {
    const index = (await http.get('/problems')).text;
    for (const type of PROBLEM_TYPES) expect(index).toContain(`/problems/${type}`);
    expectProblem(await http.get('/problems/unheard-of'), 'not-found');
  });
});
