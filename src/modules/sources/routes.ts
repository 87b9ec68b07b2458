import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { hasClock } from '../../domain/clocks.ts';
import { clocksOf, knownAtQuery } from '../../http/clocks.ts';
import { contextOf } from '../../http/context.ts';
import { applyMergePatch } from '../../http/merge-patch.ts';
import { bindingOf, cursorId, listOf, pageOf, sendPage } from '../../http/pagination.ts';
import { ifMatch, sendAnswer, sendVersioned } from '../../http/preconditions.ts';
import { createSource, deleteSource, updateSource } from './commands.ts';
import { findSourceAt } from './past.ts';
import { findSource, listSources } from './queries.ts';
import { sourceAnswer, sourceInput, sourceParams, sourcePatch, sourceQuery, unusedSourceParams } from './schema.ts';

/** Sources: who speaks (DESIGN §1, §2). */
export const sourceRoutes: FastifyPluginAsyncZod = async (app) => {
  app.post(
    '/v1/sources',
    {
      config: { scope: 'write', idempotent: true },
      schema: {
        operationId: 'createSource',
        tags: ['sources'],
        summary: 'Create a source',
        body: sourceInput,
        response: { 201: sourceAnswer },
        problems: ['conflict', 'rule-broken'],
      },
    },
    async (request, reply) => sendAnswer(reply, await createSource(contextOf(request), request.body)),
  );

  app.get(
    '/v1/sources',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listSources',
        tags: ['sources'],
        summary: 'List sources, newest first',
        querystring: sourceQuery,
        response: { 200: listOf(sourceAnswer) },
        problems: ['rule-broken'],
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const binding = bindingOf('sources', request.query);
      const after = cursorId(cursor, binding);
      const rows = await listSources(contextOf(request).database, request.query, after);
      return sendPage(request, reply, pageOf(rows, { limit, keyOf: ({ id }) => [id], binding }));
    },
  );

  app.get(
    '/v1/sources/:source',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getSource',
        tags: ['sources'],
        summary: 'Read a source',
        params: sourceParams,
        querystring: knownAtQuery,
        response: { 200: sourceAnswer },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { database } = app.sources;
      const clocks = clocksOf(request.query);
      const source = hasClock(clocks)
        ? await findSourceAt(database, request.params.source, clocks)
        : await findSource(database.prisma, request.params.source);
      const body = JSON.stringify(source);
      return sendVersioned(request, reply, { body, version: source.version, derived: body });
    },
  );

  app.patch(
    '/v1/sources/:source',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'updateSource',
        tags: ['sources'],
        summary: 'Change a source',
        params: sourceParams,
        body: sourcePatch,
        response: { 200: sourceAnswer },
        problems: ['not-found', 'conflict', 'rule-broken'],
      },
    },
    async (request, reply) => {
      const source = await updateSource(contextOf(request), request.params.source, ifMatch(request), (current) =>
        applyMergePatch(sourceInput, current, request.body),
      );
      const body = JSON.stringify(source);
      return sendVersioned(request, reply, { body, version: source.version, derived: body });
    },
  );

  app.delete(
    '/v1/sources/:source',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'deleteSource',
        tags: ['sources'],
        summary: 'Delete a source that nothing refers to',
        params: unusedSourceParams,
        response: { 204: z.null().describe('Deleted.') },
        problems: ['not-found', 'conflict', 'still-referred-to'],
      },
    },
    async (request, reply) => {
      await deleteSource(contextOf(request), request.params.source, ifMatch(request));
      return reply.code(204).send(null);
    },
  );
};
