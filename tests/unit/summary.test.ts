import { describe, expect, it } from 'vitest';
import type { Attribution } from '../../src/domain/attribution.ts';
import type { ClaimLedger } from '../../src/domain/claim-ledger.ts';
import { summarize } from '../../src/domain/summary.ts';
import { affiliation, attribution, relay, report, source } from '../factories/ledger.ts';

/** The claim `refund` of the founding scenario: a held report that relays an unseen one by Bloomberg. */
const refund: ClaimLedger = {
  reports: [report('held', 'held', '2025-12'), report('unseen', 'cited_unseen', '2025-12')],
  sources: [
    source('relaying-outlet', 'outlet'),
    source('bloomberg', 'outlet'),
    source('people-familiar', 'anonymous', 'bloomberg'),
    source('kremlin', 'government'),
    source('russia-government', 'government'),
    source('turkish-officials', 'government'),
    source('turkiye-government', 'government'),
  ],
  affiliations: [
    affiliation('kremlin', 'part_of', 'russia-government'),
    affiliation('turkish-officials', 'part_of', 'turkiye-government'),
  ],
  attributions: [
    attribution('people', 'people-familiar', 'asserts', { reportId: 'unseen' }),
    relay('people-2', 'bloomberg', 'people', { reportId: 'unseen' }),
    relay('people-1', 'relaying-outlet', 'people-2'),
    attribution('denial', 'kremlin', 'denies', { reportId: 'unseen' }),
    relay('denial-2', 'bloomberg', 'denial', { reportId: 'unseen' }),
    relay('denial-1', 'relaying-outlet', 'denial-2'),
    attribution('silence', 'turkish-officials', 'declines_to_comment', { reportId: 'unseen' }),
    relay('silence-2', 'bloomberg', 'silence', { reportId: 'unseen' }),
    relay('silence-1', 'relaying-outlet', 'silence-2'),
  ],
};

const withdraw = (ledger: ClaimLedger, id: string): ClaimLedger => ({
  ...ledger,
  attributions: ledger.attributions.map((a) => (a.id === id ? { ...a, withdrawn: true } : a)),
});

describe('the claim refund of the founding scenario', () => {
  it('is contested: one unnamed origin for, the Russian government against, and Turkish officials declined', () => {
    const { standing, counts, positions } = summarize(refund);
    expect(standing).toBe('contested');
    expect(counts).toEqual({
      for: { positions: 1, origins: 1, firm: 1 },
      against: { positions: 1, origins: 1 },
      declined: 1,
      noResponse: 0,
      relays: 6,
      attributions: 9,
    });
    expect(positions.map(({ sourceId, stance, origin, path }) => ({ sourceId, stance, origin, path }))).toEqual([
      {
        sourceId: 'kremlin',
        stance: 'denies',
        origin: { sourceId: 'russia-government', anonymous: false },
        path: ['kremlin', 'russia-government'],
      },
      {
        sourceId: 'people-familiar',
        stance: 'asserts',
        origin: { sourceId: 'bloomberg', anonymous: true },
        path: ['people-familiar'],
      },
      {
        sourceId: 'turkish-officials',
        stance: 'declines_to_comment',
        origin: { sourceId: 'turkiye-government', anonymous: false },
        path: ['turkish-officials', 'turkiye-government'],
      },
    ]);
  });

  it('rests on unnamed people alone, and has no quote and no copy in an archive', () => {
    expect(summarize(refund).flags).toEqual(['anonymous_only', 'no_quote', 'unarchived']);
  });

  it('still has one origin when ten more outlets relay Bloomberg', () => {
    const outlets = Array.from({ length: 10 }, (_, i) => `outlet-${i}`);
    const { counts, standing } = summarize({
      ...refund,
      sources: [...refund.sources, ...outlets.map((id) => source(id, 'outlet'))],
      attributions: [...refund.attributions, ...outlets.map((id) => relay(`by ${id}`, id, 'people-2'))],
    });
    expect(counts.for.origins).toBe(1);
    expect(counts.relays).toBe(16);
    expect(standing).toBe('contested');
  });

  it('is unattributed when Bloomberg retracts its report', () => {
    const reports = [report('held', 'held', '2025-12'), report('unseen', 'retracted', '2025-12')];
    const { live, standing, flags } = summarize({ ...refund, reports });
    expect(live.size).toBe(0);
    expect(standing).toBe('unattributed');
    expect(flags).toEqual([]);
  });

  it('is only denied when the link through which the unnamed people reach us is withdrawn', () => {
    const { standing, flags, live } = summarize(withdraw(refund, 'people-2'));
    expect(standing).toBe('denied');
    expect(flags).toEqual(['no_quote', 'unarchived']);
    expect([...live].filter((id) => id.startsWith('people'))).toEqual([]);
  });
});

describe('the origins of a claim', () => {
  const bare = { reports: [report('held')], affiliations: [] };

  it('two spokesmen of one government are one', () => {
    const { standing, counts } = summarize({
      ...bare,
      sources: [source('peskov'), source('zakharova'), source('kremlin'), source('ministry'), source('russia')],
      affiliations: [
        affiliation('peskov', 'speaks_for', 'kremlin'),
        affiliation('zakharova', 'speaks_for', 'ministry'),
        affiliation('kremlin', 'part_of', 'russia'),
        affiliation('ministry', 'part_of', 'russia'),
      ],
      attributions: [attribution('1', 'peskov', 'asserts'), attribution('2', 'zakharova', 'confirms')],
    });
    expect(counts.for).toEqual({ positions: 2, origins: 1, firm: 1 });
    expect(standing).toBe('single_origin');
  });

  it('one of them speaking for himself is another', () => {
    const { standing } = summarize({
      ...bare,
      sources: [source('peskov'), source('zakharova'), source('russia')],
      affiliations: [affiliation('peskov', 'speaks_for', 'russia'), affiliation('zakharova', 'speaks_for', 'russia')],
      attributions: [
        attribution('1', 'peskov', 'asserts'),
        attribution('2', 'zakharova', 'confirms', { speakingFor: 'self' }),
      ],
    });
    expect(standing).toBe('corroborated');
  });

  const unnamed = attribution('unnamed', 'people', 'asserts');
  const outlets = { ...bare, sources: [source('bloomberg', 'outlet'), source('people', 'anonymous', 'bloomberg')] };
  const voices = (...attributions: Attribution[]) => summarize({ ...outlets, attributions });

  it('an outlet that asserts what it also relays is none of its own', () => {
    const { counts, standing, positions, flags } = voices(
      unnamed,
      relay('relay', 'bloomberg', 'unnamed'),
      attribution('own', 'bloomberg', 'asserts'),
    );
    expect(counts.for).toEqual({ positions: 2, origins: 1, firm: 1 });
    expect(standing).toBe('single_origin');
    expect(positions.find(({ sourceId }) => sourceId === 'bloomberg')?.isOrigin).toBe(false);
    expect(flags).toContain('anonymous_only');
  });

  it('an outlet that confirms what it also relays is one, apart from its unnamed source', () => {
    const confirmed = attribution('own', 'bloomberg', 'confirms');
    expect(voices(unnamed, relay('relay', 'bloomberg', 'unnamed'), confirmed).standing).toBe('corroborated');
  });

  it('an outlet that asserts in its own voice and relays nobody is one', () => {
    const { standing, flags } = voices(attribution('own', 'bloomberg', 'asserts', { hasQuote: true }));
    expect(standing).toBe('single_origin');
    expect(flags).toEqual(['unarchived']);
  });

  it('an outlet that passes on a denial and asserts the claim all the same is one', () => {
    const denial = { ...unnamed, stance: 'denies' as const };
    const own = attribution('own', 'bloomberg', 'asserts');
    expect(voices(denial, relay('relay', 'bloomberg', 'unnamed'), own).standing).toBe('contested');
  });

  it('a person who asserts what they also relay is one: the rule is for outlets', () => {
    const barrack = { ...outlets, sources: [...outlets.sources, source('barrack')] };
    const attributions = [unnamed, relay('relay', 'barrack', 'unnamed'), attribution('own', 'barrack', 'asserts')];
    expect(summarize({ ...barrack, attributions }).standing).toBe('corroborated');
  });

  it('an outlet whose relay was withdrawn is one again', () => {
    const withdrawn = { ...relay('relay', 'bloomberg', 'unnamed'), withdrawn: true };
    expect(voices(withdrawn, attribution('own', 'bloomberg', 'asserts')).standing).toBe('single_origin');
  });

  it('a report with no relay has no known origin and counts for nothing', () => {
    const { standing, counts } = voices(attribution('own', 'bloomberg', 'reports'));
    expect(standing).toBe('unattributed');
    expect(counts).toMatchObject({ relays: 0, attributions: 1 });
  });

  it('a named source beside the unnamed ones ends anonymous_only', () => {
    const named = { ...outlets, sources: [...outlets.sources, source('barrack')] };
    const attributions = [unnamed, attribution('named', 'barrack', 'asserts')];
    expect(summarize({ ...named, attributions }).flags).toEqual(['no_quote', 'unarchived']);
  });

  it('an unnamed official who is raised to a government is still anonymous for the flag', () => {
    const affiliations = [affiliation('people', 'speaks_for', 'turkiye')];
    expect(summarize({ ...outlets, affiliations, attributions: [unnamed] }).flags).toContain('anonymous_only');
  });

  it('one quote on a live attribution ends no_quote, one on a withdrawn attribution does not', () => {
    expect(voices({ ...unnamed, hasQuote: true }).flags).toEqual(['anonymous_only', 'unarchived']);
    const withdrawn = attribution('w', 'bloomberg', 'confirms', { hasQuote: true, withdrawn: true });
    expect(voices(unnamed, withdrawn).flags).toContain('no_quote');
  });
});
