/** One line of a stream, from 0; `bytes` is null where it is longer than allowed. */
export interface Line {
  readonly number: number;
  readonly bytes: Uint8Array | null;
}

const NEWLINE = 0x0a;

/**
 * Splits a stream of bytes into lines at LF, without it. Blank lines are counted and left out. No more than `maxBytes` of a
 * line are ever held: a longer one is passed over.
 */
export async function* linesOf(
  stream: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Line> {
  let number = 0;
  let parts: Uint8Array[] = [];
  let length = 0;

  const add = (part: Uint8Array) => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else parts = [];
  };
  const take = (): Line => {
    const line = { number, bytes: length > maxBytes ? null : Buffer.concat(parts) };
    number += 1;
    parts = [];
    length = 0;
    return line;
  };

  for await (const chunk of stream) {
    let from = 0;
    while (from < chunk.length) {
      const text = length === 0 ? afterBlank(chunk, from) : from;
      if (chunk[text] === NEWLINE && length === 0 && text - from <= maxBytes) {
        number += 1;
        from = text + 1;
        continue;
      }
      const end = chunk.indexOf(NEWLINE, text);
      add(chunk.subarray(from, end === -1 ? undefined : end));
      if (end === -1) break;
      from = end + 1;
      const line = take();
      if (!isBlank(line)) yield line;
    }
  }
  const last = take();
  if (!isBlank(last)) yield last;
}

/** White space of JSON, but for LF (RFC 8259 §2). */
const isSpace = (byte: number | undefined) => byte === 0x20 || byte === 0x09 || byte === 0x0d;

function afterBlank(chunk: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(chunk[at])) at += 1;
  return at;
}

function isBlank({ bytes }: Line): boolean {
  return bytes !== null && afterBlank(bytes, 0) === bytes.length;
}
