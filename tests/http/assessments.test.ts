import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
});
afterAll(() => ledger.close());

const post = (body: object, headers = {}) => room.request('POST', '/v1/assessments', body, headers);
const reviewer = () => room.source({ kind: 'organization' });
const change = (method: 'PATCH' | 'DELETE', id: string, body?: object, ifMatch = '*') =>
  room.request(method, `/v1/assessments/${id}`, body, { 'if-match': ifMatch });
const now = () => new Date().toISOString();

async function assess(fields: Record<string, unknown> = {}) {
  const { status, body } = await post({
    claim: fields.claim ?? (await room.claim()).id,
    reviewer: fields.reviewer ?? (await reviewer()).id,
    rating: { ratingValue: 5 },
    ...fields,
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

const refused = async (fields: Record<string, unknown>) => {
  const answer = await post({ claim: (await room.claim()).id, reviewer: (await reviewer()).id, ...fields });
  return [answer.status, ...answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)];
};

async function scheme(fields: object = {}) {
  const { status, body } = await room.request('POST', '/v1/rating-schemes', {
    reviewer: (await reviewer()).id,
    worstRating: 0,
    bestRating: 4,
    ratings: [
      { ratingValue: 0, alternateName: 'Four Pinocchios', verdict: 'false' },
      { ratingValue: 2, alternateName: 'Ça dépend', verdict: 'mixed' },
      { ratingValue: 3, alternateName: 'Nobody knows', verdict: 'unproven' },
      { ratingValue: 4, alternateName: 'Geppetto', verdict: 'true' },
    ],
    ...fields,
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

const current = (list: { data: { id: string; current: boolean; supersededBy: string | null }[] }) =>
  list.data.map(({ id, supersededBy }) => [id, supersededBy]);

describe('recording a verdict', () => {
  test('claim, reviewer and a rating suffice', async () => {
    const [claim, source] = [await room.claim(), await reviewer()];
    const { status, body, headers } = await post({
      claim: claim.slug,
      reviewer: source.slug,
      rating: { ratingValue: 4 },
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: body.id,
      claim: { id: claim.id, slug: claim.slug, text: claim.text },
      reviewer: { id: source.id, slug: source.slug, name: source.name },
      rating: { ratingValue: 4, bestRating: 5, worstRating: 1, alternateName: null },
      verdict: 'true',
      explanation: null,
      url: null,
      language: 'und',
      published: null,
      current: true,
      supersededBy: null,
      createdAt: body.createdAt,
      updatedAt: body.createdAt,
      version: 1,
    });
    expect(headers).toMatchObject({ location: `/v1/assessments/${body.id}` });
    expect(headers.etag).toMatch(/^"1\.[\w-]{16}"$/);
    const read = await room.request('GET', `/v1/assessments/${body.id}`);
    expect([read.body, read.headers.etag]).toEqual([body, headers.etag]);
  });

  test('its URL is kept in the spelling of reports', async () => {
    const { url } = await assess({ url: 'HTTPS://Facts.example/a/?utm_source=x#top' });
    expect(url).toBe('https://facts.example/a');
  });

  test.each([
    [{ ratingValue: 1 }, 'false'],
    [{ ratingValue: 2 }, 'false'],
    [{ ratingValue: 2.1 }, 'mixed'],
    [{ ratingValue: 3, alternateName: 'Half true' }, 'mixed'],
    [{ ratingValue: 3.9 }, 'mixed'],
    [{ ratingValue: 4 }, 'true'],
    [{ ratingValue: 5 }, 'true'],
    [{ ratingValue: 0, worstRating: 0, bestRating: 1 }, 'false'],
    [{ ratingValue: -25, worstRating: -100, bestRating: 0 }, 'true'],
    [{ alternateName: 'False' }, null],
  ])('without a scheme the rating %j comes to the verdict %s', async (rating, verdict) => {
    expect((await assess({ rating })).verdict).toBe(verdict);
  });

  test('a rating that is none is told where', async () => {
    expect(await refused({ rating: {} })).toEqual([422, '/rating']);
    expect(await refused({ rating: { ratingValue: 6 } })).toEqual([422, '/rating/ratingValue']);
    expect(await refused({ rating: { ratingValue: 6, worstRating: 7 } })).toEqual([422, '/rating/worstRating']);
    expect(await refused({ rating: { alternateName: 'True', bestRating: 7 } })).toEqual([422, '/rating/bestRating']);
    expect(await refused({ rating: { alternateName: ' ' } })).toEqual([400, '/rating/alternateName']);
    expect(await refused({ rating: { ratingValue: '5' } })).toEqual([400, '/rating/ratingValue']);
  });

  test('the claim and the reviewer must be there, stand, and the reviewer have a name', async () => {
    const rating = { ratingValue: 3 };
    expect(await refused({ rating, claim: 'no-claim', reviewer: 'no-source' })).toEqual([422, '/claim', '/reviewer']);
    const unnamed = await room.source({ kind: 'anonymous', host: (await room.outlet()).id });
    expect(await refused({ rating, reviewer: unnamed.id })).toEqual([422, '/reviewer']);
    const [gone, kept] = [await room.claim(), await room.claim()];
    await room.act(`claims/${gone.id}/merge`, { into: kept.id, reason: 'The same.' });
    expect(await refused({ rating, claim: gone.id })).toEqual([409, '/claim']);
  });

  test('an id of its own choice is taken once', async () => {
    const { id } = await assess();
    expect(await refused({ id, rating: { ratingValue: 3 } })).toEqual([409, '/id']);
  });

  test('it never touches the standing: the answer of the claim stays byte for byte', async () => {
    const claim = await room.claim();
    await room.attribution({ claim: claim.id });
    const answers = async () => {
      const urls = ['', '/positions', '/attributions', '/chain', '/timeline'];
      return Promise.all(
        urls.map((path) => ledger.http.get(`/v1/claims/${claim.id}${path}`).set('authorization', `Bearer ${key}`)),
      );
    };
    const key = await ledger.key('read');
    const before = await answers();
    await assess({ claim: claim.id, rating: { ratingValue: 1 } });
    const after = await answers();
    expect(after.map(({ text, headers }) => [text, headers.etag])).toEqual(
      before.map(({ text, headers }) => [text, headers.etag]),
    );
    expect(before[0]?.body.standing).toBe('single_origin');
  });
});

describe('by the scheme of the reviewer', () => {
  test.each([
    [{ ratingValue: 0 }, 'Four Pinocchios', 'false'],
    [{ alternateName: 'CA DEPEND' }, 'Ça dépend', 'mixed'],
    [{ ratingValue: 3, alternateName: 'nobody  knows' }, 'Nobody knows', 'unproven'],
    [{ ratingValue: 4, bestRating: 4, worstRating: 0 }, 'Geppetto', 'true'],
  ])('the rating %j is %s, and says %s', async (rating, alternateName, verdict) => {
    const { reviewer: source, ratings } = await scheme();
    const { ratingValue } = ratings.find((each: { alternateName: string }) => each.alternateName === alternateName);
    expect(await assess({ reviewer: source.id, rating })).toMatchObject({
      rating: { ratingValue, alternateName, bestRating: 4, worstRating: 0 },
      verdict,
    });
  });

  test('what is none of its ratings is refused, with the ratings that there are', async () => {
    const { reviewer: source, ratings } = await scheme();
    const wrong = (rating: object) => refused({ reviewer: source.id, rating });
    expect(await wrong({ ratingValue: 1 })).toEqual([422, '/rating/ratingValue']);
    expect(await wrong({ alternateName: 'True' })).toEqual([422, '/rating/alternateName']);
    expect(await wrong({ ratingValue: 4, alternateName: 'Ça dépend' })).toEqual([422, '/rating/alternateName']);
    expect(await wrong({ ratingValue: 4, bestRating: 5, worstRating: 1 })).toEqual([
      422,
      '/rating/bestRating',
      '/rating/worstRating',
    ]);
    const { body } = await post({ claim: (await room.claim()).id, reviewer: source.id, rating: { ratingValue: 1 } });
    expect(body.ratings).toEqual(ratings);
    expect(body.detail).toContain('0 “Four Pinocchios”');
  });

  test('a scheme that is changed later leaves what was recorded', async () => {
    const { id: schemeId, reviewer: source } = await scheme();
    const { id } = await assess({ reviewer: source.id, rating: { ratingValue: 3 } });
    await room.request(
      'PATCH',
      `/v1/rating-schemes/${schemeId}`,
      { ratings: [{ ratingValue: 3, alternateName: 'True enough', verdict: 'true' }] },
      { 'if-match': '*' },
    );
    const explained = await change('PATCH', id, { explanation: 'Because.' });
    expect(explained.body).toMatchObject({ verdict: 'unproven', rating: { alternateName: 'Nobody knows' } });
    const judged = await change('PATCH', id, { rating: { alternateName: 'True enough' } });
    expect(judged.body).toMatchObject({ verdict: 'true', rating: { ratingValue: 3, alternateName: 'True enough' } });
  });

  test('a scheme of one that is merged into the reviewer is its scheme', async () => {
    const { reviewer: source } = await scheme();
    const kept = await reviewer();
    await room.act(`sources/${source.id}/merge`, { into: kept.id, reason: 'The same.' });
    expect((await assess({ reviewer: kept.id, rating: { alternateName: 'Geppetto' } })).verdict).toBe('true');
  });
});

describe('the later supersedes the earlier', () => {
  const both = async (one: object, two: object) => {
    const [claim, source] = [(await room.claim()).id, (await reviewer()).id];
    const first = await assess({ claim, reviewer: source, ...one });
    const second = await assess({ claim, reviewer: source, ...two });
    return { claim, source, first, second };
  };

  test('by one reviewer on one claim, whoever else judges it', async () => {
    const { claim, first, second } = await both({}, { rating: { ratingValue: 1 } });
    const other = await assess({ claim });
    expect(current(await room.get(`/v1/claims/${claim}/assessments`))).toEqual([
      [other.id, null],
      [second.id, null],
      [first.id, second.id],
    ]);
    expect(await room.get(`/v1/assessments/${first.id}`)).toMatchObject({ current: false, supersededBy: second.id });
  });

  test('a date that lies wholly after wins, whatever was recorded last', async () => {
    const { claim, first, second } = await both({ published: '2026-01-10' }, { published: '2026-01-09' });
    expect(second).toMatchObject({ current: false, supersededBy: first.id });
    expect(current(await room.get(`/v1/claims/${claim}/assessments`))).toEqual([
      [second.id, first.id],
      [first.id, null],
    ]);
  });

  test('where the dates overlap, the one that was recorded last', async () => {
    const { first, second } = await both({ published: '2026-01-10' }, { published: '2026-01' });
    expect(await room.get(`/v1/assessments/${first.id}`)).toMatchObject({ supersededBy: second.id });
  });

  test('each is superseded by the next, not by the last', async () => {
    const { claim, source, first, second } = await both({ published: '2025-01' }, { published: '2025-02' });
    const third = await assess({ claim, reviewer: source, published: '2025-03' });
    expect(current(await room.get(`/v1/assessments?reviewer=${source}`))).toEqual([
      [third.id, null],
      [second.id, third.id],
      [first.id, second.id],
    ]);
    await change('DELETE', second.id);
    expect(await room.get(`/v1/assessments/${first.id}`)).toMatchObject({ supersededBy: third.id });
    await change('DELETE', third.id);
    expect(await room.get(`/v1/assessments/${first.id}`)).toMatchObject({ current: true });
  });

  test('merged claims and merged reviewers count as one, until the merge ends', async () => {
    const [one, two] = [await room.claim(), await room.claim()];
    const [a, b] = [await reviewer(), await reviewer()];
    const first = await assess({ claim: one.id, reviewer: a.id });
    const second = await assess({ claim: two.id, reviewer: b.id });
    const supersededBy = async () => (await room.get(`/v1/assessments/${first.id}`)).supersededBy;
    await room.act(`claims/${one.id}/merge`, { into: two.id, reason: 'The same.' });
    expect(await supersededBy()).toBeNull();
    await room.act(`sources/${a.id}/merge`, { into: b.id, reason: 'The same.' });
    expect(await supersededBy()).toBe(second.id);
    expect(await room.get(`/v1/assessments?claim=${one.slug}&reviewer=${a.slug}&current=true`)).toMatchObject({
      data: [{ id: second.id, claim: { id: two.id } }],
    });
    expect((await room.request('GET', `/v1/claims/${one.id}/assessments`)).status).toBe(308);
    await room.act(`claims/${one.id}/unmerge`, {});
    expect(await supersededBy()).toBeNull();
  });
});

describe('by the clocks', () => {
  test('with asOf only what was published by then is there, and the latest of it is current', async () => {
    const [claim, source] = [(await room.claim()).id, (await reviewer()).id];
    const old = await assess({ claim, reviewer: source, published: '2025-11-03' });
    const young = await assess({ claim, reviewer: source, published: '2025-12' });
    const undated = await assess({ claim });
    const at = async (asOf: string) => current(await room.get(`/v1/claims/${claim}/assessments?asOf=${asOf}`));
    expect(await at('2025-11-02')).toEqual([]);
    expect(await at('2025-11-03')).toEqual([[old.id, null]]);
    expect(await at('2025-12-30')).toEqual([[old.id, null]]);
    expect(await at('2025-12-31')).toEqual([
      [young.id, null],
      [old.id, young.id],
    ]);
    expect((await at('2999-01-01'))[0]).toEqual([undated.id, null]);
    expect((await room.request('GET', `/v1/assessments/${old.id}?asOf=2025-11-02`)).status).toBe(404);
    expect((await room.get(`/v1/assessments/${old.id}?asOf=2025-11-03`)).current).toBe(true);
  });

  test('with knownAt it is what we had recorded by then', async () => {
    const [claim, source] = [(await room.claim()).id, (await reviewer()).id];
    const before = now();
    const first = await assess({ claim, reviewer: source, rating: { ratingValue: 2 }, published: '2025-11' });
    const between = now();
    await change('PATCH', first.id, { rating: { ratingValue: 5 }, published: '2025-10', explanation: 'So.' });
    const later = now();
    const second = await assess({ claim, reviewer: source });
    await change('DELETE', first.id);
    expect((await room.request('GET', `/v1/assessments/${first.id}?knownAt=${before}`)).status).toBe(404);
    expect(await room.get(`/v1/assessments/${first.id}?knownAt=${between}`)).toEqual(first);
    expect(await room.get(`/v1/assessments/${first.id}?knownAt=${later}`)).toMatchObject({
      verdict: 'true',
      published: '2025-10',
      version: 2,
      current: true,
    });
    const ids = async (query: string) =>
      (await room.get(`/v1/assessments?claim=${claim}&${query}`)).data.map(({ id }: { id: string }) => id);
    expect(await ids(`knownAt=${between}&published.gte=2025-11`)).toEqual([first.id]);
    expect(await ids(`knownAt=${later}&published.gte=2025-11`)).toEqual([]);
    expect(await ids(`knownAt=${between}&verdict=false`)).toEqual([first.id]);
    expect(await ids(`knownAt=${now()}`)).toEqual([second.id]);
    expect((await room.request('GET', `/v1/claims/${claim}/assessments?knownAt=2020-01-01`)).status).toBe(404);
  });
});

describe('finding assessments', () => {
  const ids = async (query: string) =>
    (await room.get(`/v1/assessments?${query}`)).data.map(({ id }: { id: string }) => id);

  test('by claim, reviewer, rating, verdict, topic, date and whether they are current', async () => {
    const topic = (await room.request('POST', '/v1/topics', { name: 'Judged' })).body;
    const claim = await room.claim({ topic: topic.id });
    const source = await reviewer();
    const one = await assess({
      claim: claim.id,
      reviewer: source.id,
      rating: { ratingValue: 3.5, alternateName: 'Yarı doğru' },
      published: '2025-11~',
    });
    const two = await assess({
      claim: claim.id,
      reviewer: source.id,
      rating: { alternateName: '42' },
      published: '2026',
    });
    await assess();
    expect(await ids(`claim=${claim.slug}`)).toEqual([two.id, one.id]);
    expect(await ids(`reviewer=${source.slug}`)).toEqual([two.id, one.id]);
    expect(await ids('rating=3.5')).toEqual([one.id]);
    expect(await ids(`rating=${encodeURIComponent('YARI DOGRU')}`)).toEqual([one.id]);
    expect(await ids(`verdict=mixed&topic=${topic.slug}`)).toEqual([one.id]);
    expect(await ids(`topic=${topic.slug}`)).toEqual([two.id, one.id]);
    expect(await ids(`topic=${topic.slug}&current=true`)).toEqual([two.id]);
    expect(await ids(`topic=${topic.slug}&current=false`)).toEqual([one.id]);
    expect(await ids(`topic=${topic.slug}&published.lt=2025-11-15`)).toEqual([one.id]);
    expect(await ids(`topic=${topic.slug}&published.gte=2026-06`)).toEqual([two.id]);
  });

  test('page by page, each once', async () => {
    const claim = (await room.claim()).id;
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.unshift((await assess({ claim })).id);
    const found: string[] = [];
    let cursor = '';
    do {
      const { data, page } = await room.get(`/v1/assessments?claim=${claim}&limit=2${cursor}`);
      found.push(...data.map(({ id }: { id: string }) => id));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(found).toEqual(made);
  });

  test('a filter that names nothing is refused', async () => {
    const answer = await room.request('GET', '/v1/assessments?claim=no-claim&reviewer=no-source&topic=no-topic');
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map(({ parameter }: { parameter: string }) => parameter)).toEqual([
      'claim',
      'reviewer',
      'topic',
    ]);
    const past = await room.request('GET', `/v1/assessments?reviewer=no-source&knownAt=${now()}`);
    expect(past.status).toBe(422);
    expect((await room.request('GET', '/v1/claims/no-claim/assessments')).status).toBe(404);
  });
});

describe('changing and deleting', () => {
  test('needs the version, keeps the history, and records nothing that is derived', async () => {
    const { id } = await assess();
    expect((await room.request('PATCH', `/v1/assessments/${id}`, { language: 'en' })).status).toBe(428);
    expect((await change('PATCH', id, { language: 'en' }, '"9"')).status).toBe(412);
    const changed = await change('PATCH', id, { language: 'tr', url: 'https://facts.example/b' }, '"1"');
    expect(changed).toMatchObject({ status: 200, body: { language: 'tr', version: 2, current: true } });
    expect((await change('PATCH', id, { language: 'tr' })).body.version).toBe(2);
    expect((await change('DELETE', id)).status).toBe(204);
    expect((await change('DELETE', id)).status).toBe(404);
    const { data } = await room.get(`/v1/assessments/${id}/history`);
    expect(data.map(({ action }: { action: string }) => action)).toEqual(['created', 'updated', 'deleted']);
    const { rows } = await ledger.database.pool.query('SELECT type, after FROM changes WHERE entity_id = $1', [id]);
    for (const { type, after } of rows) {
      expect(type).toBe('assessment');
      expect(Object.keys(after)).not.toContain('current');
      expect(Object.keys(after)).not.toContain('supersededBy');
      expect(after.verdict).toBe('true');
    }
  });

  test('the claim and the reviewer stay', async () => {
    const { id } = await assess();
    expect((await change('PATCH', id, { claim: (await room.claim()).id })).status).toBe(400);
    const update = (set: string) => ledger.database.pool.query(`UPDATE assessments SET ${set} WHERE id = $1`, [id]);
    await expect(update(`claim_id = '${(await room.claim()).id}'`)).rejects.toThrow('reviewers_stay');
    await expect(update(`reviewer_id = '${(await reviewer()).id}'`)).rejects.toThrow('reviewers_stay');
  });

  test('a part of the rating is changed as a merge patch, and judged anew', async () => {
    const { id } = await assess({ rating: { ratingValue: 5, alternateName: 'True' } });
    const { body } = await change('PATCH', id, { rating: { ratingValue: 1, alternateName: null } });
    expect(body).toMatchObject({
      rating: { ratingValue: 1, bestRating: 5, worstRating: 1, alternateName: null },
      verdict: 'false',
    });
    expect((await change('PATCH', id, { rating: null })).status).toBe(400);
    expect((await change('PATCH', id, { rating: { ratingValue: 9 } })).status).toBe(422);
  });

  test('what an assessment refers to cannot be deleted', async () => {
    const { id, claim, reviewer: source } = await assess();
    const remove = (path: string) => room.request('DELETE', `/v1/${path}`, undefined, { 'if-match': '*' });
    expect(await remove(`claims/${claim.id}`)).toMatchObject({ status: 409, body: { references: { assessments: 1 } } });
    expect(await remove(`sources/${source.id}`)).toMatchObject({ status: 409 });
    await change('DELETE', id);
    expect((await remove(`claims/${claim.id}`)).status).toBe(204);
    expect((await remove(`sources/${source.id}`)).status).toBe(204);
  });
});
