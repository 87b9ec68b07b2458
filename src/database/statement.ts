import { createHash } from 'node:crypto';
import type pg from 'pg';

const names = new Map<string, string>();

/** The name under which a text is prepared once per connection: short, and the same for the same text. */
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('base64url');
    names.set(text, name);
  }
  return name;
}

/**
 * A statement that PostgreSQL parses once per connection. Its text must come from a limited set (no values in it), since
 * each connection keeps all that it has seen.
 */
export function prepared(text: string, values: readonly unknown[]): pg.QueryConfig {
  return { name: nameOf(text), text, values: [...values] };
}

/** So many statements of Prisma's are prepared at most, and none with more values: lists make a text for each length. */
const MOST_PREPARED = 500;
const MOST_VALUES = 40;

/** The name under which Prisma prepares a statement; none where its text is one of too many. */
export function nameOfPrismas({ sql, args }: { readonly sql: string; readonly args: readonly unknown[] }): string {
  if (args.length > MOST_VALUES || (names.size >= MOST_PREPARED && !names.has(sql))) return '';
  return nameOf(sql);
}

/**
 * The end of a list's inner statement: no page has more rows than a thousand and the one that tells whether there are more. The
 * page's own limit is a parameter, for which PostgreSQL would plan as if a tenth of the table were read.
 */
export const AT_MOST_A_PAGE = 'LIMIT 1001';

/** The values of a statement while it is put together: `$1`, `$2`, … in the order in which they are added. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Adds a value and gives its placeholder. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
