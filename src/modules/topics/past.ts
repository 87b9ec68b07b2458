import type { Database } from '../../database/context.ts';
import { findAt } from '../../database/documents.ts';
import { read } from '../../database/pool.ts';
import { settle } from '../../database/settled.ts';
import { prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import type { Clocks } from '../../domain/clocks.ts';
import { topicAnswerOf } from './queries.ts';
import type { Topic } from './schema.ts';

const TOPIC = `SELECT id, slug, name, description, created_at AS "createdAt", updated_at AS "updatedAt", version
  FROM ${pastAt('$1').thing('topic', '$2::uuid')}`;

/**
 * A topic as it was.
 *
 * @throws {Problem} `not-found` where it was not recorded by then
 */
export async function findTopicAt(database: Database, reference: string, clocks: Clocks): Promise<Topic> {
  const { knownAt } = await settle(database, clocks);
  return readTopicAt(database, await findAt(database, 'topic', reference, knownAt), knownAt);
}

/** The topic of an id as it was at an instant (RFC 3339) of the recorded clock, when it was there. */
export async function readTopicAt({ pool }: Database, id: string, knownAt: string): Promise<Topic> {
  const [row] = await read<Parameters<typeof topicAnswerOf>[0]>(pool, prepared(TOPIC, [knownAt, id]));
  if (row === undefined) throw new Error(`the topic ${id} was not read`);
  return topicAnswerOf(row);
}
