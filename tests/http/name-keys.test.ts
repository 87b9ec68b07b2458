import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../src/database/migrations.ts';
import { FOLD_VERSION } from '../../src/domain/names.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let owner: pg.Client;
let headers: Record<string, string>;

beforeAll(async () => {
  ledger = await openLedger();
  owner = new pg.Client({ connectionString: ledger.ownerUrl });
  await owner.connect();
  headers = { authorization: `Bearer ${await ledger.key('admin')}` };
});

afterAll(async () => {
  await owner.end();
  await ledger.close();
});

const get = (path: string) => ledger.http.get(path).set(headers);
const post = (path: string, body: object) => ledger.http.post(path).set(headers).send(body);
const patch = (path: string, body: object) => ledger.http.patch(path).set(headers).set('if-match', '*').send(body);

async function newSource(payload: object) {
  const answer = await post('/v1/sources', { kind: 'person', ...payload });
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
  return answer.body;
}

async function slugsOf(name: string): Promise<string[]> {
  const answer = await get(`/v1/sources?${new URLSearchParams({ name })}`);
  return answer.body.data.map(({ slug }: { slug: string }) => slug);
}

/** Puts the ledger back to when the first version of the fold had made these keys of names and aliases. */
async function foldAsBefore(keys: Readonly<Record<string, string>>): Promise<void> {
  await owner.query('ALTER TABLE sources DISABLE TRIGGER USER');
  for (const [name, key] of Object.entries(keys)) {
    await owner.query('UPDATE sources SET name_folded = $2 WHERE name = $1', [name, key]);
    await owner.query('UPDATE source_aliases SET folded = $2 WHERE alias = $1', [name, key]);
  }
  await owner.query('ALTER TABLE sources ENABLE TRIGGER USER');
  await owner.query('DELETE FROM name_folds WHERE version > 1');
}

/** What a start does, as often as services start at once. */
const start = (services = 1) =>
  Promise.all(
    Array.from({ length: services }, () => {
      const serviceRole = decodeURIComponent(new URL(ledger.serviceUrl).username);
      return migrate({ ownerUrl: ledger.ownerUrl, serviceRole });
    }),
  );

const everything = async () =>
  (await owner.query('SELECT to_jsonb(s) AS source FROM sources s ORDER BY id')).rows.map(({ source }) => source);

test('a start folds names anew that an older version folded, and nothing else of them changes', async () => {
  const [voiced, plain] = [await newSource({ name: 'ガトウ' }), await newSource({ name: 'カトウ' })];
  const aliased = await newSource({ name: 'Muhammad', aliases: ['مُحَمَّد'] });
  const latin = await newSource({ name: 'Müller' });
  const right = await everything();
  const feed = await owner.query('SELECT count(*) FROM changes');
  await foldAsBefore({ ガトウ: 'カトウ', カトウ: 'カトウ', مُحَمَّد: 'muhmd' });
  expect([await slugsOf('カトウ'), await slugsOf('محمد')]).toEqual([[plain.slug, voiced.slug], []]);

  await start(3);
  expect(await slugsOf('カトウ')).toEqual([plain.slug]);
  expect(await slugsOf('ガトウ')).toEqual([voiced.slug]);
  expect(await slugsOf('محمد')).toEqual([aliased.slug]);
  expect(await slugsOf('MULLER')).toEqual([latin.slug]);
  expect(await everything()).toEqual(right);
  expect((await owner.query('SELECT count(*) FROM changes')).rows).toEqual(feed.rows);
  const { rows } = await owner.query('SELECT version FROM name_folds ORDER BY version');
  expect(rows.map(({ version }) => version)).toEqual([1, FOLD_VERSION]);
});

test('a change of a source still moves its version after that', async () => {
  const { slug } = await newSource({ name: 'Version' });
  await foldAsBefore({});
  await start();
  const answer = await patch(`/v1/sources/${slug}`, { description: 'Another.' });
  expect([answer.status, answer.body.version]).toEqual([200, 2]);
});

test('what a bundle says a source said then goes to that source', async () => {
  const [voiced] = [await newSource({ name: 'バト', slug: 'bato' }), await newSource({ name: 'ハト', slug: 'hato' })];
  await foldAsBefore({ バト: 'ハト', ハト: 'ハト' });
  await start();
  const bundle = {
    report: { url: 'https://names.example.com/1', title: 'T', outlet: 'Names Daily', published: '2026' },
    sources: [{ name: 'Names Daily', kind: 'outlet' }],
    claims: [{ slug: 'names-claim', text: 'T', kind: 'fact' }],
    attributions: [{ claim: 'names-claim', source: 'バト', stance: 'denies' }],
  };
  const receipt = await post('/v1/imports', bundle);
  expect([receipt.status, receipt.body.failed]).toEqual([201, 0]);
  const said = await get('/v1/claims/names-claim/attributions');
  const sources = said.body.data.map(({ source }: { source: { id: string } }) => source.id);
  expect(sources).toContain(voiced.id);
});

test('two aliases of a source that now have one key stop no start; the next change of the source leaves one', async () => {
  const { slug, aliases } = await newSource({ name: 'Gorbachev', aliases: ['Горбачев', 'Горби'] });
  await owner.query("UPDATE source_aliases SET alias = 'Горбачёв' WHERE alias = 'Горби'");
  await foldAsBefore({ Горбачев: 'gorbachev', Горбачёв: 'gorbachyov' });
  await start();
  expect([await slugsOf('горбачёв'), await slugsOf('горбачев')]).toEqual([[slug], [slug]]);
  expect((await get(`/v1/sources/${slug}`)).body.aliases).toHaveLength(2);
  const answer = await patch(`/v1/sources/${slug}`, { country: 'RU' });
  expect(answer.body).toMatchObject({ aliases: [aliases[0]], version: 2 });
});

test('more names than are read at a time are all folded anew', async () => {
  await owner.query('ALTER TABLE sources DISABLE TRIGGER USER');
  await owner.query(`
    INSERT INTO sources (id, slug, name, name_folded, kind)
    SELECT gen_random_uuid(), 'many-' || n, 'ガ' || n, 'カ' || n, 'person' FROM generate_series(1, 10001) n`);
  await foldAsBefore({});
  await start();
  const { rows } = await owner.query(
    "SELECT count(*)::integer FROM sources WHERE name_folded LIKE 'ガ%' AND name LIKE 'ガ%'",
  );
  expect(rows[0].count).toBeGreaterThanOrEqual(10_001);
});

test('names that a newer version folded are not folded back: the start says to use that', async () => {
  await owner.query('INSERT INTO name_folds (version) VALUES ($1)', [FOLD_VERSION + 1]);
  await expect(start()).rejects.toThrow(/A newer version of OnRecord/);
  await owner.query('DELETE FROM name_folds WHERE version > $1', [FOLD_VERSION]);
});
