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

const RATINGS = [
  { ratingValue: 1, alternateName: 'False', verdict: 'false' },
  { ratingValue: 3, alternateName: 'Half true', verdict: 'mixed' },
  { ratingValue: 5, alternateName: 'True', verdict: 'true' },
];

const post = (body: object, headers = {}) => room.request('POST', '/v1/rating-schemes', body, headers);
const reviewer = () => room.source({ kind: 'organization' });
const change = (method: 'PATCH' | 'DELETE', id: string, body?: object, ifMatch = '*') =>
  room.request(method, `/v1/rating-schemes/${id}`, body, { 'if-match': ifMatch });

async function scheme(fields: object = {}) {
  const { status, body } = await post({ reviewer: (await reviewer()).id, ratings: RATINGS, ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

const pointers = ({ body }: { body: { errors: { pointer: string }[] } }) => body.errors.map(({ pointer }) => pointer);

describe('creating a scheme', () => {
  test('reviewer and ratings suffice: the scale goes from 1 to 5, as in schema.org', async () => {
    const { id, slug, name } = await reviewer();
    const { status, body, headers } = await post({ reviewer: slug, ratings: RATINGS });
    expect(status).toBe(201);
    expect(body).toMatchObject({ reviewer: { id, slug, name }, name: null, worstRating: 1, bestRating: 5, version: 1 });
    expect(body.ratings).toEqual(RATINGS);
    expect(headers).toMatchObject({ location: `/v1/rating-schemes/${body.id}`, etag: expect.stringMatching(/^"1/) });
    expect(await room.get(`/v1/rating-schemes/${body.id}`)).toEqual(body);
  });

  test('a rating beyond the scale, and a value or a name given twice, are told where they stand', async () => {
    const ratings = [
      { ratingValue: 0, alternateName: 'Türk yalanı', verdict: 'false' },
      { ratingValue: 2, alternateName: 'TURK YALANI', verdict: 'false' },
      { ratingValue: 2, alternateName: 'True', verdict: 'true' },
    ];
    const answer = await post({ reviewer: (await reviewer()).id, ratings });
    expect(answer.status).toBe(422);
    expect(pointers(answer)).toEqual(['/ratings/0/ratingValue', '/ratings/1/alternateName', '/ratings/2/ratingValue']);
    const flat = await post({ reviewer: (await reviewer()).id, ratings: RATINGS, worstRating: 5 });
    expect(pointers(flat)).toContain('/worstRating');
    expect((await post({ reviewer: (await reviewer()).id, ratings: [] })).status).toBe(400);
  });

  test('the reviewer must be there, stand, and have a name', async () => {
    const nobody = await post({ reviewer: 'nobody-here', ratings: RATINGS });
    expect([nobody.status, pointers(nobody)]).toEqual([422, ['/reviewer']]);
    const unnamed = await room.source({ kind: 'anonymous', host: (await room.outlet()).id });
    const answer = await post({ reviewer: unnamed.id, ratings: RATINGS });
    expect([answer.status, pointers(answer)]).toEqual([422, ['/reviewer']]);
    const [gone, kept] = [await reviewer(), await reviewer()];
    await room.act(`sources/${gone.id}/merge`, { into: kept.id, reason: 'The same.' });
    const merged = await post({ reviewer: gone.id, ratings: RATINGS });
    expect(merged).toMatchObject({ status: 409, body: { mergedInto: { id: kept.id } } });
  });

  test('a reviewer has one, and merged reviewers count as one', async () => {
    const first = await scheme();
    const again = await post({ reviewer: first.reviewer.id, ratings: RATINGS });
    expect(again).toMatchObject({ status: 409, body: { ratingScheme: first.id } });
    const other = await reviewer();
    await room.act(`sources/${first.reviewer.id}/merge`, { into: other.id, reason: 'The same.' });
    expect(await post({ reviewer: other.id, ratings: RATINGS })).toMatchObject({
      status: 409,
      body: { ratingScheme: first.id },
    });
    expect((await room.get(`/v1/rating-schemes?reviewer=${first.reviewer.slug}`)).data).toMatchObject([
      { id: first.id, reviewer: { id: other.id } },
    ]);
  });

  test('a repeated request with the same Idempotency-Key gives the first answer', async () => {
    const body = { reviewer: (await reviewer()).id, ratings: RATINGS };
    const [one, two] = [await post(body, { 'idempotency-key': 'k1' }), await post(body, { 'idempotency-key': 'k1' })];
    expect(two.body).toEqual(one.body);
  });
});

describe('changing a scheme', () => {
  test('needs the version that was read, and keeps its history', async () => {
    const { id } = await scheme();
    expect((await room.request('PATCH', `/v1/rating-schemes/${id}`, { name: 'Steps' })).status).toBe(428);
    expect((await change('PATCH', id, { name: 'Steps' }, '"7"')).status).toBe(412);
    const changed = await change('PATCH', id, { name: 'Steps' }, '"1"');
    expect(changed).toMatchObject({ status: 200, body: { name: 'Steps', version: 2 } });
    expect((await change('PATCH', id, { name: 'Steps' })).body.version).toBe(2);
    const { data } = await room.get(`/v1/rating-schemes/${id}/history`);
    expect(data.map(({ action }: { action: string }) => action)).toEqual(['created', 'updated']);
  });

  test('its reviewer stays', async () => {
    const { id } = await scheme();
    expect((await change('PATCH', id, { reviewer: (await reviewer()).id })).status).toBe(400);
  });

  test('a scale that leaves a rating out is refused', async () => {
    const { id } = await scheme();
    const answer = await change('PATCH', id, { bestRating: 4 });
    expect([answer.status, pointers(answer)]).toEqual([422, ['/ratings/2/ratingValue']]);
  });

  test('by the recorded clock it is what it was', async () => {
    const { id } = await scheme({ name: 'Before' });
    const before = new Date().toISOString();
    await change('PATCH', id, { name: 'After', ratings: RATINGS.slice(1) });
    expect(await room.get(`/v1/rating-schemes/${id}?knownAt=${before}`)).toMatchObject({
      name: 'Before',
      ratings: RATINGS,
    });
    await change('DELETE', id);
    expect((await room.request('GET', `/v1/rating-schemes/${id}`)).status).toBe(404);
    expect((await room.get(`/v1/rating-schemes/${id}?knownAt=${before}`)).name).toBe('Before');
  });

  test('a reviewer with a scheme cannot be deleted, nor become anonymous; without it, it can be deleted', async () => {
    const { id, reviewer: source } = await scheme();
    const remove = () => room.request('DELETE', `/v1/sources/${source.id}`, undefined, { 'if-match': '*' });
    expect(await remove()).toMatchObject({ status: 409, body: { references: { ratingSchemes: 1 } } });
    const host = (await room.outlet()).id;
    const unnamed = await room.request(
      'PATCH',
      `/v1/sources/${source.id}`,
      { kind: 'anonymous', host },
      { 'if-match': '*' },
    );
    expect([unnamed.status, pointers(unnamed)]).toEqual([422, ['/kind']]);
    expect((await change('DELETE', id)).status).toBe(204);
    expect((await remove()).status).toBe(204);
  });

  test('the change feed tells of it as rating_scheme', async () => {
    const { id } = await scheme();
    const { rows } = await ledger.database.pool.query('SELECT type, action FROM changes WHERE entity_id = $1', [id]);
    expect(rows).toEqual([{ type: 'rating_scheme', action: 'created' }]);
  });
});

test('what the service does not check, the database does', async () => {
  const { id } = await scheme();
  const update = (set: string) => ledger.database.pool.query(`UPDATE rating_schemes SET ${set} WHERE id = $1`, [id]);
  await expect(update("ratings = '[]'")).rejects.toThrow('rating_schemes_ratings_given');
  await expect(update('best_rating = 4')).rejects.toThrow('rating_schemes_ratings_in_range');
  await expect(update('ratings = ratings || ratings')).rejects.toThrow('rating_schemes_ratings_once');
  await expect(update(`ratings = '[{"ratingValue":1,"alternateName":"x","verdict":"no"}]'`)).rejects.toThrow(
    'rating_schemes_verdicts_known',
  );
  await expect(update(`reviewer_id = '${(await reviewer()).id}'`)).rejects.toThrow('reviewers_stay');
});
