import type { Database } from '../../database/context.ts';
import { list } from '../../database/json.ts';
import { read } from '../../database/pool.ts';
import { prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import { isWithdrawn } from '../../database/withdrawn.ts';
import type { KnownSource as GapSource } from '../../domain/gaps.ts';
import type { Voice } from '../../domain/sentence-facts.ts';
import type { Claim } from '../claims/schema.ts';
import type { SummarizedClaim } from '../claims/summaries.ts';
import { IS_OURS } from '../reply-requests/lapse.ts';
import type { DossierClocks } from './clocks.ts';

/** A source as sentences, gaps and matrices name it. */
export type KnownSource = Voice['source'] & GapSource;

/** A report as far as gaps look at it. */
export interface KnownReport {
  readonly id: string;
  readonly language: string;
  readonly isArchived: boolean;
  /** Whether it is a document of our own, which a lapsed reply request has left. */
  readonly isOurs: boolean;
}

/** What is known of the sources and the reports of some claims, by their ids. */
export interface Facts {
  readonly sources: ReadonlyMap<string, KnownSource>;
  readonly reports: ReadonlyMap<string, KnownReport>;
}

const PAST = pastAt('$1');
const rows = (from: string, columns: string) =>
  list('row_to_json(found)', `(SELECT ${columns} FROM ${from}) found`, 'found.id');
const at = (kind: 'source' | 'report', ids: string) =>
  `unnest(${ids}::uuid[]) given (id) CROSS JOIN LATERAL ${PAST.thing(kind, 'given.id')} ${kind}`;
const FACTS = `SELECT
  ${rows(at('source', '$2'), 'source.id, source.slug, source.name, source.kind, source.descriptor, source.people')} AS sources,
  ${rows(
    `${at('report', '$3')} JOIN ${PAST.source('outlet', 'report.outlet_id')}`,
    `report.id, report.language, report.archive_url IS NOT NULL AS "isArchived", ${IS_OURS} AS "isOurs"`,
  )} AS reports`;

/** Reads what is known of everyone who speaks on the claims, whom they go back to and whom the claims are about, and of their reports. */
export async function readFacts(
  { pool }: Database,
  claims: Iterable<SummarizedClaim>,
  { knownAt }: DossierClocks,
): Promise<Facts> {
  const sources = new Set<string>();
  const reports = new Set<string>();
  for (const { ledger, summary } of claims) {
    for (const { id, sourceId, reportId } of ledger.attributions) {
      if (!summary.live.has(id)) continue;
      sources.add(sourceId);
      reports.add(reportId);
    }
    for (const { origin } of summary.positions) sources.add(origin.sourceId);
    for (const id of ledger.circumstances.about) sources.add(id);
  }
  const [found] = await read<{ sources: KnownSource[]; reports: KnownReport[] }>(
    pool,
    prepared(FACTS, [knownAt, [...sources], [...reports]]),
  );
  return {
    sources: new Map(found?.sources.map((source) => [source.id, source])),
    reports: new Map(found?.reports.map((report) => [report.id, report])),
  };
}

const FALLEN = `SELECT a.id FROM attributions a
  WHERE a.id = ANY ($2::uuid[]) AND (
    ${isWithdrawn('a', PAST)}
    OR EXISTS (
      SELECT FROM report_states r
      WHERE r.report_id = stood_for(a.report_id, ${PAST.at}) AND r.status = 'retracted' AND ${PAST.stands('r')}
    )
  )`;

/** The attributions that are the evidence of predictions and were withdrawn, or lay in reports that were retracted. */
export async function readFallenEvidence(
  { pool }: Database,
  claims: readonly Claim[],
  { knownAt }: DossierClocks,
): Promise<ReadonlySet<string>> {
  const ids = claims.flatMap(({ prediction }) => {
    const evidence = prediction?.evidence ?? {};
    return 'attribution' in evidence ? [evidence.attribution] : [];
  });
  if (ids.length === 0) return new Set();
  const rows = await read<{ id: string }>(pool, prepared(FALLEN, [knownAt, ids]));
  return new Set(rows.map(({ id }) => id));
}
