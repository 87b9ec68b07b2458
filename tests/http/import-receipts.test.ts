import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Importer, importer, type Row } from '../factories/imports.ts';
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
/** A bundle that lacks so many claims. */
const bad = (lacking = 1) =>
  bundle({
    claims: [],
    attributions: Array.from({ length: lacking }, () => ({ claim: 'no-such', source: outlet, stance: 'asserts' })),
  });
const line = (value: object) => `${JSON.stringify(value)}\n`;
const outcomes = (rows: readonly { type: string; outcome: string }[]) =>
  rows.map(({ type, outcome }) => `${type} ${outcome}`);
const status = async (url: string) => {
  const headers = { authorization: `Bearer ${await ledger.key('read')}` };
  const answer = await ledger.http.get(url).set(headers);
  return { status: answer.status, body: answer.body };
};
const list = async (query: Record<string, string>) =>
  (await room.get(`/v1/imports?${new URLSearchParams(query)}`)).data.map(({ id }: { id: string }) => id);
/** Everything that an import can leave but its receipt. */
const left = async () => {
  const tables = ['changes', 'revisions', 'sources', 'claims', 'reports', 'topics', 'attributions', 'withdrawals'];
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table})`);
  return (await room.sql(`SELECT ARRAY[${counts.join(', ')}]::integer[] AS left`))[0].left;
};

describe('the receipt', () => {
  test('is found by its id and, the latest, by its name', async () => {
    const first = await room.post(bundle(), `?name=label-${number}`);
    const second = await room.post(bundle(), `?name=label-${number}`);
    expect(first).toMatchObject({ status: 201, headers: { location: `/v1/imports/${first.body.id}` } });
    expect(first.body).toEqual({
      id: expect.any(String),
      name: `label-${number}`,
      format: 'bundle',
      dryRun: false,
      actor: expect.stringMatching(/^test/),
      bundles: 1,
      failed: 0,
      counts: { created: 4, updated: 0, unchanged: 0, failed: 0 },
      errors: [],
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
      stopped: null,
      expiresAt: null,
    });
    expect(await room.get(`/v1/imports/${first.body.id}`)).toEqual(first.body);
    expect(await room.get(`/v1/imports/label-${number}`)).toEqual(second.body);
    const { data } = await room.get('/v1/imports?limit=2');
    expect(data).toEqual([second.body, first.body]);
  });

  test.each([
    "Monday's wires, 2nd try",
    'Вторник & среда? 50 % + 1/2',
    '“quoted”\\ ',
    'x'.repeat(200),
    '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9ab1',
  ])('is found by exactly its name, whatever the words: %s', async (name) => {
    const query = `?${new URLSearchParams({ name })}`;
    const first = (await room.post(bundle(), query)).body;
    const second = (await room.post(bundle(), query)).body;
    await room.post(bundle(), `?${new URLSearchParams({ name: name.slice(0, -1) })}`);
    expect(first.name).toBe(name);
    expect(await list({ name })).toEqual([second.id, first.id]);
    const page = await room.get(`/v1/imports?limit=1&${new URLSearchParams({ name })}`);
    const rest = await room.get(`/v1/imports?limit=1&${new URLSearchParams({ name, cursor: page.page.nextCursor })}`);
    expect([...page.data, ...rest.data].map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(await list({ name: `${name.slice(0, -1)}!` })).toEqual([]);
  });

  test.each([
    ['blank', ' \u00a0 '],
    ['empty', ''],
    ['201 characters', 'x'.repeat(201)],
    ['a NUL', 'a\0b'],
    ['a line break', 'a\nb'],
    ['an escape', 'a\u001b[31mb'],
  ])('a name that is %s is refused, by the parameter', async (_what, name) => {
    const query = `?${new URLSearchParams({ name })}`;
    const before = await list({});
    for (const answer of [await room.post(bundle(), query), await status(`/v1/imports${query}`)]) {
      expect([answer.status, answer.body.errors]).toMatchObject([400, [{ parameter: 'name' }]]);
    }
    expect(await list({})).toEqual(before);
  });

  test('its rows are read page by page, and by outcome', async () => {
    const { id } = (await room.post(`${line(bundle())}nonsense\n`)).body;
    const first = await room.get(`/v1/imports/${id}/rows?limit=3`);
    const rest = await room.get(`/v1/imports/${id}/rows?limit=3&cursor=${first.page.nextCursor}`);
    expect([...first.data, ...rest.data].map((row) => row.number)).toEqual([0, 1, 2, 3, 4]);
    expect([first.page.hasMore, rest.page]).toEqual([true, { nextCursor: null, hasMore: false }]);
    const failed = await room.get(`/v1/imports/${id}/rows?outcome=failed`);
    expect(failed.data).toMatchObject([{ number: 4, bundle: 1, outcome: 'failed' }]);
  });

  test('the same Idempotency-Key gives the same receipt, one bundle or many', async () => {
    for (const body of [bundle(), line(bundle())]) {
      const headers = { 'idempotency-key': `import-${number}-${typeof body}` };
      const first = await room.post(body, '', headers);
      const again = await room.post(body, '', headers);
      expect(first.status).toBe(201);
      expect(again.body).toEqual(first.body);
      expect(again.headers['idempotency-replayed']).toBe('true');
      const dry = { 'idempotency-key': `dry-${number}-${typeof body}` };
      const tried = (await room.post(body, '?dryRun=true', dry)).body;
      expect((await room.post(body, '?dryRun=true', dry)).body).toEqual(tried);
      expect((await list({ dryRun: 'true' })).slice(0, 1)).toEqual([tried.id]);
    }
  });

  test.each(['', '?dryRun=true'])('carries the first ten errors, each with its line and place%s', async (query) => {
    const namesakes = ['a', 'b'].map((slug) => ({ slug: `${slug}-${number}`, name: `Same ${number}`, kind: 'person' }));
    await room.rows(bundle({ sources: [...bundle().sources, ...namesakes] }));
    const ambiguous = bundle({
      attributions: [{ claim: `claim-${number}`, source: `Same ${number}`, stance: 'denies' }],
    });
    const { body } = await room.post(
      `nonsense\n\n${line(ambiguous)}${line(bundle())}${line(bad(3))}${line(bad(9))}`,
      query,
    );
    expect([body.bundles, body.failed]).toEqual([5, 4]);
    expect(body.errors).toEqual([
      { bundle: 0, pointer: '', detail: expect.any(String) },
      {
        bundle: 2,
        pointer: '/attributions/0/source',
        detail: expect.stringContaining(`Same ${number}`),
        candidates: [`a-${number}`, `b-${number}`],
      },
      ...[0, 1, 2].map((place) => ({ bundle: 4, pointer: `/attributions/${place}/claim`, detail: expect.any(String) })),
      ...[0, 1, 2, 3, 4].map((place) => ({
        bundle: 5,
        pointer: `/attributions/${place}/claim`,
        detail: expect.any(String),
      })),
    ]);
    expect(await room.get(`/v1/imports/${body.id}`)).toEqual(body);
    const { data } = await room.get(`/v1/imports/${body.id}/rows?outcome=failed`);
    expect(data.map(({ bundle, errors }: { bundle: number; errors: object[] }) => [bundle, errors.length])).toEqual([
      [0, 1],
      [2, 1],
      [4, 3],
      [5, 9],
    ]);
  });
});

describe('a dry run', () => {
  test('tells what one bundle would come to, and leaves its receipt alone', async () => {
    const before = await left();
    const { status, headers, body } = await room.post(bundle(), `?dryRun=true&name=dry-${number}`);
    expect([status, headers.location]).toEqual([200, undefined]);
    expect(body).toMatchObject({ dryRun: true, name: `dry-${number}`, bundles: 1, counts: { created: 4 }, errors: [] });
    expect(await room.get(`/v1/imports/${body.id}`)).toEqual(body);
    const { data } = await room.get(`/v1/imports/${body.id}/rows`);
    expect(outcomes(data)).toEqual(['source created', 'report created', 'claim created', 'attribution created']);
    expect(await left()).toEqual(before);
    expect((await room.post(bundle())).body.counts.created).toBe(4);
  });

  test('of many lines sees each on top of those before it, and its failures are found', async () => {
    const before = await left();
    const second = { ...bundle({ claims: [], sources: [] }), report: { title: 'Another', outlet } };
    const { status, body } = await room.post(`${line(bundle())}{\n${line(bad())}${line(second)}`, '?dryRun=true');
    expect([status, body.bundles, body.failed]).toEqual([200, 4, 2]);
    const { data } = await room.get(`/v1/imports/${body.id}/rows`);
    expect(outcomes(data).slice(-3)).toEqual(['report failed', 'report created', 'attribution created']);
    const first = await room.get(`/v1/imports/${body.id}/rows?outcome=failed&limit=1`);
    const rest = await room.get(`/v1/imports/${body.id}/rows?outcome=failed&limit=1&cursor=${first.page.nextCursor}`);
    expect([...first.data, ...rest.data].map((row) => [row.bundle, row.errors[0].pointer])).toEqual([
      [1, ''],
      [2, '/attributions/0/claim'],
    ]);
    expect(await left()).toEqual(before);
  });

  test('of a bundle that is wrong is refused like the real one', async () => {
    const before = await list({});
    const real = await room.post(bad());
    const { status, body } = await room.post(bad(), '?dryRun=true');
    expect([status, body.errors]).toEqual([422, real.body.errors]);
    expect(await list({})).toEqual(before);
  });

  test('is never taken for the latest import of a name', async () => {
    const name = `tried-${number}`;
    const dry = (await room.post(bundle(), `?dryRun=true&name=${name}`)).body;
    expect((await status(`/v1/imports/${name}`)).status).toBe(404);
    const real = (await room.post(bundle(), `?name=${name}`)).body;
    const later = (await room.post(bundle(), `?dryRun=true&name=${name}`)).body;
    expect(await room.get(`/v1/imports/${name}`)).toEqual(real);
    expect((await room.get(`/v1/imports/${name}/rows`)).data[0].outcome).toBe('created');
    expect(await list({ name })).toEqual([later.id, real.id, dry.id]);
    expect(await list({ name, dryRun: 'true' })).toEqual([later.id, dry.id]);
    expect(await list({ name, dryRun: 'false' })).toEqual([real.id]);
  });

  test('keeps its receipt for a day, and then it is gone, with its rows', async () => {
    const real = (await room.post(bundle(), `?name=kept-${number}`)).body;
    const dry = (await room.post(bundle(), '?dryRun=true')).body;
    const started = ledger.clock.now.getTime();
    expect(dry.expiresAt).toBe(new Date(started + 86_400_000).toISOString());
    const kept = async () =>
      (await room.sql('SELECT count(*)::integer AS n FROM import_rows WHERE import_id = $1', dry.id))[0].n;
    ledger.clock.advance(86_400_000 - 1);
    expect(await room.get(`/v1/imports/${dry.id}`)).toEqual(dry);
    expect(await list({ dryRun: 'true' })).toContain(dry.id);
    expect(await kept()).toBe(4);

    ledger.clock.advance(1);
    for (const path of [dry.id, `${dry.id}/rows`]) expect((await status(`/v1/imports/${path}`)).status).toBe(404);
    expect(await list({ dryRun: 'true' })).not.toContain(dry.id);
    // The sweep follows the requests of the next minute.
    ledger.clock.advance(60_000);
    await list({});
    await expect.poll(kept).toBe(0);
    expect(await room.sql('SELECT FROM imports WHERE id = $1', dry.id)).toEqual([]);
    expect(await room.get(`/v1/imports/${real.id}`)).toEqual(real);
  });

  test('alone can be removed: the receipt of an import stays, also for the service', async () => {
    const { id } = (await room.post(bundle())).body;
    await expect(room.sql('DELETE FROM imports WHERE id = $1', id)).rejects.toThrow('never changed or removed');
    await expect(room.sql('DELETE FROM import_rows WHERE import_id = $1', id)).rejects.toThrow('permission denied');
  });
});

/** A JSON Patch applied to a document (RFC 6902), as far as a difference uses it. */
function patched(document: unknown, patch: readonly { op: string; path: string; value?: unknown }[]): unknown {
  let whole = structuredClone(document);
  for (const { op, path, value } of patch) {
    const steps = path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop();
    if (last === undefined) {
      whole = value;
      continue;
    }
    // biome-ignore lint/suspicious/noExplicitAny: a document of any shape
    const parent = steps.reduce((at: any, step) => at[step], whole);
    if (Array.isArray(parent)) parent.splice(Number(last), op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [value]));
    else if (op === 'remove') delete parent[last];
    else parent[last] = value;
  }
  return whole;
}

/** The steps of a patch, in an order that tells nothing. */
const byPath = (patch: readonly { path: string }[] | null) => patch?.toSorted((a, b) => (a.path < b.path ? -1 : 1));

describe('a row that is updated says what changed', () => {
  const topics = [{ slug: 'talks', name: 'The talks' }];
  const first = () =>
    bundle({
      topics,
      claims: ['x', 'y'].map((slug) => ({ slug: `${slug}-${number}`, text: slug, kind: 'fact' })),
      attributions: [{ claim: `x-${number}`, source: outlet, stance: 'asserts' }],
      relations: [{ from: `x-${number}`, type: 'supports', to: `y-${number}` }],
    });
  const second = () => ({
    ...first(),
    report: { ...first().report, title: 'Another title', authors: ['A. Writer'] },
    topics: [{ slug: 'talks', name: `The talks ${number}` }],
    sources: [{ ...bundle().sources[0], aliases: ['The paper'], country: 'TR' }],
    claims: [{ slug: `x-${number}`, text: 'x it is', language: 'en', about: [outlet] }],
    relations: [{ from: `x-${number}`, type: 'supports', to: `y-${number}`, status: 'rejected' }],
  });

  test('as the history of the thing tells it, and a dry run tells the same', async () => {
    await room.rows(first());
    const dry = (await room.post(second(), '?dryRun=true')).body;
    const tried = (await room.get(`/v1/imports/${dry.id}/rows`)).data;
    const rows = await room.rows(second());
    expect(outcomes(rows)).toEqual([
      'topic updated',
      'source updated',
      'report updated',
      'claim updated',
      'attribution unchanged',
      'relation updated',
    ]);
    for (const { type, outcome, id, patch } of rows) {
      if (outcome !== 'updated') expect(patch).toBeNull();
      else if (type === 'relation') expect(patch).toContainEqual({ op: 'replace', path: '/status', value: 'rejected' });
      else expect(byPath(patch)).toEqual(byPath((await room.get(`/v1/${type}s/${id}/history`)).data.at(-1).patch));
    }
    const steps = (all: readonly Pick<Row, 'patch'>[]) =>
      all.map(({ patch }) => patch?.map(({ op, path }) => [op, path]).sort());
    expect(steps(tried)).toEqual(steps(rows));
    expect(steps(rows)[3]).toContainEqual(['replace', '/text']);
    expect((await room.rows(second())).every(({ outcome, patch }) => outcome === 'unchanged' && patch === null)).toBe(
      true,
    );
  });

  test('of an attribution: what sets it apart from the one whose place it takes, relays included', async () => {
    const sources = [...bundle().sources, { slug: `wire-${number}`, name: `Wire ${number}`, kind: 'outlet' }];
    const minister = { slug: `minister-${number}`, name: 'A minister', kind: 'person' };
    const says = (more: object) =>
      bundle({
        sources: [...sources, minister],
        attributions: [{ claim: `claim-${number}`, source: minister.slug, via: [`wire-${number}`], ...more }],
      });
    const made = await room.rows(says({ stance: 'denies' }));
    expect(made.every(({ patch }) => patch === null)).toBe(true);
    const rows = (await room.rows(says({ stance: 'doubts', quote: 'Hardly.' }))).filter(({ type }) =>
      ['attribution', 'relay'].includes(type),
    );
    expect(outcomes(rows)).toEqual(['attribution updated', 'relay updated', 'relay updated']);
    const recorded = (id: string | null) => room.get(`/v1/attributions/${id}/history?version=1`);
    for (const { id, detail, patch } of rows) {
      const former = /^Takes the place of (\S+)\.$/.exec(detail ?? '')?.[1] ?? '';
      expect(made.map((row) => row.id)).toContain(former);
      expect(patched(await recorded(former), patch ?? [])).toEqual(await recorded(id));
    }
    expect(rows[0]?.patch).toContainEqual({ op: 'replace', path: '/stance', value: 'doubts' });
  });
});
