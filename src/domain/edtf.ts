import { parse, Season } from 'edtf';

/** An EDTF expression as it was written, and the half-open range [from, until) in UTC that it covers; null is open. */
export interface EdtfRange {
  readonly text: string;
  readonly from: Date | null;
  readonly until: Date | null;
}

/** A text that is no usable EDTF expression; the message is a sentence for the person who wrote it. */
export class EdtfError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EdtfError';
  }
}

/** The longest text that is looked at, in UTF-16 code units: two datetimes with zones take 59. */
export const EDTF_MAX_LENGTH = 64;

const HOW_TO_WRITE =
  'write for example 2025, 2025-12, 2025-12-10, 2025-09~, 2026-04/2026-06, 2025/.. or 2025-12-10T09:30:00Z';

const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;
const DAY = 24 * HOUR;
/** No zone has a day earlier than UTC+14 has it (Kiribati). */
const EARLIEST_ZONE = 14 * HOUR;
const FIRST_INSTANT = Date.parse('0001-01-01');
const END_OF_TIME = Date.parse('9999-12-31') + DAY;

const DATETIME = /^(?<day>\d{4}-\d\d-\d\d)T\d\d:\d\d(?<seconds>:\d\d(?:\.(?<fraction>\d+))?)?(?:Z|[+-]\d\d:\d\d)$/;
const SEASON = /^(?<year>\d{4})-(?<season>2[1-9]|3\d|4[01])$/;
const CALENDAR_DATE = /^[\dX]{4}(?:-[\dX]{2}){0,2}$/;
const CENTURY_OR_DECADE = /^\d{2,3}$/;

/** [from, until) in milliseconds since the epoch; null is open. */
type Span = readonly [from: number | null, until: number | null];

/**
 * Reads an EDTF expression of level 0, 1 or 2 (ISO 8601-2, DESIGN §1) in the years 0001–9999. A qualifier (`?`, `~`,
 * `%`) leaves the range as it is; `X` covers every digit; an open (`..`) or unknown end of an interval is null; a
 * datetime must name its zone and covers its last written unit. Sets, lists and expressions without any bound are
 * refused. The npm package decides what is EDTF; the days are counted here, because the package lets 2025-02-29 and
 * 2025-0X-31 run over into the next month. Throws EdtfError, and nothing else.
 */
export function edtfRange(text: string): EdtfRange {
  if (text.length > EDTF_MAX_LENGTH) {
    throw new EdtfError(`A date has at most ${EDTF_MAX_LENGTH} characters; ${HOW_TO_WRITE}.`);
  }
  checkSyntax(text);
  const bounds = text.replace(/[?~%]/g, '').split('/').map(spanOf);
  const from = bounds.at(0)?.[0] ?? null;
  const until = bounds.at(-1)?.[1] ?? null;
  if (from === null && until === null) {
    throw new EdtfError(`“${text}” is open on both sides and so says nothing; leave it out instead.`);
  }
  if ([from, until].some((time) => time !== null && (time < FIRST_INSTANT || time > END_OF_TIME))) {
    throw outsideYears(text);
  }
  if (from !== null && until !== null && from >= until) {
    throw new EdtfError(`“${text}” ends before it begins; write the earlier date first.`);
  }
  return { text, from: toDate(from), until: toDate(until) };
}

/** Whether edtfRange would take the text. */
export function isEdtf(text: string): boolean {
  try {
    edtfRange(text);
    return true;
  } catch (error) {
    if (error instanceof EdtfError) return false;
    throw error;
  }
}

/**
 * Whether all that an EDTF expression covers lies after `now` in every time zone. A day begins 14 hours before it does in UTC; a
 * datetime has its zone; what is open at its start may have begun. Throws EdtfError.
 */
export function liesAhead(text: string, now: Date): boolean {
  const { from } = edtfRange(text);
  const [start = ''] = text.split('/');
  return from !== null && from.getTime() - (start.includes('T') ? 0 : EARLIEST_ZONE) > now.getTime();
}

/**
 * The range of a dated `partOf` or `speaksFor` (DESIGN §5): from the start of `from` to the END of `to`, so that a term
 * `to` 2018-07 runs until the end of July. Either may be absent: open. Throws EdtfError, also when nothing lies
 * between.
 */
export function affiliationRange(from?: string, to?: string): { from: Date | null; until: Date | null } {
  const start = from === undefined ? null : edtfRange(from).from;
  const end = to === undefined ? null : edtfRange(to).until;
  if (start !== null && end !== null && start >= end) {
    throw new EdtfError(`The term ends (${to}) before it begins (${from}).`);
  }
  return { from: start, until: end };
}

/** What most dates look like: EDTF without asking, and the package takes a third of a millisecond to say so. */
const PLAIN = /^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?[?~%]?$/;

function checkSyntax(text: string): void {
  if (PLAIN.test(text)) return;
  let type: string;
  try {
    type = parse(text).type;
  } catch {
    throw new EdtfError(`“${text}” is not a date in EDTF (ISO 8601-2); ${HOW_TO_WRITE}.`);
  }
  if (type === 'Set' || type === 'List') {
    throw new EdtfError(`“${text}” is a set of dates; write one date, or an interval such as 2026-04/2026-06.`);
  }
  if (type === 'Year') throw outsideYears(text);
}

function outsideYears(text: string): EdtfError {
  return new EdtfError(`“${text}” goes outside the years 0001 to 9999, written with four digits.`);
}

/** The span of one date, season or datetime, or of one end of an interval; the text has no qualifiers any more. */
function spanOf(text: string): Span {
  if (text === '' || text === '..') return [null, null];
  const datetime = DATETIME.exec(text)?.groups;
  if (datetime) return datetimeSpan(text, datetime);
  const season = SEASON.exec(text)?.groups;
  if (season) {
    const { min, max } = new Season([Number(season.year), Number(season.season)]);
    return [min, max + 1];
  }
  if (CENTURY_OR_DECADE.test(text)) return daysSpan(text.padEnd(4, 'X'));
  if (CALENDAR_DATE.test(text)) return daysSpan(text);
  if (text.startsWith('-') || text.startsWith('Y')) throw outsideYears(text);
  throw new EdtfError(
    `“${text}” names no zone that can be read; end the time with Z or with an offset such as +03:00.`,
  );
}

/**
 * As long as the last unit written: a minute, a second or a part of one; what is finer than a millisecond is cut off.
 */
function datetimeSpan(text: string, parts: Record<string, string | undefined>): Span {
  daysSpan(parts.day ?? '');
  const from = Date.parse(text);
  if (parts.seconds === undefined) return [from, from + 60 * SECOND];
  const decimals = Math.min(parts.fraction?.length ?? 0, 3);
  return [from, from + SECOND / 10 ** decimals];
}

/**
 * From the first day of the calendar that fits a date such as `2025`, `201X` or `2025-1X-31` to the end of the last.
 */
function daysSpan(mask: string): Span {
  const [year = 'XXXX', month = 'XX', day = 'XX'] = mask.split('-');
  const years = fitting(year, 1, 9999);
  const months = fitting(month, 1, 12);
  const days = fitting(day, 1, 31);
  const first = firstDay(years, months, days);
  const last = firstDay(years.reverse(), months.reverse(), days.reverse());
  if (years.length === 0) throw outsideYears(mask);
  if (first === null || last === null) throw new EdtfError(`“${mask}” names a day that the calendar does not have.`);
  return [first, last + DAY];
}

/** The numbers from `low` to `high` whose digits fit the mask, ascending. */
function fitting(mask: string, low: number, high: number): number[] {
  if (!mask.includes('X')) return [Number(mask)].filter((n) => n >= low && n <= high);
  const pattern = new RegExp(`^${mask.replaceAll('X', '\\d')}$`);
  return Array.from({ length: high - low + 1 }, (_, i) => low + i).filter((n) => pattern.test(pad(n, mask.length)));
}

/**
 * The first existing day among the candidates, in the order given, as its first millisecond; null where there is none.
 */
function firstDay(years: readonly number[], months: readonly number[], days: readonly number[]): number | null {
  for (const year of years) {
    for (const month of months) {
      for (const day of days) {
        const date = new Date(`${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T00:00:00Z`);
        if (date.getUTCDate() === day) return date.getTime();
      }
    }
  }
  return null;
}

function pad(n: number, digits: number): string {
  return String(n).padStart(digits, '0');
}

function toDate(time: number | null): Date | null {
  return time === null ? null : new Date(time);
}
