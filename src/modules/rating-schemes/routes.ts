import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { hasClock } from '../../domain/clocks.ts';
import { clocksOf, knownAtQuery } from '../../http/clocks.ts';
import { contextOf } from '../../http/context.ts';
import { applyMergePatch } from '../../http/merge-patch.ts';
import { bindingOf, cursorId, listOf, pageOf, sendPage } from '../../http/pagination.ts';
import { ifMatch, sendAnswer, sendVersioned } from '../../http/preconditions.ts';
import { createRatingScheme, deleteRatingScheme, updateRatingScheme } from './commands.ts';
import { findRatingSchemeAt } from './past.ts';
import { findRatingScheme, listRatingSchemes } from './queries.ts';
import {
  ratingSchemeAnswer,
  ratingSchemeInput,
  ratingSchemeParams,
  ratingSchemePatch,
  ratingSchemeQuery,
  spareRatingSchemeParams,
} from './schema.ts';

/** Rating schemes: the ratings that a reviewer gives, and what each of them means. */
export const ratingSchemeRoutes: FastifyPluginAsyncZod = async (app) => {
  const { database } = app.sources;

  app.post(
    '/v1/rating-schemes',
    {
      config: { scope: 'write', idempotent: true },
      schema: {
        operationId: 'createRatingScheme',
        tags: ['rating-schemes'],
        summary: 'Record the rating scheme of a reviewer',
        description:
          'One for each reviewer: where it has one, the answer is 409 with the id of that as `ratingScheme`. Assessments of this reviewer then take their range, name and verdict from it. The scale goes from 1 to 5 unless it is given.',
        body: ratingSchemeInput,
        response: { 201: ratingSchemeAnswer },
        problems: ['conflict', 'rule-broken'],
      },
    },
    async (request, reply) => sendAnswer(reply, await createRatingScheme(contextOf(request), request.body)),
  );

  app.get(
    '/v1/rating-schemes',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listRatingSchemes',
        tags: ['rating-schemes'],
        summary: 'List rating schemes, newest first',
        querystring: ratingSchemeQuery,
        response: { 200: listOf(ratingSchemeAnswer) },
        problems: ['rule-broken'],
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const binding = bindingOf('rating-schemes', request.query);
      const rows = await listRatingSchemes(database, request.query, cursorId(cursor, binding));
      return sendPage(request, reply, pageOf(rows, { limit, keyOf: ({ id }) => [id], binding }));
    },
  );

  app.get(
    '/v1/rating-schemes/:scheme',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getRatingScheme',
        tags: ['rating-schemes'],
        summary: 'Read a rating scheme',
        params: ratingSchemeParams,
        querystring: knownAtQuery,
        response: { 200: ratingSchemeAnswer },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const clocks = clocksOf(request.query);
      const { scheme: id } = request.params;
      const scheme = hasClock(clocks)
        ? await findRatingSchemeAt(database, id, clocks)
        : await findRatingScheme(database.prisma, id);
      const body = JSON.stringify(scheme);
      return sendVersioned(request, reply, { body, version: scheme.version, derived: body });
    },
  );

  app.patch(
    '/v1/rating-schemes/:scheme',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'updateRatingScheme',
        tags: ['rating-schemes'],
        summary: 'Change a rating scheme',
        description: '`ratings` is replaced as a whole. What was assessed by the scheme stays as it was recorded.',
        params: ratingSchemeParams,
        body: ratingSchemePatch,
        response: { 200: ratingSchemeAnswer },
        problems: ['not-found', 'rule-broken'],
      },
    },
    async (request, reply) => {
      const scheme = await updateRatingScheme(contextOf(request), request.params.scheme, ifMatch(request), (current) =>
        applyMergePatch(ratingSchemeInput, current, request.body),
      );
      const body = JSON.stringify(scheme);
      return sendVersioned(request, reply, { body, version: scheme.version, derived: body });
    },
  );

  app.delete(
    '/v1/rating-schemes/:scheme',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'deleteRatingScheme',
        tags: ['rating-schemes'],
        summary: 'Delete a rating scheme',
        description: 'What was assessed by it stays. Its reviewer can then have another.',
        params: spareRatingSchemeParams,
        response: { 204: z.null().describe('Deleted.') },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      await deleteRatingScheme(contextOf(request), request.params.scheme, ifMatch(request));
      return reply.code(204).send(null);
    },
  );
};
