import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { clocksOf } from '../../http/clocks.ts';
import { sendJson } from '../../http/preconditions.ts';
import { sourceParams } from '../sources/schema.ts';
import { readRecord } from './queries.ts';
import { recordAnswer, recordQuery } from './schema.ts';

/** Records: how what a source said has fared. */
export const recordRoutes: FastifyPluginAsyncZod = async (app) => {
  const { database, clock } = app.sources;

  app.get(
    '/v1/sources/:source/record',
    {
      config: { scope: 'read', report: true },
      schema: {
        operationId: 'getSourceRecord',
        tags: ['sources'],
        summary: 'How what a source said has fared',
        description:
          'Its predictions by their outcomes; what it asserts and denies by the current assessments of others than itself, its spokespeople and its parts. Of verdicts that decide, all must agree; else it is mixed. A claim counts once, by the latest position of those who speak for the source. Rates come with their Wilson score interval. With `asOf` an outcome counts from its `resolvedAt`, and only what was published by then is there.',
        params: sourceParams,
        querystring: recordQuery,
        response: { 200: recordAnswer },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const question = { exact: request.query.exact, ...clocksOf(request.query) };
      return sendJson(reply, await readRecord(database, request.params.source, question, clock()));
    },
  );
};
