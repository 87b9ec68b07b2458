import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { contextOf } from '../../http/context.ts';
import { cursorId, listOf, pageOf, pageQuery, sendPage } from '../../http/pagination.ts';
import { ifMatch, sendAnswer, sendVersioned } from '../../http/preconditions.ts';
import { createKey, revokeKey } from './commands.ts';
import { findKey, keyAnswer, listKeys } from './queries.ts';
import { createKeySchema, keyParams, keySchema, newKeySchema } from './schema.ts';

const BINDING = 'keys';

/** Who may read and write: admins make, list and revoke keys (DESIGN §4). */
export const keyRoutes: FastifyPluginAsyncZod = async (app) => {
  app.post(
    '/v1/keys',
    {
      config: { scope: 'admin' },
      schema: {
        operationId: 'createKey',
        tags: ['keys'],
        summary: 'Make a key',
        description:
          'The key is in the answer, this once. No `Idempotency-Key` is taken, since only a hash of the key is kept; the name, unique among the keys in force, keeps a repeated request from making two.',
        problems: ['conflict', 'rule-broken'],
        body: createKeySchema,
        response: { 201: newKeySchema },
      },
    },
    async (request, reply) => {
      const answer = await createKey(contextOf(request), request.body);
      return sendAnswer(reply.header('cache-control', 'no-store'), answer);
    },
  );

  app.get(
    '/v1/keys',
    {
      config: { scope: 'admin' },
      schema: {
        operationId: 'listKeys',
        tags: ['keys'],
        summary: 'List all keys',
        description: 'In the order in which they were made, revoked ones included.',
        querystring: pageQuery,
        response: { 200: listOf(keySchema) },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const after = cursorId(cursor, BINDING);
      const rows = await listKeys(contextOf(request), { limit, after });
      return sendPage(request, reply, pageOf(rows, { limit, keyOf: ({ id }) => [id], binding: BINDING }));
    },
  );

  app.get(
    '/v1/keys/:key',
    {
      config: { scope: 'admin' },
      schema: {
        operationId: 'getKey',
        tags: ['keys'],
        summary: 'Read a key',
        problems: ['not-found'],
        params: keyParams,
        response: { 200: keySchema },
      },
    },
    async (request, reply) => {
      const body = keyAnswer(await findKey(contextOf(request).database.prisma, request.params.key));
      return sendVersioned(request, reply, { body, version: body.version });
    },
  );

  app.post(
    '/v1/keys/:key/revoke',
    {
      config: { scope: 'admin', ifMatch: true },
      schema: {
        operationId: 'revokeKey',
        tags: ['keys'],
        summary: 'Revoke a key',
        description: 'In force within a second. The last admin key in force cannot be revoked.',
        problems: ['not-found', 'conflict'],
        params: keyParams,
        response: { 200: keySchema },
      },
    },
    async (request, reply) => {
      const body = await revokeKey(contextOf(request), request.params.key, ifMatch(request));
      return sendVersioned(request, reply, { body, version: body.version });
    },
  );
};
