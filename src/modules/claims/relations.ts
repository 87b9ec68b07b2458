import type { z } from 'zod';
import type { Context, Database } from '../../database/context.ts';
import { findAt, membersAt } from '../../database/documents.ts';
import { Prisma } from '../../database/generated/client.ts';
import { json, row } from '../../database/json.ts';
import { read } from '../../database/pool.ts';
import { settle } from '../../database/settled.ts';
import { Parameters, prepared } from '../../database/statement.ts';
import { PRESENT, pastAt, type Tense } from '../../database/tense.ts';
import { type RecordedChange, recordAll, type Transaction } from '../../database/transaction.ts';
import type { Clocks } from '../../domain/clocks.ts';
import type { RelationStatus, RelationType } from '../../domain/vocabulary.ts';
import type { KnownClaim } from './queries.ts';
import type { relationAnswer } from './schema.ts';

/** A relation between two claims as the API gives it. */
export type ClaimRelation = z.output<typeof relationAnswer>;

/** A relation to be recorded between two claims, which are not merged into one. */
export interface WantedRelation {
  readonly from: KnownClaim;
  readonly type: RelationType;
  readonly to: KnownClaim;
  readonly status: RelationStatus;
}

/** What became of a wanted relation, and the row that stands for it now. */
export interface KeptRelation {
  readonly id: string;
  readonly outcome: 'created' | 'updated' | 'unchanged';
}

/** A relation (`relationAnswer`) as JSON: `f` and `t` are the claims that it is between. */
const RELATION_JSON = json({
  id: 'r.id',
  from: row({ id: 'f.id', slug: 'f.slug' }),
  type: 'r.type',
  to: row({ id: 't.id', slug: 't.slug' }),
  status: 'r.status',
  recordedAt: 'to_rfc3339(r.recorded_from)',
});
const relations = (tense: Tense) =>
  `claim_relations r JOIN ${tense.claim('f', 'r.from_id')} JOIN ${tense.claim('t', 'r.to_id')}`;
const RELATION = Prisma.raw(RELATION_JSON);
const RELATIONS = Prisma.raw(relations(PRESENT));

/**
 * The relations of a claim that stand now, and of what is merged into it, to either side, newest first; `after` is the id of
 * the last one before. What would relate a claim to itself is left out.
 */
export async function listRelations(
  { prisma }: Database,
  claimId: string,
  { limit, after }: { limit: number; after: string | undefined },
): Promise<ClaimRelation[]> {
  const members = Prisma.sql`(ARRAY[${claimId}::uuid] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = ${claimId}::uuid))`;
  const beyond = after === undefined ? Prisma.empty : Prisma.sql`AND r.id < ${after}::uuid`;
  const rows = await prisma.$queryRaw<{ relation: ClaimRelation }[]>`
    SELECT ${RELATION} AS relation FROM ${RELATIONS}
    WHERE r.recorded_until IS NULL AND (r.from_id = ANY (${members}) OR r.to_id = ANY (${members})) AND f.id <> t.id ${beyond}
    ORDER BY r.id DESC LIMIT ${limit + 1}`;
  return rows.map(({ relation }) => relation);
}

/** The relations of a claim that stood at an instant (RFC 3339) of the recorded clock, like `listRelations`. */
export async function listRelationsAt(
  database: Database,
  reference: string,
  clocks: Clocks,
  { limit, after }: { limit: number; after: string | undefined },
): Promise<ClaimRelation[]> {
  const { knownAt } = await settle(database, clocks);
  const id = await findAt(database, 'claim', reference, knownAt);
  const [members] = await membersAt(database, [{ id, lines: false }], knownAt);
  const parameters = new Parameters();
  const past = pastAt(parameters.add(knownAt));
  const ids = `${parameters.add(members)}::uuid[]`;
  const beyond = after === undefined ? '' : `AND r.id < ${parameters.add(after)}::uuid`;
  const text = `SELECT ${RELATION_JSON} AS relation FROM ${relations(past)}
    WHERE ${past.stands('r')} AND f.id <> t.id AND (r.from_id = ANY (${ids}) OR r.to_id = ANY (${ids})) ${beyond}
    ORDER BY r.id DESC LIMIT ${parameters.add(limit + 1)}`;
  const rows = await read<{ relation: ClaimRelation }>(database.pool, prepared(text, parameters.values));
  return rows.map(({ relation }) => relation);
}

/**
 * Records relations in the transaction of the caller. One that stands with another status is closed and begun anew, between
 * the same claims as it was recorded; none may come twice. The change entry of the n-th row of a relation has the version n.
 */
export async function keepRelations(
  transaction: Transaction,
  context: Context,
  wanted: readonly WantedRelation[],
): Promise<KeptRelation[]> {
  if (wanted.length === 0) return [];
  const past = await readPast(transaction, [...new Set(wanted.map(({ from }) => from.stands.id))]);
  const written = Map.groupBy(past, ({ fromId, type, toId }) => keyOf(fromId, type, toId));
  const standing = Map.groupBy(past, ({ type, relation: { from, to } }) => keyOf(from.id, type, to.id));
  const planned = wanted.map(({ from, type, to, status }): Planned => {
    const current =
      written.get(keyOf(from.id, type, to.id))?.find(isCurrent) ??
      standing.get(keyOf(from.stands.id, type, to.stands.id))?.find(isCurrent);
    const [fromId, toId] = current === undefined ? [from.stands.id, to.stands.id] : [current.fromId, current.toId];
    const same = current?.relation.status === status;
    const earlier = written.get(keyOf(fromId, type, toId)) ?? [];
    const version = earlier.length + 1;
    const id = same && current ? current.relation.id : context.newId();
    const relationId = earlier[0]?.relationId ?? id;
    return { id, relationId, fromId, type, toId, status, current, version, same };
  });
  // Two that were written of claims that are merged since may be one now: the first of them is it.
  const moved = Map.groupBy(
    planned.filter(({ same }) => !same),
    ({ fromId, type, toId }) => keyOf(fromId, type, toId),
  );
  const first = [...moved.values()].flatMap(([one]) => one ?? []);
  if (first.length > 0) await writeRelations(transaction, context, first);
  return planned.map((each): KeptRelation => {
    const one = moved.get(keyOf(each.fromId, each.type, each.toId))?.[0];
    if (each.same || one === undefined || one !== each) return { id: one?.id ?? each.id, outcome: 'unchanged' };
    return { id: each.id, outcome: each.current === undefined ? 'created' : 'updated' };
  });
}

/** A row of a relation: the claims that it was recorded with, and what it is between what stands. */
interface RelationRow {
  readonly relationId: string;
  readonly fromId: string;
  readonly type: RelationType;
  readonly toId: string;
  readonly current: boolean;
  readonly relation: ClaimRelation;
}

interface Planned extends Pick<RelationRow, 'relationId' | 'fromId' | 'type' | 'toId'> {
  readonly id: string;
  readonly status: RelationStatus;
  readonly current: RelationRow | undefined;
  readonly version: number;
  readonly same: boolean;
}

/** Every row, closed ones too, of the relations that begin at one of the claims, which stand. */
function readPast(transaction: Transaction, claimIds: readonly string[]): Promise<RelationRow[]> {
  return transaction.$queryRaw<RelationRow[]>`
    SELECT r.relation_id AS "relationId", r.from_id AS "fromId", r.type, r.to_id AS "toId", r.recorded_until IS NULL AS current, ${RELATION} AS relation
    FROM ${RELATIONS}
    WHERE r.from_id IN (
      SELECT unnest(${claimIds}::uuid[]) UNION SELECT id FROM merged_ids WHERE stands_id = ANY (${claimIds}::uuid[])
    )`;
}

async function writeRelations(transaction: Transaction, context: Context, moved: readonly Planned[]): Promise<void> {
  const closed = moved.flatMap(({ current }) => current?.relation.id ?? []);
  await transaction.$executeRaw`
    UPDATE claim_relations SET recorded_until = ledger_now() WHERE id = ANY (${closed}::uuid[])`;
  await transaction.claimRelation.createMany({
    data: moved.map(({ id, relationId, version, fromId, type, toId, status }) => {
      return { id, relationId, version, fromId, type, toId, status, actor: context.actor.name };
    }),
  });
  const ids = moved.map(({ id }) => id);
  const rows = await transaction.$queryRaw<{ relation: ClaimRelation }[]>`
    SELECT ${RELATION} AS relation FROM ${RELATIONS} WHERE r.id = ANY (${ids}::uuid[])`;
  const written = new Map(rows.map(({ relation }) => [relation.id, relation]));
  const changes = moved.map(({ id, current, version }): RecordedChange => {
    const after = written.get(id);
    if (after === undefined) throw new Error(`relation ${id} was not written`);
    return {
      action: current === undefined ? 'created' : 'updated',
      type: 'claim_relation',
      before: current === undefined ? null : { ...current.relation, version: version - 1 },
      after: { ...after, version },
    };
  });
  await recordAll(transaction, context, changes);
}

function isCurrent({ current }: RelationRow): boolean {
  return current;
}

function keyOf(fromId: string, type: RelationType, toId: string): string {
  return `${fromId} ${type} ${toId}`;
}
