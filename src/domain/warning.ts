import { edtfRange } from './edtf.ts';
import type { ReportStatus, WarningType } from './vocabulary.ts';

/** What may be wrong with something that is recorded all the same; `pointer` says where (RFC 6901). */
export interface Warning {
  readonly type: WarningType;
  readonly pointer: string;
  readonly detail: string;
}

/** What is told of words that were said after their report was published, both EDTF. */
export const saidTooLate = (said: string, published: string) =>
  `It was said (${said}) after its report was published (${published}): one of the two dates may be wrong.`;

/**
 * The warning of words that were `said` wholly after the `published` of a report that we hold as it was first printed; none where
 * either is not known. What comes in one at a time is judged by the same rule in SQL (`INSERT_ATTRIBUTIONS`).
 */
export function saidAfterPublished(
  pointer: string,
  said: string | null | undefined,
  { status, published }: { readonly status: ReportStatus; readonly published: string | null },
): Warning[] {
  if (said == null || published === null || status !== 'held') return [];
  const [from, until] = [edtfRange(said).from, edtfRange(published).until];
  if (from === null || until === null || from < until) return [];
  return [{ type: 'said_after_published', pointer, detail: saidTooLate(said, published) }];
}
