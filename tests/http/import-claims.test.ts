import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chainsOf, type Importer, importer } from '../factories/imports.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Importer;

beforeAll(async () => {
  ledger = await openLedger();
  room = await importer(ledger);
  const sources = ['paper', 'minister'].map((slug) => ({
    slug,
    name: slug,
    kind: slug === 'paper' ? 'outlet' : 'person',
  }));
  await room.rows({ report: { title: 'Sources', outlet: 'paper' }, sources });
});
afterAll(() => ledger.close());

let number = 0;
/** A text that no other test has. */
let text: string;
beforeEach(() => {
  number += 1;
  text = `The “Port” of Saline is leased – the ${number}. time`;
});

type Claim = Record<string, unknown>;
const bundle = (claims: readonly Claim[], more: object = {}) => ({
  report: { url: `https://paper.example/${number}`, title: 'A report', outlet: 'paper' },
  claims,
  ...more,
});
const says = (...claims: readonly unknown[]) => ({
  attributions: claims.map((claim) => ({ claim, source: 'minister', stance: 'denies' })),
});
const claimRows = (rows: readonly { type: string; outcome: string; slug: string | null }[]) =>
  rows.filter(({ type }) => type === 'claim').map(({ outcome, slug }) => [outcome, slug]);
const request = async (method: 'post' | 'patch' | 'delete', url: string, payload?: object) => {
  const headers = { authorization: `Bearer ${await ledger.key('write')}`, 'if-match': '*' };
  const type = method === 'patch' ? { 'content-type': 'application/merge-patch+json' } : {};
  const answer = await ledger.http[method](url)
    .set({ ...headers, ...type })
    .send(payload);
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body;
};
const post = (claim: Claim) => request('post', '/v1/claims', { kind: 'fact', ...claim });
const errors = async (body: object) => {
  const answer = await room.post(body);
  expect(answer.status).toBe(422);
  return answer.body.errors;
};

describe('a claim of a bundle without a slug', () => {
  test('is made as by POST /v1/claims, its row tells the slug, and again it is unchanged', async () => {
    const given = bundle(
      [{ text, kind: 'prediction', about: ['minister'], prediction: { horizon: '2027' } }],
      says(text),
    );
    const rows = await room.rows(given);
    const [[outcome, slug] = []] = claimRows(rows);
    const alike = await post({ text, kind: 'prediction' });
    expect([outcome, `${slug}-2`]).toEqual(['created', alike.slug]);
    expect(await room.get(`/v1/claims/${slug}`)).toMatchObject({
      text,
      kind: 'prediction',
      language: 'und',
      topic: null,
      about: [{ slug: 'minister' }],
    });
    expect(await chainsOf(room, slug ?? '')).toEqual(['paper@paper ← minister@paper denies']);
    await request('delete', `/v1/claims/${alike.id}`);
    const before = await room.changes();
    expect((await room.rows(given)).filter((row) => row.outcome !== 'unchanged')).toEqual([]);
    expect(await room.changes()).toBe(before);
  });

  test('is referred to by its ref or its text, in attributions and in relations', async () => {
    const other = `Not so ${number}`;
    const claims = [
      { ref: 'lease', text, kind: 'fact' },
      { text: other, kind: 'fact' },
    ];
    const relations = [
      { from: 'lease', type: 'contradicts', to: other },
      { from: other, type: 'depends_on', to: text },
    ];
    const given = bundle(claims, { ...says('lease', text, other), relations });
    const rows = await room.rows(given);
    const [lease, against] = claimRows(rows).map(([, slug]) => slug);
    expect((await room.get(`/v1/claims/${lease}/attributions`)).data).toHaveLength(4);
    expect((await room.get(`/v1/claims/${against}/attributions`)).data).toHaveLength(2);
    expect((await room.get(`/v1/claims/${lease}/relations`)).data).toHaveLength(2);
    expect((await room.rows(given)).filter(({ outcome }) => outcome !== 'unchanged')).toEqual([]);
  });

  test.each([
    ['the case', (t: string) => t.toUpperCase()],
    ['white space', (t: string) => `  ${t.replaceAll(' ', '\u00a0\t ')}\n`],
    ['the marks', (t: string) => t.replaceAll(/[“”]/g, '"').replace('–', '-')],
    ['compatibility characters', (t: string) => t.replace('Port', 'Ｐｏｒｔ')],
  ])('is found again whatever %s, and its text stays as it was printed first', async (_what, written) => {
    const [[, slug] = []] = claimRows(await room.rows(bundle([{ text, kind: 'fact' }], says(text))));
    const again = written(text);
    const given = { ...bundle([{ text: again, kind: 'fact', occurred: '2026' }], says(again)) };
    given.report.url += '/other';
    const rows = await room.rows(given);
    expect(claimRows(rows)).toEqual([['updated', slug]]);
    expect(await room.get(`/v1/claims/${slug}`)).toMatchObject({ text, occurred: '2026' });
    expect(claimRows(await room.rows(given))).toEqual([['unchanged', slug]]);
    expect(claimRows(await room.rows(bundle([{ text }])))).toEqual([['unchanged', slug]]);
  });

  test.each(['He has left', 'Он ушёл', '她走了'])('with other words is another claim: %s', async (words) => {
    const [own, other] = [
      `${words} ${number}`,
      `${words.replace('left', 'leaves').replace('ушёл', 'ушел').replace('她', '他')} ${number}`,
    ];
    const rows = await room.rows(bundle([own, other].map((each) => ({ text: each, kind: 'fact' }))));
    expect(claimRows(rows).map(([outcome]) => outcome)).toEqual(['created', 'created']);
  });

  test('is one in each topic, and one in none', async () => {
    const topics = [undefined, `talks-${number}`, `port-${number}`];
    const made = [];
    for (const topic of topics) made.push(...claimRows(await room.rows(bundle([{ text, kind: 'fact', topic }]))));
    expect(made.map(([outcome]) => outcome)).toEqual(['created', 'created', 'created']);
    for (const [index, topic] of topics.entries()) {
      const { id } = topic === undefined ? { id: null } : await room.get(`/v1/topics/${topic}`);
      for (const named of [topic ?? null, id])
        expect(claimRows(await room.rows(bundle([{ text, topic: named }])))).toEqual([['unchanged', made[index]?.[1]]]);
    }
    const all = topics.map((topic) => ({ text, kind: 'fact', topic }));
    expect(claimRows(await room.rows(bundle(all)))).toEqual(made.map(([, slug]) => ['unchanged', slug]));
    const [wrong] = await errors(bundle(all, says(text)));
    expect(wrong).toMatchObject({ pointer: '/attributions/0/claim', candidates: made.map(([, slug]) => slug) });
  });

  test('is found by the text that an editor gave it, and by no text that it had', async () => {
    const [[, slug] = []] = claimRows(await room.rows(bundle([{ text, kind: 'fact' }])));
    await request('patch', `/v1/claims/${slug}`, { text: `${text}, they say` });
    expect(claimRows(await room.rows(bundle([{ text: `${text}, they say` }])))).toEqual([['unchanged', slug]]);
    expect(claimRows(await room.rows(bundle([{ text, kind: 'fact' }])))).toMatchObject([
      ['created', expect.any(String)],
    ]);
  });

  test('that was deleted is made anew; one that is merged leads to what stands', async () => {
    const gone = await post({ text });
    await request('delete', `/v1/claims/${gone.id}`);
    const rows = await room.rows(bundle([{ text, kind: 'fact' }]));
    expect(claimRows(rows)).toEqual([['created', gone.slug]]);

    const stands = await post({ text: `${text}, in other words` });
    await request('post', `/v1/claims/${gone.slug}/merge`, { into: stands.id, reason: 'The same.' });
    const again = await room.rows(bundle([{ text, kind: 'fact' }], says(text)));
    expect(again.find(({ type }) => type === 'claim')).toMatchObject({
      outcome: 'unchanged',
      slug: stands.slug,
      detail: expect.stringContaining('merged into'),
    });
    expect((await room.get(`/v1/claims/${stands.slug}/attributions`)).data).toHaveLength(2);
  });

  test('that two of its topic have is an error with both, unless they are merged', async () => {
    const [one, two] = [await post({ text }), await post({ text: text.toUpperCase() })];
    const given = bundle([{ text, kind: 'fact' }], says(text));
    expect(await errors(given)).toEqual([
      {
        pointer: '/claims/0',
        detail: expect.stringContaining(`${one.slug}, ${two.slug}`),
        candidates: [one.slug, two.slug],
      },
    ]);
    await request('post', `/v1/claims/${one.id}/merge`, { into: two.id, reason: 'The same.' });
    expect(claimRows(await room.rows(given))).toEqual([['unchanged', two.slug]]);
  });

  test('in a file is found by the lines that follow', async () => {
    const lines = [1, 2].map((page) => {
      const given = bundle([{ text, kind: 'fact' }], says(text));
      return JSON.stringify({ ...given, report: { ...given.report, url: `${given.report.url}/${page}` } });
    });
    expect(claimRows(await room.rows(lines.join('\n'))).map(([outcome]) => outcome)).toEqual(['created', 'unchanged']);
  });
});

describe('a bundle whose claims are called wrongly is refused, with the place', () => {
  const kind = 'fact';
  test.each([
    ['neither slug nor text', [{ kind }], 400, '/claims/0'],
    ['a new one without a kind', [{ text: 'Nobody has said so yet' }], 422, '/claims/0/kind'],
    [
      'a ref twice',
      [
        { ref: 'a', text: 'A', kind },
        { ref: 'a', text: 'B', kind },
      ],
      422,
      '/claims/1/ref',
    ],
    [
      'a ref that is the slug of another',
      [
        { slug: 'a', text: 'A', kind },
        { ref: 'a', text: 'B', kind },
      ],
      422,
      '/claims/1/ref',
    ],
    [
      'a text twice',
      [
        { text: 'A', kind },
        { text: ' a ', kind },
      ],
      422,
      '/claims/0',
    ],
    [
      'a text of one that has a slug',
      [
        { slug: 'a', text: 'A', kind },
        { text: 'A', kind },
      ],
      422,
      '/claims/1',
    ],
    ['a blank text', [{ text: ' ', kind }], 400, '/claims/0/text'],
  ])('%s', async (_what, claims, status, pointer) => {
    const before = await room.changes();
    const answer = await room.post(bundle(claims));
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([status, pointer]);
    expect(await room.changes()).toBe(before);
  });

  test('one claim by its slug and by its text', async () => {
    const { slug } = await post({ text });
    expect(await errors(bundle([{ slug }, { text }]))).toMatchObject([
      { pointer: '/claims/1', detail: expect.stringContaining(slug) },
    ]);
  });

  test('one that nobody gives', async () => {
    const [wrong] = await errors(bundle([{ text, kind }], says('Some other text')));
    expect(wrong).toEqual({ pointer: '/attributions/0/claim', detail: expect.stringContaining('"Some other text"') });
  });

  test('a relation of a claim to itself, by two of its names', async () => {
    const relations = [{ from: 'a', type: 'supports', to: text }];
    expect(await errors(bundle([{ ref: 'a', text, kind }], { relations }))).toMatchObject([
      { pointer: '/relations/0' },
    ]);
  });
});

test('what a bundle calls its claims goes before the slugs of the ledger', async () => {
  const taken = await post({ slug: `taken-${number}`, text: 'Of another matter' });
  const rows = await room.rows(bundle([{ ref: taken.slug, text, kind: 'fact' }], says(taken.slug)));
  const [[, slug] = []] = claimRows(rows);
  expect((await room.get(`/v1/claims/${taken.slug}/attributions`)).data).toEqual([]);
  expect((await room.get(`/v1/claims/${slug}/attributions`)).data).toHaveLength(2);
});
