import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Importer, importer, scenario } from '../factories/imports.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Importer;

beforeAll(async () => {
  ledger = await openLedger();
  room = await importer(ledger);
});
afterAll(() => ledger.close());

let number = 0;
let outlet: string;
/** Names that no other test has. */
beforeEach(() => {
  number += 1;
  outlet = `outlet-${number}`;
});

const bundle = (more: object = {}) => ({
  report: { url: `https://news.example/${number}`, title: 'A report', outlet },
  sources: [{ slug: outlet, name: `Outlet ${number}`, kind: 'outlet' }],
  claims: [{ slug: `claim-${number}`, text: 'Something is so', kind: 'fact' }],
  attributions: [{ claim: `claim-${number}`, source: outlet, stance: 'asserts' }],
  ...more,
});
const line = (value: object) => `${JSON.stringify(value)}\n`;
const outcomes = (rows: readonly { type: string; outcome: string }[]) =>
  rows.map(({ type, outcome }) => `${type} ${outcome}`);
const counted = async () => [
  await room.changes(),
  (await room.sql('SELECT (SELECT count(*) FROM imports) + (SELECT count(*) FROM import_rows) AS n'))[0].n,
];

describe('the founding scenario', () => {
  test('comes in as it is written, and again without a change', async () => {
    const rows = await room.rows(scenario(), '?name=s400');
    const count = (type: string) => rows.filter((row) => row.type === type).length;
    expect(['source', 'claim', 'topic', 'report', 'attribution', 'relay', 'relation'].map(count)).toEqual([
      13, 17, 1, 2, 20, 26, 3,
    ]);
    expect(rows.every(({ outcome }) => outcome === 'created')).toBe(true);

    const questions = [
      ['deniedBy=kremlin', ['refund', 'raised-with-putin']],
      ['standing=contested', ['refund', 'raised-with-putin']],
      ['declinedBy=turkish-officials', ['refund']],
      ['flag=anonymous_only', ['return', 'refund', 'raised-with-putin', 'sanctions-lifted']],
      // Each of them has an origin for, and neither fell.
      ['flag=contradicted', ['f35-threat', 'risk-manageable']],
      ['flag=undermined', []],
      ['dueBefore=2026-07-01', ['resolved-in-months']],
    ] as const;
    for (const [query, slugs] of questions) {
      const { data } = await room.get(`/v1/claims?sort=createdAt&${query}`);
      expect([query, data.map(({ slug }: { slug: string }) => slug)]).toEqual([query, slugs]);
    }
    const { data: positions } = await room.get('/v1/claims/refund/positions');
    expect(positions.find(({ side }: { side: string }) => side === 'for')).toMatchObject({
      source: { slug: 'bloomberg-people-familiar' },
      origin: { source: { slug: 'bloomberg' }, anonymous: true },
    });

    const before = await room.changes();
    const again = await room.post(scenario(), '?name=s400');
    expect(again.body.counts).toEqual({ created: 0, updated: 0, unchanged: 81, failed: 0 });
    expect(await room.changes()).toBe(before);
  });

  test('has the ids that its examples name', async () => {
    const held = await room.get('/v1/reports/019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51');
    expect(held).toMatchObject({ published: '2025-12', outlet: { slug: 'relaying-outlet' }, status: 'held' });
    expect(await room.get('/v1/attributions/019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a61')).toMatchObject({
      claim: { slug: 'refund' },
      source: { slug: 'kremlin' },
      stance: 'denies',
      emphasis: 'strong',
      report: { status: 'cited_unseen', outlet: { slug: 'bloomberg' }, published: '2025-12' },
    });
  });
});

describe('names', () => {
  beforeEach(async () => {
    const sources = [
      { slug: `tr-${number}`, name: `Türkiye ${number}`, kind: 'government', aliases: [`Ankara ${number}`] },
      { slug: `other-${number}`, name: `Other ${number}`, kind: 'government', aliases: [`Ankara ${number}`] },
      { slug: `host-${number}`, name: `Host ${number}`, kind: 'outlet' },
      { name: `Unnamed ${number}`, kind: 'anonymous', host: `host-${number}` },
    ];
    await room.rows(
      bundle({ report: { title: 'Sources', outlet: `host-${number}` }, sources, claims: [], attributions: [] }),
    );
  });
  const says = (source: string, more: object = {}) =>
    bundle({ attributions: [{ claim: `claim-${number}`, source, stance: 'asserts' }], ...more });

  test.each(['TURKIYE', 'Turkiye', 'türkıye'])('%s finds Türkiye', async (name) => {
    const rows = await room.rows(says(`${name} ${number}`));
    const made = rows.find(({ type }) => type === 'attribution');
    expect((await room.get(`/v1/attributions/${made?.id}`)).source.slug).toBe(`tr-${number}`);
  });

  test('an alias of two sources is an error that names both', async () => {
    const { status, body } = await room.post(says(`Ankara ${number}`));
    expect([status, body.type]).toEqual([422, '/problems/rule-broken']);
    expect(body.errors).toEqual([
      {
        pointer: '/attributions/0/source',
        detail: expect.stringContaining(`tr-${number}, other-${number}`),
        candidates: [`tr-${number}`, `other-${number}`],
      },
    ]);
  });

  test('an anonymous source of another outlet is never found by its name', async () => {
    const { body } = await room.post(says(`Unnamed ${number}`));
    expect(body.errors).toMatchObject([{ pointer: '/attributions/0/source' }]);
    const own = { name: `Unnamed ${number}`, kind: 'anonymous', host: outlet };
    const given = bundle().sources;
    const rows = await room.rows(says(`Unnamed ${number}`, { sources: [own, ...given] }));
    expect(outcomes(rows.filter(({ type }) => type === 'source'))).toEqual(['source created', 'source created']);
    const again = await room.rows(says(`Unnamed ${number}`, { sources: [own, ...given] }));
    expect(again.every(({ outcome }) => outcome === 'unchanged')).toBe(true);
    expect(await room.sql('SELECT FROM sources WHERE name = $1', `Unnamed ${number}`)).toHaveLength(2);
  });

  test('a source without a slug is found again by its name and kind', async () => {
    const sources = [...bundle().sources, { name: `TÜRKIYE ${number}`, kind: 'government', country: 'TR' }];
    const rows = await room.rows(bundle({ sources }));
    expect(rows.find(({ pointer }) => pointer === '/sources/1')).toMatchObject({
      outcome: 'updated',
      slug: `tr-${number}`,
    });
    expect(await room.get(`/v1/sources/tr-${number}`)).toMatchObject({ name: `TÜRKIYE ${number}`, country: 'TR' });
  });

  test('only the fields that a bundle gives are changed', async () => {
    const sources = [...bundle().sources, { slug: `tr-${number}`, country: 'TR' }];
    await room.rows(
      bundle({ sources, claims: [{ slug: `claim-${number}`, text: 'A', kind: 'fact', occurred: '2019' }] }),
    );
    await room.rows(bundle({ claims: [{ slug: `claim-${number}`, language: 'en' }], attributions: [] }));
    expect(await room.get(`/v1/sources/tr-${number}`)).toMatchObject({ name: `Türkiye ${number}`, country: 'TR' });
    expect(await room.get(`/v1/claims/claim-${number}`)).toMatchObject({ text: 'A', occurred: '2019', language: 'en' });
  });

  test('sources may refer to each other in any order, but not in a circle', async () => {
    const a = { slug: `a-${number}`, name: 'A', kind: 'organization', partOf: `b-${number}` };
    const b = { slug: `b-${number}`, name: 'B', kind: 'organization' };
    const circle = await room.post(
      bundle({ sources: [...bundle().sources, a, { ...b, partOf: [{ organization: a.slug }] }] }),
    );
    expect(circle.body.errors).toMatchObject([{ pointer: expect.stringMatching(/^\/sources\/[12]$/) }]);
    await room.rows(bundle({ sources: [...bundle().sources, a, b] }));
    expect((await room.get(`/v1/sources/${a.slug}`)).partOf).toMatchObject([{ organization: { slug: b.slug } }]);
  });
});

describe('what a bundle brings', () => {
  test('an unknown topic of a claim is made, one in full is changed', async () => {
    const slug = `grain-talks-${number}`;
    const claims = [{ slug: `claim-${number}`, text: 'A', kind: 'fact', topic: slug }];
    const rows = await room.rows(bundle({ claims }));
    expect(rows[0]).toMatchObject({ pointer: '/claims/0/topic', type: 'topic', outcome: 'created', slug });
    expect((await room.get(`/v1/topics/${slug}`)).name).toBe(`Grain talks ${number}`);
    const named = await room.rows(bundle({ claims, topics: [{ slug, name: 'The grain talks' }] }));
    expect(outcomes(named).slice(0, 2)).toEqual(['topic updated', 'source unchanged']);
    expect((await room.get(`/v1/claims/claim-${number}`)).topic.name).toBe('The grain talks');
  });

  test('a report is found again by URL, by id, and by outlet, title and date', async () => {
    const [byUrl] = (await room.rows(bundle())).filter(({ type }) => type === 'report');
    const report = { url: `https://NEWS.example/${number}/?utm_source=x#top`, outlet, language: 'tr' };
    const rows = await room.rows(bundle({ report }));
    expect(rows.find(({ type }) => type === 'report')).toMatchObject({ outcome: 'updated', id: byUrl?.id });
    const id = ledger.newId();
    for (const [at, other] of [
      { id, title: 'With an id', outlet },
      { id, title: 'Renamed', outlet },
    ].entries()) {
      const found = (await room.rows(bundle({ report: other }))).find(({ type }) => type === 'report');
      expect(found).toMatchObject({ id, outcome: ['created', 'updated'][at] });
    }
    const titled = { title: 'Only a title', outlet, published: '2025-12~' };
    await room.rows(bundle({ report: titled }));
    expect(outcomes(await room.rows(bundle({ report: titled })))).toContain('report unchanged');
    expect(outcomes(await room.rows(bundle({ report: { ...titled, published: '2026' } })))).toContain('report created');
  });

  test('relations are confirmed unless told otherwise; another status takes the place of the first', async () => {
    const claims = [`a-${number}`, `b-${number}`].map((slug) => ({ slug, text: slug, kind: 'fact' }));
    const relation = { from: `a-${number}`, type: 'contradicts', to: `b-${number}` };
    const relations = async (more: object) => {
      const rows = await room.rows(bundle({ claims, attributions: [], relations: [{ ...relation, ...more }] }));
      return outcomes(rows).at(-1);
    };
    expect(await relations({})).toBe('relation created');
    expect(await relations({ status: 'confirmed' })).toBe('relation unchanged');
    expect(await relations({ status: 'rejected' })).toBe('relation updated');
    const kept = await room.sql(
      `SELECT status, recorded_until IS NULL AS stands FROM claim_relations r JOIN claims c ON c.id = r.from_id
       WHERE c.slug = $1 ORDER BY recorded_from`,
      `a-${number}`,
    );
    expect(kept).toEqual([
      { status: 'confirmed', stands: false },
      { status: 'rejected', stands: true },
    ]);
    const changes = await room.sql(
      "SELECT action, version FROM changes WHERE type = 'claim_relation' ORDER BY id DESC LIMIT 2",
    );
    expect(changes).toEqual([
      { action: 'updated', version: 2 },
      { action: 'created', version: 1 },
    ]);
  });
});

describe('a bundle that is wrong', () => {
  test('changes nothing, and says every place', async () => {
    const before = await counted();
    const { status, body } = await room.post(
      bundle({
        claims: [],
        attributions: [
          { claim: 'no-such-claim', source: 'Nobody at all', stance: 'denies' },
          { claim: 'no-such-claim', source: outlet, stance: 'denies', via: ['No outlet'], speakingFor: 'no-one' },
        ],
        relations: [{ from: 'x', type: 'supports', to: 'x' }],
      }),
    );
    expect([status, body.type]).toEqual([422, '/problems/rule-broken']);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/attributions/0/claim',
      '/attributions/0/source',
      '/attributions/1/claim',
      '/attributions/1/speakingFor',
      '/attributions/1/via/0',
      '/relations/0',
      '/relations/0/from',
      '/relations/0/to',
    ]);
    expect(await counted()).toEqual(before);
  });

  test.each([
    ['a new source without kind', { sources: [{ slug: 'half', name: 'Half' }] }, '/sources/0/kind'],
    ['a new claim without text', { claims: [{ slug: 'half', kind: 'fact' }] }, '/claims/0/text'],
    [
      'an anonymous source without host',
      { sources: [{ slug: 'anon', name: 'A', kind: 'anonymous' }] },
      '/sources/0/host',
    ],
    [
      'overlapping terms',
      {
        sources: [
          { slug: 'one', name: 'One', kind: 'organization' },
          { slug: 'two', name: 'Two', kind: 'organization', partOf: ['one', { organization: 'one', from: '2020' }] },
        ],
      },
      '/sources/1/partOf',
    ],
    ['a held report without title', { report: { outlet: 'bloomberg' } }, '/report/title'],
    [
      'a prediction of a fact',
      { claims: [{ slug: 'f', text: 'F', kind: 'fact', prediction: { horizon: '2026' } }] },
      '/claims/0/prediction',
    ],
    [
      'the same claim twice',
      { claims: ['s', 's'].map((slug) => ({ slug, text: 'S', kind: 'fact' })) },
      '/claims/1/slug',
    ],
    ['two sources of one name', { sources: ['x', 'X'].map((name) => ({ name, kind: 'person' })) }, '/sources/0'],
    [
      'a taken id',
      {
        attributions: [
          { id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a61', claim: 'return', source: 'nato', stance: 'denies' },
        ],
      },
      '/attributions/0/id',
    ],
    [
      'a source twice in a chain',
      { attributions: [{ claim: 'return', source: 'nato', via: ['bloomberg'], stance: 'denies' }] },
      '/attributions/0/via/0',
    ],
  ])('%s', async (_what, more, pointer) => {
    const before = await counted();
    const given = { report: { title: 'T', outlet: 'bloomberg' }, ...more };
    const { status, body } = await room.post(given);
    expect([status, body.errors?.[0]?.pointer, body.detail]).toEqual([422, pointer, body.detail]);
    expect(await counted()).toEqual(before);
  });

  test('what the schema refuses is malformed', async () => {
    const via = Array.from({ length: 32 }, (_, index) => `outlet-${index}`);
    const attributions = [{ claim: 'refund', source: 'kremlin', stance: 'says', via, mood: 'grim' }];
    const { status, body } = await room.post(bundle({ attributions }));
    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/attributions/0/stance',
      '/attributions/0/via',
      '/attributions/0/mood',
    ]);
  });

  test.each(['text/csv', 'application/merge-patch+json', 'application/xml'])('%s is not taken', async (type) => {
    const answer = await room.post('{}', '', { 'content-type': type });
    expect([answer.status, answer.body.type]).toEqual([415, '/problems/unsupported-media-type']);
  });
});

describe('a file of bundles', () => {
  test('a bad line changes nothing and says where; the others go in', async () => {
    const bad = { ...bundle({ claims: [], sources: [] }), report: { title: 'Bad', outlet: 'Nobody' } };
    const third = { ...bundle({ claims: [], sources: [] }), report: { title: 'Third', outlet } };
    const { status, body } = await room.post(`${line(bundle())}${line(bad)}${line(third)}`);
    expect([status, body.bundles, body.failed, body.format]).toEqual([201, 3, 1, 'ndjson']);
    const { data } = await room.get(`/v1/imports/${body.id}/rows`);
    expect(data.filter(({ bundle: at }: { bundle: number }) => at === 1)).toEqual([
      {
        number: 4,
        bundle: 1,
        pointer: '/report/outlet',
        type: 'report',
        outcome: 'failed',
        id: null,
        slug: null,
        detail: expect.stringContaining('/report/outlet'),
        patch: null,
        errors: [{ pointer: '/report/outlet', detail: expect.stringContaining('Nobody') }],
        warnings: [],
      },
    ]);
    expect(outcomes(data.slice(5))).toEqual(['report created', 'attribution created']);
    expect(await room.get(`/v1/imports/${body.id}`)).toEqual(body);
  });

  test.each([
    ['not JSON', 'nonsense'],
    ['half a bundle', '{"report":'],
    ['no bundle', '[]'],
    ['a text', '"bundle"'],
    ['an unknown field', '{"report":{"title":"T","outlet":"bloomberg"},"mood":1}'],
    ['a NUL', '{"report":{"title":"a\\u0000b","outlet":"bloomberg"}}'],
    ['half a surrogate pair', '{"report":{"title":"\\ud800","outlet":"bloomberg"}}'],
    ['poison', '{"report":{"title":"T","outlet":"bloomberg"},"__proto__":{}}'],
    ['deep nesting', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['too long a line', `{"report":"${'x'.repeat(8 * 1024 * 1024)}"}`],
    ['SQL', `{"report":{"title":"T","outlet":"'; DROP TABLE sources; --"}}`],
  ])('%s fails alone', async (_what, text) => {
    const { status, body } = await room.post(`\n${text}\n \r\n${line(bundle())}`);
    expect([status, body.bundles, body.failed, body.counts]).toEqual([
      201,
      2,
      1,
      { created: 4, updated: 0, unchanged: 0, failed: 1 },
    ]);
    const [failed] = (await room.get(`/v1/imports/${body.id}/rows?outcome=failed`)).data;
    expect(failed).toMatchObject({ bundle: 1, detail: expect.any(String), errors: [{ detail: expect.any(String) }] });
  });

  test('bytes that are not UTF-8 fail alone; without a newline at its end the last line counts too', async () => {
    const { body } = await room.post(
      Buffer.concat([Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from(JSON.stringify(bundle()))]),
    );
    expect([body.bundles, body.failed]).toEqual([2, 1]);
  });

  test('an empty file is malformed, one of blank lines is an import of nothing', async () => {
    expect((await room.post('')).status).toBe(400);
    expect((await room.post('\n\n')).body).toMatchObject({ bundles: 0, failed: 0 });
  });
});
