import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DatedAssessment, successorsOf, timeOfAssessment } from '../../src/domain/assessment.ts';
import { isPast } from '../../src/domain/attribution.ts';
import { liesWhollyAfter } from '../../src/domain/position.ts';
import { judge, verdictOf } from '../../src/domain/rating.ts';

const range = fc
  .tuple(fc.option(fc.nat(20)), fc.option(fc.nat(20)))
  .filter(([from, until]) => from === null || until === null || from < until)
  .map(([from, until]) => ({ from, until }));

/** Assessments of one claim by one reviewer, in the order in which they were recorded. */
const assessments = fc
  .array(fc.option(range, { freq: 3 }), { minLength: 1, maxLength: 8 })
  .map((list) => list.map((published, n): DatedAssessment => ({ id: `id-${n}`, published, recordedAt: 100 + n })));

describe('of the assessments of a claim by one reviewer', () => {
  test('exactly one is current, and the successors lead from each to it', () => {
    fc.assert(
      fc.property(assessments, (given) => {
        const successors = successorsOf(given);
        expect([...successors.keys()].sort()).toEqual(given.map(({ id }) => id).sort());
        const current = [...successors].filter(([, next]) => next === null).map(([id]) => id);
        expect(current).toHaveLength(1);
        for (const { id } of given) {
          let at: string = id;
          const seen = new Set<string>();
          for (let next = successors.get(at); next != null; next = successors.get(at)) {
            expect(seen.has(at)).toBe(false);
            seen.add(at);
            at = next;
          }
          expect(at).toBe(current[0]);
        }
      }),
    );
  });

  test('none lies wholly after the current one, and of those that do not lie wholly before it was recorded last', () => {
    fc.assert(
      fc.property(assessments, (given) => {
        const successors = successorsOf(given);
        const current = given.find(({ id }) => successors.get(id) === null) as DatedAssessment;
        const time = timeOfAssessment(current);
        for (const other of given) {
          expect(liesWhollyAfter(timeOfAssessment(other), time)).toBe(false);
          if (other.recordedAt > current.recordedAt)
            expect(given.some((each) => liesWhollyAfter(timeOfAssessment(each), timeOfAssessment(other)))).toBe(true);
        }
      }),
    );
  });

  test('the order in which they are given does not matter', () => {
    fc.assert(
      fc.property(
        assessments.chain((given) =>
          fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
        ),
        ([given, shuffled]) => {
          expect(new Map([...successorsOf(shuffled)].sort())).toEqual(new Map([...successorsOf(given)].sort()));
        },
      ),
    );
  });

  test('with asOf only those count whose whole range is past, as if the others were not there', () => {
    fc.assert(
      fc.property(assessments, fc.integer({ min: -1, max: 120 }), (given, asOf) => {
        const past = given.filter((each) => isPast(timeOfAssessment(each), asOf));
        expect(successorsOf(given, asOf)).toEqual(successorsOf(past));
      }),
    );
  });
});

const scale = fc
  .tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 1, max: 100 }))
  .map(([worst, width]) => ({ worst, best: worst + width }));
const ORDER = ['false', 'mixed', 'true'];

describe('the verdict of a value', () => {
  test('is never a worse one for a better value; the ends are false and true', () => {
    fc.assert(
      fc.property(scale, fc.tuple(fc.nat(1000), fc.nat(1000)), (ends, [a, b]) => {
        const valueAt = (share: number) => ends.worst + ((ends.best - ends.worst) * share) / 1000;
        const at = (share: number) => ORDER.indexOf(verdictOf(valueAt(share), ends));
        expect(Math.sign(at(a) - at(b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
        expect([verdictOf(ends.worst, ends), verdictOf(ends.best, ends)]).toEqual(['false', 'true']);
      }),
    );
  });

  test('on a turned scale is the opposite', () => {
    const opposite = { true: 'false', false: 'true', mixed: 'mixed', unproven: 'unproven' };
    fc.assert(
      fc.property(scale, fc.nat(8), (ends, eighths) => {
        const value = ends.worst + ((ends.best - ends.worst) * eighths) / 8;
        expect(verdictOf(ends.worst + ends.best - value, ends)).toBe(opposite[verdictOf(value, ends)]);
      }),
    );
  });
});

test('a rating in full is judged as it was when it was written', () => {
  const ratings = ['Wrong', 'Half', 'Right', 'Nobody knows'].map((alternateName, n) => ({
    ratingValue: n,
    alternateName,
    verdict: (['false', 'mixed', 'true', 'unproven'] as const)[n] ?? 'mixed',
  }));
  const scheme = fc.option(fc.constant({ worstRating: 0, bestRating: 3, ratings }));
  const written = fc.oneof(
    fc.record({ ratingValue: fc.constantFrom(1, 2, 3) }),
    fc.record({ alternateName: fc.constantFrom('wrong', 'HALF', 'Right') }),
  );
  fc.assert(
    fc.property(scheme, written, (by, rating) => {
      const judged = judge(rating, by);
      expect(judge(judged.rating, by)).toEqual(judged);
    }),
  );
});
