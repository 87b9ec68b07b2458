import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { EventPlace } from '../../domain/timeline.ts';
import { clocksOf } from '../../http/clocks.ts';
import { pathOf } from '../../http/errors.ts';
import { bindingOf, decodeCursor, jsonPageOf, listOf, sendPage } from '../../http/pagination.ts';
import { claimParams } from '../claims/schema.ts';
import { listEvents } from './queries.ts';
import { eventAnswer, timelineQuery } from './schema.ts';

/** Timelines: everything that happened about a claim, in order. */
export const timelineRoutes: FastifyPluginAsyncZod = async (app) => {
  const { database } = app.sources;

  app.get(
    '/v1/claims/:claim/timeline',
    {
      config: { scope: 'read', report: true },
      schema: {
        operationId: 'listClaimTimeline',
        tags: ['claims'],
        summary: 'What happened about a claim, in order',
        description:
          'What was said, published and passed on at the time that it tells of, and what we did with our own record when we did it. An approximate time comes where it begins, a relay never before what it relays on the same day.',
        params: claimParams,
        querystring: timelineQuery,
        response: { 200: listOf(eventAnswer) },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const binding = bindingOf(pathOf(request), request.query);
      const after = cursor === undefined ? undefined : placeOf(cursor, binding);
      const rows = await listEvents(database, request.params.claim, { limit, ...clocksOf(request.query) }, after);
      return sendPage(request, reply, jsonPageOf(rows, { limit, keyOf: keysOf, binding }));
    },
  );
};

function keysOf({ place: { from, until, depth }, recordedAt, id }: EventPlace): string[] {
  return [String(from ?? ''), String(until ?? ''), String(recordedAt), String(depth), id];
}

function placeOf(cursor: string, binding: string): EventPlace {
  const kinds = ['instant', 'instant', 'instant', 'number', 'text'] as const;
  const [from = '', until = '', recordedAt = '', depth = '', id = ''] = decodeCursor(cursor, binding, kinds);
  const instantOf = (key: string) => (key === '' ? null : Number(key));
  const place = { from: instantOf(from), until: instantOf(until), depth: Number(depth) };
  return { place, recordedAt: Number(recordedAt), id };
}
