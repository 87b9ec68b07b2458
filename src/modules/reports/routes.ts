import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { hasClock } from '../../domain/clocks.ts';
import { clocksOf, knownAtQuery } from '../../http/clocks.ts';
import { contextOf } from '../../http/context.ts';
import { applyMergePatch } from '../../http/merge-patch.ts';
import { bindingOf, cursorId, listOf, pageOf, sendPage } from '../../http/pagination.ts';
import { ifMatch, sendAnswer, sendOutcome, sendVersioned } from '../../http/preconditions.ts';
import { consequencesAnswer } from '../attributions/schema.ts';
import { actionQuery } from '../fields.ts';
import { correctReport, restoreReport, retractReport } from './actions.ts';
import { createReport, deleteReport, updateReport } from './commands.ts';
import { findReportAt } from './past.ts';
import { findReport, listReports } from './queries.ts';
import {
  correctionInput,
  reportAnswer,
  reportInput,
  reportItem,
  reportParams,
  reportPatch,
  reportQuery,
  retractionInput,
  unusedReportParams,
} from './schema.ts';

/** A report may bring its full text along. */
const BODY_LIMIT = 2 * 1024 * 1024;

/** Reports: where we read it. */
export const reportRoutes: FastifyPluginAsyncZod = async (app) => {
  app.post(
    '/v1/reports',
    {
      bodyLimit: BODY_LIMIT,
      config: { scope: 'write', idempotent: true },
      schema: {
        operationId: 'createReport',
        tags: ['reports'],
        summary: 'Create a report',
        description:
          '`title` and `outlet` suffice. A URL names one report: where another has it, the answer is 409 with the id of that one as `report`.',
        body: reportInput,
        response: { 201: reportAnswer },
        problems: ['conflict', 'rule-broken'],
      },
    },
    async (request, reply) => sendAnswer(reply, await createReport(contextOf(request), request.body)),
  );

  app.get(
    '/v1/reports',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listReports',
        tags: ['reports'],
        summary: 'List reports without their texts, newest first',
        description: 'All filters can be combined. A report is found where the range of its date touches the window.',
        querystring: reportQuery,
        response: { 200: listOf(reportItem) },
        problems: ['rule-broken'],
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const binding = bindingOf('reports', request.query);
      const after = cursorId(cursor, binding);
      const items = await listReports(contextOf(request).database, request.query, after);
      return sendPage(request, reply, pageOf(items, { limit, keyOf: ({ id }) => [id], binding }));
    },
  );

  app.get(
    '/v1/reports/:report',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getReport',
        tags: ['reports'],
        summary: 'Read a report',
        params: reportParams,
        querystring: knownAtQuery,
        response: { 200: reportAnswer },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { database } = app.sources;
      const clocks = clocksOf(request.query);
      const report = hasClock(clocks)
        ? await findReportAt(database, request.params.report, clocks)
        : await findReport(database.prisma, request.params.report);
      const body = JSON.stringify(report);
      return sendVersioned(request, reply, { body, version: report.version, derived: body });
    },
  );

  app.patch(
    '/v1/reports/:report',
    {
      bodyLimit: BODY_LIMIT,
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'updateReport',
        tags: ['reports'],
        summary: 'Change a report',
        description:
          'A `cited_unseen` report becomes `held` when we come to hold it; what rests on it follows at once.',
        params: reportParams,
        body: reportPatch,
        response: { 200: reportAnswer },
        problems: ['not-found', 'conflict', 'rule-broken'],
      },
    },
    async (request, reply) => {
      const report = await updateReport(contextOf(request), request.params.report, ifMatch(request), (current) =>
        applyMergePatch(reportInput, current, request.body),
      );
      const body = JSON.stringify(report);
      return sendVersioned(request, reply, { body, version: report.version, derived: body });
    },
  );

  app.post(
    '/v1/reports/:report/correct',
    {
      bodyLimit: BODY_LIMIT,
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'correctReport',
        tags: ['reports'],
        summary: 'Record that the outlet corrected its report',
        description:
          'The report becomes what it says now, a new revision with its `textHash`, and `corrected`. An attribution in `supersedes` is superseded by what the report says now, or without `by` withdrawn; what relays it passes on the old words and falls with it, unless it is named there too. The answer lists what falls and what begins to count; with `dryRun=true` nothing else happens, and new ids are not kept.',
        params: reportParams,
        querystring: actionQuery,
        body: correctionInput,
        response: { 200: consequencesAnswer },
        problems: ['not-found', 'conflict', 'rule-broken'],
      },
    },
    async (request, reply) => {
      const options = { expected: ifMatch(request), dryRun: request.query.dryRun };
      const { consequences, version } = await correctReport(
        contextOf(request),
        request.params.report,
        request.body,
        options,
      );
      return sendOutcome(reply, version, consequences);
    },
  );

  app.post(
    '/v1/reports/:report/retract',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'retractReport',
        tags: ['reports'],
        summary: 'Record that the outlet retracted its report',
        description:
          'Nothing in it counts any more, nor what relays it. A report that we have not seen can be retracted as well. The answer lists what falls; with `dryRun=true` nothing else happens: what would fall, if the outlet retracted it?',
        params: reportParams,
        querystring: actionQuery,
        body: retractionInput,
        response: { 200: consequencesAnswer },
        problems: ['not-found', 'conflict', 'rule-broken'],
      },
    },
    async (request, reply) => {
      const options = { expected: ifMatch(request), dryRun: request.query.dryRun };
      const { consequences, version } = await retractReport(
        contextOf(request),
        request.params.report,
        request.body,
        options,
      );
      return sendOutcome(reply, version, consequences);
    },
  );

  app.post(
    '/v1/reports/:report/restore',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'restoreReport',
        tags: ['reports'],
        summary: 'Take the retraction of a report back',
        description:
          'It is again what it was before: held, unseen or corrected. A correction is not undone by it: correct the report anew, or restore its attributions. The answer lists what counts again.',
        params: reportParams,
        querystring: actionQuery,
        response: { 200: consequencesAnswer },
        problems: ['not-found', 'conflict'],
      },
    },
    async (request, reply) => {
      const options = { expected: ifMatch(request), dryRun: request.query.dryRun };
      const { consequences, version } = await restoreReport(contextOf(request), request.params.report, options);
      return sendOutcome(reply, version, consequences);
    },
  );

  app.delete(
    '/v1/reports/:report',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'deleteReport',
        tags: ['reports'],
        summary: 'Delete a report that nothing refers to',
        params: unusedReportParams,
        response: { 204: z.null().describe('Deleted.') },
        problems: ['not-found', 'conflict', 'still-referred-to'],
      },
    },
    async (request, reply) => {
      await deleteReport(contextOf(request), request.params.report, ifMatch(request));
      return reply.code(204).send(null);
    },
  );
};
