import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affiliationRange, EdtfError, edtfRange } from '../../src/domain/edtf.ts';

/** The range, or undefined where the text is refused; any other error gets through. */
function rangeOf(text: string) {
  try {
    return edtfRange(text);
  } catch (error) {
    if (error instanceof EdtfError) return undefined;
    throw error;
  }
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: fc.constantFrom(...'0123456789X-/.?~%TZ:+{}[],YES'), maxLength: 64 }),
  fc.stringMatching(/^[?~%]?[012X][\dX]{3}[?~%]?(-[01X][\dX][?~%]?(-[0-3X][\dX][?~%]?)?)?$/),
  fc.stringMatching(/^(\d{4}(-[01]\d(-[0-3]\d)?)?|\.\.)?\/(\d{4}(-[01]\d(-[0-3]\d)?)?|\.\.)?$/),
);
const day = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('any text at all', () => {
  it('gives a range that is not empty and lies in the years 0001 to 9999, or the declared error', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const range = rangeOf(text);
        if (range === undefined) return;
        const from = range.from ?? new Date('0001-01-01');
        const until = range.until ?? new Date('+010000-01-01T00:00:00Z');
        expect(range.text).toBe(text);
        expect(range.from ?? range.until).not.toBeNull();
        expect(from.getTime()).toBeGreaterThanOrEqual(Date.parse('0001-01-01'));
        expect(from.getTime()).toBeLessThan(until.getTime());
        expect(until.getTime()).toBeLessThanOrEqual(Date.parse('+010000-01-01T00:00:00Z'));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('any day of the calendar', () => {
  it('is covered by itself for 24 hours, and lies in its month and its year', () => {
    fc.assert(
      fc.property(day, (text) => {
        const [itself, month, year] = [text, text.slice(0, 7), text.slice(0, 4)].map((part) => {
          const { from, until } = edtfRange(part);
          return [Number(from), Number(until)] as const;
        }) as [readonly [number, number], readonly [number, number], readonly [number, number]];
        expect(itself).toEqual([Date.parse(text), Date.parse(text) + 86_400_000]);
        expect(month[0] <= itself[0] && itself[1] <= month[1]).toBe(true);
        expect(year[0] <= month[0] && month[1] <= year[1]).toBe(true);
      }),
    );
  });

  it('lies in the range of every date that leaves some of its digits unspecified', () => {
    const mask = fc.array(fc.boolean(), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(day, mask, (text, hidden) => {
        const masked = [...text].map((c, i) => (c !== '-' && hidden[i] ? 'X' : c)).join('');
        const range = rangeOf(masked);
        fc.pre(range !== undefined);
        expect(Number(range?.from)).toBeLessThanOrEqual(Date.parse(text));
        expect(Number(range?.until)).toBeGreaterThan(Date.parse(text));
      }),
    );
  });

  it('keeps its range under a qualifier', () => {
    fc.assert(
      fc.property(day, fc.constantFrom('?', '~', '%'), fc.constantFrom(4, 7, 10), (text, qualifier, length) => {
        const date = text.slice(0, length);
        expect(edtfRange(`${date}${qualifier}`)).toEqual({ ...edtfRange(date), text: `${date}${qualifier}` });
      }),
    );
  });
});

describe('any two dates', () => {
  const date = fc.tuple(day, fc.constantFrom(4, 7, 10)).map(([text, length]) => text.slice(0, length));

  it('make an interval, and a term, from the start of the first to the end of the second, or are refused as reversed', () => {
    fc.assert(
      fc.property(date, date, (first, second) => {
        const from = edtfRange(first).from;
        const until = edtfRange(second).until;
        const interval = `${first}/${second}`;
        if (Number(from) < Number(until)) {
          expect(edtfRange(interval)).toEqual({ text: interval, from, until });
          expect(affiliationRange(first, second)).toEqual({ from, until });
        } else {
          expect(() => edtfRange(interval)).toThrow(EdtfError);
          expect(() => affiliationRange(first, second)).toThrow(EdtfError);
        }
      }),
    );
  });
});
