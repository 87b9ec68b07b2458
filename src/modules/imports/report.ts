import type { Context } from '../../database/context.ts';
import type { Transaction } from '../../database/transaction.ts';
import { mergePatch } from '../../domain/merge-patch.ts';
import type { BundleReport } from '../../formats/bundle.ts';
import { changeReport, insertReport, reportInputOf } from '../reports/commands.ts';
import { keepCorrections } from '../reports/corrections.ts';
import { findReport, findReportByTitle, findReportByUrl } from '../reports/queries.ts';
import { type Report, reportInput } from '../reports/schema.ts';
import { at, checked } from './problems.ts';
import { type BundleRow, rowOf } from './rows.ts';

/** The report of a bundle as it is in the ledger now. */
export interface WrittenReport {
  readonly report: Report;
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
  outletId: string,
): Promise<WrittenReport> {
  const document = { ...given, outlet: outletId };
  const current = await findGiven(transaction, given, outletId);
  if (current === undefined) {
    const input = () => checked(reportInput, mergePatch({}, document));
    const report = await at('/report', async () => insertReport(transaction, context, input()));
    return { report, formerOutletId: null, rows: [rowOf('/report', 'report', 'created', report)] };
  }
  const { id: _id, ...changes } = document;
  const { report, changed } = await at('/report', async () => {
    const after = checked(reportInput, mergePatch(reportInputOf(current), changes));
    return changeReport(transaction, context, current, await keepCorrections(transaction, current, after));
  });
  const cited = report.published === current.published ? [] : await moveCited(transaction, context, current, report);
  return {
    report,
    formerOutletId: report.outlet.id === current.outlet.id ? null : current.outlet.id,
    rows: [rowOf('/report', 'report', changed ? 'updated' : 'unchanged', report), ...cited],
  };
}

/** By URL, else by id, else, without a URL, by outlet, title and date. */
async function findGiven(
  transaction: Transaction,
  { url, id, title, published }: BundleReport,
  outletId: string,
): Promise<Report | undefined> {
  const byUrl = url == null ? undefined : await findReportByUrl(transaction, url);
  if (byUrl !== undefined) return byUrl;
  if (id !== undefined && (await transaction.report.count({ where: { id, deletedAt: null } })) > 0) {
    return findReport(transaction, id);
  }
  if (url != null || title == null) return undefined;
  return findReportByTitle(transaction, { outletId, title, published });
}

async function moveCited(
  transaction: Transaction,
  context: Context,
  before: Report,
  { published }: Report,
): Promise<BundleRow[]> {
  const cited = await transaction.report.findMany({
    where: {
      citedInId: before.id,
      OR: [{ status: 'cited_unseen' }, { statusBefore: 'cited_unseen' }],
      published: before.published,
      deletedAt: null,
    },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  const rows: BundleRow[] = [];
  for (const { id } of cited) {
    const unseen = await findReport(transaction, id);
    const after = { ...reportInputOf(unseen), published };
    const { report } = await changeReport(transaction, context, unseen, after);
    rows.push(
      rowOf('/report/published', 'report', 'updated', report, 'It is cited in this report, and so dated by it.'),
    );
  }
  return rows;
}
