import type { Affiliation, Attribution, Report, Source, TimeRange } from '../../src/domain/attribution.ts';
import { edtfRange } from '../../src/domain/edtf.ts';
import type { ReportStatus, SourceKind, Stance } from '../../src/domain/vocabulary.ts';

/** A time as the rules take it, in microseconds since the epoch, from an EDTF text. */
export function when(text: string): TimeRange {
  const { from, until } = edtfRange(text);
  return { from: from && from.getTime() * 1000, until: until && until.getTime() * 1000 };
}

/** The first microsecond of an EDTF text that has a beginning. */
export function startOf(text: string): number {
  const { from } = when(text);
  if (from === null) throw new Error(`${text} has no beginning`);
  return from;
}

export function report(id: string, status: ReportStatus = 'held', published: string | null = null): Report {
  return { id, status, published: published === null ? null : when(published) };
}

export function source(id: string, kind: SourceKind = 'person', hostId: string | null = null): Source {
  return { id, kind, hostId };
}

/** An affiliation from the start of `from` to the end of `to`; both open by default. */
export function affiliation(
  sourceId: string,
  kind: Affiliation['kind'],
  organizationId: string,
  { from, to }: { from?: string; to?: string } = {},
): Affiliation {
  return {
    sourceId,
    kind,
    organizationId,
    validFrom: from === undefined ? null : when(from).from,
    validUntil: to === undefined ? null : when(to).until,
  };
}

/**
 * An attribution to the source, in the report `held` unless another is named; recorded at 1 µs unless told otherwise.
 */
export function attribution(
  id: string,
  sourceId: string,
  stance: Stance,
  rest: Partial<Omit<Attribution, 'said'>> & { said?: string } = {},
): Attribution {
  const { said, ...fields } = rest;
  return {
    id,
    sourceId,
    reportId: 'held',
    stance,
    certainty: 'unstated',
    relaysId: null,
    speakingFor: null,
    recordedAt: 1,
    withdrawn: false,
    hasQuote: false,
    ...fields,
    said: said === undefined ? null : when(said),
  };
}

/** A relay: `sourceId` passes on what the attribution `relaysId` says. */
export function relay(id: string, sourceId: string, relaysId: string, rest: Partial<Attribution> = {}): Attribution {
  const { said: _, ...fields } = rest;
  return attribution(id, sourceId, 'reports', { ...fields, relaysId });
}
