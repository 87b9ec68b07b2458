import type { Attribution, Report, TimeRange } from './attribution.ts';
import { type Certainty, type Order, SIDE_OF, type Side, type Stance } from './vocabulary.ts';

/** An attribution, as far as its place among others of its source counts, with the time of its stance. */
export interface TimedStance {
  readonly attribution: Pick<Attribution, 'id' | 'stance' | 'certainty' | 'recordedAt'>;
  readonly time: TimeRange;
}

/** What a source stands for on a claim now, and by which attribution. */
export interface Position {
  readonly stance: Stance;
  readonly side: Side;
  readonly certainty: Certainty;
  readonly attributionId: string;
  readonly time: TimeRange;
  readonly order: Order;
}

/**
 * When a stance was taken (DESIGN §3): `said`, else its report's `published`, else the microsecond it was recorded in.
 */
export function timeOf(attribution: Attribution, report: Report): TimeRange {
  const recorded = Number(attribution.recordedAt);
  return attribution.said ?? report.published ?? { from: recorded, until: recorded + 1 };
}

/**
 * The latest of several stances (DESIGN §3), undefined for none: among those that no other lies wholly after,
 * `retracts` wins, then the one recorded last, then the higher id.
 */
export function latest(stances: readonly TimedStance[]): { stance: TimedStance; order: Order } | undefined {
  const lastFrom = stances.reduce((last, { time }) => Math.max(last, time.from ?? last), Number.NEGATIVE_INFINITY);
  const candidates = stances.filter(({ time }) => time.until === null || lastFrom < time.until);
  const [stance] = candidates.toSorted(winnerFirst);
  if (stance === undefined) return undefined;
  const sides = new Set(candidates.map((candidate) => SIDE_OF[candidate.attribution.stance]));
  return { stance, order: sides.size > 1 ? 'undetermined' : 'determined' };
}

/**
 * The position of one source on one claim (DESIGN §3), from its live stances on it: the latest for or against, unless a
 * later `retracts` leaves none; only if it never took one, the latest `declines_to_comment` or `no_response`. `reports`
 * is no position.
 */
export function positionOf(stances: readonly TimedStance[]): Position | null {
  const ofStance = (...wanted: Stance[]) => stances.filter(({ attribution }) => wanted.includes(attribution.stance));
  const tookSide = stances.some(({ attribution }) => SIDE_OF[attribution.stance] !== 'none');
  const found = latest(
    tookSide
      ? ofStance('asserts', 'confirms', 'denies', 'doubts', 'retracts')
      : ofStance('declines_to_comment', 'no_response'),
  );
  if (found === undefined || found.stance.attribution.stance === 'retracts') return null;
  const { attribution, time } = found.stance;
  return {
    stance: attribution.stance,
    side: SIDE_OF[attribution.stance],
    certainty: attribution.certainty,
    attributionId: attribution.id,
    time,
    order: found.order,
  };
}

/** Whether the whole of a time is certain to lie after another. */
export function liesWhollyAfter(y: TimeRange, x: TimeRange): boolean {
  return y.from !== null && x.until !== null && y.from >= x.until;
}

function winnerFirst({ attribution: a }: TimedStance, { attribution: b }: TimedStance): number {
  const retraction = Number(b.stance === 'retracts') - Number(a.stance === 'retracts');
  if (retraction !== 0) return retraction;
  if (a.recordedAt !== b.recordedAt) return a.recordedAt < b.recordedAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
