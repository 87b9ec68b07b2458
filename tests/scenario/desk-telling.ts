import { expect } from 'vitest';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import type { TestLedger } from '../harness.ts';
import {
  ASSESSMENTS,
  type AssessmentName,
  archivedAt,
  JULY,
  JUNE,
  REQUESTS,
  type RequestName,
  SCHEMES,
  TEXTS,
  urlOf,
} from './desk.ts';
import { labelsOf } from './words.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
type Json = any;

/** The chapters, in order, and what the service's own clock shows at the end of each; a ledger is opened with the first. */
export const DESK_CLOCK = {
  june: new Date('2025-06-20T12:00:00Z'),
  july: new Date('2025-07-06T12:00:00Z'),
  august: new Date('2025-08-10T12:00:00Z'),
} as const;
export type DeskChapter = keyof typeof DESK_CLOCK;

/** The summer as it was told, to the end. */
export interface ToldDesk {
  readonly room: Newsroom;
  /** The recorded clock at the end of each chapter, to the microsecond: real time, long after the summer that it tells of. */
  readonly knownAt: Readonly<Record<DeskChapter, string>>;
  /** What `GET /v1/claims` answered at the end of each chapter, by slug, by the service's clock then. */
  readonly claims: Readonly<Record<DeskChapter, ReadonlyMap<string, Json>>>;
  /** The ids of the requests and the assessments, by the names of desk.ts. */
  readonly requests: Readonly<Record<RequestName, string>>;
  readonly assessments: Readonly<Record<AssessmentName, string>>;
  /** The attribution of a claim with these words (`labelsOf`). */
  attribution(claim: string, label: string): Promise<Json>;
  /** The report at this address. */
  report(name: string): Promise<Json>;
  /** The relation of this type between the claim and another one, to whichever side. */
  relation(claim: string, type: string, other: string): Promise<Json>;
  /** Every claim that a query finds, by slug. */
  allClaims(query?: string): Promise<Map<string, Json>>;
}

const IF_MATCH = { 'if-match': '*' };

/** Tells the summer on a ledger that was opened at `DESK_CLOCK.june`. */
export async function tellDesk(ledger: TestLedger): Promise<ToldDesk> {
  const room = await newsroom(ledger);
  const requests = {} as Record<RequestName, string>;
  const assessments = {} as Record<AssessmentName, string>;
  const knownAt = {} as Record<DeskChapter, string>;
  const claims = {} as Record<DeskChapter, ReadonlyMap<string, Json>>;

  const attribution: ToldDesk['attribution'] = async (claim, label) => {
    const { data } = await room.get(`/v1/claims/${claim}/attributions?limit=1000`);
    const labels = labelsOf(data);
    const found = data.filter(({ id }: Json) => labels.get(id) === label);
    expect(found, `${label} among ${[...labels.values()].join('; ')}`).toHaveLength(1);
    return found[0];
  };
  const report: ToldDesk['report'] = async (name) => {
    const { data } = await room.get(`/v1/reports?url=${encodeURIComponent(urlOf(name))}`);
    expect(data).toHaveLength(1);
    return data[0];
  };
  const relation: ToldDesk['relation'] = async (claim, type, other) => {
    const { data } = await room.get(`/v1/claims/${claim}/relations?type=${type}&limit=1000`);
    const found = data.filter(({ from, to }: Json) => from.slug === other || to.slug === other);
    expect(found, `${claim} ${type} ${other}`).toHaveLength(1);
    return found[0];
  };
  const allClaims: ToldDesk['allClaims'] = async (query = '') => {
    const { data } = await room.get(`/v1/claims?limit=1000${query}`);
    return new Map(data.map((claim: Json) => [claim.slug, claim]));
  };

  const succeed = async (method: 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) => {
    const answer = await room.request(method, url, body, IF_MATCH);
    expect([200, 201, 204], `${method} ${url}: ${JSON.stringify(answer.body)}`).toContain(answer.status);
    return answer.body;
  };
  const tellBundles = async (bundles: readonly object[]) => {
    for (const bundle of bundles) expect((await succeed('POST', '/v1/imports', bundle)).failed).toBe(0);
  };
  const onReport = async (name: string, action: string, body: object) =>
    succeed('POST', `/v1/reports/${(await report(name)).id}/${action}`, body);
  const judge = async (claim: string, other: string, status: string) => {
    const { id } = await relation(claim, 'depends_on', other);
    await succeed('PATCH', `/v1/claims/${claim}/relations/${id}`, { status });
  };
  const resolve = (claim: string, prediction: object) => succeed('PATCH', `/v1/claims/${claim}`, { prediction });
  const endChapter = async (name: DeskChapter) => {
    const { rows } = await ledger.database.pool.query('SELECT to_rfc3339_exact(max(at)) AS at FROM changes');
    knownAt[name] = rows[0].at;
    claims[name] = await allClaims();
  };

  /** What was said until 9 June, and how the claims bear on each other. */
  async function june(): Promise<void> {
    await tellBundles(JUNE);
    await succeed('POST', '/v1/claims/toll/relations', { type: 'depends_on', to: 'sale' });
  }

  /** What the desk did until 6 July: asks, judges, rates, and takes down what outlets correct and retract. */
  async function july(): Promise<void> {
    await tellBundles(JULY);
    await judge('rent', 'sale', 'confirmed');
    await judge('toll', 'sale', 'rejected');
    for (const [name, body] of Object.entries(REQUESTS)) {
      requests[name as RequestName] = (await succeed('POST', '/v1/reply-requests', body)).id;
    }
    await succeed('POST', `/v1/reply-requests/${requests.leak}/answer`, {
      attribution: (await attribution('leak', 'oren-daske denies 2025-06-01')).id,
      answeredAt: '2025-06-01T15:00:00Z',
    });
    // Three weeks after its deadline.
    await succeed('POST', `/v1/reply-requests/${requests.blasting}/answer`, {
      attribution: (await attribution('blasting', 'velmara-defence declines_to_comment 2025-07-04')).id,
      answeredAt: '2025-07-04T10:00:00Z',
    });

    await resolve('opening', {
      outcome: 'did_not',
      resolvedAt: '2025-07-01T08:00:00Z',
      evidence: { attribution: (await attribution('opening', 'saline-courier denies')).id },
    });
    await resolve('visit', {
      outcome: 'void',
      resolvedAt: '2025-07-02T10:00:00Z',
      evidence: { url: 'https://tarsk.example/flagship-sunk' },
    });
    await resolve('strike', { outcome: 'came_true', resolvedAt: '2025-07-03T06:00:00Z' });

    await onReport('post-tunnel', 'retract', { reason: 'The worker was no worker.', retractedOn: '2025-06-28' });
    await onReport('courier-leak', 'correct', { reason: 'In another order.', text: TEXTS.leakCorrected });
    await onReport('courier-bonus', 'correct', { reason: 'The quote is taken out.', text: TEXTS.bonusCorrected });
    const denial = await attribution('ferry', 'velmara-ports denies 2025-05-27');
    const relay = await attribution('ferry', 'northern-post ← velmara-ports denies 2025-05-27');
    await onReport('post-outlook', 'correct', {
      reason: 'The authority doubted it only.',
      supersedes: [
        { attribution: denial.id, by: { stance: 'doubts', said: '2025-05-27' } },
        { attribution: relay.id, by: { stance: 'reports' } },
      ],
    });
    const misheard = await attribution('clean-water', 'velmara-defence asserts');
    await succeed('POST', `/v1/attributions/${misheard.id}/withdraw`, { reason: 'That was the ports authority.' });
    const { id: water } = await report('lantern-water');
    await succeed('PATCH', `/v1/reports/${water}`, { archiveUrl: archivedAt('lantern-water') });

    for (const scheme of SCHEMES) await succeed('POST', '/v1/rating-schemes', scheme);
    for (const [name, body] of Object.entries(ASSESSMENTS)) {
      assessments[name as AssessmentName] = (await succeed('POST', '/v1/assessments', body)).id;
    }
  }

  /** What is left until 10 August: a request lapses, one is taken back, and evidence is found. */
  async function august(): Promise<void> {
    await succeed('POST', `/v1/reply-requests/${requests.cleanup}/lapse`, { lapsedAt: '2025-07-20T09:00:00Z' });
    await succeed('DELETE', `/v1/reply-requests/${requests.toll}`);
    await resolve('strike', { evidence: { url: 'https://northern-post.example/strike-begins' } });
  }

  for (const [name, chapter] of Object.entries({ june, july, august })) {
    ledger.clock.now = DESK_CLOCK[name as DeskChapter];
    await chapter();
    await endChapter(name as DeskChapter);
  }
  return { room, knownAt, claims, requests, assessments, attribution, report, relation, allClaims };
}
