import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Importer, importer } from '../factories/imports.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;
let desk: Importer;
let changes: number;

/** At noon of the 15th in UTC the 16th has begun in Kiribati; the 17th has nowhere. */
const BEGUN = '2026-01-16';
const AHEAD = '2026-01-17';

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
  desk = await importer(ledger);
});
afterAll(() => ledger.close());
beforeEach(() => {
  ledger.clock.now = new Date('2026-01-15T12:00:00Z');
});

const noted = async () => {
  changes = await desk.changes();
};
type Answer = Awaited<ReturnType<Newsroom['request']>>;
/** The answer says where the date of the future is, and what time it is; nothing has changed. */
const isRefused = async ({ status, body }: Answer, ...pointers: string[]) => {
  expect([status, body.type]).toEqual([422, '/problems/rule-broken']);
  const detail = `“${AHEAD}” lies in the future in every time zone: it is 2026-01-15T12:00:00.000Z now.`;
  expect(body.errors).toEqual(pointers.map((pointer) => ({ pointer, detail })));
  expect(body.detail).toContain(pointers.length === 1 ? detail : `${pointers.length} places`);
  expect(await desk.changes()).toBe(changes);
};
const IF_MATCH = { 'if-match': '*' };

describe('a date of what has happened that lies in the future is refused', () => {
  test('as `published` of a report that is made, changed or corrected', async () => {
    const outlet = (await room.outlet()).id;
    const report = await room.report({ outlet });
    const url = `/v1/reports/${report.id}`;
    await noted();
    const given = { published: AHEAD };
    await isRefused(await room.request('POST', '/v1/reports', { title: 'Ahead', outlet, ...given }), '/published');
    await isRefused(await room.request('PATCH', url, given, IF_MATCH), '/published');
    const correction = { reason: 'Dated anew.', ...given };
    await isRefused(await room.request('POST', `${url}/correct`, correction, IF_MATCH), '/published');
    const begun = await room.request('PATCH', url, { published: BEGUN }, IF_MATCH);
    expect(begun.body).toMatchObject({ published: BEGUN, version: 2 });
  });

  test('as `said` of an attribution that is made, or comes with a correction', async () => {
    const report = await room.report();
    const attribution = await room.attribution({ report: report.id, said: BEGUN });
    const { claim, source } = attribution;
    await noted();
    const given = { claim: claim.id, source: source.id, report: report.id, stance: 'denies', said: AHEAD };
    await isRefused(await room.request('POST', '/v1/attributions', given), '/said');
    const supersedes = [{ attribution: attribution.id, by: { stance: 'denies', said: AHEAD } }];
    const correction = { reason: 'It said otherwise.', supersedes };
    const url = `/v1/reports/${report.id}/correct`;
    await isRefused(await room.request('POST', url, correction, IF_MATCH), '/supersedes/0/by/said');
  });

  test('as `retractedOn`, in a dry run too', async () => {
    const report = await room.report({ published: '2025-12' });
    const url = `/v1/reports/${report.id}/retract`;
    await noted();
    const given = { reason: 'Taken back.', retractedOn: AHEAD };
    await isRefused(await room.request('POST', url, given, IF_MATCH), '/retractedOn');
    await isRefused(await room.request('POST', `${url}?dryRun=true`, given, IF_MATCH), '/retractedOn');
    await room.act(`reports/${report.id}/retract`, { ...given, retractedOn: BEGUN });
  });

  test('as `published` of a verdict', async () => {
    const [claim, reviewer] = [(await room.claim()).id, (await room.outlet()).id];
    const given = { claim, reviewer, rating: { alternateName: 'False' } };
    const made = await room.request('POST', '/v1/assessments', { ...given, published: BEGUN });
    expect(made.status).toBe(201);
    await noted();
    const url = `/v1/assessments/${made.body.id}`;
    await isRefused(await room.request('POST', '/v1/assessments', { ...given, published: AHEAD }), '/published');
    await isRefused(await room.request('PATCH', url, { published: AHEAD }, IF_MATCH), '/published');
  });

  test('anywhere in a bundle, all of them told at once; a line of a file fails alone', async () => {
    const outlet = await room.outlet();
    const slug = `claim-of-${outlet.slug}`;
    const bundle = (date: string) => ({
      report: { title: `Of ${date}`, outlet: outlet.slug, published: date },
      claims: [{ slug, text: 'It happens tomorrow', kind: 'fact' }],
      attributions: [
        { claim: slug, source: outlet.slug, stance: 'asserts' },
        { claim: slug, source: outlet.slug, stance: 'denies', said: date },
      ],
    });
    await noted();
    const places = ['/report/published', '/attributions/1/said'];
    await isRefused(await desk.post(bundle(AHEAD)), ...places);
    await isRefused(await desk.post(bundle(AHEAD), '?dryRun=true'), ...places);
    const rows = await desk.rows(`${JSON.stringify(bundle(AHEAD))}\n${JSON.stringify(bundle(BEGUN))}`);
    expect(rows[0]).toMatchObject({ bundle: 0, outcome: 'failed' });
    expect(rows[0]?.errors.map(({ pointer }) => pointer)).toEqual(places);
    expect(new Set(rows.slice(1).map(({ outcome }) => outcome))).toEqual(new Set(['created']));
  });
});

test('what was dated in the future before stays changeable in all else', async () => {
  ledger.clock.now = new Date('2026-03-01T12:00:00Z');
  const report = await room.report({ published: '2026-02' });
  ledger.clock.now = new Date('2026-01-15T12:00:00Z');
  const { status, body } = await room.request('PATCH', `/v1/reports/${report.id}`, { language: 'tr' }, IF_MATCH);
  expect([status, body.published, body.language]).toEqual([200, '2026-02', 'tr']);
});
