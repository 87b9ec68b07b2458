import type { Database } from '../../database/context.ts';
import { type Gathered, membersAt, resolveAt } from '../../database/documents.ts';
import type { ClaimLedgerAt, LedgerAttribution } from '../../database/ledger.ts';
import type { SettledClocks } from '../../database/settled.ts';
import { raise } from '../../domain/origin.ts';
import { timeOf } from '../../domain/position.ts';
import type { SourcePosition } from '../../domain/standing.ts';
import { type ClaimSummary, summarize } from '../../domain/summary.ts';
import { touches } from '../../domain/time-window.ts';
import type { Stance } from '../../domain/vocabulary.ts';
import { asksOfOneAttribution, namedReferences } from './filter.ts';
import type { ClaimQuery } from './schema.ts';

/** A thing that a filter named at the time: what stood for it, and the ids of all that counted, or may have counted, at it. */
export interface Named {
  readonly id: string;
  readonly members: readonly string[];
}

/** Filters by the position of a source, and the stances that each means. */
const POSITIONS = {
  assertedBy: ['asserts', 'confirms'],
  deniedBy: ['denies'],
  declinedBy: ['declines_to_comment'],
} as const satisfies Partial<Record<keyof ClaimQuery, readonly Stance[]>>;

/** The filters of a query, as they meant what they mean at the time. */
export interface PastFilter {
  readonly query: Partial<ClaimQuery>;
  readonly clocks: SettledClocks;
  readonly positions: readonly { readonly voice: Named; readonly stances: readonly Stance[] }[];
  readonly by?: Named | undefined;
  readonly outlet?: Named | undefined;
  readonly report?: Named | undefined;
  readonly topic?: Named | undefined;
}

/**
 * What a query's filters named at the time.
 *
 * @throws {Problem} `rule-broken` for what was not recorded by then
 */
export async function pastFilter(
  database: Database,
  query: Partial<ClaimQuery>,
  clocks: SettledClocks,
): Promise<PastFilter> {
  const ids = await resolveAt(database, namedReferences(query), clocks.knownAt);
  const things = [...ids].map(([parameter, id]): Gathered => {
    const isVoice = parameter === 'by' || parameter in POSITIONS;
    return { id, lines: isVoice && query.exact !== true };
  });
  const members = await membersAt(database, things, clocks.knownAt);
  const named = new Map([...ids].map(([parameter, id], at) => [parameter, { id, members: members[at] ?? [id] }]));
  return {
    query,
    clocks,
    positions: Object.entries(POSITIONS).flatMap(([parameter, stances]) => {
      const voice = named.get(parameter);
      return voice === undefined ? [] : [{ voice, stances }];
    }),
    by: named.get('by'),
    outlet: named.get('outlet'),
    report: named.get('report'),
    topic: named.get('topic'),
  };
}

/** The filter of the claims on which a source may have had a position of one of the stances, by its id at the time. */
export async function voiceFilter(
  database: Database,
  { id, exact, stances }: { id: string; exact: boolean; stances: readonly Stance[] },
  clocks: SettledClocks,
): Promise<PastFilter> {
  const [members = []] = await membersAt(database, [{ id, lines: !exact }], clocks.knownAt);
  return { query: { exact }, clocks, positions: [{ voice: { id, members }, stances }] };
}

/** The ids of all whose words a filter is about. */
export function speakersOf({ positions, by }: PastFilter): string[] {
  return [...new Set([...positions.flatMap(({ voice }) => voice.members), ...(by?.members ?? [])])];
}

/** Whether the filters may find a claim, by what the speakers said (`readLedgersOf`) alone. */
export function mayFind(filter: PastFilter, ledger: ClaimLedgerAt): boolean {
  const { asOf } = filter.clocks;
  const { live, positions } = summarize(ledger, asOf);
  return (
    filter.positions.every(
      (position) =>
        takes(filter, position, positions) ||
        // Of who speaks for it here and is no part of it, not everything was read.
        ledger.attributions.some(({ speakingFor }) => position.voice.members.includes(speakingFor ?? '')),
    ) &&
    (filter.by === undefined || ledger.attributions.some((each) => live.has(each.id) && isMeant(filter, ledger, each)))
  );
}

function takes(
  { query }: PastFilter,
  { voice, stances }: PastFilter['positions'][number],
  positions: readonly SourcePosition[],
): boolean {
  const isVoice = ({ sourceId, path }: SourcePosition) =>
    query.exact === true ? sourceId === voice.id : path.includes(voice.id);
  return positions.some((position) => stances.includes(position.stance) && isVoice(position));
}

/** Whether a claim of the time is one that the filters find, as far as what was said about it decides. */
export function finds(filter: PastFilter, ledger: ClaimLedgerAt, summary: ClaimSummary): boolean {
  const { query, clocks, positions, report, outlet } = filter;
  const live = ledger.attributions.filter(({ id }) => summary.live.has(id));
  const reports = new Map(ledger.reports.map((each) => [each.id, each]));
  const outlets = new Set(outlet?.members);
  return (
    (clocks.asOf === null || live.length > 0) &&
    (query.standing === undefined || summary.standing === query.standing) &&
    (query.flag === undefined || summary.flags.includes(query.flag)) &&
    positions.every((position) => takes(filter, position, summary.positions)) &&
    (report === undefined || live.some(({ reportId }) => reportId === report.id)) &&
    (outlet === undefined || live.some(({ reportId }) => outlets.has(reports.get(reportId)?.outletId ?? ''))) &&
    (!asksOfOneAttribution(query) || live.some((attribution) => isMeant(filter, ledger, attribution)))
  );
}

function isMeant({ query, by }: PastFilter, ledger: ClaimLedgerAt, attribution: LedgerAttribution): boolean {
  const report = ledger.reports.find(({ id }) => id === attribution.reportId);
  if (report === undefined) return false;
  const { sourceId, speakingFor, stance, said } = attribution;
  const voices = () =>
    query.exact === true
      ? [sourceId]
      : raise(sourceId, timeOf(attribution, report).from, speakingFor, ledger.affiliations);
  return (
    (by === undefined || voices().includes(by.id)) &&
    (query.stance === undefined || stance === query.stance) &&
    touches(said, query['said.gte'], query['said.lt']) &&
    touches(report.published, query['published.gte'], query['published.lt'])
  );
}
