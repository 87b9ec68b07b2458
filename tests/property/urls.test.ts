import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalUrl, UrlError } from '../../src/domain/urls.ts';

const piece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom(
    '%25',
    '%2525',
    '%2F',
    '%2f',
    '%26',
    '%23',
    '%3F',
    '%2B',
    '+',
    '%FE',
    '%C5%9F',
    'ş',
    '%',
    '%0A',
    '&',
    '=',
  ),
);
const part = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const address = fc
  .tuple(fc.constantFrom('http', 'https', 'HTTPS'), part, part, part)
  .map(([scheme, path, query, fragment]) => `${scheme}://www.example.com/${path}?${query}#${fragment}`);

test('a canonical URL is its own canonical form', () => {
  fc.assert(
    fc.property(address, (text) => {
      const canonical = canonicalUrl(text);
      expect(canonicalUrl(canonical)).toBe(canonical);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['a query in another encoding than UTF-8', 'https://example.com/?q=%FE', 'https://example.com/?q=%FD'],
  ['a slash and an escaped slash', 'https://example.com/a/b', 'https://example.com/a%2Fb'],
  ['an escape and an escaped escape', 'https://example.com/%2541', 'https://example.com/A'],
])('two pages stay two: %s', (_what, one, other) => {
  expect(canonicalUrl(one)).not.toBe(canonicalUrl(other));
});

test.each([
  ['escapes in lower case', 'https://example.com/a%2fb', 'https://example.com/a%2Fb'],
  ['the root without its slash', 'https://example.com', 'https://example.com/'],
])('one page is one: %s', (_what, one, other) => {
  expect(canonicalUrl(one)).toBe(other);
});

test('tracking parameters and fragments make no other page', () => {
  const value = fc.stringMatching(/^[a-z0-9]{0,8}$/);
  const tracking = fc.tuple(fc.constantFrom('utm_source', 'utm_campaign', 'fbclid', 'gclid', 'FBCLID'), value);
  const own = fc.tuple(fc.constantFrom('id', 'page', 'fbid', 'gid', 'ref'), value);
  fc.assert(
    fc.property(
      fc.array(own, { maxLength: 3 }),
      fc.array(tracking, { maxLength: 3 }),
      value,
      (kept, dropped, fragment) => {
        const plain = `https://www.example.com/news?${new URLSearchParams(kept)}`;
        const tracked = `https://www.example.com/news/?${new URLSearchParams([...dropped, ...kept])}#${fragment}`;
        expect(canonicalUrl(tracked)).toBe(canonicalUrl(plain));
      },
    ),
  );
});

test('any text is read or refused in words', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.webUrl().map((url) => ` ${url}`),
      ),
      (text) => {
        try {
          expect(canonicalUrl(text)).toMatch(/^https?:\/\//);
        } catch (error) {
          expect(error).toBeInstanceOf(UrlError);
        }
      },
    ),
  );
});
