import type pg from 'pg';
import type { Database } from '../../database/context.ts';
import type { Import as ImportRecord, ImportRow as ImportRowRecord } from '../../database/generated/client.ts';
import type { Transaction } from '../../database/transaction.ts';
import { isUuid } from '../../domain/names.ts';
import { Problem } from '../../domain/problem.ts';
import type { Outcome, RowType } from './rows.ts';
import {
  FIRST_ERRORS,
  type Format,
  type ImportAnswer,
  type ImportRow,
  type ImportRowsQuery,
  type ImportsQuery,
} from './schema.ts';

type Reader = Transaction | Database['prisma'];

/**
 * The receipt of an id, or the latest of a name; a dry run has its id only, and is there until it expires.
 *
 * @throws {Problem} `not-found`
 */
export async function findImport(reader: Reader, reference: string, now: Date): Promise<ImportAnswer> {
  const record = await reader.import.findFirst({
    where: { ...(isUuid(reference) ? { id: reference } : { name: reference, dryRun: false }), ...keptAt(now) },
    orderBy: { id: 'desc' },
  });
  if (record === null) throw new Problem('not-found', `There is no import with the id or name "${reference}".`);
  const [receipt] = await receiptsOf(reader, [record]);
  return receipt as ImportAnswer;
}

/** Receipts, newest first; `after` is the id of the last one before. One more than `limit` tells whether there are more. */
export async function listImports(
  { prisma }: Database,
  { limit, name, dryRun }: ImportsQuery,
  { now, after }: { now: Date; after: string | undefined },
): Promise<ImportAnswer[]> {
  const records = await prisma.import.findMany({
    where: {
      ...keptAt(now),
      ...(name === undefined ? {} : { name }),
      ...(dryRun === undefined ? {} : { dryRun }),
      ...(after === undefined ? {} : { id: { lt: after } }),
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  return receiptsOf(prisma, records);
}

/** What is kept for ever, and what has not expired. */
function keptAt(now: Date) {
  return { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
}

/** What removes dry runs that have expired, with their rows, a few at once: one may have many. */
export function sweepDryRuns(now: Date): pg.QueryConfig {
  return {
    text: 'DELETE FROM imports WHERE id IN (SELECT id FROM imports WHERE expires_at <= $1 ORDER BY expires_at LIMIT 10)',
    values: [now],
  };
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

/** Receipts as they go over the wire. */
async function receiptsOf(reader: Reader, records: readonly ImportRecord[]): Promise<ImportAnswer[]> {
  const ids = records.map(({ id }) => id);
  const counts = await countRows(reader, ids);
  const errors = await firstErrors(reader, ids);
  return records.map(
    ({
      id,
      name,
      format,
      dryRun,
      actor,
      bundles,
      failed,
      startedAt,
      finishedAt,
      stopped,
      expiresAt,
    }): ImportAnswer => ({
      id,
      name,
      format: format as Format,
      dryRun,
      actor,
      bundles,
      failed,
      counts: { ...NONE, ...counts.get(id) },
      errors: errors.get(id) ?? [],
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
      stopped,
      expiresAt: expiresAt?.toISOString() ?? null,
    }),
  );
}

const NONE = { created: 0, updated: 0, unchanged: 0, failed: 0 };

async function countRows(reader: Reader, ids: string[]): Promise<Map<string, Partial<ImportAnswer['counts']>>> {
  const groups = await reader.importRow.groupBy({
    by: ['importId', 'outcome'],
    where: { importId: { in: ids } },
    _count: { _all: true },
  });
  const counts = new Map<string, Partial<ImportAnswer['counts']>>();
  for (const { importId, outcome, _count } of groups)
    counts.set(importId, { ...counts.get(importId), [outcome]: _count._all });
  return counts;
}

/** The first errors of each import, in the order of its bundles. */
async function firstErrors(reader: Reader, ids: readonly string[]): Promise<Map<string, ImportAnswer['errors']>> {
  const rows = await reader.$queryRaw<{ id: string; errors: ImportAnswer['errors'] }[]>`
    SELECT import.id, json_agg(first.error ORDER BY first.number, first.place) AS errors
    FROM unnest(${ids}::uuid[]) AS import (id) CROSS JOIN LATERAL (
      SELECT failed.number, place, jsonb_build_object('bundle', failed.bundle) || error AS error
      FROM (
        SELECT number, bundle, errors FROM import_rows
        WHERE import_id = import.id AND outcome = 'failed' ORDER BY number LIMIT ${FIRST_ERRORS}
      ) failed CROSS JOIN LATERAL jsonb_array_elements(failed.errors) WITH ORDINALITY AS each (error, place)
      ORDER BY failed.number, place LIMIT ${FIRST_ERRORS}
    ) first
    GROUP BY import.id`;
  return new Map(rows.map(({ id, errors }) => [id, errors]));
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
  patch,
  errors,
  warnings,
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
    patch: patch as ImportRow['patch'],
    errors: (errors ?? []) as ImportRow['errors'],
    warnings: (warnings ?? []) as ImportRow['warnings'],
  };
}
