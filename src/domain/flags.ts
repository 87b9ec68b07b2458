import type { Attribution, Report } from './attribution.ts';
import { liveness } from './chain.ts';
import { type ClaimLedger, saidBy } from './claim-ledger.ts';
import { raise } from './origin.ts';
import { timeOf } from './position.ts';
import { isOverdue, outcomeAt, type Prediction } from './prediction.ts';
import type { SourcePosition } from './standing.ts';
import { FLAGS, type Flag, SIDE_OF, type Standing } from './vocabulary.ts';

/** What the flags of a claim look at beside what was said of it; instants in microseconds since the epoch. */
export interface Circumstances {
  /** The ids of the sources that it is about. */
  readonly about: readonly string[];
  /** Who was asked about it, and when. */
  readonly asked: readonly { readonly sourceId: string; readonly askedAt: number }[];
  readonly prediction: Prediction | null;
  /** The claims that it contradicts or that contradict it, and those that it depends on, by confirmed relations. */
  readonly bearings: readonly Bearing[];
  /** When it is asked whether a prediction is overdue. */
  readonly at: number;
}

/** A claim that bears on another one. */
export interface Bearing {
  readonly type: 'contradicts' | 'depends_on';
  readonly claim: Bearer;
}

/** What a claim has to be for others to be contradicted or undermined by it. */
export interface Bearer {
  readonly hasOriginFor: boolean;
  readonly isDenied: boolean;
  readonly isRetracted: boolean;
  readonly didNotComeTrue: boolean;
}

/** What was said by the time in question. */
interface Said {
  readonly live: readonly Attribution[];
  readonly positions: readonly SourcePosition[];
}

/** What was made of a claim. */
interface Summarized {
  readonly live: ReadonlySet<string>;
  readonly positions: readonly SourcePosition[];
  readonly standing: Standing;
}

/** The flags of DESIGN §3, in the order of FLAGS. `asOf` is that of `summarize`. */
export function flagsOf(ledger: ClaimLedger, said: Said, circumstances: Circumstances, asOf: number | null): Flag[] {
  const { prediction, bearings, at } = circumstances;
  const holds: Readonly<Record<Flag, boolean>> = {
    anonymous_only: isAnonymousOnly(said.positions, ledger),
    uncontacted: uncontactedOf(ledger, said.live, circumstances, asOf).length > 0,
    no_quote: said.live.length > 0 && !said.live.some(({ hasQuote }) => hasQuote),
    quote_lost: said.live.some(({ quoteLost }) => quoteLost === true),
    unarchived: isUnarchived(said.live, ledger.reports),
    overdue: prediction !== null && isOverdue(prediction, at, asOf),
    contradicted: bearings.some(({ type, claim }) => type === 'contradicts' && claim.hasOriginFor),
    undermined: bearings.some(({ type, claim }) => type === 'depends_on' && underminesOthers(claim)),
  };
  return FLAGS.filter((flag) => holds[flag]);
}

/** Whether a claim takes away the ground of those that depend on it: it is denied, was retracted, or did not come true. */
function underminesOthers({ isDenied, isRetracted, didNotComeTrue }: Bearer): boolean {
  return isDenied || isRetracted || didNotComeTrue;
}

/** What a claim is to others, by its own summary and outcome. */
export function bearerOf(
  ledger: ClaimLedger,
  summary: Summarized,
  prediction: Prediction | null,
  asOf: number | null,
): Bearer {
  return {
    hasOriginFor: hasOriginFor(summary.positions),
    isDenied: summary.standing === 'denied',
    isRetracted: isRetracted(ledger, summary, asOf),
    didNotComeTrue: prediction !== null && outcomeAt(prediction, asOf) === 'did_not',
  };
}

function hasOriginFor(positions: readonly SourcePosition[]): boolean {
  return positions.some(({ side, isOrigin }) => side === 'for' && isOrigin);
}

/**
 * Whether a claim was retracted: no origin for it is left, and something for it fell because a report was retracted, or was
 * taken back by its own source. What we withdrew was our own error, and retracts nothing.
 */
export function isRetracted(
  ledger: ClaimLedger,
  { live, positions }: Pick<Summarized, 'live' | 'positions'>,
  asOf: number | null,
): boolean {
  if (hasOriginFor(positions)) return false;
  const said = asOf === null ? ledger.attributions : saidBy(ledger, asOf);
  const without = liveness(ledger.attributions, ledger.reports.map(beforeRetraction), asOf);
  const stands = new Set(positions.map(({ sourceId }) => sourceId));
  return said.some(
    ({ id, sourceId, stance }) => SIDE_OF[stance] === 'for' && (live.has(id) ? !stands.has(sourceId) : without.has(id)),
  );
}

function beforeRetraction(report: Report): Report {
  return report.status === 'retracted' ? { ...report, status: report.statusBefore ?? 'held' } : report;
}

function isAnonymousOnly(positions: readonly SourcePosition[], { sources }: ClaimLedger): boolean {
  const anonymous = new Set(sources.filter(({ kind }) => kind === 'anonymous').map(({ id }) => id));
  const sourcesFor = positions.filter(({ side, isOrigin }) => side === 'for' && isOrigin);
  return sourcesFor.length > 0 && sourcesFor.every(({ sourceId }) => anonymous.has(sourceId));
}

/** Whether anything counts, and nothing of it lies in a report of which there is a copy in an archive. */
function isUnarchived(live: readonly Attribution[], reports: readonly Report[]): boolean {
  const archived = new Set(reports.filter((report) => report.archived === true).map(({ id }) => id));
  return live.length > 0 && !live.some(({ reportId }) => archived.has(reportId));
}

/**
 * Whom the claim is about, and who neither was asked nor took any stance, itself or through its parts or spokespeople, by the
 * dates of these (DESIGN §3). Passing on what others say (`reports`) is no stance of one's own.
 */
export function uncontactedOf(
  ledger: ClaimLedger,
  live: readonly Attribution[],
  { about, asked }: Pick<Circumstances, 'about' | 'asked'>,
  asOf: number | null,
): string[] {
  if (about.length === 0) return [];
  const reportOf = new Map(ledger.reports.map((report) => [report.id, report]));
  const spoke = live.flatMap((attribution) => {
    const report = reportOf.get(attribution.reportId);
    if (attribution.stance === 'reports' || report === undefined) return [];
    const { sourceId, speakingFor } = attribution;
    return raise(sourceId, timeOf(attribution, report).from, speakingFor, ledger.affiliations);
  });
  const wasAsked = asked
    .filter(({ askedAt }) => asOf === null || askedAt <= asOf)
    .flatMap(({ sourceId, askedAt }) => raise(sourceId, askedAt, null, ledger.affiliations));
  const contacted = new Set([...spoke, ...wasAsked]);
  return about.filter((id) => !contacted.has(id));
}
