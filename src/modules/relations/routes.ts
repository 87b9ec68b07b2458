import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { clockQuery, clocksOf } from '../../http/clocks.ts';
import { contextOf } from '../../http/context.ts';
import { pathOf } from '../../http/errors.ts';
import { bindingOf, cursorId, jsonPageOf, listOf, sendPage } from '../../http/pagination.ts';
import { ifMatch, sendAnswer, sendVersioned } from '../../http/preconditions.ts';
import { claimParams } from '../claims/schema.ts';
import { createRelation, judgeRelation } from './commands.ts';
import { listRelations, readRelation } from './queries.ts';
import { relationAnswer, relationInput, relationParams, relationPatch, relationQuery } from './schema.ts';

/** Relations: how one claim bears on another, as somebody suggested, confirmed or rejected it. */
export const relationRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/v1/claims/:claim/relations',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listClaimRelations',
        tags: ['claims'],
        summary: 'How a claim bears on others, and they on it',
        description:
          'Newest first, to either side, rejected ones too. With `knownAt` each as it was judged then; `asOf` changes nothing.',
        params: claimParams,
        querystring: relationQuery,
        response: { 200: listOf(relationAnswer) },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const { database } = app.sources;
      const binding = bindingOf(pathOf(request), request.query);
      const after = cursorId(cursor, binding);
      const clocks = clocksOf(request.query);
      const rows = await listRelations(database, request.params.claim, request.query, clocks, after);
      return sendPage(request, reply, jsonPageOf(rows, { limit, keyOf: ({ id }) => [id], binding }));
    },
  );

  app.post(
    '/v1/claims/:claim/relations',
    {
      config: { scope: 'write', idempotent: true },
      schema: {
        operationId: 'createClaimRelation',
        tags: ['claims'],
        summary: 'Relate a claim to another',
        description:
          'The claim in the path contradicts, supports, refines, depends on or is part of the claim `to`. Where the two have this relation already, the answer is 409 with its id as `relation`: judge that one.',
        params: claimParams,
        body: relationInput,
        response: { 201: relationAnswer },
        problems: ['not-found', 'conflict', 'rule-broken'],
      },
    },
    async (request, reply) =>
      sendAnswer(reply, await createRelation(contextOf(request), request.params.claim, request.body)),
  );

  app.get(
    '/v1/claims/:claim/relations/:relation',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getClaimRelation',
        tags: ['claims'],
        summary: 'Read a relation, with who judged it last',
        description:
          'Under the address of either claim. With `knownAt` as it was judged then; `asOf` changes nothing. Where it became the same as one that was judged later, since claims were merged, the answer is 308.',
        params: relationParams,
        querystring: clockQuery,
        response: { 200: relationAnswer },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { version, json } = await readRelation(app.sources.database, request.params, clocksOf(request.query));
      return sendVersioned(request, reply, { body: json, version, derived: json });
    },
  );

  app.patch(
    '/v1/claims/:claim/relations/:relation',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'judgeClaimRelation',
        tags: ['claims'],
        summary: 'Judge a relation',
        description:
          'Suggest, confirm or reject it, under the address of either claim. Each judgement is a version, and stays on record with who made it and when; the same one again changes nothing.',
        params: relationParams,
        body: relationPatch,
        response: { 200: relationAnswer },
        problems: ['not-found', 'conflict'],
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const { version, json } = await judgeRelation(contextOf(request), params, ifMatch(request), body);
      return sendVersioned(request, reply, { body: json, version, derived: json });
    },
  );
};
