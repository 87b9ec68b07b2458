import { isUnchanged, type Transaction } from '../../database/transaction.ts';
import { columnsOf, reportInputOf } from './commands.ts';
import { correctable, type Report, type ReportInput } from './schema.ts';

/**
 * What a document of a report comes to where the report was corrected since: values that a correction replaced stay replaced,
 * so that an earlier version of the report does not undo it.
 */
export async function keepCorrections(
  transaction: Transaction,
  report: Report,
  document: ReportInput,
): Promise<ReportInput> {
  const corrections = await transaction.$queryRaw<{ before: Report; after: Report }[]>`
    SELECT r.before, r.after FROM report_events e JOIN revisions r ON r.entity_id = e.report_id AND r.version = e.version
    WHERE e.report_id = ${report.id}::uuid AND e.kind = 'corrected'`;
  const replaced = corrections.map(({ before, after }) => ({
    before: columnsOf(reportInputOf(before)),
    after: columnsOf(reportInputOf(after)),
  }));
  const wanted = columnsOf(document);
  const current = reportInputOf(report);
  const kept = correctable
    .keyof()
    .options.filter((field) =>
      replaced.some(
        ({ before, after }) => isUnchanged(before[field], wanted[field]) && !isUnchanged(before[field], after[field]),
      ),
    );
  return { ...document, ...Object.fromEntries(kept.map((field) => [field, current[field]])) };
}
