import type { Database } from '../../database/context.ts';
import { Prisma } from '../../database/generated/client.ts';
import { checkStanding, isStanding } from '../../database/merges.ts';
import type { Transaction } from '../../database/transaction.ts';
import { edtfRange } from '../../domain/edtf.ts';
import { MergedInto } from '../../domain/merged.ts';
import { Problem } from '../../domain/problem.ts';
import { resolveSources } from '../sources/queries.ts';
import { REPORT_FROM, REPORT_ITEM_JSON, REPORT_JSON } from './json.ts';
import type { Report, ReportItem, ReportQuery } from './schema.ts';

type Reader = Transaction | Database['prisma'];

const STANDS = Prisma.sql`r.deleted_at IS NULL AND ${Prisma.raw(isStanding('r.id'))}`;

/**
 * The report of an id that is neither deleted nor merged.
 *
 * @throws {Problem} `not-found`, `MergedInto`
 */
export async function findReport(prisma: Reader, id: string): Promise<Report> {
  const report = await readOne(prisma, Prisma.sql`WHERE r.id = ${id}::uuid AND ${STANDS}`);
  if (report !== undefined) return report;
  await checkStanding(prisma, 'reports', [{ reference: id }]);
  throw new Problem('not-found', `There is no report with the id "${id}".`);
}

/** The report of an id that is there, be it deleted, merged or neither. */
export async function readReport(transaction: Transaction, id: string): Promise<Report> {
  const report = await readOne(transaction, Prisma.sql`WHERE r.id = ${id}::uuid`);
  if (report === undefined) throw new Error(`the report ${id} is gone`);
  return report;
}

async function readOne(prisma: Reader, rest: Prisma.Sql): Promise<Report | undefined> {
  const [row] = await prisma.$queryRaw<{ report: Report }[]>`
    SELECT ${Prisma.raw(REPORT_JSON)} AS report FROM ${REPORT_FROM} ${rest}`;
  return row?.report;
}

/** The claims of which a report says something, or one that is merged into it. */
export async function claimsOfReport(transaction: Transaction, reportId: string): Promise<string[]> {
  const rows = await transaction.$queryRaw<{ claim_id: string }[]>`
    SELECT DISTINCT claim_id FROM attributions
    WHERE report_id = ANY (ARRAY[${reportId}::uuid] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = ${reportId}::uuid))`;
  return rows.map(({ claim_id }) => claim_id);
}

/** The report that has a canonical URL, be it merged or not. */
export async function findReportByUrl(prisma: Reader, url: string): Promise<Report | undefined> {
  return readOne(prisma, Prisma.sql`WHERE r.url = ${url} AND r.deleted_at IS NULL`);
}

/**
 * The report without URL that an outlet, a title and a date (EDTF as written, or none) name, among those that we have seen;
 * the oldest of several. What was published by an outlet that is merged into the same one counts, but comes last.
 */
export async function findReportByTitle(
  prisma: Reader,
  { outletId, title, published }: { outletId: string; title: string; published?: string | null | undefined },
): Promise<Report | undefined> {
  return readOne(
    prisma,
    Prisma.sql`
      LEFT JOIN merged_ids named ON named.id = ${outletId}::uuid
      WHERE r.title = ${title} AND o.id = coalesce(named.stands_id, ${outletId}::uuid)
        AND r.outlet_id = ANY (ARRAY[o.id] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = o.id))
        AND r.published IS NOT DISTINCT FROM ${published ?? null} AND r.url IS NULL
        AND coalesce(r.status_before, r.status) <> 'cited_unseen' AND ${STANDS}
      ORDER BY r.outlet_id <> ${outletId}::uuid, r.created_at, r.id LIMIT 1`,
  );
}

/**
 * The id of the source that an outlet's id or slug names.
 *
 * @throws {Problem} `rule-broken` at `place` when there is none
 */
export async function findOutletId(prisma: Reader, reference: string, place: Place): Promise<string> {
  const outlet = (await resolveSources(prisma, [reference])).get(reference);
  if (outlet !== undefined && 'pointer' in place && outlet.id !== outlet.stands.id)
    throw new MergedInto('source', outlet.stands, { reference, ...place });
  if (outlet !== undefined) return outlet.stands.id;
  const detail = `There is no source with the id or slug "${reference}".`;
  throw new Problem('rule-broken', detail, { errors: [{ ...place, detail }] });
}

type Place = { readonly pointer: string } | { readonly parameter: string };

/**
 * Reports without their texts, newest first; `after` is the id of the last one before. One more than `limit` tells whether
 * there are more. The URL of one that is merged finds the one that stands.
 *
 * @throws {Problem} `rule-broken` for an outlet that is not there
 */
export async function listReports(
  { prisma }: Database,
  query: ReportQuery,
  after: string | undefined,
): Promise<ReportItem[]> {
  const { outlet, kind, status, language, url, limit } = query;
  const conditions = [STANDS, ...publishedWithin(query['published.gte'], query['published.lt'])];
  if (outlet !== undefined) {
    const outletId = Prisma.sql`${await findOutletId(prisma, outlet, { parameter: 'outlet' })}::uuid`;
    conditions.push(
      Prisma.sql`r.outlet_id = ANY (ARRAY[${outletId}] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = ${outletId}))`,
    );
  }
  if (kind !== undefined) conditions.push(Prisma.sql`r.kind = ${kind}`);
  if (status !== undefined) conditions.push(Prisma.sql`r.status = ${status}`);
  if (language !== undefined) conditions.push(Prisma.sql`r.language = ${language}`);
  if (url !== undefined) {
    const named = Prisma.sql`(SELECT id FROM reports WHERE url = ${url} AND deleted_at IS NULL)`;
    conditions.push(Prisma.sql`r.id = coalesce((SELECT stands_id FROM merged_ids WHERE id = ${named}), ${named})`);
  }
  if (after !== undefined) conditions.push(Prisma.sql`r.id < ${after}::uuid`);
  const rows = await prisma.$queryRaw<{ report: ReportItem }[]>`
    SELECT ${REPORT_ITEM_JSON} AS report FROM ${REPORT_FROM}
    WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY r.id DESC LIMIT ${limit + 1}`;
  return rows.map(({ report }) => report);
}

/** An approximate date is found by every window that it touches; what has no date by none. */
function publishedWithin(gte: string | undefined, lt: string | undefined): Prisma.Sql[] {
  const start = (text: string) => edtfRange(text).from ?? new Date(0);
  const dated = Prisma.sql`r.published IS NOT NULL`;
  return [
    ...(gte === undefined ? [] : [dated, Prisma.sql`(r.published_until > ${start(gte)} OR r.published_until IS NULL)`]),
    ...(lt === undefined ? [] : [dated, Prisma.sql`(r.published_from < ${start(lt)} OR r.published_from IS NULL)`]),
  ];
}
