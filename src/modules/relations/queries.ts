import type { Database } from '../../database/context.ts';
import { findAt, membersAt } from '../../database/documents.ts';
import { Prisma } from '../../database/generated/client.ts';
import { standingId } from '../../database/merges.ts';
import { read } from '../../database/pool.ts';
import { settle } from '../../database/settled.ts';
import { Parameters, prepared } from '../../database/statement.ts';
import { PRESENT, pastAt } from '../../database/tense.ts';
import type { Transaction } from '../../database/transaction.ts';
import { type Clocks, hasClock } from '../../domain/clocks.ts';
import { MergedInto } from '../../domain/merged.ts';
import { Problem } from '../../domain/problem.ts';
import type { RelationType } from '../../domain/vocabulary.ts';
import { standingClaimId } from '../claims/queries.ts';
import { RELATION_JSON, relationRows } from './json.ts';
import type { ClaimRelation, RelationQuery } from './schema.ts';

/** A relation as JSON text, byte for byte what goes over the wire. */
export interface RelationText {
  readonly id: string;
  readonly version: number;
  readonly json: string;
}

const TEXT = `SELECT r.id, r.version, ${RELATION_JSON}::text AS json`;

/**
 * The relations of a claim by the clocks, to either side, newest first; `after` is the id of the last one before. What was said by
 * `asOf` changes nothing of them.
 *
 * @throws {Problem} `not-found`
 * @throws {MergedInto} where the claim is merged
 */
export async function listRelations(
  database: Database,
  claim: string,
  { status, type, limit }: Pick<RelationQuery, 'status' | 'type' | 'limit'>,
  clocks: Clocks,
  after: string | undefined,
): Promise<RelationText[]> {
  const { rows, parameters } = await relationsOf(database, claim, clocks);
  const conditions = [
    'r.id = r.stands_id',
    ...(status === undefined ? [] : [`r.status = ${parameters.add(status)}`]),
    ...(type === undefined ? [] : [`r.type = ${parameters.add(type)}`]),
    ...(after === undefined ? [] : [`r.id < ${parameters.add(after)}::uuid`]),
  ];
  const text = `${TEXT} FROM (${rows}) r WHERE ${conditions.join(' AND ')}
    ORDER BY r.id DESC LIMIT ${parameters.add(limit + 1)}`;
  return read<RelationText & Record<string, unknown>>(database.pool, prepared(text, parameters.values));
}

/** All relations of the claims of the ids, which count as one by the instant (RFC 3339) of the recorded clock, newest first. */
export async function listRelationsOn(
  { pool }: Database,
  members: readonly string[],
  knownAt: string,
): Promise<RelationText[]> {
  const { rows, parameters } = relationsAt(members, knownAt);
  const text = `${TEXT} FROM (${rows}) r WHERE r.id = r.stands_id ORDER BY r.id DESC`;
  return read<RelationText & Record<string, unknown>>(pool, prepared(text, parameters.values));
}

/**
 * One relation of a claim, on whichever side of it that stands, by the clocks.
 *
 * @throws {Problem} `not-found` where there is none of that id, or it is none of the claim
 * @throws {MergedInto} where the claim is merged, or the relation is the same as one that was judged later
 */
export async function readRelation(
  database: Database,
  { claim, relation }: { claim: string; relation: string },
  clocks: Clocks,
): Promise<RelationText> {
  const { rows, parameters } = await relationsOf(database, claim, clocks);
  const text = `${TEXT}, r.stands_id AS "standsId" FROM (${rows}) r WHERE r.id = ${parameters.add(relation)}::uuid`;
  const [found] = await read<RelationText & { standsId: string } & Record<string, unknown>>(
    database.pool,
    prepared(text, parameters.values),
  );
  const { id, version, json } = standing(found, claim, relation);
  return { id, version, json };
}

/** The rows of all relations of a claim by the clocks, and the parameters that their SQL has so far. */
async function relationsOf(
  database: Database,
  claim: string,
  clocks: Clocks,
): Promise<{ rows: string; parameters: Parameters }> {
  if (!hasClock(clocks)) {
    const parameters = new Parameters();
    const id = await standingClaimId(database, claim);
    return { rows: relationRows(PRESENT, besides(members(parameters.add([id])))), parameters };
  }
  const { knownAt } = await settle(database, clocks);
  const id = await findAt(database, 'claim', claim, knownAt);
  const [counted = [id]] = await membersAt(database, [{ id, lines: false }], knownAt);
  return relationsAt(counted, knownAt);
}

function relationsAt(members: readonly string[], knownAt: string): { rows: string; parameters: Parameters } {
  const parameters = new Parameters();
  const past = pastAt(parameters.add(knownAt));
  return { rows: relationRows(past, besides(`${parameters.add(members)}::uuid[]`)), parameters };
}

/** SQL of everything that counts now at the claims of the ids, which stand. */
function members(ids: string): string {
  return `(${ids}::uuid[] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = ANY (${ids}::uuid[])))`;
}

/** The condition that a relation has one of the claims on either side. */
function besides(ids: string): string {
  return `r.from_id = ANY (${ids}) OR r.to_id = ANY (${ids})`;
}

/** A relation in a transaction that may judge it. */
export interface KnownRelation {
  readonly relation: ClaimRelation;
  /** The one that stands for it: itself, but for one that is the same since claims were merged. */
  readonly standsId: string;
  /** The row of its last judgement, and the claims that it was recorded with, be they merged. */
  readonly written: { readonly id: string; readonly fromId: string; readonly toId: string };
}

const KNOWN = `SELECT ${RELATION_JSON} AS relation, r.stands_id AS "standsId",
  json_build_object('id', r.written_id, 'fromId', r.written_from_id, 'toId', r.written_to_id) AS written`;
const KNOWN_OF_CLAIM = `${KNOWN} FROM (${relationRows(PRESENT, besides(members('$1')))}) r WHERE r.id = $2::uuid`;
const BETWEEN = ['r.from_id', 'r.to_id'].map((side) => `${side} = ANY (${members('$1')})`).join(' AND ');
const KNOWN_BETWEEN = `${KNOWN} FROM (${relationRows(PRESENT, BETWEEN)}) r WHERE r.id = r.stands_id`;
const KNOWN_BY_ID = `${KNOWN} FROM (${relationRows(PRESENT, 'r.relation_id = ANY ($1::uuid[])')}) r`;

/**
 * A relation of a claim, which stands, inside a transaction.
 *
 * @throws {Problem} `not-found`, `MergedInto` as `readRelation`
 */
export async function findRelation(
  transaction: Transaction,
  claim: { readonly id: string; readonly reference: string },
  relation: string,
): Promise<KnownRelation> {
  const [found] = await transaction.$queryRawUnsafe<KnownRelation[]>(KNOWN_OF_CLAIM, [claim.id], relation);
  return standing(found && { ...found, id: found.relation.id }, claim.reference, relation);
}

/** The relations that stand between any of the claims, which stand themselves, by `relationKey`. */
export async function findRelationsBetween(
  transaction: Transaction,
  claimIds: readonly string[],
): Promise<Map<string, KnownRelation>> {
  const rows = await transaction.$queryRawUnsafe<KnownRelation[]>(KNOWN_BETWEEN, [...new Set(claimIds)]);
  return new Map(rows.map((row) => [relationKey(row.relation.from.id, row.relation.type, row.relation.to.id), row]));
}

/** The relations of the ids, by their ids. Those of which the two claims are merged into one are absent. */
export async function findRelationsById(
  transaction: Transaction,
  ids: readonly string[],
): Promise<Map<string, KnownRelation>> {
  const rows = await transaction.$queryRawUnsafe<KnownRelation[]>(KNOWN_BY_ID, ids);
  return new Map(rows.map((row) => [row.relation.id, row]));
}

/** What of the ids something has already, by the id: the `relationKey` of a relation, between the claims that stand; else empty. */
export async function findTakenIds(transaction: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const standing = (id: string) => Prisma.raw(standingId(id));
  const rows = await transaction.$queryRaw<{ id: string; fromId: string; type: RelationType | null; toId: string }[]>`
    SELECT given.id, ${standing('r.from_id')} AS "fromId", r.type, ${standing('r.to_id')} AS "toId"
    FROM unnest(${ids}::uuid[]) given (id)
    LEFT JOIN claim_relations r ON r.relation_id = given.id AND r.version = 1
    WHERE r.id IS NOT NULL OR EXISTS (SELECT FROM changes WHERE entity_id = given.id)`;
  return new Map(rows.map(({ id, fromId, type, toId }) => [id, type === null ? '' : relationKey(fromId, type, toId)]));
}

/** A text that two relations share only when they are one: that one claim contradicts another goes both ways. */
export function relationKey(fromId: string, type: RelationType, toId: string): string {
  const [from, to] = type === 'contradicts' && toId < fromId ? [toId, fromId] : [fromId, toId];
  return `${from} ${type} ${to}`;
}

/** What was found of a relation, if it is there and stands. */
function standing<Found extends { readonly id: string; readonly standsId: string }>(
  found: Found | undefined,
  claim: string,
  relation: string,
): Found {
  if (found === undefined) {
    throw new Problem('not-found', `The claim "${claim}" has no relation with the id "${relation}".`);
  }
  if (found.standsId !== found.id) {
    throw new MergedInto('relation', { id: found.standsId, slug: null }, { reference: relation });
  }
  return found;
}
