import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { foldName, isSlug, slugify } from '../../src/domain/names.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(...'aZ09 -_İıÜüşğÇç’&\t\u0307\u0308\u200dßДёΣς北ँ・ーガأیա\u0587เ'),
    maxLength: 60,
  }),
);
const letters = fc.string({ unit: fc.constantFrom(...lettersOf(/\p{Cased}/u)), maxLength: 30 });
const turkish = fc.string({ unit: fc.constantFrom(...'abcçdefgğhıijklmnoöprsştuüvyz '), maxLength: 30 });

describe('the key of any name', () => {
  it('is its own key', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(foldName(foldName(name))).toBe(foldName(name));
      }),
      { numRuns: 1000 },
    );
  });

  it('is empty only for a blank name', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(foldName(name) === '').toBe(name.normalize('NFKC').trim() === '');
      }),
      { numRuns: 1000 },
    );
  });

  it('does not change with white space around it or the form of Unicode it comes in', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(foldName(` \n${name}\t `)).toBe(foldName(name));
        expect(foldName(name.normalize('NFC'))).toBe(foldName(name.normalize('NFD')));
      }),
    );
  });

  it('does not change between capitals and small letters of any script', () => {
    fc.assert(
      fc.property(letters, (name) => {
        expect(foldName(name.toUpperCase())).toBe(foldName(name));
        expect(foldName(name.toLowerCase())).toBe(foldName(name));
      }),
    );
  });

  it('does not change between Turkish capitals, English capitals and small letters', () => {
    fc.assert(
      fc.property(turkish, (name) => {
        expect(foldName(name.toLocaleUpperCase('tr'))).toBe(foldName(name));
        expect(foldName(name.toUpperCase())).toBe(foldName(name));
      }),
    );
  });
});

describe('the keys of different names in one script', () => {
  test.each(['Hiragana', 'Katakana', 'Hangul', 'Han', 'Georgian', 'Ethiopic', 'Cherokee'])('differ: %s', (script) => {
    expect(twins(casedOnce(lettersOf(scriptOf(script))))).toEqual([]);
  });

  test.each(['Thai', 'Lao', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Bengali', 'Gurmukhi', 'Gujarati', 'Sinhala'])(
    'differ by every mark on a letter: %s',
    (script) => {
      const all = lettersOf(scriptOf(script));
      const marks = all.filter((sign) => /\p{M}/u.test(sign));
      const names = all
        .filter((sign) => /\p{Lo}/u.test(sign))
        .flatMap((letter) => ['', ...marks].map((m) => letter + m));
      expect(twins(names.map((name) => name.normalize('NFKC')))).toEqual([]);
    },
  );

  it('differ in Cyrillic but for ё and stress', () => {
    expect(twins(casedOnce(lettersOf(scriptOf('Cyrillic'))))).toEqual(['еѐё', 'иѝ']);
  });

  it('differ in the letters of Arabic but for the alefs, two keyboards and the digits', () => {
    const arabic = casedOnce(lettersOf(/[\u0620-\u063f\u0641-\u064a\u0660-\u0669\u066e-\u06d3\u06f0-\u06f9]/u));
    const digits = Array.from({ length: 10 }, (_, digit) => String.fromCodePoint(0x660 + digit, 0x6f0 + digit));
    expect(twins(arabic)).toEqual(['آأإاٱ', 'كک', 'هہ', 'يی', ...digits]);
  });
});

/** The assigned signs of the Basic Multilingual Plane that the pattern takes. */
function lettersOf(pattern: RegExp): string[] {
  const signs = Array.from({ length: 0xd800 }, (_, code) => String.fromCodePoint(code));
  return signs.filter((sign) => pattern.test(sign));
}

function scriptOf(script: string): RegExp {
  return new RegExp(`\\p{Script=${script}}`, 'u');
}

/** One form of each letter: of the two cases, and of the letters that are the same by NFKC. */
function casedOnce(letters: readonly string[]): string[] {
  return letters.map((letter) => letter.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFC'));
}

/** The different names that have one key, each group as one text. */
function twins(names: readonly string[]): string[] {
  const byKey = Map.groupBy(new Set(names), foldName);
  return [...byKey.values()].filter((group) => group.length > 1).map((group) => group.sort().join(''));
}

describe('the slug of any text', () => {
  it('is a slug, no longer than asked for, and the same every time', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.uuid()), fc.integer({ min: 10, max: 120 }), (name, max) => {
        const slug = slugify(name, max);
        expect(isSlug(slug)).toBe(true);
        expect(slug.length).toBeLessThanOrEqual(max);
        expect(slugify(name, max)).toBe(slug);
      }),
      { numRuns: 1000 },
    );
  });
});
