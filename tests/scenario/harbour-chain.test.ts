import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLedger, type TestLedger } from '../harness.ts';
import { PAPERS } from './harbour.ts';
import { type Told, tell } from './telling.ts';
import { eventLine, labelsOf, originLine } from './words.ts';

/** Chains, timelines and reversals of the harbour when Radio Velmara has spoken, worked out by hand from DESIGN §3. */

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
type Json = any;

let ledger: TestLedger;
let told: Told;

beforeAll(async () => {
  ledger = await openLedger();
  told = await tell(ledger, 'radio');
});
afterAll(() => ledger.close());

const times = (count: number, line: string) => Array.from({ length: count }, () => line);

/** On whose word each claim rests, for first, the most echoed first; and everything that happened to it. */
const CLAIMS: Record<string, { why: string; origins: string[]; events: string[] }> = {
  lease: {
    why: 'eleven outlets and Meridian’s own relay stand behind one origin, one relay behind the captain',
    origins: [
      'for meridian-wire (unnamed): meridian-officials asserts; echoes 12',
      'for cedar-news (unnamed): cedar-captain asserts; echoes 1',
    ],
    events: [
      '2025-03-03 published meridian-wire',
      '2025-03-03 published saline-courier',
      '2025-03-03 said meridian-officials',
      '2025-03-03 relayed meridian-wire',
      '2025-03-03 relayed saline-courier',
      ...PAPERS.flatMap((paper) => [`2025-03-04 published ${paper}`, `2025-03-04 relayed ${paper}`]),
      '2025-03-04 said cedar-captain',
      '2025-03-04 relayed cedar-news',
    ],
  },
  price: {
    why: 'both unnamed sources of the wire are in one origin',
    origins: [
      'for meridian-wire (unnamed): meridian-engineer asserts, meridian-officials asserts; echoes 4',
      'for saline-courier (unnamed): courier-dockworker asserts; echoes 1',
    ],
    events: [
      '2025-03-03 published meridian-wire',
      '2025-03-03 published saline-courier',
      '2025-03-03 said meridian-officials',
      '2025-03-03 said meridian-engineer',
      ...times(2, '2025-03-03 relayed meridian-wire'),
      ...times(2, '2025-03-03 relayed saline-courier'),
      '2025-04-25 published saline-courier',
      '2025-04-25 said courier-dockworker',
      '2025-04-25 relayed saline-courier',
    ],
  },
  dredging: {
    why: 'the ports authority and the admiral are in one origin; silence is on no side',
    origins: [
      'for velmara-government: tove-rusk confirms 2025-03-06, velmara-ports asserts 2025-03-05; echoes 2',
      'against tarsk-government: oren-daske denies 2025-03-05; echoes 1',
    ],
    events: [
      '2025-03-05 said velmara-ports',
      '2025-03-05 denied oren-daske',
      '2025-03-06 confirmed tove-rusk',
      '2025-03-06 published northern-post',
      ...times(3, '2025-03-06 relayed northern-post'),
      '2025-03-19 declined oren-daske',
      '2025-03-20 published saline-courier',
      '2025-03-20 no_response tarsk-government',
      ...times(2, '2025-03-20 relayed saline-courier'),
    ],
  },
  payment: {
    why: 'who took it back is the origin of nothing',
    origins: [],
    events: [
      '2025-03-04 said oren-daske',
      '2025-03-06 published northern-post',
      '2025-03-06 relayed northern-post',
      '2025-03-08 took_back oren-daske',
      '2025-03-08 published northern-post',
      '2025-03-08 relayed northern-post',
      '2025-03-19 declined oren-daske',
      '2025-03-20 published saline-courier',
      '2025-03-20 relayed saline-courier',
    ],
  },
  garrison: {
    why: 'only what she says now, for whom she speaks now',
    origins: ['for velmara-government: ilva-marrin confirms 2025-03-28; echoes 1'],
    events: [
      '2025-03-12 denied ilva-marrin',
      '2025-03-20 published saline-courier',
      '2025-03-20 declined tarsk-government',
      ...times(2, '2025-03-20 relayed saline-courier'),
      '2025-03-28 confirmed ilva-marrin',
      '2025-04-04 published daily-lantern',
      '2025-04-04 relayed daily-lantern',
    ],
  },
  'ferry-moves': {
    why: 'spokeswoman and province',
    origins: ['for saline-province: ilva-marrin asserts 2025-03-10, saline-province asserts 2025-03-11; echoes 2'],
    events: [
      '2025-03-10 said ilva-marrin',
      '2025-03-11 said saline-province',
      '2025-03-20 published saline-courier',
      ...times(2, '2025-03-20 relayed saline-courier'),
    ],
  },
  'toll-rise': {
    why: 'spokeswoman and ports authority',
    origins: [
      'for velmara-government: ilva-marrin asserts 2025-04-02, velmara-ports asserts; echoes 2',
      'against saline-province: saline-province doubts 2025-04-03; echoes 1',
    ],
    events: [
      '2025-04-02 said ilva-marrin',
      '2025-04-03 doubted saline-province',
      '2025-04-04 published daily-lantern',
      '2025-04-04 said velmara-ports',
      ...times(3, '2025-04-04 relayed daily-lantern'),
    ],
  },
  survey: {
    why: 'the position of a source whose order is undetermined is that which was recorded last',
    origins: ['for velmara-government: velmara-defence asserts 2025-03; echoes 1'],
    events: [
      '2025-03 said velmara-defence',
      '2025-03-20 denied velmara-defence',
      '2025-03-21 published northern-post',
      '2025-03-21 relayed northern-post',
      '2025-04-04 published daily-lantern',
      '2025-04-04 relayed daily-lantern',
    ],
  },
  sold: {
    why: 'nobody stands behind what a government publishes itself',
    origins: [
      'against harbour-institute: harbour-institute doubts; echoes 1',
      'against velmara-government: velmara-government denies 2025-04-01; echoes 0',
    ],
    events: [
      '2025-04-01 published velmara-government',
      '2025-04-01 denied velmara-government',
      '2025-04-04 published daily-lantern',
      '2025-04-04 doubted harbour-institute',
      '2025-04-04 relayed daily-lantern',
    ],
  },
  opening: {
    why: 'one who doubts',
    origins: ['against saline-province: saline-province doubts 2025-04-03; echoes 1'],
    events: [
      '2025-04-03 doubted saline-province',
      '2025-04-04 published daily-lantern',
      '2025-04-04 relayed daily-lantern',
    ],
  },
  evictions: {
    why: 'the Courier’s own `asserts` is no origin and is not listed; Post and Lantern speak for themselves',
    origins: [
      'for saline-courier (unnamed): courier-dockworker asserts; echoes 2',
      'for daily-lantern: daily-lantern asserts; echoes 0',
      'for northern-post: northern-post confirms; echoes 0',
      'against velmara-government: velmara-ports denies; echoes 1',
    ],
    events: [
      '2025-04-05 published saline-courier',
      '2025-04-05 said courier-dockworker',
      '2025-04-05 said saline-courier',
      '2025-04-05 relayed saline-courier',
      '2025-04-06 published northern-post',
      '2025-04-06 relayed northern-post',
      '2025-04-06 confirmed northern-post',
      '2025-04-07 published daily-lantern',
      '2025-04-07 denied velmara-ports',
      '2025-04-07 relayed daily-lantern',
      '2025-04-07 said daily-lantern',
    ],
  },
  cranes: {
    why: '“it is reported” has no known origin',
    origins: [],
    events: [
      '2025-04-08 published velmara-radio',
      '2025-04-08 reported velmara-radio',
      '2025-04-08 published northern-post',
      '2025-04-08 relayed northern-post',
      '2025-04-08 said northern-post',
    ],
  },
  strike: {
    why: 'for himself, for the union, for the institute',
    origins: [
      'for dockers-union: dockers-union asserts; echoes 1',
      'for harbour-institute: tove-rusk confirms; echoes 1',
      'for pell-corvin: pell-corvin asserts; echoes 1',
    ],
    events: [
      '2025-04-10 published daily-lantern',
      '2025-04-10 said pell-corvin',
      '2025-04-10 said dockers-union',
      '2025-04-10 confirmed tove-rusk',
      ...times(3, '2025-04-10 relayed daily-lantern'),
    ],
  },
  'night-works': {
    why: 'dead relays stand behind nothing: Meridian’s own and the radio’s do',
    origins: [
      'for dockers-union: pell-corvin asserts; echoes 2',
      'for meridian-wire (unnamed): meridian-engineer asserts; echoes 2',
    ],
    events: [
      '2025-04-12 published meridian-wire',
      '2025-04-12 published northern-post',
      '2025-04-12 published daily-lantern',
      '2025-04-12 said meridian-engineer',
      '2025-04-12 relayed meridian-wire',
      '2025-04-12 said pell-corvin',
      ...times(2, '2025-04-12 relayed northern-post'),
      ...times(2, '2025-04-12 relayed daily-lantern'),
      '2025-04-28 published velmara-radio',
      '2025-04-28 relayed velmara-radio',
      'recorded withdrawn northern-post',
    ],
  },
  mines: {
    why: 'the Lantern relays the Post, which is no second origin',
    origins: [
      'for harbour-institute: harbour-institute asserts; echoes 2',
      'against velmara-government: velmara-defence denies 2025-04-15; echoes 1',
    ],
    events: [
      '2025-04-14 published northern-post',
      '2025-04-14 said harbour-institute',
      '2025-04-14 relayed northern-post',
      '2025-04-15 denied velmara-defence',
      '2025-04-16 published daily-lantern',
      ...times(2, '2025-04-16 relayed daily-lantern'),
    ],
  },
  talks: {
    why: 'one office under two names',
    origins: [
      'for tarsk-government: tarsk-foreign-office asserts 2025-04-17; echoes 1',
      'for tarsk-mfa: tarsk-mfa confirms 2025-04-19; echoes 1',
    ],
    events: [
      '2025-04-17 said tarsk-foreign-office',
      '2025-04-18 published northern-post',
      '2025-04-18 relayed northern-post',
      '2025-04-19 confirmed tarsk-mfa',
      '2025-04-20 published velmara-radio',
      '2025-04-20 relayed velmara-radio',
    ],
  },
  'talks-abroad': {
    why: 'one office under two names, on both sides',
    origins: [
      'for tarsk-government: tarsk-foreign-office asserts 2025-04-17; echoes 1',
      'against tarsk-mfa: tarsk-mfa denies 2025-04-19; echoes 1',
    ],
    events: [
      '2025-04-17 said tarsk-foreign-office',
      '2025-04-18 published northern-post',
      '2025-04-18 relayed northern-post',
      '2025-04-19 denied tarsk-mfa',
      '2025-04-20 published velmara-radio',
      '2025-04-20 relayed velmara-radio',
    ],
  },
  'lease-deal': {
    why: 'a part of the government, raised',
    origins: ['for velmara-government: velmara-ports confirms 2025-04-19; echoes 1'],
    events: [
      '2025-04-19 confirmed velmara-ports',
      '2025-04-20 published velmara-radio',
      '2025-04-20 relayed velmara-radio',
    ],
  },
  depth: {
    why: 'a part of the government, raised',
    origins: ['for velmara-government: velmara-ports asserts; echoes 1'],
    events: [
      '2025-04-22 published saline-courier',
      '2025-04-22 said velmara-ports',
      '2025-04-22 relayed saline-courier',
    ],
  },
};

describe.each(Object.entries(CLAIMS))('%s', (slug, { why, origins, events }) => {
  test(`has the graph of all its attributions: ${why}`, async () => {
    const chain = await told.room.get(`/v1/claims/${slug}/chain`);
    const { data } = await told.room.get(`/v1/claims/${slug}/attributions?limit=1000`);
    const { id } = await told.room.get(`/v1/claims/${slug}`);
    expect(chain.claim).toEqual({ id, slug });
    expect(byId(chain.nodes)).toEqual(byId(data));
    const edges = data.flatMap(({ id: from, relays: to }: Json) => (to === null ? [] : [{ from, to }]));
    expect(sorted(chain.edges)).toEqual(sorted(edges));
  });

  test('goes back to its origins, for first, then the most echoed', async () => {
    const { nodes, origins: found } = await told.room.get(`/v1/claims/${slug}/chain`);
    const labels = labelsOf(nodes);
    expect(found.map((origin: Json) => originLine(origin, labels)).sort()).toEqual([...origins].sort());
    const places = found.map(({ side, echoes }: Json) => [side === 'for' ? 0 : 1, -echoes]);
    expect(places).toEqual(places.toSorted((a: Json, b: Json) => a[0] - b[0] || a[1] - b[1]));
  });

  test('has a timeline with all that happened, in order, and says where the order is not known', async () => {
    const { data } = await told.room.get(`/v1/claims/${slug}/timeline?limit=1000`);
    expect(data.map(eventLine).sort()).toEqual([...events].sort());
    const ranges = data.map(({ time: { from, until } }: Json) => ({
      from: from === null ? -Infinity : Date.parse(from),
      until: until === null ? Infinity : Date.parse(until),
    }));
    for (const [index, { from }] of ranges.entries()) {
      expect(ranges.slice(index + 1).every(({ until }: Json) => until > from)).toBe(true);
      const before = ranges[index - 1];
      const overlaps = before !== undefined && before.until > from && ranges[index].until > before.from;
      expect(data[index].order, eventLine(data[index])).toBe(overlaps ? 'undetermined' : 'determined');
    }
  });
});

const byId = (nodes: Json[]) => nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
const sorted = (edges: Json[]) => edges.map(({ from, to }) => `${from} ${to}`).sort();

describe('reversals', () => {
  /** A source, all that it and who speaks for it reversed, and its own alone. */
  const rows: [source: string, all: string[], own: string[], why: string][] = [
    [
      'ilva-marrin',
      ['garrison: ilva-marrin denies → confirms determined'],
      ['garrison: ilva-marrin denies → confirms determined'],
      'she said otherwise on the 12th and the 28th',
    ],
    [
      'velmara-defence',
      ['survey: velmara-defence denies → asserts undetermined'],
      ['survey: velmara-defence denies → asserts undetermined'],
      'the last one is that which makes the position',
    ],
    [
      'velmara-government',
      ['survey: velmara-defence denies → asserts undetermined'],
      [],
      'its ministry reversed; Marrin’s denial was Saline’s, not Velmara’s',
    ],
    ['saline-province', [], [], 'she confirmed it when she spoke for it no more'],
    ['oren-daske', [], [], 'to take back, or to fall silent, is no reversal'],
    ['tarsk-government', [], [], 'its two names are still two'],
  ];
  test.each(rows)('%s', async (source, all, own) => {
    const lines = async (query: string) => {
      const { data } = await told.room.get(`/v1/sources/${source}/reversals?limit=1000${query}`);
      return data
        .map(
          ({ claim, source: speaker, from, to, order }: Json) =>
            `${claim.slug}: ${speaker.slug} ${from.stance} → ${to.stance} ${order}`,
        )
        .sort();
    };
    expect(await lines('')).toEqual(all);
    expect(await lines('&exact=true')).toEqual(own);
  });

  test('name the attributions and their times', async () => {
    const { data } = await told.room.get('/v1/sources/ilva-marrin/reversals');
    const denied = await told.attribution('garrison', 'ilva-marrin denies 2025-03-12');
    const confirmed = await told.attribution('garrison', 'ilva-marrin confirms 2025-03-28');
    expect(data).toMatchObject([
      {
        from: { stance: 'denies', side: 'against', attribution: denied.id },
        to: { stance: 'confirms', side: 'for', attribution: confirmed.id },
      },
    ]);
    expect(Date.parse(data[0].from.time.from)).toBe(Date.parse('2025-03-12'));
    expect(Date.parse(data[0].to.time.until)).toBe(Date.parse('2025-03-29'));
  });
});

describe('a chain that may not be', () => {
  const relay = (fields: object) =>
    told.room.request('POST', '/v1/attributions', { source: 'daily-lantern', stance: 'reports', ...fields });

  test('has 33 hops: it is answered with 422 and the whole chain, front first', async () => {
    const { room } = told;
    const claim = (await room.claim()).id;
    const report = (await room.report()).id;
    let last = await room.attribution({ claim, report });
    const chain = [last.id];
    for (let hop = 1; hop <= 32; hop += 1) {
      last = await room.attribution({ claim, report, relays: last });
      chain.unshift(last.id);
    }
    const answer = await relay({ claim, report, relays: last.id });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/relays' }] } });
    expect(idsOf(answer.body.chain).slice(-33)).toEqual(chain);
    expect((await room.get(`/v1/claims/${claim}`)).counts.attributions).toBe(33);
  });

  test('leads back to itself: it is answered with 422 and the ring', async () => {
    const { id: report } = (await told.room.get('/v1/reports?limit=1')).data[0];
    const id = '01960000-0000-7000-8000-0000000000b1';
    const answer = await relay({ id, claim: 'mines', report, relays: id });
    expect(answer.status).toBe(422);
    expect(idsOf(answer.body.chain)).toContain(id);
  });

  test('relays another claim: it is answered with 422 and what it would rest on', async () => {
    const { id: report } = (await told.room.get('/v1/reports?limit=1')).data[0];
    const relayed = await told.attribution('mines', 'northern-post ← harbour-institute asserts');
    const origin = await told.attribution('mines', 'harbour-institute asserts');
    const answer = await relay({ claim: 'depth', report, relays: relayed.id });
    expect(answer.status).toBe(422);
    expect(idsOf(answer.body.chain).slice(-2)).toEqual([relayed.id, origin.id]);
  });

  const idsOf = (chain: Json[]) => chain.map((link) => link.id ?? link.attribution ?? link);
});
