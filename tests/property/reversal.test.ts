import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liesWhollyAfter, positionOf, type TimedStance } from '../../src/domain/position.ts';
import { inOrder, reversalsOf } from '../../src/domain/reversal.ts';
import { SIDE_OF, STANCES, type Stance } from '../../src/domain/vocabulary.ts';
import { attribution } from '../factories/ledger.ts';
import { timeRange } from './arbitrary-ledger.ts';

const stancesOf = (kinds: readonly Stance[]): fc.Arbitrary<TimedStance[]> =>
  fc
    .array(fc.record({ stance: fc.constantFrom(...kinds), time: timeRange, recordedAt: fc.nat(5) }), { maxLength: 8 })
    .map((rows) =>
      rows.map(({ stance, time, recordedAt }, i) => ({
        attribution: attribution(`a${i}`, 'source', stance, { recordedAt }),
        time,
      })),
    );
const anyStances = stancesOf(STANCES.filter((stance) => stance !== 'reports'));
const sides = stancesOf(['asserts', 'confirms', 'denies', 'doubts']);
const sideOf = ({ attribution: { stance } }: TimedStance) => SIDE_OF[stance];
const idsOf = (all: readonly TimedStance[]) =>
  reversalsOf(all).map(({ from, to, order }) => [from.attribution.id, to.attribution.id, order]);

describe('stances in order', () => {
  it('are all there, and none comes before one that it lies wholly after', () => {
    fc.assert(
      fc.property(sides, (all) => {
        const ordered = inOrder(all);
        expect(new Set(ordered)).toEqual(new Set(all));
        for (const [place, stance] of ordered.entries()) {
          expect(ordered.slice(place).some((later) => liesWhollyAfter(stance.time, later.time))).toBe(false);
        }
      }),
    );
  });

  it('that all overlap are in the order of recording', () => {
    fc.assert(
      fc.property(sides, (all) => {
        const at = inOrder(all.map((stance) => ({ ...stance, time: { from: 0, until: 1 } }))).map(
          ({ attribution: a }) => Number(a.recordedAt),
        );
        expect(at).toEqual(at.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('reversals', () => {
  it('lead from one side to the other and back, the last to the side that the source stands on', () => {
    fc.assert(
      fc.property(sides, (all) => {
        const found = reversalsOf(all);
        for (const { from, to } of found)
          expect(new Set([sideOf(from), sideOf(to)])).toEqual(new Set(['for', 'against']));
        for (const [place, { from }] of found.entries())
          if (place > 0) expect(sideOf(from)).toBe(sideOf(found[place - 1]?.to ?? from));
        const last = found.at(-1);
        if (last !== undefined) expect(sideOf(last.to)).toBe(positionOf(all)?.side);
        else expect(new Set(all.map(sideOf)).size).toBeLessThan(2);
      }),
    );
  });

  it('are of undetermined order exactly where neither stance lies wholly after the other', () => {
    fc.assert(
      fc.property(sides, (all) => {
        for (const { from, to, order } of reversalsOf(all)) {
          expect(liesWhollyAfter(from.time, to.time)).toBe(false);
          expect(order).toBe(liesWhollyAfter(to.time, from.time) ? 'determined' : 'undetermined');
        }
      }),
    );
  });

  it('are the changes of side one after the other, where no two dates overlap', () => {
    fc.assert(
      fc.property(anyStances, (all) => {
        const dated = all.map((stance, i) => ({ ...stance, time: { from: i, until: i + 1 } }));
        const taken = dated.filter((stance) => sideOf(stance) !== 'none');
        const changes = taken.slice(1).flatMap((to, i) => {
          const from = taken[i] as TimedStance;
          return sideOf(from) === sideOf(to) ? [] : [[from.attribution.id, to.attribution.id, 'determined']];
        });
        expect(idsOf(dated)).toEqual(changes);
      }),
    );
  });

  it('change neither by silence nor by taking back what was said', () => {
    fc.assert(
      fc.property(anyStances, (all) => {
        expect(idsOf(all)).toEqual(idsOf(all.filter((stance) => sideOf(stance) !== 'none')));
      }),
    );
  });

  it('do not depend on the order in which the stances come', () => {
    const shuffled = sides.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        expect(idsOf(other)).toEqual(idsOf(all));
      }),
    );
  });
});
