import type { Answer } from '../../database/answer.ts';
import type { Context } from '../../database/context.ts';
import {
  answerCreated,
  checkUnreferenced,
  checkVersion,
  freeSlug,
  isUnchanged,
  record,
  type Transaction,
  updatedRow,
  versionIn,
  write,
} from '../../database/transaction.ts';
import type { ExpectedVersions } from '../../database/version.ts';
import { findTopic, topicAnswerOf } from './queries.ts';
import type { Topic, TopicInput } from './schema.ts';

/** Creates a topic. A given slug that is taken is a `conflict`; one made from the name is made free by a number. */
export function createTopic(context: Context, input: TopicInput): Promise<Answer> {
  return write(context, async (transaction) => {
    const topic = await insertTopic(transaction, context, input);
    return answerCreated(transaction, context, { path: `/v1/topics/${topic.id}`, body: topic });
  });
}

/** Inserts a topic with its change entry, in the transaction of the caller. */
export async function insertTopic(transaction: Transaction, context: Context, input: TopicInput): Promise<Topic> {
  const { slug, name, description = null } = input;
  const row = await transaction.topic.create({
    data: { id: context.newId(), slug: slug ?? (await freeSlug(transaction, 'topics', name)), name, description },
  });
  const topic = topicAnswerOf(row);
  await record(transaction, context, { action: 'created', type: 'topic', before: null, after: topic });
  return topic;
}

/**
 * Changes a topic: `change` makes the new document from the one that stands. One that changes nothing writes nothing.
 *
 * @throws {Problem} `not-found`, `stale`, `conflict` for a slug that is taken
 */
export function updateTopic(
  context: Context,
  reference: string,
  expected: ExpectedVersions,
  change: (current: TopicInput) => TopicInput,
): Promise<Topic> {
  return write(context, async (transaction) => {
    const row = await findTopic(transaction, reference);
    checkVersion(expected, row.version);
    const topic = topicAnswerOf(row);
    const { slug, name, description } = topic;
    return (await changeTopic(transaction, context, topic, change({ slug, name, description }), expected)).topic;
  });
}

/** Brings a topic to a new document, in the transaction of the caller; writes nothing where nothing differs. */
export async function changeTopic(
  transaction: Transaction,
  context: Context,
  before: Topic,
  after: TopicInput,
  expected: ExpectedVersions = { any: true },
): Promise<{ topic: Topic; changed: boolean }> {
  const { slug = before.slug, name, description = null } = after;
  if (isUnchanged([before.slug, before.name, before.description], [slug, name, description])) {
    return { topic: before, changed: false };
  }
  const rows = await transaction.topic.updateManyAndReturn({
    where: { id: before.id, ...versionIn(expected) },
    data: { slug, name, description },
  });
  const topic = topicAnswerOf(updatedRow(rows, before.version));
  await record(transaction, context, { action: 'updated', type: 'topic', before, after: topic });
  return { topic, changed: true };
}

/**
 * Deletes a topic that no claim belongs to: leaves a tombstone and frees its slug.
 *
 * @throws {Problem} `not-found`, `stale`, `still-referred-to` with the number of claims
 */
export function deleteTopic(context: Context, reference: string, expected: ExpectedVersions): Promise<void> {
  return write(context, async (transaction) => {
    const row = await findTopic(transaction, reference);
    checkVersion(expected, row.version);
    checkUnreferenced({ claims: await transaction.claim.count({ where: { topicId: row.id, deletedAt: null } }) });
    const rows = await transaction.topic.updateManyAndReturn({
      where: { id: row.id, ...versionIn(expected) },
      data: { deletedAt: context.clock() },
    });
    const after = topicAnswerOf(updatedRow(rows, row.version));
    await record(transaction, context, { action: 'deleted', type: 'topic', before: topicAnswerOf(row), after });
  });
}
