import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimeRange } from '../../src/domain/attribution.ts';
import { latest, positionOf, type TimedStance } from '../../src/domain/position.ts';
import { SIDE_OF, STANCES } from '../../src/domain/vocabulary.ts';
import { attribution } from '../factories/ledger.ts';
import { timeRange } from './arbitrary-ledger.ts';

const kinds = fc.constantFrom(...STANCES.filter((stance) => stance !== 'reports'));
const stances = (time: fc.Arbitrary<TimeRange> = timeRange): fc.Arbitrary<TimedStance[]> =>
  fc.array(fc.record({ stance: kinds, time, recordedAt: fc.nat(5) }), { maxLength: 8 }).map((rows) =>
    rows.map(({ stance, time, recordedAt }, i) => ({
      attribution: attribution(`a${i}`, 'source', stance, { recordedAt }),
      time,
    })),
  );
const isAfter = (y: TimeRange, x: TimeRange) => y.from !== null && x.until !== null && y.from >= x.until;

describe('the latest of any stances', () => {
  it('is there whenever there is one, and none lies wholly after it', () => {
    fc.assert(
      fc.property(stances(), (all) => {
        const found = latest(all);
        expect(found === undefined).toBe(all.length === 0);
        if (found) expect(all.some(({ time }) => isAfter(time, found.stance.time))).toBe(false);
      }),
    );
  });

  it('loses only to a retraction, to one recorded later, or to a higher id, among those that nothing lies after', () => {
    fc.assert(
      fc.property(stances(), (all) => {
        const found = latest(all)?.stance.attribution;
        const open = all.filter((x) => !all.some((y) => isAfter(y.time, x.time))).map((x) => x.attribution);
        const retractions = open.filter(({ stance }) => stance === 'retracts');
        const rivals = retractions.length > 0 ? retractions : open;
        const lastRecorded = Math.max(...rivals.map(({ recordedAt }) => Number(recordedAt)));
        const highest = rivals.filter(({ recordedAt }) => recordedAt === lastRecorded).map(({ id }) => id);
        expect(found?.id).toBe(highest.sort().at(-1));
      }),
    );
  });

  it('is of undetermined order exactly where a stance of another side overlaps all that nothing lies after', () => {
    fc.assert(
      fc.property(stances(), (all) => {
        const open = all.filter((x) => !all.some((y) => isAfter(y.time, x.time)));
        const sides = new Set(open.map((x) => SIDE_OF[x.attribution.stance]));
        expect(latest(all)?.order ?? 'determined').toBe(sides.size > 1 ? 'undetermined' : 'determined');
      }),
    );
  });
});

describe('the position from any stances', () => {
  it('is the last that took a side or retracted, where no two dates overlap', () => {
    fc.assert(
      fc.property(stances(), (all) => {
        const dated = all.map((stance, i) => ({ ...stance, time: { from: i, until: i + 1 } }));
        const tookSide = dated.some(({ attribution: a }) => SIDE_OF[a.stance] !== 'none');
        const last = dated.findLast(
          ({ attribution: { stance } }) => SIDE_OF[stance] !== 'none' || stance === 'retracts',
        );
        const position = positionOf(dated);
        fc.pre(tookSide);
        expect(position?.attributionId ?? 'none').toBe(
          last?.attribution.stance === 'retracts' ? 'none' : last?.attribution.id,
        );
        expect(position?.order ?? 'determined').toBe('determined');
      }),
    );
  });

  it('never changes by keeping silent after taking a side', () => {
    fc.assert(
      fc.property(stances(), timeRange, fc.constantFrom('declines_to_comment', 'no_response'), (all, time, stance) => {
        fc.pre(all.some(({ attribution: a }) => SIDE_OF[a.stance] !== 'none'));
        const silence = { attribution: attribution('silence', 'source', stance, { recordedAt: 9 }), time };
        expect(positionOf([...all, silence])).toEqual(positionOf(all));
      }),
    );
  });

  it('does not depend on the order in which the stances come', () => {
    const shuffled = stances().chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        expect(positionOf(other)).toEqual(positionOf(all));
      }),
    );
  });
});
