import { Random } from '../../bench/random.ts';
import {
  RELATION_STATUSES,
  RELATION_TYPES,
  REQUEST_CHANNELS,
  SOURCE_KINDS,
  STANCES,
} from '../../src/domain/vocabulary.ts';
import type { TestLedger } from '../harness.ts';
import { type Newsroom, newsroom } from './newsroom.ts';

type Thing = { id: string; slug?: string };

/** A newsroom in which several people write at random, all at once. Whatever the service refuses is left undone. */
export interface History {
  readonly room: Newsroom;
  readonly things: Readonly<
    Record<
      | 'topics'
      | 'sources'
      | 'outlets'
      | 'reports'
      | 'claims'
      | 'attributions'
      | 'relations'
      | 'requests'
      | 'schemes'
      | 'assessments',
      Thing[]
    >
  >;
  /** So many writers do one thing each, at the same time. */
  write(writers: number): Promise<void>;
}

/** Texts of reports: quotes are found in some of them, in others not, or more than once. */
const TEXTS = [
  '“So it was said.” And so on.',
  'So it was said. So\u00a0it was said.',
  'It was said otherwise.',
  'So it is.',
];
const QUOTES = ['So it was said.', { exact: 'it was said', prefix: 'So ' }, 'was said'];

const DATES = [
  '2025-09',
  '2025-10-01',
  '2025-10/2025-12',
  '2025-11~',
  '2025-12-10',
  '2025',
  '2024-05-01',
  '../2025-11',
  '2025-11/..',
];

/** When somebody was asked. The service's clock stands still after all of these. */
const ASKED = ['2025-09-10T08:00:00Z', '2025-10-20T08:00:00Z', '2025-11-15T08:00:00Z', '2025-12-31T08:00:00Z'];
/** Deadlines are past by the service's clock and by the recorded one, or by neither. */
const DEADLINES = [null, '2026-01-02T17:00:00Z', '2026-01-03T17:00:00Z', '2100-01-01T17:00:00Z'];
const CLOSED = ['2026-01-04T08:00:00Z', '2026-01-12T08:00:00Z'];

/** Opens a history with a few of each thing. */
export async function openHistory(ledger: TestLedger, seed: number): Promise<History> {
  const random = new Random(seed);
  const room = await newsroom(ledger);
  const things: History['things'] = {
    topics: [],
    sources: [],
    outlets: [],
    reports: [],
    claims: [],
    attributions: [],
    relations: [],
    requests: [],
    schemes: [],
    assessments: [],
  };
  const { topics, sources, outlets, reports, claims, attributions, relations, requests, schemes, assessments } = things;
  let made = 0;
  const name = () => {
    made += 1;
    return `Name ${random.pick(['of old', 'of new', 'of late'])} ${made}`;
  };
  const pick = <T extends Thing>(of: readonly T[]) => random.pick(of);
  const flip = (percent: number) => random.chance(percent / 100);

  const send = async (method: 'POST' | 'PATCH' | 'DELETE', url: string, body?: object): Promise<Thing | undefined> => {
    const { status, body: answer } = await room.request(method, url, body, { 'if-match': '*' });
    if (status >= 500) throw new Error(`${method} ${url}: ${JSON.stringify(answer)}`);
    return status === 201 ? answer : undefined;
  };
  const keep = async (list: Thing[], url: string, body: object) => {
    const thing = await send('POST', url, body);
    if (thing !== undefined) list.push(thing);
    return thing === undefined ? [] : [thing];
  };
  const terms = () =>
    flip(50)
      ? pick(sources).id
      : [
          { organization: pick(sources).id, to: '2025-10' },
          { organization: pick(sources).id, from: '2025-11' },
        ];

  const newSource = () => {
    const kind = random.pick(SOURCE_KINDS);
    const host = kind === 'anonymous' ? { host: pick(outlets).id } : {};
    return keep(sources, '/v1/sources', { name: name(), kind, ...host, ...(flip(30) ? { partOf: terms() } : {}) });
  };
  const newOutlet = async () => {
    await keep(outlets, '/v1/sources', { name: name(), kind: 'outlet' });
    sources.push(...outlets.slice(-1));
  };
  const newReport = () =>
    keep(reports, '/v1/reports', {
      title: name(),
      outlet: pick(outlets).id,
      published: flip(80) ? random.pick(DATES) : null,
      ...(flip(20) ? { status: 'cited_unseen' } : { text: flip(60) ? random.pick(TEXTS) : null }),
    });
  const newClaim = () =>
    keep(claims, '/v1/claims', {
      text: name(),
      ...(flip(30)
        ? { kind: 'prediction', prediction: { horizon: random.pick(DATES) } }
        : { kind: random.pick(['fact', 'intention']) }),
      ...(flip(60) ? { topic: pick(topics).id } : {}),
      ...(flip(40) ? { about: [pick(sources).id] } : {}),
    });
  const newAttribution = async () => {
    const relayed = flip(40) && attributions.length > 0 ? (pick(attributions) as Thing & { claim: Thing }) : undefined;
    await keep(attributions, '/v1/attributions', {
      claim: relayed?.claim.id ?? pick(claims).id,
      source: pick(sources).id,
      report: pick(reports).id,
      stance: relayed === undefined ? random.pick([...STANCES, 'asserts', 'denies']) : 'reports',
      certainty: random.pick(['certain', 'possible']),
      said: flip(60) ? random.pick(DATES) : null,
      ...(relayed === undefined ? {} : { relays: relayed.id }),
      ...(flip(15) ? { speakingFor: flip(30) ? 'self' : pick(sources).id } : {}),
      ...(flip(35) ? { quote: random.pick(QUOTES) } : {}),
    });
  };
  const relate = () =>
    keep(relations, `/v1/claims/${pick(claims).id}/relations`, {
      type: random.pick(['contradicts', ...RELATION_TYPES]),
      to: pick(claims).id,
      ...(flip(60) ? { status: random.pick(RELATION_STATUSES) } : {}),
    });
  const judge = async () => {
    if (relations.length === 0) return relate();
    const { id, from, to } = pick(relations) as Thing & { from: Thing; to: Thing };
    const status = random.pick(RELATION_STATUSES);
    return send('PATCH', `/v1/claims/${random.pick([from, to, pick(claims)]).id}/relations/${id}`, { status });
  };

  const newRequest = () =>
    keep(requests, '/v1/reply-requests', {
      claim: pick(claims).id,
      source: pick(sources).id,
      askedAt: random.pick(ASKED),
      channel: random.pick(REQUEST_CHANNELS),
      deadline: random.pick(DEADLINES),
    });
  type Asked = Thing & { claim: Thing; source: Thing };
  const onRequest = (change: (request: Asked) => Promise<unknown>) => () =>
    requests.length === 0 ? newRequest() : change(pick(requests) as Asked);
  /** What its source says on its claim, if there is anything. */
  const answer = onRequest(async ({ id, claim, source }) => {
    const own = (attributions as Asked[]).filter((each) => each.claim.id === claim.id && each.source.id === source.id);
    const attribution = pick(own.length === 0 ? attributions : own).id;
    await send('POST', `/v1/reply-requests/${id}/answer`, { attribution, answeredAt: random.pick(CLOSED) });
  });
  const lapse = onRequest(({ id }) =>
    send('POST', `/v1/reply-requests/${id}/lapse`, { lapsedAt: random.pick(CLOSED) }),
  );
  const postpone = onRequest(({ id }) =>
    send('PATCH', `/v1/reply-requests/${id}`, { deadline: random.pick(DEADLINES), note: flip(50) ? name() : null }),
  );
  const unask = onRequest(({ id }) => send('DELETE', `/v1/reply-requests/${id}`));

  const newScheme = () =>
    keep(schemes, '/v1/rating-schemes', {
      reviewer: pick(sources).id,
      ratings: [
        { ratingValue: 1, alternateName: 'Wrong', verdict: random.pick(['false', 'unproven']) },
        { ratingValue: 3, alternateName: 'Half right', verdict: 'mixed' },
        { ratingValue: 5, alternateName: 'Right', verdict: 'true' },
      ],
    });
  const rating = () => ({ ratingValue: random.pick([1, 3, 5]) });
  const newAssessment = () =>
    keep(assessments, '/v1/assessments', {
      claim: pick(claims).id,
      reviewer: random.pick([pick(outlets), pick(sources)]).id,
      rating: flip(20) ? { alternateName: random.pick(['Right', 'Wrong']) } : rating(),
      ...(flip(60) ? { published: random.pick(DATES) } : {}),
    });

  /** Unseen reports that will turn out to be one that we hold. */
  const twins: [from: Thing, into: Thing][] = [];
  const newTwin = async () => {
    const held = pick(reports) as Thing & { outlet: Thing };
    const [twin] = await keep(reports, '/v1/reports', { outlet: held.outlet.id, status: 'cited_unseen' });
    if (twin !== undefined) twins.push([twin, held]);
  };
  const merged: string[] = [];
  const merge = async () => {
    const pairs = [
      ['claims', pick(claims), pick(claims)],
      ['sources', pick(sources), pick(sources)],
      ...twins.map(([from, into]) => ['reports', from, into] as const),
    ] as const;
    const [path, from, into] = random.pick(pairs);
    const body = { into: into.id, reason: 'The same.', ...(flip(20) && path === 'sources' ? { force: true } : {}) };
    await send('POST', `/v1/${path}/${from.id}/merge`, body);
    merged.push(`/v1/${path}/${from.id}`);
  };
  const unmerge = () => (merged.length === 0 ? merge() : send('POST', `${random.pick(merged)}/unmerge`, {}));

  const slug = () => `slug-${random.below(10)}`;
  const act = (path: string, of: readonly Thing[], action: string, body: object = {}) =>
    send('POST', `/v1/${path}/${pick(of).id}/${action}`, body);
  const patch = (path: string, of: readonly Thing[], body: object) => send('PATCH', `/v1/${path}/${pick(of).id}`, body);
  const remove = (path: string, of: readonly Thing[]) => send('DELETE', `/v1/${path}/${pick(of).id}`);
  const affiliate = () => ({ [random.pick(['partOf', 'speaksFor'])]: flip(40) ? null : terms() });
  const predict = () => ({ horizon: '2025-11', outcome: random.pick(['open', 'came_true']) });
  const reason = 'It was wrong.';

  const changes: readonly [weight: number, change: () => Promise<unknown> | false][] = [
    [36, newAttribution],
    [2, newClaim],
    [5, newAssessment],
    [1, newScheme],
    [1, newSource],
    [1, newReport],
    [1, newOutlet],
    [1, newTwin],
    [5, relate],
    [6, judge],
    [4, merge],
    [3, unmerge],
    [4, () => act('attributions', attributions, 'withdraw', { reason })],
    [3, () => act('attributions', attributions, 'restore')],
    [1, () => act('reports', reports, 'retract', { reason, retractedOn: random.pick(DATES) })],
    [2, () => act('reports', reports, 'restore')],
    [1, () => act('reports', reports, 'correct', { reason, title: name() })],
    [2, () => act('reports', reports, 'correct', { reason, text: random.pick(TEXTS) })],
    [2, () => patch('reports', reports, { text: flip(25) ? null : random.pick(TEXTS) })],
    [1, () => patch('reports', reports, { status: random.pick(['held', 'cited_unseen']) })],
    [2, () => patch('reports', reports, { published: random.pick(DATES), title: name() })],
    [1, () => patch('reports', reports, { outlet: pick(outlets).id })],
    [3, () => patch('sources', sources, affiliate())],
    [1, () => patch('sources', sources, { kind: random.pick(SOURCE_KINDS), host: flip(50) ? pick(outlets).id : null })],
    [2, () => patch('sources', sources, { name: name(), slug: slug(), aliases: [name()] })],
    [2, () => patch('claims', claims, { text: name(), slug: slug() })],
    [2, () => patch('claims', claims, { topic: flip(30) ? null : pick(topics).id, about: [pick(sources).id] })],
    [1, () => patch('claims', claims, { kind: 'prediction', language: 'en', prediction: predict() })],
    [1, () => patch('topics', topics, { name: name(), slug: slug() })],
    [5, newRequest],
    [4, answer],
    [2, lapse],
    [3, postpone],
    [1, unask],
    [
      2,
      () =>
        assessments.length > 0 &&
        patch('assessments', assessments, { rating: rating(), published: random.pick(DATES) }),
    ],
    [1, () => assessments.length > 0 && remove('assessments', assessments)],
    [1, () => schemes.length > 0 && patch('rating-schemes', schemes, { name: name() })],
    [1, () => remove('claims', claims)],
    [1, () => remove('sources', sources)],
    [1, () => remove('reports', reports)],
  ];
  const lot = changes.flatMap(([weight, change]) => Array.from({ length: weight }, () => change));

  const begin = async (times: number, make: () => Promise<unknown>) => {
    for (let n = 0; n < times; n += 1) await make();
  };
  await begin(2, () => keep(topics, '/v1/topics', { name: name() }));
  await begin(2, newOutlet);
  await begin(5, newSource);
  await begin(4, newReport);
  await begin(3, newClaim);
  await begin(10, newAttribution);
  await begin(2, relate);
  await begin(4, newRequest);
  await begin(3, newAssessment);
  return {
    room,
    things,
    write: async (writers) => {
      const chosen = Array.from({ length: writers }, () => random.pick(lot));
      await Promise.all(chosen.map((change) => change()));
    },
  };
}
