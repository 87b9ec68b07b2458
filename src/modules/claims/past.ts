import type { Database } from '../../database/context.ts';
import { findAt } from '../../database/documents.ts';
import { read } from '../../database/pool.ts';
import { type SettledClocks, settle } from '../../database/settled.ts';
import { prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import { walk } from '../../database/walk.ts';
import { type Clocks, instantText } from '../../domain/clocks.ts';
import type { ClaimSummary } from '../../domain/summary.ts';
import { candidatesOf } from './candidates.ts';
import { claimJson } from './json.ts';
import { finds, pastFilter } from './past-filter.ts';
import type { ClaimText } from './queries.ts';
import type { ClaimQuery } from './schema.ts';
import { summarizeAt } from './summaries.ts';

/**
 * A claim as it stood by the clocks.
 *
 * @throws {Problem} `not-found` where it was not recorded by then
 * @throws {MergedInto} where it was merged
 */
export async function readClaimAt(database: Database, reference: string, clocks: Clocks): Promise<ClaimText> {
  const settled = await settle(database, clocks);
  const id = await findAt(database, 'claim', reference, settled.knownAt);
  const found = await summarizeAt(database, [id], settled);
  const summaries = new Map([...found].map(([id, { summary }]) => [id, summary]));
  return textOf(await readClaimsAt(database, settled, summaries), id);
}

/** The list of claims by the clocks: like `listClaims`; with `asOf`, without claims on which nothing that counts had been said. */
export async function listClaimsAt(
  database: Database,
  query: ClaimQuery,
  clocks: Clocks,
  after: string | undefined,
): Promise<ClaimText[]> {
  const settled = await settle(database, clocks);
  const filter = await pastFilter(database, query, settled);
  const readCandidates = await candidatesOf(database, filter);
  const ascending = query.sort === 'createdAt';
  const found = await walk(
    { wanted: query.limit + 1, after },
    (last: string | undefined, size) => readCandidates({ after: last, size, ascending }),
    async (ids) => {
      const claims = await summarizeAt(database, ids, settled);
      return [...claims].flatMap(([id, { ledger, summary }]) =>
        finds(filter, ledger, summary) ? [[id, summary] as const] : [],
      );
    },
  );
  const claims = await readClaimsAt(database, settled, new Map(found));
  return found.map(([id]) => textOf(claims, id));
}

const PAST = pastAt('$1');
/** An outcome counts from when it was resolved. */
const DECIDED = `(c.resolved_at IS NULL OR $3::timestamptz IS NULL OR c.resolved_at <= $3)`;
const CLAIMS_AT = `SELECT c.id, c.version, ${claimJson(PAST, { flags: 's.flags', decided: DECIDED })}::text AS json
  FROM jsonb_to_recordset($2::jsonb) AS s (
    claim_id uuid, standing text, flags text[], for_positions integer, for_origins integer,
    for_firm integer, against_positions integer, against_origins integer, declined integer, no_response integer,
    relays integer, attributions integer
  )
  JOIN LATERAL ${PAST.thing('claim', 's.claim_id')} c ON true
  LEFT JOIN ${PAST.topic('t', 'c.topic_id')}`;

/** Claims as they were by the clocks, with what the rules derive of them, by their ids. */
export async function readClaimsAt(
  { pool }: Database,
  { asOf, knownAt }: SettledClocks,
  summaries: ReadonlyMap<string, ClaimSummary>,
): Promise<Map<string, ClaimText>> {
  const rows = [...summaries].map(([id, summary]) => summaryRow(id, summary));
  const found = await read<ClaimText & Record<string, unknown>>(
    pool,
    prepared(CLAIMS_AT, [knownAt, JSON.stringify(rows), asOf === null ? null : instantText(asOf)]),
  );
  return new Map(found.map((claim) => [claim.id, claim]));
}

function textOf(claims: ReadonlyMap<string, ClaimText>, id: string): ClaimText {
  return claims.get(id) ?? missing(id);
}

function missing(id: string): never {
  throw new Error(`the claim ${id} was not read`);
}

/** A summary as a row of claim_summaries. */
function summaryRow(id: string, { standing, flags, counts }: ClaimSummary) {
  return {
    claim_id: id,
    standing,
    flags,
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
