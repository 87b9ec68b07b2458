import { type Attribution, isPast, type Report } from './attribution.ts';

/** The most relays that a chain may have (DESIGN §2): 33 attributions at most, the origin included. */
export const MAX_HOPS = 32;

type Link = Pick<Attribution, 'id' | 'relaysId' | 'claimId'>;

/** Why a relay cannot be added, with the ids of the chain that it would make, front first. */
export interface BrokenChain {
  readonly reason: 'cycle' | 'other_claim' | 'too_long';
  readonly chain: readonly string[];
}

/**
 * The attribution and everything behind it, front first, the origin last. Ends early where a link is not in `byId`, and
 * before a link would come a second time.
 */
export function chainOf<T extends Link>(front: T, byId: ReadonlyMap<string, T>): T[] {
  const chain = [front];
  const seen = new Set([front.id]);
  let next = nextOf(front, byId);
  while (next !== undefined && !seen.has(next.id)) {
    chain.push(next);
    seen.add(next.id);
    next = nextOf(next, byId);
  }
  return chain;
}

/**
 * Checks a relay that is about to be put in front of what it relays (DESIGN §2): null where it may, else what is wrong.
 * Only what lies behind it counts: a new attribution has nothing in front. The nearest trouble is told first.
 */
export function checkChain<T extends Link>(relay: T, byId: ReadonlyMap<string, T>): BrokenChain | null {
  const links = chainOf(relay, byId);
  const chain = links.map((link) => link.id);
  if (links.some((link) => link.claimId !== relay.claimId)) return { reason: 'other_claim', chain };
  const relayed = links.at(-1)?.relaysId ?? null;
  if (relayed !== null && chain.includes(relayed)) return { reason: 'cycle', chain: [...chain, relayed] };
  if (chain.length - 1 > MAX_HOPS) return { reason: 'too_long', chain };
  return null;
}

/**
 * The ids of the live attributions (DESIGN §3). Sound: not withdrawn, and its report not retracted. Live: it and
 * everything it relays are sound and, if its report is `cited_unseen`, an unbroken line of sound relays leads from it
 * to a report that we hold, whatever their dates. A relay of something that is not among the attributions relays nothing
 * sound. `asOf` (microseconds) sees a report as it stood then: before its retraction it is what it was.
 */
export function liveness(
  attributions: readonly Attribution[],
  reports: readonly Report[],
  asOf: number | null = null,
): Set<string> {
  const byId = new Map(attributions.map((attribution) => [attribution.id, attribution]));
  const statusOf = new Map(reports.map((report) => [report.id, statusAt(report, asOf)]));
  const relaysOf = Map.groupBy(attributions, (attribution) => attribution.relaysId);

  const isSound = (attribution: Attribution): boolean => {
    const status = statusOf.get(attribution.reportId);
    return !attribution.withdrawn && status !== undefined && status !== 'retracted';
  };
  const restsOnSound = (attribution: Attribution): boolean => {
    const chain = chainOf(attribution, byId);
    return chain.at(-1)?.relaysId === null && chain.every(isSound);
  };
  /** What was found out already; an attribution that is being looked at does not hold itself up. */
  const heldUp = new Map<string, boolean>();
  const isHeldUp = (attribution: Attribution): boolean => {
    const known = heldUp.get(attribution.id);
    if (known !== undefined) return known;
    heldUp.set(attribution.id, false);
    const held =
      statusOf.get(attribution.reportId) !== 'cited_unseen' ||
      (relaysOf.get(attribution.id) ?? []).some((relay) => isSound(relay) && isHeldUp(relay));
    heldUp.set(attribution.id, held);
    return held;
  };

  const live = attributions.filter((attribution) => restsOnSound(attribution) && isHeldUp(attribution));
  return new Set(live.map((attribution) => attribution.id));
}

/** What a report was at an instant: a retraction counts once the whole of its date is past (DESIGN §3). */
function statusAt({ status, retracted, statusBefore }: Report, asOf: number | null): Report['status'] {
  if (status !== 'retracted' || asOf === null || retracted == null || isPast(retracted, asOf)) return status;
  return statusBefore ?? 'held';
}

function nextOf<T extends Link>(link: T, byId: ReadonlyMap<string, T>): T | undefined {
  return link.relaysId === null ? undefined : byId.get(link.relaysId);
}
