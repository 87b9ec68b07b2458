import { describe, expect, it } from 'vitest';
import type { Attribution, Report } from '../../src/domain/attribution.ts';
import { chainOf, checkChain, liveness, MAX_HOPS } from '../../src/domain/chain.ts';
import { attribution, relay, report } from '../factories/ledger.ts';

const byId = (attributions: readonly Attribution[]) => new Map(attributions.map((a) => [a.id, a]));
const live = (attributions: readonly Attribution[], reports: readonly Report[]) =>
  [...liveness(attributions, reports)].sort();

/** A line of `hops` relays in front of an origin: `a<hops>` … `a1`, `a0`. */
function line(hops: number): Attribution[] {
  const relays = Array.from({ length: hops }, (_, i) => relay(`a${i + 1}`, `s${i + 1}`, `a${i}`));
  return [attribution('a0', 's0', 'asserts'), ...relays];
}

/** outlet (held) ← agency (unseen) ← wire (unseen) ← a person in the wire's report. */
const reports = [report('held'), report('agency', 'cited_unseen'), report('wire', 'cited_unseen')];
const person = attribution('person', 'person', 'asserts', { reportId: 'wire' });
const wire = relay('wire', 'wire', 'person', { reportId: 'wire' });
const agency = relay('agency', 'agency', 'wire', { reportId: 'agency' });
const outlet = relay('outlet', 'outlet', 'agency');
const chain = [outlet, agency, wire, person];
const without = (id: string) => chain.map((a) => (a.id === id ? { ...a, withdrawn: true } : a));

describe('a chain', () => {
  it('runs from the relay to the origin', () => {
    expect(chainOf(outlet, byId(chain)).map(({ id }) => id)).toEqual(['outlet', 'agency', 'wire', 'person']);
    expect(chainOf(person, byId(chain)).map(({ id }) => id)).toEqual(['person']);
  });

  it('may have 32 hops', () => {
    expect(checkChain(relay('new', 's', `a${MAX_HOPS - 1}`), byId(line(MAX_HOPS - 1)))).toBeNull();
  });

  it('may not have a 33rd hop', () => {
    const broken = checkChain(relay('new', 's', `a${MAX_HOPS}`), byId(line(MAX_HOPS)));
    expect(broken?.reason).toBe('too_long');
    expect(broken?.chain).toHaveLength(MAX_HOPS + 2);
    expect(broken?.chain.slice(0, 2)).toEqual(['new', `a${MAX_HOPS}`]);
  });

  it('may not close a cycle', () => {
    expect(checkChain(relay('a0', 's', 'a2'), byId(line(2)))).toEqual({
      reason: 'cycle',
      chain: ['a0', 'a2', 'a1', 'a0'],
    });
    expect(checkChain(relay('new', 's', 'new'), new Map())).toEqual({ reason: 'cycle', chain: ['new', 'new'] });
  });

  it('may not leave its claim', () => {
    const origin = attribution('origin', 's', 'asserts', { claimId: 'refund' });
    const strange = relay('new', 'o', 'origin', { claimId: 'return' });
    expect(checkChain(strange, byId([origin]))).toEqual({ reason: 'other_claim', chain: ['new', 'origin'] });
    expect(checkChain({ ...strange, claimId: 'refund' }, byId([origin]))).toBeNull();
  });
});

describe('what is live', () => {
  it('an unseen report is held up by an unbroken line of relays that ends in a report we hold', () => {
    expect(live(chain, reports)).toEqual(['agency', 'outlet', 'person', 'wire']);
  });

  it('nothing in an unseen report lives without such a line', () => {
    expect(live([agency, wire, person], reports)).toEqual([]);
  });

  it('a withdrawn origin takes down every relay in front of it', () => {
    expect(live(without('person'), reports)).toEqual([]);
  });

  it('a withdrawn link takes down the relays in front of it and the unseen ones behind it that nothing else holds up', () => {
    expect(live(without('agency'), reports)).toEqual([]);
  });

  it('a withdrawn link leaves the unseen ones behind it that another relay still holds up', () => {
    const second = relay('second', 'other outlet', 'wire');
    expect(live([...without('agency'), second], reports)).toEqual(['person', 'second', 'wire']);
  });

  it('a withdrawn link leaves what lies behind it in a report that we hold', () => {
    const seen = [report('held'), report('agency', 'cited_unseen'), report('wire', 'held')];
    expect(live(without('agency'), seen)).toEqual(['person', 'wire']);
  });

  it('a withdrawn relay at the front takes the unseen ones behind it with it', () => {
    expect(live(without('outlet'), reports)).toEqual([]);
  });

  it('a retracted report takes down every attribution whose chain runs through it', () => {
    const retracted = [report('held'), report('agency', 'retracted'), report('wire')];
    const own = attribution('own', 'outlet', 'asserts');
    expect(live([...chain, own], retracted)).toEqual(['own', 'person', 'wire']);
  });

  it('a corrected report is still one that we hold', () => {
    expect(live(chain, [report('held', 'corrected'), ...reports.slice(1)])).toHaveLength(4);
  });

  it('dates play no part', () => {
    const dated = chain.map((a, i) => ({ ...a, said: { from: i * 10, until: i * 10 + 1 }, recordedAt: 100 - i }));
    expect(live(dated, reports)).toHaveLength(4);
  });

  it('attributions that relay each other in a circle are not live', () => {
    expect(live([relay('a', 's', 'b'), relay('b', 't', 'a')], reports)).toEqual([]);
  });
});
