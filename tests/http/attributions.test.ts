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

const standing = async (claim: { id: string }) => (await room.get(`/v1/claims/${claim.id}`)).standing;
const changesOf = async (id: string) =>
  (await ledger.database.pool.query('SELECT action, version FROM changes WHERE entity_id = $1 ORDER BY id', [id])).rows;

describe('an attribution', () => {
  test('is created with its defaults, by slug or id, and read again as it was answered', async () => {
    const claim = await room.claim();
    const source = await room.source();
    const report = await room.report();
    const answer = await room.request('POST', '/v1/attributions', {
      claim: claim.slug,
      source: source.slug,
      report: report.id,
      stance: 'denies',
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe(`/v1/attributions/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      claim: { id: claim.id, slug: claim.slug },
      source: { id: source.id },
      report: { id: report.id, outlet: { id: report.outlet.id } },
      stance: 'denies',
      certainty: 'unstated',
      emphasis: 'plain',
      relays: null,
      speakingFor: null,
      quote: null,
      said: null,
      live: true,
      withdrawn: null,
      version: 1,
    });
    const read = await room.request('GET', String(answer.headers.location));
    expect(answer.body).toEqual({ ...read.body, warnings: [] });
    expect(read.headers.etag).toBe(answer.headers.etag);
    expect(await changesOf(answer.body.id)).toEqual([{ action: 'created', version: 1 }]);
  });

  test('keeps everything that it is given', async () => {
    const organization = await room.source({ kind: 'government' });
    const quote = {
      exact: '“Ни слова” 🛡️',
      prefix: 'he said ',
      suffix: ', twice',
      language: 'ru',
      translation: 'Not a word',
      translator: 'A. B.',
    };
    const given = {
      certainty: 'probable',
      emphasis: 'hedged',
      said: '2025-12~',
      speakingFor: organization.slug,
      quote,
    };
    const made = await room.attribution(given);
    expect(made).toMatchObject({ ...given, speakingFor: { id: organization.id } });
    const [short, self] = [
      await room.attribution({ quote: 'Not a word' }),
      await room.attribution({ speakingFor: 'self' }),
    ];
    expect(short.quote).toMatchObject({ exact: 'Not a word', prefix: null });
    expect(self.speakingFor).toBe('self');
  });

  test('names every reference that is not there', async () => {
    const answer = await room.request('POST', '/v1/attributions', {
      claim: 'no-such-claim',
      source: 'no-such-source',
      report: (await room.report()).id,
      stance: 'asserts',
      speakingFor: 'no-such-organization',
    });
    expect(answer).toMatchObject({ status: 422, body: { type: '/problems/rule-broken' } });
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/claim',
      '/source',
      '/speakingFor',
    ]);
  });

  test('in a report that is not there, or of an id that is taken, is refused', async () => {
    const nowhere = await room.request('POST', '/v1/attributions', {
      claim: (await room.claim()).id,
      source: (await room.source()).id,
      report: ledger.newId(),
      stance: 'asserts',
    });
    expect(nowhere).toMatchObject({ status: 422, body: { errors: [{ pointer: '/report' }] } });
    const first = await room.attribution({ id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9b01' });
    const again = await room.request('POST', '/v1/attributions', {
      id: first.id,
      claim: first.claim.id,
      source: first.source.id,
      report: first.report.id,
      stance: 'asserts',
    });
    expect(again).toMatchObject({ status: 409, body: { type: '/problems/conflict', errors: [{ pointer: '/id' }] } });
  });
});

/** Tries to relay, in a report of its own unless another is named. */
const relay = async (fields: object) => {
  const report = await room.report();
  return room.request('POST', '/v1/attributions', {
    source: report.outlet.id,
    report: report.id,
    stance: 'reports',
    ...fields,
  });
};

describe('a relay', () => {
  test('with a stance of its own is refused', async () => {
    const told = await room.attribution({});
    expect(await relay({ claim: told.claim.id, relays: told.id, stance: 'asserts' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/stance' }] },
    });
  });

  test('may be the 32nd hop of a chain, not the 33rd, which is refused with the whole chain', async () => {
    const claim = await room.claim();
    const report = await room.report();
    const chain = [await room.attribution({ claim: claim.id, report: report.id })];
    for (let hop = 1; hop <= 32; hop += 1)
      chain.unshift(await room.attribution({ claim: claim.id, report: report.id, relays: chain[0] }));
    const id = ledger.newId();
    const { status, body } = await relay({ id, relays: chain[0].id, claim: claim.slug, report: report.id });
    expect({ status, errors: body.errors }).toMatchObject({ status: 422, errors: [{ pointer: '/relays' }] });
    expect(body.detail).toContain('hop 33');
    expect(body.chain.map((link: { id: string }) => link.id)).toEqual([id, ...chain.map((link) => link.id)]);
    expect(body.chain.at(-1)).toEqual({
      id: chain[32].id,
      source: chain[32].source.slug,
      report: report.id,
      claim: claim.slug,
      stance: 'asserts',
    });
  });

  test('of another claim is refused with the chain that it would make', async () => {
    const [claim, other] = [await room.claim(), await room.claim()];
    const origin = await room.attribution({ claim: other.id });
    const told = await room.attribution({ claim: other.id, relays: origin });
    const { status, body } = await relay({ claim: claim.id, relays: told.id });
    expect({ status, errors: body.errors }).toMatchObject({ status: 422, errors: [{ pointer: '/relays' }] });
    expect(body.detail).toContain(`no attribution of the claim ${claim.slug}, but of ${other.slug}`);
    expect(body.chain).toMatchObject([
      { claim: claim.slug, stance: 'reports' },
      { id: told.id, claim: other.slug, stance: 'reports' },
      { id: origin.id, claim: other.slug, stance: 'asserts' },
    ]);
  });

  test('that would close a circle is refused with the circle, be it of one link or of several, of a new id or a taken one', async () => {
    const origin = await room.attribution({});
    const middle = await room.attribution({ claim: origin.claim.id, relays: origin });
    const front = await room.attribution({ claim: origin.claim.id, relays: middle });
    const id = ledger.newId();
    for (const [attempt, circle] of [
      [{ id, relays: id }, [id, id]],
      [{ id: front.id, relays: front.id }, [front.id, front.id]],
      [{ id: middle.id, relays: front.id }, [middle.id, front.id, middle.id]],
      [{ id: origin.id, relays: front.id }, [origin.id, front.id, middle.id, origin.id]],
    ] as const) {
      const { status, body } = await relay({ ...attempt, claim: origin.claim.id });
      expect({ status, errors: body.errors }).toMatchObject({ status: 422, errors: [{ pointer: '/relays' }] });
      expect(body.detail).toContain('circle');
      expect(body.chain.map((link: { id: string }) => link.id)).toEqual(circle);
      expect(body.chain[0]).toMatchObject({ claim: origin.claim.slug, stance: 'reports' });
    }
    const taken = await relay({ id: front.id, relays: origin.id, claim: origin.claim.id });
    expect(taken).toMatchObject({ status: 409, body: { errors: [{ pointer: '/id' }] } });
    expect(taken.body).not.toHaveProperty('chain');
  });

  test('of nothing that is there is refused, also when the two that relay each other come at once', async () => {
    const claim = await room.claim();
    const [one, two] = [ledger.newId(), ledger.newId()];
    const answers = await Promise.all([
      relay({ claim: claim.id, id: one, relays: two }),
      relay({ claim: claim.id, id: two, relays: one }),
    ]);
    for (const { status, body } of answers) {
      expect({ status, errors: body.errors }).toMatchObject({ status: 422, errors: [{ pointer: '/relays' }] });
      expect(body.detail).toContain('There is no attribution with the id');
    }
    expect((await room.get(`/v1/claims/${claim.id}`)).counts.attributions).toBe(0);
  });

  test('ten outlets that relay one story are one origin', async () => {
    const claim = await room.claim();
    const story = await room.attribution({ claim: claim.id });
    for (let outlet = 0; outlet < 10; outlet += 1) {
      const report = await room.report();
      await room.attribution({ claim: claim.id, source: report.outlet.id, report: report.id, relays: story });
    }
    expect(await room.get(`/v1/claims/${claim.id}`)).toMatchObject({
      standing: 'single_origin',
      counts: { for: { positions: 1, origins: 1 }, relays: 10, attributions: 11 },
    });
  });

  test('in a report that we hold brings an unseen story to life, and its withdrawal takes that back', async () => {
    const claim = await room.claim();
    const unseen = await room.report({ status: 'cited_unseen', title: null });
    const told = await room.attribution({ claim: claim.id, report: unseen.id });
    expect(told.live).toBe(false);
    expect(await standing(claim)).toBe('unattributed');
    const report = await room.report();
    const relay = await room.attribution({
      claim: claim.id,
      source: report.outlet.id,
      report: report.id,
      relays: told,
    });
    expect(relay.live).toBe(true);
    expect(await standing(claim)).toBe('single_origin');
    const falls = await room.withdraw(relay);
    expect(falls.attributions.map(({ id }: { id: string }) => id).sort()).toEqual([told.id, relay.id].sort());
    expect(falls.claims).toMatchObject([
      { claim: { id: claim.id }, before: { standing: 'single_origin' }, after: { standing: 'unattributed' } },
    ]);
  });
});

describe('a withdrawal', () => {
  test('keeps the attribution readable, out of what counts, with who, when and why', async () => {
    const made = await room.attribution({ stance: 'denies' });
    expect(await standing(made.claim)).toBe('denied');
    await room.withdraw(made);
    expect(await standing(made.claim)).toBe('unattributed');
    const read = await room.get(`/v1/attributions/${made.id}`);
    expect(read).toMatchObject({
      live: false,
      version: 2,
      withdrawn: { kind: 'withdrawn', reason: 'Misheard.', by: 'test' },
    });
    expect(await changesOf(made.id)).toEqual([
      { action: 'created', version: 1 },
      { action: 'withdrawn', version: 2 },
    ]);
    const { rows } = await ledger.database.pool.query(
      'SELECT version, before, after FROM revisions WHERE entity_id = $1',
      [made.id],
    );
    expect(rows).toMatchObject([
      { version: 2, before: { withdrawn: null }, after: { withdrawn: { kind: 'withdrawn' } } },
    ]);
  });

  test('of a middle link takes down the relays in front of it and the unseen ones behind it', async () => {
    const claim = await room.claim();
    const unseen = await room.report({ status: 'cited_unseen', title: null });
    const origin = await room.attribution({ claim: claim.id, report: unseen.id });
    const middle = await room.attribution({ claim: claim.id, report: unseen.id, relays: origin });
    const front = await room.attribution({ claim: claim.id, relays: middle });
    expect(await standing(claim)).toBe('single_origin');
    const falls = await room.withdraw(middle);
    expect(falls.attributions).toHaveLength(3);
    expect((await room.get(`/v1/attributions/${front.id}`)).live).toBe(false);
  });

  test('needs If-Match of the version that stands, a reason, and something that is not withdrawn', async () => {
    const made = await room.attribution({});
    const withdraw = (body: object, headers: Record<string, string>) =>
      room.request('POST', `/v1/attributions/${made.id}/withdraw`, body, headers);
    expect(await withdraw({ reason: 'r' }, {})).toMatchObject({ status: 428 });
    expect(await withdraw({ reason: 'r' }, { 'if-match': '"2"' })).toMatchObject({ status: 412, body: { version: 1 } });
    expect(await withdraw({ reason: ' ' }, { 'if-match': '*' })).toMatchObject({ status: 400 });
    const done = await withdraw({ reason: 'r' }, { 'if-match': '"1.whatever"' });
    expect(done).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(await withdraw({ reason: 'r' }, { 'if-match': '*' })).toMatchObject({ status: 409 });
    expect(
      await room.request('POST', `/v1/attributions/${ledger.newId()}/withdraw`, { reason: 'r' }, { 'if-match': '*' }),
    ).toMatchObject({
      status: 404,
    });
  });
});

describe('many at once', () => {
  test('each gets its own answer, and those that are wrong fail alone', async () => {
    const claim = await room.claim();
    const report = await room.report();
    const sources = await Promise.all(Array.from({ length: 40 }, () => room.source()));
    const answers = await Promise.all(
      sources.map((source, index) =>
        room.request('POST', '/v1/attributions', {
          claim: index % 4 === 0 ? 'no-such-claim' : claim.id,
          source: source.id,
          report: index % 4 === 1 ? ledger.newId() : report.id,
          stance: 'asserts',
        }),
      ),
    );
    for (const [index, answer] of answers.entries()) {
      expect(answer.status).toBe(index % 4 < 2 ? 422 : 201);
      if (answer.status === 201) expect(answer.body.source.id).toBe(sources[index].id);
    }
    expect(await room.get(`/v1/claims/${claim.id}`)).toMatchObject({
      standing: 'corroborated',
      counts: { for: { origins: 20 } },
    });
  });

  test('the same Idempotency-Key twenty times at once has one effect, and one answer', async () => {
    const body = {
      claim: (await room.claim()).id,
      source: (await room.source()).id,
      report: (await room.report()).id,
      stance: 'asserts',
    };
    const send = () => room.request('POST', '/v1/attributions', body, { 'idempotency-key': 'twenty-attributions' });
    const answers = await Promise.all(Array.from({ length: 20 }, send));
    const { rows } = await ledger.database.pool.query('SELECT id FROM attributions WHERE claim_id = $1', [body.claim]);
    expect(rows).toHaveLength(1);
    const replay = await send();
    expect(replay.headers['idempotency-replayed']).toBe('true');
    for (const answer of [...answers, replay]) {
      if (answer.status === 201) expect([answer.body, answer.headers.etag]).toEqual([replay.body, replay.headers.etag]);
      else expect(answer.status).toBe(409);
    }
  });
});

describe('lists', () => {
  test('of a claim, a report and a source are walked newest first, each attribution once', async () => {
    const claim = await room.claim();
    const report = await room.report();
    const source = await room.source();
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      made.unshift((await room.attribution({ claim: claim.id, report: report.id, source: source.id })).id);
    }
    for (const list of [
      `claims/${claim.slug}/attributions?`,
      `reports/${report.id}/attributions?`,
      `attributions?source=${source.slug}&`,
    ]) {
      const walked: string[] = [];
      let cursor = '';
      for (let page = 0; page < 4; page += 1) {
        const { data, page: end } = await room.get(`/v1/${list}limit=2${cursor}`);
        walked.push(...data.map(({ id }: { id: string }) => id));
        if (!end.hasMore) break;
        cursor = `&cursor=${end.nextCursor}`;
      }
      expect(walked).toEqual(made);
    }
  });

  test('are filtered by stance and by whether it counts, and refuse a name that nothing has', async () => {
    const claim = await room.claim();
    const denial = await room.attribution({ claim: claim.id, stance: 'denies' });
    const withdrawn = await room.attribution({ claim: claim.id });
    await room.withdraw(withdrawn);
    const ids = async (query: string) =>
      (await room.get(`/v1/attributions?claim=${claim.slug}&${query}`)).data.map(({ id }: { id: string }) => id);
    expect(await ids('stance=denies')).toEqual([denial.id]);
    expect(await ids('live=false')).toEqual([withdrawn.id]);
    expect(await ids('live=true')).toEqual([denial.id]);
    expect(await room.request('GET', '/v1/attributions?source=no-such-source')).toMatchObject({
      status: 422,
      body: { errors: [{ parameter: 'source' }] },
    });
  });
});
