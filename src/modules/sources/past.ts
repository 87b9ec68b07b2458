import type { Database } from '../../database/context.ts';
import { findAt } from '../../database/documents.ts';
import { read } from '../../database/pool.ts';
import { settle } from '../../database/settled.ts';
import { prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import type { Clocks } from '../../domain/clocks.ts';
import { sourceJson } from './json.ts';
import type { Source } from './schema.ts';

const PAST = pastAt('$1');
const SOURCE = `SELECT ${sourceJson(PAST, 's.aliases')} AS source
  FROM ${PAST.thing('source', '$2::uuid')} s LEFT JOIN ${PAST.source('host', 's.host_id')}`;

/**
 * A source as it was.
 *
 * @throws {Problem} `not-found` where it was not recorded by then
 */
export async function findSourceAt(database: Database, reference: string, clocks: Clocks): Promise<Source> {
  const { knownAt } = await settle(database, clocks);
  const id = await findAt(database, 'source', reference, knownAt);
  const [row] = await read<{ source: Source }>(database.pool, prepared(SOURCE, [knownAt, id]));
  if (row === undefined) throw new Error(`the source ${id} was not read`);
  return row.source;
}
