import { createHash } from 'node:crypto';
import type { Answer } from '../../database/answer.ts';
import type { Context } from '../../database/context.ts';
import {
  answerCreated,
  checkUnreferenced,
  checkVersion,
  isUnchanged,
  record,
  type Transaction,
  updatedRow,
  versionIn,
  write,
} from '../../database/transaction.ts';
import type { ExpectedVersions } from '../../database/version.ts';
import { edtfRange } from '../../domain/edtf.ts';
import { Problem } from '../../domain/problem.ts';
import type { ReportStatus } from '../../domain/vocabulary.ts';
import { findOutletId, findReport, findReportByUrl, reportOf, WITH_OUTLET } from './queries.ts';
import type { Report, ReportInput } from './schema.ts';

/**
 * Creates a report.
 *
 * @throws {Problem} `conflict` for a URL or an id that is taken, `rule-broken` for an unknown or anonymous outlet, a held
 * report without title, a text of an unseen one
 */
export function createReport(context: Context, input: ReportInput): Promise<Answer> {
  return write(context, async (transaction) => {
    const report = await insertReport(transaction, context, input);
    return answerCreated(transaction, context, {
      path: `/v1/reports/${report.id}`,
      version: report.version,
      derivedText: JSON.stringify(report),
    });
  });
}

/** Inserts a report with its change entry, in the transaction of the caller. `citedInId` is the report that cites it. */
export async function insertReport(
  transaction: Transaction,
  context: Context,
  input: ReportInput & { citedInId?: string },
): Promise<Report> {
  const { id = context.newId(), citedInId = null } = input;
  const outletId = await findOutletId(transaction, input.outlet, { pointer: '/outlet' });
  await checkUrlIsFree(transaction, input.url, id);
  const row = await transaction.report.create({
    data: { id, citedInId, outletId, ...columnsOf(input, input.status) },
    include: WITH_OUTLET,
  });
  const report = reportOf(row);
  await record(transaction, context, { action: 'created', type: 'report', before: null, after: report });
  return report;
}

/**
 * Changes a report: `change` makes the new document from the one that stands. One that changes nothing writes nothing.
 *
 * @throws {Problem} `not-found`, `stale`, `conflict`, `rule-broken`
 */
export function updateReport(
  context: Context,
  id: string,
  expected: ExpectedVersions,
  change: (current: ReportInput) => ReportInput,
): Promise<Report> {
  return write(context, async (transaction) => {
    const report = await findReport(transaction, id);
    checkVersion(expected, report.version);
    return (await changeReport(transaction, context, report, change(reportInputOf(report)), expected)).report;
  });
}

/** Brings a report to a new document, in the transaction of the caller; writes nothing where nothing differs. */
export async function changeReport(
  transaction: Transaction,
  context: Context,
  report: Report,
  after: ReportInput,
  expected: ExpectedVersions = { any: true },
): Promise<{ report: Report; changed: boolean }> {
  const outletId = await findOutletId(transaction, after.outlet, { pointer: '/outlet' });
  const standing = { outletId: report.outlet.id, ...columnsOf(reportInputOf(report), report.status) };
  const wanted = { outletId, ...columnsOf(after, isSettled(report) ? report.status : after.status) };
  if (isUnchanged(standing, wanted)) return { report, changed: false };

  await checkUrlIsFree(transaction, after.url, report.id);
  if (outletId !== report.outlet.id) await checkOwnVoice(transaction, report);
  const rows = await transaction.report.updateManyAndReturn({
    where: { id: report.id, ...versionIn(expected) },
    data: wanted,
    include: WITH_OUTLET,
  });
  const changed = reportOf(updatedRow(rows, report.version));
  await record(transaction, context, { action: 'updated', type: 'report', before: report, after: changed });
  return { report: changed, changed: true };
}

/**
 * Deletes a report that no attribution and no cited report refers to: leaves a tombstone and frees its URL.
 *
 * @throws {Problem} `not-found`, `stale`, `still-referred-to` with the numbers of attributions and of reports cited in it
 */
export function deleteReport(context: Context, id: string, expected: ExpectedVersions): Promise<void> {
  return write(context, async (transaction) => {
    const report = await findReport(transaction, id);
    checkVersion(expected, report.version);
    checkUnreferenced({
      attributions: await transaction.attribution.count({ where: { reportId: id } }),
      reports: await transaction.report.count({ where: { citedInId: id, deletedAt: null } }),
    });
    const rows = await transaction.report.updateManyAndReturn({
      where: { id, ...versionIn(expected) },
      data: { deletedAt: context.clock() },
      include: WITH_OUTLET,
    });
    const after = reportOf(updatedRow(rows, report.version));
    await record(transaction, context, { action: 'deleted', type: 'report', before: report, after });
  });
}

/**
 * The document that a person would have written for the report as it stands. A corrected or retracted one counts as held:
 * its status is not for a document to change.
 */
export function reportInputOf(report: Report): ReportInput {
  const { url, title, outlet, authors, kind, language, published, retrievedAt, archiveUrl, text, status } = report;
  return {
    url,
    title,
    outlet: outlet.id,
    authors,
    kind,
    language,
    published,
    retrievedAt,
    archiveUrl,
    text,
    status: status === 'cited_unseen' ? status : 'held',
  };
}

/** Whether the status came by an action, which a document does not undo. */
function isSettled({ status }: Report): boolean {
  return status === 'corrected' || status === 'retracted';
}

/**
 * Refuses to give a report to another outlet while its own speaks in it in its own voice: one article would then count as the
 * word of two.
 */
async function checkOwnVoice(transaction: Transaction, { id, outlet }: Report): Promise<void> {
  const own = await transaction.attribution.count({
    where: { reportId: id, sourceId: outlet.id, relaysId: null, withdrawals: { none: { recordedUntil: null } } },
  });
  if (own === 0) return;
  const detail = `${outlet.name} speaks in this report in its own voice: withdraw that first, then give the report to another outlet.`;
  throw new Problem('rule-broken', detail, { errors: [{ pointer: '/outlet', detail }] });
}

/** Refuses a URL that another report has (DESIGN §2), naming that report. Nothing else can take it: the ledger is locked. */
async function checkUrlIsFree(transaction: Transaction, url: string | null | undefined, id: string): Promise<void> {
  const other = url == null ? undefined : await findReportByUrl(transaction, url);
  if (other === undefined || other.id === id) return;
  const detail = `The report ${other.id} has this URL; a URL names one report.`;
  throw new Problem('conflict', detail, { errors: [{ pointer: '/url', detail }], extensions: { report: other.id } });
}

/** The columns that a document comes to, but for its outlet. */
function columnsOf(input: ReportInput, status: ReportStatus) {
  const { url = null, title = null, authors, kind, language, archiveUrl = null, text = null } = input;
  const { published = null, retrievedAt = null } = input;
  const { from, until } = published === null ? { from: null, until: null } : edtfRange(published);
  return {
    url,
    title,
    authors,
    kind,
    language,
    published,
    publishedFrom: from,
    publishedUntil: until,
    retrievedAt: retrievedAt === null ? null : new Date(retrievedAt),
    archiveUrl,
    text,
    textHash: text === null ? null : createHash('sha256').update(text).digest('hex'),
    status,
  };
}
