/**
 * The two clocks of a question (DESIGN §3): `asOf`, what had been said by then, in microseconds since the epoch; `knownAt`,
 * what had been recorded by then, as an RFC 3339 instant to the microsecond. Null where the question has none.
 */
export interface Clocks {
  readonly asOf: number | null;
  readonly knownAt: string | null;
}

/** Whether a question is about the past, by either clock. */
export function hasClock({ asOf, knownAt }: Clocks): boolean {
  return asOf !== null || knownAt !== null;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const FRACTION = /\.(\d+)/;
const DAY_MS = 86_400_000;

/** An instant (RFC 3339), or a date, which means the end of that UTC day, in microseconds since the epoch. */
export function clockTime(text: string): number {
  if (DATE.test(text)) return (Date.parse(text) + DAY_MS) * 1000;
  const finer = (FRACTION.exec(text)?.[1] ?? '').slice(3, 6).padEnd(3, '0');
  return Date.parse(text) * 1000 + Number(finer);
}

/**
 * Microseconds since the epoch as an RFC 3339 instant in UTC, to the microsecond. The end of the year 9999 has a year of five
 * digits, as PostgreSQL reads and writes it.
 */
export function instantText(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1000);
  const finer = String(microseconds - milliseconds * 1000).padStart(3, '0');
  return new Date(milliseconds).toISOString().replace(/^\+0/, '').replace('Z', `${finer}Z`);
}
