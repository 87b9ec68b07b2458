import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { clocksOf } from '../../http/clocks.ts';
import { sendJson } from '../../http/preconditions.ts';
import { claimParams } from '../claims/schema.ts';
import { readChain } from './queries.ts';
import { chainAnswer, chainQuery } from './schema.ts';

/** Chains: on whose word a claim rests, through whom, and how often it is only repeated. */
export const chainRoutes: FastifyPluginAsyncZod = async (app) => {
  const { database } = app.sources;

  app.get(
    '/v1/claims/:claim/chain',
    {
      config: { scope: 'read', report: true },
      schema: {
        operationId: 'getClaimChain',
        tags: ['claims'],
        summary: 'On whose word a claim rests',
        description:
          'Everything that was said of it and who passes on what. Ten outlets that relay one story are one origin with ten echoes.',
        params: claimParams,
        querystring: chainQuery,
        response: { 200: chainAnswer },
        problems: ['not-found'],
      },
    },
    async (request, reply) => sendJson(reply, await readChain(database, request.params.claim, clocksOf(request.query))),
  );
};
