import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { clockQuery, clocksOf } from '../../http/clocks.ts';
import { contextOf } from '../../http/context.ts';
import { pathOf } from '../../http/errors.ts';
import { applyMergePatch } from '../../http/merge-patch.ts';
import { bindingOf, decodeCursor, jsonPageOf, listOf, sendPage } from '../../http/pagination.ts';
import { ifMatch, sendAnswer, sendVersioned } from '../../http/preconditions.ts';
import { claimParams } from '../claims/schema.ts';
import { answerRequest, createRequest, deleteRequest, lapseRequest, updateRequest } from './commands.ts';
import { type ListedRequest, listRequests, type RequestPlace, type RequestsAsked } from './list.ts';
import { readRequest } from './queries.ts';
import {
  mistakenRequestParams,
  overdueRequestParams,
  type ReplyRequest,
  requestAnswer,
  requestAnswering,
  requestDocument,
  requestInput,
  requestLapsing,
  requestParams,
  requestPatch,
  requestQuery,
  requestsOfQuery,
  sortOf,
} from './schema.ts';

/** Right of reply: who was asked about a claim, by when, and what became of it. */
export const replyRequestRoutes: FastifyPluginAsyncZod = async (app) => {
  app.post(
    '/v1/reply-requests',
    {
      config: { scope: 'write', idempotent: true },
      schema: {
        operationId: 'createReplyRequest',
        tags: ['reply-requests'],
        summary: 'Record that a source was asked about a claim',
        description: '`claim`, `source` and `channel` suffice. Who was asked about what, and when, never changes.',
        body: requestInput,
        response: { 201: requestAnswer },
        problems: ['conflict', 'rule-broken'],
      },
    },
    async (request, reply) => sendAnswer(reply, await createRequest(contextOf(request), request.body)),
  );

  app.get(
    '/v1/reply-requests',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listReplyRequests',
        tags: ['reply-requests'],
        summary: 'List reply requests: what is open, overdue, answered or lapsed',
        description:
          'Newest first; with `state=overdue` by the deadline, soonest first. With `asOf` those that had been asked by then, as they stood then.',
        querystring: requestQuery,
        response: { 200: listOf(requestAnswer) },
        problems: ['rule-broken'],
      },
    },
    async (request, reply) => sendList(request, reply, request.query),
  );

  app.get(
    '/v1/claims/:claim/reply-requests',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listClaimReplyRequests',
        tags: ['reply-requests'],
        summary: 'Who was asked about a claim',
        params: claimParams,
        querystring: requestsOfQuery,
        response: { 200: listOf(requestAnswer) },
        problems: ['not-found', 'rule-broken'],
      },
    },
    async (request, reply) => sendList(request, reply, { ...request.query, of: request.params.claim }),
  );

  app.get(
    '/v1/reply-requests/:request',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getReplyRequest',
        tags: ['reply-requests'],
        summary: 'Read a reply request',
        description: 'With `asOf` as it stood then: it is there from when it was asked, and closed from `closedAt` on.',
        params: requestParams,
        querystring: clockQuery,
        response: { 200: requestAnswer },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { database, clock } = app.sources;
      const moment = { clocks: clocksOf(request.query), now: clock() };
      const { version, json } = await readRequest(database, request.params.request, moment);
      return sendVersioned(request, reply, { body: json, version, derived: json });
    },
  );

  app.patch(
    '/v1/reply-requests/:request',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'updateReplyRequest',
        tags: ['reply-requests'],
        summary: 'Change the channel, the deadline or the note of a reply request',
        description: 'Of one that is answered or has lapsed only the note can be changed.',
        params: requestParams,
        body: requestPatch,
        response: { 200: requestAnswer },
        problems: ['not-found', 'conflict', 'rule-broken'],
      },
    },
    async (request, reply) =>
      sendRequest(
        request,
        reply,
        await updateRequest(contextOf(request), request.params.request, ifMatch(request), (current) =>
          applyMergePatch(requestDocument, current, request.body),
        ),
      ),
  );

  app.post(
    '/v1/reply-requests/:request/answer',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'answerReplyRequest',
        tags: ['reply-requests'],
        summary: 'Record the answer to a reply request',
        description:
          'First record what was said as an attribution, then name it here. A late answer is taken too: what the source now says outweighs the `no_response` of a lapsed request, and takes its place where it is of an earlier day or of who speaks for the source. The request stays answered if the attribution is withdrawn.',
        params: requestParams,
        body: requestAnswering,
        response: { 200: requestAnswer },
        problems: ['not-found', 'conflict', 'rule-broken'],
      },
    },
    async (request, reply) =>
      sendRequest(
        request,
        reply,
        await answerRequest(contextOf(request), request.params.request, request.body, ifMatch(request)),
      ),
  );

  app.post(
    '/v1/reply-requests/:request/lapse',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'lapseReplyRequest',
        tags: ['reply-requests'],
        summary: 'Record that nobody answered a reply request',
        description:
          'Only once its deadline is past, if it has one. The source is recorded with `no_response` on the claim, in a report of our own newsroom (the source `newsroom`); `attribution` names it.',
        params: overdueRequestParams,
        body: requestLapsing,
        response: { 200: requestAnswer },
        problems: ['not-found', 'conflict', 'rule-broken'],
      },
    },
    async (request, reply) =>
      sendRequest(
        request,
        reply,
        await lapseRequest(contextOf(request), request.params.request, request.body, ifMatch(request)),
      ),
  );

  app.delete(
    '/v1/reply-requests/:request',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'deleteReplyRequest',
        tags: ['reply-requests'],
        summary: 'Delete a reply request that was recorded by mistake',
        description:
          'Its history stays. Of one that lapsed, be it answered since, withdraw the `no_response` first: until then the answer is 409 with its id as `attribution`.',
        params: mistakenRequestParams,
        response: { 204: z.null().describe('Deleted.') },
        problems: ['not-found', 'conflict'],
      },
    },
    async (request, reply) => {
      await deleteRequest(contextOf(request), request.params.request, ifMatch(request));
      return reply.code(204).send(null);
    },
  );
};

async function sendList(request: FastifyRequest, reply: FastifyReply, asked: RequestsAsked): Promise<FastifyReply> {
  const { database, clock } = request.server.sources;
  const sort = sortOf(asked);
  const binding = bindingOf(pathOf(request), { ...asked, sort });
  const place = asked.cursor === undefined ? undefined : placeOf(asked.cursor, binding);
  const rows = await listRequests(database, { ...asked, sort }, { clocks: clocksOf(asked), now: clock() }, place);
  const keyOf = ({ due, id }: ListedRequest) => [due, id];
  return sendPage(request, reply, jsonPageOf(rows, { limit: asked.limit, keyOf, binding }));
}

function placeOf(cursor: string, binding: string): RequestPlace {
  const [due = '', id = ''] = decodeCursor(cursor, binding, ['instant', 'id']);
  return { due, id };
}

function sendRequest(request: FastifyRequest, reply: FastifyReply, body: ReplyRequest): FastifyReply {
  return sendVersioned(request, reply, { body, version: body.version, derived: JSON.stringify(body) });
}
