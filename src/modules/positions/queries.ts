import type { Database } from '../../database/context.ts';
import { read } from '../../database/pool.ts';
import { referenceId } from '../../database/references.ts';
import { AT_MOST_A_PAGE, Parameters, prepared } from '../../database/statement.ts';
import { POSITION_JOINS, POSITION_JSON, SOURCE_POSITION_JSON } from './json.ts';
import type { PositionQuery, SourcePositionQuery } from './schema.ts';

/** The positions on a claim (its id or slug), of a side or of all, as JSON text, by source; `after` is the source of the last one before. */
export async function listClaimPositions(
  database: Database,
  claim: string,
  { limit, side }: PositionQuery,
  after: string | undefined,
): Promise<{ id: string; json: string }[]> {
  const parameters = new Parameters();
  const conditions = [`p.claim_id = ${referenceId(parameters, 'claims', claim)}`];
  if (side !== undefined) conditions.push(`p.side = ${parameters.add(side)}`);
  if (after !== undefined) conditions.push(`p.source_id > ${parameters.add(after)}`);
  const text = `SELECT p.source_id AS id, ${POSITION_JSON}::text AS json
    FROM claim_positions p ${POSITION_JOINS}
    WHERE ${conditions.join(' AND ')}
    ORDER BY p.source_id LIMIT ${parameters.add(limit + 1)}`;
  return read<{ id: string; json: string }>(database.pool, prepared(text, parameters.values));
}

/**
 * The positions of a source (its id or slug) as JSON text, unless `exact` with those of who spoke for it or was part of it (DESIGN §3);
 * the newest claims first. `after` is the claim and the source of the last one before.
 */
export async function listSourcePositions(
  database: Database,
  reference: string,
  { limit, exact, side }: SourcePositionQuery,
  after: { claim: string; source: string } | undefined,
): Promise<{ claim: string; source: string; json: string }[]> {
  const parameters = new Parameters();
  const conditions = [`v.voice_id = ${referenceId(parameters, 'sources', reference)}`];
  if (exact) conditions.push('v.source_id = v.voice_id');
  if (side !== undefined) conditions.push(`side_of(v.stance) = ${parameters.add(side)}`);
  if (after !== undefined) {
    conditions.push(
      `(v.claim_id, v.source_id) < (${parameters.add(after.claim)}::uuid, ${parameters.add(after.source)}::uuid)`,
    );
  }
  const text = `SELECT v.claim_id AS claim, v.source_id AS source, ${SOURCE_POSITION_JSON}::text AS json
    FROM (
      SELECT v.claim_id, v.source_id FROM claim_voices v
      WHERE ${conditions.join(' AND ')}
      ORDER BY v.claim_id DESC, v.source_id DESC ${AT_MOST_A_PAGE}
    ) v
    JOIN claim_positions p ON p.claim_id = v.claim_id AND p.source_id = v.source_id
    JOIN claims c ON c.id = v.claim_id
    JOIN claim_summaries s ON s.claim_id = v.claim_id
    ${POSITION_JOINS}
    ORDER BY v.claim_id DESC, v.source_id DESC LIMIT ${parameters.add(limit + 1)}`;
  return read(database.pool, prepared(text, parameters.values));
}
