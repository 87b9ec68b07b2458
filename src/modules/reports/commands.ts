import { createHash } from 'node:crypto';
import type { Answer } from '../../database/answer.ts';
import type { Context } from '../../database/context.ts';
import type { Prisma } from '../../database/generated/client.ts';
import { checkStanding } from '../../database/merges.ts';
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
import { refuseFuture } from '../../domain/future.ts';
import { Problem } from '../../domain/problem.ts';
import { tellQuotesIn } from '../attributions/quotes.ts';
import { findOutletId, findReport, findReportByUrl, readReport } from './queries.ts';
import type { Report, ReportInput } from './schema.ts';

/**
 * Creates a report.
 *
 * @throws {Problem} `conflict` for a URL or an id that is taken, `rule-broken` for an unknown or anonymous outlet, a held
 * report without title, a text of an unseen one, a date of publication that lies in the future
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
  checkPublished(context, input);
  const outletId = await findOutletId(transaction, input.outlet, { pointer: '/outlet' });
  await checkUrlIsFree(transaction, input.url, id);
  await transaction.report.create({
    data: { id, citedInId, outletId, status: input.status, ...columnsOf(input) },
    select: { id: true },
  });
  const report = await readReport(transaction, id);
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
  const input = reportInputOf(report);
  const standing = { ...columnsOf(input), ...statusOf(report, input) };
  // The outlet of a document is the one that stands: an outlet that is merged into it stays as it was recorded.
  const moved = outletId === report.outlet.id ? {} : { outletId };
  const wanted = { ...moved, ...columnsOf(after), ...statusOf(report, after) };
  if (isUnchanged(standing, wanted)) return { report, changed: false };

  if (after.published !== report.published) checkPublished(context, after);
  await checkUrlIsFree(transaction, after.url, report.id);
  if (outletId !== report.outlet.id) await checkOwnVoice(transaction, report);
  const changed = await writeChange(transaction, context, report, { action: 'updated', data: wanted, expected });
  return { report: changed, changed: true };
}

/** Writes new values into a report, with revision and change entry, in the transaction of the caller. */
export async function writeChange(
  transaction: Transaction,
  context: Context,
  before: Report,
  change: {
    readonly action: string;
    readonly data: Prisma.ReportUncheckedUpdateManyInput;
    readonly expected: ExpectedVersions;
  },
): Promise<Report> {
  const { action, data, expected } = change;
  const { text } = data;
  if (typeof text === 'string' && text !== before.text) await tellQuotesIn(transaction, context, before.id, { text });
  const where = { id: before.id, ...versionIn(expected) };
  const rows = await transaction.report.updateManyAndReturn({ where, data, select: { id: true } });
  const after = await readReport(transaction, updatedRow(rows, before.version).id);
  await record(transaction, context, { action, type: 'report', before, after });
  return after;
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
      merged: await transaction.merge.count({ where: { intoId: id, recordedUntil: null } }),
    });
    await writeChange(transaction, context, report, {
      action: 'deleted',
      data: { deletedAt: context.clock() },
      expected,
    });
  });
}

/**
 * The document that a person would have written for the report as it stands: whether we hold it, not what its outlet has
 * done to it since.
 */
export function reportInputOf(report: Report): ReportInput {
  const { url, title, outlet, authors, kind, language, published, retrievedAt, archiveUrl, text } = report;
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
    status: (report.statusBefore ?? report.status) === 'cited_unseen' ? 'cited_unseen' : 'held',
  };
}

/** What a document makes of a report's status: a correction and a retraction came by an action, which it does not undo. */
function statusOf(report: Report, { status }: ReportInput) {
  const held = (report.statusBefore ?? report.status) === 'corrected' ? 'corrected' : status;
  return report.status === 'retracted' ? { statusBefore: held } : { status: held };
}

/** Refuses a date of publication that lies in the future. Throws `rule-broken`. */
export function checkPublished({ clock }: Context, { published }: Pick<ReportInput, 'published'>): void {
  refuseFuture(clock(), { pointer: '/published', date: published });
}

/**
 * Refuses to give a report to another outlet while its own speaks in it in its own voice: one article would then count as the
 * word of two.
 */
async function checkOwnVoice(transaction: Transaction, { id, outlet }: Report): Promise<void> {
  const merged = await transaction.mergedId.findMany({ where: { standsId: { in: [id, outlet.id] } } });
  const members = merged.map((each) => each.id);
  const own = await transaction.attribution.count({
    where: {
      reportId: { in: [id, ...members] },
      sourceId: { in: [outlet.id, ...members] },
      relaysId: null,
      withdrawals: { none: { recordedUntil: null } },
    },
  });
  if (own === 0) return;
  const detail = `${outlet.name} speaks in this report in its own voice: withdraw that first, then give the report to another outlet.`;
  throw new Problem('rule-broken', detail, { errors: [{ pointer: '/outlet', detail }] });
}

/** Refuses a URL that another report has (DESIGN §2), naming that report. Nothing else can take it: the ledger is locked. */
async function checkUrlIsFree(transaction: Transaction, url: string | null | undefined, id: string): Promise<void> {
  const other = url == null ? undefined : await findReportByUrl(transaction, url);
  if (other === undefined || other.id === id) return;
  await checkStanding(transaction, 'reports', [{ reference: other.id, pointer: '/url' }]);
  const detail = `The report ${other.id} has this URL; a URL names one report.`;
  throw new Problem('conflict', detail, { errors: [{ pointer: '/url', detail }], extensions: { report: other.id } });
}

/** The columns that a document comes to, but for its outlet and status. */
export function columnsOf(input: ReportInput) {
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
  };
}
