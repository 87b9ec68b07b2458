import { setImmediate as nextTurn } from 'node:timers/promises';
import { Problem } from '../domain/problem.ts';

/** So deep may JSON be nested. */
const MAX_DEPTH = 64;
/** So many members may one object have, and so many items one array. */
const MAX_MEMBERS = 1000;
const MAX_ITEMS = 20_000;
/** So many members and items may there be in all. */
const MAX_VALUES = 250_000;

/** So many bytes are looked at before others get a turn. */
const STEP_BYTES = 1024 * 1024;

/**
 * Holds JSON text to its bounds before any of it is parsed, in one pass over its bytes that lets others in between. Whether it
 * is JSON at all is the parser's to say.
 *
 * @throws {Problem} `malformed` (depth) or `too-large` (members, items, values), with the line and column where the bound was met
 */
export async function checkBounds(bytes: Buffer): Promise<void> {
  const counter = new BoundsCounter(bytes);
  for (let from = 0; from < bytes.length; from += STEP_BYTES) {
    if (from > 0) await nextTurn();
    counter.count(from, Math.min(bytes.length, from + STEP_BYTES));
  }
}

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

class BoundsCounter {
  readonly #bytes: Buffer;
  #values = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** By depth: how many entries may still come, after the first. */
  readonly #left = new Int32Array(MAX_DEPTH + 2).fill(MAX_VALUES);

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  count(from: number, to: number): void {
    const bytes = this.#bytes;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at];
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
      } else if (byte === QUOTE) this.#inString = true;
      else if (byte === COMMA) this.#next(at);
      else if (byte === OBJECT) this.#open(at, MAX_MEMBERS);
      else if (byte === ARRAY) this.#open(at, MAX_ITEMS);
      else if ((byte === OBJECT_END || byte === ARRAY_END) && this.#depth > 0) this.#depth -= 1;
    }
  }

  #open(at: number, bound: number): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#problem('malformed', at, `is nested more than ${MAX_DEPTH} levels deep`);
    this.#left[this.#depth] = bound - 1;
    this.#value(at);
  }

  #next(at: number): void {
    const left = this.#left[this.#depth] ?? 0;
    if (left === 0)
      throw this.#problem(
        'too-large',
        at,
        `has more than ${MAX_MEMBERS} members in one object, or ${MAX_ITEMS} items in one array`,
      );
    this.#left[this.#depth] = left - 1;
    this.#value(at);
  }

  #value(at: number): void {
    this.#values += 1;
    if (this.#values > MAX_VALUES)
      throw this.#problem('too-large', at, `has more than ${MAX_VALUES} members and items in all`);
  }

  #problem(type: 'malformed' | 'too-large', at: number, what: string): Problem {
    const before = this.#bytes.toString('utf8', 0, at);
    const detail = `The body ${what}${placeOf(before, before.length)}.`;
    return new Problem(type, detail, { errors: [{ pointer: '', detail }] });
  }
}

/** " at line 3, column 7", both from 1. */
export function placeOf(text: string, offset: number): string {
  let line = 1;
  let start = 0;
  for (let at = 0; at < offset; at += 1) {
    if (text.charCodeAt(at) !== 0x0a) continue;
    line += 1;
    start = at + 1;
  }
  return ` at line ${line}, column ${offset - start + 1}`;
}
