import { describe, expect, it } from 'vitest';
import { originKey, originOf, raise } from '../../src/domain/origin.ts';
import { affiliation, source, startOf } from '../factories/ledger.ts';

const now = startOf('2025-12-10');

describe('raising a source', () => {
  const affiliations = [
    affiliation('spokesman', 'speaks_for', 'ministry', { from: '2020', to: '2022-06' }),
    affiliation('spokesman', 'speaks_for', 'russia', { from: '2022-07' }),
    affiliation('ministry', 'part_of', 'turkiye'),
    affiliation('turkiye', 'part_of', 'union', { from: '2024' }),
    affiliation('kremlin', 'part_of', 'russia'),
  ];

  it('goes to the organization that it speaks for and on to the top of that line', () => {
    expect(raise('spokesman', startOf('2021'), null, affiliations)).toEqual(['spokesman', 'ministry', 'turkiye']);
  });

  it('follows a spokesman who changes government by the date of the stance', () => {
    expect(raise('spokesman', startOf('2022-06-30'), null, affiliations).at(-1)).toBe('turkiye');
    expect(raise('spokesman', startOf('2022-07-01'), null, affiliations).at(-1)).toBe('russia');
    expect(raise('spokesman', startOf('2019'), null, affiliations)).toEqual(['spokesman']);
  });

  it('goes up the line of parts as it was at that time', () => {
    expect(raise('ministry', startOf('2023'), null, affiliations)).toEqual(['ministry', 'turkiye']);
    expect(raise('ministry', startOf('2024'), null, affiliations)).toEqual(['ministry', 'turkiye', 'union']);
  });

  it('goes up the line of parts of the source itself where it speaks for nobody', () => {
    expect(raise('kremlin', now, null, affiliations)).toEqual(['kremlin', 'russia']);
  });

  it('goes to whom the attribution says it spoke for, whatever its affiliations', () => {
    expect(raise('spokesman', now, 'ministry', affiliations)).toEqual(['spokesman', 'ministry', 'turkiye', 'union']);
  });

  it('does not rise at all where it spoke for itself', () => {
    expect(raise('spokesman', now, 'self', affiliations)).toEqual(['spokesman']);
    expect(raise('kremlin', now, 'self', affiliations)).toEqual(['kremlin']);
  });

  it('takes an open beginning for minus infinity', () => {
    expect(raise('spokesman', null, null, affiliations)).toEqual(['spokesman']);
    expect(raise('ministry', null, null, affiliations)).toEqual(['ministry', 'turkiye']);
    const always = [affiliation('spokesman', 'speaks_for', 'ministry', { to: '2020' })];
    expect(raise('spokesman', null, null, always)).toEqual(['spokesman', 'ministry']);
  });

  it('ends where the line runs in a circle', () => {
    const circle = [affiliation('a', 'part_of', 'b'), affiliation('b', 'part_of', 'a')];
    expect(raise('a', now, null, circle)).toEqual(['a', 'b']);
    expect(raise('a', now, 'a', circle)).toEqual(['a']);
  });
});

describe('the origin of a position', () => {
  it('is the top of the path', () => {
    expect(originOf(source('kremlin', 'government'), ['kremlin', 'russia'])).toEqual({
      sourceId: 'russia',
      anonymous: false,
    });
  });

  it('is one and the same for all unnamed sources of one host', () => {
    const origins = ['people', 'official'].map((id) => originOf(source(id, 'anonymous', 'bloomberg'), [id]));
    expect(new Set(origins.map(originKey)).size).toBe(1);
  });

  it('is another one for unnamed sources of two hosts', () => {
    const origins = ['bloomberg', 'reuters'].map((host) => originOf(source('x', 'anonymous', host), ['x']));
    expect(new Set(origins.map(originKey)).size).toBe(2);
  });

  it('of unnamed sources is not their host speaking in its own voice', () => {
    const unnamed = originOf(source('people', 'anonymous', 'bloomberg'), ['people']);
    const own = originOf(source('bloomberg', 'outlet'), ['bloomberg']);
    expect(originKey(unnamed)).not.toBe(originKey(own));
  });

  it('of an unnamed official who speaks for a government is that government', () => {
    const origin = originOf(source('official', 'anonymous', 'bloomberg'), ['official', 'turkiye']);
    expect(origin).toEqual({ sourceId: 'turkiye', anonymous: false });
  });

  it('of an unnamed source without a known host is itself', () => {
    expect(originOf(source('someone', 'anonymous'), ['someone'])).toEqual({ sourceId: 'someone', anonymous: true });
  });
});
