import type { Database } from '../../database/context.ts';
import type { Prisma, Topic as TopicRow } from '../../database/generated/client.ts';
import type { Transaction } from '../../database/transaction.ts';
import { isUuid } from '../../domain/names.ts';
import { Problem } from '../../domain/problem.ts';
import type { Topic } from './schema.ts';

/**
 * The topic of an id or slug that is not deleted.
 *
 * @throws {Problem} `not-found`
 */
export async function findTopic(prisma: Transaction | Database['prisma'], reference: string): Promise<TopicRow> {
  const topic = await prisma.topic.findFirst({
    where: { ...(isUuid(reference) ? { id: reference } : { slug: reference }), deletedAt: null },
  });
  if (topic === null) throw new Problem('not-found', `There is no topic with the id or slug "${reference}".`);
  return topic;
}

/** Topics, newest first; `after` is the id of the last one before. One more than `limit` tells whether there are more. */
export function listTopics(
  database: Database,
  page: { limit: number; after: string | undefined },
): Promise<TopicRow[]> {
  const where: Prisma.TopicWhereInput = {
    deletedAt: null,
    ...(page.after === undefined ? {} : { id: { lt: page.after } }),
  };
  return database.prisma.topic.findMany({ where, orderBy: { id: 'desc' }, take: page.limit + 1 });
}

/** A topic as it goes over the wire. */
export function topicAnswerOf(row: Omit<TopicRow, 'deletedAt'>): Topic {
  const { id, slug, name, description, createdAt, updatedAt, version } = row;
  return {
    id,
    slug,
    name,
    description,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    version,
  };
}
