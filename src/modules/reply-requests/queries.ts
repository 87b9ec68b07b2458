import type { Database } from '../../database/context.ts';
import { read } from '../../database/pool.ts';
import { settle } from '../../database/settled.ts';
import { Parameters, prepared } from '../../database/statement.ts';
import type { Transaction } from '../../database/transaction.ts';
import { type Clocks, hasClock } from '../../domain/clocks.ts';
import { Problem } from '../../domain/problem.ts';
import { type Moment, pastMoment, presentAt, requestSql } from './json.ts';
import type { ReplyRequest } from './schema.ts';

/** A reply request as JSON text, with its version. */
export interface RequestText {
  readonly id: string;
  readonly version: number;
  readonly json: string;
}

/** The moment of a question: now by the service's clock, or by the clocks that it names. */
export async function momentOf(database: Database, clocks: Clocks, now: Date): Promise<Moment> {
  return hasClock(clocks) ? pastMoment(await settle(database, clocks)) : presentAt(now);
}

/** The statement of one request, by a moment. */
function oneRequest(moment: Moment, id: string): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const sql = requestSql(moment, parameters);
  const text = `SELECT r.id, r.version, ${sql.json}::text AS json
    FROM (SELECT ${parameters.add(id)}::uuid AS id) given JOIN ${sql.request('given.id')} ${sql.joins} WHERE ${sql.exists}`;
  return { text, values: parameters.values };
}

/**
 * A request by the clocks: `state` as it was by then.
 *
 * @throws {Problem} `not-found`, also where it had not been asked, or was not recorded, by then
 */
export async function readRequest(
  database: Database,
  id: string,
  { clocks, now }: { readonly clocks: Clocks; readonly now: Date },
): Promise<RequestText> {
  const { text, values } = oneRequest(await momentOf(database, clocks, now), id);
  const [row] = await read<RequestText & Record<string, unknown>>(database.pool, prepared(text, values));
  if (row !== undefined) return row;
  throw missing(id, hasClock(clocks) ? ' by then' : '');
}

/** A request as it stands, inside a transaction, its state by `now`. Throws `not-found`. */
export async function findRequest(transaction: Transaction, id: string, now: Date): Promise<ReplyRequest> {
  const { text, values } = oneRequest(presentAt(now), id);
  const [row] = await transaction.$queryRawUnsafe<RequestText[]>(text, ...values);
  if (row === undefined) throw missing(id);
  return JSON.parse(row.json) as ReplyRequest;
}

function missing(id: string, when = ''): Problem {
  return new Problem('not-found', `There ${when === '' ? 'is' : 'was'} no reply request with the id ${id}${when}.`);
}
