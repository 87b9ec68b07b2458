import { EdtfError, edtfRange } from './edtf.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** The divisions of a year of ISO 8601-2 §4.8, from number 21 on. */
const DIVISIONS = [
  ...['spring', 'summer', 'autumn', 'winter'],
  ...['spring', 'summer', 'autumn', 'winter'],
  ...['the southern spring of', 'the southern summer of', 'the southern autumn of', 'the southern winter of'],
  ...['the first quarter of', 'the second quarter of', 'the third quarter of', 'the last quarter of'],
  ...['the first third of', 'the second third of', 'the last third of'],
  ...['the first half of', 'the second half of'],
] as const;

/** `~`, `?` and both, in front of a date (which loses its own `on` or `in` behind `around`) and of a span. */
const QUALIFIED = {
  '': { date: (on: string) => on, span: '' },
  '~': { date: () => 'around', span: 'roughly ' },
  '?': { date: (on: string) => `possibly ${on}`, span: 'possibly ' },
  '%': { date: () => 'possibly around', span: 'possibly ' },
} as const;

/** A date in words, with the preposition that it takes. */
interface Point {
  readonly on: 'on' | 'in';
  readonly words: string;
}

/**
 * When something was said, from its EDTF date, as it stands in a sentence: `on 10 December 2025`, `in December 2025`,
 * `around September 2025`, `between April and June 2026`, `in 2025 or later`. A time of day is left out; the day is that of the
 * zone it was written in. Null where there is no date that can be read.
 */
export function whenOf(edtf: string | null): string | null {
  if (edtf === null) return null;
  const range = rangeOf(edtf);
  if (range === null) return null;
  const { date, span } = QUALIFIED[qualifierOf(edtf)];
  const [from = '', to = from] = edtf.replace(/[?~%]/g, '').split('/').map(withoutTime);
  const inWords = ({ on, words }: Point) => `${date(on)} ${words}`;
  if (range.last === null) return `${inWords(pointOf(from) ?? dayOf(range.first ?? ''))} or later`;
  if (range.first === null) return `${inWords(pointOf(to) ?? dayOf(range.last))} or earlier`;
  const point = from === to ? pointOf(from) : null;
  if (point !== null) return inWords(point);
  if (range.first === range.last) return inWords(dayOf(range.first));
  const alike = from.length === to.length && [from, to].every(isCalendarDate);
  return `${span}between ${alike ? between(from, to) : between(...inWhole(range.first, range.last))}`;
}

/** `the same day` for a second stance of exactly this date; null where that would say too much. */
export function sameTime(edtf: string): string | null {
  if (!isCalendarDate(edtf)) return null;
  return { 4: 'the same year', 7: 'the same month', 10: 'the same day' }[edtf.length] ?? null;
}

function qualifierOf(edtf: string): keyof typeof QUALIFIED {
  if (edtf.includes('%') || (edtf.includes('~') && edtf.includes('?'))) return '%';
  return edtf.includes('~') ? '~' : edtf.includes('?') ? '?' : '';
}

/** The first and the last day that a date covers, null for open; null for what is no date. */
function rangeOf(edtf: string): { first: string | null; last: string | null } | null {
  try {
    const { from, until } = edtfRange(edtf);
    return { first: from && isoDay(from.getTime()), last: until && isoDay(until.getTime() - 1) };
  } catch (error) {
    if (error instanceof EdtfError) return null;
    throw error;
  }
}

function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Without a time of day, and without the months and days that are not specified. */
function withoutTime(date: string): string {
  return date.replace(/T.*$/, '').replace(/(?:-XX)+$/, '');
}

function isCalendarDate(date: string): boolean {
  return /^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?$/.test(date);
}

/** A year, month, day, division of a year or decade in words; null for anything else, such as `2025-1X`. */
function pointOf(date: string): Point | null {
  if (isCalendarDate(date)) return { on: date.length === 10 ? 'on' : 'in', words: partsOf(date).join(' ') };
  const [year = '', number = ''] = date.split('-');
  const division = DIVISIONS[Number(number) - 21];
  if (/^\d{4}$/.test(year) && division !== undefined) return { on: 'in', words: `${division} ${yearOf(year)}` };
  // Of `the 2000s` nobody knows whether they are ten years or a hundred: those stay a range.
  return /^\d\d[1-9]X?$/.test(date) ? { on: 'in', words: `the ${yearOf(`${date.slice(0, 3)}0`)}s` } : null;
}

function dayOf(date: string): Point {
  return { on: 'on', words: partsOf(date).join(' ') };
}

/** `April and June 2026`: what both dates share is said once, at the end. */
function between(from: string, to: string): string {
  const [first, last] = [partsOf(from), partsOf(to)];
  const own = first.findIndex(
    (_, index) => first.slice(index).join(' ') === last.slice(index - first.length).join(' '),
  );
  return `${first.slice(0, own === -1 ? undefined : Math.max(own, 1)).join(' ')} and ${last.join(' ')}`;
}

/** Days that are the first and the last of years or of months as those: all of a decade needs no days. */
function inWhole(first: string, last: string): [string, string] {
  const next = isoDay(Date.parse(last) + 86_400_000);
  const length =
    first.endsWith('-01-01') && next.endsWith('-01-01') ? 4 : first.endsWith('-01') && next.endsWith('-01') ? 7 : 10;
  return [first.slice(0, length), last.slice(0, length)];
}

/** Day, month and year in words, as far as the date has them. */
function partsOf(date: string): string[] {
  const [year = '', month, day] = date.split('-');
  const named = MONTHS[Number(month) - 1];
  return [...(day === undefined ? [] : [String(Number(day))]), ...(named === undefined ? [] : [named]), yearOf(year)];
}

function yearOf(year: string): string {
  return Number(year) < 1000 ? `AD ${Number(year)}` : year;
}
