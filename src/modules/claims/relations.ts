import type { z } from 'zod';
import type { Context, Database } from '../../database/context.ts';
import { findAt, membersAt } from '../../database/documents.ts';
import { json, row } from '../../database/json.ts';
import { read } from '../../database/pool.ts';
import { settle } from '../../database/settled.ts';
import { Parameters, prepared } from '../../database/statement.ts';
import { type Past, pastAt } from '../../database/tense.ts';
import { type RecordedChange, recordAll, type Transaction } from '../../database/transaction.ts';
import type { Clocks } from '../../domain/clocks.ts';
import type { RelationStatus, RelationType } from '../../domain/vocabulary.ts';
import type { relationAnswer } from './schema.ts';

/** A relation between two claims as the API gives it. */
export type ClaimRelation = z.output<typeof relationAnswer>;

/** A relation to be recorded; the claims by their ids. */
export interface WantedRelation {
  readonly fromId: string;
  readonly type: RelationType;
  readonly toId: string;
  readonly status: RelationStatus;
}

/** What became of a wanted relation, and the row that stands for it now. */
export interface KeptRelation {
  readonly id: string;
  readonly outcome: 'created' | 'updated' | 'unchanged';
}

const CLAIMS = {
  from: { select: { id: true, slug: true } },
  to: { select: { id: true, slug: true } },
} as const;

/** The relations of a claim that stand now, to either side, newest first; `after` is the id of the last one before. */
export async function listRelations(
  { prisma }: Database,
  claimId: string,
  { limit, after }: { limit: number; after: string | undefined },
): Promise<ClaimRelation[]> {
  const rows = await prisma.claimRelation.findMany({
    where: {
      recordedUntil: null,
      OR: [{ fromId: claimId }, { toId: claimId }],
      ...(after === undefined ? {} : { id: { lt: after } }),
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
    include: CLAIMS,
  });
  return rows.map(relationOf);
}

const RELATIONS_AT = (past: Past) => `SELECT ${json({
  id: 'r.id',
  from: row({ id: 'f.id', slug: 'f.slug' }),
  type: 'r.type',
  to: row({ id: 't.id', slug: 't.slug' }),
  status: 'r.status',
  recordedAt: 'to_rfc3339(r.recorded_from)',
})} AS relation
  FROM claim_relations r JOIN ${past.claim('f', 'r.from_id')} JOIN ${past.claim('t', 'r.to_id')}
  WHERE ${past.stands('r')}`;

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
  const text = `${RELATIONS_AT(past)} AND (r.from_id = ANY (${ids}) OR r.to_id = ANY (${ids})) ${beyond}
    ORDER BY r.id DESC LIMIT ${parameters.add(limit + 1)}`;
  const rows = await read<{ relation: ClaimRelation }>(database.pool, prepared(text, parameters.values));
  return rows.map(({ relation }) => relation);
}

/**
 * Records relations in the transaction of the caller. One that stands with another status is closed and begun anew; none may
 * come twice. The change entry of the n-th row of a relation has the version n.
 *
 * @throws {Problem} `rule-broken` for a relation of a claim to itself
 */
export async function keepRelations(
  transaction: Transaction,
  context: Context,
  wanted: readonly WantedRelation[],
): Promise<KeptRelation[]> {
  if (wanted.length === 0) return [];
  const past = await transaction.claimRelation.findMany({
    where: { fromId: { in: [...new Set(wanted.map(({ fromId }) => fromId))] } },
    include: CLAIMS,
  });
  const history = Map.groupBy(past, keyOf);
  const planned = wanted.map((relation) => {
    const rows = history.get(keyOf(relation)) ?? [];
    const current = rows.find(({ recordedUntil }) => recordedUntil === null);
    const same = current?.status === relation.status;
    return { relation, current, version: rows.length + 1, same, id: same && current ? current.id : context.newId() };
  });
  const moved = planned.filter(({ same }) => !same);
  if (moved.length > 0) await writeRelations(transaction, context, moved);
  return planned.map(({ id, same, current }) => ({
    id,
    outcome: same ? 'unchanged' : current === undefined ? 'created' : 'updated',
  }));
}

interface Moved {
  readonly id: string;
  readonly relation: WantedRelation;
  readonly current: RelationRow | undefined;
  readonly version: number;
}

async function writeRelations(transaction: Transaction, context: Context, moved: readonly Moved[]): Promise<void> {
  const closed = moved.flatMap(({ current }) => current?.id ?? []);
  await transaction.$executeRaw`
    UPDATE claim_relations SET recorded_until = ledger_now() WHERE id = ANY (${closed}::uuid[])`;
  await transaction.claimRelation.createMany({
    data: moved.map(({ id, relation }) => ({ id, ...relation, actor: context.actor.name })),
  });
  const rows = await transaction.claimRelation.findMany({
    where: { id: { in: moved.map(({ id }) => id) } },
    include: CLAIMS,
  });
  const written = new Map(rows.map((row) => [row.id, relationOf(row)]));
  const changes = moved.map(({ id, current, version }): RecordedChange => {
    const after = written.get(id);
    if (after === undefined) throw new Error(`relation ${id} was not written`);
    return {
      action: current === undefined ? 'created' : 'updated',
      type: 'claim_relation',
      before: current === undefined ? null : { ...relationOf(current), version: version - 1 },
      after: { ...after, version },
    };
  });
  await recordAll(transaction, context, changes);
}

type RelationRow = Awaited<ReturnType<Transaction['claimRelation']['findMany']>>[number] & {
  readonly from: { readonly id: string; readonly slug: string };
  readonly to: { readonly id: string; readonly slug: string };
};

function relationOf(row: RelationRow): ClaimRelation {
  return {
    id: row.id,
    from: row.from,
    type: row.type as RelationType,
    to: row.to,
    status: row.status as RelationStatus,
    recordedAt: row.recordedFrom.toISOString(),
  };
}

function keyOf({ fromId, type, toId }: Pick<RelationRow, 'fromId' | 'type' | 'toId'>): string {
  return `${fromId} ${type} ${toId}`;
}
