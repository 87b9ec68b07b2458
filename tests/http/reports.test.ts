import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let http: Client;
let headers: Record<string, string>;

beforeAll(async () => {
  ledger = await openLedger();
  http = ledger.http;
  headers = { authorization: `Bearer ${await ledger.key('admin')}` };
  await addSource('outlet-one');
  await addSource('outlet-two');
  await addSource('speaker', 'person');
  const hostId = await addSource('host');
  await addSource('unnamed', 'anonymous', hostId);
});
afterAll(() => ledger.close());

async function addSource(slug: string, kind = 'outlet', hostId: string | null = null): Promise<string> {
  const data = { id: ledger.newId(), slug, name: slug, nameFolded: slug, kind, hostId };
  return (await ledger.database.prisma.source.create({ data })).id;
}

const post = (payload: object | string, more: Record<string, string> = {}) =>
  http
    .post('/v1/reports')
    .set({ ...headers, ...more })
    .send(payload);

async function newReport(payload: object = {}) {
  const answer = await post({ title: 'A report', outlet: 'outlet-one', ...payload });
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
  return answer.body;
}

const get = (url: string, more: Record<string, string> = {}) => http.get(url).set({ ...headers, ...more });

const patch = (id: string, payload: object, more: Record<string, string> = { 'if-match': '*' }) =>
  http
    .patch(`/v1/reports/${id}`)
    .set({ ...headers, ...more })
    .send(payload);

const remove = (id: string, more: Record<string, string> = { 'if-match': '*' }) =>
  http.delete(`/v1/reports/${id}`).set({ ...headers, ...more });

async function idsOf(query: Record<string, string>): Promise<string[]> {
  const answer = await get(`/v1/reports?${new URLSearchParams(query)}`);
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  return answer.body.data.map(({ id }: { id: string }) => id);
}

async function rowsOf(sql: string, ...values: unknown[]) {
  return (await ledger.database.pool.query(sql, values)).rows;
}

describe('creating a report', () => {
  test('title and outlet suffice; the rest has its defaults', async () => {
    const answer = await post({ title: 'Just a title', outlet: 'outlet-one' });
    expect(answer.status).toBe(201);
    const report = answer.body;
    expect(report).toMatchObject({
      url: null,
      title: 'Just a title',
      outlet: { slug: 'outlet-one', name: 'outlet-one' },
      authors: [],
      kind: 'article',
      language: 'und',
      published: null,
      retrievedAt: null,
      archiveUrl: null,
      text: null,
      textHash: null,
      status: 'held',
      retractedOn: null,
      citedIn: null,
      version: 1,
    });
    expect(answer.headers).toMatchObject({
      location: `/v1/reports/${report.id}`,
      etag: expect.stringMatching(/^"1\.[\w-]{16}"$/),
    });
    expect((await get(`/v1/reports/${report.id}`)).body).toEqual(report);
  });

  test('keeps everything that it is given, the hash of the text included', async () => {
    const text = 'Ankara’dan açıklama: 🛡️ مرحبا';
    const given = {
      id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51',
      url: 'https://www.example.com/full',
      title: 'Full',
      authors: ['Ayşe Yılmaz', 'محمد'],
      kind: 'press_release',
      language: 'tr',
      published: '2025-12',
      archiveUrl: 'https://archive.example.org/2026/https://www.example.com/full?utm_source=x',
      text,
    };
    const outlet = (await rowsOf('SELECT id FROM sources WHERE slug = $1', 'outlet-two'))[0].id;
    const report = await newReport({ ...given, outlet, retrievedAt: '2026-01-05T10:00:00+01:00' });
    expect(report).toMatchObject({
      ...given,
      outlet: { id: outlet, slug: 'outlet-two' },
      retrievedAt: '2026-01-05T09:00:00.000Z',
      textHash: createHash('sha256').update(text, 'utf8').digest('hex'),
    });
    const [row] = await rowsOf('SELECT published_from, published_until FROM reports WHERE id = $1', given.id);
    expect(row).toEqual({ published_from: new Date('2025-12-01'), published_until: new Date('2026-01-01') });
  });

  test('writes a change entry and no revision', async () => {
    const report = await newReport();
    const [change, ...others] = await rowsOf('SELECT * FROM changes WHERE entity_id = $1', report.id);
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      action: 'created',
      type: 'report',
      actor: 'test',
      slug: null,
      version: 1,
      after: report,
    });
    expect(await rowsOf('SELECT * FROM revisions WHERE entity_id = $1', report.id)).toEqual([]);
  });

  test('a repeated request with the same Idempotency-Key has one effect', async () => {
    const payload = { title: 'Once', outlet: 'outlet-one', url: 'https://example.com/once' };
    const first = await post(payload, { 'idempotency-key': 'report-once' });
    const again = await post(payload, { 'idempotency-key': 'report-once' });
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  test('takes a text of 500,000 characters, and no longer one', async () => {
    const text = 'ş'.repeat(500_000);
    expect((await newReport({ text })).text).toBe(text);
    const longer = await post({ title: 'T', outlet: 'outlet-one', text: `${text}ş` });
    expect([longer.status, longer.body.errors[0].pointer]).toEqual([400, '/text']);
    const huge = await post({ title: 'T', outlet: 'outlet-one', text: 'x'.repeat(2 * 1024 * 1024) });
    expect(huge.status).toBe(413);
  });

  test.each([
    ['an outlet that is not there', { outlet: 'nobody' }, '/outlet'],
    ['an outlet id that is not there', { outlet: '019ac3f1-7c1e-7d5a-9b0e-000000000000' }, '/outlet'],
    ['an anonymous outlet', { outlet: 'unnamed' }, '/outlet'],
    ['a held report without title', { title: null }, '/title'],
    ['the text of a report that we have not seen', { status: 'cited_unseen', text: 'Words' }, '/text'],
  ])('refuses %s with 422', async (_, change, pointer) => {
    const answer = await post({ title: 'T', outlet: 'outlet-one', ...change });
    expect([answer.status, answer.body.errors]).toEqual([422, [{ pointer, detail: expect.any(String) }]]);
  });

  test.each([
    ['a date that is none', { published: '2025-13' }, '/published'],
    ['a day that the calendar lacks', { published: '2025-02-30' }, '/published'],
    ['a date in words', { published: 'December 2025' }, '/published'],
    ['an instant without zone', { retrievedAt: '2025-12-11T09:30:00' }, '/retrievedAt'],
    ['a year that no database keeps', { retrievedAt: '0000-01-01T00:00:00Z' }, '/retrievedAt'],
    ['an instant past the year 9999', { retrievedAt: '9999-12-31T23:59:59-23:59' }, '/retrievedAt'],
    ['a URL without scheme', { url: 'www.example.com/a' }, '/url'],
    ['a script', { url: 'javascript:alert(1)' }, '/url'],
    ['a file', { url: 'file:///etc/passwd' }, '/url'],
    ['a password in the URL', { url: 'https://me:secret@example.com/' }, '/url'],
    ['a URL that is too long', { url: `https://example.com/${'a'.repeat(2000)}` }, '/url'],
    ['a URL that is too long when it is encoded', { url: `https://example.com/${'ş'.repeat(1000)}` }, '/url'],
    ['an archive that is no address', { archiveUrl: 'archive.org' }, '/archiveUrl'],
    ['a kind that is not known', { kind: 'rumour' }, '/kind'],
    ['a status that comes by an action', { status: 'retracted' }, '/status'],
    ['a hash from outside', { textHash: 'a'.repeat(64) }, '/textHash'],
    ['a language that is none', { language: '🇹🇷' }, '/language'],
    ['too many authors', { authors: Array.from({ length: 101 }, () => 'A') }, '/authors'],
    ['an author without name', { authors: [' '] }, '/authors/0'],
    ['an id that is no UUID', { id: 'report-1' }, '/id'],
    ['a blank title', { title: ' ' }, '/title'],
    ['a NUL character', { title: 'a\0b' }, '/title'],
    ['half a surrogate pair', { text: 'a\ud800' }, '/text'],
  ])('refuses %s with 400', async (_, change, pointer) => {
    const answer = await post({ title: 'T', outlet: 'outlet-one', ...change });
    expect([answer.status, answer.body.errors]).toEqual([400, [{ pointer, detail: expect.any(String) }]]);
  });

  test('an id that is taken is a conflict', async () => {
    const { id } = await newReport();
    const answer = await post({ id, title: 'T', outlet: 'outlet-one' });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([409, '/id']);
  });

  test('keeps hostile strings as they are', async () => {
    const hostile = `'; DROP TABLE reports; -- \\ " $1 %s {{x}} <script>‮مرحبا 🏴‍☠️`;
    const given = { title: hostile, authors: [hostile], text: hostile };
    const { id } = await newReport(given);
    expect((await get(`/v1/reports/${id}`)).body).toMatchObject(given);
  });
});

describe('a URL names one report', () => {
  test('it is kept in one spelling', async () => {
    const report = await newReport({
      url: 'HTTPS://WWW.Example.com:443/One/?utm_source=x&b=2&a=1&fbclid=y&gclid=z#top',
    });
    expect(report.url).toBe('https://www.example.com/One?a=1&b=2');
  });

  test('a second report with it is refused, and told which one has it', async () => {
    const report = await newReport({ url: 'https://example.com/two' });
    const answer = await post({ title: 'T', outlet: 'outlet-two', url: 'https://EXAMPLE.com/two/?utm_medium=feed#x' });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      type: '/problems/conflict',
      report: report.id,
      errors: [{ pointer: '/url', detail: expect.stringContaining(report.id) }],
    });
  });

  test('a change that takes it is refused as well, one that keeps it is not', async () => {
    const one = await newReport({ url: 'https://example.com/three' });
    const other = await newReport({ url: 'https://example.com/four' });
    const answer = await patch(other.id, { url: one.url });
    expect([answer.status, answer.body.report]).toEqual([409, one.id]);
    expect((await patch(other.id, { url: `${other.url}#again`, title: 'New' })).body).toMatchObject({
      url: other.url,
    });
  });

  test('a deleted report frees it', async () => {
    const url = 'https://example.com/five';
    const { id } = await newReport({ url });
    expect((await remove(id)).status).toBe(204);
    expect((await newReport({ url })).url).toBe(url);
  });
});

describe('reading a report', () => {
  test('If-None-Match that knows the version is answered with 304', async () => {
    const { id } = await newReport();
    const tag = String((await get(`/v1/reports/${id}`)).headers.etag);
    expect((await get(`/v1/reports/${id}`, { 'if-none-match': tag })).status).toBe(304);
    expect((await get(`/v1/reports/${id}`, { 'if-none-match': '"2"' })).status).toBe(200);
  });

  test('one that is not there is 404, an id that is none 400', async () => {
    expect((await get(`/v1/reports/${ledger.newId()}`)).status).toBe(404);
    expect((await get('/v1/reports/some-slug')).status).toBe(400);
  });
});

describe('changing a report', () => {
  test('a merge patch changes what it names, and null takes away', async () => {
    const before = await newReport({
      url: 'https://example.com/patch',
      text: 'Old',
      published: '2025',
      kind: 'broadcast',
    });
    ledger.clock.advance(1000);
    const answer = await patch(before.id, { text: null, published: null, kind: null, outlet: 'outlet-two' });
    expect([answer.status, answer.headers.etag]).toEqual([200, expect.stringMatching(/^"2\./)]);
    const after = answer.body;
    expect(after).toMatchObject({
      url: before.url,
      title: before.title,
      text: null,
      textHash: null,
      published: null,
      kind: 'article',
      outlet: { slug: 'outlet-two' },
      version: 2,
    });
    const [revision] = await rowsOf('SELECT * FROM revisions WHERE entity_id = $1', before.id);
    expect(revision).toMatchObject({ version: 2, type: 'report', actor: 'test', before, after });
    const changes = await rowsOf(
      'SELECT action, version, after FROM changes WHERE entity_id = $1 ORDER BY id',
      before.id,
    );
    expect(changes.map(({ action }) => action)).toEqual(['created', 'updated']);
    expect(changes[1]).toMatchObject({ version: 2, after });
  });

  test('a patch that changes nothing writes nothing', async () => {
    const { id, title } = await newReport({ published: '2025-12', retrievedAt: '2026-01-05T09:00:00Z', text: 'Same' });
    const answer = await patch(id, { title, outlet: 'outlet-one', retrievedAt: '2026-01-05T10:00:00+01:00' });
    expect([answer.status, answer.headers.etag]).toEqual([200, expect.stringMatching(/^"1\./)]);
    expect(await rowsOf('SELECT * FROM changes WHERE entity_id = $1', id)).toHaveLength(1);
  });

  test('needs If-Match, of the version that stands', async () => {
    const { id } = await newReport();
    expect((await patch(id, { title: 'New' }, {})).status).toBe(428);
    const stale = await patch(id, { title: 'New' }, { 'if-match': '"2"' });
    expect([stale.status, stale.body.version]).toEqual([412, 1]);
    expect((await patch(id, { title: 'New' }, { 'if-match': '"1"' })).status).toBe(200);
  });

  test('takes no id, and not the title from a report that we hold', async () => {
    const { id } = await newReport();
    expect((await patch(id, { id })).status).toBe(400);
    const untitled = await patch(id, { title: null });
    expect([untitled.status, untitled.body.errors[0].pointer]).toEqual([422, '/title']);
  });

  test('leaves the status of a corrected or retracted report', async () => {
    const { id } = await newReport();
    for (const status of ['corrected', 'retracted']) {
      await rowsOf('UPDATE reports SET status = $2 WHERE id = $1', id, status);
      const answer = await patch(id, { title: `Now ${status}`, status: 'held' });
      expect(answer.body).toMatchObject({ status, title: `Now ${status}` });
    }
  });
});

describe('what rests on a report', () => {
  async function addAttribution(reportId: string) {
    const claimId = ledger.newId();
    await ledger.database.prisma.claim.create({
      data: { id: claimId, slug: `claim-${claimId}`, text: 'C', kind: 'fact' },
    });
    const [{ id: sourceId }] = await rowsOf("SELECT id FROM sources WHERE slug = 'speaker'");
    const id = ledger.newId();
    await rowsOf(
      `INSERT INTO attributions (claim_id, id, source_id, report_id, stance) VALUES ($1, $2, $3, $4, 'asserts')`,
      claimId,
      id,
      sourceId,
      reportId,
    );
    return async () => {
      const [row] = await rowsOf(
        `SELECT live, stance_from, stance_until, standing FROM attributions JOIN claim_summaries USING (claim_id) WHERE id = $1`,
        id,
      );
      return row;
    };
  }

  test('becomes live when we come to hold it', async () => {
    const { id } = await newReport({ status: 'cited_unseen', title: null });
    const attribution = await addAttribution(id);
    expect(await attribution()).toMatchObject({ live: false, standing: 'unattributed' });
    expect((await patch(id, { status: 'held', title: 'Found', text: 'Words' })).status).toBe(200);
    expect(await attribution()).toMatchObject({ live: true, standing: 'single_origin' });
  });

  test('moves with its date', async () => {
    const { id } = await newReport({ published: '2025-12' });
    const attribution = await addAttribution(id);
    await patch(id, { published: '2025-11-03' });
    expect(await attribution()).toMatchObject({
      stance_from: new Date('2025-11-03'),
      stance_until: new Date('2025-11-04'),
    });
    const states = await rowsOf(
      'SELECT published_from FROM report_states WHERE report_id = $1 ORDER BY recorded_from',
      id,
    );
    expect(states.map(({ published_from }) => published_from)).toEqual([
      new Date('2025-12-01'),
      new Date('2025-11-03'),
    ]);
  });

  test('keeps it from being deleted, with counts', async () => {
    const { id } = await newReport();
    await addAttribution(id);
    await addAttribution(id);
    const cited = await newReport({ status: 'cited_unseen' });
    await rowsOf('UPDATE reports SET cited_in_id = $2 WHERE id = $1', cited.id, id);
    const answer = await remove(id);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      type: '/problems/still-referred-to',
      references: { attributions: 2, reports: 1 },
    });
    expect((await get(`/v1/reports/${cited.id}`)).body).toMatchObject({ citedIn: id });
  });
});

describe('deleting a report', () => {
  test('leaves a tombstone, with its entry and its revision', async () => {
    const before = await newReport();
    expect((await remove(before.id, {})).status).toBe(428);
    expect((await remove(before.id, { 'if-match': '"7"' })).status).toBe(412);
    expect((await remove(before.id, { 'if-match': '"1"' })).status).toBe(204);
    expect((await get(`/v1/reports/${before.id}`)).status).toBe(404);
    expect((await remove(before.id)).status).toBe(404);
    expect(await idsOf({ limit: '1000' })).not.toContain(before.id);
    const [revision] = await rowsOf('SELECT version, before FROM revisions WHERE entity_id = $1', before.id);
    expect(revision).toEqual({ version: 2, before });
    const [, deleted] = await rowsOf('SELECT action, version FROM changes WHERE entity_id = $1 ORDER BY id', before.id);
    expect(deleted).toEqual({ action: 'deleted', version: 2 });
  });
});

describe('the list of reports', () => {
  test('is walked newest first by its cursor, each report once, without texts', async () => {
    await addSource('walked');
    const made: string[] = [];
    for (const title of ['A', 'B', 'C', 'D', 'E']) {
      made.unshift((await newReport({ title, outlet: 'walked', text: 'Long' })).id);
    }
    const seen: string[] = [];
    let url: string | undefined = '/v1/reports?outlet=walked&limit=2';
    while (url !== undefined) {
      const answer = await get(url);
      for (const item of answer.body.data) {
        expect(item).not.toHaveProperty('text');
        expect(item.textHash).toHaveLength(64);
        seen.push(item.id);
      }
      url = /<([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1];
      expect(answer.body.page.hasMore).toBe(url !== undefined);
    }
    expect(seen).toEqual(made);
  });

  test('a cursor of another filter is refused', async () => {
    const { nextCursor } = (await get('/v1/reports?limit=1')).body.page;
    const answer = await get(`/v1/reports?limit=1&kind=article&cursor=${nextCursor}`);
    expect([answer.status, answer.body.errors[0].parameter]).toEqual([400, 'cursor']);
  });

  test('is filtered by outlet, kind, status, language and URL, in any combination', async () => {
    const outlet = await addSource('filtered');
    const { id: plain } = await newReport({ outlet, url: 'https://example.com/filtered?id=1' });
    const { id: speech } = await newReport({ outlet, kind: 'transcript', language: 'tr' });
    const { id: unseen } = await newReport({ outlet, status: 'cited_unseen', language: 'tr' });
    expect(await idsOf({ outlet })).toEqual([unseen, speech, plain]);
    expect(await idsOf({ outlet: 'filtered', kind: 'transcript' })).toEqual([speech]);
    expect(await idsOf({ outlet, status: 'cited_unseen' })).toEqual([unseen]);
    expect(await idsOf({ outlet, language: 'TR' })).toEqual([unseen, speech]);
    expect(await idsOf({ outlet, language: 'tr', status: 'held' })).toEqual([speech]);
    expect(await idsOf({ url: 'http://example.com/filtered?id=1' })).toEqual([]);
    expect(await idsOf({ url: 'https://EXAMPLE.com/filtered/?utm_source=x&id=1#a' })).toEqual([plain]);
  });

  test('a window finds every date that touches it', async () => {
    const outlet = await addSource('dated');
    const ids: Record<string, string> = {};
    for (const published of ['2025-11', '2025-12', '2025-12-10', '2025', '2026-01/..']) {
      ids[(await newReport({ outlet, published })).id] = published;
    }
    await newReport({ outlet });
    const found = async (query: Record<string, string>) =>
      (await idsOf({ outlet, ...query })).map((id) => ids[id]).sort();
    expect(await found({ 'published.gte': '2025-12' })).toEqual(['2025', '2025-12', '2025-12-10', '2026-01/..']);
    expect(await found({ 'published.gte': '2025-12-11' })).toEqual(['2025', '2025-12', '2026-01/..']);
    expect(await found({ 'published.gte': '2027' })).toEqual(['2026-01/..']);
    expect(await found({ 'published.lt': '2025-12' })).toEqual(['2025', '2025-11']);
    expect(await found({ 'published.gte': '2025-12-10', 'published.lt': '2025-12-11' })).toEqual([
      '2025',
      '2025-12',
      '2025-12-10',
    ]);
  });

  test.each([
    ['kind=rumour', 400, 'kind'],
    ['url=example.com', 400, 'url'],
    ['published.gte=yesterday', 400, 'published.gte'],
    ['published.lt=../2025', 400, 'published.lt'],
    ['title=x', 400, 'title'],
    ['outlet=nobody', 422, 'outlet'],
  ])('refuses ?%s', async (query, status, parameter) => {
    const answer = await get(`/v1/reports?${query}`);
    expect([answer.status, answer.body.errors]).toEqual([status, [{ parameter, detail: expect.any(String) }]]);
  });
});

test('the tag of a report changes with the name of its outlet, which it shows', async () => {
  await addSource('to-be-renamed');
  const { id } = await newReport({ outlet: 'to-be-renamed' });
  const tag = String((await get(`/v1/reports/${id}`)).headers.etag);
  const source = http.patch('/v1/sources/to-be-renamed').set({ ...headers, 'if-match': '*' });
  expect((await source.send({ name: 'Renamed' })).status).toBe(200);
  const answer = await get(`/v1/reports/${id}`, { 'if-none-match': tag });
  expect([answer.status, answer.body.outlet.name]).toEqual([200, 'Renamed']);
});
