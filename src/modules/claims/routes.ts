import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { hasClock } from '../../domain/clocks.ts';
import { clockQuery, clocksOf } from '../../http/clocks.ts';
import { contextOf } from '../../http/context.ts';
import { applyMergePatch } from '../../http/merge-patch.ts';
import { bindingOf, cursorId, jsonPageOf, listOf, sendPage } from '../../http/pagination.ts';
import { ifMatch, sendAnswer, sendVersioned } from '../../http/preconditions.ts';
import { createClaim, deleteClaim, updateClaim } from './commands.ts';
import { listClaimsAt, readClaimAt } from './past.ts';
import { listClaims, readClaim } from './queries.ts';
import { claimAnswer, claimInput, claimParams, claimPatch, claimQuery, unusedClaimParams } from './schema.ts';

/** Claims: propositions that can be taken for or against, and who stands where on them. */
export const claimRoutes: FastifyPluginAsyncZod = async (app) => {
  app.post(
    '/v1/claims',
    {
      config: { scope: 'write', idempotent: true },
      schema: {
        operationId: 'createClaim',
        tags: ['claims'],
        summary: 'Create a claim',
        description: '`text` and `kind` suffice: the slug is made from the text, the language is `und`.',
        body: claimInput,
        response: { 201: claimAnswer },
        problems: ['conflict', 'rule-broken'],
      },
    },
    async (request, reply) => sendAnswer(reply, await createClaim(contextOf(request), request.body)),
  );

  app.get(
    '/v1/claims',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listClaims',
        tags: ['claims'],
        summary: 'Find claims',
        description:
          'All filters can be combined. Naming a government finds what its spokespeople and its parts said too.',
        querystring: claimQuery,
        response: { 200: listOf(claimAnswer) },
        problems: ['rule-broken'],
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const binding = bindingOf('claims', request.query);
      const after = cursorId(cursor, binding);
      const clocks = clocksOf(request.query);
      const { database } = app.sources;
      const rows = hasClock(clocks)
        ? await listClaimsAt(database, request.query, clocks, after)
        : await listClaims(app.sources, request.query, after);
      return sendPage(request, reply, jsonPageOf(rows, { limit, keyOf: ({ id }) => [id], binding }));
    },
  );

  app.get(
    '/v1/claims/:claim',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getClaim',
        tags: ['claims'],
        summary: 'Read a claim, with its standing',
        params: claimParams,
        querystring: clockQuery,
        response: { 200: claimAnswer },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const clocks = clocksOf(request.query);
      const { claim } = request.params;
      const { database } = app.sources;
      const { version, json } = hasClock(clocks)
        ? await readClaimAt(database, claim, clocks)
        : await readClaim(app.sources, claim);
      return sendVersioned(request, reply, { body: json, version, derived: json });
    },
  );

  app.patch(
    '/v1/claims/:claim',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'updateClaim',
        tags: ['claims'],
        summary: 'Change a claim',
        params: claimParams,
        body: claimPatch,
        response: { 200: claimAnswer },
        problems: ['not-found', 'conflict', 'rule-broken'],
      },
    },
    async (request, reply) => {
      const { version, json } = await updateClaim(
        contextOf(request),
        request.params.claim,
        ifMatch(request),
        (current) => applyMergePatch(claimInput, current, request.body),
      );
      return sendVersioned(request, reply, { body: json, version, derived: json });
    },
  );

  app.delete(
    '/v1/claims/:claim',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'deleteClaim',
        tags: ['claims'],
        summary: 'Delete a claim that nothing refers to',
        params: unusedClaimParams,
        response: { 204: z.null().describe('Deleted.') },
        problems: ['not-found', 'conflict', 'still-referred-to'],
      },
    },
    async (request, reply) => {
      await deleteClaim(contextOf(request), request.params.claim, ifMatch(request));
      return reply.code(204).send(null);
    },
  );
};
