/** The 97.5 % quantile of the normal distribution: an interval of ± so many standard deviations holds 95 %. */
const Z = 1.959964;

/** A share of cases, with the bounds between which the rate behind it lies. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The score interval of a share of `count` in `of` cases at 95 % (E. B. Wilson, 1927): what rate may lie behind it. It stays
 * within 0 and 1, holds the share, and is honest about few cases, where a share by itself pretends to know.
 * @param of 1 or more
 */
export function wilson(count: number, of: number): Interval {
  const share = count / of;
  const damped = 1 + Z ** 2 / of;
  const centre = (share + Z ** 2 / (2 * of)) / damped;
  const margin = (Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2))) / damped;
  // At the ends the bound is the end itself, which the roots miss by a hair.
  return { low: count === 0 ? 0 : Math.max(0, centre - margin), high: count === of ? 1 : Math.min(1, centre + margin) };
}
