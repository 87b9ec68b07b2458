import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

let ledger: TestLedger;
let service: Awaited<ReturnType<typeof secondApp>>;

beforeAll(async () => {
  ledger = await openLedger();
});
beforeEach(async () => {
  service = await secondApp(ledger, () => {}, { trustProxy: '127.0.0.1' });
  return () => service.close();
});
afterAll(() => ledger.close());

const CLIENT = '192.0.2.8';
let guesses = 0;

/** The status of a request that a proxy passes on for a client. */
async function statusFor(client: string, key: string): Promise<number> {
  const { status } = await service.http
    .get('/v1/topics')
    .set({ authorization: `Bearer ${key}`, 'x-forwarded-for': client });
  return status;
}

function guess(client = CLIENT): Promise<number> {
  guesses += 1;
  return statusFor(client, `orec_${String(guesses).padStart(43, 'x')}`);
}

async function guessTooOften(client = CLIENT) {
  for (let times = 0; times < 60; times += 1) expect(await guess(client)).toBe(401);
  expect(await guess(client)).toBe(429);
}

describe('after too many wrong keys of an address', () => {
  test('a right key that was never seen is served, and others are refused, also at the same time', async () => {
    await guessTooOften();
    const key = await ledger.key('read');
    const answers = await Promise.all([guess(), guess(), statusFor(CLIENT, key), guess(), guess()]);
    expect(answers).toEqual([429, 429, 200, 429, 429]);
    expect(await statusFor(CLIENT, key)).toBe(200);
  });

  test('what is no key at all is refused too', async () => {
    await guessTooOften();
    expect(await statusFor(CLIENT, 'hunter2')).toBe(429);
  });

  test('other clients of the same proxy guess on their own account', async () => {
    await guessTooOften();
    expect(await guess('192.0.2.9')).toBe(401);
  });

  test('a client of IPv6 is its /64', async () => {
    await guessTooOften('2001:db8:1:2::1');
    expect(await guess('2001:db8:1:2:ffff:ffff:ffff:ffff')).toBe(429);
    expect(await guess('2001:0db8:0001:0002::9')).toBe(429);
    expect(await guess('2001:db8:1:3::1')).toBe(401);
  });
});

test('without TRUST_PROXY nobody takes another address by a header', async () => {
  const own = await secondApp(ledger);
  const attempt = (client: number) =>
    own.http.get('/v1/topics').set({ authorization: 'Bearer orec_wrong', 'x-forwarded-for': `192.0.2.${client}` });
  for (let client = 0; client < 60; client += 1) await attempt(client);
  expect((await attempt(99)).status).toBe(429);
  await own.close();
});
