import { expect, test } from 'vitest';
import document from '../../openapi/openapi.json' with { type: 'json' };
import * as domain from '../../src/domain/vocabulary.ts';

type Schema = { readonly enum?: string[]; readonly description?: string };
const schemas = document.components.schemas as unknown as Record<string, Schema>;
const named = Object.entries(schemas).filter(([, schema]) => schema.enum !== undefined);

/** Every place below a value that lists words, but for the orders of lists. */
function listsOfWords(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('name' in value && value.name === 'sort') return [];
  const here = 'enum' in value && Array.isArray(value.enum) ? [path] : [];
  return [...here, ...Object.entries(value).flatMap(([name, member]) => listsOfWords(member, `${path}/${name}`))];
}

test('every vocabulary of the contract is one named schema with its meaning, and stands nowhere else', () => {
  expect(listsOfWords(document)).toEqual(named.map(([name]) => `/components/schemas/${name}`));
  expect(named.filter(([, { description }]) => !description)).toEqual([]);
  const words = named.map(([, schema]) => schema.enum?.join(' '));
  expect(new Set(words).size).toBe(words.length);
});

test('every vocabulary of the domain is one of them', () => {
  const lists = Object.values(domain).filter((list) => Array.isArray(list));
  for (const list of lists) expect(named.map(([, schema]) => schema.enum)).toContainEqual([...list]);
  expect(lists.length).toBeGreaterThan(20);
});
