import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TimedStance } from '../../src/domain/position.ts';
import { fateOf, type JudgedClaim, recordOf, type Tally } from '../../src/domain/record.ts';
import { VERDICTS } from '../../src/domain/vocabulary.ts';
import { wilson } from '../../src/domain/wilson.ts';

const share = fc
  .integer({ min: 1, max: 100_000 })
  .chain((of) => fc.tuple(fc.integer({ min: 0, max: of }), fc.constant(of)));

describe('the Wilson score interval', () => {
  test('lies within 0 and 1, and holds the share', () => {
    fc.assert(
      fc.property(share, ([count, of]) => {
        const { low, high } = wilson(count, of);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(count / of);
        expect(high).toBeGreaterThanOrEqual(count / of);
      }),
    );
  });

  test('gets narrower with more cases of the same share', () => {
    fc.assert(
      fc.property(share, fc.integer({ min: 2, max: 100 }), ([count, of], times) => {
        const [few, many] = [wilson(count, of), wilson(count * times, of * times)];
        expect(many.high - many.low).toBeLessThan(few.high - few.low);
      }),
    );
  });

  test('is symmetric: of what did not come about it is the same turned round', () => {
    fc.assert(
      fc.property(share, ([count, of]) => {
        const [one, other] = [wilson(count, of), wilson(of - count, of)];
        expect(one.low).toBeCloseTo(1 - other.high, 10);
        expect(one.high).toBeCloseTo(1 - other.low, 10);
      }),
    );
  });

  test('rises with the count', () => {
    fc.assert(
      fc.property(share, ([count, of]) => {
        fc.pre(count < of);
        const [one, more] = [wilson(count, of), wilson(count + 1, of)];
        expect(more.low).toBeGreaterThan(one.low);
        expect(more.high).toBeGreaterThan(one.high);
      }),
    );
  });
});

const DAY = 86_400_000_000;
const time = fc.option(fc.integer({ min: 10_000, max: 20_000 })).map((day) => ({
  from: day === null ? null : day * DAY,
  until: day === null ? null : (day + 1) * DAY,
}));
const position: fc.Arbitrary<TimedStance> = fc.record({
  attribution: fc.record({
    id: fc.uuid(),
    stance: fc.constantFrom('asserts' as const, 'confirms' as const, 'denies' as const, 'doubts' as const),
    certainty: fc.constant('unstated' as const),
    recordedAt: fc.nat(),
  }),
  time,
});
const verdict = fc.option(fc.constantFrom(...VERDICTS));
const instant = fc.integer({ min: 10_000, max: 20_000 }).map((day) => day * DAY);
const claim: fc.Arbitrary<JudgedClaim> = fc.record({
  topic: fc.option(fc.constantFrom('a', 'b', 'c')),
  outcome: fc.option(fc.constantFrom('open' as const, 'came_true' as const, 'did_not' as const, 'void' as const)),
  resolvedAt: fc.option(instant),
  horizonUntil: fc.option(instant),
  positions: fc.array(position, { minLength: 1, maxLength: 3 }),
  verdicts: fc.array(verdict, { maxLength: 3 }),
});
const reversal = fc.record({ topic: fc.option(fc.constantFrom('a', 'b')), time });
const clocks = fc.record({ asOf: fc.option(instant), now: instant });

const sums = ({ predictions: p, assertions: a, denials: d, reversals }: Tally) => [
  ...[p.cameTrue, p.didNot, p.open, p.overdue, p.void, p.total],
  ...[a, d].flatMap((f) => [f.borneOut, f.mixed, f.refuted, f.unproven, f.unassessed, f.total]),
  reversals,
];

describe('a record', () => {
  test('counts each claim once, and so do its topics and its years', () => {
    fc.assert(
      fc.property(fc.array(claim), fc.array(reversal), clocks, (claims, reversals, at) => {
        const record = recordOf(claims, reversals, at);
        expect(record.predictions.total + record.assertions.total + record.denials.total).toBe(claims.length);
        expect(record.reversals).toBe(reversals.length);
        for (const parts of [record.topics, record.years]) {
          const added = parts.map(sums).reduce(
            (sum, own) => sum.map((n, at) => n + (own[at] ?? 0)),
            sums(record).map(() => 0),
          );
          expect(added).toEqual(sums(record));
        }
        expect(new Set(record.years.map(({ year }) => year)).size).toBe(record.years.length);
        expect(new Set(record.topics.map(({ topic }) => topic)).size).toBe(record.topics.length);
      }),
    );
  });

  test('of who denies what another asserts, fares the other way round', () => {
    fc.assert(
      fc.property(fc.array(fc.array(verdict, { maxLength: 3 })), clocks, (given, at) => {
        const one = (stance: 'asserts' | 'denies') =>
          recordOf(
            given.map((verdicts) => ({
              ...{ topic: null, outcome: null, resolvedAt: null, horizonUntil: null, verdicts },
              positions: [
                {
                  attribution: { id: 'x', stance, certainty: 'unstated', recordedAt: 1 },
                  time: { from: 0, until: 1 },
                },
              ],
            })),
            [],
            at,
          );
        const [assertions, denials] = [one('asserts').assertions, one('denies').denials];
        expect([denials.borneOut, denials.refuted]).toEqual([assertions.refuted, assertions.borneOut]);
        expect([denials.mixed, denials.unproven, denials.unassessed]).toEqual([
          assertions.mixed,
          assertions.unproven,
          assertions.unassessed,
        ]);
      }),
    );
  });

  test('of claims that are alike is that of as many claims', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(claim, fc.integer({ min: 1, max: 4 }))), clocks, (given, at) => {
        const together = given.map(([each, alike]) => ({ ...each, alike }));
        const apart = given.flatMap(([each, alike]) => Array.from({ length: alike }, () => each));
        expect(recordOf(together, [], at)).toEqual(recordOf(apart, [], at));
      }),
    );
  });

  test('the order of the verdicts does not matter', () => {
    fc.assert(
      fc.property(fc.array(verdict), (verdicts) => {
        expect(fateOf([...verdicts].reverse())).toBe(fateOf(verdicts));
      }),
    );
  });
});
