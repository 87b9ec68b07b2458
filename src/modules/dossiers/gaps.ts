import { type ClaimOrigin, originsOf, wordsOf } from '../../domain/claim-origins.ts';
import { uncontactedOf } from '../../domain/flags.ts';
import { type Gap, gapsOf } from '../../domain/gaps.ts';
import type { Claim } from '../claims/schema.ts';
import type { SummarizedClaim } from '../claims/summaries.ts';
import type { ReplyRequest } from '../reply-requests/schema.ts';
import type { DossierClocks } from './clocks.ts';
import type { Facts } from './facts.ts';

/** What the gaps of a claim are found in. */
export interface Looked extends SummarizedClaim {
  readonly claim: Claim;
  /** Those of the claim. */
  readonly replyRequests: readonly ReplyRequest[];
  readonly facts: Facts;
  /** Attributions that are evidence and do not count. */
  readonly fallen: ReadonlySet<string>;
  readonly clocks: DossierClocks;
}

/** The gaps of a claim by the clocks. */
export function gapsOfClaim({ claim, ledger, summary, replyRequests, facts, fallen, clocks }: Looked): Gap[] {
  const live = ledger.attributions.filter(({ id }) => summary.live.has(id));
  const uncontacted = new Set(uncontactedOf(ledger, live, ledger.circumstances, clocks.asOf));
  const isFor = ({ side }: ClaimOrigin) => side === 'for';
  const { prediction } = claim;
  return gapsOf({
    flags: claim.flags,
    originsFor: originsOf(wordsOf(ledger, summary.live), summary.positions)
      .filter(isFor)
      .flatMap(({ origin }) => {
        const source = facts.sources.get(origin.sourceId);
        return source === undefined ? [] : [{ source, anonymous: origin.anonymous }];
      }),
    uncontacted: claim.about.flatMap(({ id }) => (uncontacted.has(id) ? (facts.sources.get(id) ?? []) : [])),
    overdueRequests: replyRequests.filter(({ state }) => state === 'overdue'),
    reports: [...new Set(live.map(({ reportId }) => reportId))].flatMap((id) => {
      const report = facts.reports.get(id);
      return report === undefined || report.isOurs ? [] : [report];
    }),
    lostIn: [...new Set(live.filter(({ quoteLost }) => quoteLost).map(({ reportId }) => reportId))],
    prediction: prediction && { ...prediction, evidence: evidenceOf(prediction, fallen) },
  });
}

function evidenceOf({ evidence }: NonNullable<Claim['prediction']>, fallen: ReadonlySet<string>) {
  if (evidence === null) return 'none';
  return 'attribution' in evidence && fallen.has(evidence.attribution) ? 'fallen' : 'given';
}
