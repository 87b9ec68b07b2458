import type { FastifyInstance } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { pathOf } from '../../http/errors.ts';
import { bindingOf, decodeCursor, encodeCursor, sendPage } from '../../http/pagination.ts';
import { sendVersioned } from '../../http/preconditions.ts';
import { assessmentParams } from '../assessments/schema.ts';
import { attributionParams } from '../attributions/schema.ts';
import { claimParams } from '../claims/schema.ts';
import { keyParams } from '../keys/schema.ts';
import { ratingSchemeParams } from '../rating-schemes/schema.ts';
import { requestParams } from '../reply-requests/schema.ts';
import { reportParams } from '../reports/schema.ts';
import { sourceParams } from '../sources/schema.ts';
import { topicParams } from '../topics/schema.ts';
import { findRecorded, findVersion, type HistoryResource, listVersions } from './queries.ts';
import { historyAnswer, historyQuery } from './schema.ts';

/** The histories of all things that have versions. Imports have none: their receipts never change. */
export const historyRoutes: FastifyPluginAsyncZod = async (app) => {
  historyRoute(app, 'sources', sourceParams);
  historyRoute(app, 'reports', reportParams);
  historyRoute(app, 'claims', claimParams);
  historyRoute(app, 'attributions', attributionParams);
  historyRoute(app, 'topics', topicParams);
  historyRoute(app, 'reply-requests', requestParams);
  historyRoute(app, 'assessments', assessmentParams);
  historyRoute(app, 'rating-schemes', ratingSchemeParams);
  historyRoute(app, 'keys', keyParams);
};

function historyRoute(app: FastifyInstance, resource: HistoryResource, params: z.ZodObject): void {
  const [name = ''] = Object.keys(params.shape);
  app.get<{ Params: Record<string, string>; Querystring: z.output<typeof historyQuery> }>(
    `/v1/${resource}/:${name}/history`,
    {
      config: { scope: resource === 'keys' ? 'admin' : 'read' },
      schema: {
        operationId: `get${name[0]?.toUpperCase()}${name.slice(1)}History`,
        tags: [resource],
        summary: `Every version of a ${name}, oldest first`.replace(' a a', ' an a'),
        description:
          'Who made each version, when, and how it differs from the one before: a JSON Patch (RFC 6902). Applied one after the other, the patches give every version. What is deleted or merged keeps its history: a deleted one by its id, a merged one by its id and its slug.',
        params,
        querystring: historyQuery,
        response: { 200: historyAnswer },
      },
    },
    async (request, reply) => {
      const { database } = request.server.sources;
      const { version, cursor, limit } = request.query;
      const id = await findRecorded(database, resource, request.params[name] ?? '');
      if (version !== undefined) {
        const body = await findVersion(database, resource, { id, version });
        return sendVersioned(request, reply, { body, version });
      }
      const binding = bindingOf(pathOf(request), request.query);
      const after = cursor === undefined ? undefined : Number(decodeCursor(cursor, binding, ['number'])[0]);
      const { versions, hasMore } = await listVersions(database, id, { limit, after });
      const nextCursor = hasMore ? encodeCursor([String(versions.at(-1)?.version)], binding) : null;
      return sendPage(request, reply, { data: versions, page: { nextCursor, hasMore } });
    },
  );
}
