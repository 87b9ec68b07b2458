import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Database } from '../../database/context.ts';
import { hasClock } from '../../domain/clocks.ts';
import { clockQuery, clocksOf } from '../../http/clocks.ts';
import { contextOf } from '../../http/context.ts';
import { pathOf } from '../../http/errors.ts';
import { bindingOf, cursorId, jsonPageOf, listOf, sendPage } from '../../http/pagination.ts';
import { ifMatch, sendAnswer, sendOutcome, sendVersioned } from '../../http/preconditions.ts';
import { standingClaimId } from '../claims/queries.ts';
import { claimParams } from '../claims/schema.ts';
import { actionQuery } from '../fields.ts';
import { findReport } from '../reports/queries.ts';
import { reportParams } from '../reports/schema.ts';
import { attributionWriter } from './commands.ts';
import { listAttributionsAt, readAttributionAt } from './past.ts';
import { type AttributionFilter, checkFilter, listAttributions, readAttribution } from './queries.ts';
import {
  attributionAnswer,
  attributionInput,
  attributionParams,
  attributionQuery,
  attributionsOfQuery,
  consequencesAnswer,
  newAttributionAnswer,
  withdrawalInput,
} from './schema.ts';
import { restoreAttribution, withdrawAttribution } from './withdrawals.ts';

/** Attributions: in a report, a source takes a stance on a claim. They are never edited, only withdrawn. */
export const attributionRoutes: FastifyPluginAsyncZod = async (app) => {
  const createAttribution = attributionWriter(app.sources.database);

  app.post(
    '/v1/attributions',
    {
      config: { scope: 'write', idempotent: true },
      schema: {
        operationId: 'createAttribution',
        tags: ['attributions'],
        summary: 'Record what a source says in a report',
        description:
          'With `relays` it passes on another attribution of the same claim, and its stance is `reports`. Where the text of the report is kept, the quote must be found in it exactly once, with its prefix before and its suffix after it. The answer is the attribution with `warnings` beside it; its `ETag` is that of the attribution.',
        body: attributionInput,
        response: { 201: newAttributionAnswer },
        problems: ['conflict', 'rule-broken'],
      },
    },
    async (request, reply) => sendAnswer(reply, await createAttribution(contextOf(request), request.body)),
  );

  app.get(
    '/v1/attributions',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listAttributions',
        tags: ['attributions'],
        summary: 'List attributions, newest first',
        querystring: attributionQuery,
        response: { 200: listOf(attributionAnswer) },
        problems: ['rule-broken'],
      },
    },
    async (request, reply) =>
      sendList(request, reply, request.query, (database) => checkFilter(database, request.query)),
  );

  app.get(
    '/v1/attributions/:attribution',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getAttribution',
        tags: ['attributions'],
        summary: 'Read an attribution',
        params: attributionParams,
        querystring: clockQuery,
        response: { 200: attributionAnswer },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const clocks = clocksOf(request.query);
      const { attribution } = request.params;
      const { database } = app.sources;
      const { version, json } = hasClock(clocks)
        ? await readAttributionAt(database, attribution, clocks)
        : await readAttribution(database, attribution);
      return sendVersioned(request, reply, { body: json, version, derived: json });
    },
  );

  app.post(
    '/v1/attributions/:attribution/withdraw',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'withdrawAttribution',
        tags: ['attributions'],
        summary: 'Withdraw an attribution that we recorded wrongly',
        description:
          'It stays readable, but neither it nor what relays it counts any more. The answer lists what falls; with `dryRun=true` nothing else happens.',
        params: attributionParams,
        querystring: actionQuery,
        body: withdrawalInput,
        response: { 200: consequencesAnswer },
        problems: ['not-found', 'conflict', 'rule-broken'],
      },
    },
    async (request, reply) => {
      const { params, query, body } = request;
      const options = { expected: ifMatch(request), dryRun: query.dryRun };
      const { consequences, version } = await withdrawAttribution(
        contextOf(request),
        params.attribution,
        body.reason,
        options,
      );
      return sendOutcome(reply, version, consequences);
    },
  );

  app.post(
    '/v1/attributions/:attribution/restore',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'restoreAttribution',
        tags: ['attributions'],
        summary: 'Take the withdrawal of an attribution back',
        description:
          'It was right as it stood. One that another took the place of can be restored once that is withdrawn: until then the answer is 409 with its id as `attribution`. What was withdrawn, and when, stays on record. The answer lists what counts again.',
        params: attributionParams,
        querystring: actionQuery,
        response: { 200: consequencesAnswer },
        problems: ['not-found', 'conflict'],
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      const options = { expected: ifMatch(request), dryRun: query.dryRun };
      const { consequences, version } = await restoreAttribution(contextOf(request), params.attribution, options);
      return sendOutcome(reply, version, consequences);
    },
  );

  app.get(
    '/v1/claims/:claim/attributions',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listClaimAttributions',
        tags: ['claims'],
        summary: 'What was said about a claim, where and by whom',
        params: claimParams,
        querystring: attributionsOfQuery,
        response: { 200: listOf(attributionAnswer) },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { claim } = request.params;
      const query = { ...request.query, of: { kind: 'claim', reference: claim } } as const;
      return sendList(request, reply, query, (database) => standingClaimId(database, claim));
    },
  );

  app.get(
    '/v1/reports/:report/attributions',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listReportAttributions',
        tags: ['reports'],
        summary: 'What a report says, and on whose word',
        params: reportParams,
        querystring: attributionsOfQuery,
        response: { 200: listOf(attributionAnswer) },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { report } = request.params;
      const query = { ...request.query, of: { kind: 'report', reference: report } } as const;
      return sendList(request, reply, query, ({ prisma }) => findReport(prisma, report));
    },
  );
};

/** Sends a page of attributions. An empty one is an answer only if `check` finds what the request names. */
async function sendList(
  request: FastifyRequest,
  reply: FastifyReply,
  { of, ...query }: AttributionFilter,
  check: (database: Database) => Promise<unknown>,
): Promise<FastifyReply> {
  const { database } = request.server.sources;
  const binding = bindingOf(pathOf(request), query);
  const after = cursorId(query.cursor, binding);
  const clocks = clocksOf(query);
  const filter = of === undefined ? query : { ...query, of };
  const rows = hasClock(clocks)
    ? await listAttributionsAt(database, filter, clocks, after)
    : await listAttributions(database, filter, after);
  if (rows.length === 0 && !hasClock(clocks)) await check(database);
  return sendPage(request, reply, jsonPageOf(rows, { limit: query.limit, keyOf: ({ id }) => [id], binding }));
}
