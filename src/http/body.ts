import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { escapePointer } from '../domain/json-pointer.ts';
import { type FieldError, Problem } from '../domain/problem.ts';
import { rememberBody } from './idempotency.ts';
import { checkBounds, placeOf } from './json-bounds.ts';

/** JSON text that may hold what PostgreSQL's text or a JavaScript object must not: only then is the value walked. */
const SUSPICIOUS = /\\u0000|\\u[dD][89a-fA-F]|__proto__|\\u005[fF]|"constructor"/;

/** A text of more bytes is parsed in a turn of its own. */
const LONG_BYTES = 512 * 1024;

/**
 * Reads JSON bodies (`application/json`) of the whole app. Refused as `malformed`: an empty body where one is needed, a
 * body where none is taken, bytes that are not UTF-8, broken JSON, and what `checkText` and prototype poisoning refuse.
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request: FastifyRequest, bytes: Buffer) =>
    parseBody(request, bytes),
  );
}

/** A JSON body as a value; `undefined` when it is empty and the route takes none. Throws `malformed` or `unsupported-media-type`. */
export async function parseBody(request: FastifyRequest, bytes: Buffer): Promise<unknown> {
  refuseEncoding(request);
  const takesBody = request.entry?.takesBody === true;
  if (bytes.length === 0) {
    if (!takesBody) return undefined;
    throw malformedBody('The body is empty.');
  }
  rememberBody(request, bytes);
  const value = await parseJson(bytes);
  if (!takesBody && !isEmptyObject(value)) throw malformedBody('This operation takes no body.');
  return value;
}

/** A body in a `Content-Encoding` is not read (RFC 9110 §15.5.16). */
export function refuseEncoding(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return;
  throw new Problem('unsupported-media-type', `The body is in the encoding ${encoding}; send it as it is.`, {
    errors: [{ header: 'Content-Encoding', detail: 'Only identity is taken.' }],
  });
}

/**
 * Parses JSON that must be valid UTF-8, within its bounds, and free of NUL characters, lone surrogates and poisoned keys; throws
 * `malformed` or `too-large`. Others get a turn before and after a long text is parsed.
 */
export async function parseJson(bytes: Buffer): Promise<unknown> {
  await checkBounds(bytes);
  const long = bytes.length > LONG_BYTES;
  if (long) await nextTurn();
  const value = parseText(bytes);
  if (long) await nextTurn();
  return value;
}

function parseText(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw malformedBody('The body is not valid UTF-8.');
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw malformedBody(`The body is not valid JSON${positionIn(text, error)}.`);
  }
  if (SUSPICIOUS.test(text)) {
    const errors = hostilePlaces(value);
    const first = errors[0];
    if (first) throw new Problem('malformed', `The body is wrong at ${first.pointer}: ${first.detail}`, { errors });
  }
  return value;
}

function malformedBody(detail: string): Problem {
  return new Problem('malformed', detail, { errors: [{ pointer: '', detail }] });
}

/** " at line 3, column 7" when the parser of JSON said where. */
function positionIn(text: string, error: unknown): string {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  if (position === undefined) return '';
  return placeOf(text, Number(position));
}

/** What is wrong with a text that cannot be kept: PostgreSQL's text holds neither NUL nor half a surrogate pair. */
export function unkeepable(text: string): string | undefined {
  if (text.includes('\0')) return 'Holds a NUL character (U+0000), which cannot be kept.';
  if (!text.isWellFormed()) return 'Holds half of a surrogate pair, which is no character.';
  return undefined;
}

/** Walks a parsed body without recursion (bodies may be deep) and lists at most 20 places that are refused. */
function hostilePlaces(root: unknown): FieldError[] {
  const errors: FieldError[] = [];
  const rest: [pointer: string, value: unknown][] = [['', root]];
  for (let next = rest.pop(); next !== undefined && errors.length < 20; next = rest.pop()) {
    const [pointer, value] = next;
    if (typeof value === 'string') {
      const detail = unkeepable(value);
      if (detail) errors.push({ pointer, detail });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        const place = `${pointer}/${escapePointer(key)}`;
        const detail = unkeepable(key) ?? poison(key, member);
        if (detail) errors.push({ pointer: place.toWellFormed(), detail });
        else rest.push([place, member]);
      }
    }
  }
  return errors;
}

function poison(key: string, member: unknown): string | undefined {
  const poisoned =
    key === '__proto__' ||
    (key === 'constructor' && typeof member === 'object' && member !== null && Object.hasOwn(member, 'prototype'));
  return poisoned ? 'This name is not taken in a body.' : undefined;
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
