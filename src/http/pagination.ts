import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isUuid } from '../domain/names.ts';
import { Problem } from '../domain/problem.ts';
import { pathOf } from './errors.ts';
import { sendJson } from './preconditions.ts';
import { queryInteger } from './query.ts';

/** The query parameters of every list (DESIGN §4); spread its `shape` into a strict object with the filters. */
export const pageQuery = z.strictObject({
  limit: queryInteger({ min: 1, max: 1000, fallback: 50 }).describe('At most so many rows, 1–1000.'),
  cursor: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('Where to go on: `page.nextCursor` of the page before, with the same filters and sort.'),
});

/** Where a page ends: `nextCursor` is null on the last one. */
export interface Page {
  readonly nextCursor: string | null;
  readonly hasMore: boolean;
}

const pageSchema = z.object({ nextCursor: z.string().nullable(), hasMore: z.boolean() }).meta({
  id: 'Page',
  description: 'Where a page ends: go on with `nextCursor` as `cursor`; it is null on the last page.',
});

/** The schema of a list's answer: `{ "data": [...], "page": {...} }`. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), page: pageSchema });
}

/** The ids or numbers that a row's place in the order is made of, as text, the unique tie-breaker last. */
export type CursorKeys = readonly string[];

/** An opaque keyset cursor. `binding` is a canonical text of filter and sort: the cursor is good for these only. */
export function encodeCursor(keys: CursorKeys, binding: string): string {
  const text = JSON.stringify(keys);
  return `${digest(text, binding)}${Buffer.from(text).toString('base64url')}`;
}

/** What a cursor's keys must be, one after the other; an instant is in microseconds since the epoch, empty for an open one. */
type KeyKind = 'id' | 'number' | 'instant' | 'text';

const FORM_OF: Readonly<Record<KeyKind, (key: string) => boolean>> = {
  id: isUuid,
  number: (key) => /^\d{1,9}$/.test(key),
  instant: (key) => /^(?:-?\d{1,18})?$/.test(key),
  text: () => true,
};

/**
 * The keys in a cursor. Throws `malformed` with the parameter "cursor" when it is broken or was made for another list.
 */
export function decodeCursor(cursor: string, binding: string, kinds: readonly KeyKind[] = ['id']): string[] {
  const text = Buffer.from(cursor.slice(DIGEST_LENGTH), 'base64url').toString();
  if (cursor.slice(0, DIGEST_LENGTH) === digest(text, binding)) {
    const keys = parsed(text);
    if (Array.isArray(keys) && keys.length === kinds.length && kinds.every((kind, at) => fits(keys[at], kind)))
      return keys;
  }
  const detail = 'Is not a cursor of this list: take nextCursor of the page before, with the same filters and sort.';
  throw new Problem('malformed', `The query is wrong at cursor: ${detail}`, {
    errors: [{ parameter: 'cursor', detail }],
  });
}

function fits(key: unknown, kind: KeyKind): boolean {
  return typeof key === 'string' && FORM_OF[kind](key);
}

/** The id in a query's cursor, where it has one. Throws like `decodeCursor`. */
export function cursorId(cursor: string | undefined, binding: string): string | undefined {
  return cursor === undefined ? undefined : decodeCursor(cursor, binding)[0];
}

const DIGEST_LENGTH = 12;

/** The digest finds out what is broken or of another list; it is no secret, so the keys are still checked like any input. */

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function digest(text: string, binding: string): string {
  return hash('sha256', `${binding}\n${text}`, 'base64url').slice(0, DIGEST_LENGTH);
}

/** A canonical text of filter and sort, for `binding`: the validated query without what only moves along the list. */
export function bindingOf(list: string, query: Readonly<Record<string, unknown>>): string {
  const { limit: _limit, cursor: _cursor, ...filter } = query;
  const entries = Object.entries(filter).filter(([, value]) => value !== undefined);
  return JSON.stringify([list, entries.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Makes a page of rows that were fetched with `limit + 1`: the row too many says that there are more. */
export function pageOf<Row>(
  rows: readonly Row[],
  { limit, keyOf, binding }: { limit: number; keyOf: (row: Row) => CursorKeys; binding: string },
): { data: Row[]; page: Page } {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { data, page: { nextCursor: hasMore ? encodeCursor(keyOf(last), binding) : null, hasMore } };
}

/** A page of rows that are JSON text already: like `pageOf`, `data` being the text of the array. */
export function jsonPageOf<Row extends { readonly json: string }>(
  rows: readonly Row[],
  options: { limit: number; keyOf: (row: Row) => CursorKeys; binding: string },
): { data: string; page: Page } {
  const { data, page } = pageOf(rows, options);
  return { data: `[${data.map(({ json }) => json).join(',')}]`, page };
}

/** The `Link` header of a page (RFC 8288): `rel="first"`, and `rel="next"` while there are more. */
function linkHeader(request: FastifyRequest, { nextCursor, hasMore }: Page, parameter: string): string {
  const path = pathOf(request);
  const query = new URLSearchParams((request.raw.url ?? '').slice(path.length + 1));
  query.delete(parameter);
  const first = `<${path}${query.size > 0 ? `?${query}` : ''}>; rel="first"`;
  if (nextCursor === null || !hasMore) return first;
  query.set(parameter, nextCursor);
  return `<${path}?${query}>; rel="next", ${first}`;
}

/**
 * Sends a page with its `Link` header. `data` is rows, or the JSON text of an array that goes out as it is; `parameter` is
 * the one that takes the cursor.
 */
export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { data, page }: { data: readonly unknown[] | string; page: Page },
  parameter = 'cursor',
): FastifyReply {
  reply.header('link', linkHeader(request, page, parameter));
  if (typeof data !== 'string') return sendJson(reply, { data, page });
  return sendJson(reply, `{"data":${data},"page":${JSON.stringify(page)}}`);
}
