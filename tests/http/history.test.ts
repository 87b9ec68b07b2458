import fc from 'fast-check';
import pg from 'pg';
import type { Operation } from 'rfc6902';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';
import { patched } from '../json-patch.ts';

let ledger: TestLedger;
let room: Newsroom;
let owner: pg.Client;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
  owner = new pg.Client({ connectionString: ledger.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await ledger.close();
});

interface Version {
  readonly version: number;
  readonly action: string;
  readonly patch: Operation[];
}

const actions = ({ data }: { data: Version[] }) => data.map(({ version, action }) => `${version} ${action}`);

async function change(url: string, body: object): Promise<void> {
  const answer = await room.request('PATCH', url, body, { 'if-match': '*', 'x-request-id': 'history-1' });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}

describe('the history of a thing', () => {
  test('has every version, oldest first, with who, when, by which request and what changed', async () => {
    const topic = (await room.request('POST', '/v1/topics', { name: 'Grain' }, { 'x-request-id': 'history-0' })).body;
    await change('/v1/topics/grain', { description: 'Talks on a safe passage' });
    const { data, page } = await room.get('/v1/topics/grain/history');
    expect(page).toEqual({ nextCursor: null, hasMore: false });
    expect(data).toEqual([
      {
        version: 1,
        action: 'created',
        by: 'test',
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        requestId: 'history-0',
        patch: [{ op: 'add', path: '', value: topic }],
      },
      {
        version: 2,
        action: 'updated',
        by: 'test',
        at: expect.any(String),
        requestId: 'history-1',
        patch: expect.arrayContaining([{ op: 'replace', path: '/description', value: 'Talks on a safe passage' }]),
      },
    ]);
    expect(data[1].patch.map(({ path }: Operation) => path).toSorted()).toEqual([
      '/description',
      '/updatedAt',
      '/version',
    ]);
  });

  test('is kept for every resource that has versions', async () => {
    const [source, topic, claim] = [
      await room.source(),
      await room.request('POST', '/v1/topics', { name: 'Kept' }),
      await room.claim(),
    ];
    const report = await room.report();
    const attribution = await room.attribution({ claim: claim.id, source: source.id, report: report.id });
    await change(`/v1/sources/${source.id}`, { description: 'A person' });
    await change(`/v1/reports/${report.id}`, { title: 'Another title' });
    await change(`/v1/claims/${claim.slug}`, { text: 'Another text' });
    await change(`/v1/topics/${topic.body.slug}`, { name: 'Kept still' });
    await room.withdraw(attribution);
    for (const path of [
      `sources/${source.slug}`,
      `reports/${report.id}`,
      `claims/${claim.slug}`,
      `topics/${topic.body.slug}`,
    ]) {
      expect(actions(await room.get(`/v1/${path}/history`))).toEqual(['1 created', '2 updated']);
    }
    expect(actions(await room.get(`/v1/attributions/${attribution.id}/history`))).toEqual(['1 created', '2 withdrawn']);
  });

  test('of a key is for admins, and holds no secret', async () => {
    const admin = { authorization: `Bearer ${await ledger.key('admin')}` };
    const made = await room.request('POST', '/v1/keys', { name: 'old-desk', scopes: ['read'] }, admin);
    await room.request('POST', '/v1/keys/old-desk/revoke', undefined, { ...admin, 'if-match': '*' });
    const { body } = await room.request('GET', `/v1/keys/${made.body.id}/history`, undefined, admin);
    expect(actions(body)).toEqual(['1 created', '2 revoked']);
    expect(JSON.stringify(body)).not.toContain(made.body.key.slice(5));
    expect((await room.request('GET', `/v1/keys/${made.body.id}/history`)).status).toBe(403);
  });

  test('answers with the thing as it was in a version, without what is derived, and with an ETag', async () => {
    const claim = await room.claim({ text: 'As it was' });
    await room.attribution({ claim: claim.id });
    await change(`/v1/claims/${claim.id}`, { text: 'As it is' });
    const first = await room.request('GET', `/v1/claims/${claim.id}/history?version=1`);
    const { standing: _standing, flags: _flags, counts: _counts, ...recorded } = claim;
    expect(first.body).toEqual(recorded);
    expect(first.headers.etag).toBe('"1"');
    const url = `/v1/claims/${claim.id}/history?version=1`;
    expect((await room.request('GET', url, undefined, { 'if-none-match': '"1"' })).status).toBe(304);
    expect((await room.get(`/v1/claims/${claim.id}/history?version=2`)).text).toBe('As it is');
  });

  test('says which versions there are, when another is asked for', async () => {
    const claim = await room.claim();
    const answer = await room.request('GET', `/v1/claims/${claim.id}/history?version=2`);
    expect([answer.status, answer.body.detail]).toEqual([
      404,
      'The claim has no version 2: its versions go from 1 to 1.',
    ]);
    expect(answer.body.errors[0].parameter).toBe('version');
    for (const version of ['0', '-1', '1.0', 'x', '', '2147483648', '1&version=1']) {
      const wrong = await room.request('GET', `/v1/claims/${claim.id}/history?version=${version}`);
      expect([version, wrong.status, wrong.body.errors[0].parameter]).toEqual([version, 400, 'version']);
    }
    const nothing = await room.request('GET', '/v1/claims/no-such-claim/history');
    expect([nothing.status, nothing.body.type]).toEqual([404, '/problems/not-found']);
    expect((await room.request('GET', `/v1/reports/${v7()}/history`)).status).toBe(404);
  });

  test('stays when the thing is deleted, under its id; its slug goes to the next one', async () => {
    const claim = await room.claim({ slug: 'gone-and-come' });
    const deleted = await room.request('DELETE', `/v1/claims/${claim.id}`, undefined, { 'if-match': '*' });
    expect(deleted.status).toBe(204);
    expect((await room.request('GET', '/v1/claims/gone-and-come/history')).status).toBe(404);
    const next = await room.claim({ slug: 'gone-and-come' });
    expect(actions(await room.get(`/v1/claims/${claim.id}/history`))).toEqual(['1 created', '2 deleted']);
    expect(actions(await room.get('/v1/claims/gone-and-come/history'))).toEqual(['1 created']);
    expect((await room.get('/v1/claims/gone-and-come/history?version=1')).id).toBe(next.id);
  });

  test('stays when the thing is merged into another, under its id and its slug', async () => {
    const [from, into] = [await room.claim(), await room.claim()];
    await owner.query(
      "INSERT INTO merges (id, kind, from_id, into_id, reason, actor) VALUES ($1, 'claim', $2, $3, 'the same', 'test')",
      [v7(), from.id, into.id],
    );
    for (const name of [from.id, from.slug]) {
      expect((await room.get(`/v1/claims/${name}/history`)).data[0].patch[0].value.id).toBe(from.id);
    }
  });

  test('ends a page early where its versions are long, and loses none', async () => {
    const report = await room.report({ text: 'x'.repeat(400_000) });
    for (let turn = 1; turn < 14; turn += 1) await change(`/v1/reports/${report.id}`, { title: `Title ${turn}` });
    const url = `/v1/reports/${report.id}/history`;
    const first = await room.get(url);
    expect(first.page.hasMore).toBe(true);
    const second = await room.get(`${url}?cursor=${first.page.nextCursor}`);
    const all = [first, second].flatMap(({ data }) => data);
    expect(all.map(({ version }) => version)).toEqual(Array.from({ length: 14 }, (_, at) => at + 1));
    expect(JSON.stringify(all.slice(1)).length).toBeLessThan(20_000);
    expect(second.page).toEqual({ nextCursor: null, hasMore: false });
  });

  test('begins with what was recorded, where the creation was not', async () => {
    const id = v7();
    await owner.query("INSERT INTO topics (id, slug, name) VALUES ($1, 'unrecorded', 'Unrecorded')", [id]);
    expect((await room.get(`/v1/topics/${id}/history`)).data).toEqual([]);
    const none = await room.request('GET', `/v1/topics/${id}/history?version=1`);
    expect([none.status, none.body.detail]).toEqual([
      404,
      'The topic has no version 1: none of its versions was recorded.',
    ]);
    await change(`/v1/topics/${id}`, { name: 'Recorded' });
    const { data } = await room.get(`/v1/topics/${id}/history`);
    expect(actions({ data })).toEqual(['2 updated']);
    const first = await room.get(`/v1/topics/${id}/history?version=1`);
    expect(first.name).toBe('Unrecorded');
    expect(patched(first, data[0].patch)).toEqual(await room.get(`/v1/topics/${id}/history?version=2`));
  });
});

describe('whatever is changed, in whatever order', () => {
  const name = fc.constantFrom('Sputnik', 'Спутник', 'spoutnik', 'a/b', 'c~d', '~1', '');
  const names = fc.uniqueArray(
    name.filter((text) => text !== ''),
    { maxLength: 4 },
  );
  const edit = fc.record(
    {
      name: name.map((text) => text || 'Unnamed'),
      description: fc.option(name.map((text) => text || 'Nothing')),
      aliases: names,
      externalIds: fc.dictionary(fc.constantFrom('wikidata', 'isni', 'viaf'), fc.constantFrom('Q1', 'Q2', 'Q3')),
    },
    { requiredKeys: [] },
  );

  /** All versions of the list, page by page. */
  async function versionsOf(url: string, limit: number): Promise<Version[]> {
    const versions: Version[] = [];
    for (let query = ''; ; ) {
      const { data, page } = await room.get(`${url}?limit=${limit}${query}`);
      versions.push(...data);
      if (page.nextCursor === null) return versions;
      query = `&cursor=${page.nextCursor}`;
    }
  }

  test('the patches, applied one after the other to nothing, give every version as it was answered then', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 5 }), fc.integer({ min: 1, max: 4 }), async (edits, limit) => {
        const { id, ...created } = await room.source();
        const url = `/v1/sources/${id}`;
        const answered = [{ id, ...created }];
        for (const body of edits) {
          await change(url, body);
          const now = await room.get(url);
          if (now.version > answered.length) answered.push(now);
        }
        const versions = await versionsOf(`${url}/history`, limit);
        let document: unknown = null;
        for (const [at, { version, patch }] of versions.entries()) {
          document = patched(document, patch);
          expect(version).toBe(at + 1);
          expect(document).toEqual(answered[at]);
          expect(await room.get(`${url}/history?version=${version}`)).toEqual(document);
        }
        expect(versions).toHaveLength(answered.length);
      }),
      { numRuns: 25 },
    );
  });
});
