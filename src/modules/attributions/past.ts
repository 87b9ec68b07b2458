import type { Database } from '../../database/context.ts';
import { read } from '../../database/pool.ts';
import { prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import { attributionJoins, attributionJson } from './json.ts';

const PAST = pastAt('$1');
const ATTRIBUTIONS_AT = `SELECT a.id, a.version, ${attributionJson(PAST, 'given.live')}::text AS json
  FROM unnest($2::uuid[], $3::boolean[]) given (id, live)
  JOIN LATERAL attribution_at(given.id, $1::timestamptz) a ON true ${attributionJoins(PAST)}`;

/** An attribution as JSON text, with its version. */
export interface AttributionText {
  readonly id: string;
  readonly version: number;
  readonly json: string;
}

/**
 * Attributions as they were at an instant (RFC 3339) of the recorded clock, by their ids; those recorded later are absent.
 * @param live whether each counts, which the caller has from `summarize`.
 */
export async function readAttributionsAt(
  { pool }: Database,
  knownAt: string,
  live: ReadonlyMap<string, boolean>,
): Promise<Map<string, AttributionText>> {
  const query = prepared(ATTRIBUTIONS_AT, [knownAt, [...live.keys()], [...live.values()]]);
  const rows = await read<AttributionText & Record<string, unknown>>(pool, query);
  return new Map(rows.map((row) => [row.id, row]));
}
