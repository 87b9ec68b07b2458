import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findSourcesByName, resolveSources } from '../../src/modules/sources/queries.ts';
import { type Client, openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let http: Client;
let headers: Record<string, string>;

beforeAll(async () => {
  ledger = await openLedger();
  http = ledger.http;
  headers = { authorization: `Bearer ${await ledger.key('admin')}` };
});
afterAll(() => ledger.close());

const post = (payload: object, more: Record<string, string> = {}) =>
  http
    .post('/v1/sources')
    .set({ ...headers, ...more })
    .send(payload);

const get = (path: string, more: Record<string, string> = {}) =>
  http.get(`/v1/sources${path}`).set({ ...headers, ...more });

const patch = (source: string, payload: object, more: Record<string, string> = { 'if-match': '*' }) =>
  http
    .patch(`/v1/sources/${source}`)
    .set({ ...headers, ...more })
    .send(payload);

const remove = (source: string, more: Record<string, string> = { 'if-match': '*' }) =>
  http.delete(`/v1/sources/${source}`).set({ ...headers, ...more });

let made = 0;

/** A new source, a government with a name of its own unless told otherwise. */
async function newSource(payload: object = {}) {
  made += 1;
  const answer = await post({ name: `Source number ${made}`, kind: 'government', ...payload });
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
  return answer.body;
}

async function changed(source: string, payload: object) {
  const answer = await patch(source, payload);
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  return answer.body;
}

async function rowsOf(sql: string, ...values: unknown[]) {
  return (await ledger.database.pool.query(sql, values)).rows;
}

async function slugsOf(query: Record<string, string>): Promise<string[]> {
  const answer = await get(`?${new URLSearchParams(query)}`);
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  return answer.body.data.map(({ slug }: { slug: string }) => slug);
}

/** What a refused request says: status, the last part of the type, and each place. */
function refusal(answer: { status: number; body: { type: string; errors: { pointer?: string }[] } }) {
  const { type, errors } = answer.body;
  return [answer.status, type.replace('/problems/', ''), errors.map(({ pointer }) => pointer)];
}

const AFFILIATIONS = `SELECT kind, organization_id, role, "from", "to", valid_from, valid_until,
  recorded_until IS NULL AS current FROM affiliations WHERE source_id = $1 ORDER BY recorded_from, id`;

describe('creating a source', () => {
  test('name and kind suffice; the rest has its defaults', async () => {
    const answer = await post({ name: 'North Atlantic Treaty Organization', kind: 'organization' });
    expect(answer.status).toBe(201);
    const source = answer.body;
    expect(source).toEqual({
      id: source.id,
      slug: 'north-atlantic-treaty-organization',
      name: 'North Atlantic Treaty Organization',
      kind: 'organization',
      description: null,
      country: null,
      aliases: [],
      externalIds: {},
      reliability: null,
      partOf: [],
      speaksFor: [],
      host: null,
      descriptor: null,
      people: null,
      access: null,
      reason: null,
      terms: null,
      createdAt: source.createdAt,
      updatedAt: source.createdAt,
      version: 1,
    });
    expect(answer.headers).toMatchObject({
      location: `/v1/sources/${source.id}`,
      etag: expect.stringMatching(/^"1\.[\w-]{16}"$/),
    });
    expect((await get(`/${source.id}`)).text).toBe(answer.text);
  });

  test('keeps everything that it is given, and gives it back the same by id and by slug', async () => {
    const outlet = await newSource({ kind: 'outlet' });
    const government = await newSource();
    const unnamed = {
      slug: 'people-familiar',
      name: 'People familiar with the matter',
      kind: 'anonymous',
      description: 'Cited on the talks',
      country: 'TR',
      externalIds: { wikidata: 'Q42', 'a-much-longer-catalogue': 'b/1', isni: '0000 0001' },
      reliability: 'C',
      host: outlet.slug,
      descriptor: 'people familiar with the matter, asking not to be named',
      people: 2,
      access: 'were in the room',
      reason: 'the talks are private',
      terms: 'background',
      speaksFor: [{ organization: government.id, role: 'Aide', from: '2020-05', to: '2024~' }],
    };
    const answer = await post(unnamed);
    expect(answer.status).toBe(201);
    const reference = ({ id, slug, name }: Record<string, string>) => ({ id, slug, name });
    expect(answer.body).toMatchObject({
      ...unnamed,
      host: reference(outlet),
      speaksFor: [{ organization: reference(government), role: 'Aide', from: '2020-05', to: '2024~' }],
    });
    expect((await get('/people-familiar')).text).toBe(answer.text);
    expect((await get(`/${answer.body.id.toUpperCase()}`)).text).toBe(answer.text);
  });

  test('a slug made from the name is made free; one that is given must be', async () => {
    const name = 'Twice the same';
    expect((await newSource({ name })).slug).toBe('twice-the-same');
    expect((await newSource({ name })).slug).toBe('twice-the-same-2');
    expect(refusal(await post({ name, kind: 'person', slug: 'twice-the-same' }))).toEqual([409, 'conflict', ['/slug']]);
  });

  test('an organization is named by slug or id, alone, dated, or in a list of either', async () => {
    const { id, slug } = await newSource();
    const organizations = async (partOf: unknown) =>
      (await newSource({ partOf })).partOf.map((term: { organization: { id: string } }) => term.organization.id);
    for (const partOf of [slug, id, { organization: slug }, [id], [{ organization: slug, to: '2019' }]]) {
      expect([partOf, await organizations(partOf)]).toEqual([partOf, [id]]);
    }
  });

  test('the same Idempotency-Key has one effect', async () => {
    const key = { 'idempotency-key': 'source-once' };
    const payload = { name: 'Only once', kind: 'person' };
    const [first, again] = [await post(payload, key), await post(payload, key)];
    expect([again.status, again.text, again.headers.etag]).toEqual([201, first.text, first.headers.etag]);
    expect(await slugsOf({ name: 'only once' })).toEqual(['only-once']);
  });

  test('what cannot be a source is refused with its place', async () => {
    const base = { name: 'Wrong', kind: 'person' };
    const cases: [object, string[]][] = [
      [{ name: ' ', kind: 'person' }, ['/name']],
      [{ name: 'x'.repeat(301), kind: 'person' }, ['/name']],
      [{ name: 'x', kind: 'robot' }, ['/kind']],
      [{}, ['/name', '/kind']],
      [{ ...base, extra: 1 }, ['/extra']],
      [{ ...base, slug: 'No Slug' }, ['/slug']],
      ...['tr', 'TUR', 'QQ', 'EU', 'ZZ', 'UK', 'SU', 'XA'].map(
        (country) => [{ ...base, country }, ['/country']] as never,
      ),
      [{ ...base, reliability: 'G' }, ['/reliability']],
      [{ ...base, people: 0 }, ['/people']],
      [{ ...base, people: 1.5 }, ['/people']],
      [{ ...base, people: 2 ** 31 }, ['/people']],
      [{ ...base, terms: 'off_record' }, ['/terms']],
      [{ ...base, externalIds: { wikidata: 'P31' } }, ['/externalIds/wikidata']],
      [{ ...base, externalIds: { Wikidata: 'Q1' } }, ['/externalIds/Wikidata']],
      [{ ...base, externalIds: { viaf: ' ' } }, ['/externalIds/viaf']],
      [{ ...base, externalIds: { viaf: 'x'.repeat(201) } }, ['/externalIds/viaf']],
      [{ ...base, aliases: ['fine', ' '] }, ['/aliases/1']],
      [{ ...base, aliases: [{ name: 'x', language: 'not a language' }] }, ['/aliases/0/language']],
      [{ ...base, partOf: 'No Slug' }, ['/partOf']],
      [{ ...base, partOf: ['fine', 'No Slug'] }, ['/partOf/1']],
      [{ ...base, partOf: { from: '2020' } }, ['/partOf/organization']],
      [{ ...base, speaksFor: [{ organization: 'x', from: '2020-13' }] }, ['/speaksFor/0/from']],
      [{ ...base, speaksFor: [{ organization: 'x', from: '2021', to: '2020' }] }, ['/speaksFor/0/to']],
      [{ ...base, speaksFor: [{ organization: 'x', since: '2020' }] }, ['/speaksFor/0/since']],
    ];
    for (const [payload, pointers] of cases) {
      expect([payload, ...refusal(await post(payload))]).toEqual([payload, 400, 'malformed', pointers]);
    }
    for (const country of ['TR', 'GB', 'SS', 'XK']) await newSource({ country });
  });

  test('a name whose letters fold to whole words is refused before it breaks the index', async () => {
    const squared = Array.from({ length: 300 }, (_, index) => String.fromCharCode(0x3300 + (index % 88))).join('');
    expect(refusal(await post({ name: squared, kind: 'person' }))).toEqual([400, 'malformed', ['/name']]);
  });
});

describe('references', () => {
  test('one that is not there is told with its place, all at once', async () => {
    const { slug } = await newSource();
    const nowhere = '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51';
    const answer = await post({
      name: 'Lost',
      kind: 'anonymous',
      host: 'nowhere',
      partOf: [slug, { organization: nowhere }],
      speaksFor: 'nobody',
    });
    expect(refusal(answer)).toEqual([422, 'rule-broken', ['/host', '/partOf/1/organization', '/speaksFor']]);
    expect(answer.body.errors[1].detail).toContain(nowhere);
    expect(refusal(await patch(slug, { speaksFor: { organization: 'nobody' } }))).toEqual([
      422,
      'rule-broken',
      ['/speaksFor/organization'],
    ]);
  });

  test('a deleted source is not there', async () => {
    const { id } = await newSource();
    expect((await remove(id)).status).toBe(204);
    expect(refusal(await post({ name: 'Late', kind: 'person', partOf: [id] }))).toEqual([
      422,
      'rule-broken',
      ['/partOf/0'],
    ]);
  });

  test('an anonymous source needs a host that is named, and a named one has none', async () => {
    const outlet = await newSource({ kind: 'outlet' });
    const unnamed = await newSource({ kind: 'anonymous', host: outlet.slug });
    const cases: [object, string][] = [
      [{ kind: 'anonymous' }, '/host'],
      [{ kind: 'anonymous', host: unnamed.slug }, '/host'],
      [{ kind: 'person', host: outlet.slug }, '/kind'],
      [{ kind: 'person', descriptor: 'someone' }, '/kind'],
    ];
    for (const [payload, pointer] of cases) {
      expect([payload, ...refusal(await post({ name: 'X', ...payload }))]).toEqual([
        payload,
        422,
        'rule-broken',
        [pointer],
      ]);
    }
    expect(refusal(await patch(outlet.slug, { kind: 'anonymous', host: (await newSource()).slug }))).toEqual([
      422,
      'rule-broken',
      ['/kind'],
    ]);
  });
});

describe('affiliations', () => {
  test('two of a kind at one instant are refused; one after the other, or of two kinds, are not', async () => {
    const [a, b] = [(await newSource()).slug, (await newSource()).slug];
    const overlapping = [
      { organization: a, to: '2018-07' },
      { organization: b, from: '2018-07-31' },
    ];
    const answer = await post({ name: 'Two masters', kind: 'person', speaksFor: overlapping });
    expect(refusal(answer)).toEqual([422, 'rule-broken', ['/speaksFor']]);
    expect(answer.body.detail).toContain('overlap');
    const following = [
      { organization: b, from: '2018-08' },
      { organization: a, to: '2018-07' },
    ];
    const source = await newSource({ kind: 'person', speaksFor: following, partOf: b });
    expect(source.speaksFor.map((term: { organization: { slug: string } }) => term.organization.slug)).toEqual([a, b]);
    const [, until] = await rowsOf(AFFILIATIONS, source.id);
    expect(until.valid_from.toISOString()).toBe('2018-08-01T00:00:00.000Z');
    expect(refusal(await patch(source.id, { partOf: [b, { organization: a, from: '2020' }] }))).toEqual([
      422,
      'rule-broken',
      ['/partOf/1'],
    ]);
  });

  test('a ring of speaksFor and partOf is a circle too', async () => {
    const government = await newSource({ kind: 'government' });
    const ministry = await newSource({ kind: 'government', partOf: government.slug });
    const speaker = await newSource({ speaksFor: ministry.slug });
    const answer = await patch(government.slug, { partOf: speaker.slug });
    expect(refusal(answer)[0]).toBe(422);
    expect(answer.body.detail).toContain('circle');
  });

  test('a circle is refused, while both its halves hold at one instant', async () => {
    const top = await newSource();
    const middle = await newSource({ partOf: { organization: top.slug, to: '2010' } });
    const bottom = await newSource({ partOf: middle.slug });
    const answer = await patch(top.slug, { partOf: bottom.slug });
    expect(refusal(answer)).toEqual([422, 'rule-broken', ['/partOf']]);
    expect(answer.body.detail).toContain('circle');
    expect(refusal(await patch(top.slug, { speaksFor: [top.slug] }))[0]).toBe(422);
    await changed(top.slug, { partOf: [{ organization: bottom.slug, from: '2011' }] });
  });

  test('a change closes what is gone, adds what is new and leaves alone what is the same', async () => {
    const [a, b, c] = [await newSource(), await newSource(), await newSource()];
    const source = await newSource({
      kind: 'person',
      speaksFor: [
        { organization: a.slug, role: 'Minister', to: '2018' },
        { organization: b.slug, from: '2019' },
      ],
    });
    const next = await changed(source.slug, {
      speaksFor: [
        { organization: c.id, from: '2019' },
        { organization: a.id, role: 'Minister', to: '2018' },
      ],
    });
    expect([next.version, next.speaksFor.length, next.speaksFor[1].organization.slug]).toEqual([2, 2, c.slug]);
    expect(
      (await rowsOf(AFFILIATIONS, source.id)).map(({ organization_id, role, current }) => [
        organization_id,
        role,
        current,
      ]),
    ).toEqual([
      [a.id, 'Minister', true],
      [b.id, null, false],
      [c.id, null, true],
    ]);
    expect((await changed(source.slug, { speaksFor: null })).speaksFor).toEqual([]);
    expect((await rowsOf(AFFILIATIONS, source.id)).filter(({ current }) => current)).toEqual([]);
  });
});

describe('aliases', () => {
  test('those that fold to the same, or to the name, are one', async () => {
    const { aliases, slug } = await newSource({
      name: 'Türkiye Cumhuriyeti',
      aliases: [
        'Turkey',
        { name: 'TURKEY', language: 'en' },
        'turkıye CUMHURİYETİ',
        { name: 'Ankara', language: 'TR' },
      ],
    });
    expect(aliases).toEqual([
      { name: 'Turkey', language: null },
      { name: 'Ankara', language: 'tr' },
    ]);
    expect((await changed(slug, { name: 'ankara' })).aliases).toEqual([{ name: 'Turkey', language: null }]);
  });

  test('a patch replaces the list, in its order', async () => {
    const { slug } = await newSource({ aliases: ['One', 'Two'] });
    const names = (source: { aliases: { name: string }[] }) => source.aliases.map(({ name }) => name);
    expect(names(await changed(slug, { aliases: ['Three', 'One'] }))).toEqual(['Three', 'One']);
    expect(await slugsOf({ name: 'two' })).not.toContain(slug);
    expect(names(await changed(slug, { aliases: null }))).toEqual([]);
  });

  test('names that look hostile are kept as they are and found again', async () => {
    const names = [
      '\u202eمصدر\u202c سري',
      '👩‍👩‍👧‍👦 family 🇹🇷',
      "Robert'); DROP TABLE sources;--",
      '<script>alert(1)</script>',
      '{{7*7}} %s %n %00 \\u0041',
      '중앙통신 ☃',
      'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞a̴̵̞l̡̞g̞o̞',
    ];
    for (const name of names) {
      const { slug } = await newSource({ name, aliases: [`${name} II`] });
      expect([name, (await get(`/${slug}`)).body.name]).toEqual([name, name]);
      expect([name, await slugsOf({ name })]).toEqual([name, [slug]]);
      expect([name, await slugsOf({ name: `${name} II` })]).toEqual([name, [slug]]);
    }
    expect((await rowsOf('SELECT count(*)::integer FROM sources'))[0].count).toBeGreaterThan(names.length);
  });
});

describe('reading', () => {
  test('a known ETag is answered with 304', async () => {
    const { slug } = await newSource();
    const tag = String((await get(`/${slug}`)).headers.etag);
    const answer = await get(`/${slug}`, { 'if-none-match': tag });
    expect([answer.status, answer.text, answer.headers.etag]).toEqual([304, '', tag]);
  });

  test('what is not there is not found', async () => {
    for (const path of ['/nobody', '/019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51']) {
      expect([path, ...refusal(await get(path))]).toEqual([path, 404, 'not-found', []]);
    }
  });

  test('the filters combine; a name is found folded, also as an alias', async () => {
    const outlet = await newSource({ kind: 'outlet', country: 'IS', name: 'Ríkisútvarpið', aliases: ['RÚV'] });
    const unnamed = await newSource({ kind: 'anonymous', country: 'IS', host: outlet.slug });
    expect(await slugsOf({ country: 'IS' })).toEqual([unnamed.slug, outlet.slug]);
    expect(await slugsOf({ country: 'IS', kind: 'outlet' })).toEqual([outlet.slug]);
    expect(await slugsOf({ host: outlet.slug })).toEqual([unnamed.slug]);
    expect(await slugsOf({ host: outlet.id, kind: 'outlet' })).toEqual([]);
    expect(await slugsOf({ name: 'rikisutvarpid' })).toEqual([outlet.slug]);
    expect(await slugsOf({ name: 'ruv' })).toEqual([outlet.slug]);
    expect(await slugsOf({ name: 'ru' })).toEqual([]);
    const lost = await get('?host=nowhere');
    expect([lost.status, lost.body.errors[0].parameter]).toEqual([422, 'host']);
    expect((await get('?nonsense=1')).status).toBe(400);
  });

  test('a walk by cursor gives each once, newest first, with its parts', async () => {
    const organization = (await newSource()).slug;
    const slugs: string[] = [];
    for (let number = 0; number < 7; number += 1) {
      const { slug } = await newSource({ country: 'MT', partOf: organization, aliases: [`Walker ${number}`] });
      slugs.unshift(slug);
    }
    const seen: string[] = [];
    let url = '?country=MT&limit=3';
    for (let pages = 0; url !== '' && pages < 10; pages += 1) {
      const answer = await get(url);
      const { data, page } = answer.body;
      seen.push(...data.map(({ slug }: { slug: string }) => slug));
      expect(data[0].partOf[0].organization.slug).toBe(organization);
      expect(String(answer.headers.link).includes('rel="next"')).toBe(page.hasMore);
      url = page.hasMore ? `?country=MT&limit=3&cursor=${page.nextCursor}` : '';
    }
    expect(seen).toEqual(slugs);
    const { nextCursor } = (await get('?country=MT&limit=3')).body.page;
    expect((await get(`?country=TR&limit=3&cursor=${nextCursor}`)).status).toBe(400);
  });
});

describe('looking up many at once', () => {
  test('references are resolved by slug and id, without those deleted or unknown', async () => {
    const [one, two, gone] = [await newSource(), await newSource(), await newSource()];
    await remove(gone.slug);
    const found = await resolveSources(ledger.database.prisma, [one.slug, two.id, gone.slug, gone.id, 'nobody']);
    expect([found.get(one.slug)?.id, found.get(two.id)?.slug]).toEqual([one.id, two.slug]);
    expect([gone.slug, gone.id, 'nobody'].map((reference) => found.has(reference))).toEqual([false, false, false]);
  });

  test('names are found folded, with every candidate, the oldest first', async () => {
    const older = await newSource({ name: 'Kıbrıs' });
    const newer = await newSource({ name: 'Cyprus', aliases: ['KIBRIS'] });
    const gone = await newSource({ aliases: ['kibris'] });
    await remove(gone.slug);
    const found = await findSourcesByName(ledger.database.prisma, ['Kibris', 'CYPRUS', 'Atlantis']);
    const reference = ({ id, slug, kind }: Record<string, string>) => ({ id, slug, kind, stands: { id, slug, kind } });
    expect([...found].sort()).toEqual([
      ['cyprus', [reference(newer)]],
      ['kibris', [reference(older), reference(newer)]],
    ]);
  });
});

describe('changing', () => {
  test('a merge patch changes what it names; null takes away', async () => {
    const { slug } = await newSource({ description: 'Old', country: 'FR', externalIds: { viaf: '1', wikidata: 'Q1' } });
    const source = await changed(slug, { description: null, externalIds: { viaf: null, isni: '2' }, reliability: 'B' });
    expect(source).toMatchObject({ description: null, country: 'FR', reliability: 'B', version: 2 });
    expect(source.externalIds).toEqual({ isni: '2', wikidata: 'Q1' });
    expect(await changed(slug, { slug: 'renamed-source' })).toMatchObject({ slug: 'renamed-source', version: 3 });
    expect((await get(`/${slug}`)).status).toBe(404);
  });

  test('a patch that changes nothing writes nothing', async () => {
    const organization = await newSource();
    const source = await newSource({ kind: 'person', aliases: ['Same'], partOf: organization.slug, country: 'DE' });
    const { aliases, externalIds, country } = source;
    const answer = await patch(source.id, {
      aliases,
      externalIds,
      country,
      partOf: [{ organization: organization.id }],
    });
    expect([answer.status, answer.body]).toEqual([200, source]);
    expect(await rowsOf('SELECT action FROM changes WHERE entity_id = $1', source.id)).toEqual([{ action: 'created' }]);
  });

  test('needs If-Match, of the version that stands', async () => {
    const { slug } = await newSource();
    expect(refusal(await patch(slug, { country: 'TR' }, {}))).toEqual([428, 'precondition-required', [undefined]]);
    expect(refusal(await remove(slug, {}))[0]).toBe(428);
    expect((await patch(slug, { country: 'TR' }, { 'if-match': '"1"' })).headers.etag).toMatch(/^"2\./);
    const late = await patch(slug, { country: 'RU' }, { 'if-match': '"1"' });
    expect([...refusal(late), late.body.version]).toEqual([412, 'stale', [], 2]);
    expect(refusal(await remove(slug, { 'if-match': '"1"' }))[0]).toBe(412);
  });

  test('a taken slug is a conflict, and null for what must be there malformed', async () => {
    const [one, other] = [await newSource(), await newSource()];
    expect(refusal(await patch(one.slug, { slug: other.slug }))).toEqual([409, 'conflict', ['/slug']]);
    for (const member of ['slug', 'name', 'kind']) {
      expect(refusal(await patch(one.slug, { [member]: null }))).toEqual([400, 'malformed', [`/${member}`]]);
    }
  });

  test('of two changes of one version at the same time, one wins and one is stale', async () => {
    const { slug } = await newSource();
    const both = ['TR', 'RU'].map((country) => patch(slug, { country }, { 'if-match': '"1"' }));
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});

describe('deleting', () => {
  test('leaves a tombstone with closed affiliations, and frees the slug', async () => {
    const organization = await newSource();
    const source = await newSource({ slug: 'comes-back', partOf: organization.slug, aliases: ['Gone for now'] });
    expect((await remove('comes-back')).status).toBe(204);
    expect((await get('/comes-back')).status).toBe(404);
    expect((await get(`/${source.id}`)).status).toBe(404);
    expect(await slugsOf({ name: 'gone for now' })).toEqual([]);
    expect((await rowsOf(AFFILIATIONS, source.id)).map(({ current }) => current)).toEqual([false]);
    const [row] = await rowsOf('SELECT deleted_at, version FROM sources WHERE id = $1', source.id);
    expect([row.deleted_at instanceof Date, row.version]).toEqual([true, 2]);
    const again = await newSource({ slug: 'comes-back' });
    expect([again.version, again.id === source.id]).toEqual([1, false]);
    expect((await remove(organization.slug)).status).toBe(204);
  });

  test('is refused while anything refers to it, with counts', async () => {
    const { prisma } = ledger.database;
    const outlet = await newSource({ kind: 'outlet' });
    const [member, unnamed] = [
      await newSource({ speaksFor: outlet.slug }),
      await newSource({ kind: 'anonymous', host: outlet.id }),
    ];
    const report = await prisma.report.create({ data: { id: ledger.newId(), title: 'A report', outletId: outlet.id } });
    const claim = await prisma.claim.create({
      data: { id: ledger.newId(), slug: 'about-the-outlet', text: 'About the outlet', kind: 'fact' },
    });
    await prisma.claimAbout.create({ data: { id: ledger.newId(), claimId: claim.id, sourceId: outlet.id } });
    const attribution = { claimId: claim.id, reportId: report.id, stance: 'asserts' };
    await prisma.attribution.create({
      data: { ...attribution, id: ledger.newId(), sourceId: member.id, speakingForId: outlet.id },
      select: { id: true },
    });
    await prisma.attribution.create({
      data: { ...attribution, id: ledger.newId(), sourceId: outlet.id },
      select: { id: true },
    });
    const answer = await remove(outlet.slug);
    expect(refusal(answer)).toEqual([409, 'still-referred-to', []]);
    expect(answer.body.references).toEqual({ reports: 1, attributions: 2, affiliations: 1, claims: 1, sources: 1 });
    expect((await remove(unnamed.slug)).status).toBe(204);
    await changed(member.slug, { speaksFor: [] });
    expect((await remove(outlet.slug)).body.references).toEqual({ reports: 1, attributions: 2, claims: 1 });
    expect((await get(`/${outlet.slug}`)).headers.etag).toMatch(/^"1\./);
  });
});

test('every change leaves its entry in the feed, and from the second on its revision', async () => {
  const created = await newSource({ name: 'Well recorded' });
  const updated = await changed(created.slug, { aliases: ['Recorded well'] });
  expect((await remove(created.slug, { 'if-match': '"2"', 'x-request-id': 'the-deletion' })).status).toBe(204);
  const changes = await rowsOf(
    'SELECT action, type, slug, version, actor, request_id, after FROM changes WHERE entity_id = $1 ORDER BY id',
    created.id,
  );
  expect(changes.map(({ action, type, slug, version }) => [action, type, slug, version])).toEqual([
    ['created', 'source', 'well-recorded', 1],
    ['updated', 'source', 'well-recorded', 2],
    ['deleted', 'source', 'well-recorded', 3],
  ]);
  expect([changes[0].after, changes[1].after, changes[2].request_id]).toEqual([created, updated, 'the-deletion']);
  const revisions = await rowsOf(
    'SELECT version, before, after FROM revisions WHERE entity_id = $1 ORDER BY version',
    created.id,
  );
  expect(revisions.map(({ version, before }) => [version, before])).toEqual([
    [2, created],
    [3, updated],
  ]);
  expect(revisions[0].after.aliases).toEqual([{ name: 'Recorded well', language: null }]);
});
