import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Importer, importer } from '../factories/imports.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { traces } from '../factories/traces.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
});
afterAll(() => ledger.close());

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
type Json = any;

const TEXT = `“We have no plans to sell,” the spokesman said on Friday.
  Asked again, he said: “No.” The minister said “No.” as well – “a mis\u00adtake”, he called last year’s talks.`;
const REASON = { reason: 'The agency has corrected its report.' };
const now = () => new Date().toISOString();
const rowsOf = async (sql: string, ...values: unknown[]) => (await ledger.database.pool.query(sql, values)).rows;
const statesOf = async ({ id }: { id: string }) =>
  (
    await rowsOf(
      `SELECT health, recorded_until IS NULL AS stands FROM quote_states
       WHERE attribution_id = $1 AND recorded_from IS DISTINCT FROM recorded_until ORDER BY recorded_from`,
      id,
    )
  ).map(({ health, stands }) => (stands ? health : `(${health})`));
const healthOf = async ({ id }: { id: string }, clock = '') =>
  (await room.get(`/v1/attributions/${id}${clock}`)).quote.health;
const quoting = async (report: { id: string }, quote: unknown) =>
  room.request('POST', '/v1/attributions', {
    claim: (await room.claim()).id,
    source: (await room.source()).id,
    report: report.id,
    stance: 'asserts',
    quote,
  });
const patch = async ({ id }: { id: string }, body: object) => {
  const answer = await room.request('PATCH', `/v1/reports/${id}`, body, { 'if-match': '*' });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
};

describe('a quote in a report of which the text is kept', () => {
  let report: Json;
  beforeAll(async () => {
    report = await room.report({ text: TEXT });
  });

  test('is found in it, and says so wherever it is read', async () => {
    const claim = await room.claim();
    const body = {
      claim: claim.id,
      source: (await room.source()).id,
      report: report.id,
      stance: 'asserts',
      quote: { exact: '"We have no plans  to sell,"', suffix: ' the spokesman said' },
    };
    const headers = { 'idempotency-key': 'quote-once' };
    const made = await room.request('POST', '/v1/attributions', body, headers);
    expect(made).toMatchObject({ status: 201, body: { quote: { ...body.quote, prefix: null, health: 'found' } } });
    const { warnings: _told, ...attribution } = made.body;
    const { id } = attribution;
    const again = await room.request('POST', '/v1/attributions', body, headers);
    expect([again.status, again.body]).toEqual([201, made.body]);
    expect(again.headers.etag).toBe(made.headers.etag);
    const read = await room.request('GET', `/v1/attributions/${id}`);
    expect([read.body, read.headers.etag]).toEqual([attribution, made.headers.etag]);
    for (const clock of ['', `knownAt=${now()}`, 'asOf=2999-01-01']) {
      expect(await room.get(`/v1/attributions/${id}?${clock}`)).toEqual(attribution);
      expect((await room.get(`/v1/claims/${claim.id}/attributions?${clock}`)).data).toEqual([attribution]);
      expect((await room.get(`/v1/claims/${claim.id}/chain?${clock}`)).nodes).toEqual([attribution]);
    }
    expect(await statesOf(attribution)).toEqual(['found']);
  });

  test('may be set otherwise than it is printed: white space, quotation marks, dashes, soft hyphens', async () => {
    for (const quote of [
      'said on Friday. Asked again',
      'as well — «a mistake», he',
      "last year's talks",
      { exact: ' No. ', prefix: 'The minister said “' },
      { exact: 'No.', suffix: '”  The minister' },
      { exact: 'mistake', prefix: '', suffix: ' ' },
      TEXT,
    ])
      expect(await quoting(report, quote)).toMatchObject({ status: 201, body: { quote: { health: 'found' } } });
  });

  test.each([
    ['that is not in it', 'We have no plans at all'],
    ['in another case', 'we have no plans to sell'],
    ['that is in it with other words between', { exact: 'the spokesman said', prefix: 'he said that' }],
    ['that is not before its suffix', { exact: 'to sell', suffix: 'to anybody' }],
    ['of which only prefix and suffix are in it', { exact: 'no intention', prefix: 'We have ', suffix: ' to sell' }],
    ['of a pattern that would find something', 'W.*sell'],
    ['of a pattern of another kind', '%plans%'],
    ['of nothing that anybody sees', '\u200b\u2060'],
    ['that goes on behind its end', `${TEXT} he added`],
    ['that is longer than the text', 'No plans. '.repeat(500)],
  ])('%s is refused, and nothing is recorded', async (_, quote) => {
    const [claim, source] = [await room.claim(), await room.source()];
    const before = await traces(ledger.database);
    const body = { claim: claim.id, source: source.id, report: report.id, stance: 'denies', quote };
    const answer = await room.request('POST', '/v1/attributions', body);
    expect(answer).toMatchObject({ status: 422, body: { type: '/problems/rule-broken' } });
    expect(answer.body.errors).toEqual([{ pointer: '/quote', detail: expect.stringContaining('as they are printed') }]);
    expect(await traces(ledger.database)).toEqual(before);
  });

  test.each([
    ['that is in it twice', 'No.'],
    ['that is in it twice with what is around it', { exact: 'No', prefix: '“', suffix: '.”' }],
    ['of one letter', 'e'],
  ])('%s is refused, and hears how to say which is meant', async (_, quote) => {
    const answer = await quoting(report, quote);
    expect(answer).toMatchObject({ status: 422, body: { type: '/problems/rule-broken' } });
    expect(answer.body.errors).toEqual([{ pointer: '/quote', detail: expect.stringContaining('more than once') }]);
  });

  test('is told of after what is wrong with the attribution itself', async () => {
    const body = {
      claim: 'no-such-claim',
      source: 'no-such-source',
      report: report.id,
      stance: 'asserts',
      quote: 'Never',
    };
    const answer = await room.request('POST', '/v1/attributions', body);
    expect(answer.body.errors.map(({ pointer }: Json) => pointer)).toEqual(['/claim', '/source']);
  });

  test('among twenty that come at once only those that are not found fail', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => quoting(report, n % 2 === 0 ? 'on Friday' : `on day ${n}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, n) => (n % 2 === 0 ? 201 : 422)));
  });

  test('is no part of what is recorded: neither the feed nor the history has its health', async () => {
    const { body } = await quoting(report, 'on Friday');
    await room.withdraw(body);
    await room.act(`attributions/${body.id}/restore`);
    const { health: _, ...words } = body.quote;
    const { data } = await room.get(`/v1/attributions/${body.id}/history`);
    expect(data.map(({ version }: Json) => version)).toEqual([1, 2, 3]);
    expect(data[0].patch[0].value.quote).toEqual(words);
    expect(JSON.stringify(data)).not.toContain('health');
    const entries = await rowsOf('SELECT after FROM changes WHERE entity_id = $1 ORDER BY id', body.id);
    expect(entries.map(({ after }) => after.quote)).toEqual([words, words, words]);
    const revisions = await rowsOf('SELECT before, after FROM revisions WHERE entity_id = $1', body.id);
    expect(revisions.flatMap(({ before, after }) => [before.quote, after.quote])).toEqual([words, words, words, words]);
    const unquoted = await room.attribution({ report: report.id });
    const [entry] = await rowsOf('SELECT after FROM changes WHERE entity_id = $1', unquoted.id);
    expect([unquoted.quote, entry.after.quote]).toEqual([null, null]);
  });
});

describe('a report of which the text is not kept', () => {
  test('takes any quote, and nobody knows how it stands', async () => {
    const { body } = await quoting(await room.report(), 'Anything at all');
    const unseen = await room.report({ status: 'cited_unseen', title: null });
    const other = await quoting(unseen, { exact: 'What', prefix: 'ever' });
    for (const made of [body, other.body]) {
      expect(made.quote.health).toBeNull();
      expect(await healthOf(made)).toBeNull();
      expect(await healthOf(made, `?knownAt=${now()}`)).toBeNull();
      expect(await statesOf(made)).toEqual([]);
    }
  });
});

describe('a change of the text', () => {
  test('never moves the quote, and is never refused for it: its health says how it stands, then and now', async () => {
    const report = await room.report();
    const made = await room.attribution({ report: report.id, quote: { exact: 'No.', prefix: 'He said: ' } });
    const moments: { at: string; health: string | null }[] = [];
    const texts: [string | null, string | null][] = [
      ['He said: “No.”', 'moved'],
      ['He said: No.', 'found'],
      ['So he said. He said: No. He said: No.', 'ambiguous'],
      ['So he said. He said: No. And he said: No. He said:No. ', 'ambiguous'],
      ['Yes.', 'lost'],
      ['Yes!', 'lost'],
      [null, null],
      ['He said: No.', 'found'],
    ];
    for (const [text, health] of texts) {
      await patch(report, { text });
      const read = await room.get(`/v1/attributions/${made.id}`);
      expect([text, read]).toEqual([text, { ...made, quote: { ...made.quote, health } }]);
      moments.push({ at: now(), health });
    }
    for (const { at, health } of moments) expect([at, await healthOf(made, `?knownAt=${at}`)]).toEqual([at, health]);
    expect(await healthOf(made, `?knownAt=${made.recordedAt}`)).toBeNull();
    expect(await statesOf(made)).toEqual(['(moved)', '(found)', '(ambiguous)', '(lost)', 'found']);
  });

  test('of anything else of the report leaves it as it is', async () => {
    const report = await room.report({ text: 'He said: No.' });
    const made = await room.attribution({ report: report.id, quote: 'No.' });
    await patch(report, { title: 'Another', published: '2025-12' });
    await room.act(`reports/${report.id}/retract`, REASON);
    expect(await healthOf(made)).toBe('found');
    await room.act(`reports/${report.id}/restore`);
    await room.withdraw(made);
    await patch(report, { text: 'He said: Never.' });
    expect(await healthOf(made)).toBe('lost');
    expect(await statesOf(made)).toEqual(['(found)', 'lost']);
  });

  test('tells a reader who has seen the attribution that it is another one now', async () => {
    const report = await room.report({ text: 'He said: No.' });
    const made = await room.attribution({ report: report.id, quote: 'No.' });
    const url = `/v1/attributions/${made.id}`;
    const { etag } = (await room.request('GET', url)).headers;
    expect((await room.request('GET', url, undefined, { 'if-none-match': String(etag) })).status).toBe(304);
    await patch(report, { text: 'He said: Yes.' });
    const answer = await room.request('GET', url, undefined, { 'if-none-match': String(etag) });
    expect(answer).toMatchObject({ status: 200, body: { version: 1, quote: { health: 'lost' } } });
  });
});

describe('a correction', () => {
  test('to a text that has lost a quote is taken, and the quote stays as it was recorded', async () => {
    const report = await room.report({ text: TEXT });
    const [lost, kept] = [
      await room.attribution({ report: report.id, quote: 'no plans to sell' }),
      await room.attribution({ report: report.id, quote: 'on Friday' }),
    ];
    const before = now();
    const correction = { ...REASON, text: TEXT.replace('no plans to sell', 'plans to sell nothing') };
    const traced = await traces(ledger.database);
    await room.act(`reports/${report.id}/correct?dryRun=true`, correction);
    expect(await traces(ledger.database)).toEqual(traced);
    const told = await room.act(`reports/${report.id}/correct`, correction);
    expect(told).toMatchObject({ attributions: [] });
    expect(await healthOf(lost)).toBe('lost');
    expect(await healthOf(lost, `?knownAt=${now()}`)).toBe('lost');
    expect(await healthOf(lost, `?knownAt=${before}`)).toBe('found');
    expect(await healthOf(kept)).toBe('found');
    expect(await statesOf(kept)).toEqual(['found']);
    expect((await room.get(`/v1/reports/${report.id}/attributions`)).data.map(({ quote }: Json) => quote)).toEqual([
      kept.quote,
      { ...lost.quote, health: 'lost' },
    ]);
  });

  test('finds what it says now in the text that it brings, or is refused as a whole', async () => {
    const report = await room.report({ text: TEXT });
    const old = await room.attribution({ report: report.id, quote: 'no plans to sell' });
    const correct = (text: string, quote: unknown) =>
      room.request(
        'POST',
        `/v1/reports/${report.id}/correct`,
        { ...REASON, text, supersedes: [{ attribution: old.id, by: { stance: 'asserts', quote } }] },
        { 'if-match': '*' },
      );
    const before = await traces(ledger.database);
    for (const [quote, words] of [
      ['no plans to sell', 'as they are printed'],
      ['sell', 'more than once'],
    ]) {
      const answer = await correct('“We plan to sell,” the spokesman said. To sell!', quote);
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toEqual([
        { pointer: '/supersedes/0/by/quote', detail: expect.stringContaining(words as string) },
      ]);
    }
    expect(await traces(ledger.database)).toEqual(before);
    const answer = await correct('“We plan to sell,” the spokesman said.', {
      exact: 'We plan to sell',
      language: 'en',
      translation: 'Satmayı planlıyoruz',
      translator: 'A. B.',
    });
    expect(answer.status).toBe(200);
    const made = answer.body.attributions.find(({ live }: Json) => live);
    expect(made.quote).toEqual({
      exact: 'We plan to sell',
      prefix: null,
      suffix: null,
      language: 'en',
      translation: 'Satmayı planlıyoruz',
      translator: 'A. B.',
      health: 'found',
    });
    expect(answer.body.attributions.find(({ id }: Json) => id === old.id).quote.health).toBe('lost');
    const { health: _, ...words } = made.quote;
    const { data } = await room.get(`/v1/attributions/${made.id}/history`);
    expect(data[0].patch[0].value.quote).toEqual(words);
  });
});

describe('an import', () => {
  let desk: Importer;
  let number = 0;
  beforeAll(async () => {
    desk = await importer(ledger);
    await desk.rows({
      report: { title: 'Sources', outlet: 'paper' },
      sources: [
        { slug: 'paper', name: 'Paper', kind: 'outlet' },
        { slug: 'agency', name: 'Agency', kind: 'outlet' },
        { slug: 'palace', name: 'Palace', kind: 'government' },
      ],
    });
  });
  beforeEach(() => {
    number += 1;
  });
  const bundle = (text: string | null, ...quotes: unknown[]) => ({
    report: { url: `https://paper.example/${number}`, title: 'A report', outlet: 'paper', text },
    claims: quotes.map((_, n) => ({ slug: `import-${number}-${n}`, text: `Claim ${n}`, kind: 'fact' })),
    attributions: quotes.map((quote, n) => ({
      claim: `import-${number}-${n}`,
      source: 'palace',
      stance: 'denies',
      quote,
    })),
  });
  const healths = async () => {
    const { data } = await desk.get('/v1/attributions?source=palace&limit=1000');
    const own = data.filter(({ claim }: Json) => claim.slug.startsWith(`import-${number}-`));
    return own.map(({ quote, withdrawn }: Json) => [quote.exact, quote.health, withdrawn?.kind ?? null]).sort();
  };

  test('tells every quote that the text does not have, each at its place, and takes nothing in', async () => {
    const { status, body } = await desk.post(
      bundle(TEXT, 'no plans', 'never', null, 'No.', { exact: 'on Friday', prefix: 'late' }),
    );
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      { pointer: '/attributions/1/quote', detail: expect.stringContaining('as they are printed') },
      { pointer: '/attributions/3/quote', detail: expect.stringContaining('more than once') },
      { pointer: '/attributions/4/quote', detail: expect.stringContaining('as they are printed') },
    ]);
    expect((await room.get(`/v1/claims?q=import-${number}`)).data).toEqual([]);
  });

  const quotesOf = async ({ report: { url } }: { report: { url: string } }) => {
    const [{ id }] = (await desk.get(`/v1/reports?url=${encodeURIComponent(url)}`)).data;
    const { data } = await desk.get(`/v1/reports/${id}/attributions`);
    return data.flatMap(({ quote }: Json) => (quote === null ? [] : [[quote.exact, quote.health]])).sort();
  };

  test('of a file leaves the lines in of which the quotes are found', async () => {
    const good = bundle(TEXT, 'no plans', null);
    number += 1;
    const bad = bundle(TEXT, 'never');
    number += 1;
    const plain = bundle(null, 'never');
    const file = [good, bad, plain].map((line) => JSON.stringify(line)).join('\n');
    for (const dryRun of ['?dryRun=true', '']) {
      const { body } = await desk.post(file, dryRun);
      expect([body.bundles, body.failed]).toEqual([3, 1]);
      const failed = (await desk.get(`/v1/imports/${body.id}/rows?outcome=failed`)).data;
      expect(failed.map(({ bundle, errors }: Json) => [bundle, errors[0].pointer])).toEqual([
        [1, '/attributions/0/quote'],
      ]);
    }
    expect(await healths()).toEqual([['never', null, null]]);
  });

  test('of a file in which a long text is quoted, or loses what was quoted of it, tells of every line once', async () => {
    const filler = ' One more word.'.repeat(20_000);
    await desk.rows(bundle(`He said yes.${filler}`, 'He said yes.'));
    const changed = bundle(`He said no.${filler}`, 'He said no.');
    number += 1;
    const others = [bundle(`She said yes.${filler}`, 'She said yes.'), bundle(null, 'Nobody knows')];
    const file = [others[0], changed, others[1]].map((line) => JSON.stringify(line)).join('\n');
    const { body: tried } = await desk.post(file, '?dryRun=true');
    const { body: made } = await desk.post(file);
    const outcomesOf = async ({ id }: Json) => {
      const { data } = await desk.get(`/v1/imports/${id}/rows`);
      return data.map(({ bundle: line, type, outcome }: Json) => [line, type, outcome]);
    };
    expect([tried.bundles, tried.failed, made.bundles, made.failed]).toEqual([3, 0, 3, 0]);
    expect(await outcomesOf(tried)).toEqual(await outcomesOf(made));
    expect(await quotesOf(changed)).toEqual([
      ['He said no.', 'found'],
      ['He said yes.', 'lost'],
    ]);
  });

  test('of a text that says otherwise loses the quotes that it no longer has, and supersedes those that it gives anew', async () => {
    await desk.rows(bundle(TEXT, 'no plans to sell', 'on Friday'));
    expect(await healths()).toEqual([
      ['no plans to sell', 'found', null],
      ['on Friday', 'found', null],
    ]);
    const changed = TEXT.replace('no plans', 'never planned').replace('Friday', 'Monday');
    const rows = await desk.rows(bundle(changed, 'no plans to sell', 'on Monday'));
    expect(rows.filter(({ type }) => type === 'attribution').map(({ outcome }) => outcome)).toEqual([
      'unchanged',
      'updated',
    ]);
    expect(await healths()).toEqual([
      ['no plans to sell', 'lost', null],
      ['on Friday', 'lost', 'superseded'],
      ['on Monday', 'found', null],
    ]);
  });

  test('keeps the translation beside the original, and finds it again', async () => {
    const quote = {
      exact: 'Ни слова',
      prefix: 'сказал: «',
      suffix: '»',
      language: 'ru',
      translation: 'Not a word',
      translator: 'A. B.',
    };
    const given = bundle('Он сказал: „Ни слова“.', quote);
    await desk.rows(given);
    const again = await desk.rows(given);
    expect(again.every(({ outcome }) => outcome === 'unchanged')).toBe(true);
    const { data } = await desk.get(`/v1/claims/import-${number}-0/attributions`);
    const [palace] = data.filter(({ source }: Json) => source.slug === 'palace');
    expect(palace.quote).toEqual({ ...quote, health: 'found' });
    const history = (await desk.get(`/v1/attributions/${palace.id}/history`)).data;
    expect(history[0].patch[0].value.quote).toEqual(quote);
    const translated = { ...quote, translation: 'No comment' };
    await desk.rows(bundle('Он сказал: „Ни слова“.', translated));
    const now = (await desk.get(`/v1/claims/import-${number}-0/attributions?live=true`)).data;
    expect(now.find(({ source }: Json) => source.slug === 'palace').quote).toMatchObject(translated);
  });

  test('of a hundred quotes in half a million characters takes seconds, and so does a new text for them', async () => {
    const words = Array.from({ length: 60_000 }, (_, n) => `“${n.toString(36)}” –`);
    const quotes = Array.from({ length: 100 }, (_, n) => ({
      exact: words.slice(n * 600, n * 600 + 30).join(' '),
      prefix: words[n * 600 - 1],
      suffix: words[n * 600 + 30],
    }));
    const text = words.join(' ').slice(0, 500_000);
    const begun = performance.now();
    await desk.rows(bundle(text, ...quotes), '');
    const [report] = (await desk.get('/v1/reports?outlet=paper&limit=1')).data;
    await patch(report, { text: text.replaceAll('a', '@') });
    expect(performance.now() - begun).toBeLessThan(20_000);
    const counted = await rowsOf(
      `SELECT q.health, count(*)::integer FROM quote_states q JOIN attributions a ON a.id = q.attribution_id
       WHERE a.report_id = $1 AND q.recorded_until IS NULL GROUP BY 1 ORDER BY 1`,
      report.id,
    );
    const lost = quotes.filter(({ exact }) => exact.includes('a')).length;
    const moved = quotes.filter(({ exact, prefix, suffix }) => !exact.includes('a') && /a/.test(`${prefix}${suffix}`));
    expect(counted).toEqual(
      [
        { health: 'found', count: quotes.length - lost - moved.length },
        { health: 'lost', count: lost },
        { health: 'moved', count: moved.length },
      ].filter(({ count }) => count > 0),
    );
  });

  test('holds the quote of a chain against the text of the report that it lies in', async () => {
    const given = bundle(TEXT, 'Words that the agency printed');
    const attributions = given.attributions.map((each) => ({ ...each, via: ['agency'] }));
    await desk.rows({ ...given, attributions });
    expect(await healths()).toEqual([['Words that the agency printed', null, null]]);
  });
});

describe('a merge of an unseen report into the one that we come to hold', () => {
  test('holds its quotes against that text, for as long as it stands', async () => {
    const outlet = await room.outlet();
    const unseen = await room.report({ outlet: outlet.id, title: null, status: 'cited_unseen' });
    const [found, lost, twice] = [
      await room.attribution({ report: unseen.id, quote: 'no plans to sell' }),
      await room.attribution({ report: unseen.id, quote: 'We will sell' }),
      await room.attribution({ report: unseen.id, quote: 'No.' }),
    ];
    const all = (clock = '') => Promise.all([found, lost, twice].map((each) => healthOf(each, clock)));
    const held = await room.report({ outlet: outlet.id, text: TEXT });
    const before = now();
    expect(await all()).toEqual([null, null, null]);
    const body = { into: held.id, reason: 'It is this one.' };
    await room.act(`reports/${unseen.id}/merge?dryRun=true`, body);
    expect(await all()).toEqual([null, null, null]);
    await room.act(`reports/${unseen.id}/merge`, body);
    const merged = now();
    expect(await all()).toEqual(['found', 'lost', 'ambiguous']);
    expect(await all(`?knownAt=${merged}`)).toEqual(['found', 'lost', 'ambiguous']);
    await patch(held, { text: `${TEXT} We will sell` });
    expect(await all()).toEqual(['found', 'found', 'ambiguous']);
    const changed = now();
    await room.act(`reports/${unseen.id}/unmerge`, {});
    expect(await all()).toEqual([null, null, null]);
    expect(await all(`?knownAt=${before}`)).toEqual([null, null, null]);
    expect(await all(`?knownAt=${merged}`)).toEqual(['found', 'lost', 'ambiguous']);
    expect(await all(`?knownAt=${changed}`)).toEqual(['found', 'found', 'ambiguous']);
    await patch(held, { text: 'Nothing.' });
    expect(await all()).toEqual([null, null, null]);
    await room.act(`reports/${unseen.id}/merge`, body);
    expect(await all()).toEqual(['lost', 'lost', 'lost']);
    expect(await statesOf(lost)).toEqual(['(lost)', '(found)', 'lost']);
  });
});

describe('while somebody else changes the text', () => {
  /** Takes the ledger's lock, changes the text, and commits once `work` waits for it. */
  async function meanwhile<T>({ id }: { id: string }, text: string | null, work: () => Promise<T>): Promise<T> {
    const other = new pg.Client({ connectionString: ledger.ownerUrl });
    await other.connect();
    try {
      await other.query('BEGIN');
      await other.query('SELECT ledger_now()');
      await other.query(
        `UPDATE reports SET text = $2, text_hash = encode(sha256(convert_to($2, 'UTF8')), 'hex') WHERE id = $1`,
        [id, text],
      );
      const result = work();
      for (let waiting = 0; waiting === 0; ) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        const { rows } = await other.query(`SELECT count(*)::integer AS waiting FROM pg_locks
          WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
        waiting = rows[0].waiting;
      }
      await other.query('COMMIT');
      return await result;
    } finally {
      await other.end();
    }
  }

  test('a quote must be found in the text that stands when it is recorded', async () => {
    const report = await room.report({ text: 'He said: No.' });
    expect((await meanwhile(report, 'He said: Yes.', () => quoting(report, 'No.'))).status).toBe(422);
    expect((await meanwhile(report, 'He said: Never.', () => quoting(report, 'Never.'))).status).toBe(201);
  });

  test('the answer has the health that is recorded, whether the text came or went', async () => {
    const report = await room.report();
    const came = await meanwhile(report, 'He said: Yes.', () => quoting(report, 'Yes.'));
    expect([came.status, came.body.quote.health, await healthOf(came.body)]).toEqual([201, 'found', 'found']);
    const gone = await meanwhile(report, null, () => quoting(report, 'Anything'));
    expect([gone.status, gone.body.quote.health, await healthOf(gone.body)]).toEqual([201, null, null]);
  });

  test.each([
    ['short', 40, ''],
    ['long', 16, 'One more word. '.repeat(14_000)],
  ])(
    'whatever order corrections and quotes come in, each quote is what the last %s text makes of it',
    { timeout: 60_000 },
    async (_, count, more) => {
      const report = await room.report({ text: `text 0 and all ${more}` });
      const work = Array.from({ length: count }, (_, n) =>
        n % 4 === 0
          ? room.request(
              'POST',
              `/v1/reports/${report.id}/correct`,
              { ...REASON, text: `text ${n} and all ${more}` },
              { 'if-match': '*' },
            )
          : quoting(report, n % 4 === 1 ? 'and all' : `text ${n - (n % 4)}`),
      );
      const answers = await Promise.all(work);
      expect(answers.every(({ status }) => [200, 201, 422].includes(status))).toBe(true);
      const { text } = await room.get(`/v1/reports/${report.id}`);
      const { data } = await room.get(`/v1/reports/${report.id}/attributions?limit=100`);
      expect(data.length).toBeGreaterThanOrEqual(count / 4);
      for (const { id, quote } of data) {
        const health = text.includes(quote.exact) ? 'found' : 'lost';
        expect([quote, await statesOf({ id })]).toEqual([
          { ...quote, health },
          health === 'found' ? expect.arrayContaining(['found']) : ['(found)', 'lost'],
        ]);
      }
    },
  );
});

describe('whoever changes a text behind the service', () => {
  test('has to say how the quotes in it stand in that very text', async () => {
    const report = await room.report({ text: 'He said: No.' });
    const made = await room.attribution({ report: report.id, quote: 'No.' });
    const change = (text: string, told: object) =>
      inOneTransaction([
        ['SELECT set_config($1, $2, true)', 'onrecord.quotes_found', JSON.stringify(told)],
        ['UPDATE reports SET text = $2 WHERE id = $1', report.id, text],
      ]);
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    for (const told of [{}, { [sha256('He said: No.')]: { [made.id]: 'found' } }, { [sha256('Yes.')]: {} }])
      await expect(change('Yes.', told)).rejects.toMatchObject({ constraint: 'quote_states_looked_for' });
    expect(await statesOf(made)).toEqual(['found']);
    await change('Yes.', { [sha256('Yes.')]: { [made.id]: 'lost' } });
    expect(await statesOf(made)).toEqual(['(found)', 'lost']);
  });

  async function inOneTransaction(statements: readonly (readonly [string, ...unknown[]])[]): Promise<void> {
    const owner = new pg.Client({ connectionString: ledger.ownerUrl });
    await owner.connect();
    try {
      await owner.query('BEGIN');
      for (const [text, ...values] of statements) await owner.query(text, values);
      await owner.query('COMMIT');
    } finally {
      await owner.end();
    }
  }
});

test('a translation without the words that it translates is refused', async () => {
  const answer = await quoting(await room.report(), { translation: 'Not a word', translator: 'A. B.' });
  expect(answer).toMatchObject({ status: 400 });
  expect(JSON.stringify(answer.body.errors)).toContain('/quote');
});
