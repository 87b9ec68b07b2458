import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { hasClock } from '../../domain/clocks.ts';
import { clocksOf, knownAtQuery } from '../../http/clocks.ts';
import { contextOf } from '../../http/context.ts';
import { applyMergePatch } from '../../http/merge-patch.ts';
import { bindingOf, cursorId, listOf, pageOf, sendPage } from '../../http/pagination.ts';
import { ifMatch, sendAnswer, sendVersioned } from '../../http/preconditions.ts';
import { createTopic, deleteTopic, updateTopic } from './commands.ts';
import { findTopicAt } from './past.ts';
import { findTopic, listTopics, topicAnswerOf } from './queries.ts';
import { topicAnswer, topicInput, topicParams, topicPatch, topicQuery, unusedTopicParams } from './schema.ts';

/** Topics: the stories that group claims. */
export const topicRoutes: FastifyPluginAsyncZod = async (app) => {
  app.post(
    '/v1/topics',
    {
      config: { scope: 'write', idempotent: true },
      schema: {
        operationId: 'createTopic',
        tags: ['topics'],
        summary: 'Create a topic',
        body: topicInput,
        response: { 201: topicAnswer },
        problems: ['conflict', 'rule-broken'],
      },
    },
    async (request, reply) => sendAnswer(reply, await createTopic(contextOf(request), request.body)),
  );

  app.get(
    '/v1/topics',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listTopics',
        tags: ['topics'],
        summary: 'List topics, newest first',
        querystring: topicQuery,
        response: { 200: listOf(topicAnswer) },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const binding = bindingOf('topics', request.query);
      const after = cursorId(cursor, binding);
      const rows = await listTopics(contextOf(request).database, { limit, after });
      return sendPage(request, reply, pageOf(rows.map(topicAnswerOf), { limit, keyOf: ({ id }) => [id], binding }));
    },
  );

  app.get(
    '/v1/topics/:topic',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getTopic',
        tags: ['topics'],
        summary: 'Read a topic',
        params: topicParams,
        querystring: knownAtQuery,
        response: { 200: topicAnswer },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { database } = app.sources;
      const clocks = clocksOf(request.query);
      if (hasClock(clocks)) {
        const past = await findTopicAt(database, request.params.topic, clocks);
        return sendVersioned(request, reply, { body: past, version: past.version, derived: JSON.stringify(past) });
      }
      const topic = topicAnswerOf(await findTopic(database.prisma, request.params.topic));
      return sendVersioned(request, reply, { body: topic, version: topic.version });
    },
  );

  app.patch(
    '/v1/topics/:topic',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'updateTopic',
        tags: ['topics'],
        summary: 'Change a topic',
        params: topicParams,
        body: topicPatch,
        response: { 200: topicAnswer },
        problems: ['not-found', 'conflict', 'rule-broken'],
      },
    },
    async (request, reply) => {
      const topic = await updateTopic(contextOf(request), request.params.topic, ifMatch(request), (current) =>
        applyMergePatch(topicInput, current, request.body),
      );
      return sendVersioned(request, reply, { body: topic, version: topic.version });
    },
  );

  app.delete(
    '/v1/topics/:topic',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'deleteTopic',
        tags: ['topics'],
        summary: 'Delete a topic that nothing refers to',
        params: unusedTopicParams,
        response: { 204: z.null().describe('Deleted.') },
        problems: ['not-found', 'still-referred-to'],
      },
    },
    async (request, reply) => {
      await deleteTopic(contextOf(request), request.params.topic, ifMatch(request));
      return reply.code(204).send(null);
    },
  );
};
