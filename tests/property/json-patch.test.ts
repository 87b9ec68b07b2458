import fc from 'fast-check';
import type { Operation } from 'rfc6902';
import { expect, test } from 'vitest';
import { jsonPatch } from '../../src/domain/json-patch.ts';
import { patched } from '../json-patch.ts';

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, 0, 1, '', 'a', 'b'),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'a/b', '~', '~1', '', '0', '-'), tie('value'), { maxKeys: 4 }),
  ),
})).value;

test('a patch makes the one value into the other, and of a value into itself it is empty', () => {
  fc.assert(
    fc.property(value, value, (before, after) => {
      const patch = jsonPatch(before, after) as Operation[];
      expect(patched(before, patch)).toEqual(after);
      expect(jsonPatch(after, structuredClone(after))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['an entry at the end', ['a', 'b'], ['a', 'b', 'c'], [{ op: 'add', path: '/2', value: 'c' }]],
  ['an entry in front', ['a', 'b'], ['c', 'a', 'b'], [{ op: 'add', path: '/0', value: 'c' }]],
  ['an entry taken out', ['a', 'b', 'c'], ['a', 'c'], [{ op: 'remove', path: '/1' }]],
  ['a member of an entry', [{ n: 1 }, { n: 2 }], [{ n: 1 }, { n: 3 }], [{ op: 'replace', path: '/1/n', value: 3 }]],
  ['a member with a slash', { 'a/b': { '~': 1 } }, { 'a/b': {} }, [{ op: 'remove', path: '/a~1b/~0' }]],
  ['the whole', 'a', { b: 1 }, [{ op: 'replace', path: '', value: { b: 1 } }]],
] as const)('it is short: %s', (_what, before, after, patch) => {
  expect(jsonPatch(before, after)).toEqual(patch);
});

test('its cost does not run away with long lists', () => {
  const names = Array.from({ length: 2000 }, (_, index) => ({ name: `name ${index}`, language: 'en' }));
  const began = performance.now();
  expect(jsonPatch(names, names.toReversed())).toHaveLength(2000);
  expect(performance.now() - began).toBeLessThan(500);
});
