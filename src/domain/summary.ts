import { type Affiliation, type Attribution, isPast, type Report, type Source } from './attribution.ts';
import { chainOf, liveness } from './chain.ts';
import { originOf, raise } from './origin.ts';
import { positionOf, timeOf } from './position.ts';
import { countPositions, type PositionCounts, type SourcePosition, standingOf } from './standing.ts';
import type { Flag, Standing } from './vocabulary.ts';

/** All attributions of one claim, and what they refer to. */
export interface ClaimLedger {
  readonly attributions: readonly Attribution[];
  readonly reports: readonly Report[];
  readonly sources: readonly Source[];
  readonly affiliations: readonly Affiliation[];
}

/** `counts` of a claim as DESIGN §4 shows them; `relays` and `attributions` count live ones only. */
export interface Counts extends PositionCounts {
  readonly relays: number;
  readonly attributions: number;
}

/**
 * Everything that DESIGN §3 derives of one claim; positions in the order of their sources' ids, flags in that of FLAGS.
 */
export interface ClaimSummary {
  readonly live: ReadonlySet<string>;
  readonly positions: readonly SourcePosition[];
  readonly standing: Standing;
  readonly flags: readonly Flag[];
  readonly counts: Counts;
}

/**
 * The whole of DESIGN §3 for one claim, from scratch: the reference against which the stored summaries are held, and what
 * answers for the past. With `asOf` (microseconds since the epoch) only what had been said by then counts, and reports are
 * as they stood then. Throws where an attribution names a report or source that is not given.
 */
export function summarize(ledger: ClaimLedger, asOf: number | null = null): ClaimSummary {
  const live = countedAttributions(ledger, asOf);
  const positions = positionsOf(live, ledger);
  const relays = live.filter(isRelay).length;
  return {
    live: new Set(live.map(({ id }) => id)),
    positions,
    standing: standingOf(positions),
    flags: flagsOf(live, positions, ledger.sources),
    counts: { ...countPositions(positions), relays, attributions: live.length },
  };
}

/**
 * The attributions that count: live ones, and with `asOf` of these only those that had been said by then. What holds an
 * unseen report up may be of any date.
 */
export function countedAttributions(ledger: ClaimLedger, asOf: number | null): Attribution[] {
  const liveIds = liveness(ledger.attributions, ledger.reports, asOf);
  const said = asOf === null ? ledger.attributions : saidBy(ledger, asOf);
  return said.filter(({ id }) => liveIds.has(id));
}

/** The attributions that had been said by an instant, live or not: the whole range of their time is past. */
export function saidBy({ attributions, reports }: ClaimLedger, asOf: number): Attribution[] {
  const reportOf = new Map(reports.map((report) => [report.id, report]));
  return attributions.filter((each) => isPast(timeOf(each, given(reportOf, each.reportId)), asOf));
}

/**
 * Whether a relay passes on that the claim is so, or what nobody knows the origin of. Then what its outlet asserts it has from
 * there; who passes on a denial and asserts the claim all the same speaks on its own word.
 */
function passesOnAssertion(relay: Attribution, byId: ReadonlyMap<string, Attribution>): boolean {
  const stance = chainOf(relay, byId).at(-1)?.stance;
  return stance === 'asserts' || stance === 'confirms' || stance === 'reports';
}

function positionsOf(live: readonly Attribution[], ledger: ClaimLedger): SourcePosition[] {
  const byId = new Map(ledger.attributions.map((attribution) => [attribution.id, attribution]));
  const reports = new Map(ledger.reports.map((report) => [report.id, report]));
  const sources = new Map(ledger.sources.map((source) => [source.id, source]));
  const bySource = Map.groupBy(live, ({ sourceId }) => sourceId);

  const positions = [...bySource].flatMap(([sourceId, own]): SourcePosition[] => {
    const stances = own.map((attribution) => ({
      attribution,
      time: timeOf(attribution, given(reports, attribution.reportId)),
    }));
    const position = positionOf(stances);
    if (position === null) return [];
    const source = given(sources, sourceId);
    const speakingFor = own.find(({ id }) => id === position.attributionId)?.speakingFor ?? null;
    const path = raise(sourceId, position.time.from, speakingFor, ledger.affiliations);
    const relaysItToo =
      source.kind === 'outlet' &&
      position.stance === 'asserts' &&
      own.some((each) => isRelay(each) && passesOnAssertion(each, byId));
    return [{ ...position, sourceId, path, origin: originOf(source, path), isOrigin: !relaysItToo }];
  });
  return positions.sort((a, b) => (a.sourceId < b.sourceId ? -1 : 1));
}

/** The flags of DESIGN §3 that are kept today (FLAGS). */
function flagsOf(
  live: readonly Attribution[],
  positions: readonly SourcePosition[],
  sources: readonly Source[],
): Flag[] {
  const anonymous = new Set(sources.filter(({ kind }) => kind === 'anonymous').map(({ id }) => id));
  const sourcesFor = positions.filter(({ side, isOrigin }) => side === 'for' && isOrigin);
  const flags: Flag[] = [];
  if (sourcesFor.length > 0 && sourcesFor.every(({ sourceId }) => anonymous.has(sourceId)))
    flags.push('anonymous_only');
  if (live.length > 0 && !live.some(({ hasQuote }) => hasQuote)) flags.push('no_quote');
  return flags;
}

function isRelay({ stance, relaysId }: Attribution): boolean {
  return stance === 'reports' && relaysId !== null;
}

function given<T>(things: ReadonlyMap<string, T>, id: string): T {
  const thing = things.get(id);
  if (thing === undefined) throw new Error(`the ledger of the claim does not hold ${id}`);
  return thing;
}
