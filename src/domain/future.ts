import { liesAhead } from './edtf.ts';
import { Problem } from './problem.ts';

/** An EDTF date that a document gives, and where it stands there (RFC 6901); null or undefined where it gives none. */
export interface GivenDate {
  readonly pointer: string;
  readonly date: string | null | undefined;
}

/** The dates among these of what cannot have happened yet (`liesAhead`), as places of the document. */
export function futureDates(now: Date, dates: readonly GivenDate[]): { pointer: string; detail: string }[] {
  return dates.flatMap(({ pointer, date }) => {
    if (date == null || !liesAhead(date, now)) return [];
    return [{ pointer, detail: `“${date}” lies in the future in every time zone: it is ${now.toISOString()} now.` }];
  });
}

/**
 * Refuses a date of what cannot have happened yet. The service's clock tells, so this is no rule of the database.
 *
 * @throws {Problem} `rule-broken`
 */
export function refuseFuture(now: Date, given: GivenDate): void {
  const errors = futureDates(now, [given]);
  if (errors[0] !== undefined) throw new Problem('rule-broken', errors[0].detail, { errors });
}
