import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Importer, importer } from '../factories/imports.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;
let desk: Importer;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
  desk = await importer(ledger);
});
afterAll(() => ledger.close());

const warning = (pointer: string, said: string, published: string) => ({
  type: 'said_after_published',
  pointer,
  detail: `It was said (${said}) after its report was published (${published}): one of the two dates may be wrong.`,
});

/** The warnings of a new attribution. */
const warningsOf = async (fields: object) => {
  const given = { claim: (await room.claim()).id, source: (await room.source()).id, stance: 'asserts', ...fields };
  const { status, body } = await room.request('POST', '/v1/attributions', given);
  expect(status).toBe(201);
  return body.warnings;
};

/** When it was said, when the report was published, and whether that is odd. */
const DATES: [said: string | null, published: string | null, odd: boolean][] = [
  ['2026-01-13', '2026-01-12', true],
  ['2026', '2025-12', true],
  ['2026-01-13~', '2026-01-12?', true],
  ['2026-01-13/..', '2026-01-12', true],
  ['2026-01-13T00:00:00Z', '2026-01-12', true],
  ['2026-01-12T23:59:59Z', '2026-01-12', false],
  ['2026-01-12', '2026-01-12', false],
  ['2026-01', '2026-01-12', false],
  ['../2026-01-13', '2026-01-12', false],
  ['2026-01-13', '2026-01-12/..', false],
  ['2026-01-13', null, false],
  [null, '2025', false],
];

describe('words that were said wholly after their report was published', () => {
  test.each(DATES)('%s and %s: %s, in the answer and in the receipt alike', async (said, published, odd) => {
    const report = await room.report({ published });
    expect(await warningsOf({ report: report.id, said })).toEqual(
      odd ? [warning('/said', `${said}`, `${published}`)] : [],
    );

    const outlet = await room.outlet();
    const claim = await room.claim();
    const attributions = [
      { claim: claim.slug, source: outlet.slug, stance: 'asserts' },
      { claim: claim.slug, source: (await room.source()).slug, stance: 'denies', said },
    ];
    const bundle = { report: { title: 'Said when?', outlet: outlet.slug, published }, attributions };
    const told = (rows: Awaited<ReturnType<Importer['rows']>>) => rows.flatMap((row) => row.warnings);
    const rows = await desk.rows(bundle);
    const expected = odd ? [warning('/attributions/1/said', `${said}`, `${published}`)] : [];
    expect(told(rows)).toEqual(expected);
    expect(rows.filter((row) => row.warnings.length > 0).map(({ type }) => type)).toEqual(odd ? ['attribution'] : []);
    const again = await desk.rows(bundle);
    expect([told(again), again.every(({ outcome }) => outcome === 'unchanged')]).toEqual([expected, true]);
  });

  test.each(['cited_unseen', 'corrected', 'retracted'])('are nothing odd in a report that is %s', async (status) => {
    const unseen = status === 'cited_unseen' ? { status } : {};
    const report = await room.report({ published: '2026-01-10', ...unseen });
    if (status === 'corrected') await room.act(`reports/${report.id}/correct`, { reason: 'Anew.', title: 'Anew' });
    if (status === 'retracted') await room.act(`reports/${report.id}/retract`, { reason: 'Gone.' });
    expect(await warningsOf({ report: report.id, said: '2026-01-12' })).toEqual([]);
  });

  test('are told when they are recorded, and are no part of the attribution', async () => {
    const report = await room.report({ published: '2026-01-10' });
    const [claim, source] = [(await room.claim()).id, (await room.source()).id];
    const body = { claim, source, report: report.id, stance: 'asserts', said: '2026-01-12' };
    const key = { 'idempotency-key': 'said-too-late' };
    const made = await room.request('POST', '/v1/attributions', body, key);
    const { warnings, ...attribution } = made.body;
    expect(warnings).toEqual([warning('/said', '2026-01-12', '2026-01-10')]);

    const replayed = await room.request('POST', '/v1/attributions', body, key);
    expect([replayed.body, replayed.headers.etag]).toEqual([made.body, made.headers.etag]);
    const read = await room.request('GET', String(made.headers.location));
    expect([read.body, read.headers.etag]).toEqual([attribution, made.headers.etag]);
    const known = { 'if-none-match': String(made.headers.etag) };
    expect((await room.request('GET', String(made.headers.location), undefined, known)).status).toBe(304);
    const [recorded] = await desk.sql('SELECT after FROM changes WHERE entity_id = $1', attribution.id);
    expect(recorded.after).not.toHaveProperty('warnings');
  });

  test('are told by a dry run', async () => {
    const outlet = (await room.outlet()).slug;
    const attributions = [{ claim: (await room.claim()).slug, source: outlet, stance: 'asserts', said: '2026-01-12' }];
    const bundle = { report: { title: 'Tried', outlet, published: '2026-01-10' }, attributions };
    const { body } = await desk.post(bundle, '?dryRun=true');
    const expected = [warning('/attributions/0/said', '2026-01-12', '2026-01-10')];
    const { data } = await desk.get(`/v1/imports/${body.id}/rows`);
    expect(data.flatMap((row: { warnings: unknown[] }) => row.warnings)).toEqual(expected);
  });
});
