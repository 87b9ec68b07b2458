import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addKey, inTransaction, newKey } from '../../src/database/first-key.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
});
afterAll(() => ledger.close());

const ids = (list: { data: { id: string }[] }) => list.data.map(({ id }) => id);
const slugs = (list: { data: { slug: string }[] }) => list.data.map(({ slug }) => slug);
const now = () => new Date().toISOString();

describe('the founding case', () => {
  test('what had been said by October is the offer of September alone, and the day before the import nothing was known', async () => {
    const before = now();
    const bundle = readFileSync(new URL('../../examples/s400.bundle.json', import.meta.url), 'utf8');
    expect((await room.request('POST', '/v1/imports', JSON.parse(bundle))).status).toBe(201);
    expect(slugs(await room.get('/v1/claims?asOf=2025-10-01'))).toEqual(['f35-sale-considered']);
    expect(slugs(await room.get(`/v1/claims?knownAt=${before}`))).toEqual([]);
    expect(slugs(await room.get('/v1/claims?deniedBy=kremlin&asOf=2025-12-30'))).toEqual([]);
    expect(slugs(await room.get('/v1/claims?deniedBy=kremlin&asOf=2025-12-31')).sort()).toEqual([
      'raised-with-putin',
      'refund',
    ]);
  });
});

describe('by the recorded clock', () => {
  test('a thing that was not recorded yet is not found, under any of its addresses', async () => {
    const before = now();
    const claim = await room.claim();
    const attribution = await room.attribution({ claim: claim.id });
    const paths = [
      `claims/${claim.slug}`,
      `claims/${claim.id}/attributions`,
      `claims/${claim.id}/positions`,
      `claims/${claim.id}/relations`,
      `attributions/${attribution.id}`,
      `sources/${attribution.source.slug}`,
      `sources/${attribution.source.id}/positions`,
      `reports/${attribution.report.id}`,
      `reports/${attribution.report.id}/attributions`,
    ];
    for (const path of paths) {
      const { status } = await room.request('GET', `/v1/${path}?knownAt=${before}`);
      expect({ path, status }).toEqual({ path, status: 404 });
      expect((await room.request('GET', `/v1/${path}?knownAt=${now()}`)).status).toBe(200);
    }
  });

  test('a filter that names what was not recorded yet is refused, with the parameter', async () => {
    const before = now();
    const { source, report } = await room.attribution({});
    for (const query of [
      `claims?deniedBy=${source.slug}`,
      `claims?outlet=${report.outlet.slug}`,
      `attributions?source=${source.id}`,
    ]) {
      const { status, body } = await room.request('GET', `/v1/${query}&knownAt=${before}`);
      expect(status).toBe(422);
      expect(body.errors[0].parameter).toBe(/\?(\w+)=/.exec(query)?.[1]);
    }
  });

  test('a slug names what it named then', async () => {
    const first = await room.claim({ slug: 'the-slug' });
    const before = now();
    await room.request('PATCH', `/v1/claims/${first.id}`, { slug: 'another-slug' }, { 'if-match': '*' });
    const second = await room.claim({ slug: 'the-slug' });
    expect((await room.get(`/v1/claims/the-slug?knownAt=${before}`)).id).toBe(first.id);
    expect((await room.get(`/v1/claims/the-slug?knownAt=${now()}`)).id).toBe(second.id);
    expect((await room.get('/v1/claims/the-slug')).id).toBe(second.id);
  });

  test('names and texts are those of the time, of what is named in an answer too', async () => {
    const topic = await room.request('POST', '/v1/topics', { name: 'Old story' });
    const source = await room.source({ name: 'Old name' });
    const claim = await room.claim({ text: 'The old words', topic: topic.body.id, about: [source.id] });
    const attribution = await room.attribution({ claim: claim.id, source: source.id });
    const before = now();
    await room.request('PATCH', `/v1/topics/${topic.body.id}`, { name: 'New story' }, { 'if-match': '*' });
    await room.request('PATCH', `/v1/sources/${source.id}`, { name: 'New name' }, { 'if-match': '*' });
    await room.request('PATCH', `/v1/claims/${claim.id}`, { text: 'The new words', about: [] }, { 'if-match': '*' });
    const was = await room.get(`/v1/claims/${claim.id}?knownAt=${before}`);
    expect([was.text, was.topic.name, was.about[0].name, was.version]).toEqual([
      'The old words',
      'Old story',
      'Old name',
      1,
    ]);
    expect((await room.get(`/v1/attributions/${attribution.id}?knownAt=${before}`)).source.name).toBe('Old name');
    expect((await room.get(`/v1/topics/${topic.body.id}?knownAt=${before}`)).name).toBe('Old story');
    expect(ids(await room.get(`/v1/claims?q=old+words&knownAt=${before}`))).toEqual([claim.id]);
    expect(ids(await room.get(`/v1/claims?q=old+words&knownAt=${now()}`))).toEqual([]);
  });

  test('what is withdrawn later was live, and what was deleted later was there', async () => {
    const attribution = await room.attribution({});
    const spare = await room.claim();
    const before = now();
    await room.withdraw(attribution);
    await room.request('DELETE', `/v1/claims/${spare.id}`, undefined, { 'if-match': '*' });
    const was = await room.get(`/v1/attributions/${attribution.id}?knownAt=${before}`);
    expect([was.live, was.withdrawn, was.version]).toEqual([true, null, 1]);
    const list = await room.get(`/v1/attributions?source=${attribution.source.id}&live=true&knownAt=${before}`);
    expect(ids(list)).toEqual([attribution.id]);
    expect((await room.get(`/v1/claims/${spare.slug}?knownAt=${before}`)).id).toBe(spare.id);
    expect((await room.request('GET', `/v1/claims/${spare.id}?knownAt=${now()}`)).status).toBe(404);
  });

  test('a list of the past is walked page by page, each row once, while others write', async () => {
    const source = await room.source();
    const made: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      const { claim } = await room.attribution({ source: source.id, stance: 'denies' });
      made.unshift(claim.id);
    }
    const knownAt = now();
    for (const path of [`/v1/claims?deniedBy=${source.id}`, `/v1/sources/${source.id}/positions?side=against`]) {
      const found: string[] = [];
      let next = `${path}${path.includes('?') ? '&' : '?'}limit=2&knownAt=${knownAt}`;
      for (;;) {
        const { data, page } = await room.get(next);
        found.push(...data.map((row: { id?: string; claim?: { id: string } }) => row.id ?? row.claim?.id));
        await room.attribution({ source: source.id, stance: 'denies' });
        if (page.nextCursor === null) break;
        next = `${path}&limit=2&knownAt=${knownAt}&cursor=${page.nextCursor}`;
      }
      expect(found).toEqual(made);
    }
  });

  test('a cursor of another clock is refused', async () => {
    for (let n = 0; n < 3; n += 1) await room.claim();
    const { page } = await room.get(`/v1/claims?limit=1&knownAt=${now()}`);
    const { status } = await room.request('GET', `/v1/claims?limit=1&knownAt=2026-01-01&cursor=${page.nextCursor}`);
    expect(status).toBe(400);
  });

  test('an answer of the past has a tag of its own, and is not sent twice', async () => {
    const claim = await room.claim();
    for (const path of [
      `claims/${claim.id}`,
      `topics/${(await room.request('POST', '/v1/topics', { name: 'A story' })).body.id}`,
    ]) {
      const url = `/v1/${path}?knownAt=${now()}`;
      const { headers } = await room.request('GET', url);
      expect(headers.etag).toMatch(/^"1\.[\w-]{16}"$/);
      expect((await room.request('GET', url, undefined, { 'if-none-match': String(headers.etag) })).status).toBe(304);
    }
  });
});

describe('by what had been said', () => {
  test('an approximate date counts once the whole of it is past, and an open end never', async () => {
    const source = await room.source();
    const { claim } = await room.attribution({ source: source.id, said: '2025-10' });
    const open = await room.attribution({ source: source.id, said: '2025-10/..' });
    const standing = async (asOf: string) => (await room.get(`/v1/claims/${claim.id}?asOf=${asOf}`)).standing;
    expect(await standing('2025-10-30')).toBe('unattributed');
    expect(await standing('2025-10-31')).toBe('single_origin');
    expect(ids(await room.get(`/v1/claims?by=${source.id}&asOf=2025-10-30`))).toEqual([]);
    expect(ids(await room.get(`/v1/claims?by=${source.id}&asOf=2025-10-31`))).toEqual([claim.id]);
    expect(ids(await room.get(`/v1/attributions?source=${source.id}&asOf=2999-01-01`))).not.toContain(open.id);
  });

  test('a retraction counts from its day on, a withdrawal always', async () => {
    const report = await room.report({ published: '2025-11-01' });
    const { claim } = await room.attribution({ report: report.id });
    await room.request(
      'POST',
      `/v1/reports/${report.id}/retract`,
      { reason: 'Wrong.', retractedOn: '2025-12-01' },
      { 'if-match': '*' },
    );
    const withdrawn = await room.attribution({ said: '2025-11-01' });
    await room.withdraw(withdrawn);
    expect((await room.get(`/v1/claims/${claim.id}?asOf=2025-11-30`)).standing).toBe('single_origin');
    expect((await room.get(`/v1/claims/${claim.id}?asOf=2025-12-01`)).standing).toBe('unattributed');
    expect((await room.get(`/v1/claims/${withdrawn.claim.id}?asOf=2025-11-30`)).standing).toBe('unattributed');
  });

  test('a date that a report loses or gets later is found all the same', async () => {
    const report = await room.report({ published: '2025-11-01' });
    const { claim, source } = await room.attribution({ report: report.id });
    const before = now();
    await room.request('PATCH', `/v1/reports/${report.id}`, { published: '2025-12-24' }, { 'if-match': '*' });
    const find = async (clocks: string) => ids(await room.get(`/v1/claims?by=${source.id}&${clocks}`));
    expect(await find(`asOf=2025-11-02&knownAt=${before}`)).toEqual([claim.id]);
    expect(await find('asOf=2025-11-02')).toEqual([]);
    expect(await find('asOf=2025-12-24')).toEqual([claim.id]);
    expect(ids(await room.get(`/v1/claims?asOf=2025-11-02&knownAt=${before}&limit=1000`))).toContain(claim.id);
    expect(ids(await room.get('/v1/claims?asOf=2025-11-02&limit=1000'))).not.toContain(claim.id);
  });
});

test('a clock that is no time, or asked of what has none, is refused', async () => {
  for (const query of ['claims?asOf=yesterday', 'claims?knownAt=2025-13-01', 'claims?knownAt=2025-12-11T10:00:00'])
    expect((await room.request('GET', `/v1/${query}`)).status).toBe(400);
  const source = await room.source();
  expect((await room.request('GET', `/v1/sources/${source.id}?asOf=2025-01-01`)).status).toBe(400);
});

describe('an id names one thing', () => {
  const rating = { ratingValue: 1, alternateName: 'Wrong', verdict: 'false' };

  test('nothing takes the id of a thing of another kind: the past of either would be lost', async () => {
    const [claim, source, report] = [await room.claim(), await room.source(), await room.report()];
    const { id } = claim;
    const attempts: [path: string, body: object][] = [
      ['assessments', { claim: id, reviewer: source.id, rating: { ratingValue: 3 } }],
      ['reply-requests', { claim: id, source: source.id, channel: 'email' }],
      ['rating-schemes', { reviewer: source.id, ratings: [rating] }],
      ['reports', { title: 'Another', outlet: report.outlet.id }],
      ['attributions', { claim: id, source: source.id, report: report.id, stance: 'asserts' }],
      [`claims/${id}/relations`, { type: 'supports', to: (await room.claim()).id }],
    ];
    for (const [path, body] of attempts) {
      const answer = await room.request('POST', `/v1/${path}`, { id, ...body });
      expect([path, answer.status, answer.body.errors]).toMatchObject([path, 409, [{ pointer: '/id' }]]);
    }
    const then = now();
    await room.request('PATCH', `/v1/claims/${id}`, { text: 'Other words' }, { 'if-match': '*' });
    expect((await room.get(`/v1/claims/${id}?knownAt=${then}`)).text).toBe(claim.text);
  });
});

describe('the ends of time', () => {
  test('both clocks take every year from 1 to 9999', async () => {
    const { claim } = await room.attribution({ said: '2025/9999' });
    for (const clock of ['0001-01-01', '0050-06-01', '1899-12-31', '9999-12-31', '9999-12-31T23:59:59.999999Z'])
      for (const name of ['asOf', 'knownAt']) {
        const answer = await room.request('GET', `/v1/claims?${name}=${clock}`);
        expect([name, clock, answer.status]).toEqual([name, clock, 200]);
      }
    const { counts } = await room.get(`/v1/claims/${claim.id}?asOf=9999-12-31`);
    expect(counts.attributions).toBe(1);
    expect((await room.get(`/v1/claims/${claim.id}?asOf=9999-12-30`)).counts.attributions).toBe(0);
  });
});

describe('while the clock is set back behind what is recorded', () => {
  test('a question beyond now is answered as now', async () => {
    const ahead = await openLedger();
    try {
      await inTransaction(ahead.serviceUrl, async (client) => {
        const anHour = "SELECT set_config('onrecord.recorded_at', (clock_timestamp() + interval '1 hour')::text, true)";
        await client.query(anHour);
        await addKey(client, { key: newKey(), name: 'ahead', scopes: ['read'] });
      });
      const desk = await newsroom(ahead);
      const { claim, source } = await desk.attribution({});
      for (const path of [`claims/${claim.id}`, `claims/${claim.id}/positions`, `sources/${source.id}`, 'claims'])
        expect(await desk.get(`/v1/${path}?knownAt=2030-01-01`)).toEqual(await desk.get(`/v1/${path}`));
    } finally {
      await ahead.close();
    }
  });
});
