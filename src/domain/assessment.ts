import { isPast, type TimeRange } from './attribution.ts';
import type { TimedStance } from './position.ts';
import { inOrder } from './reversal.ts';

/** An assessment, as far as its place among others counts. */
export interface DatedAssessment {
  readonly id: string;
  /** When it was published; null where nobody says. */
  readonly published: TimeRange | null;
  /** Microseconds since the epoch, in the order of commits. */
  readonly recordedAt: number;
}

/** When a verdict was given: when it was published, else the microsecond in which it was recorded. */
export function timeOfAssessment({ published, recordedAt }: DatedAssessment): TimeRange {
  return published ?? { from: recordedAt, until: recordedAt + 1 };
}

/**
 * Of the assessments of one claim by one reviewer, by their ids, the one that supersedes each: the next in the order of DESIGN
 * §3 (the latest is the one recorded last among those that no other lies wholly after). Null for the latest: it is the current
 * one. With `asOf` (microseconds since the epoch) only those count that were published by then, the whole of an approximate date
 * past; the others are absent.
 */
export function successorsOf(
  assessments: readonly DatedAssessment[],
  asOf: number | null = null,
): Map<string, string | null> {
  const given = assessments.filter((each) => asOf === null || isPast(timeOfAssessment(each), asOf));
  const ordered = inOrder(given.map(asStance));
  return new Map(ordered.map(({ attribution }, index) => [attribution.id, ordered[index + 1]?.attribution.id ?? null]));
}

/** A verdict takes its place in time as a stance does. */
function asStance(assessment: DatedAssessment): TimedStance {
  const { id, recordedAt } = assessment;
  return {
    attribution: { id, recordedAt, stance: 'asserts', certainty: 'unstated' },
    time: timeOfAssessment(assessment),
  };
}
