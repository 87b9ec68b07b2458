import type { Database } from '../../database/context.ts';
import { findAt } from '../../database/documents.ts';
import { readLedgers } from '../../database/ledger.ts';
import { read } from '../../database/pool.ts';
import { settle } from '../../database/settled.ts';
import { prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import { walk } from '../../database/walk.ts';
import type { Clocks } from '../../domain/clocks.ts';
import type { SourcePosition } from '../../domain/standing.ts';
import { type ClaimSummary, summarize } from '../../domain/summary.ts';
import { SIDE_OF, STANCES } from '../../domain/vocabulary.ts';
import { candidatesOf } from '../claims/candidates.ts';
import { voiceFilter } from '../claims/past-filter.ts';
import { POSITION_JSON, positionJoins, SOURCE_POSITION_JSON } from './json.ts';
import type { PositionQuery, SourcePositionQuery } from './schema.ts';

const PAST = pastAt('$1');
const ROWS = `jsonb_to_recordset($2::jsonb) AS p (
    claim_id uuid, source_id uuid, attribution_id uuid, stance text, side text, certainty text, "order" text, origin_id uuid,
    origin_anonymous boolean, is_origin boolean, standing text
  ) ${positionJoins(PAST)}`;
const POSITIONS = `SELECT p.source_id AS id, ${POSITION_JSON}::text AS json FROM ${ROWS} ORDER BY p.source_id`;
const SOURCE_POSITIONS = `SELECT p.claim_id AS claim, p.source_id AS source, ${SOURCE_POSITION_JSON}::text AS json
  FROM ${ROWS} CROSS JOIN LATERAL (SELECT p.standing) s JOIN LATERAL ${PAST.thing('claim', 'p.claim_id')} c ON true
  ORDER BY p.claim_id DESC, p.source_id DESC`;

/**
 * The positions on a claim by the clocks, like `listClaimPositions`.
 *
 * @throws {Problem} `not-found` where the claim was not recorded by then
 */
export async function listClaimPositionsAt(
  database: Database,
  reference: string,
  { limit, side }: PositionQuery,
  clocks: Clocks,
  after: string | undefined,
): Promise<{ id: string; json: string }[]> {
  const { asOf, knownAt } = await settle(database, clocks);
  const claim = await findAt(database, 'claim', reference, knownAt);
  const ledger = (await readLedgers(database, [claim], knownAt)).get(claim);
  const summary = ledger && summarize(ledger, asOf);
  const isMeant = ({ sourceId, side: taken }: SourcePosition) =>
    (side === undefined || taken === side) && (after === undefined || sourceId > after);
  const positions = summary?.positions.filter(isMeant) ?? [];
  const rows = positions.slice(0, limit + 1).map((position) => ({ claim, position, summary }));
  return shownPositions(database, rows, knownAt);
}

/** Positions on claims as JSON text, by source, with the names that sources had at an instant (RFC 3339) of the recorded clock. */
export function shownPositions(
  { pool }: Database,
  positions: readonly PositionOn[],
  knownAt: string,
): Promise<{ id: string; json: string }[]> {
  return read(pool, prepared(POSITIONS, [knownAt, JSON.stringify(positions.map(positionRow))]));
}

interface Place {
  readonly claim: string;
  readonly source: string;
}

/**
 * The positions of a source by the clocks, like `listSourcePositions`.
 *
 * @throws {Problem} `not-found` where the source was not recorded by then
 */
export async function listSourcePositionsAt(
  database: Database,
  reference: string,
  { limit, exact, side }: SourcePositionQuery,
  clocks: Clocks,
  after: Place | undefined,
): Promise<(Place & { json: string })[]> {
  const settled = await settle(database, clocks);
  const { asOf, knownAt } = settled;
  const id = await findAt(database, 'source', reference, knownAt);
  const stances = STANCES.filter((stance) => side === undefined || SIDE_OF[stance] === side);
  const readCandidates = await candidatesOf(database, await voiceFilter(database, { id, exact, stances }, settled));

  const isMeant = ({ sourceId, path, side: taken }: SourcePosition) =>
    (exact ? sourceId === id : path.includes(id)) && (side === undefined || taken === side);
  const isBeyond = (claim: string, { sourceId }: SourcePosition) =>
    after === undefined || claim !== after.claim || sourceId < after.source;
  // The claim of the last one before may have more.
  const first = after && { claim: after.claim, inclusive: true };
  const found = await walk(
    { wanted: limit + 1, after: first },
    async (last: typeof first, size) => {
      const batch = await readCandidates({ after: last?.claim, inclusive: last?.inclusive ?? false, size });
      return { ...batch, last: batch.last === undefined ? undefined : { claim: batch.last, inclusive: false } };
    },
    async (claims) => {
      const ledgers = await readLedgers(database, claims, knownAt);
      return [...ledgers].flatMap(([claim, ledger]) => {
        const summary = summarize(ledger, asOf);
        const positions = summary.positions.filter((position) => isMeant(position) && isBeyond(claim, position));
        return positions.toReversed().map((position) => ({ claim, position, summary }));
      });
    },
  );
  return read(database.pool, prepared(SOURCE_POSITIONS, [knownAt, JSON.stringify(found.map(positionRow))]));
}

/** A position on a claim, with what the positions together make of that. */
interface PositionOn {
  readonly claim: string;
  readonly position: SourcePosition;
  readonly summary: Pick<ClaimSummary, 'standing'> | undefined;
}

/** A position as a row of claim_positions, with the standing of its claim. */
function positionRow({ claim, position, summary }: PositionOn) {
  const { sourceId, attributionId, stance, side, certainty, order, origin, isOrigin } = position;
  return {
    ...{ claim_id: claim, source_id: sourceId, attribution_id: attributionId, stance, side, certainty, order },
    ...{ origin_id: origin.sourceId, origin_anonymous: origin.anonymous, is_origin: isOrigin },
    standing: summary?.standing,
  };
}
