import type { Context } from '../../database/context.ts';
import type { Transaction } from '../../database/transaction.ts';
import { mergePatch } from '../../domain/merge-patch.ts';
import type { BundleReport } from '../../formats/bundle.ts';
import { changeReport, insertReport, reportInputOf } from '../reports/commands.ts';
import { keepCorrections } from '../reports/corrections.ts';
import { findReport, findReportByTitle, findReportByUrl } from '../reports/queries.ts';
import { type Report, reportInput } from '../reports/schema.ts';
import { at, checked } from './problems.ts';
import { type BundleRow, changeRow, mergedRow, rowOf } from './rows.ts';

/** The report of a bundle as it is in the ledger now; where that is merged, the one that stands. */
export interface WrittenReport {
  readonly report: Report;
  /** The id that the report of the bundle itself has, be it merged. */
  readonly namedId: string;
  /** The outlet that it had before, where the bundle changes it. */
  readonly formerOutletId: string | null;
  readonly rows: readonly BundleRow[];
}

/**
 * Creates the report of a bundle, or brings the one that is there to what the bundle gives of it; what was corrected since
 * stays. A new date moves the
 * unseen reports that are cited in it too, where they have their date from it.
 */
export async function writeReport(
  transaction: Transaction,
  context: Context,
  given: BundleReport,
  outlet: { readonly id: string; readonly namedId: string },
): Promise<WrittenReport> {
  const document = { ...given, outlet: outlet.id };
  const found = await findGiven(transaction, given, outlet.namedId);
  const current = found?.report;
  if (found !== undefined && found.namedId !== found.report.id) {
    const { report, namedId } = found;
    return { report, namedId, formerOutletId: null, rows: [mergedRow('/report', 'report', report)] };
  }
  if (current === undefined) {
    const input = () => checked(reportInput, mergePatch({}, document));
    const report = await at('/report', async () => insertReport(transaction, context, input()));
    const rows = [rowOf('/report', 'report', 'created', report)];
    return { report, namedId: report.id, formerOutletId: null, rows };
  }
  const { id: _id, ...changes } = document;
  const { report } = await at('/report', async () => {
    const after = checked(reportInput, mergePatch(reportInputOf(current), changes));
    return changeReport(transaction, context, current, await keepCorrections(transaction, current, after));
  });
  const cited = report.published === current.published ? [] : await moveCited(transaction, context, current, report);
  return {
    report,
    namedId: report.id,
    formerOutletId: report.outlet.id === current.outlet.id ? null : current.outlet.id,
    rows: [changeRow('/report', 'report', { before: current, after: report }), ...cited],
  };
}

/** By URL, else by id, else, without a URL, by outlet, title and date: the report that stands, and what the bundle names. */
async function findGiven(
  transaction: Transaction,
  { url, id, title, published }: BundleReport,
  outletId: string,
): Promise<{ report: Report; namedId: string } | undefined> {
  const byUrl = url == null ? undefined : await findReportByUrl(transaction, url);
  if (byUrl !== undefined) return standing(transaction, byUrl.id);
  if (id !== undefined && (await transaction.report.count({ where: { id, deletedAt: null } })) > 0) {
    return standing(transaction, id);
  }
  if (url != null || title == null) return undefined;
  const byTitle = await findReportByTitle(transaction, { outletId, title, published });
  return byTitle && { report: byTitle, namedId: byTitle.id };
}

async function standing(transaction: Transaction, namedId: string): Promise<{ report: Report; namedId: string }> {
  const merged = await transaction.mergedId.findUnique({ where: { id: namedId } });
  return { report: await findReport(transaction, merged?.standsId ?? namedId), namedId };
}

async function moveCited(
  transaction: Transaction,
  context: Context,
  before: Report,
  { published }: Report,
): Promise<BundleRow[]> {
  const cited = await transaction.$queryRaw<{ id: string }[]>`
    SELECT id FROM reports r
    WHERE cited_in_id = ${before.id}::uuid AND 'cited_unseen' IN (status, status_before) AND deleted_at IS NULL
      AND published IS NOT DISTINCT FROM ${before.published} AND NOT EXISTS (SELECT FROM merged_ids m WHERE m.id = r.id)
    ORDER BY id`;
  const rows: BundleRow[] = [];
  for (const { id } of cited) {
    const unseen = await findReport(transaction, id);
    const after = { ...reportInputOf(unseen), published };
    const { report } = await changeReport(transaction, context, unseen, after);
    const detail = 'It is cited in this report, and so dated by it.';
    rows.push(changeRow('/report/published', 'report', { before: unseen, after: report }, detail));
  }
  return rows;
}
