import type { Database } from '../../database/context.ts';
import { findAt } from '../../database/documents.ts';
import { read } from '../../database/pool.ts';
import { settle } from '../../database/settled.ts';
import { prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import type { Clocks } from '../../domain/clocks.ts';
import { REPORT_JSON } from './json.ts';
import type { Report } from './schema.ts';

const PAST = pastAt('$1');
const REPORT = `SELECT ${REPORT_JSON} AS report
  FROM ${PAST.thing('report', '$2::uuid')} r JOIN ${PAST.source('o', 'r.outlet_id')}`;

/**
 * A report as it was.
 *
 * @throws {Problem} `not-found` where it was not recorded by then
 */
export async function findReportAt(database: Database, id: string, clocks: Clocks): Promise<Report> {
  const { knownAt } = await settle(database, clocks);
  await findAt(database, 'report', id, knownAt);
  const [row] = await read<{ report: Report }>(database.pool, prepared(REPORT, [knownAt, id]));
  if (row === undefined) throw new Error(`the report ${id} was not read`);
  return row.report;
}
