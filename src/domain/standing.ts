import { type Origin, originKey } from './origin.ts';
import type { Position } from './position.ts';
import type { Standing } from './vocabulary.ts';

/** A source's position on a claim, with the way up to its origin, and whether it makes one. */
export interface SourcePosition extends Position {
  readonly sourceId: string;
  /** From the source up to the top, ids. */
  readonly path: readonly string[];
  readonly origin: Origin;
  /** False for an outlet's own `asserts` on a claim that it also relays (DESIGN §3). */
  readonly isOrigin: boolean;
}

/** What DESIGN §4 calls `counts`, as far as it comes from positions. */
export interface PositionCounts {
  readonly for: { readonly positions: number; readonly origins: number; readonly firm: number };
  readonly against: { readonly positions: number; readonly origins: number };
  readonly declined: number;
  readonly noResponse: number;
}

type OriginStance = Pick<SourcePosition, 'stance' | 'side' | 'certainty' | 'origin' | 'isOrigin'>;

/**
 * What the positions on a claim together make of it (DESIGN §3), from the origins alone; certainty never changes it.
 */
export function standingOf(positions: readonly OriginStance[]): Standing {
  const against = positions.filter((position) => position.isOrigin && position.side === 'against');
  const originsFor = originsOn('for', positions);
  if (originsFor > 0 && against.length > 0) return 'contested';
  if (originsFor > 0) return originsFor > 1 ? 'corroborated' : 'single_origin';
  if (against.length > 0) return against.some(({ stance }) => stance === 'denies') ? 'denied' : 'doubted';
  return 'unattributed';
}

/** How many positions and distinct origins there are on either side (DESIGN §4); firm: more than merely `possible`. */
export function countPositions(positions: readonly OriginStance[]): PositionCounts {
  const count = (test: (position: OriginStance) => boolean) => positions.filter(test).length;
  return {
    for: {
      positions: count(({ side }) => side === 'for'),
      origins: originsOn('for', positions),
      firm: originsOn(
        'for',
        positions.filter(({ certainty }) => certainty !== 'possible'),
      ),
    },
    against: { positions: count(({ side }) => side === 'against'), origins: originsOn('against', positions) },
    declined: count(({ stance }) => stance === 'declines_to_comment'),
    noResponse: count(({ stance }) => stance === 'no_response'),
  };
}

function originsOn(side: 'for' | 'against', positions: readonly OriginStance[]): number {
  const origins = positions.filter((position) => position.isOrigin && position.side === side);
  return new Set(origins.map(({ origin }) => originKey(origin))).size;
}
