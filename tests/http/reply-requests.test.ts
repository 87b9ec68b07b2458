import pg from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

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

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** An instant so many hours from now, by the service's clock. */
const hours = (n: number) => new Date(ledger.clock.now.getTime() + n * HOUR).toISOString();

type Fields = Record<string, unknown>;

/** Records a request, asked a day ago on the phone unless the fields say otherwise; the claim and the source are new ones. */
async function ask(fields: Fields = {}) {
  const { status, body } = await room.request('POST', '/v1/reply-requests', {
    claim: fields.claim ?? (await room.claim()).id,
    source: fields.source ?? (await room.source()).id,
    askedAt: hours(-24),
    channel: 'phone',
    ...fields,
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

const post = (path: string, body: object, headers: Record<string, string> = { 'if-match': '*' }) =>
  room.request('POST', `/v1/reply-requests${path}`, body, headers);
const answer = (request: { id: string }, attribution: { id: string }, more: Fields = {}) =>
  room.act(`reply-requests/${request.id}/answer`, { attribution: attribution.id, ...more });
const lapse = (request: { id: string }, body: Fields = {}) => room.act(`reply-requests/${request.id}/lapse`, body);
const read = (request: { id: string }, query = '') => room.get(`/v1/reply-requests/${request.id}${query}`);
const patch = (request: { id: string }, body: object, headers: Record<string, string> = { 'if-match': '*' }) =>
  room.request('PATCH', `/v1/reply-requests/${request.id}`, body, headers);
const remove = (request: { id: string }) =>
  room.request('DELETE', `/v1/reply-requests/${request.id}`, undefined, { 'if-match': '*' });

/** What the source says about the claim of a request. */
const reply = (request: { claim: { id: string }; source: { id: string } }, fields: Fields = {}) =>
  room.attribution({ claim: request.claim.id, source: request.source.id, stance: 'denies', ...fields });

const ids = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id);
const list = async (query: string) => ids(await room.get(`/v1/reply-requests?${query}`));

/** The instant at which everything so far is recorded, and nothing that follows. */
async function recordedNow(): Promise<string> {
  const { rows } = await ledger.database.pool.query<{ at: string }>(
    'SELECT to_rfc3339_exact(at) AS at FROM changes ORDER BY id DESC LIMIT 1',
  );
  return rows[0]?.at ?? '';
}

/** The pointers and the words of a refusal. */
const refusal = ({
  status,
  body,
}: {
  status: number;
  body: { errors?: { pointer?: string; parameter?: string }[] };
}) => [status, ...(body.errors ?? []).map(({ pointer, parameter }) => pointer ?? parameter)];

describe('a request for a reply', () => {
  test('is recorded with who was asked about what, when, how and until when', async () => {
    const claim = await room.claim({ text: 'The port is sold' });
    const source = await room.source({ name: 'Port authority', kind: 'organization' });
    const sent = {
      claim: claim.slug,
      source: source.slug,
      askedAt: '2026-01-14T09:00:00+01:00',
      channel: 'email',
      deadline: '2026-01-16T18:00:00Z',
      note: 'To the press office.',
    };
    const { status, headers, body } = await room.request('POST', '/v1/reply-requests', sent);
    expect(status).toBe(201);
    expect(headers.location).toBe(`/v1/reply-requests/${body.id}`);
    expect(body).toEqual({
      id: expect.any(String),
      claim: { id: claim.id, slug: claim.slug, text: 'The port is sold' },
      source: { id: source.id, slug: source.slug, name: 'Port authority', kind: 'organization' },
      askedAt: '2026-01-14T08:00:00.000Z',
      channel: 'email',
      deadline: '2026-01-16T18:00:00.000Z',
      note: 'To the press office.',
      askedBy: 'test',
      state: 'open',
      attribution: null,
      closedAt: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      version: 1,
    });
    const again = await room.request('GET', `/v1/reply-requests/${body.id}`);
    expect(again.body).toEqual(body);
    expect(again.headers.etag).toBe(headers.etag);
    expect(ids(await room.get(`/v1/claims/${claim.slug}/reply-requests`))).toEqual([body.id]);
  });

  test('is asked now, without deadline and note, unless it says otherwise; the id may be our own', async () => {
    const id = v7();
    const [claim, source] = [await room.claim(), await room.source()];
    const sent = { id: id.toUpperCase(), claim: claim.id, source: source.id, channel: 'in_person' };
    const { body } = await room.request('POST', '/v1/reply-requests', sent);
    expect(body).toMatchObject({
      id,
      askedAt: ledger.clock.now.toISOString(),
      deadline: null,
      note: null,
      state: 'open',
    });
    const twice = await room.request('POST', '/v1/reply-requests', sent);
    expect(refusal(twice)).toEqual([409, '/id']);
  });

  test('is recorded once for one Idempotency-Key, and has the same answer again', async () => {
    const [claim, source] = [await room.claim(), await room.source()];
    const body = { claim: claim.id, source: source.id, channel: 'letter' };
    const key = { 'idempotency-key': v7() };
    const first = await room.request('POST', '/v1/reply-requests', body, key);
    const second = await room.request('POST', '/v1/reply-requests', body, key);
    expect([second.status, second.body, second.headers['idempotency-replayed']]).toEqual([201, first.body, 'true']);
    expect(await list(`claim=${claim.id}`)).toEqual([first.body.id]);
    const other = await room.request('POST', '/v1/reply-requests', { ...body, channel: 'email' }, key);
    expect(other.status).toBe(422);
  });

  test('that cannot be is refused, at its place', async () => {
    const [claim, source] = [await room.claim(), await room.source()];
    const good = { claim: claim.id, source: source.id, channel: 'email' };
    for (const [bad, expected] of [
      [{ claim: 'no-such-claim' }, [422, '/claim']],
      [{ source: v7() }, [422, '/source']],
      [{ claim: 'nothing', source: 'nobody' }, [422, '/claim', '/source']],
      [{ askedAt: hours(0.001) }, [422, '/askedAt']],
      [{ askedAt: hours(-2), deadline: hours(-2) }, [422, '/deadline']],
      [{ deadline: hours(-1) }, [422, '/deadline']],
      [{ channel: 'telepathy' }, [400, '/channel']],
      [{ channel: null }, [400, '/channel']],
      [{ askedAt: '2026-01-10' }, [400, '/askedAt']],
      [{ deadline: 'tomorrow' }, [400, '/deadline']],
      [{ deadline: '2026-02-30T10:00:00Z' }, [400, '/deadline']],
      [{ note: ' ' }, [400, '/note']],
      [{ note: 'x'.repeat(2001) }, [400, '/note']],
      [{ id: '1' }, [400, '/id']],
      [{ state: 'answered' }, [400, '/state']],
      [{ askedBy: 'somebody' }, [400, '/askedBy']],
      [{ claim: undefined }, [400, '/claim']],
      [{ source: 'No Slug' }, [400, '/source']],
    ] as const) {
      const answered = await room.request('POST', '/v1/reply-requests', { ...good, ...bad });
      expect([bad, ...refusal(answered)]).toEqual([bad, ...expected]);
    }
    expect(await list(`claim=${claim.id}`)).toEqual([]);
  });

  test('keeps its claim and its source from being deleted, until it is deleted itself', async () => {
    const request = await ask();
    for (const path of [`/v1/claims/${request.claim.id}`, `/v1/sources/${request.source.id}`]) {
      const { status, body } = await room.request('DELETE', path, undefined, { 'if-match': '*' });
      expect([status, body.references]).toEqual([409, { replyRequests: 1 }]);
    }
    expect((await remove(request)).status).toBe(204);
    for (const path of [`/v1/claims/${request.claim.id}`, `/v1/sources/${request.source.id}`])
      expect((await room.request('DELETE', path, undefined, { 'if-match': '*' })).status).toBe(204);
  });

  test('that is not there is not found, by whatever is done to it', async () => {
    const gone = await ask();
    await remove(gone);
    for (const id of [v7(), gone.id]) {
      expect((await room.request('GET', `/v1/reply-requests/${id}`)).status).toBe(404);
      expect((await patch({ id }, { note: 'x' })).status).toBe(404);
      expect((await post(`/${id}/answer`, { attribution: v7() })).status).toBe(404);
      expect((await post(`/${id}/lapse`, {})).status).toBe(404);
      expect((await remove({ id })).status).toBe(404);
    }
    expect((await room.request('GET', '/v1/reply-requests/refund')).status).toBe(400);
  });
});

describe('a change of a request', () => {
  test('is of channel, deadline and note alone; null takes the latter two away', async () => {
    const request = await ask({ deadline: hours(5), note: 'First.' });
    const { body, headers } = await patch(request, { channel: 'letter', deadline: hours(9) }, { 'if-match': '"1"' });
    expect(body).toMatchObject({ channel: 'letter', deadline: hours(9), note: 'First.', version: 2 });
    expect(String(headers.etag)).toMatch(/^"2\./);
    expect((await patch(request, { deadline: null, note: null })).body).toMatchObject({ deadline: null, note: null });
    for (const field of ['claim', 'source', 'askedAt', 'state', 'attribution', 'closedAt', 'id'])
      expect([field, ...refusal(await patch(request, { [field]: request[field] }))]).toEqual([field, 400, `/${field}`]);
    expect(refusal(await patch(request, { channel: null }))).toEqual([400, '/channel']);
    expect(refusal(await patch(request, { deadline: request.askedAt }))).toEqual([422, '/deadline']);
  });

  test('that changes nothing writes nothing', async () => {
    const request = await ask({ deadline: '2026-01-20T10:00:00Z' });
    const { body } = await patch(request, { deadline: '2026-01-20T11:00:00+01:00', channel: 'phone' });
    expect(body.version).toBe(1);
  });

  test('needs If-Match, and of the version that stands', async () => {
    const request = await ask({ deadline: hours(-1) });
    const said = await reply(request);
    for (const [sent, expected] of [
      [{}, 428],
      [{ 'if-match': '"2"' }, 412],
    ] as const) {
      const headers = sent as Record<string, string>;
      expect((await patch(request, { note: 'x' }, headers)).status).toBe(expected);
      expect((await post(`/${request.id}/answer`, { attribution: said.id }, headers)).status).toBe(expected);
      expect((await post(`/${request.id}/lapse`, {}, headers)).status).toBe(expected);
      const deleted = await room.request('DELETE', `/v1/reply-requests/${request.id}`, undefined, headers);
      expect(deleted.status).toBe(expected);
    }
    expect((await read(request)).version).toBe(1);
  });

  test('of a closed one is of its note alone', async () => {
    const answered = await ask({ deadline: hours(1) });
    await answer(answered, await reply(answered));
    const lapsed = await ask({ deadline: hours(-1) });
    await lapse(lapsed);
    for (const request of [answered, lapsed]) {
      expect(refusal(await patch(request, { deadline: hours(3) }))).toEqual([409, '/deadline']);
      expect(refusal(await patch(request, { channel: 'email', deadline: null }))).toEqual([
        409,
        '/channel',
        '/deadline',
      ]);
      const { status, body } = await patch(request, { note: 'Closed.', deadline: request.deadline });
      expect([status, body.note, body.version]).toEqual([200, 'Closed.', 3]);
    }
  });

  test('is refused by the database where it would change who was asked, or open a closed one', async () => {
    const request = await ask({ deadline: hours(-1) });
    const other = await ask();
    for (const set of [
      `claim_id = '${other.claim.id}'`,
      `source_id = '${other.source.id}'`,
      `asked_at = asked_at - interval '1 day'`,
      `actor = 'somebody else'`,
    ])
      await expect(owner.query(`UPDATE reply_requests SET ${set} WHERE id = $1`, [request.id])).rejects.toMatchObject({
        constraint: 'reply_requests_asked_stays',
      });
    await lapse(request);
    for (const set of [
      'outcome = NULL, attribution_id = NULL, closed_at = NULL',
      `deadline = NULL`,
      `channel = 'letter'`,
      `closed_at = closed_at + interval '1 day'`,
    ])
      await expect(owner.query(`UPDATE reply_requests SET ${set} WHERE id = $1`, [request.id])).rejects.toMatchObject({
        constraint: 'reply_requests_closed_stays',
      });
    await expect(owner.query('DELETE FROM reply_requests WHERE id = $1', [request.id])).rejects.toMatchObject({
      constraint: 'reply_requests_append_only',
    });
  });

  test('is refused by the database where a request would be of what does not stand', async () => {
    const request = await ask();
    const insert = (claim: string, source: string) =>
      owner.query(
        `INSERT INTO reply_requests (id, claim_id, source_id, asked_at, channel, actor) VALUES ($1, $2, $3, now(), 'email', 'x')`,
        [v7(), claim, source],
      );
    const [gone, merged, into] = [await room.claim(), await room.source(), await room.source()];
    await room.request('DELETE', `/v1/claims/${gone.id}`, undefined, { 'if-match': '*' });
    await room.act(`sources/${merged.id}/merge`, { into: into.id, reason: 'The same.' });
    const rule = (name: string) => ({ constraint: `reply_requests_${name}` });
    await expect(insert(gone.id, request.source.id)).rejects.toMatchObject(rule('claim_stands'));
    await expect(insert(request.claim.id, v7())).rejects.toMatchObject(rule('source_stands'));
    await expect(insert(request.claim.id, merged.id)).rejects.toMatchObject(rule('of_what_stands'));
  });
});

describe('the state of a request', () => {
  test('is open until the deadline is past by the clock, then overdue; without a deadline it stays open', async () => {
    const [until, endless] = [await ask({ deadline: hours(2) }), await ask()];
    const claims = `claim=${until.claim.id}`;
    expect([(await read(until)).state, await list(`${claims}&state=open`)]).toEqual(['open', [until.id]]);
    ledger.clock.advance(2 * HOUR);
    expect((await read(until)).state).toBe('open');
    const { etag } = (await room.request('GET', `/v1/reply-requests/${until.id}`)).headers;
    ledger.clock.advance(1);
    expect((await read(until)).state).toBe('overdue');
    expect((await room.request('GET', `/v1/reply-requests/${until.id}`)).headers.etag).not.toBe(etag);
    expect(await list(`${claims}&state=overdue`)).toEqual([until.id]);
    expect(await list(`${claims}&state=open`)).toEqual([]);
    ledger.clock.advance(400 * DAY);
    expect((await read(endless)).state).toBe('open');
    const later = hours(1);
    expect((await patch(until, { deadline: later })).body.state).toBe('open');
  });
});

describe('an answer', () => {
  test('closes the request with the attribution that tells it, and leaves that as it is', async () => {
    const request = await ask({ deadline: hours(2) });
    const said = await reply(request, { stance: 'declines_to_comment' });
    const { status, body, headers } = await post(
      `/${request.id}/answer`,
      { attribution: said.id, answeredAt: hours(-1) },
      { 'if-match': '"1"' },
    );
    expect(status).toBe(200);
    expect(String(headers.etag)).toMatch(/^"2\./);
    expect(body).toMatchObject({ state: 'answered', attribution: said.id, closedAt: hours(-1), version: 2 });
    expect((await room.get(`/v1/attributions/${said.id}`)).version).toBe(1);
    const twice = await post(`/${request.id}/answer`, { attribution: said.id });
    expect([twice.status, twice.body.attribution]).toEqual([409, said.id]);
    expect((await post(`/${request.id}/lapse`, {})).status).toBe(409);
  });

  test('may come from who spoke for the source, or was part of it, at the time', async () => {
    const government = await room.source({ kind: 'government' });
    const ministry = await room.source({ kind: 'government', partOf: government.id });
    const spokesman = await room.source({
      speaksFor: { organization: ministry.id, from: '2025-06', to: '2025-11' },
    });
    const claim = await room.claim();
    const about = async (fields: Fields) => ({
      request: await ask({ claim: claim.id, source: government.id }),
      said: await room.attribution({ claim: claim.id, stance: 'denies', ...fields }),
    });
    const may = async (fields: Fields) => {
      const { request, said } = await about(fields);
      const { status, body } = await post(`/${request.id}/answer`, { attribution: said.id });
      return status === 200 ? 'answers' : (body.errors[0].detail as string);
    };
    expect(await may({ source: government.id })).toBe('answers');
    expect(await may({ source: ministry.id })).toBe('answers');
    expect(await may({ source: spokesman.id, said: '2025-09' })).toBe('answers');
    expect(await may({ source: spokesman.id, said: '2025-12-10' })).toContain(
      'neither spoke for it nor was part of it',
    );
    expect(await may({ source: spokesman.id, said: '2025-09', speakingFor: 'self' })).toContain(spokesman.name);
    expect(await may({ source: (await room.source()).id, speakingFor: ministry.id })).toBe('answers');
    // Whoever is asked as the ministry is not answered by the government that it is part of.
    const request = await ask({ claim: claim.id, source: ministry.id });
    const above = await room.attribution({ claim: claim.id, source: government.id });
    expect(refusal(await post(`/${request.id}/answer`, { attribution: above.id }))).toEqual([422, '/attribution']);
  });

  test('is no attribution of another claim or source, no relay, none that is withdrawn or not there', async () => {
    const request = await ask();
    const elsewhere = await room.attribution({ source: request.source.id });
    const stranger = await room.attribution({ claim: request.claim.id });
    const relay = await room.attribution({ claim: request.claim.id, source: request.source.id, relays: stranger });
    const hearsay = await reply(request, { stance: 'reports' });
    const withdrawn = await reply(request);
    await room.withdraw(withdrawn);
    for (const [attribution, words] of [
      [elsewhere, `It is on the claim "${elsewhere.claim.slug}"`],
      [stranger, `It is of ${stranger.source.name}, which is not ${request.source.name}`],
      [relay, 'It passes on what somebody says'],
      [hearsay, 'It passes on what somebody says'],
      [withdrawn, 'It is withdrawn'],
      [{ id: v7() }, 'There is no attribution'],
    ] as const) {
      const answered = await post(`/${request.id}/answer`, { attribution: attribution.id });
      expect([words, ...refusal(answered)]).toEqual([words, 422, '/attribution']);
      expect(answered.body.errors[0].detail).toContain(words);
    }
    expect((await read(request)).version).toBe(1);
  });

  test('lies neither in the future nor before the request; its body is closed', async () => {
    const request = await ask();
    const said = await reply(request);
    const send = (body: object) => post(`/${request.id}/answer`, body);
    const at = (answeredAt: string) => send({ attribution: said.id, answeredAt });
    expect(refusal(await at(hours(1)))).toEqual([422, '/answeredAt']);
    expect(refusal(await at(hours(-25)))).toEqual([422, '/answeredAt']);
    expect(refusal(await at('yesterday'))).toEqual([400, '/answeredAt']);
    expect(refusal(await send({}))).toEqual([400, '/attribution']);
    expect(refusal(await send({ attribution: 'refund' }))).toEqual([400, '/attribution']);
    expect(refusal(await send({ attribution: said.id, by: 'me' }))).toEqual([400, '/by']);
    expect((await at(hours(-24))).status).toBe(200);
  });

  test('that is withdrawn later leaves the request answered', async () => {
    const request = await ask();
    const said = await reply(request);
    await answer(request, said);
    await room.withdraw(said);
    expect(await read(request)).toMatchObject({ state: 'answered', attribution: said.id, version: 2 });
  });

  test('of two people at once is one: the other hears that it is answered', async () => {
    const request = await ask();
    const said = await Promise.all([reply(request), reply(request)]);
    const both = await Promise.all(said.map(({ id }) => post(`/${request.id}/answer`, { attribution: id })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await read(request)).version).toBe(2);
  });
});

describe('a lapse', () => {
  test('records no response of the source, in a report of our own, on the day of the lapse', async () => {
    const claim = await room.claim({ text: 'The port is sold' });
    const source = await room.source({ name: 'Port authority', kind: 'organization' });
    const request = await ask({ claim: claim.id, source: source.id, askedAt: hours(-72), deadline: hours(-48) });
    const day = (n: number) => hours(n).slice(0, 10);
    const { status, body } = await post(`/${request.id}/lapse`, { lapsedAt: hours(-24) }, { 'if-match': '"1"' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'lapsed', closedAt: hours(-24), version: 2 });
    const silence = await room.get(`/v1/attributions/${body.attribution}`);
    expect(silence).toMatchObject({
      claim: { id: claim.id },
      source: { id: source.id },
      stance: 'no_response',
      said: day(-24),
      live: true,
      relays: null,
    });
    expect(await room.get(`/v1/reports/${silence.report.id}`)).toMatchObject({
      title: `Request for comment to Port authority on “The port is sold”, ${day(-72)}: no response`,
      outlet: { slug: 'newsroom' },
      kind: 'document',
      published: day(-24),
      language: 'en',
      status: 'held',
    });
    expect(await room.get('/v1/sources/newsroom')).toMatchObject({ kind: 'organization' });
    expect((await room.get(`/v1/claims/${claim.id}`)).counts.noResponse).toBe(1);
    const types = await ledger.database.pool.query(
      'SELECT type, action FROM changes WHERE at = (SELECT at FROM changes WHERE entity_id = $1 ORDER BY id DESC LIMIT 1) ORDER BY id',
      [request.id],
    );
    expect(types.rows.filter(({ type }) => type !== 'source')).toEqual([
      { type: 'report', action: 'created' },
      { type: 'attribution', action: 'created' },
      { type: 'reply_request', action: 'lapsed' },
    ]);
  });

  test('without a deadline is of the day of the lapse, and possible at any time', async () => {
    const { attribution, closedAt } = await lapse(await ask());
    expect(closedAt).toBe(ledger.clock.now.toISOString());
    expect((await room.get(`/v1/attributions/${attribution}`)).said).toBe(closedAt.slice(0, 10));
  });

  test('is refused until the deadline is past, with the deadline in words', async () => {
    const request = await ask({ deadline: hours(1) });
    const early = await post(`/${request.id}/lapse`, {});
    expect([early.status, early.body.detail]).toEqual([409, expect.stringContaining(hours(1))]);
    ledger.clock.advance(HOUR);
    expect((await post(`/${request.id}/lapse`, {})).status).toBe(409);
    ledger.clock.advance(1);
    expect((await post(`/${request.id}/lapse`, { lapsedAt: hours(-0.5) })).status).toBe(409);
    expect(refusal(await post(`/${request.id}/lapse`, { lapsedAt: hours(1) }))).toEqual([422, '/lapsedAt']);
    expect(refusal(await post(`/${request.id}/lapse`, { reason: 'Silence' }))).toEqual([400, '/reason']);
    expect((await post(`/${request.id}/lapse`, {})).status).toBe(200);
    const twice = await post(`/${request.id}/lapse`, {});
    expect([twice.status, twice.body.attribution]).toEqual([409, (await read(request)).attribution]);
  });

  test('of two people at once is one, with one no_response', async () => {
    const request = await ask({ deadline: hours(-1) });
    const both = await Promise.all([post(`/${request.id}/lapse`, {}), post(`/${request.id}/lapse`, {})]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const silences = await room.get(`/v1/claims/${request.claim.id}/attributions?stance=no_response`);
    expect(ids(silences)).toEqual([(await read(request)).attribution]);
  });

  test('and an answer at once leave one of the two orders: the answer always stands', async () => {
    const request = await ask({ deadline: hours(-1) });
    const said = await reply(request);
    const [answered] = await Promise.all([
      post(`/${request.id}/answer`, { attribution: said.id }),
      post(`/${request.id}/lapse`, {}),
    ]);
    expect(answered.status).toBe(200);
    expect(await read(request)).toMatchObject({ state: 'answered', attribution: said.id });
  });

  test('can be answered late: the no_response stays, and what the source says outweighs it', async () => {
    const request = await ask({ deadline: hours(-1) });
    const lapsed = await lapse(request);
    const own = await post(`/${request.id}/answer`, { attribution: lapsed.attribution });
    expect(refusal(own)).toEqual([422, '/attribution']);
    const said = await reply(request);
    const late = await answer(request, said);
    expect(late).toMatchObject({ state: 'answered', attribution: said.id, version: 3 });
    expect((await room.get(`/v1/attributions/${lapsed.attribution}`)).live).toBe(true);
    const { data } = await room.get(`/v1/claims/${request.claim.id}/positions`);
    expect(data.map(({ stance }: { stance: string }) => stance)).toEqual(['denies']);
  });

  test('gives way to a late answer that it would outweigh: one of an earlier day', async () => {
    const request = await ask();
    const { attribution } = await lapse(request);
    const said = await reply(request, { stance: 'declines_to_comment', said: hours(-48).slice(0, 10) });
    await answer(request, said);
    expect((await room.get(`/v1/attributions/${attribution}`)).withdrawn).toMatchObject({
      kind: 'superseded',
      supersededBy: said.id,
    });
    const { data } = await room.get(`/v1/claims/${request.claim.id}/positions`);
    expect(data.map(({ stance }: { stance: string }) => stance)).toEqual(['declines_to_comment']);
    expect((await room.get(`/v1/claims/${request.claim.id}/dossier`)).sentence).not.toContain('respond');
  });

  test('gives way to the late answer of who speaks for the source', async () => {
    const request = await ask();
    const { attribution } = await lapse(request);
    const said = await reply(request, { source: (await room.source()).id, speakingFor: request.source.id });
    await answer(request, said);
    expect((await room.get(`/v1/attributions/${attribution}`)).withdrawn.supersededBy).toBe(said.id);
    const { data } = await room.get(`/v1/claims/${request.claim.id}/positions`);
    expect(data.map(({ stance }: { stance: string }) => stance)).toEqual(['denies']);
  });

  test('that is withdrawn stays so when an answer comes', async () => {
    const request = await ask();
    const { attribution } = await lapse(request);
    await room.withdraw({ id: attribution });
    await answer(request, await reply(request, { stance: 'declines_to_comment', said: hours(-48).slice(0, 10) }));
    expect((await room.get(`/v1/attributions/${attribution}`)).withdrawn.kind).toBe('withdrawn');
  });

  test('keeps the request from being deleted until its no_response is withdrawn', async () => {
    const request = await ask();
    const { attribution } = await lapse(request);
    const refused = await remove(request);
    expect([refused.status, refused.body.attribution]).toEqual([409, attribution]);
    await room.withdraw({ id: attribution });
    expect(await read(request)).toMatchObject({ state: 'lapsed', attribution });
    expect((await remove(request)).status).toBe(204);
  });

  test('keeps an answered request from being deleted, too: its no_response would tell on of what nobody asked', async () => {
    const request = await ask();
    const { attribution } = await lapse(request);
    await answer(request, await reply(request));
    const refused = await remove(request);
    expect([refused.status, refused.body.attribution]).toEqual([409, attribution]);
    await room.withdraw({ id: attribution });
    expect((await remove(request)).status).toBe(204);
  });

  test('is not answered by what stands in a retracted report', async () => {
    const request = await ask();
    const said = await reply(request);
    await room.act(`reports/${said.report.id}/retract`, { reason: 'Made up' });
    expect(refusal(await post(`/${request.id}/answer`, { attribution: said.id }))).toEqual([422, '/attribution']);
  });

  test('is not restored once its request is deleted', async () => {
    const request = await ask();
    const { attribution } = await lapse(request);
    await room.withdraw({ id: attribution });
    await remove(request);
    const restored = await room.request('POST', `/v1/attributions/${attribution}/restore`, {}, { 'if-match': '*' });
    expect([restored.status, restored.body.type]).toEqual([409, '/problems/conflict']);
    expect((await room.get(`/v1/attributions/${attribution}`)).live).toBe(false);
  });

  test('of a request on a very long claim has a title that the report can keep', async () => {
    const text = `${'𝔸 '.repeat(660)}end`;
    const { attribution } = await lapse(await ask({ claim: (await room.claim({ text })).id }));
    const { report } = await room.get(`/v1/attributions/${attribution}`);
    expect(report.title.length).toBeLessThanOrEqual(1000);
    expect(report.title.isWellFormed()).toBe(true);
    expect(report.title).toMatch(/…”, \d{4}-\d\d-\d\d: no response$/);
  });

  test('takes the next free name for our own newsroom where somebody else has it', async () => {
    const own = await openLedger();
    try {
      const desk = await newsroom(own);
      await desk.source({ name: 'A. Newsroom', slug: 'newsroom', kind: 'person' });
      const outlets: string[] = [];
      for (let n = 0; n < 2; n += 1) {
        const { body } = await desk.request('POST', '/v1/reply-requests', {
          claim: (await desk.claim()).id,
          source: (await desk.source()).id,
          channel: 'phone',
        });
        const { attribution } = await desk.act(`reply-requests/${body.id}/lapse`, {});
        outlets.push((await desk.get(`/v1/attributions/${attribution}`)).report.outlet.slug);
      }
      expect(outlets).toEqual(['newsroom-2', 'newsroom-2']);
    } finally {
      await own.close();
    }
  });

  test('by our own newsroom, merged into another source, is published by that', async () => {
    const own = await openLedger();
    try {
      const desk = await newsroom(own);
      const asked = async () => {
        const body = { claim: (await desk.claim()).id, source: (await desk.source()).id, channel: 'phone' };
        const { id } = (await desk.request('POST', '/v1/reply-requests', body)).body;
        const { attribution } = await desk.act(`reply-requests/${id}/lapse`, {});
        return (await desk.get(`/v1/attributions/${attribution}`)).report.outlet.slug;
      };
      expect(await asked()).toBe('newsroom');
      const paper = await desk.outlet({ slug: 'our-paper' });
      await desk.act('sources/newsroom/merge', { into: paper.id, reason: 'That is us.' });
      expect(await asked()).toBe('our-paper');
    } finally {
      await own.close();
    }
  });
});

describe('the list of requests', () => {
  test('is newest first, or by deadline with those without one last, and goes on page by page', async () => {
    const claim = await room.claim();
    const deadlines = [hours(5), null, hours(-5), hours(5), null, hours(1)];
    const made: string[] = [];
    for (const deadline of deadlines) made.push((await ask({ claim: claim.id, deadline })).id);
    const at = (...places: number[]) => places.map((place) => made[place]);
    const walk = async (query: string) => {
      const found: string[] = [];
      for (let cursor = ''; ; ) {
        const page = await room.get(`/v1/claims/${claim.id}/reply-requests?limit=2&${query}${cursor}`);
        found.push(...ids(page));
        if (page.page.nextCursor === null) return found;
        cursor = `&cursor=${page.page.nextCursor}`;
      }
    };
    for (const clock of ['', `&knownAt=${await recordedNow()}`, `&asOf=${ledger.clock.now.toISOString()}`]) {
      expect(await walk(clock)).toEqual(at(5, 4, 3, 2, 1, 0));
      expect(await walk(`sort=deadline${clock}`)).toEqual(at(2, 5, 0, 3, 1, 4));
    }
    expect(await walk('state=open&sort=deadline')).toEqual(at(5, 0, 3, 1, 4));
    expect(await walk('state=open')).toEqual(at(5, 4, 3, 1, 0));
    ledger.clock.advance(6 * HOUR);
    expect(await walk('state=overdue')).toEqual(at(2, 5, 0, 3));
    expect(await walk('state=overdue&sort=-createdAt')).toEqual(at(5, 3, 2, 0));
  });

  test('has a cursor for its own filter and sort only', async () => {
    const claim = await room.claim();
    for (let n = 0; n < 2; n += 1) await ask({ claim: claim.id });
    const url = `/v1/reply-requests?claim=${claim.id}&limit=1`;
    const { page } = await room.get(url);
    expect((await room.request('GET', `${url}&cursor=${page.nextCursor}`)).status).toBe(200);
    for (const other of ['&state=open', '&sort=deadline', '&exact=true', '&asOf=2026-01-15'])
      expect((await room.request('GET', `${url}${other}&cursor=${page.nextCursor}`)).status).toBe(400);
    expect((await room.request('GET', `${url}&sort=-createdAt&cursor=${page.nextCursor}`)).status).toBe(200);
  });

  test('finds by state, claim and source, all combinable; a name of nothing is an error', async () => {
    const source = await room.source();
    const open = await ask({ source: source.id });
    const overdue = await ask({ source: source.id, deadline: hours(-1) });
    const answered = await ask({ source: source.id });
    await answer(answered, await reply(answered));
    const lapsed = await ask({ source: source.id });
    await lapse(lapsed);
    for (const request of [open, overdue, answered, lapsed]) {
      const { state, claim } = await read(request);
      expect(await list(`source=${source.slug}&state=${state}`)).toEqual([request.id]);
      expect(await list(`source=${source.slug}&state=${state}&claim=${claim.slug}`)).toEqual([request.id]);
      expect(ids(await room.get(`/v1/claims/${claim.id}/reply-requests?source=${source.id}`))).toEqual([request.id]);
    }
    expect(await list(`source=${source.id}&claim=${open.claim.id}&state=answered`)).toEqual([]);
    for (const clock of ['', '&asOf=2026-01-15', `&knownAt=${await recordedNow()}`]) {
      expect(refusal(await room.request('GET', `/v1/reply-requests?claim=nothing${clock}`))).toEqual([422, 'claim']);
      expect(refusal(await room.request('GET', `/v1/reply-requests?source=nobody${clock}`))).toEqual([422, 'source']);
      expect((await room.request('GET', `/v1/claims/nothing/reply-requests?limit=5${clock}`)).status).toBe(404);
    }
    for (const bad of ['state=closed', 'sort=createdAt', 'sort=-deadline', 'exact=maybe', 'channel=email', 'limit=0'])
      expect([bad, (await room.request('GET', `/v1/reply-requests?${bad}`)).status]).toEqual([bad, 400]);
  });

  test('of a source has those to its spokespeople and parts at the time of asking, unless exact', async () => {
    const government = await room.source({ kind: 'government' });
    const ministry = await room.source({ kind: 'government', partOf: government.id });
    const spokesman = await room.source({
      speaksFor: [{ organization: ministry.id, from: '2026-01', to: '2026-01-10' }],
    });
    const before = await ask({ source: spokesman.id, askedAt: '2026-01-05T10:00:00Z' });
    const after = await ask({ source: spokesman.id, askedAt: '2026-01-12T10:00:00Z' });
    const part = await ask({ source: ministry.id });
    const whole = await ask({ source: government.id });
    for (const clock of ['', `&asOf=${hours(0)}`, `&knownAt=${await recordedNow()}`]) {
      expect(await list(`source=${government.id}${clock}`)).toEqual([whole.id, part.id, before.id]);
      expect(await list(`source=${ministry.slug}${clock}&sort=deadline`)).toEqual([before.id, part.id]);
      expect(await list(`source=${government.id}&exact=true${clock}`)).toEqual([whole.id]);
      expect(await list(`source=${spokesman.id}${clock}`)).toEqual([after.id, before.id]);
    }
    const known = await recordedNow();
    await room.request('PATCH', `/v1/sources/${ministry.id}`, { partOf: null }, { 'if-match': '*' });
    expect(await list(`source=${government.id}`)).toEqual([whole.id]);
    expect(await list(`source=${government.id}&knownAt=${known}`)).toEqual([whole.id, part.id, before.id]);
  });
});

describe('by the clocks', () => {
  test('asOf tells a request as it stood then: from its asking on, overdue after its deadline, closed from its closing on', async () => {
    const request = await ask({ askedAt: hours(-72), deadline: hours(-48) });
    const said = await reply(request);
    await answer(request, said, { answeredAt: hours(-24) });
    const by = async (at: number) => {
      const { status, body } = await room.request('GET', `/v1/reply-requests/${request.id}?asOf=${hours(at)}`);
      const listed = await room.get(`/v1/reply-requests?claim=${request.claim.id}&asOf=${hours(at)}`);
      expect(listed.data).toEqual(status === 200 ? [body] : []);
      if (status !== 200) return status;
      for (const state of ['open', 'overdue', 'answered', 'lapsed']) {
        const found = await list(`claim=${request.claim.id}&state=${state}&asOf=${hours(at)}`);
        expect([state, found]).toEqual([state, state === body.state ? [request.id] : []]);
      }
      return [body.state, body.attribution, body.closedAt];
    };
    expect(await by(-72.001)).toBe(404);
    expect(await by(-72)).toEqual(['open', null, null]);
    expect(await by(-48)).toEqual(['open', null, null]);
    expect(await by(-47.999)).toEqual(['overdue', null, null]);
    expect(await by(-24.001)).toEqual(['overdue', null, null]);
    expect(await by(-24)).toEqual(['answered', said.id, hours(-24)]);
    expect(await by(0)).toEqual(['answered', said.id, hours(-24)]);
  });

  test('knownAt tells a request as it was recorded then, with the names of then', async () => {
    const claim = await room.claim({ text: 'Old words' });
    const before = await recordedNow();
    const request = await ask({ claim: claim.id, askedAt: '2026-01-02T08:00:00Z', deadline: '2026-01-03T08:00:00Z' });
    const made = await recordedNow();
    await room.request('PATCH', `/v1/claims/${claim.id}`, { text: 'New words' }, { 'if-match': '*' });
    await patch(request, { deadline: null, note: 'No hurry.', channel: 'letter' });
    const changed = await recordedNow();
    const { attribution } = await lapse(request);
    const lapsed = await recordedNow();
    const said = await reply(request);
    await answer(request, said);
    const answered = await recordedNow();
    await patch(request, { note: null });
    expect((await room.request('GET', `/v1/reply-requests/${request.id}?knownAt=${before}`)).status).toBe(404);
    expect(await read(request, `?knownAt=${made}`)).toMatchObject({
      ...request,
      claim: { id: claim.id, text: 'Old words' },
      state: 'overdue',
      version: 1,
    });
    expect(await read(request, `?knownAt=${changed}`)).toMatchObject({
      claim: { text: 'New words' },
      channel: 'letter',
      deadline: null,
      note: 'No hurry.',
      state: 'open',
      version: 2,
    });
    expect(await read(request, `?knownAt=${lapsed}`)).toMatchObject({ state: 'lapsed', attribution, version: 3 });
    expect(await read(request, `?knownAt=${answered}`)).toMatchObject({
      state: 'answered',
      attribution: said.id,
      closedAt: ledger.clock.now.toISOString(),
      version: 4,
    });
    for (const [at, state] of [
      [made, 'overdue'],
      [changed, 'open'],
      [lapsed, 'lapsed'],
      [answered, 'answered'],
    ] as const)
      for (const asked of ['open', 'overdue', 'answered', 'lapsed'])
        for (const sort of ['-createdAt', 'deadline']) {
          const found = await list(`source=${request.source.id}&state=${asked}&sort=${sort}&knownAt=${at}`);
          expect([at, asked, sort, found]).toEqual([at, asked, sort, asked === state ? [request.id] : []]);
        }
  });

  test('with both clocks it is as it was recorded by the one and stood by the other', async () => {
    const request = await ask({ askedAt: '2026-01-02T08:00:00Z', deadline: '2026-01-03T08:00:00Z' });
    const made = await recordedNow();
    await lapse(request, { lapsedAt: '2026-01-04T08:00:00Z' });
    const now = await recordedNow();
    const state = async (query: string) => (await read(request, query)).state;
    expect(await state(`?knownAt=${made}&asOf=2026-01-05`)).toBe('overdue');
    expect(await state(`?knownAt=${now}&asOf=2026-01-05`)).toBe('lapsed');
    expect(await state(`?knownAt=${now}&asOf=2026-01-03T12:00:00Z`)).toBe('overdue');
    expect(await state('?asOf=2026-01-02')).toBe('open');
  });

  test('the order of deadlines is that of the deadlines of then', async () => {
    const claim = await room.claim();
    const [a, b, c] = [
      await ask({ claim: claim.id, deadline: hours(1) }),
      await ask({ claim: claim.id, deadline: hours(2) }),
      await ask({ claim: claim.id, deadline: null }),
    ];
    const first = await recordedNow();
    await patch(a, { deadline: hours(9) });
    await patch(c, { deadline: hours(-1) });
    const second = await recordedNow();
    await patch(a, { deadline: hours(1) });
    await remove(b);
    const by = (clock: string) => list(`claim=${claim.id}&sort=deadline${clock}`);
    expect(await by('')).toEqual([c.id, a.id]);
    expect(await by(`&knownAt=${first}`)).toEqual([a.id, b.id, c.id]);
    expect(await by(`&knownAt=${second}`)).toEqual([c.id, b.id, a.id]);
    expect(await by(`&knownAt=${second}&asOf=${hours(0)}`)).toEqual([c.id, b.id, a.id]);
    expect(await by(`&knownAt=${second}&asOf=${hours(0)}&state=overdue`)).toEqual([c.id]);
    const page = await room.get(`/v1/reply-requests?claim=${claim.id}&sort=deadline&knownAt=${second}&limit=1`);
    const next = `&knownAt=${second}&limit=1&cursor=${page.page.nextCursor}`;
    expect(await by(next)).toEqual([b.id]);
  });

  test('a deleted request is there until it was deleted', async () => {
    const request = await ask();
    const known = await recordedNow();
    await remove(request);
    expect(await list(`source=${request.source.id}`)).toEqual([]);
    expect(await list(`source=${request.source.id}&knownAt=${known}`)).toEqual([request.id]);
    expect(await list(`source=${request.source.id}&knownAt=${await recordedNow()}`)).toEqual([]);
    expect(await read(request, `?knownAt=${known}`)).toMatchObject({ id: request.id, version: 1 });
  });
});

describe('what is merged', () => {
  test('keeps its requests, which count at what stands', async () => {
    const [claim, into] = [await room.claim(), await room.claim()];
    const [source, standing] = [await room.source(), await room.source()];
    const request = await ask({ claim: claim.id, source: source.id });
    const own = await ask({ claim: into.id, source: standing.id });
    const before = await recordedNow();
    await room.act(`claims/${claim.id}/merge`, { into: into.id, reason: 'The same.' });
    await room.act(`sources/${source.id}/merge`, { into: standing.id, reason: 'The same.' });
    expect(await read(request)).toMatchObject({ claim: { id: into.id }, source: { id: standing.id }, version: 1 });
    const both = [own.id, request.id];
    for (const name of [claim.id, claim.slug, into.id]) expect(await list(`claim=${name}`)).toEqual(both);
    for (const name of [source.slug, standing.id]) {
      expect(await list(`source=${name}`)).toEqual(both);
      expect(await list(`source=${name}&exact=true&sort=deadline`)).toEqual([...both].reverse());
    }
    const redirected = await room.request('GET', `/v1/claims/${claim.slug}/reply-requests?limit=7`);
    expect([redirected.status, redirected.headers.location]).toEqual([
      308,
      `/v1/claims/${into.slug}/reply-requests?limit=7`,
    ]);
    expect(ids(await room.get(`/v1/claims/${claim.slug}/reply-requests?knownAt=${before}`))).toEqual([request.id]);
    expect(await list(`source=${standing.id}&knownAt=${before}`)).toEqual([own.id]);
    expect(await read(request, `?knownAt=${before}`)).toMatchObject({
      claim: { id: claim.id },
      source: { id: source.id },
    });
  });

  test('is answered by what is said about, or by, what stands; lapsing records it there', async () => {
    const [claim, into] = [await room.claim(), await room.claim()];
    const [source, standing] = [await room.source(), await room.source()];
    const told = await room.attribution({ claim: claim.id, source: source.id, stance: 'denies' });
    const [first, second] = [
      await ask({ claim: claim.id, source: source.id }),
      await ask({ claim: claim.id, source: source.id }),
    ];
    await room.act(`claims/${claim.id}/merge`, { into: into.id, reason: 'The same.' });
    await room.act(`sources/${source.id}/merge`, { into: standing.id, reason: 'The same.' });
    const own = await ask({ claim: into.id, source: standing.id });
    expect((await answer(own, told)).state).toBe('answered');
    const said = await room.attribution({ claim: into.id, source: standing.id, stance: 'doubts' });
    expect((await answer(first, said)).state).toBe('answered');
    const { attribution } = await lapse(second);
    expect(await room.get(`/v1/attributions/${attribution}`)).toMatchObject({
      claim: { id: into.id },
      source: { id: standing.id },
    });
  });

  test('is not asked any more: the answer names the one that stands', async () => {
    const [claim, into, source] = [await room.claim(), await room.claim(), await room.source()];
    await room.act(`claims/${claim.id}/merge`, { into: into.id, reason: 'The same.' });
    const body = { claim: claim.slug, source: source.id, channel: 'email' };
    const refused = await room.request('POST', '/v1/reply-requests', body);
    expect([...refusal(refused), refused.body.mergedInto]).toEqual([409, '/claim', { id: into.id, slug: into.slug }]);
    const standing = await room.source();
    await room.act(`sources/${source.id}/merge`, { into: standing.id, reason: 'The same.' });
    const other = await room.request('POST', '/v1/reply-requests', { ...body, claim: into.id });
    expect(refusal(other)).toEqual([409, '/source']);
  });
});

describe('what is recorded of a request', () => {
  test('is every version, without its state, in its history and in the feed', async () => {
    const request = await ask({ deadline: hours(-1) });
    await patch(request, { note: 'Called twice.' });
    const lapsed = await lapse(request);
    await answer(request, await reply(request));
    const url = `/v1/reply-requests/${request.id}/history`;
    const { data } = await room.get(url);
    expect(data.map(({ action }: { action: string }) => action)).toEqual(['created', 'updated', 'lapsed', 'answered']);
    const third = await room.get(`${url}?version=3`);
    const { state: _state, ...kept } = lapsed;
    expect(third).toEqual({ ...kept, outcome: 'lapsed' });
    const other = await ask();
    await remove(other);
    const history = await room.get(`/v1/reply-requests/${other.id}/history`);
    expect(history.data.map(({ action }: { action: string }) => action)).toEqual(['created', 'deleted']);
    const { rows } = await ledger.database.pool.query('SELECT type, after FROM changes WHERE entity_id = $1', [
      other.id,
    ]);
    expect(rows.map(({ type }) => type)).toEqual(['reply_request', 'reply_request']);
    expect(rows.some(({ after }) => 'state' in after)).toBe(false);
  });

  test('of a refused action is nothing', async () => {
    const request = await ask({ deadline: hours(1) });
    const count = async () =>
      (await ledger.database.pool.query('SELECT (SELECT count(*) FROM changes) + (SELECT count(*) FROM reports) AS n'))
        .rows;
    const before = await count();
    await post(`/${request.id}/lapse`, {});
    await post(`/${request.id}/answer`, { attribution: v7() });
    await patch(request, { deadline: request.askedAt });
    expect(await count()).toEqual(before);
  });
});
