import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf } from '../../src/formats/lines.ts';

async function linesIn(chunks: Iterable<Uint8Array>, maxBytes = 1000): Promise<[number, string | null][]> {
  const lines: [number, string | null][] = [];
  for await (const { number, bytes } of linesOf(chunks, maxBytes)) {
    lines.push([number, bytes === null ? null : Buffer.from(bytes).toString()]);
  }
  return lines;
}

describe('the lines of a stream', () => {
  test('blank ones are counted and left out; the last needs no newline', async () => {
    expect(await linesIn([Buffer.from('a\n\n \t\r\nb\r\nc')])).toEqual([
      [0, 'a'],
      [3, 'b\r'],
      [4, 'c'],
    ]);
    expect(await linesIn([])).toEqual([]);
  });

  test('one that is too long is passed over, and nothing else', async () => {
    expect(await linesIn([Buffer.from('aaa\nbbbb'), Buffer.from('bbbb\ncccc\ndddddd')], 4)).toEqual([
      [0, 'aaa'],
      [1, null],
      [2, 'cccc'],
      [3, null],
    ]);
  });

  test('are the same however the stream comes in pieces', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'ş', '\n', '\r', ' ', '🛡'), { maxLength: 60 })
      .map((all) => all.join(''));
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 12 }),
        async (all, size, max) => {
          const bytes = Buffer.from(all);
          const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
            bytes.subarray(at * size, (at + 1) * size),
          );
          const expected = all
            .split('\n')
            .map((line, number) => [number, Buffer.byteLength(line) > max ? null : line])
            .filter(([, line]) => line === null || !/^[ \t\r]*$/.test(String(line)));
          expect(await linesIn(pieces, max)).toEqual(expected);
        },
      ),
    );
  });
});
