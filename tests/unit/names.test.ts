import { describe, expect, it, test } from 'vitest';
import { foldName, isSlug, isUuid, slugify } from '../../src/domain/names.ts';

describe('the key under which a name is found', () => {
  test.each(['TÜRKİYE', 'Türkiye', 'turkiye', 'Turkıye', 'Tu\u0308rkiye', '  TURKIYE\n'])(
    '%j finds Türkiye',
    (name) => {
      expect(foldName(name)).toBe('turkiye');
    },
  );

  test.each([
    ['Recep  Tayyip\tErdoğan', 'recep tayyip erdogan'],
    ['Łódź', 'lodz'],
    ['Müller', 'muller'],
    ['Путин', 'putin'],
    ['ΣΊΣΥΦΟΣ', 'sisyfos'],
    ['ﬁn', 'fin'],
  ])('%s is folded to Latin letters without case and diacritics', (name, key) => {
    expect(foldName(name)).toBe(key);
  });

  test.each(['北京', '🦄', '가'])('%s, which has no Latin form, keeps its own letters', (name) => {
    expect(foldName(name)).toBe(name);
  });
});

describe('a slug', () => {
  test.each([
    ['Recep Tayyip Erdoğan', 'recep-tayyip-erdogan'],
    ['TÜRKİYE', 'turkiye'],
    ['Türkiye wants to hand its S-400 systems back', 'turkiye-wants-to-hand-its-s-400-systems-back'],
    ['McDonald & Sons', 'mcdonald-and-sons'],
  ])('%s is written in words that a person can type', (text, slug) => {
    expect(slugify(text)).toBe(slug);
  });

  it('is cut between words', () => {
    expect(slugify('one two three', 11)).toBe('one-two');
    expect(slugify('one two three', 13)).toBe('one-two-three');
    expect(slugify('onetwothreefour', 10)).toBe('onetwothre');
  });

  it('is a hash of the text where no letter can be written', () => {
    expect(slugify('北京')).toMatch(/^x-[0-9a-f]{8}$/);
    expect(slugify('北京')).toBe(slugify('北京'));
    expect(slugify('北京')).not.toBe(slugify('東京'));
  });

  it('is never to be mistaken for an id', () => {
    const id = '0193f3a0-7b6e-7c3a-9d59-2f6f2a1b4c5d';
    expect(isUuid(id)).toBe(true);
    expect(isUuid(id.toUpperCase())).toBe(true);
    expect(isSlug(id)).toBe(false);
    expect(slugify(id)).toBe(`x-${id}`);
  });

  test.each(['', '-a', 'a-', 'a--b', 'A', 'a b', 'ä', 'a\n', 'a'.repeat(121)])('%j is none', (text) => {
    expect(isSlug(text)).toBe(false);
  });
});
