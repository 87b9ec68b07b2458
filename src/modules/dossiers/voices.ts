import type { ClaimLedger } from '../../domain/claim-ledger.ts';
import type { ClaimOrigin } from '../../domain/claim-origins.ts';
import { originKey } from '../../domain/origin.ts';
import { latest, timeOf } from '../../domain/position.ts';
import type { Voice } from '../../domain/sentence-facts.ts';
import type { SourcePosition } from '../../domain/standing.ts';
import type { ClaimSummary } from '../../domain/summary.ts';
import type { Attribution } from '../attributions/schema.ts';
import type { Facts } from './facts.ts';

/** What voices are made of. */
export interface Spoken {
  readonly ledger: ClaimLedger;
  readonly summary: Pick<ClaimSummary, 'live' | 'positions'>;
  /** The origins of the claim in their order. */
  readonly origins: readonly ClaimOrigin[];
  /** The attributions of the claim as the API gives them, by their ids. */
  readonly nodes: ReadonlyMap<string, Attribution>;
  readonly facts: Facts;
}

/**
 * Everyone whom an attribution sentence may name, in its order: those on whose word the claim rests or is denied, those who
 * declined or did not answer, those who took back what they had said, and, where nothing else is for it, what was only reported.
 */
export function voicesOf(spoken: Spoken): Voice[] {
  const { summary, origins } = spoken;
  const rests = origins.flatMap(({ origin, side }) =>
    summary.positions
      .filter(
        (position) => position.isOrigin && position.side === side && originKey(position.origin) === originKey(origin),
      )
      .map((position) => voiceOf(spoken, position.attributionId, position)),
  );
  const silent = summary.positions
    .filter(({ side }) => side === 'none')
    .map((position) => voiceOf(spoken, position.attributionId, position));
  const isSaid = origins.some(({ side }) => side === 'for');
  return [...rests, ...silent, ...tookBack(spoken), ...(isSaid ? [] : hearsay(spoken))].flat();
}

function voiceOf(
  spoken: Spoken,
  attributionId: string,
  position?: Pick<SourcePosition, 'origin' | 'side' | 'order'>,
): Voice[] {
  const node = spoken.nodes.get(attributionId);
  const attribution = spoken.ledger.attributions.find(({ id }) => id === attributionId);
  const source = attribution && spoken.facts.sources.get(attribution.sourceId);
  if (node === undefined || source === undefined) return [];
  const { stance, certainty, emphasis, said } = node;
  return [
    {
      source,
      stance,
      certainty,
      emphasis,
      said,
      outlets: outletsOf(spoken, attributionId),
      origin: position === undefined ? attributionId : originKey(position.origin),
      order: position?.order ?? 'determined',
    },
  ];
}

/** By whom an attribution is told: the outlet of its report, then those of the live relays that pass it on, the nearest first. */
function outletsOf({ ledger, summary, nodes, facts }: Spoken, attributionId: string): string[] {
  const relays = Map.groupBy(ledger.attributions, ({ relaysId }) => relaysId);
  const outlets = new Set<string>();
  let links = [attributionId];
  while (links.length > 0) {
    for (const id of links) {
      const report = nodes.get(id)?.report;
      // What is only in a document of our own nobody has told.
      if (report !== undefined && !facts.reports.get(report.id)?.isOurs) outlets.add(report.outlet.name);
    }
    links = links.flatMap((id) =>
      (relays.get(id) ?? []).filter((relay) => summary.live.has(relay.id)).map(({ id: front }) => front),
    );
  }
  return [...outlets];
}

/** Sources that took a side, and whose `retracts` leaves them none. */
function tookBack(spoken: Spoken): Voice[][] {
  const { ledger, summary } = spoken;
  const stands = new Set(summary.positions.map(({ sourceId }) => sourceId));
  const reportOf = new Map(ledger.reports.map((report) => [report.id, report]));
  const taken = ledger.attributions.filter(
    ({ id, stance, sourceId }) => stance === 'retracts' && summary.live.has(id) && !stands.has(sourceId),
  );
  return [...Map.groupBy(taken, ({ sourceId }) => sourceId).values()].flatMap((own) => {
    const stances = own.flatMap((attribution) => {
      const report = reportOf.get(attribution.reportId);
      return report === undefined ? [] : [{ attribution, time: timeOf(attribution, report) }];
    });
    const last = latest(stances)?.stance.attribution.id;
    return last === undefined ? [] : [voiceOf(spoken, last)];
  });
}

/** What was reported without anybody on whose word. */
function hearsay(spoken: Spoken): Voice[][] {
  const { ledger, summary } = spoken;
  return ledger.attributions
    .filter(({ id, stance, relaysId }) => stance === 'reports' && relaysId === null && summary.live.has(id))
    .map(({ id }) => voiceOf(spoken, id));
}
