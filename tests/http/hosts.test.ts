import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Connection, openConnection, requestText } from '../factories/connection.ts';
import { openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

let ledger: TestLedger;
/** A service as it is on the loopback, with one more name. */
let service: Awaited<ReturnType<typeof secondApp>>;
let connection: Connection;
let port: string;

beforeAll(async () => {
  ledger = await openLedger();
  service = await secondApp(ledger, () => {}, {
    anonymousRead: true,
    allowedHosts: ['onrecord.example', '[2001:db8::1]'],
  });
  port = new URL(service.url).port;
});
beforeEach(async () => {
  connection = await openConnection(service.url);
  return () => connection.cut();
});
afterAll(async () => {
  await service.close();
  await ledger.close();
});

async function answerTo(line: string, headers: Record<string, string>, body?: string) {
  connection.send(requestText(line, headers, body));
  const { status, text } = await connection.answer();
  return { status, problem: JSON.parse(text) };
}

describe('the host of a request', () => {
  test.each([
    'localhost',
    'LOCALHOST:3000',
    'localhost.',
    'ledger.localhost',
    '127.0.0.1',
    '127.1.2.3:80',
    '[::1]:3000',
  ])('%s is this machine, and served', async (host) =>
    expect((await answerTo('GET /v1/topics', { Host: host })).status).toBe(200),
  );

  test.each(['onrecord.example', 'OnRecord.example:8443', '[2001:DB8::1]'])(
    '%s is allowed by name, and served',
    async (host) => expect((await answerTo('GET /v1/topics', { Host: host })).status).toBe(200),
  );

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'not-onrecord.example', '192.0.2.7'])(
    '%s leads here but is no name of the service: nothing is read',
    async (host) => {
      for (const line of ['GET /v1/topics', 'GET /openapi.json', 'GET /nowhere']) {
        const { status, problem } = await answerTo(line, { Host: host });
        expect([status, problem.type, problem.errors]).toMatchObject([
          421,
          '/problems/misdirected',
          [{ header: 'Host' }],
        ]);
      }
    },
  );

  test.each([
    ['none', 'X-Other: x'],
    ['two', 'Host: localhost\r\nHost: evil.example'],
    ['the same twice', 'Host: localhost\r\nhost: localhost'],
    ['an empty one', 'Host:'],
    ['what is no host', 'Host: local host'],
    ['a user', 'Host: localhost@evil.example'],
  ])('%s is malformed', async (_what, header) => {
    connection.send(`GET /health/live HTTP/1.1\r\n${header}\r\n\r\n`);
    const { status, headers, text } = await connection.answer();
    expect([status, headers['content-type']]).toEqual([400, 'application/problem+json']);
    expect(JSON.parse(text)).toMatchObject({ type: '/problems/malformed', errors: [{ header: 'Host' }] });
  });

  test('need not be named in HTTP/1.0', async () => {
    connection.send('GET /v1/topics HTTP/1.0\r\n\r\n');
    expect((await connection.answer()).status).toBe(200);
  });
});

describe('what a browser writes for a page', () => {
  const write = async (headers: Record<string, string>) =>
    answerTo(
      'POST /v1/topics',
      {
        Host: `localhost:${port}`,
        Authorization: `Bearer ${await ledger.key('write')}`,
        'Content-Type': 'application/json',
        ...headers,
      },
      JSON.stringify({ name: `Written ${Math.random()}` }),
    );

  test.each<[what: string, headers: () => Record<string, string>]>([
    ['our own, as Swagger UI is', () => ({ Origin: `http://localhost:${port}`, 'Sec-Fetch-Site': 'same-origin' })],
    ['our own in an older browser', () => ({ Origin: `http://localhost:${port}` })],
    ['our own behind TLS', () => ({ Host: 'onrecord.example', Origin: 'https://onrecord.example' })],
    ['nobody: a program', () => ({})],
  ])('%s is written', async (_what, headers) => expect((await write(headers())).status).toBe(201));

  test.each<[what: string, headers: Record<string, string>, header: string]>([
    ['another site', { Origin: 'https://evil.example' }, 'Origin'],
    ['another port of this machine', { Origin: 'http://localhost:1' }, 'Origin'],
    ['no origin that it tells', { Origin: 'null' }, 'Origin'],
    ['what is no origin', { Origin: 'localhost' }, 'Origin'],
    ['another site, as the browser says', { 'Sec-Fetch-Site': 'cross-site' }, 'Sec-Fetch-Site'],
    ['a neighbour, as the browser says', { 'Sec-Fetch-Site': 'same-site' }, 'Sec-Fetch-Site'],
  ])('%s is not', async (_what, headers, header) => {
    const { status, problem } = await write(headers);
    expect([status, problem.type, problem.errors]).toMatchObject([403, '/problems/cross-origin', [{ header }]]);
  });

  test('reading by a link on another page is no writing', async () => {
    expect((await answerTo('GET /v1/topics', { Host: 'localhost', 'Sec-Fetch-Site': 'cross-site' })).status).toBe(200);
  });
});

test('a file that Swagger UI has not is not found', async () => {
  expect((await answerTo('GET /docs/static/nothing', { Host: 'localhost' })).status).toBe(404);
});
