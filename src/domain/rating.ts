import { foldName } from './names.ts';
import { type FieldError, Problem } from './problem.ts';
import type { Verdict } from './vocabulary.ts';

/** A rating as its reviewer gives it (schema.org Rating); with a value it has its range, and without one neither. */
export interface Rating {
  readonly ratingValue: number | null;
  readonly bestRating: number | null;
  readonly worstRating: number | null;
  readonly alternateName: string | null;
}

/** A rating as a person writes it: what is left out is looked up. */
export type WrittenRating = { readonly [Member in keyof Rating]?: Rating[Member] | undefined };

/** One of the ratings of a scheme, and what it says of the claim. */
export interface SchemeRating {
  readonly ratingValue: number;
  readonly alternateName: string;
  readonly verdict: Verdict;
}

/** The ratings that a reviewer gives, from the worst to the best value. */
export interface RatingScale {
  readonly worstRating: number;
  readonly bestRating: number;
  readonly ratings: readonly SchemeRating[];
}

/** What schema.org takes for the range of a rating that names none (Rating: bestRating 5, worstRating 1). */
const BEST = 5;
const WORST = 1;

/**
 * The verdict of a value between the worst and the best rating, where its reviewer has no scheme that says so: of the range it
 * has at least three quarters, `true`; at most one quarter, `false`; else `mixed`. On the scale of schema.org and of Google's
 * guidelines for ClaimReview (1 False, 2 Mostly false, 3 Half true, 4 Mostly true, 5 True) that is 4 and 5, 1 and 2, and 3.
 */
export function verdictOf(value: number, { best, worst }: { best: number; worst: number }): Verdict {
  const [share, range] = [value - worst, best - worst];
  if (share * 4 >= range * 3) return 'true';
  return share * 4 <= range ? 'false' : 'mixed';
}

/**
 * A rating in full, and what it says of the claim. By the scheme of its reviewer, it is one of the scheme's ratings: named by
 * its value, by its name (`foldName`), or by both, which must then agree. Without a scheme the range is schema.org's unless it
 * is given, and a name alone says nothing of the claim: its verdict is null.
 *
 * @throws {Problem} `rule-broken` with the places in `/rating` that are wrong, and the scheme's `ratings`
 */
export function judge(written: WrittenRating, scheme: RatingScale | null): { rating: Rating; verdict: Verdict | null } {
  const value = numberOf(written.ratingValue);
  const [best, worst] = [numberOf(written.bestRating), numberOf(written.worstRating)];
  const name = written.alternateName ?? null;
  if (value === null && name === null)
    throw wrong(scheme, ['', 'An assessment needs a rating: its value, its name, or both.']);
  const given = { value, name, best, worst };
  return scheme === null ? judgeAlone(given) : judgeBy(scheme, given);
}

interface Given {
  readonly value: number | null;
  readonly name: string | null;
  readonly best: number | null;
  readonly worst: number | null;
}

function judgeAlone({ value, name, best, worst }: Given): ReturnType<typeof judge> {
  if (value === null) {
    const place = best === null ? '/worstRating' : '/bestRating';
    if (best !== null || worst !== null) throw wrong(null, [place, 'Without a rating value there is no range.']);
    return {
      rating: { ratingValue: null, bestRating: null, worstRating: null, alternateName: name },
      verdict: null,
    };
  }
  const range = { best: best ?? BEST, worst: worst ?? WORST };
  const words = `from ${range.worst} (worst) to ${range.best} (best)`;
  if (range.worst >= range.best)
    throw wrong(null, [best === null ? '/worstRating' : '/bestRating', `There is no range ${words}.`]);
  if (value < range.worst || value > range.best)
    throw wrong(null, ['/ratingValue', `Must lie in the range ${words}, which is 1 to 5 unless it is given.`]);
  return {
    rating: { ratingValue: value, bestRating: range.best, worstRating: range.worst, alternateName: name },
    verdict: verdictOf(value, range),
  };
}

function judgeBy(scheme: RatingScale, { value, name, best, worst }: Given): ReturnType<typeof judge> {
  const { bestRating, worstRating, ratings } = scheme;
  const ends: Place[] = [
    ...(best === null || best === bestRating
      ? []
      : [['/bestRating', `Must be ${bestRating}, as in the scheme.`] as Place]),
    ...(worst === null || worst === worstRating
      ? []
      : [['/worstRating', `Must be ${worstRating}, as in the scheme.`] as Place]),
  ];
  if (ends.length > 0) throw wrong(scheme, ...ends);
  const named = name === null ? undefined : ratings.find(({ alternateName }) => isSameName(alternateName, name));
  const valued = value === null ? undefined : ratings.find(({ ratingValue }) => ratingValue === value);
  const unknown: Place[] = [
    ...(value !== null && valued === undefined ? [['/ratingValue', NO_RATING] as Place] : []),
    ...(name !== null && named === undefined ? [['/alternateName', NO_RATING] as Place] : []),
  ];
  if (unknown.length > 0) throw wrong(scheme, ...unknown);
  const [found] = [valued, named].filter((each) => each !== undefined);
  if (found === undefined || (valued !== undefined && named !== undefined && valued !== named))
    throw wrong(scheme, ['/alternateName', `In the scheme ${valued?.ratingValue} is “${valued?.alternateName}”.`]);
  const { ratingValue, alternateName, verdict } = found;
  return { rating: { ratingValue, bestRating, worstRating, alternateName }, verdict };
}

const NO_RATING = 'Is none of the ratings in the scheme of this reviewer.';

/**
 * Refuses a scale whose ratings are not told apart by value and by name (`foldName`), or lie outside of it.
 *
 * @throws {Problem} `rule-broken` with the place of each that is wrong
 */
export function checkScale({ worstRating, bestRating, ratings }: RatingScale): void {
  const errors: FieldError[] = [];
  const add = (pointer: string, detail: string) => errors.push({ pointer, detail });
  if (worstRating >= bestRating) add('/worstRating', 'The worst rating must lie below the best.');
  for (const [index, { ratingValue, alternateName }] of ratings.entries()) {
    const before = ratings.slice(0, index);
    const place = `/ratings/${index}`;
    if (ratingValue < worstRating || ratingValue > bestRating)
      add(`${place}/ratingValue`, `Must lie between ${worstRating} (worst) and ${bestRating} (best).`);
    if (before.some((other) => other.ratingValue === ratingValue))
      add(`${place}/ratingValue`, 'Another rating has this value.');
    if (before.some((other) => isSameName(other.alternateName, alternateName)))
      add(`${place}/alternateName`, 'Another rating has this name, but for case and marks.');
  }
  if (errors.length > 0) throw new Problem('rule-broken', 'The ratings do not make a scheme.', { errors });
}

/** Whether two names of ratings are one, whatever their case and marks. */
export function isSameName(a: string, b: string): boolean {
  return foldName(a) === foldName(b);
}

type Place = readonly [pointer: string, detail: string];

function wrong(scheme: RatingScale | null, ...places: readonly Place[]): Problem {
  const errors = places.map(([pointer, detail]) => ({ pointer: `/rating${pointer}`, detail }));
  if (scheme === null) return new Problem('rule-broken', errors[0]?.detail ?? '', { errors });
  const list = scheme.ratings.map(({ ratingValue, alternateName }) => `${ratingValue} “${alternateName}”`).join(', ');
  const detail = `The rating is none of this reviewer’s scheme, whose ratings are: ${list}.`;
  return new Problem('rule-broken', detail, { errors, extensions: { ratings: scheme.ratings } });
}

/** A number as it is kept: there is one zero. */
function numberOf(written: number | null | undefined): number | null {
  return written == null ? null : written + 0;
}
