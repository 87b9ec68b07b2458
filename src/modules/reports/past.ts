import type { Database } from '../../database/context.ts';
import { findAt } from '../../database/documents.ts';
import { reference } from '../../database/json.ts';
import { read } from '../../database/pool.ts';
import { settle } from '../../database/settled.ts';
import { prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import type { Clocks } from '../../domain/clocks.ts';
import { type ReportRow, reportOf } from './queries.ts';
import type { Report } from './schema.ts';

const PAST = pastAt('$1');
const REPORT = `SELECT r.id, r.url, r.title, r.authors, r.kind, r.language, r.published, r.retrieved_at AS "retrievedAt",
    r.archive_url AS "archiveUrl", r.text, r.text_hash AS "textHash", r.status, r.status_before AS "statusBefore", r.retracted_on AS "retractedOn",
    r.cited_in_id AS "citedInId", r.created_at AS "createdAt", r.updated_at AS "updatedAt", r.version,
    row_to_json(${reference('o')}) AS outlet
  FROM ${PAST.thing('report', '$2::uuid')} r JOIN ${PAST.source('o', 'r.outlet_id')}`;

/**
 * A report as it was.
 *
 * @throws {Problem} `not-found` where it was not recorded by then
 */
export async function findReportAt(database: Database, id: string, clocks: Clocks): Promise<Report> {
  const { knownAt } = await settle(database, clocks);
  await findAt(database, 'report', id, knownAt);
  const [row] = await read<ReportRow>(database.pool, prepared(REPORT, [knownAt, id]));
  if (row === undefined) throw new Error(`the report ${id} was not read`);
  return reportOf(row);
}
