import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
type Json = any;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
});
afterAll(() => ledger.close());

const ANY = { 'if-match': '*' };
const act = (path: string, body: object, headers: Record<string, string> = ANY) =>
  room.request('POST', `/v1/${path}`, body, headers);
const merge = async (kind: string, from: { id: string }, into: { id: string }, more: object = {}) => {
  const answer = await act(`${kind}s/${from.id}/merge`, { into: into.id, reason: 'The same.', ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer;
};
const unmerge = async (kind: string, from: { id: string }) => {
  const answer = await act(`${kind}s/${from.id}/unmerge`, {});
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer;
};
const refusal = ({ status, body }: { status: number; body: Json }) => [
  status,
  body.type.replace('/problems/', ''),
  ...body.errors.map(({ pointer }: Json) => pointer),
];
const named = ({ id, slug = null }: { id: string; slug?: string | null }) => ({ id, slug });
const ids = (list: { data: { id: string }[] }) => list.data.map(({ id }) => id);
const unseenOf = (outlet: { id: string }) => room.report({ outlet: outlet.id, title: null, status: 'cited_unseen' });

describe('a merge', () => {
  test('answers with itself and what changes, moves the version of what is merged, and is recorded', async () => {
    const [from, into] = [await room.claim(), await room.claim()];
    await room.attribution({ claim: from.id });
    await room.attribution({ claim: into.id, stance: 'denies' });
    const answer = await act(
      `claims/${from.slug}/merge`,
      { into: into.slug, reason: 'The same claim in other words.' },
      { 'if-match': '"1"' },
    );
    expect(answer.headers.etag).toBe('"2"');
    expect(answer.body.merge).toMatchObject({
      kind: 'claim',
      from: named(from),
      into: named(into),
      reason: 'The same claim in other words.',
      forced: false,
      endedAt: null,
      endedBy: null,
    });
    expect(answer.body.attributions).toEqual([]);
    const flags = ['no_quote', 'unarchived'];
    expect(answer.body.claims).toEqual([
      { claim: named(from), before: { standing: 'single_origin', flags }, after: { standing: 'contested', flags } },
      { claim: named(into), before: { standing: 'denied', flags }, after: { standing: 'contested', flags } },
    ]);
    expect((await room.get(`/v1/claims/${into.id}`)).standing).toBe('contested');
    const { rows } = await ledger.database.pool.query(
      "SELECT action, version, after -> 'mergedInto' AS into FROM changes WHERE entity_id = $1 ORDER BY id",
      [from.id],
    );
    expect(rows.at(-1)).toEqual({ action: 'merged', version: 2, into: named(into) });
    const revisions = await ledger.database.pool.query('SELECT version FROM revisions WHERE entity_id = $1', [from.id]);
    expect(revisions.rows).toEqual([{ version: 2 }]);

    const ended = await act(`claims/${from.slug}/unmerge`, { reason: 'They differ.' }, { 'if-match': '"2"' });
    expect(ended.headers.etag).toBe('"3"');
    expect(ended.body.merge).toMatchObject({
      id: answer.body.merge.id,
      endedBy: expect.any(String),
      endedReason: 'They differ.',
    });
    expect(ended.body.claims).toEqual(
      answer.body.claims.map(({ claim, before, after }: Json) => ({ claim, before: after, after: before })),
    );
    expect((await room.get(`/v1/claims/${from.slug}`)).standing).toBe('single_origin');
  });

  test('that is only tried answers the same and changes nothing', async () => {
    const [from, into] = [await room.source(), await room.source()];
    const claim = await room.claim();
    await room.attribution({ claim: claim.id, source: from.id });
    await room.attribution({ claim: claim.id, source: into.id });
    const before = await room.get(`/v1/claims/${claim.id}`);
    const tried = await act(`sources/${from.id}/merge?dryRun=true`, { into: into.id, reason: 'The same.' });
    expect([tried.status, tried.headers.etag]).toEqual([200, undefined]);
    expect(await room.get(`/v1/claims/${claim.id}`)).toEqual(before);
    const done = await merge('source', from, into);
    expect(tried.body.claims).toEqual(done.body.claims);
    expect(done.body.claims).toEqual([
      expect.objectContaining({
        claim: named(claim),
        after: { standing: 'single_origin', flags: ['no_quote', 'unarchived'] },
      }),
    ]);
    expect((await act(`sources/${from.id}/unmerge?dryRun=true`, {})).status).toBe(200);
    expect((await room.request('GET', `/v1/sources/${from.id}`)).status).toBe(308);
  });

  test('needs the version that it starts from', async () => {
    const [from, into] = [await room.claim(), await room.claim()];
    const body = { into: into.id, reason: 'The same.' };
    expect((await act(`claims/${from.id}/merge`, body, {})).status).toBe(428);
    expect((await act(`claims/${from.id}/merge`, body, { 'if-match': '"7"' })).status).toBe(412);
    await merge('claim', from, into);
    expect((await act(`claims/${from.id}/unmerge`, {}, {})).status).toBe(428);
    expect((await act(`claims/${from.id}/unmerge`, {}, { 'if-match': '"1"' })).status).toBe(412);
    expect(refusal(await act(`claims/${into.id}/unmerge`, {}))).toEqual([409, 'conflict']);
  });

  test.each(['claim', 'source', 'report'])(
    'of a %s into itself, or what is not there, is refused at /into',
    async (kind) => {
      const outlet = await room.outlet();
      const make = { claim: room.claim, source: room.source, report: () => unseenOf(outlet) }[
        kind
      ] as () => Promise<Json>;
      const [one, gone] = [await make(), await make()];
      expect((await room.request('DELETE', `/v1/${kind}s/${gone.id}`, undefined, ANY)).status).toBe(204);
      for (const into of [one.id, gone.id, ledger.newId()])
        expect(refusal(await act(`${kind}s/${one.id}/merge`, { into, reason: 'x' }))).toEqual([
          422,
          'rule-broken',
          '/into',
        ]);
      expect((await act(`${kind}s/${gone.id}/merge`, { into: one.id, reason: 'x' })).status).toBe(404);
      expect((await act(`${kind}s/${one.id}/merge`, { into: one.id })).status).toBe(400);
    },
  );

  test('of or into what is merged names the one that stands, so no circle closes', async () => {
    const [a, b, c] = [await room.claim(), await room.claim(), await room.claim()];
    await merge('claim', a, b);
    const back = await act(`claims/${b.id}/merge`, { into: a.slug, reason: 'x' });
    expect([...refusal(back), back.body.mergedInto]).toEqual([409, 'conflict', '/into', named(b)]);
    const again = await act(`claims/${a.id}/merge`, { into: c.id, reason: 'x' });
    expect([again.status, again.body.mergedInto]).toEqual([409, named(b)]);
    await merge('claim', b, c);
    const far = await act(`claims/${a.slug}/merge`, { into: b.id, reason: 'x' });
    expect([far.status, far.body.mergedInto]).toEqual([409, named(c)]);
  });

  test('of two into each other at once: one is done, the other refused', async () => {
    const [a, b] = [await room.source(), await room.source()];
    const answers = await Promise.all([
      act(`sources/${a.id}/merge`, { into: b.id, reason: 'x' }),
      act(`sources/${b.id}/merge`, { into: a.id, reason: 'x' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('sources', () => {
  const anonymous = (host: Json) => room.source({ kind: 'anonymous', host: host.id });

  test('that are unnamed in different outlets are merged only by force', async () => {
    const [one, two] = [await anonymous(await room.outlet()), await anonymous(await room.outlet())];
    expect(refusal(await act(`sources/${one.id}/merge`, { into: two.id, reason: 'x' }))).toEqual([
      422,
      'rule-broken',
      '/into',
    ]);
    expect((await merge('source', one, two, { force: true })).body.merge.forced).toBe(true);
  });

  test('that are unnamed in one outlet, or in two that are merged, need none', async () => {
    const [host, other] = [await room.outlet(), await room.outlet()];
    const [one, two, three] = [await anonymous(host), await anonymous(host), await anonymous(other)];
    await merge('source', one, two);
    await merge('source', other, host);
    await merge('source', three, two);
  });

  test('with a name are not merged into one without; an unnamed one whose name is known now is, by force', async () => {
    const [person, unnamed] = [await room.source(), await anonymous(await room.outlet())];
    const force = { force: true };
    expect(refusal(await act(`sources/${person.id}/merge`, { into: unnamed.id, reason: 'x', ...force }))[0]).toBe(422);
    expect((await act(`sources/${unnamed.id}/merge`, { into: person.id, reason: 'x' })).status).toBe(422);
    await merge('source', unnamed, person, force);
    const turn = { kind: 'anonymous', host: (await room.outlet()).id };
    await merge('source', await room.source(), person);
    expect((await room.request('PATCH', `/v1/sources/${person.id}`, turn, ANY)).status).toBe(422);
  });

  test('that publish and host may be merged into a person, who publishes and hosts then', async () => {
    const [outlet, person] = [await room.outlet(), await room.source()];
    const unnamed = await anonymous(outlet);
    const report = await room.report({ outlet: outlet.id });
    await merge('source', outlet, person);
    expect((await room.get(`/v1/sources/${unnamed.id}`)).host.id).toBe(person.id);
    expect((await room.get(`/v1/reports/${report.id}`)).outlet.id).toBe(person.id);
    expect(ids(await room.get(`/v1/reports?outlet=${outlet.slug}`))).toEqual([report.id]);
    expect(ids(await room.get(`/v1/sources?host=${outlet.slug}`))).toEqual([unnamed.id]);
    expect((await room.request('PATCH', `/v1/sources/${unnamed.id}`, { description: 'x' }, ANY)).status).toBe(200);
    expect((await room.request('PATCH', `/v1/reports/${report.id}`, { language: 'en' }, ANY)).status).toBe(200);
    await unmerge('source', outlet);
    expect((await room.get(`/v1/sources/${unnamed.id}`)).host.id).toBe(outlet.id);
    expect((await room.get(`/v1/reports/${report.id}`)).outlet.id).toBe(outlet.id);
  });

  test('whose lines would lead back are not merged, nor taken apart', async () => {
    const top = await room.source({ kind: 'organization' });
    const part = await room.source({ kind: 'organization', partOf: top.slug });
    expect((await act(`sources/${top.id}/merge`, { into: part.id, reason: 'x' })).status).toBe(422);
    await merge('source', part, top);
    await unmerge('source', part);
    // X is part of P, Q is part of X; while X is merged, P becomes part of Q.
    const p = await room.source({ kind: 'organization' });
    const x = await room.source({ kind: 'organization', partOf: p.slug });
    const q = await room.source({ kind: 'organization', partOf: x.slug });
    await merge('source', x, await room.source({ kind: 'organization' }));
    expect((await room.request('PATCH', `/v1/sources/${p.id}`, { partOf: q.slug }, ANY)).status).toBe(200);
    expect((await act(`sources/${x.id}/unmerge`, {})).status).toBe(422);
  });

  test('that are merged no longer speak for whom they spoke for; who speaks for them speaks for the one that stands', async () => {
    const [old, government] = [await room.source({ kind: 'government' }), await room.source({ kind: 'government' })];
    const spokesman = await room.source({ speaksFor: old.slug });
    const claim = await room.claim();
    await room.attribution({ claim: claim.id, source: spokesman.id, stance: 'denies' });
    await merge('source', old, government);
    expect((await room.get(`/v1/sources/${spokesman.id}`)).speaksFor[0].organization.id).toBe(government.id);
    expect(ids(await room.get(`/v1/claims?deniedBy=${government.slug}`))).toEqual([claim.id]);
    expect(ids(await room.get(`/v1/claims?deniedBy=${old.slug}`))).toEqual([claim.id]);
    expect(ids(await room.get(`/v1/claims?by=${old.slug}&stance=denies`))).toEqual([claim.id]);
    // A change of something else keeps the affiliation as it was recorded.
    const more = { partOf: (await room.source({ kind: 'organization' })).slug };
    expect((await room.request('PATCH', `/v1/sources/${spokesman.id}`, more, ANY)).status).toBe(200);
    await unmerge('source', old);
    expect((await room.get(`/v1/sources/${spokesman.id}`)).speaksFor[0].organization.id).toBe(old.id);
    expect(ids(await room.get(`/v1/claims?deniedBy=${government.slug}`))).toEqual([]);
  });
});

describe('an unseen report', () => {
  let outlet: Json;
  let unseen: Json;
  let held: Json;
  beforeEach(async () => {
    outlet = await room.outlet();
    unseen = await unseenOf(outlet);
    held = await room.report({ outlet: outlet.id, published: '2026-01' });
  });

  test('becomes the one that we hold: what it says is live and dated there', async () => {
    const claim = await room.claim();
    const attribution = await room.attribution({ claim: claim.id, report: unseen.id });
    expect(attribution.live).toBe(false);
    const { body } = await merge('report', unseen, held);
    expect(body.attributions.map(({ id, live }: Json) => [id, live])).toEqual([[attribution.id, true]]);
    expect((await room.get(`/v1/attributions/${attribution.id}`)).report).toMatchObject({
      id: held.id,
      published: '2026-01',
    });
    expect(ids(await room.get(`/v1/reports/${held.id}/attributions`))).toEqual([attribution.id]);
    expect(ids(await room.get(`/v1/claims?report=${unseen.id}`))).toEqual([claim.id]);
    expect(ids(await room.get(`/v1/claims?report=${held.id}`))).toEqual([claim.id]);
    expect(ids(await room.get(`/v1/claims?outlet=${outlet.slug}&published.gte=2026`))).toEqual([claim.id]);
    const retracted = await act(`reports/${held.id}/retract`, { reason: 'Wrong.' });
    expect(ids({ data: retracted.body.attributions })).toEqual([attribution.id]);
  });

  test('is merged only into a held one of its outlet', async () => {
    const refused = async (from: Json, into: Json) =>
      (await act(`reports/${from.id}/merge`, { into: into.id, reason: 'x' })).status;
    expect(await refused(held, await room.report({ outlet: outlet.id }))).toBe(422);
    expect(await refused(unseen, await unseenOf(outlet))).toBe(422);
    expect(await refused(unseen, await room.report())).toBe(422);
  });

  test('that says the same as the held one: counted twice as an attribution, once as a position and an origin', async () => {
    const [claim, source] = [await room.claim(), await room.source()];
    const relay = async (report: Json) => {
      const origin = await room.attribution({ claim: claim.id, source: source.id, report: report.id });
      return room.attribution({ claim: claim.id, source: outlet.id, report: report.id, relays: origin });
    };
    await relay(unseen);
    await relay(held);
    await merge('report', unseen, held);
    const { standing, counts } = await room.get(`/v1/claims/${claim.id}`);
    expect([standing, counts.for, counts.attributions, counts.relays]).toEqual([
      'single_origin',
      { positions: 1, origins: 1, firm: 1 },
      4,
      2,
    ]);
  });
});

describe('what is merged', () => {
  test('is read where it stands: 308 to the same path and query, not to be kept', async () => {
    const [a, b, c] = [await room.claim(), await room.claim(), await room.claim()];
    await merge('claim', a, b);
    await merge('claim', b, c);
    for (const [path, location] of [
      [`claims/${a.slug}`, `claims/${c.slug}`],
      [`claims/${a.id}`, `claims/${c.id}`],
      [`claims/${b.slug}/attributions?limit=5&live=true`, `claims/${c.slug}/attributions?limit=5&live=true`],
      [`claims/${a.slug}/positions`, `claims/${c.slug}/positions`],
      [`claims/${a.id}/relations?limit=2`, `claims/${c.id}/relations?limit=2`],
      [`claims/${a.slug}/chain`, `claims/${c.slug}/chain`],
      [`claims/${a.slug}/timeline`, `claims/${c.slug}/timeline`],
    ]) {
      const { status, headers, body } = await room.request('GET', `/v1/${path}`);
      expect([status, headers.location, headers['cache-control'], body]).toEqual([
        308,
        `/v1/${location}`,
        'no-store',
        null,
      ]);
    }
    const outlet = await room.outlet();
    const [unseen, held] = [await unseenOf(outlet), await room.report({ outlet: outlet.id })];
    await merge('report', unseen, held);
    const [x, y] = [await room.source(), await room.source()];
    await merge('source', x, y);
    for (const [path, location] of [
      [`reports/${unseen.id}`, `reports/${held.id}`],
      [`reports/${unseen.id}/attributions`, `reports/${held.id}/attributions`],
      [`sources/${x.slug}`, `sources/${y.slug}`],
      [`sources/${x.slug}/positions?exact=true`, `sources/${y.slug}/positions?exact=true`],
      [`sources/${x.slug}/reversals`, `sources/${y.slug}/reversals`],
    ]) {
      const { status, headers } = await room.request('GET', `/v1/${path}`);
      expect([status, headers.location]).toEqual([308, `/v1/${location}`]);
    }
    expect((await room.get(`/v1/claims/${a.slug}/history`)).data.map(({ action }: Json) => action)).toEqual([
      'created',
      'merged',
    ]);
  });

  test('is read as it was before the merge, by what we knew then', async () => {
    const [a, b] = [await room.claim(), await room.claim()];
    await room.attribution({ claim: a.id });
    const { merge: made } = (await merge('claim', a, b)).body;
    const before = `/v1/claims/${a.slug}?knownAt=${encodeURIComponent(new Date(Date.parse(made.at) - 1).toISOString())}`;
    expect((await room.get(before)).standing).toBe('single_origin');
    const after = await room.request('GET', `/v1/claims/${a.slug}?knownAt=${made.at}`);
    expect([after.status, after.headers.location]).toEqual([308, `/v1/claims/${b.slug}?knownAt=${made.at}`]);
    await unmerge('claim', a);
    expect((await room.request('GET', `/v1/claims/${a.slug}?knownAt=${made.at}`)).status).toBe(308);
  });

  test('is neither changed nor deleted, nor is that into which others are merged', async () => {
    const outlet = await room.outlet();
    const pairs = {
      claim: [await room.claim(), await room.claim()],
      source: [await room.source(), await room.source()],
      report: [await unseenOf(outlet), await room.report({ outlet: outlet.id })],
    };
    for (const [kind, [from, into]] of Object.entries(pairs)) {
      await merge(kind, from, into);
      for (const method of ['PATCH', 'DELETE'] as const) {
        const body = method === 'PATCH' ? { language: 'en' } : undefined;
        const patch = kind === 'source' && body ? { description: 'x' } : body;
        const { status, body: problem } = await room.request(method, `/v1/${kind}s/${from.id}`, patch, ANY);
        expect([status, problem.mergedInto]).toEqual([409, named(into)]);
      }
      const kept = await room.request('DELETE', `/v1/${kind}s/${into.id}`, undefined, ANY);
      expect([kept.status, kept.body.references]).toEqual([409, { merged: 1 }]);
    }
  });

  test('is not named by anything new: 409 tells the place and the one that stands', async () => {
    const outlet = await room.outlet();
    const [oldClaim, claim] = [await room.claim(), await room.claim()];
    const [oldSource, source] = [await room.source(), await room.source()];
    const [unseen, report] = [await unseenOf(outlet), await room.report({ outlet: outlet.id })];
    await merge('claim', oldClaim, claim);
    await merge('source', oldSource, source);
    await merge('report', unseen, report);
    const says = { claim: claim.slug, source: source.slug, report: report.id, stance: 'asserts' };
    for (const [path, body, pointer, stands] of [
      ['attributions', { ...says, claim: oldClaim.slug }, '/claim', claim],
      ['attributions', { ...says, claim: oldClaim.id }, '/claim', claim],
      ['attributions', { ...says, source: oldSource.slug }, '/source', source],
      ['attributions', { ...says, report: unseen.id }, '/report', report],
      ['attributions', { ...says, speakingFor: oldSource.slug }, '/speakingFor', source],
      ['claims', { text: 'x', kind: 'fact', about: [outlet.slug, oldSource.slug] }, '/about/1', source],
      ['sources', { name: 'x', kind: 'person', partOf: oldSource.slug }, '/partOf', source],
      [
        'sources',
        { name: 'x', kind: 'person', speaksFor: [{ organization: oldSource.id }] },
        '/speaksFor/0/organization',
        source,
      ],
      ['sources', { name: 'x', kind: 'anonymous', host: oldSource.slug }, '/host', source],
      ['reports', { title: 'x', outlet: oldSource.slug }, '/outlet', source],
    ] as const) {
      const answer = await room.request('POST', `/v1/${path}`, body);
      expect([path, ...refusal(answer), answer.body.mergedInto]).toEqual([
        path,
        409,
        'conflict',
        pointer,
        named(stands),
      ]);
    }
  });

  test('is not listed, and its names in filters mean the one that stands', async () => {
    const topic = `merged-${ledger.newId()}`;
    await room.request('POST', '/v1/topics', { name: topic, slug: topic });
    const [a, b] = [await room.claim({ topic }), await room.claim({ topic })];
    const [x, y] = [await room.source({ name: 'Old Name Of It' }), await room.source()];
    const report = await room.report({ published: '2026-01-02' });
    const one = await room.attribution({ claim: a.id, source: x.id, report: report.id, said: '2026-01-01' });
    const two = await room.attribution({ claim: b.id, source: y.id, report: report.id, stance: 'confirms' });
    await merge('claim', a, b);
    await merge('source', x, y);
    expect(ids(await room.get(`/v1/claims?topic=${topic}`))).toEqual([b.id]);
    for (const filter of [
      `by=${x.slug}&stance=asserts`,
      `by=${x.id}&exact=true`,
      `assertedBy=${x.slug}`,
      `outlet=${report.outlet.slug}`,
      `report=${report.id}`,
      `by=${y.slug}&said.gte=2026-01-01&said.lt=2026-01-02`,
      `by=${y.slug}&published.gte=2026-01-02`,
    ])
      expect([filter, ids(await room.get(`/v1/claims?${filter}`))]).toEqual([filter, [b.id]]);
    for (const filter of [`claim=${a.slug}`, `source=${x.slug}`, `claim=${b.id}&source=${x.id}`, `report=${report.id}`])
      expect([filter, ids(await room.get(`/v1/attributions?${filter}`))]).toEqual([filter, [two.id, one.id]]);
    expect(ids(await room.get(`/v1/claims/${b.slug}/attributions`))).toEqual([two.id, one.id]);
    const first = await room.get(`/v1/claims/${b.slug}/attributions?limit=1`);
    const next = await room.get(`/v1/claims/${b.slug}/attributions?limit=1&cursor=${first.page.nextCursor}`);
    expect([ids(first), ids(next), next.page.hasMore]).toEqual([[two.id], [one.id], false]);
    expect(await room.get(`/v1/attributions/${one.id}`)).toMatchObject({ claim: named(b), source: { id: y.id } });
    expect(ids(await room.get(`/v1/sources?name=${encodeURIComponent('old name of it')}`))).toEqual([y.id]);
  });

  test('is shown as what stands wherever others refer to it, and as itself again after', async () => {
    const [x, y] = [await room.source(), await room.source()];
    const about = await room.claim({ about: [x.slug, y.slug] });
    const speaker = await room.attribution({ speakingFor: x.slug });
    await merge('source', x, y);
    expect((await room.get(`/v1/claims/${about.id}`)).about.map(({ id }: Json) => id)).toEqual([y.id]);
    expect((await room.get(`/v1/attributions/${speaker.id}`)).speakingFor.id).toBe(y.id);
    expect((await room.request('PATCH', `/v1/claims/${about.id}`, { language: 'en' }, ANY)).status).toBe(200);
    await unmerge('source', x);
    expect((await room.get(`/v1/claims/${about.id}`)).about).toHaveLength(2);
  });
});

describe('while a claim is merged', () => {
  test('a relay of what was said about it is put in front of that, and shown at the claim that stands', async () => {
    const [a, b] = [await room.claim(), await room.claim()];
    const origin = await room.attribution({ claim: a.id });
    await merge('claim', a, b);
    const body = {
      claim: b.slug,
      source: (await room.source()).id,
      report: (await room.report()).id,
      stance: 'reports',
      relays: origin.id,
    };
    const relay = await room.request('POST', '/v1/attributions', body);
    expect([relay.status, relay.body.claim]).toEqual([201, named(b)]);
    const far = await room.request('POST', '/v1/attributions', { ...body, relays: relay.body.id });
    expect(far.status).toBe(201);
    const old = await room.request('POST', '/v1/attributions', { ...body, claim: a.slug });
    expect([old.status, old.body.mergedInto]).toEqual([409, named(b)]);
    const other = await room.request('POST', '/v1/attributions', { ...body, claim: (await room.claim()).slug });
    expect(refusal(other)).toEqual([422, 'rule-broken', '/relays']);
    expect((await room.get(`/v1/claims/${b.id}`)).counts).toMatchObject({ attributions: 3, relays: 2 });
    await unmerge('claim', a);
    expect((await room.get(`/v1/claims/${a.id}`)).counts).toMatchObject({ attributions: 3, relays: 2 });
    expect((await room.get(`/v1/claims/${b.id}`)).counts.attributions).toBe(0);
  });

  test('what was said about it is withdrawn and restored as ever', async () => {
    const [a, b] = [await room.claim(), await room.claim()];
    const attribution = await room.attribution({ claim: a.id });
    await merge('claim', a, b);
    const fallen = await room.withdraw(attribution);
    expect(fallen.claims).toEqual([expect.objectContaining({ claim: named(b) })]);
    expect(ids({ data: fallen.attributions })).toEqual([attribution.id]);
    expect((await room.get(`/v1/claims/${b.id}`)).standing).toBe('unattributed');
    expect((await act(`attributions/${attribution.id}/restore`, {})).status).toBe(200);
    expect((await room.get(`/v1/claims/${b.id}`)).standing).toBe('single_origin');
    const by = { stance: 'denies' };
    const supersedes = [{ attribution: attribution.id, by }];
    const corrected = await act(`reports/${attribution.report.id}/correct`, {
      reason: 'It says otherwise.',
      supersedes,
    });
    expect(corrected.status, JSON.stringify(corrected.body)).toBe(200);
    expect((await room.get(`/v1/claims/${b.id}`)).standing).toBe('denied');
  });

  test('what is said about the one that stands stays there when the merge ends', async () => {
    const [a, b] = [await room.claim(), await room.claim()];
    await room.attribution({ claim: a.id });
    await merge('claim', a, b);
    await room.attribution({ claim: b.id, stance: 'denies' });
    expect((await room.get(`/v1/claims/${b.id}`)).standing).toBe('contested');
    await unmerge('claim', a);
    const standings = await Promise.all([a, b].map(async ({ id }) => (await room.get(`/v1/claims/${id}`)).standing));
    expect(standings).toEqual(['single_origin', 'denied']);
  });
});

describe('a chain of merges', () => {
  test.each([
    ['b', 'a'],
    ['a', 'b'],
  ] as const)('is taken apart from any end: %s first', async (...order) => {
    const things = { a: await room.claim(), b: await room.claim(), c: await room.claim() };
    for (const { id } of Object.values(things)) await room.attribution({ claim: id });
    await merge('claim', things.a, things.b);
    await merge('claim', things.b, things.c);
    const counts = () =>
      Promise.all(
        Object.values(things).map(async ({ id }) => {
          const { status, body } = await room.request('GET', `/v1/claims/${id}`);
          return status === 308 ? null : body.counts.attributions;
        }),
      );
    expect(await counts()).toEqual([null, null, 3]);
    await unmerge('claim', things[order[0]]);
    expect(await counts()).toEqual(order[0] === 'b' ? [null, 2, 1] : [1, null, 2]);
    await unmerge('claim', things[order[1]]);
    expect(await counts()).toEqual([1, 1, 1]);
  });
});
