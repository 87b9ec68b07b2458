import type { TimeRange } from './attribution.ts';
import { edtfRange } from './edtf.ts';

/** The range of an EDTF date in microseconds since the epoch; null for none. Throws EdtfError for what is no date. */
export function rangeOf(edtf: string | null): TimeRange | null {
  if (edtf === null) return null;
  const { from, until } = edtfRange(edtf);
  return { from: from && from.getTime() * 1000, until: until && until.getTime() * 1000 };
}

/**
 * Whether a date is found by the window that begins with one EDTF date and ends where another begins. An approximate date is
 * found by every window that it touches; what has no date by none, but for the window that is open on both sides.
 */
export function touches(date: TimeRange | null, from: string | undefined, before: string | undefined): boolean {
  if (from === undefined && before === undefined) return true;
  if (date === null) return false;
  return (
    (from === undefined || date.until === null || date.until > startOf(from)) &&
    (before === undefined || date.from === null || date.from < startOf(before))
  );
}

function startOf(edtf: string): number {
  return rangeOf(edtf)?.from ?? Number.NEGATIVE_INFINITY;
}
