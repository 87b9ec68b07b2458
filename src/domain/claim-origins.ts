import { chainOf } from './chain.ts';
import type { ClaimLedger } from './claim-ledger.ts';
import { type Origin, originKey, originOf, raise } from './origin.ts';
import { timeOf } from './position.ts';
import type { SourcePosition } from './standing.ts';
import type { ClaimSummary } from './summary.ts';
import { SIDE_OF, type Stance } from './vocabulary.ts';

/** An attribution as far as the origins of its claim look at it. */
export interface Word {
  readonly id: string;
  readonly sourceId: string;
  readonly stance: Stance;
  readonly relaysId: string | null;
  /** Whether it counts: live, and said by the time in question. */
  readonly counts: boolean;
  /** On whose word it rests by itself; null for a relay. */
  readonly origin: Origin | null;
}

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
  words: readonly Word[],
  positions: readonly Pick<SourcePosition, 'sourceId' | 'side' | 'origin' | 'isOrigin'>[],
): ClaimOrigin[] {
  const counted = words.filter(({ counts }) => counts);
  const spoken = Map.groupBy(
    counted.filter(({ relaysId }) => relaysId === null),
    ({ sourceId }) => sourceId,
  );
  const echoes = echoesOf(counted, words);

  const originated = positions.filter(({ isOrigin, side }) => isOrigin && side !== 'none');
  const groups = Map.groupBy(originated, ({ side, origin }) => `${side} ${originKey(origin)}`);
  const origins = [...groups.values()].map((group): ClaimOrigin => {
    const [{ origin, side }] = group as [SourcePosition];
    const attributions = group
      .flatMap(({ sourceId }) => spoken.get(sourceId) ?? [])
      .filter((word) => SIDE_OF[word.stance] === side && word.origin && originKey(word.origin) === originKey(origin))
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
function echoesOf(counted: readonly Word[], all: readonly Word[]): Map<string, number> {
  const byId = new Map(all.map((word) => [word.id, word]));
  const echoes = new Map<string, number>();
  for (const relay of counted.filter(({ relaysId }) => relaysId !== null)) {
    const end = chainOf(relay, byId).at(-1)?.id ?? relay.id;
    echoes.set(end, (echoes.get(end) ?? 0) + 1);
  }
  return echoes;
}

/** The attributions of a claim as its origins look at them; `live` are those that count. */
export function wordsOf(
  { attributions, reports, sources, affiliations }: ClaimLedger,
  live: ClaimSummary['live'],
): Word[] {
  const reportOf = new Map(reports.map((report) => [report.id, report]));
  const sourceOf = new Map(sources.map((source) => [source.id, source]));
  return attributions.map((attribution) => {
    const { id, sourceId, reportId, stance, relaysId, speakingFor } = attribution;
    const [report, source] = [reportOf.get(reportId), sourceOf.get(sourceId)];
    const rests = relaysId === null && report !== undefined && source !== undefined;
    const origin = rests
      ? originOf(source, raise(sourceId, timeOf(attribution, report).from, speakingFor, affiliations))
      : null;
    return { id, sourceId, stance, relaysId, counts: live.has(id), origin };
  });
}
