import type { Database } from '../../database/context.ts';
import type { Prisma } from '../../database/generated/client.ts';
import type { Transaction } from '../../database/transaction.ts';
import { edtfRange } from '../../domain/edtf.ts';
import { isUuid } from '../../domain/names.ts';
import { type FieldError, Problem } from '../../domain/problem.ts';
import type { ReportKind, ReportStatus } from '../../domain/vocabulary.ts';
import type { Report, ReportItem, ReportQuery } from './schema.ts';

type Reader = Transaction | Database['prisma'];

/** What a report's answer needs besides its row. */
export const WITH_OUTLET = { outlet: { select: { id: true, slug: true, name: true } } } as const;

/** A report with its outlet, as far as its answer needs them. */
export type ReportRow = Omit<
  Prisma.ReportGetPayload<{ include: typeof WITH_OUTLET }>,
  'outletId' | 'publishedFrom' | 'publishedUntil' | 'retractedFrom' | 'retractedUntil' | 'deletedAt'
>;

/**
 * The report of an id that is not deleted.
 *
 * @throws {Problem} `not-found`
 */
export async function findReport(prisma: Reader, id: string): Promise<Report> {
  const row = await prisma.report.findFirst({ where: { id, deletedAt: null }, include: WITH_OUTLET });
  if (row === null) throw new Problem('not-found', `There is no report with the id "${id}".`);
  return reportOf(row);
}

/** The claims of which a report says something, or one that is merged into it. */
export async function claimsOfReport(transaction: Transaction, reportId: string): Promise<string[]> {
  const rows = await transaction.$queryRaw<{ claim_id: string }[]>`
    SELECT DISTINCT claim_id FROM attributions
    WHERE report_id = ANY (ARRAY[${reportId}::uuid] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = ${reportId}::uuid))`;
  return rows.map(({ claim_id }) => claim_id);
}

/** The report that a canonical URL names. */
export async function findReportByUrl(prisma: Reader, url: string): Promise<Report | undefined> {
  const row = await prisma.report.findFirst({ where: { url, deletedAt: null }, include: WITH_OUTLET });
  return row === null ? undefined : reportOf(row);
}

/**
 * The report without URL that an outlet, a title and a date (EDTF as written, or none) name, among those that we have seen;
 * the oldest of several.
 */
export async function findReportByTitle(
  prisma: Reader,
  { outletId, title, published }: { outletId: string; title: string; published?: string | null | undefined },
): Promise<Report | undefined> {
  const row = await prisma.report.findFirst({
    where: {
      outletId,
      title,
      published: published ?? null,
      url: null,
      status: { in: ['held', 'corrected', 'retracted'] },
      OR: [{ statusBefore: null }, { statusBefore: { not: 'cited_unseen' } }],
      deletedAt: null,
    },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    include: WITH_OUTLET,
  });
  return row === null ? undefined : reportOf(row);
}

/**
 * The id of the source that an outlet's id or slug names.
 *
 * @throws {Problem} `rule-broken` at `place` when there is none
 */
export async function findOutletId(prisma: Reader, reference: string, place: Place): Promise<string> {
  const outlet = await prisma.source.findFirst({
    where: { ...(isUuid(reference) ? { id: reference } : { slug: reference }), deletedAt: null },
    select: { id: true },
  });
  if (outlet !== null) return outlet.id;
  const detail = `There is no source with the id or slug "${reference}".`;
  throw new Problem('rule-broken', detail, { errors: [{ ...place, detail }] });
}

type Place = Pick<FieldError, 'pointer' | 'parameter'>;

/**
 * Reports without their texts, newest first; `after` is the id of the last one before. One more than `limit` tells whether
 * there are more.
 *
 * @throws {Problem} `rule-broken` for an outlet that is not there
 */
export async function listReports(
  { prisma }: Database,
  query: ReportQuery,
  after: string | undefined,
): Promise<ReportItem[]> {
  const { outlet, kind, status, language, url, limit } = query;
  const where: Prisma.ReportWhereInput = {
    deletedAt: null,
    ...(outlet === undefined ? {} : { outletId: await findOutletId(prisma, outlet, { parameter: 'outlet' }) }),
    ...(kind === undefined ? {} : { kind }),
    ...(status === undefined ? {} : { status }),
    ...(language === undefined ? {} : { language }),
    ...(url === undefined ? {} : { url }),
    ...(after === undefined ? {} : { id: { lt: after } }),
    AND: publishedWithin(query['published.gte'], query['published.lt']),
  };
  const rows = await prisma.report.findMany({
    where,
    orderBy: { id: 'desc' },
    take: limit + 1,
    omit: { text: true },
    include: WITH_OUTLET,
  });
  return rows.map(reportItemOf);
}

/** An approximate date is found by every window that it touches; what has no date by none. */
function publishedWithin(gte: string | undefined, lt: string | undefined): Prisma.ReportWhereInput[] {
  const start = (text: string) => edtfRange(text).from ?? new Date(0);
  const dated: Prisma.ReportWhereInput = { published: { not: null } };
  return [
    ...(gte === undefined ? [] : [dated, { OR: [{ publishedUntil: { gt: start(gte) } }, { publishedUntil: null }] }]),
    ...(lt === undefined ? [] : [dated, { OR: [{ publishedFrom: { lt: start(lt) } }, { publishedFrom: null }] }]),
  ];
}

/** A report as it goes over the wire. */
export function reportOf(row: ReportRow): Report {
  return { ...reportItemOf(row), text: row.text };
}

function reportItemOf(row: Omit<ReportRow, 'text'>): ReportItem {
  return {
    id: row.id,
    url: row.url,
    title: row.title,
    outlet: row.outlet,
    authors: row.authors,
    kind: row.kind as ReportKind,
    language: row.language,
    published: row.published,
    retrievedAt: row.retrievedAt?.toISOString() ?? null,
    archiveUrl: row.archiveUrl,
    textHash: row.textHash,
    status: row.status as ReportStatus,
    statusBefore: row.statusBefore as ReportStatus | null,
    retractedOn: row.retractedOn,
    citedIn: row.citedInId,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    version: row.version,
  };
}
