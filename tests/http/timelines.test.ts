import { readFileSync } from 'node:fs';
import { v7 } from 'uuid';
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

interface Event {
  id: string;
  type: string;
  clock: string;
  time: { edtf: string | null; from: string | null; until: string | null };
  order: string;
  attribution: string | null;
  source: { id: string; slug: string } | null;
  report: { id: string } | null;
  claim: { id: string } | null;
  reason: string | null;
  by: string | null;
}

/** The whole timeline of a claim, which must be the same walked in pages of two. */
async function timelineOf(claim: { id: string }, clocks = ''): Promise<Event[]> {
  const url = `/v1/claims/${claim.id}/timeline?${clocks}`;
  const { data } = await room.get(`${url}&limit=1000`);
  const walked: Event[] = [];
  for (let cursor = ''; ; ) {
    const { data: some, page } = await room.get(`${url}&limit=2${cursor}`);
    walked.push(...some);
    if (!page.hasMore) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  expect(walked).toEqual(data);
  return data;
}

const types = (events: readonly Event[]) => events.map(({ type }) => type);
const now = () => new Date().toISOString().replace('Z', '999Z');

async function act(path: string, body?: object): Promise<void> {
  const answer = await room.request('POST', `/v1/${path}`, body, { 'if-match': '*' });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}

/** Merges one thing into another, and gives what ends it. */
async function merge(kind: 'claims' | 'sources' | 'reports', from: { id: string }, into: { id: string }) {
  await act(`${kind}/${from.id}/merge`, { into: into.id, reason: 'The same.' });
  return () => act(`${kind}/${from.id}/unmerge`, { reason: 'Two after all.' });
}

describe('the timeline of a claim', () => {
  test('has what was said in the order of its dates, each stance under its name, with where and by whom', async () => {
    const [claim, report] = [await room.claim(), await room.report({ published: '2025-06' })];
    const say = (stance: string, said: string) =>
      room.attribution({ claim: claim.id, report: report.id, stance, said });
    const retracting = await say('retracts', '2025-05');
    for (const [stance, said] of [
      ['no_response', '2025-04'],
      ['declines_to_comment', '2025-03'],
      ['doubts', '2025-02'],
      ['denies', '2025-01'],
      ['confirms', '2024-02'],
      ['asserts', '2024-01'],
      ['reports', '2023'],
    ] as const)
      await say(stance, said);
    const events = await timelineOf(claim);
    expect(types(events)).toEqual([
      'reported',
      'said',
      'confirmed',
      'denied',
      'doubted',
      'declined',
      'no_response',
      'took_back',
      'published',
    ]);
    expect(events.every(({ order, clock }) => order === 'determined' && clock === 'said')).toBe(true);
    expect(events[7]).toEqual({
      id: `took_back-${retracting.id}`,
      type: 'took_back',
      clock: 'said',
      time: { edtf: '2025-05', from: '2025-05-01T00:00:00.000000Z', until: '2025-06-01T00:00:00.000000Z' },
      order: 'determined',
      attribution: retracting.id,
      source: retracting.source,
      report: retracting.report,
      claim: null,
      reason: null,
      by: null,
    });
    expect(events[8]).toMatchObject({ report: { id: report.id }, attribution: null, source: null });
  });

  test('goes by the publication, else by the recording, of what has no date, and says where times overlap', async () => {
    const claim = await room.claim();
    const report = await room.report({ published: '2025-12' });
    const told = await room.attribution({ claim: claim.id, report: report.id });
    const relay = await room.attribution({ claim: claim.id, report: report.id, relays: told });
    const exact = await room.attribution({ claim: claim.id, report: report.id, said: '2025-12-10' });
    const undated = await room.attribution({ claim: claim.id });
    const events = await timelineOf(claim);
    expect(events.map(({ type, attribution, order }) => [type, attribution, order])).toEqual([
      ['published', null, 'determined'],
      ['said', told.id, 'undetermined'],
      ['relayed', relay.id, 'undetermined'],
      ['said', exact.id, 'undetermined'],
      ['said', undated.id, 'determined'],
    ]);
    expect(events[4]?.time).toMatchObject({ edtf: null, from: undated.recordedAt });
  });

  test('shows every relay of a day after what it relays, whatever hours and ids they have', async () => {
    const claim = await room.claim();
    const say = async (published: string, fields: object) =>
      room.attribution({ claim: claim.id, report: (await room.report({ published })).id, ...fields });
    const told = await say('2025-12-11', { said: '2025-12-10T20:00:00Z' });
    const first = await say('2025-12-10', { relays: told });
    const second = await say('2025-12-10T09:30:00Z', { relays: first });
    const late = await say('2025-12-11', { relays: first });
    const early = await say('2025-12-09', { relays: second });
    const inOrder = [early, told, first, second, late].map(({ id }) => id);
    for (const clocks of ['', `knownAt=${now()}`, 'asOf=2026-01-01']) {
      const events = await timelineOf(claim, clocks);
      expect(events.flatMap(({ attribution }) => attribution ?? [])).toEqual(inOrder);
    }
    const dossier = await room.get(`/v1/claims/${claim.id}/dossier`);
    expect(dossier.timeline.flatMap(({ attribution }: Event) => attribution ?? [])).toEqual(inOrder);
  });

  test('shows a chain that was imported at once from its origin on, though that has the highest id', async () => {
    const id = v7({ msecs: Date.UTC(2030, 0) });
    const answer = await room.request('POST', '/v1/imports', {
      report: { url: 'https://wire.example/chain', title: 'A chain', outlet: 'chain-wire', published: '2025-12-10' },
      sources: [
        { slug: 'chain-wire', name: 'Chain wire', kind: 'outlet' },
        { slug: 'chain-agency', name: 'Chain agency', kind: 'outlet' },
        { slug: 'chain-minister', name: 'Chain minister', kind: 'person' },
      ],
      claims: [{ slug: 'chained', text: 'It is chained.', kind: 'fact' }],
      attributions: [
        {
          id,
          claim: 'chained',
          source: 'chain-minister',
          stance: 'asserts',
          via: ['chain-agency'],
          said: '2025-12-10',
        },
      ],
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    const events = await timelineOf({ id: 'chained' });
    expect(events.flatMap(({ source }) => source?.slug ?? [])).toEqual([
      'chain-minister',
      'chain-agency',
      'chain-wire',
    ]);
  });

  test('shows what we did with our record when we did it, why and by whom, and what the outlet did', async () => {
    const claim = await room.claim();
    const report = await room.report({ published: '2025-01' });
    const told = await room.attribution({ claim: claim.id, report: report.id });
    await room.withdraw(told);
    await act(`attributions/${told.id}/restore`);
    await act(`reports/${report.id}/correct`, { reason: 'A wrong title.', title: 'Another title' });
    await act(`reports/${report.id}/retract`, { reason: 'All wrong.', retractedOn: '2025-03' });
    await act(`reports/${report.id}/restore`);
    const events = await timelineOf(claim);
    expect(events.map(({ type, clock, reason, by }) => [type, clock, reason, by])).toEqual([
      ['published', 'said', null, null],
      ['said', 'said', null, null],
      ['retracted', 'said', 'All wrong.', 'test'],
      ['withdrawn', 'recorded', 'Misheard.', 'test'],
      ['restored', 'recorded', null, 'test'],
      ['corrected', 'recorded', 'A wrong title.', 'test'],
      ['restored', 'recorded', null, 'test'],
    ]);
    expect(events[2]).toMatchObject({ time: { edtf: '2025-03' }, report: { id: report.id, title: 'Another title' } });
    expect(events[3]).toMatchObject({ attribution: told.id, source: { id: told.source.id } });
  });

  test('takes in what was said of a claim that is merged into it, for as long as it is, and tells of the merge', async () => {
    const [claim, same] = [await room.claim(), await room.claim()];
    const own = await room.attribution({ claim: claim.id, said: '2025-02' });
    const others = await room.attribution({ claim: same.id, stance: 'denies', said: '2025-01' });
    const end = await merge('claims', same, claim);
    expect(await timelineOf(claim)).toMatchObject([
      { type: 'denied', attribution: others.id, claim: { id: same.id, slug: same.slug } },
      { type: 'said', attribution: own.id, claim: null },
      { type: 'merged', clock: 'recorded', claim: { id: same.id }, reason: 'The same.', by: 'test' },
    ]);
    await end();
    const taken = [{ type: 'merged' }, { type: 'unmerged', reason: 'Two after all.', by: 'test' }];
    expect(await timelineOf(claim)).toMatchObject([{ attribution: own.id }, ...taken]);
    expect(await timelineOf(same)).toMatchObject([
      { attribution: others.id },
      ...taken.map((event) => ({ ...event, claim: { id: claim.id } })),
    ]);
  });

  test('tells of the merges of its sources and reports, and shows what stands for them', async () => {
    const [claim, outlet] = [await room.claim(), await room.outlet()];
    const [source, same] = [await room.source(), await room.source()];
    const held = await room.report({ outlet: outlet.id, published: '2025-04' });
    const unseen = await room.report({ outlet: outlet.id, status: 'cited_unseen', title: null, published: '2025' });
    const told = await room.attribution({ claim: claim.id, source: source.id, report: unseen.id });
    await merge('sources', source, same);
    await merge('reports', unseen, held);
    await merge('sources', await room.source(), same);
    expect(await timelineOf(claim)).toMatchObject([
      { type: 'published', time: { edtf: '2025-04' }, report: { id: held.id } },
      {
        type: 'said',
        attribution: told.id,
        time: { edtf: '2025-04' },
        source: { id: same.id },
        report: { id: held.id },
      },
      { type: 'merged', source: { id: source.id }, report: null, claim: null },
      { type: 'merged', source: null, report: { id: unseen.id }, claim: null },
    ]);
  });

  test('on the recorded clock is that of then, on that of the world has only what is certain to have happened', async () => {
    const claim = await room.claim();
    const report = await room.report({ published: '2025-01' });
    const told = await room.attribution({ claim: claim.id, report: report.id, said: '2024-12-24' });
    const [then, answer] = [now(), await timelineOf(claim)];
    await room.withdraw(told);
    await act(`reports/${report.id}/retract`, { reason: 'All wrong.', retractedOn: '2025-03' });
    await room.attribution({ claim: claim.id, said: '2024-01' });
    expect(await timelineOf(claim, `knownAt=${then}`)).toEqual(answer);
    expect(types(await timelineOf(claim, 'asOf=2024-12-31'))).toEqual(['said', 'said', 'withdrawn']);
    expect(types(await timelineOf(claim, 'asOf=2025-03-30'))).toEqual(['said', 'said', 'published', 'withdrawn']);
    expect(types(await timelineOf(claim, 'asOf=2025-03-31'))).toContain('retracted');
    expect(types(await timelineOf(claim, `asOf=2024-12-31&knownAt=${then}`))).toEqual(['said']);
  });

  test('is empty where nothing happened, and not found where there is no claim', async () => {
    expect(await timelineOf(await room.claim())).toEqual([]);
    expect(await room.request('GET', '/v1/claims/no-such-claim/timeline')).toMatchObject({ status: 404 });
  });

  test('refuses a cursor of another timeline', async () => {
    const claim = await room.claim();
    for (let count = 0; count < 2; count += 1) await room.attribution({ claim: claim.id, said: '2025' });
    const { page } = await room.get(`/v1/claims/${claim.id}/timeline?limit=1`);
    const other = await room.claim();
    expect(
      await room.request('GET', `/v1/claims/${other.id}/timeline?limit=1&cursor=${page.nextCursor}`),
    ).toMatchObject({ status: 400, body: { errors: [{ parameter: 'cursor' }] } });
  });
});

test('in the founding case, refund was asserted, denied and left uncommented in December 2025, in no order that we know', async () => {
  const bundle = JSON.parse(readFileSync(new URL('../../examples/s400.bundle.json', import.meta.url), 'utf8'));
  expect(await room.request('POST', '/v1/imports', bundle)).toMatchObject({ status: 201 });
  const events = await timelineOf(await room.get('/v1/claims/refund'));
  expect(types(events).sort()).toEqual(
    ['said', 'denied', 'declined', ...Array(6).fill('relayed'), ...Array(2).fill('published')].sort(),
  );
  const [first, ...rest] = events;
  expect(first).toMatchObject({ type: 'published', order: 'determined', time: { edtf: '2025-12' } });
  expect(rest.every(({ order }) => order === 'undetermined')).toBe(true);
});
