import type { Attribution } from './attribution.ts';
import { chainOf } from './chain.ts';
import { type ClaimLedger, countedAttributions, given } from './claim-ledger.ts';
import { type Circumstances, flagsOf } from './flags.ts';
import { originOf, raise } from './origin.ts';
import { positionOf, timeOf } from './position.ts';
import { countPositions, type PositionCounts, type SourcePosition, standingOf } from './standing.ts';
import type { Flag, Standing } from './vocabulary.ts';

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

/** A claim that is about nobody, of which nobody was asked, and that no other bears on. */
const NOTHING_BESIDE: Circumstances = { about: [], asked: [], prediction: null, bearings: [], at: 0 };

/**
 * The whole of DESIGN §3 for one claim, from scratch: the reference against which the stored summaries are held, and what
 * answers for the past. With `asOf` (microseconds since the epoch) only what had been said by then counts, and reports are
 * as they stood then; `circumstances` decide the flags. Throws where an attribution names a report or source that is not given.
 */
export function summarize(
  ledger: ClaimLedger,
  asOf: number | null = null,
  circumstances: Circumstances = NOTHING_BESIDE,
): ClaimSummary {
  const live = countedAttributions(ledger, asOf);
  const positions = positionsOf(live, ledger);
  const relays = live.filter(isRelay).length;
  return {
    live: new Set(live.map(({ id }) => id)),
    positions,
    standing: standingOf(positions),
    flags: flagsOf(ledger, { live, positions }, circumstances, asOf),
    counts: { ...countPositions(positions), relays, attributions: live.length },
  };
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

function isRelay({ stance, relaysId }: Attribution): boolean {
  return stance === 'reports' && relaysId !== null;
}
