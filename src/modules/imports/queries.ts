import type { Database } from '../../database/context.ts';
import type { Import as ImportRecord, ImportRow as ImportRowRecord } from '../../database/generated/client.ts';
import type { Transaction } from '../../database/transaction.ts';
import { isUuid } from '../../domain/names.ts';
import { Problem } from '../../domain/problem.ts';
import type { Outcome, RowType } from './rows.ts';
import type { Format, ImportAnswer, ImportRow, ImportRowsQuery } from './schema.ts';

type Reader = Transaction | Database['prisma'];

/** Rows by outcome. */
export type Counts = ImportAnswer['counts'];

/**
 * The receipt of an id, or the latest of a name.
 *
 * @throws {Problem} `not-found`
 */
export async function findImport(prisma: Reader, reference: string): Promise<ImportAnswer & { id: string }> {
  const record = await prisma.import.findFirst({
    where: isUuid(reference) ? { id: reference } : { name: reference },
    orderBy: { id: 'desc' },
  });
  if (record === null) throw new Problem('not-found', `There is no import with the id or name "${reference}".`);
  const counts = await countRows(prisma, [record.id]);
  return receiptOf(record, counts.get(record.id));
}

/** Receipts, newest first; `after` is the id of the last one before. One more than `limit` tells whether there are more. */
export async function listImports(
  { prisma }: Database,
  { limit, after }: { limit: number; after: string | undefined },
): Promise<(ImportAnswer & { id: string })[]> {
  const records = await prisma.import.findMany({
    where: after === undefined ? {} : { id: { lt: after } },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const counts = await countRows(
    prisma,
    records.map(({ id }) => id),
  );
  return records.map((record) => receiptOf(record, counts.get(record.id)));
}

/** Rows of a receipt in their order; `after` is the number of the last one before. */
export async function listImportRows(
  { prisma }: Database,
  importId: string,
  { outcome, limit }: ImportRowsQuery,
  after: number | undefined,
): Promise<ImportRow[]> {
  const rows = await prisma.importRow.findMany({
    where: {
      importId,
      ...(outcome === undefined ? {} : { outcome }),
      ...(after === undefined ? {} : { number: { gt: after } }),
    },
    orderBy: { number: 'asc' },
    take: limit + 1,
  });
  return rows.map(rowAnswerOf);
}

async function countRows(prisma: Reader, ids: readonly string[]): Promise<Map<string, Counts>> {
  const groups = await prisma.importRow.groupBy({
    by: ['importId', 'outcome'],
    where: { importId: { in: [...ids] } },
    _count: { _all: true },
  });
  const counts = new Map<string, Counts>();
  for (const { importId, outcome, _count } of groups)
    counts.set(importId, { ...NONE, ...counts.get(importId), [outcome]: _count._all });
  return counts;
}

const NONE: Counts = { created: 0, updated: 0, unchanged: 0, failed: 0 };

/** A receipt as it goes over the wire. */
export function receiptOf(
  { id, name, format, dryRun, actor, bundles, failed, startedAt, finishedAt }: ImportRecord,
  counts: Counts = NONE,
): ImportAnswer & { id: string } {
  return {
    id,
    name,
    format: format as Format,
    dryRun,
    actor,
    bundles,
    failed,
    counts,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

function rowAnswerOf({
  number,
  bundle,
  pointer,
  type,
  outcome,
  entityId,
  slug,
  detail,
  errors,
}: ImportRowRecord): ImportRow {
  return {
    number,
    bundle,
    pointer,
    type: type as RowType,
    outcome: outcome as Outcome,
    id: entityId,
    slug,
    detail,
    errors: (errors ?? []) as ImportRow['errors'],
  };
}
