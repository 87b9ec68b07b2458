import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase } from '../../src/database/pool.ts';
import { endOfChanges } from '../../src/modules/changes/queries.ts';
import { ChangeStreams, STREAM_SETTINGS } from '../../src/modules/changes/streams.ts';
import { openEventStream } from '../factories/event-stream.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

let ledger: TestLedger;
let room: Newsroom;
let url: string;
let admin: Record<string, string>;
let reader: Record<string, string>;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
  url = `${ledger.url}/v1/changes/stream`;
  admin = { authorization: `Bearer ${await ledger.key('admin')}` };
  reader = { authorization: `Bearer ${await ledger.key('read')}` };
});
afterAll(() => ledger.close());

const end = () => endOfChanges(ledger.database);

/** A service of its own on the same ledger, listening. */
async function listening(deps: Parameters<typeof secondApp>[2] = {}) {
  const own = await secondApp(ledger, undefined, deps);
  return { ...own, url: `${own.url}/v1/changes/stream`, port: Number(new URL(own.url).port) };
}

describe('a stream of changes', () => {
  test('brings each change as an event, as the list has it', async () => {
    const after = await end();
    const stream = await openEventStream(url, reader);
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.headers.get('cache-control')).toBe('no-store');
    const attribution = await room.attribution({});
    await room.withdraw(attribution);
    const events = await stream.heard(6);
    const { data } = await room.get(`/v1/changes?after=${after}`);
    expect(events.map(({ data: text }) => JSON.parse(text))).toEqual(data);
    expect(events.map(({ id }) => Number(id))).toEqual(data.map(({ id }: { id: number }) => id));
    expect(events.at(-1)?.event).toBe('attribution.withdrawn');
    stream.cut();
  });

  test('brings what another process has written', async () => {
    const pool = createDatabase({ url: ledger.serviceUrl });
    const other = await listening({ database: pool });
    const streams = [await openEventStream(url, reader), await openEventStream(other.url, reader)];
    const claim = await room.claim();
    for (const stream of streams) {
      const [event] = await stream.heard(1);
      expect(JSON.parse(event?.data ?? '').entity).toBe(claim.id);
      stream.cut();
    }
    await other.close();
    await pool.close();
  });

  test('begins where after or Last-Event-ID says, the latter winning, and ends after so many entries', async () => {
    const after = await end();
    for (let made = 0; made < 4; made += 1) await room.claim();
    const ids = async (query: string, headers = {}) => {
      const stream = await openEventStream(`${url}?limit=2${query}`, { ...reader, ...headers });
      await stream.ended;
      return stream.events.map(({ id }) => Number(id) - after);
    };
    expect(await ids(`&after=${after}`)).toEqual([1, 2]);
    expect(await ids(`&after=${after}`, { 'last-event-id': String(after + 2) })).toEqual([3, 4]);
    expect(await ids('&after=0')).toHaveLength(2);
  });

  test('refuses a place that is none, or lies behind the end', async () => {
    for (const [query, id, wrong] of [
      [`?after=${(await end()) + 1}`, undefined, { parameter: 'after' }],
      ['?after=x', undefined, { parameter: 'after' }],
      ['', String((await end()) + 1), { header: 'Last-Event-ID' }],
      ['', 'x', { header: 'last-event-id' }],
    ] as const) {
      const headers = { ...reader, ...(id === undefined ? {} : { 'last-event-id': id }) };
      const answer = await fetch(url + query, { headers });
      expect([query, id, answer.status]).toEqual([query, id, 400]);
      expect(((await answer.json()) as { errors: object[] }).errors).toMatchObject([wrong]);
    }
  });

  test('tells its place before the first entry, so that a client that is cut off then resumes there', async () => {
    const after = await end();
    const stream = await openEventStream(url, reader);
    await expect.poll(() => stream.text()).toBe(`retry: 2000\nid: ${after}\n\n`);
    stream.cut();
  });

  test('that is cut off again and again while others write resumes without loss or repetition', async () => {
    const start = await end();
    const written = Promise.all(
      Array.from({ length: 6 }, async () => {
        for (let turn = 0; turn < 8; turn += 1) await room.attribution({});
      }),
    );
    const expected = 6 * 8 * 5;
    const seen: number[] = [];
    while (seen.length < expected) {
      const last = String(seen.at(-1) ?? start);
      const stream = await openEventStream(url, { ...reader, 'last-event-id': last });
      const more = Math.min(17, expected - seen.length);
      await stream.heard(more, 15_000);
      stream.cut();
      seen.push(...stream.events.map(({ id }) => Number(id)));
    }
    await written;
    const { data } = await room.get(`/v1/changes?limit=1000&after=${start}`);
    expect(seen).toEqual(data.map(({ id }: { id: number }) => id));
  });

  test('shows changes of keys to admins only', async () => {
    const [all, some] = [await openEventStream(url, admin), await openEventStream(url, reader)];
    const key = await room.request('POST', '/v1/keys', { name: 'streamed', scopes: ['read'] }, admin);
    const claim = await room.claim();
    const kinds = (await all.heard(2)).map(({ event }) => event);
    expect(kinds).toEqual(['key.created', 'claim.created']);
    expect(all.text()).not.toContain(key.body.key.slice(5));
    const [first] = await some.heard(1);
    expect(JSON.parse(first?.data ?? '').entity).toBe(claim.id);
    for (const stream of [all, some]) stream.cut();
  });
});

describe('a stream lives as long as it should', () => {
  test('heartbeats keep it alive where nothing changes', async () => {
    const own = await listening({ streams: { heartbeatMs: 30 } });
    const stream = await openEventStream(own.url, reader);
    await expect.poll(() => stream.comments.length).toBeGreaterThan(3);
    expect(stream.events).toEqual([]);
    stream.cut();
    await own.close();
  });

  test('it ends when its key is revoked, within about a second, and when the key expires', async () => {
    const make = async (fields: object) => {
      const { body } = await room.request('POST', '/v1/keys', { scopes: ['read'], ...fields }, admin);
      return { id: body.id, headers: { authorization: `Bearer ${body.key}` } };
    };
    const revoked = await make({ name: 'to-be-revoked' });
    const expiring = await make({
      name: 'to-expire',
      expiresAt: new Date(ledger.clock.now.getTime() + 60_000).toISOString(),
    });
    const streams = await Promise.all([revoked, expiring].map(({ headers }) => openEventStream(url, headers)));
    const staying = await openEventStream(url, reader);
    await room.request('POST', `/v1/keys/${revoked.id}/revoke`, undefined, { ...admin, 'if-match': '*' });
    ledger.clock.advance(61_000);
    const told = performance.now();
    await Promise.all(streams.map(({ ended }) => ended));
    expect(performance.now() - told).toBeLessThan(2000);
    const claim = await room.claim();
    const heard = await staying.heard(1);
    expect(JSON.parse(heard.at(-1)?.data ?? '').entity).toBe(claim.id);
    for (const stream of streams) expect(stream.text()).not.toContain(claim.id);
    staying.cut();
  });

  test('it ends when the service stops, which waits neither for it nor for a reader that reads nothing', async () => {
    const own = await listening();
    const stream = await openEventStream(own.url, reader);
    const outlet = await room.outlet();
    for (let made = 0; made < 20; made += 1) await room.report({ outlet: outlet.id, text: 'x'.repeat(400_000) });
    const stalled = connect(own.port, '127.0.0.1');
    stalled.on('error', () => {});
    stalled.pause();
    stalled.write(
      `GET /v1/changes/stream?after=0 HTTP/1.1\r\nHost: x\r\nAuthorization: ${reader.authorization}\r\n\r\n`,
    );
    await stream.heard(21);
    await sleep(100);
    const told = performance.now();
    await own.close();
    expect(performance.now() - told).toBeLessThan(2000);
    await stream.ended;
    stalled.destroy();
  });

  test('connections to the database that die cost it nothing', async () => {
    const stream = await openEventStream(url, reader);
    const claims = [await room.claim()];
    await stream.heard(1);
    await ledger.database.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user',
    );
    claims.push(await room.claim());
    const events = await stream.heard(2);
    expect(events.map(({ data }) => JSON.parse(data).entity)).toEqual(claims.map(({ id }) => id));
    stream.cut();
  });

  test('one line of log says when it ended, whoever ended it', async () => {
    const own = await listening();
    const headers = (id: string) => ({ ...reader, 'x-request-id': id });
    const full = await openEventStream(`${own.url}?after=0&limit=1`, headers('full'));
    await full.ended;
    const cut = await openEventStream(own.url, headers('cut'));
    await sleep(50);
    expect(own.log.filter(({ requestId }) => requestId === 'cut')).toEqual([]);
    cut.cut();
    await expect.poll(() => own.log.some(({ requestId }) => requestId === 'cut')).toBe(true);
    const lines = own.log.filter(({ route }) => route === '/v1/changes/stream');
    expect(lines).toMatchObject([
      { requestId: 'full', status: 200, key: expect.any(String) },
      { requestId: 'cut', status: 200, key: expect.any(String), cut: true },
    ]);
    expect(Number(lines[1]?.ms)).toBeGreaterThan(50);
    expect(lines[0]).not.toHaveProperty('cut');
    const { text } = await own.http.get('/metrics');
    expect(text).toContain(
      'http_request_duration_seconds_count{method="GET",route="/v1/changes/stream",status="200"} 2',
    );
    await own.close();
  });

  test('so many at once and no more; one that ends makes room', async () => {
    const own = await listening({ streams: { most: 2 } });
    const [first, second] = [await openEventStream(own.url, reader), await openEventStream(own.url, reader)];
    const third = await fetch(own.url, { headers: reader });
    expect([third.status, ((await third.json()) as { type: string }).type]).toEqual([503, '/problems/unavailable']);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    first.cut();
    await expect.poll(async () => (await openEventStream(own.url, reader)).status).toBe(200);
    second.cut();
    await own.close();
  });

  test('so many for one key and no more, while other keys have theirs', async () => {
    const own = await listening({ streams: { perCaller: 2 } });
    const streams = [await openEventStream(own.url, reader), await openEventStream(own.url, reader)];
    const third = await fetch(own.url, { headers: reader });
    expect([third.status, ((await third.json()) as { type: string }).type]).toEqual([
      429,
      '/problems/too-many-requests',
    ]);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    streams.push(await openEventStream(own.url, admin));
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const stream of streams) stream.cut();
    await own.close();
  });

  test('sixty of them leave the connections of the pool to others, and each hears everything', async () => {
    const { pool } = ledger.database;
    const keys = await Promise.all(['read', 'read', 'read'].map(() => ledger.key('read')));
    const readers = keys.map((key) => ({ authorization: `Bearer ${key}` }));
    const after = await end();
    for (let made = 0; made < 10; made += 1) await room.claim();
    const opened = readers.flatMap((reader) =>
      Array.from({ length: 20 }, () => openEventStream(`${url}?after=${after}`, reader)),
    );
    const streams = await Promise.all(opened);
    for (let made = 0; made < 10; made += 1) await room.claim();
    const ids = Array.from({ length: 20 }, (_, at) => String(after + 1 + at));
    for (const stream of streams) expect((await stream.heard(20)).map(({ id }) => id)).toEqual(ids);
    expect(pool.totalCount - pool.idleCount).toBeLessThanOrEqual(2);
    for (const stream of streams) stream.cut();
  });
});

describe('back pressure', () => {
  test('a reader that reads nothing holds a page or two, however much there is; then it gets all', async () => {
    const after = await end();
    const outlet = await room.outlet();
    for (let made = 0; made < 20; made += 1) await room.report({ outlet: outlet.id, text: 'y'.repeat(400_000) });
    const streams = new ChangeStreams(ledger.database, pino({ level: 'silent' }), STREAM_SETTINGS);
    const stream = streams.open({ caller: 'somebody', after, limit: 21, keys: false, inForce: async () => true });
    await once(stream, 'readable');
    await sleep(300);
    expect(stream.readableLength).toBeLessThan(1_000_000);
    let text = '';
    for await (const chunk of stream) text += chunk;
    expect(text.match(/^event: report\.created$/gm)).toHaveLength(20);
  });
});
