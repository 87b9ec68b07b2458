import type { Attribution } from './attribution.ts';
import { chainOf } from './chain.ts';
import { type Origin, originKey, originOf, raise } from './origin.ts';
import { timeOf } from './position.ts';
import type { SourcePosition } from './standing.ts';
import type { ClaimLedger, ClaimSummary } from './summary.ts';
import { SIDE_OF } from './vocabulary.ts';

/** On whose word a claim rests on one side, and how many only repeat it (DESIGN §3). */
export interface ClaimOrigin {
  readonly origin: Origin;
  readonly side: 'for' | 'against';
  /** The ids of the attributions that say so, in their order: of those whose position goes back to this origin. */
  readonly attributions: readonly string[];
  /** How many relays that count pass one of them on, at whatever distance. */
  readonly echoes: number;
}

/**
 * The origins of a claim, those for it first, the most echoed first: on either side as many as `counts` says. What somebody
 * said before for another organization than now is none of this origin's. An outlet's own `asserts` on a claim that it also
 * relays is no origin, and so is not here.
 */
export function originsOf(
  ledger: ClaimLedger,
  { live, positions }: Pick<ClaimSummary, 'live' | 'positions'>,
): ClaimOrigin[] {
  const counted = ledger.attributions.filter(({ id }) => live.has(id));
  const spoken = Map.groupBy(
    counted.filter(({ relaysId }) => relaysId === null),
    ({ sourceId }) => sourceId,
  );
  const echoes = echoesOf(counted, ledger.attributions);
  const keyOf = originKeys(ledger);

  const originated = positions.filter(({ isOrigin, side }) => isOrigin && side !== 'none');
  const groups = Map.groupBy(originated, ({ side, origin }) => `${side} ${originKey(origin)}`);
  const origins = [...groups.values()].map((group): ClaimOrigin => {
    const [{ origin, side }] = group as [SourcePosition];
    const attributions = group
      .flatMap(({ sourceId }) => spoken.get(sourceId) ?? [])
      .filter((each) => SIDE_OF[each.stance] === side && keyOf(each) === originKey(origin))
      .map(({ id }) => id)
      .sort();
    const repeated = attributions.reduce((sum, id) => sum + (echoes.get(id) ?? 0), 0);
    return { origin, side: side as ClaimOrigin['side'], attributions, echoes: repeated };
  });
  return origins.sort(
    (a, b) =>
      Number(b.side === 'for') - Number(a.side === 'for') ||
      b.echoes - a.echoes ||
      (originKey(a.origin) < originKey(b.origin) ? -1 : 1),
  );
}

/** How many of the relays that count have each attribution at the end of their chain. */
function echoesOf(counted: readonly Attribution[], all: readonly Attribution[]): Map<string, number> {
  const byId = new Map(all.map((attribution) => [attribution.id, attribution]));
  const echoes = new Map<string, number>();
  for (const relay of counted.filter(({ relaysId }) => relaysId !== null)) {
    const end = chainOf(relay, byId).at(-1)?.id ?? relay.id;
    echoes.set(end, (echoes.get(end) ?? 0) + 1);
  }
  return echoes;
}

/** What gives the key of the origin that an attribution goes back to by itself. */
function originKeys({ reports, sources, affiliations }: ClaimLedger): (attribution: Attribution) => string | undefined {
  const reportOf = new Map(reports.map((report) => [report.id, report]));
  const sourceOf = new Map(sources.map((source) => [source.id, source]));
  return (attribution) => {
    const [report, source] = [reportOf.get(attribution.reportId), sourceOf.get(attribution.sourceId)];
    if (report === undefined || source === undefined) return undefined;
    const path = raise(source.id, timeOf(attribution, report).from, attribution.speakingFor, affiliations);
    return originKey(originOf(source, path));
  };
}
