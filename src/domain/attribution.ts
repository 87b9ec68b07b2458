import type { Certainty, ReportStatus, SourceKind, Stance } from './vocabulary.ts';

/** A half-open range [from, until) in microseconds since the epoch, never empty; null is open. */
export interface TimeRange {
  readonly from: number | null;
  readonly until: number | null;
}

/** Whether the whole of a range lies before an instant (microseconds): an approximate date counts from then on (DESIGN §3). */
export function isPast({ until }: TimeRange, asOf: number): boolean {
  return until !== null && until <= asOf;
}

/** An attribution as far as the rules of DESIGN §3 look at it. */
export interface Attribution {
  readonly id: string;
  readonly claimId?: string;
  readonly sourceId: string;
  readonly reportId: string;
  readonly stance: Stance;
  readonly certainty: Certainty;
  /** The attribution that this one passes on; its stance is then `reports`. */
  readonly relaysId: string | null;
  /** An organization's id; `self` where the source spoke for itself alone; null: as its dated `speaksFor` says. */
  readonly speakingFor: string | null;
  readonly said: TimeRange | null;
  /** Microseconds since the epoch, in the order of commits. */
  readonly recordedAt: number | bigint;
  readonly withdrawn: boolean;
  readonly hasQuote: boolean;
  /** Whether the words of its quote are no longer in the text of its report; absent: no. */
  readonly quoteLost?: boolean;
}

/** A report as far as the rules look at it. */
export interface Report {
  readonly id: string;
  readonly status: ReportStatus;
  readonly published: TimeRange | null;
  /** When its outlet retracted it; absent where nobody says, and then it was so from the beginning. */
  readonly retracted?: TimeRange | null;
  /** What a retracted one was before; held, if absent. */
  readonly statusBefore?: Exclude<ReportStatus, 'retracted'> | null;
  /** Whether there is a copy of it in an archive; absent: no. */
  readonly archived?: boolean;
}

/** A source as far as the rules look at it; `hostId` is the outlet that hosts an anonymous one. */
export interface Source {
  readonly id: string;
  readonly kind: SourceKind;
  readonly hostId: string | null;
}

/**
 * A dated `partOf` or `speaksFor` of a source: valid in [validFrom, validUntil), at most one of each kind at any
 * instant.
 */
export interface Affiliation {
  readonly sourceId: string;
  readonly kind: 'part_of' | 'speaks_for';
  readonly organizationId: string;
  readonly validFrom: number | null;
  readonly validUntil: number | null;
}
