import type { Affiliation, Attribution, Source } from './attribution.ts';

/**
 * On whose word a position rests, once raised. The unnamed sources of one host are one origin, apart from the host
 * speaking in its own voice.
 */
export interface Origin {
  readonly sourceId: string;
  readonly anonymous: boolean;
}

/**
 * The way up from a source to the organization that it speaks for at the instant `at` and on to the top of that one's
 * (or its own) `partOf` line at that time (DESIGN §3): ids, the source first. `at` is the start of the stance's time in
 * microseconds since the epoch, null for minus infinity. `speakingFor` wins over the affiliations; `self` raises
 * nothing. A line that runs in a circle ends before the first source would come again.
 */
export function raise(
  sourceId: string,
  at: number | null,
  speakingFor: Attribution['speakingFor'],
  affiliations: readonly Affiliation[],
): string[] {
  if (speakingFor === 'self') return [sourceId];
  const path = [sourceId];
  let next = speakingFor ?? organizationOf(sourceId, 'speaks_for', at, affiliations);
  next ??= organizationOf(sourceId, 'part_of', at, affiliations);
  while (next !== undefined && !path.includes(next)) {
    path.push(next);
    next = organizationOf(next, 'part_of', at, affiliations);
  }
  return path;
}

/**
 * The origin at the end of a path made by `raise`. An anonymous source that nothing raised counts as its host's unnamed
 * source, so two of one host are one; without a known host it stands for itself.
 */
export function originOf(source: Source, path: readonly string[]): Origin {
  const top = path.at(-1) ?? source.id;
  if (source.kind === 'anonymous' && path.length === 1) {
    return { sourceId: source.hostId ?? source.id, anonymous: true };
  }
  return { sourceId: top, anonymous: false };
}

/** A key that is equal for equal origins, and only for those. */
export function originKey(origin: Origin): string {
  return origin.anonymous ? `anonymous ${origin.sourceId}` : origin.sourceId;
}

function organizationOf(
  sourceId: string,
  kind: Affiliation['kind'],
  at: number | null,
  affiliations: readonly Affiliation[],
): string | undefined {
  return affiliations.find(
    (affiliation) => affiliation.sourceId === sourceId && affiliation.kind === kind && isValidAt(affiliation, at),
  )?.organizationId;
}

function isValidAt({ validFrom, validUntil }: Affiliation, at: number | null): boolean {
  const begun = validFrom === null || (at !== null && validFrom <= at);
  const lasting = validUntil === null || at === null || at < validUntil;
  return begun && lasting;
}
