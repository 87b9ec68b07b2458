import { createHash } from 'node:crypto';
import type { Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

let ledger: TestLedger;
let http: Client;
let admin: Record<string, string>;

beforeAll(async () => {
  ledger = await openLedger();
  http = ledger.http;
  admin = bearer(await ledger.key('admin'));
});
afterAll(() => ledger.close());

function bearer(key: string) {
  return { authorization: `Bearer ${key}` };
}

async function makeKey(payload: object) {
  const answer = await http.post('/v1/keys').set(admin).send(payload);
  expect(answer.status).toBe(201);
  return answer;
}

const revoke = (key: string, headers: Record<string, string> = { 'if-match': '*' }, on = http) =>
  on.post(`/v1/keys/${key}/revoke`).set({ ...admin, ...headers });

const read = (key: string) => http.get('/v1/topics').set(bearer(key));

describe('a key', () => {
  test('is shown once; only its hash is kept', async () => {
    const made = await makeKey({ name: 'shown-once', scopes: ['write', 'read', 'write'] });
    const { key, ...rest } = made.body;
    expect(key).toMatch(/^orec_[A-Za-z0-9_-]{43}$/);
    expect(rest.scopes).toEqual(['read', 'write']);
    expect(made.headers).toMatchObject({ location: `/v1/keys/${rest.id}`, etag: '"1"', 'cache-control': 'no-store' });
    const again = await http.get(String(made.headers.location)).set(admin);
    expect(again.body).toEqual(rest);
    const { rows } = await ledger.database.pool.query('select to_jsonb(keys) as row, hash from keys where id = $1', [
      rest.id,
    ]);
    expect(JSON.stringify(rows[0].row)).not.toContain(key);
    expect(rows[0].hash).toEqual(createHash('sha256').update(key).digest());
    const changes = await ledger.database.pool.query('select after::text from changes where entity_id = $1', [rest.id]);
    expect(changes.rowCount).toBe(1);
    expect(changes.rows[0].after).not.toContain(key);
  });

  test('is found by its name too, which is unique among the keys in force', async () => {
    await makeKey({ name: 'by-name', scopes: ['read'] });
    expect((await http.get('/v1/keys/by-name').set(admin)).body).toMatchObject({ name: 'by-name' });
    const payload = { name: 'by-name', scopes: ['read'] };
    expect((await http.post('/v1/keys').set(admin).send(payload)).status).toBe(409);
    expect((await revoke('by-name')).status).toBe(200);
    expect((await http.get('/v1/keys/by-name').set(admin)).status).toBe(404);
    await makeKey(payload);
  });

  test('that is revoked is out of force within a second', async () => {
    const { key } = (await makeKey({ name: 'short-lived', scopes: ['read'] })).body;
    expect((await read(key)).status).toBe(200);
    const revoked = await revoke('short-lived', { 'if-match': '"1"' });
    expect(revoked.body).toMatchObject({ version: 2, revokedAt: ledger.clock.now.toISOString() });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const refused = await read(key);
    expect(refused.status).toBe(401);
    expect(refused.body.detail).toContain('revoked');
  });

  test('is out of force when it expires', async () => {
    const expiresAt = new Date(ledger.clock.now.getTime() + 60_000).toISOString();
    const { key } = (await makeKey({ name: 'expiring', scopes: ['read'], expiresAt })).body;
    expect((await read(key)).status).toBe(200);
    ledger.clock.advance(60_000);
    expect((await read(key)).body.detail).toContain('expired');
  });

  test('says when it was used last, to the minute', async () => {
    const { id, key } = (await makeKey({ name: 'used', scopes: ['read'] })).body;
    const used = async () => (await http.get(`/v1/keys/${id}`).set(admin)).body.lastUsedAt;
    const first = ledger.clock.now.toISOString();
    await read(key);
    await expect.poll(used).toBe(first);
    ledger.clock.advance(59_000);
    await read(key);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await used()).toBe(first);
    ledger.clock.advance(1000);
    await read(key);
    await expect.poll(used).toBe(ledger.clock.now.toISOString());
  });
});

describe('revoking', () => {
  test('needs the version that is there, once', async () => {
    await makeKey({ name: 'versioned', scopes: ['read'] });
    expect((await revoke('versioned', {})).status).toBe(428);
    expect((await revoke('versioned', { 'if-match': '"2"' })).status).toBe(412);
    const { id } = (await revoke('versioned', { 'if-match': '"1"' })).body;
    expect((await revoke(id, { 'if-match': '"1"' })).status).toBe(412);
    expect((await revoke(id)).body).toMatchObject({ id, version: 2 });
  });

  test('leaves at least one admin key in force, whoever revokes at the same time', async () => {
    const own = await openLedger();
    const first = await own.key('admin');
    await own.key('admin');
    const headers = { ...bearer(first), 'if-match': '*' };
    const keys = (await own.http.get('/v1/keys').set(headers)).body.data;
    const answers = await Promise.all(
      keys.map(({ id }: { id: string }) => own.http.post(`/v1/keys/${id}/revoke`).set(headers)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await own.close();
  });
});

describe('reading without a key', () => {
  test('is allowed only when the service says so, and writing never is', async () => {
    const open = await secondApp(ledger, () => {}, { anonymousRead: true });
    expect((await open.http.get('/v1/topics')).status).toBe(200);
    const write = await open.http.post('/v1/topics').send({ name: 'x' });
    expect(write.status).toBe(401);
    expect((await open.http.get('/v1/topics').set(bearer(`orec_${'y'.repeat(43)}`))).status).toBe(401);
    await open.close();
  });
});

test('lists walk through all keys, page by page', async () => {
  const seen: string[] = [];
  let url: string | undefined = '/v1/keys?limit=2';
  while (url !== undefined) {
    const answer: Response = await http.get(url).set(admin);
    seen.push(...answer.body.data.map(({ id }: { id: string }) => id));
    url = /<([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1];
  }
  const { rows } = await ledger.database.pool.query<{ id: string }>('select id from keys order by id');
  expect(seen).toEqual(rows.map(({ id }) => id));
});
