import type { Database } from '../../database/context.ts';
import { read } from '../../database/pool.ts';
import { prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import type { ClaimSummary } from '../../domain/summary.ts';
import { claimJson } from './json.ts';
import type { ClaimText } from './queries.ts';

const PAST = pastAt('$1');
const CLAIMS_AT = `SELECT c.id, c.version, ${claimJson(PAST)}::text AS json
  FROM jsonb_to_recordset($2::jsonb) AS s (
    claim_id uuid, standing text, anonymous_only boolean, no_quote boolean, for_positions integer, for_origins integer,
    for_firm integer, against_positions integer, against_origins integer, declined integer, no_response integer,
    relays integer, attributions integer
  )
  JOIN LATERAL claim_at(s.claim_id, $1::timestamptz) c ON true
  LEFT JOIN ${PAST.topic('t', 'c.topic_id')}`;

/** Claims as they were at an instant (RFC 3339) of the recorded clock, with what the rules derive of them, by their ids. */
export async function readClaimsAt(
  { pool }: Database,
  knownAt: string,
  summaries: ReadonlyMap<string, ClaimSummary>,
): Promise<Map<string, ClaimText>> {
  const rows = [...summaries].map(([id, summary]) => summaryRow(id, summary));
  const found = await read<ClaimText & Record<string, unknown>>(
    pool,
    prepared(CLAIMS_AT, [knownAt, JSON.stringify(rows)]),
  );
  return new Map(found.map((claim) => [claim.id, claim]));
}

/** A summary as a row of claim_summaries. */
function summaryRow(id: string, { standing, flags, counts }: ClaimSummary) {
  return {
    claim_id: id,
    standing,
    anonymous_only: flags.includes('anonymous_only'),
    no_quote: flags.includes('no_quote'),
    for_positions: counts.for.positions,
    for_origins: counts.for.origins,
    for_firm: counts.for.firm,
    against_positions: counts.against.positions,
    against_origins: counts.against.origins,
    declined: counts.declined,
    no_response: counts.noResponse,
    relays: counts.relays,
    attributions: counts.attributions,
  };
}
