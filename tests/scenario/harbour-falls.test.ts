import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLedger, type TestLedger } from '../harness.ts';
import { urlOf } from './harbour.ts';
import { type Told, tell } from './telling.ts';
import { countsLine, labelsOf, linksOf, originLine, positionLine } from './words.ts';

/** What falls, and what rises again, when something is withdrawn, restored, retracted or corrected. */

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
type Json = any;

let ledger: TestLedger;
let told: Told;

beforeAll(async () => {
  ledger = await openLedger();
  told = await tell(ledger, 'retracted');
});
afterAll(() => ledger.close());

/** `northern-post reports live`: what became of each. */
const fates = ({ attributions }: Json) =>
  attributions.map(({ source, stance, live }: Json) => `${source.slug} ${stance} ${live ? 'live' : 'dead'}`).sort();
/** `mines: contested no_quote unarchived → denied no_quote unarchived`: which claims stand otherwise. */
const turns = ({ claims }: Json) =>
  claims
    .map(({ claim, before, after }: Json) => {
      const words = ({ standing, flags }: Json) => [standing, ...flags].join(' ');
      return `${claim.slug}: ${words(before)} → ${words(after)}`;
    })
    .sort();
const state = async (slug: string) => {
  const claim = await told.room.get(`/v1/claims/${slug}`);
  return `${claim.standing} ${countsLine(claim)}`;
};

describe('the withdrawn middle link', () => {
  test('restored, brings back what lies in front of it; what the radio held up meanwhile is unmoved', async () => {
    const answer = told.answers.get('restored');
    expect(fates(answer)).toEqual(['daily-lantern reports live', 'northern-post reports live']);
    expect(turns(answer)).toEqual([]);
    const claim = told.claims.get('restored')?.get('night-works');
    expect([claim.standing, countsLine(claim)]).toEqual([
      'corroborated',
      'for 2/2/2, against 0/0, declined 0, no response 0, relays 6 of 8',
    ]);
    const { data } = await told.room.get('/v1/claims/night-works/attributions?live=true&limit=1000');
    expect([...labelsOf(data).values()].sort()).toEqual(
      linksOf([
        'velmara-radio ← meridian-wire ← meridian-engineer asserts',
        'daily-lantern ← northern-post ← meridian-wire ← meridian-engineer asserts',
        'daily-lantern ← northern-post ← pell-corvin asserts',
      ]),
    );
  });

  test('has its withdrawal and its restoration in the timeline, in the order in which they were recorded', async () => {
    const { data } = await told.room.get('/v1/claims/night-works/timeline?limit=1000');
    const recorded = data.filter(({ clock }: Json) => clock === 'recorded');
    expect(recorded.map(({ type, source }: Json) => `${type} ${source.slug}`)).toEqual([
      'withdrawn northern-post',
      'restored northern-post',
    ]);
    expect(recorded[0].reason).toBe('That was another report.');
    expect(recorded[0].time.from <= recorded[1].time.from).toBe(true);
  });
});

describe('the retracted report', () => {
  test('takes its attributions down, and what another outlet relays of it', async () => {
    const answer = told.answers.get('retracted');
    expect(fates(answer)).toEqual([
      'daily-lantern reports dead',
      'harbour-institute asserts dead',
      'northern-post reports dead',
    ]);
    expect(turns(answer)).toEqual(['mines: contested no_quote unarchived → denied no_quote unarchived']);
    expect(await told.report(urlOf('post-mines'))).toMatchObject({ status: 'retracted', retractedOn: '2025-05-02' });
    expect(await state('mines')).toBe('denied for 0/0/0, against 1/1, declined 0, no response 0, relays 1 of 2');
    const { data } = await told.room.get('/v1/claims/mines/positions');
    expect(data.map(positionLine)).toEqual(['velmara-defence denies · velmara-government']);
  });

  test('leaves every other claim as it was', () => {
    const others = (chapter: 'restored' | 'retracted') =>
      [...(told.claims.get(chapter) ?? [])].filter(([slug]) => slug !== 'mines');
    expect(others('retracted')).toEqual(others('restored'));
  });

  test('restored, stands as it did; asked first with dryRun, it changes nothing', async () => {
    const restore = { post: 'restore', on: { report: urlOf('post-mines') } };
    const tried = await told.act(restore, '?dryRun=true');
    expect(await state('mines')).toContain('denied');
    const restored = await told.act(restore);
    for (const { status, body } of [tried, restored]) {
      expect(status).toBe(200);
      expect(fates(body)).toEqual([
        'daily-lantern reports live',
        'harbour-institute asserts live',
        'northern-post reports live',
      ]);
      expect(turns(body)).toEqual(['mines: denied no_quote unarchived → contested no_quote unarchived']);
    }
    expect(await told.report(urlOf('post-mines'))).toMatchObject({ status: 'held', retractedOn: null });
    expect(await state('mines')).toBe('contested for 1/1/1, against 1/1, declined 0, no response 0, relays 3 of 5');
    const { data } = await told.room.get('/v1/claims/mines/timeline?limit=1000');
    const events = data.map(({ type }: Json) => type);
    expect(events.filter((type: string) => type === 'retracted' || type === 'restored')).toEqual([
      'retracted',
      'restored',
    ]);
  });
});

describe('what would fall', () => {
  test('if the unseen report of the wire were retracted: every chain that runs through it', async () => {
    const relay = await told.attribution('lease', 'meridian-wire ← meridian-officials asserts');
    expect(relay.report).toMatchObject({ status: 'cited_unseen', outlet: { slug: 'meridian-wire' } });
    const answer = await told.room.request(
      'POST',
      `/v1/reports/${relay.report.id}/retract?dryRun=true`,
      { reason: 'What if?' },
      { 'if-match': '*' },
    );
    expect(answer.status).toBe(200);
    // Lease: the officials, the wire, the Courier and ten papers. Price: both of them, the wire twice, the Courier twice.
    expect(answer.body.attributions).toHaveLength(13 + 6);
    expect(turns(answer.body)).toEqual([
      'lease: corroborated anonymous_only no_quote unarchived → single_origin anonymous_only no_quote unarchived',
      'price: corroborated anonymous_only no_quote unarchived → single_origin anonymous_only no_quote unarchived',
    ]);
    expect((await told.room.get('/v1/claims/lease')).counts.attributions).toBe(15);
  });

  test('if one of ten papers were withdrawn: its own relay alone', async () => {
    const on = { claim: 'lease', label: 'alder-times ← meridian-wire ← meridian-officials asserts' };
    const { body } = await told.act({ post: 'withdraw', on, body: { reason: 'What if?' } }, '?dryRun=true');
    expect(fates(body)).toEqual(['alder-times reports dead']);
    expect(turns(body)).toEqual([]);
  });
});

describe('the corrected report', () => {
  test('supersedes what it said: the old falls, the new stands, and the text has a hash', async () => {
    const { room } = told;
    const origin = await told.attribution('depth', 'velmara-ports asserts');
    const relay = await told.attribution('depth', 'saline-courier ← velmara-ports asserts');
    const before = await told.report(urlOf('courier-depth'));
    const text = 'Correction: the ports authority denies that the basin is twelve metres deep.';
    const answer = await told.act({
      post: 'correct',
      on: { report: urlOf('courier-depth') },
      body: {
        reason: 'The outlet had it the wrong way round.',
        text,
        supersedes: [
          { attribution: origin.id, by: { stance: 'denies', said: '2025-04-21' } },
          { attribution: relay.id, by: { stance: 'reports' } },
        ],
      },
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(fates(answer.body)).toEqual([
      'saline-courier reports dead',
      'saline-courier reports live',
      'velmara-ports asserts dead',
      'velmara-ports denies live',
    ]);
    expect(turns(answer.body)).toEqual(['depth: single_origin no_quote unarchived → denied no_quote unarchived']);
    const after = await told.report(urlOf('courier-depth'));
    expect(after).toMatchObject({
      status: 'corrected',
      textHash: createHash('sha256').update(text).digest('hex'),
      version: before.version + 1,
    });
    const { nodes, origins } = await room.get('/v1/claims/depth/chain');
    const labels = labelsOf(nodes);
    expect(origins.map((each: Json) => originLine(each, labels))).toEqual([
      'against velmara-government: velmara-ports denies 2025-04-21; echoes 1',
    ]);
    const now = await told.attribution('depth', 'velmara-ports denies 2025-04-21');
    expect((await room.get(`/v1/attributions/${origin.id}`)).withdrawn).toMatchObject({
      kind: 'superseded',
      supersededBy: now.id,
    });
    const asserted = [...(await told.allClaims('&assertedBy=velmara-ports')).keys()].sort();
    expect(asserted).toEqual(['dredging', 'lease-deal', 'toll-rise']);
    expect([...(await told.allClaims('&deniedBy=velmara-ports')).keys()].sort()).toEqual(['depth', 'evictions']);
    // What the chapter before knew.
    const then = await room.get(`/v1/claims/depth?knownAt=${told.knownAt.get('retracted')}`);
    expect(then.standing).toBe('single_origin');
    // A supersession is no reversal: the outlet never had its word for both.
    expect((await room.get('/v1/sources/velmara-ports/reversals')).data).toEqual([]);
  });
});
