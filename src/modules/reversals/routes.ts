import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { clocksOf } from '../../http/clocks.ts';
import { pathOf } from '../../http/errors.ts';
import { bindingOf, decodeCursor, jsonPageOf, listOf, sendPage } from '../../http/pagination.ts';
import { sourceParams } from '../sources/schema.ts';
import { listReversals, type ReversalPlace, type ReversalRow } from './queries.ts';
import { reversalAnswer, reversalQuery } from './schema.ts';

/** Reversals: where a source has changed sides. */
export const reversalRoutes: FastifyPluginAsyncZod = async (app) => {
  const { database } = app.sources;

  app.get(
    '/v1/sources/:source/reversals',
    {
      config: { scope: 'read', report: true },
      schema: {
        operationId: 'listSourceReversals',
        tags: ['sources'],
        summary: 'Where a source has changed sides',
        description:
          'Two stances for and against one claim that follow each other; silence is none. With those of its spokespeople and its parts, unless `exact`.',
        params: sourceParams,
        querystring: reversalQuery,
        response: { 200: listOf(reversalAnswer) },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { limit, exact, cursor } = request.query;
      const binding = bindingOf(pathOf(request), request.query);
      const question = { limit, exact, ...clocksOf(request.query) };
      const after = cursor === undefined ? undefined : placeOf(cursor, binding);
      const rows = await listReversals(database, request.params.source, question, after);
      const keyOf = ({ claim, source, number }: ReversalRow) => [claim, source, String(number)];
      return sendPage(request, reply, jsonPageOf(rows, { limit, keyOf, binding }));
    },
  );
};

function placeOf(cursor: string, binding: string): ReversalPlace {
  const [claim = '', source = '', number = ''] = decodeCursor(cursor, binding, ['id', 'id', 'number']);
  return { claim, source, number: Number(number) };
}
