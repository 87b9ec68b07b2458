import { latest, liesWhollyAfter, type TimedStance } from './position.ts';
import { type Order, SIDE_OF } from './vocabulary.ts';

/** A source's change from one side to the other on a claim, by the two stances that show it (DESIGN §3). */
export interface Reversal {
  readonly from: TimedStance;
  readonly to: TimedStance;
  /** `undetermined` where neither is certain to be the later one; the one recorded last is then taken for it. */
  readonly order: Order;
}

/**
 * The reversals of one source on one claim, the earliest first, from its live stances on it. Only those for and against
 * count: silence is no stance, and who took back what it said and then said the opposite has changed sides all the same.
 */
export function reversalsOf(stances: readonly TimedStance[]): Reversal[] {
  const streaks = streaksOf(inOrder(stances.filter(({ attribution }) => SIDE_OF[attribution.stance] !== 'none')));
  return streaks.slice(1).map((after, index) => reversalBetween(streaks[index] ?? [], after));
}

/** The stances one after the other: each is the latest (DESIGN §3) of itself and those before it. */
export function inOrder(stances: readonly TimedStance[]): TimedStance[] {
  const left = new Set(stances);
  const ordered: TimedStance[] = [];
  for (let found = latest([...left]); found !== undefined; found = latest([...left])) {
    ordered.push(found.stance);
    left.delete(found.stance);
  }
  return ordered.reverse();
}

/** Stances that follow each other, cut where the side changes. */
function streaksOf(ordered: readonly TimedStance[]): TimedStance[][] {
  const streaks: TimedStance[][] = [];
  for (const stance of ordered) {
    const streak = streaks.at(-1);
    const before = streak?.at(-1);
    if (before !== undefined && SIDE_OF[before.attribution.stance] === SIDE_OF[stance.attribution.stance])
      streak?.push(stance);
    else streaks.push([stance]);
  }
  return streaks;
}

/**
 * The two stances of a change of side that lie closest together, of those, if there are any, of which one is certain to be
 * the later: a vague date beside exact ones makes a certain change no less certain.
 */
function reversalBetween(before: readonly TimedStance[], after: readonly TimedStance[]): Reversal {
  for (const to of after) {
    const from = before.findLast(({ time }) => liesWhollyAfter(to.time, time));
    if (from !== undefined) return { from, to, order: 'determined' };
  }
  const [from, to] = [before.at(-1), after[0]] as [TimedStance, TimedStance];
  return { from, to, order: 'undetermined' };
}
