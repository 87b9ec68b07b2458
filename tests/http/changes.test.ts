import pg from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase } from '../../src/database/pool.ts';
import { readChanges } from '../../src/modules/changes/queries.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

let ledger: TestLedger;
let room: Newsroom;
let owner: pg.Client;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
  owner = await connect(ledger.ownerUrl);
});
afterAll(async () => {
  await owner.end();
  await ledger.close();
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** The number of the last entry. */
async function end(): Promise<number> {
  const { rows } = await owner.query('SELECT coalesce(max(id), 0)::integer AS id FROM changes');
  return rows[0].id;
}

describe('the change feed', () => {
  test('holds each change with who, when, by which request, and the thing as it was after it', async () => {
    const after = await end();
    const created = await room.request('POST', '/v1/topics', { name: 'Grain' }, { 'x-request-id': 'feed-1' });
    const topic = created.body;
    await room.request('PATCH', `/v1/topics/${topic.id}`, { name: 'Grain talks' }, { 'if-match': '*' });
    const { data, page } = await room.get(`/v1/changes?after=${after}`);
    expect(data).toMatchObject([
      {
        actor: 'test',
        requestId: 'feed-1',
        action: 'created',
        type: 'topic',
        entity: topic.id,
        slug: 'grain',
        version: 1,
      },
      { actor: 'test', action: 'updated', type: 'topic', entity: topic.id, version: 2 },
    ]);
    expect(data[0].after).toEqual(topic);
    expect(data[1].after.name).toBe('Grain talks');
    expect(data[0].at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(page).toEqual({ nextCursor: String(data[1].id), hasMore: false });
  });

  test('reads no more entries than a page has room for, however many it may have', async () => {
    const after = await end();
    await owner.query(`INSERT INTO changes (actor, request_id, action, type, entity_id, version, after)
      SELECT 'test', 'long', 'updated', 'report', gen_random_uuid(), n, jsonb_build_object('text', repeat('x', 490000))
      FROM generate_series(1, 200) n`);
    const timed = async (limit: number) => {
      const begun = performance.now();
      const page = await readChanges(ledger.database, { after, limit, keys: false });
      expect(page).toMatchObject({ entries: { length: 3 }, hasMore: true });
      return performance.now() - begun;
    };
    await timed(3);
    const [few, many] = [await timed(3), await timed(1000)];
    expect(many).toBeLessThan(6 * few + 20);
  });

  test('is walked by nextCursor, which is there on the last page and on an empty one too', async () => {
    const after = await end();
    for (let made = 0; made < 5; made += 1) await room.claim();
    const seen: number[] = [];
    let cursor = String(after);
    for (let hasMore = true; hasMore; ) {
      const answer = await room.request('GET', `/v1/changes?limit=2&after=${cursor}`);
      const { data, page } = answer.body;
      seen.push(...data.map(({ id }: { id: number }) => id));
      const next = page.hasMore ? `</v1/changes?limit=2&after=${page.nextCursor}>; rel="next", ` : '';
      expect(answer.headers.link).toBe(`${next}</v1/changes?limit=2>; rel="first"`);
      ({ nextCursor: cursor, hasMore } = page);
    }
    expect(seen).toHaveLength(5);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(await room.get(`/v1/changes?after=${cursor}`)).toEqual({
      data: [],
      page: { nextCursor: cursor, hasMore: false },
    });
  });

  test('refuses a place behind its end, where a follower would lose changes without a word', async () => {
    for (const after of [(await end()) + 1, 9_007_199_254_740_991]) {
      const answer = await room.request('GET', `/v1/changes?after=${after}`);
      expect([answer.status, answer.body.errors[0].parameter]).toEqual([400, 'after']);
    }
    for (const after of ['-1', '1.5', 'x', '', '9007199254740992', '1&after=2']) {
      expect([after, (await room.request('GET', `/v1/changes?after=${after}`)).status]).toEqual([after, 400]);
    }
  });

  test('ends a page early where its entries are long, and loses none', async () => {
    const after = await end();
    const outlet = await room.outlet();
    for (let made = 0; made < 6; made += 1) await room.report({ outlet: outlet.id, text: 'ä'.repeat(200_000) });
    const first = await room.get(`/v1/changes?after=${after}`);
    expect(first.page.hasMore).toBe(true);
    expect(JSON.stringify(first).length).toBeLessThan(1_000_000);
    const second = await room.get(`/v1/changes?after=${first.page.nextCursor}`);
    expect(first.data.length + second.data.length).toBe(7);
    expect(second.page.hasMore).toBe(false);
  });

  test('shows changes of keys to admins only, and secrets to nobody', async () => {
    const after = await end();
    const admin = { authorization: `Bearer ${await ledger.key('admin')}` };
    const made = await room.request('POST', '/v1/keys', { name: 'feed-desk', scopes: ['read'] }, admin);
    const secret = made.body.key;
    await room.request('POST', `/v1/keys/${made.body.id}/revoke`, undefined, { ...admin, 'if-match': '*' });
    await room.claim();
    const seen = await room.request('GET', `/v1/changes?after=${after}`, undefined, admin);
    const types = seen.body.data.map(({ type, action }: Record<string, string>) => `${type}.${action}`);
    expect(types).toEqual(['key.created', 'key.created', 'key.revoked', 'claim.created']);
    expect(JSON.stringify(seen.body)).not.toMatch(/orec_|hash/);
    expect(JSON.stringify(seen.body)).not.toContain(secret.slice(5));
    const reader = await room.get(`/v1/changes?after=${after}`);
    expect(reader.data.map(({ type }: { type: string }) => type)).toEqual(['claim']);
  });
});

describe('the order of the feed is the order of commits', () => {
  /** A writer that holds the ledger's lock, as every transaction of the service does, and has not committed yet. */
  async function slowWriter() {
    const client = await connect(ledger.serviceUrl);
    await client.query('BEGIN');
    await client.query('SELECT ledger_now()');
    return {
      commit: async () => {
        await client.query("SELECT record_changes(NULL, 'slow', 'slow', $1)", [entry('slow')]);
        await client.query('COMMIT');
        await client.end();
      },
    };
  }

  function entry(slug: string): string {
    const id = v7();
    return JSON.stringify([{ action: 'created', type: 'topic', id, slug, version: 1, after: { id, version: 1 } }]);
  }

  async function waiting(): Promise<void> {
    const count = async () => {
      const { rows } = await owner.query("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
      return rows.length;
    };
    await expect.poll(count, { interval: 10 }).toBe(1);
  }

  const writers: Record<string, () => Promise<unknown>> = {
    'creates attributions in one statement on the pool': async () => {
      const [claim, source, report] = [await room.claim(), await room.source(), await room.report()];
      return () => room.attribution({ claim: claim.id, source: source.id, report: report.id });
    },
    'runs a transaction of the service': async () => () => room.claim(),
    'calls record_changes without having taken the lock': async () => async () => {
      const client = await connect(ledger.serviceUrl);
      await client.query("SELECT record_changes(NULL, 'quick', 'quick', $1)", [entry('quick')]);
      await client.end();
    },
    'inserts the entry by itself': async () => async () => {
      const client = await connect(ledger.serviceUrl);
      await client.query(
        `INSERT INTO changes (actor, request_id, action, type, entity_id, version, after)
         VALUES ('quick', 'quick', 'created', 'topic', $1, 1, '{}')`,
        [v7()],
      );
      await client.end();
    },
  };

  test.each(Object.entries(writers))('for a writer that %s', async (_name, prepare) => {
    const write = (await prepare()) as () => Promise<unknown>;
    const before = await end();
    const slow = await slowWriter();
    const written = write();
    await waiting();
    expect(await end()).toBe(before);
    await slow.commit();
    await written;
    const { rows } = await owner.query('SELECT actor, at FROM changes WHERE id > $1 ORDER BY id', [before]);
    expect(rows[0].actor).toBe('slow');
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  test('a reader that follows it while 20 writers write through two services sees every change exactly once, in order', async () => {
    const start = await end();
    const pool = createDatabase({ url: ledger.serviceUrl });
    const second = await secondApp(ledger, undefined, { database: pool });
    const other = await newsroom({ ...ledger, http: second.http });
    const [claim, source, report] = [await room.claim(), await room.source(), await room.report()];
    const made: string[] = [];
    const writer = async (number: number) => {
      const desk = number % 2 === 0 ? room : other;
      for (let turn = 0; turn < 8; turn += 1) {
        const fields = { claim: claim.id, source: source.id, report: report.id };
        if (number < 10) made.push((await desk.attribution(fields)).id);
        else if (number < 15) made.push((await desk.claim({ text: `Writer ${number}, turn ${turn}` })).id);
        else made.push((await desk.source({ name: `Writer ${number}, turn ${turn}` })).id);
      }
    };
    let writing = true;
    const written = Promise.all(Array.from({ length: 20 }, (_, number) => writer(number))).finally(() => {
      writing = false;
    });
    const seen: { id: number; entity: string }[] = [];
    for (let cursor = String(start), all = false; !all; ) {
      const over = !writing;
      const { data, page } = await room.get(`/v1/changes?limit=5&after=${cursor}`);
      seen.push(...data);
      all = over && !page.hasMore;
      cursor = page.nextCursor;
    }
    await written;
    const { rows } = await owner.query(
      "SELECT id::integer, entity_id FROM changes WHERE id > $1 AND type <> 'key' ORDER BY id",
      [start],
    );
    expect(seen.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(made).toHaveLength(160);
    const entities = seen.map(({ entity }) => entity);
    expect(entities).toEqual(expect.arrayContaining(made));
    expect(new Set(entities).size).toBe(entities.length);
    await second.close();
    await pool.close();
  });
});
