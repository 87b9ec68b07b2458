import type { Database } from '../../database/context.ts';
import { findAt } from '../../database/documents.ts';
import { read } from '../../database/pool.ts';
import { type SettledClocks, settle } from '../../database/settled.ts';
import { prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import { type Clocks, hasClock, instantText } from '../../domain/clocks.ts';
import { uncontactedOf } from '../../domain/flags.ts';
import { type Gap, type GapSource, gapsOf } from '../../domain/gaps.ts';
import { sentenceOf, type Voice } from '../../domain/sentence.ts';
import { listClaimAssessments } from '../assessments/queries.ts';
import type { Assessment } from '../assessments/schema.ts';
import type { Attribution } from '../attributions/schema.ts';
import { type ChainAt, chainAt, edgesOf, namedOrigins } from '../chains/queries.ts';
import { readClaimsAt } from '../claims/past.ts';
import type { Reading } from '../claims/queries.ts';
import type { Claim } from '../claims/schema.ts';
import { type SummarizedClaim, summarizeAt } from '../claims/summaries.ts';
import { shownPositions } from '../positions/past.ts';
import { listRelations } from '../relations/queries.ts';
import type { ClaimRelation } from '../relations/schema.ts';
import { momentAt } from '../reply-requests/json.ts';
import { listRequestsAt } from '../reply-requests/list.ts';
import type { ReplyRequest } from '../reply-requests/schema.ts';
import { eventsAt, shownEvents } from '../timelines/queries.ts';
import type { ClaimDossier } from './schema.ts';
import { voicesOf } from './voices.ts';

/** The clocks of a dossier: everything in it is of the one instant `knownAt`; `at` is when it is asked whether anything is overdue. */
export interface DossierClocks extends SettledClocks {
  readonly at: number;
}

/**
 * Ties the clocks of a dossier down to one instant of the recorded clock, so that all that it is put together from is of that
 * instant; without a clock that is the last change, and what is overdue is told by the service's clock.
 */
export async function dossierClocks({ database, clock }: Reading, clocks: Clocks): Promise<DossierClocks> {
  const settled = await settle(database, clocks);
  const now = clock().getTime() * 1000;
  return { ...settled, at: hasClock(clocks) ? (settled.asOf ?? micros(settled.knownAt)) : now };
}

function micros(instant: string): number {
  return Date.parse(instant) * 1000;
}

/** As many rows as a dossier has of a list, which is all. */
const ALL = 1_000_000;

/**
 * Everything about a claim (its id or slug) by the clocks.
 *
 * @throws {Problem} `not-found` where it was not recorded by then
 * @throws {MergedInto} where it was merged
 */
export async function readClaimDossier(reading: Reading, reference: string, asked: Clocks): Promise<ClaimDossier> {
  const { database } = reading;
  const clocks = await dossierClocks(reading, asked);
  const id = await findAt(database, 'claim', reference, clocks.knownAt);
  const summarized = (await summarizeAt(database, [id], clocks)).get(id);
  if (summarized === undefined) throw new Error(`the claim ${id} was not read`);
  const { ledger, summary } = summarized;
  const moment = momentAt(clocks);
  const [claims, chain, positions, relations, requests, assessments, events, facts] = await Promise.all([
    readClaimsAt(database, clocks, new Map([[id, summary]])),
    chainAt(database, summarized, clocks),
    shownPositions(
      database,
      summary.positions.map((position) => ({ claim: id, position, summary })),
      clocks.knownAt,
    ),
    readRelations(database, id, clocks),
    listRequestsAt(database, { of: id, limit: ALL }, moment, undefined),
    listClaimAssessments(database, id, clocks, { limit: ALL, after: undefined }),
    eventsAt(database, id, clocks).then((found) => shownEvents(database, found, clocks)),
    readFacts(database, id, summarized, clocks),
  ]);
  const parts: Parts = {
    claim: parsed<Claim>(claims.get(id)),
    chain,
    nodes: chain.nodes.map((json) => JSON.parse(json) as Attribution),
    replyRequests: requests.map((request) => parsed<ReplyRequest>(request)),
    facts,
    summarized,
    clocks,
  };
  const { claim, nodes, replyRequests } = parts;
  const origins = namedOrigins(chain);
  return {
    claim,
    sentence: sentenceOf({ claim, voices: voicesIn(parts) }),
    why: { for: whys(origins, 'for'), against: whys(origins, 'against') },
    positions: positions.map((position) => parsed(position)),
    chain: { nodes, edges: edgesOf(chain), origins },
    quotes: nodes.flatMap(({ id, source, report, quote, live }) =>
      quote === null || !live ? [] : [{ attribution: id, source, report, ...quote }],
    ),
    replyRequests,
    relations,
    assessments: currentFirst(assessments),
    timeline: events.map((event) => parsed(event)),
    gaps: gapsIn(parts),
  };
}

/** What a dossier is put together from. */
interface Parts {
  readonly claim: Claim;
  readonly chain: ChainAt;
  readonly nodes: readonly Attribution[];
  readonly replyRequests: readonly ReplyRequest[];
  readonly facts: Facts;
  readonly summarized: SummarizedClaim;
  readonly clocks: DossierClocks;
}

function parsed<T>(row: { readonly json: string } | undefined): T {
  if (row === undefined) throw new Error('a part of the dossier was not read');
  return JSON.parse(row.json) as T;
}

function currentFirst(assessments: readonly Assessment[]): Assessment[] {
  return assessments.toSorted((a, b) => Number(b.current) - Number(a.current));
}

/** The relations of a claim that are not rejected, with how the claim on the other side stands. */
async function readRelations(
  database: Database,
  id: string,
  clocks: DossierClocks,
): Promise<ClaimDossier['relations']> {
  const rows = await listRelations(database, id, { limit: ALL }, clocks, undefined);
  const relations = rows.map((row) => parsed<ClaimRelation>(row)).filter(({ status }) => status !== 'rejected');
  const otherOf = ({ from, to }: ClaimRelation) => (from.id === id ? to.id : from.id);
  const others = await summarizeAt(database, [...new Set(relations.map(otherOf))], clocks);
  return relations.map((relation) => {
    const standing = others.get(otherOf(relation))?.summary.standing ?? 'unattributed';
    return { ...relation, standing };
  });
}

/** What sentences and gaps need to know beside of sources and reports. */
interface Facts {
  readonly sources: readonly (Voice['source'] & GapSource)[];
  readonly reports: readonly { readonly id: string; readonly language: string; readonly isArchived: boolean }[];
}

const PAST = pastAt('$1');
const FACTS = `SELECT
  coalesce((
    SELECT json_agg(row_to_json(s)) FROM (
      SELECT s.id, s.slug, s.name, s.kind, s.descriptor, s.people
      FROM unnest($2::uuid[]) given (id) CROSS JOIN LATERAL ${PAST.thing('source', 'given.id')} s
    ) s
  ), '[]') AS sources,
  coalesce((
    SELECT json_agg(row_to_json(r)) FROM (
      SELECT r.id, r.language, r.archive_url IS NOT NULL AS "isArchived"
      FROM unnest($3::uuid[]) given (id) CROSS JOIN LATERAL ${PAST.thing('report', 'given.id')} r
    ) r
  ), '[]') AS reports`;

async function readFacts(
  { pool }: Database,
  id: string,
  { ledger, summary }: SummarizedClaim,
  { knownAt }: DossierClocks,
): Promise<Facts> {
  const live = ledger.attributions.filter((attribution) => summary.live.has(attribution.id));
  const sources = new Set([...live.map(({ sourceId }) => sourceId), ...ledger.circumstances.about]);
  const reports = new Set(live.map(({ reportId }) => reportId));
  const [facts] = await read<Facts & Record<string, unknown>>(
    pool,
    prepared(FACTS, [knownAt, [...sources], [...reports]]),
  );
  if (facts === undefined) throw new Error(`the facts of the claim ${id} were not read`);
  return facts;
}

function voicesIn({ chain, nodes, replyRequests, facts, summarized }: Parts): Voice[] {
  return voicesOf({
    ...summarized,
    origins: chain.origins,
    nodes: new Map(nodes.map((node) => [node.id, node])),
    speakers: new Map(facts.sources.map((source) => [source.id, source])),
    ours: new Set(replyRequests.flatMap(({ state, attribution }) => (state === 'lapsed' && attribution) || [])),
  });
}

type Why = ClaimDossier['why']['for'][number];

/** On whose word the claim rests on one side, in words. */
function whys(origins: ReturnType<typeof namedOrigins>, side: 'for' | 'against'): Why[] {
  return origins
    .filter((origin) => origin.side === side)
    .map(({ source, anonymous, attributions, echoes }) => {
      const whose = anonymous ? `unnamed people, hosted by ${source.name}` : source.name;
      const relays = echoes === 0 ? 'not relayed' : echoes === 1 ? '1 relay' : `${echoes} relays`;
      return { source, anonymous, attributions: [...attributions], echoes, words: `${whose} (${relays})` };
    });
}

function gapsIn({ claim, chain, nodes, replyRequests, facts, summarized, clocks }: Parts): Gap[] {
  const { ledger, summary } = summarized;
  const live = ledger.attributions.filter(({ id }) => summary.live.has(id));
  const uncontacted = new Set(uncontactedOf(ledger, live, ledger.circumstances, clocks.asOf));
  const lost = nodes.filter((node) => node.live && node.quote?.health === 'lost');
  return gapsOf({
    standing: claim.standing,
    flags: claim.flags,
    originsFor: namedOrigins(chain).filter(({ side }) => side === 'for'),
    uncontacted: claim.about.filter(({ id }) => uncontacted.has(id)),
    overdueRequests: replyRequests.filter(({ state }) => state === 'overdue'),
    reports: facts.reports,
    lostIn: [...new Set(lost.map(({ report }) => report.id))],
    prediction: claim.prediction && { ...claim.prediction, hasEvidence: claim.prediction.evidence !== null },
  });
}

/** The instant at which it is asked whether anything is overdue (RFC 3339). */
export function atText({ at }: DossierClocks): string {
  return instantText(at);
}
