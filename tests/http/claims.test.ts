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

interface Found {
  readonly data: { readonly slug: string }[];
}
const slugs = async (query: string): Promise<string[]> =>
  ((await room.get(`/v1/claims?${query}`)) as Found).data.map(({ slug }) => slug);

describe('a claim', () => {
  test('text and kind suffice: the slug is made from the text, the language is und', async () => {
    const answer = await room.request('POST', '/v1/claims', { text: 'Ankara’nın İadesi istendi!', kind: 'fact' });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        slug: 'ankara-nin-iadesi-istendi',
        kind: 'fact',
        language: 'und',
        topic: null,
        occurred: null,
        about: [],
        prediction: null,
        standing: 'unattributed',
        flags: [],
        counts: {
          for: { positions: 0, origins: 0, firm: 0 },
          against: { positions: 0, origins: 0 },
          declined: 0,
          noResponse: 0,
          relays: 0,
          attributions: 0,
        },
        version: 1,
      },
    });
    const read = await room.request('GET', '/v1/claims/ankara-nin-iadesi-istendi');
    expect(read).toMatchObject({ status: 200, body: answer.body, headers: { etag: answer.headers.etag } });
    const again = await room.request('POST', '/v1/claims', { text: 'Ankara’nın İadesi istendi!', kind: 'fact' });
    expect(again.body.slug).toBe('ankara-nin-iadesi-istendi-2');
  });

  test('keeps everything that it is given', async () => {
    const [topic] = [await room.request('POST', '/v1/topics', { name: 'Everything' })];
    const about = await room.source();
    const given = {
      slug: 'everything-given',
      text: 'It will be over by summer',
      kind: 'prediction',
      language: 'en',
      occurred: '2025-12~',
      prediction: { horizon: '2026-04/2026-06', criteria: 'A signed paper', outcome: 'open', resolvedAt: null },
    };
    const answer = await room.request('POST', '/v1/claims', { ...given, topic: topic.body.slug, about: [about.slug] });
    expect(answer).toMatchObject({
      status: 201,
      body: { ...given, topic: { id: topic.body.id }, about: [{ id: about.id }] },
    });
  });

  test('refuses an unknown topic and unknown sources, each by its place', async () => {
    const answer = await room.request('POST', '/v1/claims', {
      text: 't',
      kind: 'fact',
      topic: 'no-topic',
      about: ['no-one'],
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/about/0',
      '/topic',
    ]);
  });

  test('has a prediction only if it is one', async () => {
    const answer = await room.request('POST', '/v1/claims', {
      text: 't',
      kind: 'fact',
      prediction: { horizon: '2027' },
    });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/prediction' }] } });
    const resolved = await room.request('POST', '/v1/claims', {
      text: 't',
      kind: 'prediction',
      prediction: { outcome: 'came_true' },
    });
    expect(resolved.body.prediction).toMatchObject({ outcome: 'came_true', resolvedAt: '2026-01-15T12:00:00.000Z' });
  });

  test('is changed by a merge patch, from the version that was read', async () => {
    const about = await room.source();
    const claim = await room.claim({ about: [about.id], occurred: '2025' });
    const url = `/v1/claims/${claim.slug}`;
    const patch = (body: object, match?: string) =>
      room.request('PATCH', url, body, match === undefined ? {} : { 'if-match': match });
    expect(await patch({ text: 'x' })).toMatchObject({ status: 428 });
    expect(await patch({ text: 'x' }, '"7"')).toMatchObject({ status: 412 });
    const changed = await patch({ text: 'Another text', occurred: null, about: [] }, '"1"');
    expect(changed).toMatchObject({
      status: 200,
      body: { text: 'Another text', occurred: null, about: [], version: 2 },
    });
    const same = await patch({ text: 'Another text' }, '*');
    expect(same).toMatchObject({ status: 200, body: { version: 2 } });
    const { rows } = await ledger.database.pool.query(
      "SELECT version, before->>'text' AS before, after->>'text' AS after FROM revisions WHERE entity_id = $1",
      [claim.id],
    );
    expect(rows).toEqual([{ version: 2, before: claim.text, after: 'Another text' }]);
  });

  test.each([
    ['occurred', { occurred: '2025' }, { occurred: null }],
    ['language', { language: 'en' }, { language: 'und' }],
    ['horizon', { kind: 'prediction', prediction: { horizon: '2027' } }, { prediction: { horizon: null } }],
  ])('a patch of nothing but %s to null takes it away', async (field, given, gone) => {
    const claim = await room.claim(given);
    const payload = field === 'horizon' ? { prediction: { horizon: null } } : { [field]: null };
    const answer = await room.request('PATCH', `/v1/claims/${claim.id}`, payload, { 'if-match': '"1"' });
    expect(answer).toMatchObject({ status: 200, body: { ...gone, version: 2 } });
    const same = await room.request('PATCH', `/v1/claims/${claim.id}`, payload, { 'if-match': '*' });
    expect(same.body.version).toBe(2);
  });

  test('two clients that change one version: one wins, the other gets 412 and nothing of its change is there', async () => {
    for (let round = 0; round < 5; round += 1) {
      const claim = await room.claim();
      const answers = await Promise.all(
        ['first', 'second'].map((text) =>
          room.request('PATCH', `/v1/claims/${claim.id}`, { text }, { 'if-match': '"1"' }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      const winner = answers.find(({ status }) => status === 200);
      expect(await room.get(`/v1/claims/${claim.id}`)).toMatchObject({ text: winner?.body.text, version: 2 });
    }
  });

  test('its tag changes with its standing, its version does not', async () => {
    const claim = await room.claim();
    const url = `/v1/claims/${claim.id}`;
    const before = await room.request('GET', url);
    expect(await room.request('GET', url, undefined, { 'if-none-match': String(before.headers.etag) })).toMatchObject({
      status: 304,
    });
    await room.attribution({ claim: claim.id });
    const after = await room.request('GET', url, undefined, { 'if-none-match': String(before.headers.etag) });
    expect(after).toMatchObject({ status: 200, body: { standing: 'single_origin', version: 1 } });
  });

  test('is not deleted while anything refers to it, and its slug is free afterwards', async () => {
    const claim = await room.claim();
    await room.attribution({ claim: claim.id });
    const remove = (slug: string) => room.request('DELETE', `/v1/claims/${slug}`, undefined, { 'if-match': '*' });
    expect(await remove(claim.slug)).toMatchObject({ status: 409, body: { references: { attributions: 1 } } });
    const unused = await room.claim({ slug: 'unused' });
    expect(await remove('unused')).toMatchObject({ status: 204 });
    expect(await room.request('GET', `/v1/claims/${unused.id}`)).toMatchObject({ status: 404 });
    expect(await room.claim({ slug: 'unused' })).toMatchObject({ slug: 'unused', version: 1 });
  });
});

describe('finding claims', () => {
  test('by who asserts, denies or declined, now; a government speaks through its parts and spokespeople, by their dates', async () => {
    const government = await room.source({ slug: 'gov', kind: 'government' });
    await room.source({ slug: 'ministry', kind: 'government', partOf: 'gov' });
    await room.source({ slug: 'spokesman', speaksFor: [{ organization: 'ministry', from: '2025-01', to: '2025-06' }] });
    const said = (claim: string, source: string, stance: string, when: string) =>
      room.attribution({ claim, source, stance, said: when });
    for (const slug of ['denied-in-office', 'denied-later', 'declined', 'turned', 'retracted'])
      await room.claim({ slug });
    await said('denied-in-office', 'spokesman', 'denies', '2025-03-01');
    await said('denied-later', 'spokesman', 'denies', '2025-08-01');
    await said('declined', 'ministry', 'declines_to_comment', '2025-03');
    await said('turned', 'ministry', 'denies', '2025-03');
    await said('turned', 'ministry', 'confirms', '2025-09');
    await said('retracted', 'ministry', 'denies', '2025-03');
    await said('retracted', 'ministry', 'retracts', '2025-04');
    expect(await slugs('deniedBy=gov')).toEqual(['denied-in-office']);
    expect(await slugs(`deniedBy=${government.id}&exact=true`)).toEqual([]);
    expect(await slugs('deniedBy=spokesman')).toEqual(['denied-later', 'denied-in-office']);
    expect(await slugs('assertedBy=gov')).toEqual(['turned']);
    expect(await slugs('declinedBy=gov')).toEqual(['declined']);
    expect(await slugs('by=gov&stance=denies')).toEqual(['retracted', 'turned', 'denied-in-office']);
    expect(await slugs('by=gov&stance=denies&exact=true')).toEqual([]);
    expect(await slugs('by=ministry&stance=denies&exact=true')).toEqual(['retracted', 'turned']);
    expect(await slugs('by=gov&said.gte=2025-04&said.lt=2025-10')).toEqual(['retracted', 'turned']);
  });

  test('by standing, flag, kind, topic, language, outlet, report, due date and words, alone and together', async () => {
    await room.request('POST', '/v1/topics', { slug: 'filters', name: 'Filters' });
    const outlet = await room.outlet();
    const report = await room.report({ outlet: outlet.id, published: '2025-11' });
    const anonymous = await room.source({ kind: 'anonymous', host: outlet.id });
    const make = (slug: string, fields: object = {}) => room.claim({ slug, topic: 'filters', ...fields });
    await make('anon', { language: 'tr', text: 'Kaynaklara göre füze geri verilecek' });
    await make('quoted', { kind: 'assessment', text: 'The missile deal was a mistake' });
    await make('due', { kind: 'prediction', prediction: { horizon: '2026-04/2026-06' } });
    await make('due-later', { kind: 'prediction', prediction: { horizon: '2026' } });
    await room.attribution({ claim: 'anon', source: anonymous.id, report: report.id });
    await room.attribution({ claim: 'quoted', report: report.id, quote: 'a mistake' });
    await room.attribution({ claim: 'quoted', stance: 'denies' });
    const here = (query: string) => slugs(`topic=filters&${query}`);
    expect(await here('')).toEqual(['due-later', 'due', 'quoted', 'anon']);
    expect(await here('sort=createdAt')).toEqual(['anon', 'quoted', 'due', 'due-later']);
    expect(await here('standing=contested')).toEqual(['quoted']);
    expect(await here('standing=single_origin&flag=anonymous_only')).toEqual(['anon']);
    expect(await here('flag=no_quote')).toEqual(['anon']);
    expect(await here('kind=assessment')).toEqual(['quoted']);
    expect(await here('language=tr')).toEqual(['anon']);
    expect(await here(`outlet=${outlet.slug}`)).toEqual(['quoted', 'anon']);
    expect(await here(`report=${report.id}&kind=fact`)).toEqual(['anon']);
    expect(await here('dueBefore=2026-07-01')).toEqual(['due']);
    expect(await here('dueBefore=2027')).toEqual(['due-later', 'due']);
    expect(await here('q=missile%20deal')).toEqual(['quoted']);
    expect(await here('q=missile%20-deal')).toEqual([]);
    expect(await here('published.gte=2025-11-15&published.lt=2025-12')).toEqual(['quoted', 'anon']);
    expect(await here('published.lt=2025-11')).toEqual([]);
  });

  test('an unknown name in a filter is an error, not an empty page', async () => {
    const answer = await room.request('GET', '/v1/claims?deniedBy=kremlim&topic=no-topic');
    expect(answer).toMatchObject({ status: 422, body: { type: '/problems/rule-broken' } });
    expect(answer.body.errors.map(({ parameter }: { parameter: string }) => parameter).sort()).toEqual([
      'deniedBy',
      'topic',
    ]);
    const silent = await room.source();
    expect(await slugs(`deniedBy=${silent.slug}`)).toEqual([]);
  });
});

describe('positions', () => {
  test('of a claim say who stands where and on whose word', async () => {
    const claim = await room.claim();
    const outlet = await room.outlet();
    const anonymous = await room.source({ kind: 'anonymous', host: outlet.id });
    const report = await room.report({ outlet: outlet.id });
    const told = await room.attribution({ claim: claim.id, source: anonymous.id, report: report.id });
    const relay = await room.attribution({ claim: claim.id, source: outlet.id, report: report.id, relays: told });
    const own = await room.attribution({ claim: claim.id, source: outlet.id, report: report.id });
    expect(relay.live && own.live).toBe(true);
    const { data } = await room.get(`/v1/claims/${claim.slug}/positions`);
    expect(data).toMatchObject([
      {
        source: { id: outlet.id },
        stance: 'asserts',
        side: 'for',
        order: 'determined',
        attribution: own.id,
        countsAsOrigin: false,
      },
      {
        source: { id: anonymous.id },
        attribution: told.id,
        origin: { source: { id: outlet.id }, anonymous: true },
        countsAsOrigin: true,
      },
    ]);
    expect(await room.get(`/v1/claims/${claim.id}`)).toMatchObject({
      standing: 'single_origin',
      flags: ['anonymous_only', 'no_quote', 'unarchived'],
      counts: { for: { positions: 2, origins: 1 } },
    });
  });

  test('of overlapping dates that differ in side say that their order is undetermined', async () => {
    const claim = await room.claim();
    const source = await room.source();
    await room.attribution({ claim: claim.id, source: source.id, stance: 'asserts', said: '2025-12' });
    await room.attribution({ claim: claim.id, source: source.id, stance: 'denies', said: '2025-12-10' });
    const { data } = await room.get(`/v1/claims/${claim.id}/positions`);
    expect(data).toMatchObject([{ stance: 'denies', order: 'undetermined' }]);
  });

  test('of a source are those of whoever speaks for it too, unless exact, walked newest claim first', async () => {
    const organization = await room.source({ kind: 'organization' });
    const spokesman = await room.source({ speaksFor: organization.slug });
    const own = await room.attribution({ source: organization.id });
    const through = await room.attribution({ source: spokesman.id, stance: 'denies' });
    const url = `/v1/sources/${organization.slug}/positions`;
    const first = await room.get(`${url}?limit=1`);
    expect(first.data).toMatchObject([
      { claim: { id: through.claim.id, standing: 'denied' }, source: { id: spokesman.id } },
    ]);
    const second = await room.get(`${url}?limit=1&cursor=${first.page.nextCursor}`);
    expect(second).toMatchObject({
      data: [{ claim: { id: own.claim.id } }],
      page: { hasMore: false, nextCursor: null },
    });
    expect((await room.get(`${url}?exact=true`)).data).toMatchObject([{ claim: { id: own.claim.id } }]);
    expect((await room.get(`${url}?side=against`)).data).toMatchObject([{ claim: { id: through.claim.id } }]);
  });

  test('follow when an affiliation is recorded later, or a report is no longer unseen', async () => {
    const [ministry, government] = [
      await room.source({ kind: 'government' }),
      await room.source({ kind: 'government' }),
    ];
    const claim = await room.claim();
    await room.attribution({ claim: claim.id, source: ministry.id });
    await room.attribution({ claim: claim.id, source: government.id });
    const standing = async () => (await room.get(`/v1/claims/${claim.id}`)).standing;
    expect(await standing()).toBe('corroborated');
    const patched = await room.request(
      'PATCH',
      `/v1/sources/${ministry.id}`,
      { partOf: government.slug },
      { 'if-match': '*' },
    );
    expect(patched.status).toBe(200);
    expect(await standing()).toBe('single_origin');
    expect(await slugs(`assertedBy=${government.slug}`)).toEqual([claim.slug]);
  });
});

const patch = (url: string, body: object) => room.request('PATCH', url, body, { 'if-match': '*' });
/** The time of the last change on the recorded clock, to the microsecond. */
const recorded = async (): Promise<string> => {
  const { rows } = await ledger.database.pool.query('SELECT to_rfc3339_exact(max(at)) AS at FROM changes');
  return rows[0].at;
};
/** A topic of its own, and what a filter finds in it. */
const inTopic = async (slug: string) => {
  await room.request('POST', '/v1/topics', { slug, name: slug });
  return (query: string) => slugs(`topic=${slug}&${query}`);
};

describe('the flag', () => {
  test('uncontacted is of a claim about somebody who takes no stance, also through who speaks for it at the time', async () => {
    const here = await inTopic('contact');
    const government = await room.source({ kind: 'government' });
    const spokesman = await room.source({ speaksFor: [{ organization: government.slug, from: '2025-03' }] });
    const make = (slug: string, about: string[]) => room.claim({ slug, topic: 'contact', about });
    await make('about-nobody', []);
    await make('about-it', [government.id]);
    await make('about-two', [government.slug, (await room.source()).slug]);
    expect(await here('flag=uncontacted')).toEqual(['about-two', 'about-it']);
    expect(await room.get('/v1/claims/about-it')).toMatchObject({ standing: 'unattributed', flags: ['uncontacted'] });
    const say = (said: string) =>
      room.attribution({ claim: 'about-it', source: spokesman.id, stance: 'declines_to_comment', said });
    await say('2025-02-28');
    expect((await room.get('/v1/claims/about-it')).flags).toEqual(['uncontacted', 'no_quote', 'unarchived']);
    const told = await say('2025-03-01');
    expect((await room.get('/v1/claims/about-it')).flags).toEqual(['no_quote', 'unarchived']);
    expect(await here('flag=uncontacted')).toEqual(['about-two']);
    expect(await here('flag=uncontacted&asOf=2025-02-28')).toEqual(['about-it']);
    expect(await here('flag=uncontacted&asOf=2025-03-01')).toEqual([]);
    expect((await room.withdraw(told)).claims).toMatchObject([
      { before: { flags: ['no_quote', 'unarchived'] }, after: { flags: ['uncontacted', 'no_quote', 'unarchived'] } },
    ]);
    expect(await patch('/v1/claims/about-it', { about: [] })).toMatchObject({
      status: 200,
      body: { about: [], flags: ['no_quote', 'unarchived'] },
    });
    expect((await patch('/v1/claims/about-nobody', { about: [government.id] })).body.flags).toEqual(['uncontacted']);
  });

  test('unarchived ends with a copy of one report in which something counts, and returns without it', async () => {
    const here = await inTopic('archive');
    for (const slug of ['archived', 'not-archived', 'silent']) await room.claim({ slug, topic: 'archive' });
    const [first, second] = [await room.report(), await room.report()];
    for (const report of [first, second])
      await room.attribution({ claim: 'archived', report: report.id, quote: 'So.' });
    await room.attribution({ claim: 'not-archived', report: second.id, quote: 'So.' });
    expect(await here('flag=unarchived')).toEqual(['not-archived', 'archived']);
    const before = await recorded();
    const archiveUrl = 'https://archive.example/1/https://paper.example/1';
    expect((await patch(`/v1/reports/${first.id}`, { archiveUrl })).status).toBe(200);
    expect(await here('flag=unarchived')).toEqual(['not-archived']);
    expect((await room.get('/v1/claims/archived')).flags).toEqual([]);
    expect((await room.get('/v1/claims/silent')).flags).toEqual([]);
    expect((await room.get(`/v1/claims/archived?knownAt=${before}`)).flags).toEqual(['unarchived']);
    expect(await here(`flag=unarchived&knownAt=${before}`)).toEqual(['not-archived', 'archived']);
    expect(await here(`flag=unarchived&knownAt=${await recorded()}`)).toEqual(['not-archived']);
    expect((await patch(`/v1/reports/${first.id}`, { archiveUrl: null })).status).toBe(200);
    expect((await room.get('/v1/claims/archived')).flags).toEqual(['unarchived']);
  });

  test('contradicted and undermined go with what the other claim comes to', async () => {
    const other = await room.claim();
    const [contrary, dependent] = [await room.claim(), await room.claim()];
    const imported = await room.request('POST', '/v1/imports', {
      report: { title: 'Relations', outlet: (await room.outlet()).slug },
      relations: [
        { from: other.slug, type: 'contradicts', to: contrary.slug },
        { from: dependent.slug, type: 'depends_on', to: other.slug },
      ],
    });
    expect(imported.status, JSON.stringify(imported.body)).toBe(201);
    const flags = async () => [
      (await room.get(`/v1/claims/${contrary.id}`)).flags,
      (await room.get(`/v1/claims/${dependent.id}`)).flags,
    ];
    expect(await flags()).toEqual([[], []]);
    const told = await room.attribution({ claim: other.id });
    expect(await flags()).toEqual([['contradicted'], []]);
    await room.attribution({ claim: other.id, stance: 'denies' });
    expect(await flags()).toEqual([['contradicted'], []]);
    await room.withdraw(told);
    expect(await flags()).toEqual([[], ['undermined']]);
    expect(await slugs('flag=undermined')).toEqual([dependent.slug]);
    await room.act(`attributions/${told.id}/restore`);
    expect(await slugs('flag=contradicted')).toEqual([contrary.slug]);
  });
});

describe('the outcome of a prediction', () => {
  const resolvedAt = '2025-07-02T10:00:00.000Z';
  const predict = async (fields: object = {}) => {
    const claim = await room.claim({ kind: 'prediction', prediction: { horizon: '2025-06' }, ...fields });
    const told = await room.attribution({ claim: claim.id, said: '2025-05-01' });
    return { ...claim, url: `/v1/claims/${claim.id}`, told };
  };

  test('has evidence, an attribution or a page, which is kept, replaced and known by the recorded clock', async () => {
    const { url, told, id } = await predict();
    const open = await recorded();
    const shown = { horizon: '2025-06', criteria: null, outcome: 'came_true', resolvedAt };
    const byAttribution = { ...shown, evidence: { attribution: told.id } };
    const first = await patch(url, {
      prediction: { outcome: 'came_true', resolvedAt, evidence: { attribution: told.id } },
    });
    expect(first).toMatchObject({ status: 200, body: { prediction: byAttribution, version: 2 } });
    const between = await recorded();
    // What takes the place of the other kind takes that away.
    const page = 'https://port.example/open';
    const second = await patch(url, { prediction: { evidence: { attribution: null, url: page } } });
    expect(second).toMatchObject({ status: 200, body: { version: 3 } });
    expect((await room.get(url)).prediction).toEqual({ ...shown, evidence: { url: page } });
    expect((await room.get(`${url}?knownAt=${between}`)).prediction).toEqual(byAttribution);
    expect((await room.get(`${url}?knownAt=${open}`)).prediction).toEqual({
      horizon: '2025-06',
      criteria: null,
      outcome: 'open',
      resolvedAt: null,
      evidence: null,
    });
    const third = await patch(url, { prediction: { evidence: null } });
    expect(third).toMatchObject({ status: 200, body: { prediction: { ...shown, evidence: null }, version: 4 } });

    const { data } = await room.get(`/v1/claims/${id}/history`);
    const steps = data.map(({ patch: all }: { patch: { path: string }[] }) =>
      all.filter(({ path }) => path.startsWith('/prediction')),
    );
    const sorted = (all: { path: string }[]) => all.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    expect(steps.slice(1).map(sorted)).toEqual([
      [
        { op: 'replace', path: '/prediction/evidence', value: { attribution: told.id } },
        { op: 'replace', path: '/prediction/outcome', value: 'came_true' },
        { op: 'replace', path: '/prediction/resolvedAt', value: resolvedAt },
      ],
      [
        { op: 'remove', path: '/prediction/evidence/attribution' },
        { op: 'add', path: '/prediction/evidence/url', value: page },
      ],
      [{ op: 'replace', path: '/prediction/evidence', value: null }],
    ]);
  });

  test('can be given with its evidence from the start', async () => {
    const { told } = await predict();
    for (const evidence of [{ attribution: told.id }, { url: 'https://port.example/closed' }]) {
      const prediction = { horizon: '2025-06', criteria: 'A ship', outcome: 'did_not', resolvedAt, evidence };
      const claim = await room.claim({ kind: 'prediction', prediction });
      expect(claim.prediction).toEqual(prediction);
      expect((await room.get(`/v1/claims/${claim.slug}`)).prediction).toEqual(prediction);
    }
  });

  test('has no evidence while it is open, and none of two kinds or of what is not there', async () => {
    const { url, told } = await predict();
    const unknown = '01960000-0000-7000-8000-00000000dead';
    const page = 'https://port.example/open';
    const refused: [prediction: object, status: number, pointer: string][] = [
      [{ outcome: 'open', evidence: { url: page } }, 422, '/prediction/evidence'],
      [{ outcome: 'open', evidence: { attribution: told.id } }, 422, '/prediction/evidence'],
      [{ outcome: 'came_true', evidence: { attribution: unknown } }, 422, '/prediction/evidence/attribution'],
      [{ outcome: 'came_true', evidence: { attribution: told.id, url: page } }, 400, '/prediction/evidence'],
      [{ outcome: 'came_true', evidence: {} }, 400, '/prediction/evidence'],
    ];
    for (const [prediction, status, pointer] of refused) {
      const created = await room.request('POST', '/v1/claims', { text: 'Refused', kind: 'prediction', prediction });
      expect({ prediction, ...created }).toMatchObject({ status, body: { errors: [{ pointer }] } });
      const patched = await patch(url, { prediction });
      expect({ prediction, ...patched }).toMatchObject({ status, body: { errors: [{ pointer }] } });
    }
    // To name a page beside the attribution that is there is to give two.
    await patch(url, { prediction: { outcome: 'came_true', evidence: { attribution: told.id } } });
    expect(await patch(url, { prediction: { evidence: { url: page } } })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/prediction/evidence' }] },
    });
    // And what is open again has none.
    expect(await patch(url, { prediction: { outcome: 'open', resolvedAt: null } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/prediction/evidence' }] },
    });
    const reopened = await patch(url, { prediction: { outcome: 'open', resolvedAt: null, evidence: null } });
    expect(reopened).toMatchObject({ status: 200, body: { prediction: { outcome: 'open', evidence: null } } });
  });

  test('counts by asOf from resolvedAt on: before, the prediction is open, due and overdue', async () => {
    const here = await inTopic('outcome');
    const { url } = await predict({ slug: 'resolved', topic: 'outcome' });
    await predict({ slug: 'open', topic: 'outcome' });
    const evidence = { url: 'https://port.example/open' };
    await patch(url, { prediction: { outcome: 'came_true', resolvedAt, evidence } });
    const shown = async (asOf: string) => {
      const { prediction, flags } = await room.get(`${url}?asOf=${asOf}`);
      return { ...prediction, overdue: flags.includes('overdue') };
    };
    const open = { horizon: '2025-06', criteria: null, outcome: 'open', resolvedAt: null, evidence: null };
    expect(await shown('2025-06-29')).toEqual({ ...open, overdue: false });
    expect(await shown('2025-06-30')).toEqual({ ...open, overdue: true });
    expect(await shown('2025-07-02T09:59:59.999999Z')).toEqual({ ...open, overdue: true });
    const decided = { ...open, outcome: 'came_true', resolvedAt, evidence, overdue: false };
    expect(await shown('2025-07-02T10:00:00Z')).toEqual(decided);

    // `dueBefore` is about the horizon, whatever the clock; what is open is open by the clock.
    expect(await here('dueBefore=2025-07&asOf=2025-04-30')).toEqual([]);
    expect(await here('dueBefore=2025-07&asOf=2025-05-01')).toEqual(['open', 'resolved']);
    expect(await here('dueBefore=2025-06-30&asOf=2025-07-01')).toEqual([]);
    expect(await here('dueBefore=2025-07&asOf=2025-07-01')).toEqual(['open', 'resolved']);
    expect(await here('dueBefore=2025-07&asOf=2025-07-02')).toEqual(['open']);
    expect(await here('dueBefore=2025-07')).toEqual(['open']);
    expect(await here('flag=overdue&asOf=2025-06-29')).toEqual([]);
    expect(await here('flag=overdue&asOf=2025-07-01')).toEqual(['open', 'resolved']);
    expect(await here('flag=overdue&asOf=2025-07-02')).toEqual(['open']);
    expect(await here('flag=overdue')).toEqual(['open']);
  });
});

describe('a prediction falls due', () => {
  test('in the moment in which its horizon ends, by the clock of the service; of what we knew before, by that time', async () => {
    const here = await inTopic('due');
    ledger.clock.now = new Date('2099-03-31T23:59:59.999Z');
    const source = await room.source();
    const make = async (slug: string, prediction: object) => {
      await room.claim({ slug, topic: 'due', kind: 'prediction', prediction });
      await room.attribution({ claim: slug, source: source.id, quote: 'Soon.' });
    };
    await make('in-march', { horizon: '2099-03' });
    await make('in-april', { horizon: '2099-04' });
    await make('voided', { horizon: '2099-03', outcome: 'void' });
    await make('some-day', {});
    const overdue = async () => [
      (await room.get('/v1/claims/in-march')).flags,
      await here('flag=overdue'),
      await here(`by=${source.id}&flag=overdue`),
      await here(`assertedBy=${source.id}&flag=overdue`),
    ];
    expect(await overdue()).toEqual([['unarchived'], [], [], []]);
    const tag = String((await room.request('GET', '/v1/claims/in-march')).headers.etag);
    ledger.clock.advance(1);
    expect(await overdue()).toEqual([['unarchived', 'overdue'], ['in-march'], ['in-march'], ['in-march']]);
    expect(await room.request('GET', '/v1/claims/in-march', undefined, { 'if-none-match': tag })).toMatchObject({
      status: 200,
      body: { version: 1 },
    });
    expect(await here('flag=overdue&dueBefore=2099-03')).toEqual([]);
    expect(await here('flag=overdue&dueBefore=2099-05')).toEqual(['in-march']);
    expect(await here('dueBefore=2099-05')).toEqual(['in-april', 'in-march']);
    const knownAt = await recorded();
    expect(await here(`flag=overdue&knownAt=${knownAt}`)).toEqual([]);
    expect((await room.get(`/v1/claims/in-march?knownAt=${knownAt}`)).flags).toEqual(['unarchived']);
    const resolved = await patch('/v1/claims/in-march', { prediction: { outcome: 'did_not' } });
    expect(resolved.body).toMatchObject({
      prediction: { outcome: 'did_not', resolvedAt: '2099-04-01T00:00:00.000Z' },
      flags: ['unarchived'],
    });
    expect(await here('flag=overdue')).toEqual([]);
  });
});
