import type { Database } from '../../database/context.ts';
import { read } from '../../database/pool.ts';
import { settle } from '../../database/settled.ts';
import { prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import type { Clocks } from '../../domain/clocks.ts';
import { Problem } from '../../domain/problem.ts';
import { RATING_SCHEME_JSON } from './json.ts';
import type { RatingScheme } from './schema.ts';

const PAST = pastAt('$1');
const SCHEME = `SELECT ${RATING_SCHEME_JSON} AS scheme
  FROM (SELECT $2::uuid AS id) asked JOIN ${PAST.ratingScheme('r', 'asked.id')} JOIN ${PAST.source('s', 'r.reviewer_id')}`;

/**
 * A rating scheme as it was.
 *
 * @throws {Problem} `not-found` where it was not recorded by then
 */
export async function findRatingSchemeAt(database: Database, id: string, clocks: Clocks): Promise<RatingScheme> {
  const { knownAt } = await settle(database, clocks);
  const [row] = await read<{ scheme: RatingScheme }>(database.pool, prepared(SCHEME, [knownAt, id]));
  if (row !== undefined) return row.scheme;
  throw new Problem('not-found', `There was no rating scheme with the id "${id}" by ${knownAt}.`);
}
