import { expect } from 'vitest';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import type { TestLedger } from '../harness.ts';
import { type Action, CHAPTERS, type ChapterName } from './harbour.ts';
import { labelsOf } from './words.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
type Json = any;

/** The story as it was told, and what the ledger answered on the way. */
export interface Told {
  readonly room: Newsroom;
  /** The recorded clock at the end of each chapter told, in order, to the microsecond. */
  readonly knownAt: ReadonlyMap<ChapterName, string>;
  /** What `GET /v1/claims` answered at the end of each chapter, by slug. */
  readonly claims: ReadonlyMap<ChapterName, ReadonlyMap<string, Json>>;
  /** What the questions were answered with at the end of each chapter. */
  readonly asked: ReadonlyMap<ChapterName, ReadonlyMap<string, { status: number; body: Json }>>;
  /** What the last action of each chapter was answered with. */
  readonly answers: ReadonlyMap<ChapterName, Json>;
  /** The attribution of a claim with these words (`labelsOf`). */
  attribution(claim: string, label: string): Promise<Json>;
  /** The report at this address. */
  report(url: string): Promise<Json>;
  /** Does one more thing; gives the whole answer. */
  act(action: Action, query?: string): Promise<{ status: number; headers: Json; body: Json }>;
  /** The time of the last change on the recorded clock, to the microsecond. */
  clock(): Promise<string>;
  /** Every claim as it is answered now, by slug. */
  allClaims(query?: string): Promise<Map<string, Json>>;
}

/** Tells the story on a ledger, to the end of a chapter. The questions are paths, asked at the end of each. */
export async function tell(ledger: TestLedger, until: ChapterName, questions: readonly string[] = []): Promise<Told> {
  const room = await newsroom(ledger);
  const knownAt = new Map<ChapterName, string>();
  const claims = new Map<ChapterName, ReadonlyMap<string, Json>>();
  const asked = new Map<ChapterName, ReadonlyMap<string, { status: number; body: Json }>>();
  const answers = new Map<ChapterName, Json>();

  const attribution: Told['attribution'] = async (claim, label) => {
    const { data } = await room.get(`/v1/claims/${claim}/attributions?limit=1000`);
    const labels = labelsOf(data);
    const found = data.filter(({ id }: Json) => labels.get(id) === label);
    expect(found, `${label} among ${[...labels.values()].join('; ')}`).toHaveLength(1);
    return found[0];
  };
  const report: Told['report'] = async (url) => {
    const { data } = await room.get(`/v1/reports?url=${encodeURIComponent(url)}`);
    expect(data).toHaveLength(1);
    return data[0];
  };
  const act: Told['act'] = async ({ post, on, body }, query = '') => {
    const url =
      on === undefined
        ? post
        : 'claim' in on
          ? `/v1/attributions/${(await attribution(on.claim, on.label)).id}/${post}`
          : `/v1/reports/${(await report(on.report)).id}/${post}`;
    return room.request('POST', `${url}${query}`, body, on === undefined ? {} : { 'if-match': '*' });
  };
  const allClaims: Told['allClaims'] = async (query = '') => {
    const { data } = await room.get(`/v1/claims?limit=1000${query}`);
    return new Map(data.map((claim: Json) => [claim.slug, claim]));
  };
  const clock = async () => {
    const { rows } = await ledger.database.pool.query('SELECT to_rfc3339_exact(max(at)) AS at FROM changes');
    return rows[0].at;
  };

  for (const chapter of CHAPTERS.slice(0, CHAPTERS.findIndex(({ name }) => name === until) + 1)) {
    const {
      name,
      bundles = [],
      actions = [],
    }: { name: ChapterName; bundles?: readonly object[]; actions?: readonly Action[] } = chapter;
    for (const bundle of bundles) {
      const answer = await room.request('POST', '/v1/imports', bundle);
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      expect(answer.body.failed).toBe(0);
    }
    for (const action of actions) {
      const answer = await act(action);
      expect([200, 201], JSON.stringify(answer.body)).toContain(answer.status);
      answers.set(name, answer.body);
    }
    knownAt.set(name, await clock());
    claims.set(name, await allClaims());
    const told = new Map<string, { status: number; body: Json }>();
    for (const question of questions) told.set(question, await room.request('GET', question));
    asked.set(name, told);
  }
  return { room, knownAt, claims, asked, answers, attribution, report, act, clock, allClaims };
}
