import type { Clocks } from '../domain/clocks.ts';
import { Problem } from '../domain/problem.ts';
import type { Database } from './context.ts';
import { prepared } from './statement.ts';
import { isLockedOut } from './unavailable.ts';

/** Clocks of which the recorded one points to an instant that nothing can be added to any more. */
export interface SettledClocks extends Clocks {
  readonly knownAt: string;
}

const SETTLED = `SELECT to_rfc3339_exact(settled($1)) AS "knownAt"`;
const HORIZON = `SELECT to_rfc3339_exact(coalesce((SELECT at FROM changes ORDER BY id DESC LIMIT 1), '-infinity')) AS "knownAt"`;

/**
 * Ties the recorded clock of a question down to an instant, so that every statement that answers it sees the same, and asking
 * again gives the same answer. Without `knownAt` that is the last change; a `knownAt` after it first lets whoever is writing
 * finish, for at most 5 s, and reaches no further than now (DESIGN §2: no further than the feed's safe horizon).
 *
 * @throws {Problem} `unavailable` while something long is being written
 */
export async function settle({ pool }: Database, { asOf, knownAt }: Clocks): Promise<SettledClocks> {
  try {
    const query = knownAt === null ? prepared(HORIZON, []) : prepared(SETTLED, [knownAt]);
    const { rows } = await pool.query<{ knownAt: string }>(query);
    return { asOf, knownAt: rows[0]?.knownAt ?? '-infinity' };
  } catch (error) {
    if (!isLockedOut(error)) throw error;
    const detail = 'Something long is being written. Ask for an earlier knownAt, or again in a moment.';
    throw new Problem('unavailable', detail, { cause: error, retryAfterSeconds: 5 });
  }
}
