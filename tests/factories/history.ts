import { DatabaseError } from 'pg';
import { Random } from '../../bench/random.ts';
import { SOURCE_KINDS, STANCES } from '../../src/domain/vocabulary.ts';
import type { TestLedger } from '../harness.ts';
import { type Newsroom, newsroom } from './newsroom.ts';

type Thing = { id: string; slug?: string };

/** A newsroom in which several people write at random, all at once. Whatever the service refuses is left undone. */
export interface History {
  readonly room: Newsroom;
  readonly things: Readonly<Record<'topics' | 'sources' | 'outlets' | 'reports' | 'claims' | 'attributions', Thing[]>>;
  /** So many writers do one thing each, at the same time. */
  write(writers: number): Promise<void>;
}

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

/** A rule of the database that a change breaks. */
function leaveUndone(error: unknown): void {
  if (!(error instanceof DatabaseError && error.code?.startsWith('23'))) throw error;
}

/** Opens a history with a few of each thing. */
export async function openHistory(
  ledger: TestLedger,
  seed: number,
  options: { merges: boolean } = { merges: false },
): Promise<History> {
  const random = new Random(seed);
  const room = await newsroom(ledger);
  const things: History['things'] = { topics: [], sources: [], outlets: [], reports: [], claims: [], attributions: [] };
  const { topics, sources, outlets, reports, claims, attributions } = things;
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
      status: flip(25) ? 'cited_unseen' : 'held',
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
      ...(flip(20) ? { quote: 'So it was said.' } : {}),
    });
  };

  const { pool } = ledger.database;
  const merge = async () => {
    const [kind, list] = random.pick([
      ['claim', claims],
      ['source', sources],
      ['report', reports],
    ] as const);
    const values = [ledger.newId(), kind, pick(list).id, pick(list).id];
    const text =
      "INSERT INTO merges (id, kind, from_id, into_id, reason, actor) VALUES ($1, $2, $3, $4, 'The same.', 'test')";
    await pool.query(text, values).catch(leaveUndone);
  };
  const unmerge = () =>
    pool
      .query(
        `UPDATE merges SET recorded_until = ledger_now(), ended_by = 'test'
         WHERE id = (SELECT id FROM merges WHERE recorded_until IS NULL ORDER BY md5(id::text || $1) LIMIT 1)`,
        [random.below(1000)],
      )
      .catch(leaveUndone);

  const changes: [weight: number, change: () => Promise<unknown>][] = [
    [14, newAttribution],
    [2, newClaim],
    [1, newSource],
    [1, newReport],
    [1, newOutlet],
    [
      4,
      () =>
        send('POST', `/v1/attributions/${pick([...attributions, claims[0] as Thing]).id}/withdraw`, {
          reason: 'Misheard.',
        }),
    ],
    [2, () => send('POST', `/v1/attributions/${pick([...attributions, ...claims]).id}/restore`, {})],
    [
      2,
      () =>
        send('POST', `/v1/reports/${pick(reports).id}/retract`, { reason: 'Wrong.', retractedOn: random.pick(DATES) }),
    ],
    [2, () => send('POST', `/v1/reports/${pick(reports).id}/restore`, {})],
    [1, () => send('POST', `/v1/reports/${pick(reports).id}/correct`, { reason: 'Wrong.', title: name() })],
    [2, () => send('PATCH', `/v1/reports/${pick(reports).id}`, { status: random.pick(['held', 'cited_unseen']) })],
    [2, () => send('PATCH', `/v1/reports/${pick(reports).id}`, { published: random.pick(DATES), title: name() })],
    [1, () => send('PATCH', `/v1/reports/${pick(reports).id}`, { outlet: pick(outlets).id })],
    [
      3,
      () =>
        send('PATCH', `/v1/sources/${pick(sources).id}`, {
          [random.pick(['partOf', 'speaksFor'])]: flip(40) ? null : terms(),
        }),
    ],
    [
      1,
      () =>
        send('PATCH', `/v1/sources/${pick(sources).id}`, {
          kind: random.pick(SOURCE_KINDS),
          host: flip(50) ? pick(outlets).id : null,
        }),
    ],
    [
      2,
      () =>
        send('PATCH', `/v1/sources/${pick(sources).id}`, {
          name: name(),
          slug: `slug-${random.below(10)}`,
          aliases: [name()],
        }),
    ],
    [2, () => send('PATCH', `/v1/claims/${pick(claims).id}`, { text: name(), slug: `slug-${random.below(10)}` })],
    [
      2,
      () =>
        send('PATCH', `/v1/claims/${pick(claims).id}`, {
          topic: flip(30) ? null : pick(topics).id,
          about: [pick(sources).id],
        }),
    ],
    [
      1,
      () =>
        send('PATCH', `/v1/claims/${pick(claims).id}`, {
          kind: 'prediction',
          language: 'en',
          prediction: { horizon: '2025-11', outcome: random.pick(['open', 'came_true']) },
        }),
    ],
    [1, () => send('PATCH', `/v1/topics/${pick(topics).id}`, { name: name(), slug: `slug-${random.below(10)}` })],
    [1, () => send('DELETE', `/v1/claims/${pick(claims).id}`)],
    [1, () => send('DELETE', `/v1/sources/${pick(sources).id}`)],
    [1, () => send('DELETE', `/v1/reports/${pick(reports).id}`)],
  ];
  if (options.merges) changes.push([3, merge], [2, unmerge]);
  const lot = changes.flatMap(([weight, change]) => Array.from({ length: weight }, () => change));

  await keep(topics, '/v1/topics', { name: name() });
  await keep(topics, '/v1/topics', { name: name() });
  await newOutlet();
  await newOutlet();
  for (const make of [
    newSource,
    newSource,
    newSource,
    newSource,
    newReport,
    newReport,
    newReport,
    newClaim,
    newClaim,
    newClaim,
  ])
    await make();
  return {
    room,
    things,
    write: async (writers) => {
      const chosen = Array.from({ length: writers }, () => random.pick(lot));
      await Promise.all(chosen.map((change) => change()));
    },
  };
}
