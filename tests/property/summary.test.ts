import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClaimLedger } from '../../src/domain/claim-ledger.ts';
import { originKey } from '../../src/domain/origin.ts';
import { type SourcePosition, standingOf } from '../../src/domain/standing.ts';
import { summarize } from '../../src/domain/summary.ts';
import { STANDINGS } from '../../src/domain/vocabulary.ts';
import { relay, source } from '../factories/ledger.ts';
import { arbitraryLedger } from './arbitrary-ledger.ts';

const runs = { numRuns: 300 };
const shuffled = <T>(things: readonly T[]) => fc.shuffledSubarray([...things], { minLength: things.length });
const originsOn = (side: string, positions: readonly SourcePosition[]) =>
  new Set(positions.filter((p) => p.isOrigin && p.side === side).map((p) => originKey(p.origin))).size;

/** The ledger with one more relay, by an outlet that is new to it, of the attribution. */
const relayed = (ledger: ClaimLedger, id: string, reportId: string): ClaimLedger => ({
  ...ledger,
  sources: [...ledger.sources, source('fresh outlet', 'outlet')],
  attributions: [...ledger.attributions, relay('fresh', 'fresh outlet', id, { reportId })],
});

describe('the summary of any claim', () => {
  it('has the same origins, positions and standing after one more outlet has relayed something live', () => {
    fc.assert(
      fc.property(arbitraryLedger, fc.nat(20), (ledger, n) => {
        const before = summarize(ledger);
        const live = [...before.live];
        fc.pre(live.length > 0);
        const after = summarize(relayed(ledger, live[n % live.length] ?? '', 'h'));
        expect(after.positions).toEqual(before.positions);
        expect(after.standing).toBe(before.standing);
        expect(after.counts).toEqual({
          ...before.counts,
          relays: before.counts.relays + 1,
          attributions: before.counts.attributions + 1,
        });
      }),
      runs,
    );
  });

  it('is the same whether an attribution was withdrawn or never made', () => {
    fc.assert(
      fc.property(arbitraryLedger, fc.nat(20), (ledger, n) => {
        const gone = ledger.attributions[n]?.id;
        const withdrawn = ledger.attributions.map((a) => (a.id === gone ? { ...a, withdrawn: true } : a));
        const removed = ledger.attributions.filter((a) => a.id !== gone);
        expect(summarize({ ...ledger, attributions: withdrawn })).toEqual(
          summarize({ ...ledger, attributions: removed }),
        );
      }),
      runs,
    );
  });

  it('does not depend on the order in which anything is given', () => {
    const twice = arbitraryLedger.chain((ledger) =>
      fc.tuple(
        fc.constant(ledger),
        fc.record({
          attributions: shuffled(ledger.attributions),
          reports: shuffled(ledger.reports),
          sources: shuffled(ledger.sources),
          affiliations: shuffled(ledger.affiliations),
        }),
      ),
    );
    fc.assert(
      fc.property(twice, ([ledger, other]) => {
        expect(summarize(other)).toEqual(summarize(ledger));
      }),
      runs,
    );
  });

  it('counts what its positions say', () => {
    fc.assert(
      fc.property(arbitraryLedger, (ledger) => {
        const { counts, positions, live } = summarize(ledger);
        expect(counts.for.origins).toBe(originsOn('for', positions));
        expect(counts.against.origins).toBe(originsOn('against', positions));
        expect(counts.for.firm).toBeLessThanOrEqual(counts.for.origins);
        expect(counts.for.origins).toBeLessThanOrEqual(counts.for.positions);
        expect(counts.against.origins).toBeLessThanOrEqual(counts.against.positions);
        const { for: pro, against, declined, noResponse } = counts;
        expect(pro.positions + against.positions + declined + noResponse).toBe(positions.length);
        expect(counts.attributions).toBe(live.size);
        expect(positions.every(({ attributionId }) => live.has(attributionId))).toBe(true);
        expect(new Set(positions.map(({ sourceId }) => sourceId)).size).toBe(positions.length);
      }),
      runs,
    );
  });

  it('has anonymous_only only beside an origin for, and no_quote only beside something live', () => {
    fc.assert(
      fc.property(arbitraryLedger, (ledger) => {
        const { counts, flags, live } = summarize(ledger);
        if (flags.includes('anonymous_only')) expect(counts.for.origins).toBeGreaterThan(0);
        if (flags.includes('no_quote')) expect(live.size).toBeGreaterThan(0);
      }),
      runs,
    );
  });
});

describe('the standing of any claim', () => {
  it('is one of the six, as the numbers of origins on its sides say', () => {
    fc.assert(
      fc.property(arbitraryLedger, (ledger) => {
        const { standing, counts, positions } = summarize(ledger);
        const denied = positions.some(({ stance }) => stance === 'denies');
        const [pro, against] = [counts.for.origins, counts.against.origins];
        const expected =
          against === 0
            ? (['unattributed', 'single_origin', 'corroborated'] as const)[Math.min(pro, 2)]
            : pro > 0
              ? 'contested'
              : denied
                ? 'denied'
                : 'doubted';
        expect(standing).toBe(expected);
        expect(STANDINGS).toContain(standing);
      }),
      runs,
    );
  });

  it('depends on the origins alone: not on how many sources share one, on certainty, or on what makes none', () => {
    fc.assert(
      fc.property(arbitraryLedger, (ledger) => {
        const { positions, standing } = summarize(ledger);
        const doubled = positions.flatMap((p) => [p, { ...p, sourceId: `${p.sourceId} again` }]);
        const unsure = doubled.map((p) => ({ ...p, certainty: 'possible' as const }));
        expect(standingOf(unsure)).toBe(standing);
        expect(standingOf(positions.filter((p) => p.isOrigin && p.side !== 'none'))).toBe(standing);
      }),
      runs,
    );
  });
});
