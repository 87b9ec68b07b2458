import type pg from 'pg';
import type { Context, Database } from '../../database/context.ts';
import { Prisma } from '../../database/generated/client.ts';
import { checkStanding, isStanding } from '../../database/merges.ts';
import { read } from '../../database/pool.ts';
import { checkReferences, missing } from '../../database/references.ts';
import { settle } from '../../database/settled.ts';
import { AT_MOST_A_PAGE, Parameters, prepared } from '../../database/statement.ts';
import type { Transaction } from '../../database/transaction.ts';
import { walk } from '../../database/walk.ts';
import { MergedInto } from '../../domain/merged.ts';
import { isUuid } from '../../domain/names.ts';
import type { FieldError } from '../../domain/problem.ts';
import { candidatesOf } from './candidates.ts';
import { claimFilter, isSought, namedReferences } from './filter.ts';
import { CLAIM_FROM, claimFrom, presentClaimJson } from './json.ts';
import { pastFilter } from './past-filter.ts';
import type { Claim, ClaimQuery } from './schema.ts';

/** A row that is JSON text already, with what its cursor and its tag need. */
export interface JsonRow {
  readonly id: string;
  readonly json: string;
}

/** What a claim that stands is read with: the clock tells what is overdue. */
export type Reading = Pick<Context, 'database' | 'clock'>;

const CLAIM = `SELECT c.id, c.version, ${presentClaimJson('$2::timestamptz')}::text AS json FROM ${CLAIM_FROM}`;
const STANDS = `c.deleted_at IS NULL AND ${isStanding('c.id')}`;
const CLAIM_BY_ID = `${CLAIM} WHERE c.id = $1 AND ${STANDS}`;
const CLAIM_BY_SLUG = `${CLAIM} WHERE c.slug = $1 AND ${STANDS}`;

/** A claim as JSON text, byte for byte what goes over the wire. */
export interface ClaimText {
  readonly id: string;
  readonly version: number;
  readonly json: string;
}

/**
 * A claim as it stands.
 *
 * @throws {Problem} `not-found`, `MergedInto`
 */
export async function readClaim({ database, clock }: Reading, reference: string): Promise<ClaimText> {
  const text = isUuid(reference) ? CLAIM_BY_ID : CLAIM_BY_SLUG;
  const [row] = await read<ClaimText & pg.QueryResultRow>(database.pool, prepared(text, [reference, clock()]));
  return row ?? notStanding(database.prisma, reference);
}

/**
 * The id of the claim that a reference (an id or slug) names, which stands.
 *
 * @throws {Problem} `not-found`, `MergedInto`
 */
export async function standingClaimId({ pool, prisma }: Database, reference: string): Promise<string> {
  const text = `SELECT c.id FROM claims c WHERE ${isUuid(reference) ? 'c.id' : 'c.slug'} = $1 AND ${STANDS}`;
  const [row] = await read<{ id: string }>(pool, prepared(text, [reference]));
  return row?.id ?? notStanding(prisma, reference);
}

/** A claim as it stands, inside a transaction. Throws `not-found`, `MergedInto`. */
export async function readClaimWithin(
  transaction: Transaction,
  { clock }: Pick<Reading, 'clock'>,
  reference: string,
): Promise<ClaimText> {
  const text = isUuid(reference) ? CLAIM_BY_ID.replace('$1', '$1::uuid') : CLAIM_BY_SLUG;
  const [row] = await transaction.$queryRawUnsafe<ClaimText[]>(text, reference, clock());
  return row ?? notStanding(transaction, reference);
}

/** A claim inside a transaction, derived fields included. Throws `not-found`, `MergedInto`. */
export async function findClaim(
  transaction: Transaction,
  reading: Pick<Reading, 'clock'>,
  reference: string,
): Promise<Claim> {
  return JSON.parse((await readClaimWithin(transaction, reading, reference)).json) as Claim;
}

/** The claim of an id that is there, be it deleted, merged or neither. */
export async function findAnyClaim(
  transaction: Transaction,
  { clock }: Pick<Reading, 'clock'>,
  id: string,
): Promise<Claim> {
  const [row] = await transaction.$queryRawUnsafe<ClaimText[]>(`${CLAIM} WHERE c.id = $1::uuid`, id, clock());
  if (row === undefined) throw new Error(`the claim ${id} is gone`);
  return JSON.parse(row.json) as Claim;
}

/** A claim as far as others need it to refer to it; `stands` is what stands for it, as a rule itself. */
export interface KnownClaim {
  readonly id: string;
  readonly slug: string;
  readonly stands: { readonly id: string; readonly slug: string };
}

/** The claims that the references (UUIDs or slugs) name, merged or not, in one query; unknown ones are absent. */
export async function resolveClaims(
  transaction: Transaction,
  references: readonly string[],
): Promise<Map<string, KnownClaim>> {
  const slugs = references.filter((reference) => !isUuid(reference));
  const rows = await transaction.$queryRaw<KnownClaim[]>`
    SELECT c.id, c.slug, json_build_object('id', stands.id, 'slug', stands.slug) AS stands
    FROM claims c LEFT JOIN merged_ids m ON m.id = c.id JOIN claims stands ON stands.id = coalesce(m.stands_id, c.id)
    WHERE c.deleted_at IS NULL AND (c.id = ANY (${references.filter(isUuid)}::uuid[]) OR c.slug = ANY (${slugs}::text[]))`;
  return new Map(rows.flatMap((row) => [[row.id, row] as const, [row.slug, row] as const]));
}

/** A text as the claims have it that are found by it: `key` is one for what is the same text in the same topic. */
export interface FoundByText {
  readonly key: string;
  readonly claims: readonly KnownClaim[];
}

/**
 * The claims, merged or not, that have the given texts in the given topics (UUIDs or slugs; null for none), in the order of the
 * texts: the case, white space and the ways to print the same sign do not count (`claim_text_key`).
 */
export async function findClaimsByText(
  transaction: Transaction,
  texts: readonly { readonly text: string; readonly topic: string | null }[],
): Promise<FoundByText[]> {
  if (texts.length === 0) return [];
  const given = texts.map(({ text, topic }, place) => {
    return { place, text, topic, ...(topic !== null && isUuid(topic) ? { topic_id: topic } : { topic_slug: topic }) };
  });
  return transaction.$queryRaw<FoundByText[]>`
    WITH given AS MATERIALIZED (
      SELECT place, claim_text_key(text) AS key, topic, t.id AS topic_id
      FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS item (place integer, text text, topic text, topic_id uuid, topic_slug text)
      LEFT JOIN topics t ON t.deleted_at IS NULL AND (t.slug = item.topic_slug OR t.id = item.topic_id)
    )
    SELECT given.key || ' ' || coalesce(given.topic_id::text, given.topic, '') AS key, coalesce((
      SELECT json_agg(json_build_object(
        'id', c.id, 'slug', c.slug, 'stands', json_build_object('id', stands.id, 'slug', stands.slug)
      ) ORDER BY c.id)
      FROM claims c LEFT JOIN merged_ids m ON m.id = c.id JOIN claims stands ON stands.id = coalesce(m.stands_id, c.id)
      WHERE claim_text_key(c.text) = given.key AND c.deleted_at IS NULL AND c.topic_id IS NOT DISTINCT FROM given.topic_id
        AND (given.topic IS NULL OR given.topic_id IS NOT NULL)
    ), '[]') AS claims
    FROM given ORDER BY place`;
}

/**
 * The id of the claim that a document names; what is not there goes to `errors`.
 *
 * @throws {MergedInto} for one that is merged
 */
export async function standingClaim(
  transaction: Transaction,
  { reference, pointer }: { readonly reference: string; readonly pointer: string },
  errors: FieldError[],
): Promise<string | undefined> {
  const claim = (await resolveClaims(transaction, [reference])).get(reference);
  if (claim === undefined) errors.push({ pointer, detail: `There is no claim with the id or slug "${reference}".` });
  else if (claim.id !== claim.stands.id) throw new MergedInto('claim', claim.stands, { reference, pointer });
  return claim?.id;
}

/** Claims as JSON text, by creation; `after` is the id of the last one before. One more than `limit` tells whether there are more. */
export async function listClaims(reading: Reading, query: ClaimQuery, after: string | undefined): Promise<JsonRow[]> {
  if (isSought(query)) return seekClaims(reading, query, after);
  const rows = await readPage(reading, query, (parameters) => {
    if (after === undefined) return () => [];
    const cursor = parameters.add(after);
    return (column) => [`${column} ${query.sort === 'createdAt' ? '>' : '<'} ${cursor}::uuid`];
  });
  if (rows.length === 0) await checkReferences(reading.database, namedReferences(query));
  return rows;
}

/** Looks through the claims on which it may have been said, as the past is looked through, for those that the filters find now. */
async function seekClaims(reading: Reading, query: ClaimQuery, after: string | undefined): Promise<JsonRow[]> {
  const { database } = reading;
  await checkReferences(database, namedReferences(query));
  // Candidates are looked at as of the last change; what has become overdue since, only the page can tell.
  const { flag, ...rest } = query;
  const sought = flag === 'overdue' ? rest : query;
  const filter = await pastFilter(database, sought, await settle(database, { asOf: null, knownAt: null }));
  const readCandidates = await candidatesOf(database, filter);
  const ascending = query.sort === 'createdAt';
  return walk(
    { wanted: query.limit + 1, after },
    (from: string | undefined, size) => readCandidates({ after: from, size, ascending }),
    (ids) =>
      readPage(reading, query, (parameters) => {
        const among = parameters.add(ids);
        return (column) => [`${column} = ANY (${among}::uuid[])`];
      }),
  );
}

/** Claims in their order, of those that `within` leaves: it gives the condition on a column of claim ids. */
function readPage(
  { database, clock }: Reading,
  query: ClaimQuery,
  within: (parameters: Parameters) => (column: string) => string[],
): Promise<JsonRow[]> {
  const parameters = new Parameters();
  const now = `${parameters.add(clock())}::timestamptz`;
  const { joins, conditions } = claimFilter(query, parameters, { beyond: within(parameters), now });
  const order = `ORDER BY c.id ${query.sort === 'createdAt' ? 'ASC' : 'DESC'}`;
  const page = `SELECT c.* FROM ${['claims c', ...joins].join(' ')} WHERE ${conditions.join(' AND ')} ${order} ${AT_MOST_A_PAGE}`;
  const text = `SELECT c.id, ${presentClaimJson(now)}::text AS json FROM ${claimFrom(`(${page})`)}
    ${order} LIMIT ${parameters.add(query.limit + 1)}`;
  // With words in its text, a statement is one of many: nothing to keep.
  const statement = query.q === undefined ? prepared(text, parameters.values) : { text, values: parameters.values };
  return read<JsonRow>(database.pool, statement);
}

/** Throws what a reference that names no standing claim comes to: the claim that it is merged into, or that there is none. */
async function notStanding(reader: Transaction | Database['prisma'], reference: string): Promise<never> {
  await checkStanding(reader, 'claims', [{ reference }]);
  return missing('claim', reference);
}

/** How many things of each kind still refer to a claim. */
export async function countClaimReferences(transaction: Transaction, claimId: string): Promise<Record<string, number>> {
  const rows = await transaction.$queryRaw<Record<string, number>[]>(Prisma.sql`
    SELECT (SELECT count(*)::integer FROM attributions WHERE claim_id = ${claimId}::uuid) AS attributions,
           (SELECT count(*)::integer FROM claim_relations
            WHERE recorded_until IS NULL AND (from_id = ${claimId}::uuid OR to_id = ${claimId}::uuid)) AS relations,
           (SELECT count(*)::integer FROM reply_requests WHERE claim_id = ${claimId}::uuid AND deleted_at IS NULL) AS "replyRequests",
           (SELECT count(*)::integer FROM assessments WHERE claim_id = ${claimId}::uuid AND deleted_at IS NULL) AS assessments,
           (SELECT count(*)::integer FROM merges WHERE into_id = ${claimId}::uuid AND recorded_until IS NULL) AS merged`);
  return { ...rows[0] };
}
