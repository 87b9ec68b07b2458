import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldName, isSlug, slugify } from '../../src/domain/names.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...'aZ09 -_İıÜüşğÇç’&\t\u0307\u0308\u200dßДёΣς北ँ'), maxLength: 60 }),
);
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

  it('does not change between Turkish capitals, English capitals and small letters', () => {
    fc.assert(
      fc.property(turkish, (name) => {
        expect(foldName(name.toLocaleUpperCase('tr'))).toBe(foldName(name));
        expect(foldName(name.toUpperCase())).toBe(foldName(name));
      }),
    );
  });
});

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
