import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attribution } from '../../src/domain/attribution.ts';
import { chainOf, checkChain, liveness, MAX_HOPS } from '../../src/domain/chain.ts';
import { attribution } from '../factories/ledger.ts';
import { arbitraryLedger } from './arbitrary-ledger.ts';

const withdraw = (attributions: readonly Attribution[], id: string | undefined) =>
  attributions.map((a) => (a.id === id ? { ...a, withdrawn: true } : a));

describe('chains that are checked link by link', () => {
  it('never have a circle, a link of another claim, or more than 32 hops', () => {
    const link = fc.record({ id: fc.nat(60), relays: fc.option(fc.nat(60)), claim: fc.nat(9).map((n) => n === 0) });
    const ladder = fc.nat(40).map((n) => Array.from({ length: n }, (_, i) => ({ id: i + 1, relays: i, claim: false })));
    fc.assert(
      fc.property(ladder, fc.array(link, { maxLength: 60 }), (first, then) => {
        const byId = new Map<string, Attribution>();
        for (const { id, relays, claim } of [...first, ...then]) {
          const relaysId = relays === null ? null : `${relays}`;
          const added = attribution(`${id}`, 's', 'reports', { relaysId, claimId: claim ? 'other' : 'claim' });
          const fresh = !byId.has(added.id) && (relaysId === null || byId.has(relaysId) || relaysId === added.id);
          if (fresh && checkChain(added, byId) === null) byId.set(added.id, added);
        }
        for (const front of byId.values()) {
          const chain = chainOf(front, byId);
          expect(chain.at(-1)?.relaysId).toBeNull();
          expect(chain.length).toBeLessThanOrEqual(MAX_HOPS + 1);
          expect(new Set(chain.map(({ claimId }) => claimId)).size).toBe(1);
        }
      }),
    );
  });
});

describe('what is live', () => {
  it('is sound, and everything behind it is live too', () => {
    fc.assert(
      fc.property(arbitraryLedger, ({ attributions, reports }) => {
        const live = liveness(attributions, reports);
        const byId = new Map(attributions.map((a) => [a.id, a]));
        const retracted = new Set(reports.filter(({ status }) => status === 'retracted').map(({ id }) => id));
        for (const front of attributions.filter(({ id }) => live.has(id))) {
          for (const link of chainOf(front, byId)) {
            expect(live.has(link.id)).toBe(true);
            expect(link.withdrawn || retracted.has(link.reportId)).toBe(false);
          }
        }
      }),
    );
  });

  it('in an unseen report is relayed by something live', () => {
    fc.assert(
      fc.property(arbitraryLedger, ({ attributions, reports }) => {
        const live = liveness(attributions, reports);
        const unseen = new Set(reports.filter(({ status }) => status === 'cited_unseen').map(({ id }) => id));
        const relayed = new Set(attributions.filter(({ id }) => live.has(id)).map(({ relaysId }) => relaysId));
        for (const { id } of attributions.filter((a) => live.has(a.id) && unseen.has(a.reportId))) {
          expect(relayed.has(id)).toBe(true);
        }
      }),
    );
  });

  it('never grows by a withdrawal', () => {
    fc.assert(
      fc.property(arbitraryLedger, fc.nat(20), ({ attributions, reports }, n) => {
        const before = liveness(attributions, reports);
        const after = liveness(withdraw(attributions, attributions[n]?.id), reports);
        expect([...after].filter((id) => !before.has(id))).toEqual([]);
      }),
    );
  });

  it('never shrinks when we come to hold a report that we knew only from others', () => {
    fc.assert(
      fc.property(arbitraryLedger, ({ attributions, reports }) => {
        const found = reports.map((r) => (r.status === 'cited_unseen' ? { ...r, status: 'held' as const } : r));
        const after = liveness(attributions, found);
        expect([...liveness(attributions, reports)].filter((id) => !after.has(id))).toEqual([]);
      }),
    );
  });

  it('does not depend on dates', () => {
    fc.assert(
      fc.property(arbitraryLedger, ({ attributions, reports }) => {
        const undated = attributions.map((a) => ({ ...a, said: null, recordedAt: 0 }));
        expect(liveness(undated, reports)).toEqual(liveness(attributions, reports));
      }),
    );
  });
});
