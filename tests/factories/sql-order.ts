import { globSync, readFileSync } from 'node:fs';
import { withClient } from '../global-setup.ts';
import type { TestLedger } from '../harness.ts';

/**
 * Functions of the database that gather an array which is read as a set, or beside another one of the same rows: how that lies
 * is never seen.
 */
const GATHERING = new Set([
  'keep_quotes_of_added',
  'lines_to',
  'merged_with',
  'refresh_quotes',
  'summarize_new_attributions',
]);

/** Where a text of the service or of the database leaves an order to chance, as `where: what`. */
export async function unorderedPlaces({ ownerUrl }: TestLedger): Promise<string[]> {
  const { rows } = await withClient(ownerUrl, (client) =>
    client.query<{ name: string; source: string }>(
      `SELECT proname AS name, prosrc AS source FROM pg_proc WHERE pronamespace = 'public'::regnamespace
       UNION ALL
       SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'`,
    ),
  );
  const files = globSync('src/**/*.ts', { exclude: ['src/database/generated/**'] });
  return [
    ...files.map((path) => ({ name: path, source: readFileSync(path, 'utf8') })),
    ...rows.filter(({ name }) => !GATHERING.has(name)),
  ].flatMap(({ name, source }) => unorderedIn(source).map((found) => `${name}: ${found}`));
}

/** The aggregates that gather rows in no order, and the limits of rows in no order. */
export function unorderedIn(source: string): string[] {
  const found: string[] = [];
  for (const { 0: call, index } of source.matchAll(/\b\w+_?agg(?:_\w+)?\s*\(/gi)) {
    const inside = withoutNested(source.slice(index + call.length, closing(source, index + call.length)));
    if (!/\bORDER\s+BY\b/i.test(inside)) found.push(excerpt(source, index));
  }
  for (const { index } of source.matchAll(/(?<!')\b(?:LIMIT\s+[$\d]|FETCH\s+(?:FIRST|NEXT)\b)/g)) {
    const before = withoutNested(source.slice(opening(source, index), index));
    if (!/\bORDER\s+BY\b|\$\{order\}/i.test(before)) found.push(excerpt(source, index));
  }
  return found;
}

/** Where the parenthesis closes that is open at a place. */
function closing(source: string, from: number): number {
  let depth = 1;
  let at = from;
  for (; at < source.length && depth > 0; at += 1) depth += Number(source[at] === '(') - Number(source[at] === ')');
  return at - 1;
}

/** Where what a place lies in begins: behind an open parenthesis, or with the text. */
function opening(source: string, place: number): number {
  let depth = 0;
  let at = place;
  for (; at > 0 && depth < 1 && source[at - 1] !== '`'; at -= 1)
    depth += Number(source[at - 1] === '(') - Number(source[at - 1] === ')');
  return depth === 1 ? at + 1 : at;
}

function withoutNested(source: string): string {
  const without = source.replaceAll(/\([^()]*\)/g, '');
  return without === source ? source : withoutNested(without);
}

function excerpt(source: string, index: number): string {
  return source
    .slice(Math.max(0, index - 60), index + 80)
    .replaceAll(/\s+/g, ' ')
    .trim();
}
