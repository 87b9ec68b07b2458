import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attribution } from '../../src/domain/attribution.ts';
import { chainOf } from '../../src/domain/chain.ts';
import type { ClaimLedger } from '../../src/domain/claim-ledger.ts';
import { type ClaimOrigin, originsOf as originsFrom, wordsOf } from '../../src/domain/claim-origins.ts';
import { originKey } from '../../src/domain/origin.ts';
import { type ClaimSummary, summarize } from '../../src/domain/summary.ts';
import { relay, source } from '../factories/ledger.ts';
import { arbitraryLedger } from './arbitrary-ledger.ts';

/** The origins by the rules from a ledger alone. */
const originsOf = (ledger: ClaimLedger, { live, positions }: ClaimSummary) =>
  originsFrom(wordsOf(ledger, live), positions);

const asOf = fc.option(fc.integer({ min: 0, max: 12 }));

/** The counted relays, each with the attribution at the end of its chain. */
function endsOfRelays({ attributions }: ClaimLedger, { live }: ClaimSummary): { id: string; end: Attribution }[] {
  const byId = new Map(attributions.map((attribution) => [attribution.id, attribution]));
  return attributions
    .filter(({ id, relaysId }) => live.has(id) && relaysId !== null)
    .map((each) => ({ id: each.id, end: chainOf(each, byId).at(-1) ?? each }));
}

/** Ten outlets more, each of which passes on the same in a report that we hold. */
function tenMoreRelays(ledger: ClaimLedger, relaysId: string): ClaimLedger {
  const outlets = Array.from({ length: 10 }, (_, n) => source(`outlet-${n}`, 'outlet'));
  const relays = outlets.map(({ id }, n) => relay(`relay-${n}`, id, relaysId, { reportId: 'h', recordedAt: 9 }));
  return {
    ...ledger,
    attributions: [...ledger.attributions, ...relays],
    sources: [...ledger.sources, ...outlets],
  };
}

const withoutEchoes = (origins: readonly ClaimOrigin[]) =>
  origins.map(({ echoes: _, ...rest }) => JSON.stringify(rest)).sort();

describe('the origins of a claim', () => {
  it('are as many on either side as its counts say, each once, with the attribution of every position that makes it', () => {
    fc.assert(
      fc.property(arbitraryLedger, asOf, (ledger, at) => {
        const summary = summarize(ledger, at);
        const origins = originsOf(ledger, summary);
        for (const side of ['for', 'against'] as const) {
          const own = origins.filter((each) => each.side === side);
          expect(own).toHaveLength(summary.counts[side].origins);
          expect(new Set(own.map(({ origin }) => originKey(origin))).size).toBe(own.length);
        }
        for (const { origin, side, isOrigin, attributionId } of summary.positions) {
          const found = origins.find((each) => each.side === side && originKey(each.origin) === originKey(origin));
          if (isOrigin && side !== 'none') expect(found?.attributions).toContain(attributionId);
        }
      }),
    );
  });

  it('name only attributions that count, take their side and relay nothing, none of them twice', () => {
    fc.assert(
      fc.property(arbitraryLedger, asOf, (ledger, at) => {
        const summary = summarize(ledger, at);
        const named = originsOf(ledger, summary).flatMap(({ attributions }) => attributions);
        expect(new Set(named).size).toBe(named.length);
        for (const id of named) {
          expect(summary.live.has(id)).toBe(true);
          expect(ledger.attributions.find((each) => each.id === id)?.relaysId).toBeNull();
        }
      }),
    );
  });

  it('have for echoes the relays whose chain ends in one of their attributions', () => {
    fc.assert(
      fc.property(arbitraryLedger, asOf, (ledger, at) => {
        const summary = summarize(ledger, at);
        const ends = endsOfRelays(ledger, summary).map(({ end }) => end.id);
        for (const { attributions, echoes } of originsOf(ledger, summary)) {
          expect(echoes).toBe(ends.filter((id) => attributions.includes(id)).length);
        }
      }),
    );
  });

  it('stay the same, and so does the standing, when ten more outlets relay what counts: only its echoes grow', () => {
    fc.assert(
      fc.property(arbitraryLedger, fc.nat(20), (ledger, n) => {
        const before = summarize(ledger);
        const relayed = [...before.live][n % Math.max(1, before.live.size)];
        fc.pre(relayed !== undefined);
        const more = tenMoreRelays(ledger, relayed ?? '');
        const after = summarize(more);
        const [earlier, later] = [originsOf(ledger, before), originsOf(more, after)];
        expect(after.standing).toBe(before.standing);
        expect(withoutEchoes(later)).toEqual(withoutEchoes(earlier));

        const end = endsOfRelays(more, after).find(({ id }) => id === 'relay-0')?.end.id ?? '';
        for (const { attributions, side, origin, echoes } of later) {
          const was = earlier.find((each) => each.side === side && originKey(each.origin) === originKey(origin));
          expect(echoes - (was?.echoes ?? 0)).toBe(attributions.includes(end) ? 10 : 0);
        }
      }),
    );
  });

  it('come those for it first, then the most echoed', () => {
    fc.assert(
      fc.property(arbitraryLedger, (ledger) => {
        const places = originsOf(ledger, summarize(ledger)).map(({ side, echoes }) => [
          side === 'for' ? 0 : 1,
          -echoes,
        ]);
        expect(places).toEqual(places.toSorted(([a = 0, x = 0], [b = 0, y = 0]) => a - b || x - y));
      }),
    );
  });
});
