import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { hasClock } from '../../domain/clocks.ts';
import { clocksOf } from '../../http/clocks.ts';
import { pathOf } from '../../http/errors.ts';
import { bindingOf, cursorId, decodeCursor, jsonPageOf, listOf, sendPage } from '../../http/pagination.ts';
import { standingClaimId } from '../claims/queries.ts';
import { claimParams } from '../claims/schema.ts';
import { findSource } from '../sources/queries.ts';
import { sourceParams } from '../sources/schema.ts';
import { listClaimPositionsAt, listSourcePositionsAt } from './past.ts';
import { listClaimPositions, listSourcePositions } from './queries.ts';
import { positionAnswer, positionQuery, sourcePositionAnswer, sourcePositionQuery } from './schema.ts';

/** Positions: what each source stands for on a claim now, and on whose word. */
export const positionRoutes: FastifyPluginAsyncZod = async (app) => {
  const { database } = app.sources;

  app.get(
    '/v1/claims/:claim/positions',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listClaimPositions',
        tags: ['claims'],
        summary: 'Who stands where on a claim, and on whose word',
        params: claimParams,
        querystring: positionQuery,
        response: { 200: listOf(positionAnswer) },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const binding = bindingOf(pathOf(request), request.query);
      const { claim } = request.params;
      const after = cursorId(cursor, binding);
      const clocks = clocksOf(request.query);
      const rows = hasClock(clocks)
        ? await listClaimPositionsAt(database, claim, request.query, clocks, after)
        : await listClaimPositions(database, claim, request.query, after);
      if (rows.length === 0 && !hasClock(clocks)) await standingClaimId(database, claim);
      return sendPage(request, reply, jsonPageOf(rows, { limit, keyOf: ({ id }) => [id], binding }));
    },
  );

  app.get(
    '/v1/sources/:source/positions',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listSourcePositions',
        tags: ['sources'],
        summary: 'What a source stands for, claim by claim',
        description: 'With what its spokespeople and its parts stand for, unless `exact`.',
        params: sourceParams,
        querystring: sourcePositionQuery,
        response: { 200: listOf(sourcePositionAnswer) },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const binding = bindingOf(pathOf(request), request.query);
      const [claim, source] = cursor === undefined ? [] : decodeCursor(cursor, binding, ['id', 'id']);
      const after = claim === undefined || source === undefined ? undefined : { claim, source };
      const clocks = clocksOf(request.query);
      const rows = hasClock(clocks)
        ? await listSourcePositionsAt(database, request.params.source, request.query, clocks, after)
        : await listSourcePositions(database, request.params.source, request.query, after);
      if (rows.length === 0 && !hasClock(clocks)) await findSource(database.prisma, request.params.source);
      const keyOf = (row: { claim: string; source: string }) => [row.claim, row.source];
      return sendPage(request, reply, jsonPageOf(rows, { limit, keyOf, binding }));
    },
  );
};
