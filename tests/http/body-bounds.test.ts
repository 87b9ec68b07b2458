import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConnection, requestText } from '../factories/connection.ts';
import { openLedger, type TestLedger } from '../harness.ts';

const MIB = 1024 * 1024;
const NDJSON = 'application/x-ndjson';

let ledger: TestLedger;
let authorization: string;

beforeAll(async () => {
  ledger = await openLedger();
  authorization = `Bearer ${await ledger.key('write')}`;
});
afterAll(() => ledger.close());

const send = (body: string | Buffer, type = 'application/json') =>
  ledger.http.post('/v1/imports?dryRun=true').set({ authorization, 'content-type': type }).send(Buffer.from(body));

/** What the work answers, and for how long it kept everybody else waiting at the worst, in milliseconds. */
async function withDelay<T>(work: () => Promise<T>): Promise<[T, number]> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const answer = await work();
  delay.disable();
  return [answer, delay.max / 1e6];
}

const members = (count: number) => `{${Array.from({ length: count }, (_, at) => `"k${at}":1`).join(',')}}`;

describe('a body beyond its bounds is refused before it is parsed', () => {
  test.each<[what: string, status: number, body: () => string, told: RegExp]>([
    ['600,000 unknown members', 413, () => members(600_000), /1000 members .* line 1, column \d+/],
    ['two million arrays', 413, () => `{"claims":[${'[1],'.repeat(1_999_999)}[1]]}`, /20000 items/],
    ['a million values in many arrays', 413, () => `[${`[${'1,'.repeat(9999)}1],`.repeat(100)}1]`, /250000/],
    ['65 levels', 400, () => `${'['.repeat(65)}${']'.repeat(65)}`, /64 levels deep at line 1, column 65/],
    ['more than 8 MiB', 413, () => `{"report":"${'x'.repeat(8 * MIB)}"}`, /8388608 bytes/],
  ])('%s (%i), with the bound and the place', async (_what, status, body, told) => {
    const answer = await send(body());
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(told)]);
  });

  test('and a line of a file is held to the same', async () => {
    const { body } = await send(`${members(600_000)}\n`, NDJSON);
    expect(body.failed).toBe(1);
    expect(body.errors[0].detail).toMatch(/1000 members/);
  });

  test('what looks like a bound inside a text is none', async () => {
    const text = `${'[{,"'.repeat(2000)}\\`;
    const { status, body } = await send(JSON.stringify({ report: { outlet: 'o', title: text } }));
    expect([status, body.errors[0].pointer]).toEqual([400, '/report/title']);
  });

  test('of a thousand unknown members the first fifty are told', async () => {
    const { status, body } = await send(members(1000));
    expect([status, body.errors.length]).toEqual([400, 50]);
  });
});

describe('nobody else waits for a large body', () => {
  test.each<[what: string, body: () => Buffer, type: string]>([
    ['64 MiB of blank lines', () => Buffer.alloc(64 * MIB, '\n'), NDJSON],
    ['64 MiB of lines of white space', () => Buffer.alloc(64 * MIB, ' \n'), NDJSON],
    ['8 MiB of unknown members', () => Buffer.from(members(600_000)), 'application/json'],
    ['8 MiB of escapes', () => Buffer.from(`{"a":"${'\\u0041'.repeat(1_350_000)}"}`), 'application/json'],
  ])('%s', async (_what, body, type) => {
    const bytes = body();
    const [answer, delay] = await withDelay(async () => send(bytes, type));
    expect([200, 400, 413]).toContain(answer.status);
    // It was 16 to 22 seconds. The client, in the same process, has its part in it.
    expect(delay).toBeLessThan(4000);
  });
});

test('of the bodies that do not fit into memory together one is told to come later, before it is read', async () => {
  const head = { Authorization: authorization, 'Content-Type': NDJSON, 'Content-Length': `${64 * MIB}` };
  const uploads = await Promise.all([1, 2].map(() => openConnection(ledger.url)));
  for (const upload of uploads) {
    upload.send(requestText('POST /v1/imports?dryRun=true', { ...head, Expect: '100-continue' }));
    expect((await upload.answer()).status).toBe(100);
  }
  const large = async () => (await send(Buffer.alloc(2 * MIB, '\n'), NDJSON)).status;
  expect(await large()).toBe(503);
  const small = await send('\n', NDJSON);
  expect(small.status).toBe(200);
  for (const upload of uploads) upload.cut();
  await expect.poll(large, { timeout: 10_000 }).toBe(200);
});
