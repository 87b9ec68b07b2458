import pg from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenRule } from '../../src/database/rules.ts';
import { RELATION_STATUSES, RELATION_TYPES } from '../../src/domain/vocabulary.ts';
import { type Importer, importer } from '../factories/imports.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

let ledger: TestLedger;
let room: Newsroom;
let desk: Importer;

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
type Json = any;
type Thing = { id: string; slug: string };

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
  desk = await importer(ledger);
});
afterAll(() => ledger.close());

const ANY = { 'if-match': '*' };
const pathOf = (claim: { id: string }, relation?: { id: string }) =>
  `/v1/claims/${claim.id}/relations${relation === undefined ? '' : `/${relation.id}`}`;
const relate = (from: { id: string }, body: object, headers: Record<string, string> = {}) =>
  room.request('POST', pathOf(from), body, headers);
const related = async (from: { id: string }, type: string, to: { id: string }, more: object = {}): Promise<Json> => {
  const answer = await relate(from, { type, to: to.id, ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};
const judge = (claim: { id: string }, relation: { id: string }, body: object, headers: Record<string, string> = ANY) =>
  room.request('PATCH', pathOf(claim, relation), body, headers);
const judged = async (claim: { id: string }, relation: { id: string }, status: string): Promise<Json> => {
  const answer = await judge(claim, relation, { status });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const list = async (claim: { id: string }, query = ''): Promise<Json[]> =>
  (await room.get(`${pathOf(claim)}${query}`)).data;
const told = (relations: readonly Json[]) => relations.map(({ id, status }) => [id, status]);
const nameOf = ({ id, slug, text }: Json) => ({ id, slug, text });
const refusal = ({ status, body }: { status: number; body: Json }) => [
  status,
  body.type.replace('/problems/', ''),
  ...body.errors.map(({ pointer, parameter }: Json) => pointer ?? parameter),
];
const claims = async (count: number): Promise<Thing[]> => {
  const made: Thing[] = [];
  while (made.length < count) made.push(await room.claim());
  return made;
};
const two = async () => (await claims(2)) as [Thing, Thing];
const three = async () => (await claims(3)) as [Thing, Thing, Thing];
const merge = (from: Thing, into: Thing) => room.act(`claims/${from.id}/merge`, { into: into.id, reason: 'The same.' });
const unmerge = (from: Thing) => room.act(`claims/${from.id}/unmerge`, {});
const changesOf = (id: string) =>
  desk.sql('SELECT action, actor, version, slug, after FROM changes WHERE entity_id = $1 ORDER BY id', id);

describe('a relation', () => {
  test('is suggested unless it is said otherwise, and is read under either claim, with both', async () => {
    const [a, b] = await two();
    const answer = await relate(a, { type: 'supports', to: b.slug });
    expect([answer.status, answer.headers.location]).toEqual([201, pathOf(a, answer.body)]);
    expect(answer.body).toEqual({
      id: answer.body.id,
      from: nameOf(a),
      type: 'supports',
      to: nameOf(b),
      status: 'suggested',
      judgedBy: 'test',
      judgedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      version: 1,
    });
    for (const claim of [a, b]) {
      const read = await room.request('GET', pathOf(claim, answer.body));
      expect([read.body, read.headers.etag]).toEqual([answer.body, answer.headers.etag]);
      expect(await list(claim)).toEqual([answer.body]);
    }
  });

  test.each(RELATION_TYPES)('can be of the type %s, and of each status from the beginning', async (type) => {
    for (const status of RELATION_STATUSES) {
      const [a, b] = await two();
      expect(await related(a, type, b, { status })).toMatchObject({ type, status, version: 1 });
    }
  });

  test('is kept for a repeated request with the same Idempotency-Key', async () => {
    const [a, b] = await two();
    const send = () => relate(a, { type: 'refines', to: b.id }, { 'idempotency-key': `relate-${a.id}` });
    const [first, second] = [await send(), await send()];
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(await list(a)).toHaveLength(1);
  });

  test('has an id of the caller’s own where one is given, but none that anything else has', async () => {
    const [a, b] = await two();
    const id = v7();
    expect((await related(a, 'supports', b, { id: id.toUpperCase() })).id).toBe(id);
    for (const taken of [id, a.id]) {
      const answer = await relate(a, { id: taken, type: 'refines', to: b.id });
      expect(refusal(answer)).toEqual([409, 'conflict', '/id']);
    }
    expect(await list(a)).toHaveLength(1);
  });

  test('that stands is refused, with its id; one of another type or the other way round is another', async () => {
    const [a, b] = await two();
    const there = await related(a, 'supports', b, { status: 'rejected' });
    const again = await relate(a, { type: 'supports', to: b.id });
    expect([...refusal(again), again.body.relation]).toEqual([409, 'conflict', there.id]);
    const back = await related(b, 'supports', a);
    const refines = await related(a, 'refines', b);
    expect(told(await list(a))).toEqual([
      [refines.id, 'suggested'],
      [back.id, 'suggested'],
      [there.id, 'rejected'],
    ]);
  });

  test('that one claim contradicts another goes both ways', async () => {
    const [a, b] = await two();
    const there = await related(a, 'contradicts', b);
    const back = await relate(b, { type: 'contradicts', to: a.id });
    expect([...refusal(back), back.body.relation]).toEqual([409, 'conflict', there.id]);
    expect(await list(b)).toEqual([there]);
  });

  test('keeps its claims from being deleted', async () => {
    const [a, b] = await two();
    await related(a, 'supports', b);
    for (const { id } of [a, b]) {
      const answer = await room.request('DELETE', `/v1/claims/${id}`, undefined, ANY);
      expect([...refusal(answer), answer.body.references]).toEqual([409, 'still-referred-to', { relations: 1 }]);
    }
  });
});

describe('a relation is refused', () => {
  test.each([
    ['without a type', { type: undefined }, [400, 'malformed', '/type']],
    ['of an unknown type', { type: 'resembles' }, [400, 'malformed', '/type']],
    ['without the other claim', { to: undefined }, [400, 'malformed', '/to']],
    ['with null for the other claim', { to: null }, [400, 'malformed', '/to']],
    ['with what is no name', { to: 'No name' }, [400, 'malformed', '/to']],
    ['with an unknown status', { status: 'doubted' }, [400, 'malformed', '/status']],
    ['with null for its status', { status: null }, [400, 'malformed', '/status']],
    ['with an id that is none', { id: '1' }, [400, 'malformed', '/id']],
    ['with a field of its answer', { judgedBy: 'me' }, [400, 'malformed', '/judgedBy']],
    ['to a claim that is not there', { to: 'no-such-claim' }, [422, 'rule-broken', '/to']],
    ['to an id that is no claim', { to: v7() }, [422, 'rule-broken', '/to']],
  ])('%s', async (_what, more, expected) => {
    const [a, b] = await two();
    expect(refusal(await relate(a, { type: 'supports', to: b.id, ...more }))).toEqual(expected);
    expect(await list(a)).toEqual([]);
  });

  test('to itself, however it is named', async () => {
    const [a] = await two();
    for (const to of [a.id, a.slug])
      expect(refusal(await relate(a, { type: 'part_of', to }))).toEqual([422, 'rule-broken', '/to']);
  });

  test('of or to a claim that is not there, deleted or merged', async () => {
    const [a, b, c] = await three();
    expect((await relate({ id: 'no-such-claim' }, { type: 'supports', to: b.id })).status).toBe(404);
    await merge(a, c);
    const merged = await relate(a, { type: 'supports', to: b.id });
    expect([...refusal(merged), merged.body.mergedInto.id]).toEqual([409, 'conflict', c.id]);
    const into = await relate(b, { type: 'supports', to: a.slug });
    expect([...refusal(into), into.body.mergedInto.id]).toEqual([409, 'conflict', '/to', c.id]);
    const gone = await room.claim();
    await room.request('DELETE', `/v1/claims/${gone.id}`, undefined, ANY);
    expect((await relate(gone, { type: 'supports', to: b.id })).status).toBe(404);
    expect(refusal(await relate(b, { type: 'supports', to: gone.id }))).toEqual([422, 'rule-broken', '/to']);
    expect(await list(b)).toEqual([]);
  });
});

describe('a judgement', () => {
  test('is a version: who judged what and when is in the feed, with what it was before', async () => {
    const [a, b] = await two();
    const key = await ledger.key('write');
    const relation = await related(a, 'supports', b);
    await desk.sql(
      "UPDATE keys SET name = 'second-desk' WHERE hash = (SELECT hash FROM keys ORDER BY id DESC LIMIT 1)",
    );
    const answer = await ledger.http
      .patch(pathOf(b, relation))
      .set({ authorization: `Bearer ${key}`, 'if-match': '"1"', 'content-type': 'application/merge-patch+json' })
      .send({ status: 'confirmed' });
    const confirmed = answer.body;
    expect(confirmed).toEqual({
      ...relation,
      status: 'confirmed',
      judgedBy: 'second-desk',
      judgedAt: confirmed.judgedAt,
      version: 2,
    });
    expect(confirmed.judgedAt > relation.judgedAt).toBe(true);
    const rejected = await judged(a, relation, 'rejected');
    expect(rejected).toMatchObject({ status: 'rejected', judgedBy: 'test', version: 3 });
    const entry = ({ judgedBy, version, ...document }: Json) => {
      return { actor: judgedBy, version, slug: null, after: { ...document, judgedBy, version } };
    };
    expect(await changesOf(relation.id)).toEqual([
      { action: 'created', ...entry(relation) },
      { action: 'updated', ...entry(confirmed) },
      { action: 'updated', ...entry(rejected) },
    ]);
    const [first] = await desk.sql('SELECT min(id)::integer AS id FROM changes WHERE entity_id = $1', relation.id);
    const feed = await room.get(`/v1/changes?after=${first.id - 1}`);
    const entries = feed.data.filter(({ entity }: Json) => entity === relation.id);
    expect(entries.map(({ type, actor, version, at }: Json) => [type, actor, version, at])).toEqual(
      [relation, confirmed, rejected].map(({ judgedBy, version, judgedAt }) => [
        'claim_relation',
        judgedBy,
        version,
        judgedAt,
      ]),
    );
    expect(
      await desk.sql('SELECT version, before, after FROM revisions WHERE entity_id = $1 ORDER BY version', relation.id),
    ).toEqual([
      { version: 2, before: relation, after: confirmed },
      { version: 3, before: confirmed, after: rejected },
    ]);
  });

  test('that is the same again writes nothing, and answers with the same version', async () => {
    const [a, b] = await two();
    const relation = await related(a, 'supports', b, { status: 'confirmed' });
    for (const body of [{ status: 'confirmed' }, {}]) {
      const answer = await judge(a, relation, body, { 'if-match': '"1"' });
      expect([answer.status, answer.body]).toEqual([200, relation]);
    }
    expect(await changesOf(relation.id)).toHaveLength(1);
  });

  test('starts from the version that was read', async () => {
    const [a, b] = await two();
    const relation = await related(a, 'supports', b);
    const { headers } = await room.request('GET', pathOf(a, relation));
    const tag = String(headers.etag);
    expect((await judge(a, relation, { status: 'confirmed' }, { 'if-match': tag })).status).toBe(200);
    for (const status of ['rejected', 'confirmed']) {
      const late = await judge(b, relation, { status }, { 'if-match': tag });
      expect([...refusal(late), late.body.version]).toEqual([412, 'stale', 2]);
    }
    expect((await judge(a, relation, { status: 'rejected' }, {})).status).toBe(428);
    expect(told(await list(a))).toEqual([[relation.id, 'confirmed']]);
  });

  test('is made under either claim, but not under a third, nor of what is no relation', async () => {
    const [a, b, c] = await three();
    const relation = await related(a, 'depends_on', b);
    expect((await judged(b, relation, 'confirmed')).from).toEqual(nameOf(a));
    for (const [claim, id] of [
      [c, relation.id],
      [a, v7()],
      [a, a.id],
      [{ id: 'no-such-claim' }, relation.id],
    ] as const) {
      expect((await judge(claim, { id }, { status: 'rejected' })).status).toBe(404);
      expect((await room.request('GET', pathOf(claim, { id }))).status).toBe(404);
    }
    expect((await judge(a, { id: 'refund' }, { status: 'rejected' })).status).toBe(400);
    expect(told(await list(a))).toEqual([[relation.id, 'confirmed']]);
  });

  test.each([
    ['null', { status: null }, '/status'],
    ['an unknown status', { status: 'open' }, '/status'],
    ['another type', { status: 'confirmed', type: 'refines' }, '/type'],
    ['another claim', { to: 'refund' }, '/to'],
  ])('cannot be %s', async (_what, body, pointer) => {
    const [a, b] = await two();
    const relation = await related(a, 'supports', b);
    expect(refusal(await judge(a, relation, body))).toEqual([400, 'malformed', pointer]);
    expect(await list(a)).toEqual([relation]);
  });

  test('needs a key that may write', async () => {
    const [a, b] = await two();
    const relation = await related(a, 'supports', b);
    const headers = { authorization: `Bearer ${await ledger.key('read')}`, 'if-match': '*' };
    const url = pathOf(a, relation);
    const answer = await ledger.http.patch(url).set(headers).send({ status: 'confirmed' });
    expect(answer.status).toBe(403);
  });
});

describe('the list', () => {
  test('filters by how a relation was judged last, and by type, page by page', async () => {
    const [hub, ...others] = (await claims(5)) as [Thing, Thing, Thing, Thing, Thing];
    const [one, two, three, four] = [
      await related(hub, 'supports', others[0]),
      await related(others[1] as Thing, 'supports', hub, { status: 'confirmed' }),
      await related(hub, 'contradicts', others[2] as Thing, { status: 'confirmed' }),
      await related(others[3] as Thing, 'contradicts', hub, { status: 'rejected' }),
    ];
    await judged(hub, one, 'confirmed');
    const ids = async (query: string) => (await list(hub, query)).map(({ id }) => id);
    expect(await ids('')).toEqual([four.id, three.id, two.id, one.id]);
    expect(await ids('?status=confirmed')).toEqual([three.id, two.id, one.id]);
    expect(await ids('?status=suggested')).toEqual([]);
    expect(await ids('?type=contradicts')).toEqual([four.id, three.id]);
    expect(await ids('?type=contradicts&status=rejected')).toEqual([four.id]);
    const first = await room.request('GET', `${pathOf(hub)}?status=confirmed&limit=2`);
    expect(first.headers.link).toContain('rel="next"');
    const cursor = first.body.page.nextCursor;
    expect(await ids(`?status=confirmed&limit=2&cursor=${cursor}`)).toEqual([one.id]);
    const other = await room.request('GET', `${pathOf(hub)}?status=rejected&limit=2&cursor=${cursor}`);
    expect(refusal(other)).toEqual([400, 'malformed', 'cursor']);
  });

  test.each([
    ['status=open', 'status'],
    ['type=resembles', 'type'],
    ['limit=0', 'limit'],
    ['from=refund', 'from'],
  ])('refuses %s', async (query, parameter) => {
    const [a] = await two();
    expect(refusal(await room.request('GET', `${pathOf(a)}?${query}`))).toEqual([400, 'malformed', parameter]);
  });
});

describe('by the clocks', () => {
  test('each status, its judge and its version are those of then, and asOf changes nothing', async () => {
    const [a, b] = await two();
    const before = new Date().toISOString();
    const versions = [await related(a, 'supports', b)];
    for (const status of ['confirmed', 'rejected', 'suggested', 'confirmed'])
      versions.push(await judged(a, versions[0], status));
    for (const version of versions) {
      const at = `?knownAt=${version.judgedAt}`;
      for (const query of [at, `${at}&asOf=2020-01-01`]) {
        expect(await room.get(`${pathOf(b, version)}${query}`)).toEqual(version);
        expect(await list(a, query)).toEqual([version]);
        expect(await list(a, `${query}&status=${version.status}`)).toEqual([version]);
        expect(await list(a, `${query}&status=${version.status === 'rejected' ? 'confirmed' : 'rejected'}`)).toEqual(
          [],
        );
      }
    }
    const last = versions.at(-1);
    expect(await list(a, '?asOf=2020-01-01')).toEqual([last]);
    expect((await room.request('GET', `${pathOf(a, last)}?knownAt=${before}`)).status).toBe(404);
    const now = await room.request('GET', `${pathOf(a, last)}?knownAt=${new Date().toISOString()}`);
    expect([now.body, now.headers.etag]).toEqual([last, (await room.request('GET', pathOf(a, last))).headers.etag]);
  });

  test('the claims have the names of then', async () => {
    const [a, b] = await two();
    const relation = await related(a, 'supports', b);
    await room.request('PATCH', `/v1/claims/${a.id}`, { text: 'Put in other words' }, ANY);
    const now = await room.request('GET', pathOf(b, relation));
    expect([now.body.from.text, now.body.version]).toEqual(['Put in other words', 1]);
    expect(await room.get(`${pathOf(b, relation)}?knownAt=${relation.judgedAt}`)).toEqual(relation);
  });
});

describe('of claims that are merged, a relation', () => {
  test('counts at the claim that stands, can be judged there, and goes back with the merge', async () => {
    const [a, b, c] = await three();
    const relation = await related(a, 'supports', b);
    await merge(a, c);
    expect(await list(c)).toEqual([{ ...relation, from: nameOf(c) }]);
    expect((await list(b))[0].from).toEqual(nameOf(c));
    const { status, headers } = await room.request('GET', pathOf(a, relation));
    expect([status, headers.location]).toEqual([308, pathOf(c, relation)]);
    expect((await judge(a, relation, { status: 'confirmed' })).body.mergedInto.id).toBe(c.id);
    const confirmed = await judged(c, relation, 'confirmed');
    expect(confirmed).toMatchObject({ from: nameOf(c), status: 'confirmed', version: 2 });
    expect(await list(a, `?knownAt=${relation.judgedAt}`)).toEqual([relation]);
    await unmerge(a);
    expect(await list(c)).toEqual([]);
    expect(await list(a)).toEqual([{ ...confirmed, from: nameOf(a) }]);
    expect(await list(c, `?knownAt=${confirmed.judgedAt}`)).toEqual([confirmed]);
  });

  test('that was recorded twice is the one that was judged last', async () => {
    const [a, b, c] = await three();
    const first = await related(a, 'supports', b);
    const second = await related(c, 'supports', b, { status: 'confirmed' });
    await judged(a, first, 'rejected');
    await merge(a, c);
    expect(told(await list(b))).toEqual([[first.id, 'rejected']]);
    expect(told(await list(c, '?status=confirmed'))).toEqual([]);
    const hidden = await room.request('GET', `${pathOf(b, second)}?asOf=2026-01-01`);
    expect([hidden.status, hidden.headers.location, hidden.headers['cache-control']]).toEqual([
      308,
      `${pathOf(b, first)}?asOf=2026-01-01`,
      'no-store',
    ]);
    const late = await judge(c, second, { status: 'suggested' });
    expect([...refusal(late), late.body.mergedInto]).toEqual([409, 'conflict', { id: first.id, slug: null }]);
    const third = await relate(c, { type: 'supports', to: b.id });
    expect([...refusal(third), third.body.relation]).toEqual([409, 'conflict', first.id]);
    await unmerge(a);
    expect(told(await list(b))).toEqual([
      [second.id, 'confirmed'],
      [first.id, 'rejected'],
    ]);
  });

  test('that is a contradiction is one whichever way it was recorded', async () => {
    const [a, b, c] = await three();
    const first = await related(a, 'contradicts', b, { status: 'confirmed' });
    const second = await related(b, 'contradicts', c);
    await merge(a, c);
    expect(told(await list(c))).toEqual([[second.id, 'suggested']]);
    await unmerge(a);
    expect(told(await list(b))).toEqual([
      [second.id, 'suggested'],
      [first.id, 'confirmed'],
    ]);
  });

  test('is left out while it would relate a claim to itself', async () => {
    const [a, b, c] = await three();
    const relation = await related(a, 'contradicts', b);
    const other = await related(a, 'supports', c);
    await merge(a, b);
    expect(told(await list(b))).toEqual([[other.id, 'suggested']]);
    expect((await room.request('GET', pathOf(b, relation))).status).toBe(404);
    expect((await judge(b, relation, { status: 'confirmed' })).status).toBe(404);
    await unmerge(a);
    expect(await list(b)).toEqual([relation]);
  });
});

describe('of writers at the same time', () => {
  test('who relate two claims, both ways and in two services, one relation is left', async () => {
    const other = await secondApp(ledger);
    const authorization = `Bearer ${await ledger.key('write')}`;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const [a, b] = await two();
      const send = (on: TestLedger['http'], from: Thing, to: Thing, status: string) =>
        on.post(pathOf(from)).set({ authorization }).send({ type: 'contradicts', to: to.id, status });
      const answers = await Promise.all([
        send(ledger.http, a, b, 'suggested'),
        send(other.http, b, a, 'rejected'),
        send(other.http, a, b, 'confirmed'),
        send(ledger.http, b, a, 'suggested'),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
      const made = answers.find(({ status }) => status === 201)?.body;
      const refused = answers.filter(({ status }) => status === 409);
      expect(refused.map((answer) => answer.body.relation)).toEqual([made.id, made.id, made.id]);
      expect(await list(a)).toEqual([made]);
    }
    await other.close();
  });

  test('who judge one version, one wins and the others are stale', async () => {
    const [a, b] = await two();
    const relation = await related(a, 'supports', b);
    const statuses = ['confirmed', 'rejected', 'confirmed', 'rejected'];
    const answers = await Promise.all(
      statuses.map((status, n) => judge(n < 2 ? a : b, relation, { status }, { 'if-match': '"1"' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    expect(await list(a)).toEqual([answers.find(({ status }) => status === 200)?.body]);
    expect(await changesOf(relation.id)).toHaveLength(2);
  });
});

describe('the database holds, whoever writes', () => {
  const INSERT = `INSERT INTO claim_relations (id, relation_id, version, from_id, type, to_id, status, actor)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'somebody')`;
  const ruleOf = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(brokenRule(error)?.message, String(error)).toBeTypeOf('string');
    return (error as pg.DatabaseError).constraint;
  };
  const insert = (...values: unknown[]) => desk.sql(INSERT, v7(), ...values);

  test('that a new relation is between claims that stand, under an id of its own', async () => {
    const [a, b, c] = await three();
    const gone = await room.claim();
    await room.request('DELETE', `/v1/claims/${gone.id}`, undefined, ANY);
    expect(await ruleOf(insert(v7(), 1, gone.id, 'supports', b.id, 'confirmed'))).toBe('claim_relations_claims_stand');
    await merge(c, a);
    expect(await ruleOf(insert(v7(), 1, b.id, 'supports', c.id, 'confirmed'))).toBe('claim_relations_of_what_stands');
    expect(await ruleOf(insert(v7(), 1, a.id, 'supports', a.id, 'confirmed'))).toBe('claim_relations_to_another');
    expect(await ruleOf(insert(a.id, 1, a.id, 'supports', b.id, 'confirmed'))).toBe('claim_relations_id_is_new');
  });

  test('that judgements follow each other, of the same claims and type', async () => {
    const [a, b, c] = await three();
    const { id } = await related(a, 'supports', b);
    const rule = (...values: unknown[]) => ruleOf(insert(id, ...values));
    expect(await rule(2, a.id, 'supports', b.id, 'confirmed')).toBe('claim_relations_versions_follow');
    expect(await rule(3, a.id, 'supports', b.id, 'confirmed')).toBe('claim_relations_versions_follow');
    expect(await rule(1, a.id, 'supports', b.id, 'confirmed')).toBe('claim_relations_id_is_new');
    const closing = `WITH closed AS (UPDATE claim_relations SET recorded_until = ledger_now() WHERE relation_id = $1) SELECT`;
    const client = new pg.Client({ connectionString: ledger.serviceUrl });
    await client.connect();
    for (const [from, type, to] of [
      [b, 'supports', a],
      [a, 'refines', b],
      [a, 'supports', c],
    ] as const) {
      await client.query('BEGIN');
      await client.query(closing, [id]);
      expect(await ruleOf(client.query(INSERT, [v7(), id, 2, from.id, type, to.id, 'confirmed']))).toBe(
        'claim_relations_stay_between',
      );
      await client.query('ROLLBACK');
    }
    await client.end();
  });

  test('that of two contradictions of the same claims, begun at once, one stays', async () => {
    const [a, b] = await two();
    const clients = [0, 1].map(() => new pg.Client({ connectionString: ledger.serviceUrl }));
    const [one, other] = clients as [pg.Client, pg.Client];
    await Promise.all(clients.map((client) => client.connect()));
    await Promise.all(clients.map((client) => client.query('BEGIN')));
    const ids = [v7(), v7()];
    await one.query(INSERT, [v7(), ids[0], 1, a.id, 'contradicts', b.id, 'suggested']);
    const second = ruleOf(other.query(INSERT, [v7(), ids[1], 1, b.id, 'contradicts', a.id, 'rejected']));
    await one.query('COMMIT');
    expect(await second).toBe('claim_relations_one_contradiction');
    await other.query('ROLLBACK');
    await Promise.all(clients.map((client) => client.end()));
    expect(told(await list(b))).toEqual([[ids[0], 'suggested']]);
  });
});

describe('imported, a relation', () => {
  let bundles = 0;
  /** Imports relations between claims that are there, and gives their rows. */
  const take = async (...relations: object[]) => {
    bundles += 1;
    const slug = `relations-outlet-${bundles}`;
    const rows = await desk.rows({
      report: { title: 'A report', outlet: slug },
      sources: [{ slug, name: slug, kind: 'outlet' }],
      relations,
    });
    return rows.filter(({ type }) => type === 'relation').map(({ outcome, id }) => [outcome, id]);
  };

  test('is confirmed unless its status says otherwise; the same again is unchanged, another status a judgement', async () => {
    const [a, b] = await two();
    const relation = { from: a.slug, type: 'supports', to: b.id };
    const [row] = await take(relation);
    const [made] = await list(a);
    expect([row, made.status, made.version]).toEqual([['created', made.id], 'confirmed', 1]);
    expect(await take(relation)).toEqual([['unchanged', made.id]]);
    expect(await take({ ...relation, status: 'suggested' })).toEqual([['updated', made.id]]);
    expect(await take({ ...relation, status: 'suggested' })).toEqual([['unchanged', made.id]]);
    expect(await take(relation)).toEqual([['updated', made.id]]);
    expect((await changesOf(made.id)).map(({ version, after }) => [version, after.status])).toEqual([
      [1, 'confirmed'],
      [2, 'suggested'],
      [3, 'confirmed'],
    ]);
  });

  test('that a person has rejected stays so, unless the bundle says its status', async () => {
    const [a, b] = await two();
    const relation = { from: a.slug, type: 'supports', to: b.slug };
    await take(relation);
    const [made] = await list(a);
    await judged(a, made, 'rejected');
    expect(await take(relation)).toEqual([['unchanged', made.id]]);
    expect(told(await list(a))).toEqual([[made.id, 'rejected']]);
    expect(await take({ ...relation, status: 'confirmed' })).toEqual([['updated', made.id]]);
    expect(told(await list(a))).toEqual([[made.id, 'confirmed']]);
  });

  test('that is a contradiction is found whichever way it was recorded, and is not given both ways', async () => {
    const [a, b] = await two();
    const there = await related(a, 'contradicts', b, { status: 'confirmed' });
    expect(await take({ from: b.slug, type: 'contradicts', to: a.slug })).toEqual([['unchanged', there.id]]);
    expect(await take({ from: b.slug, type: 'contradicts', to: a.slug, status: 'rejected' })).toEqual([
      ['updated', there.id],
    ]);
    expect(await list(b)).toMatchObject([{ id: there.id, from: nameOf(a), to: nameOf(b), status: 'rejected' }]);
    const both = [
      { from: a.slug, type: 'contradicts', to: b.slug },
      { from: b.slug, type: 'contradicts', to: a.slug },
    ];
    const { status, body } = await desk.post({ report: { title: 'x', outlet: 'x' }, relations: both });
    expect([status, body.errors.map(({ pointer }: Json) => pointer)]).toEqual([
      422,
      ['/report/outlet', '/relations/1'],
    ]);
  });

  test('of claims that are merged is that of what stands', async () => {
    const [a, b, c] = await three();
    const there = await related(c, 'supports', b, { status: 'confirmed' });
    await merge(a, c);
    expect(
      await take({ from: a.slug, type: 'supports', to: b.slug }, { from: c.slug, type: 'supports', to: b.slug }),
    ).toEqual([
      ['unchanged', there.id],
      ['unchanged', there.id],
    ]);
    expect(await take({ from: a.slug, type: 'refines', to: c.slug })).toEqual([['unchanged', null]]);
    const [[, id] = []] = await take({ from: a.slug, type: 'refines', to: b.slug });
    expect(await list(c, '?type=refines')).toMatchObject([{ id, from: nameOf(c), to: nameOf(b) }]);
  });

  test('has its given id where it is new; the id of anything else is refused', async () => {
    const [a, b, c] = await three();
    const id = v7();
    const relation = { id, from: a.slug, type: 'supports', to: b.slug };
    expect(await take(relation)).toEqual([['created', id]]);
    expect(await take(relation)).toEqual([['unchanged', id]]);
    expect(await take({ ...relation, id: v7() })).toEqual([['unchanged', id]]);
    const wrong = [
      { ...relation, to: c.slug },
      { from: b.slug, type: 'supports', to: c.slug, id: a.id },
      { from: b.slug, type: 'refines', to: c.slug, id: a.id },
    ];
    const { status, body } = await desk.post({
      report: { title: 'x', outlet: 'y' },
      sources: [{ slug: 'y', name: 'y', kind: 'outlet' }],
      relations: wrong,
    });
    expect([status, body.errors.map(({ pointer }: Json) => pointer)]).toEqual([
      422,
      ['/relations/0/id', '/relations/1/id', '/relations/2/id', '/relations/2/id'],
    ]);
  });
});
