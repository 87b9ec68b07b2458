import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { clockQuery, clocksOf } from '../../http/clocks.ts';
import { contextOf } from '../../http/context.ts';
import { pathOf } from '../../http/errors.ts';
import { applyMergePatch } from '../../http/merge-patch.ts';
import { bindingOf, cursorId, listOf, pageOf, sendPage } from '../../http/pagination.ts';
import { ifMatch, sendAnswer, sendVersioned } from '../../http/preconditions.ts';
import { claimParams } from '../claims/schema.ts';
import { createAssessment, deleteAssessment, updateAssessment } from './commands.ts';
import { listAssessments, listClaimAssessments, readAssessment } from './queries.ts';
import {
  assessmentAnswer,
  assessmentInput,
  assessmentParams,
  assessmentPatch,
  assessmentQuery,
  claimAssessmentQuery,
  spareAssessmentParams,
} from './schema.ts';

/** Assessments: verdicts on claims by named reviewers, the later superseding the earlier. */
export const assessmentRoutes: FastifyPluginAsyncZod = async (app) => {
  const { database } = app.sources;

  app.post(
    '/v1/assessments',
    {
      config: { scope: 'write', idempotent: true },
      schema: {
        operationId: 'createAssessment',
        tags: ['assessments'],
        summary: 'Record a verdict on a claim',
        description:
          'A verdict is its reviewer’s, as in schema.org ClaimReview; it is no stance, and the standing of the claim does not move. Where the reviewer has a rating scheme, the rating is one of that, named by its value, its name, or both. A later one of the same reviewer supersedes it.',
        body: assessmentInput,
        response: { 201: assessmentAnswer },
        problems: ['conflict', 'rule-broken'],
      },
    },
    async (request, reply) => sendAnswer(reply, await createAssessment(contextOf(request), request.body)),
  );

  app.get(
    '/v1/assessments',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listAssessments',
        tags: ['assessments'],
        summary: 'Find assessments, newest first',
        description:
          'All filters can be combined. With `asOf` only what was published by then is there: an approximate date once the whole of it is past, without a date from when it was recorded.',
        querystring: assessmentQuery,
        response: { 200: listOf(assessmentAnswer) },
        problems: ['rule-broken'],
      },
    },
    async (request, reply) => {
      const { limit, cursor, ...filter } = request.query;
      const binding = bindingOf('assessments', request.query);
      const page = { limit, after: cursorId(cursor, binding) };
      const rows = await listAssessments(database, filter, clocksOf(request.query), page);
      return sendPage(request, reply, pageOf(rows, { limit, keyOf: ({ id }) => [id], binding }));
    },
  );

  app.get(
    '/v1/claims/:claim/assessments',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listClaimAssessments',
        tags: ['claims'],
        summary: 'The verdicts on a claim, newest first',
        params: claimParams,
        querystring: claimAssessmentQuery,
        response: { 200: listOf(assessmentAnswer) },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const binding = bindingOf(pathOf(request), request.query);
      const page = { limit, after: cursorId(cursor, binding) };
      const rows = await listClaimAssessments(database, request.params.claim, clocksOf(request.query), page);
      return sendPage(request, reply, pageOf(rows, { limit, keyOf: ({ id }) => [id], binding }));
    },
  );

  app.get(
    '/v1/assessments/:assessment',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getAssessment',
        tags: ['assessments'],
        summary: 'Read an assessment',
        params: assessmentParams,
        querystring: clockQuery,
        response: { 200: assessmentAnswer },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const assessment = await readAssessment(database, request.params.assessment, clocksOf(request.query));
      const body = JSON.stringify(assessment);
      return sendVersioned(request, reply, { body, version: assessment.version, derived: body });
    },
  );

  app.patch(
    '/v1/assessments/:assessment',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'updateAssessment',
        tags: ['assessments'],
        summary: 'Change an assessment',
        description:
          'For what we recorded wrongly; a new verdict of the reviewer is a new assessment. The claim and the reviewer stay. What is left out of `rating` stays as it is; a rating that changes is read by the scheme that the reviewer has now.',
        params: assessmentParams,
        body: assessmentPatch,
        response: { 200: assessmentAnswer },
        problems: ['not-found', 'rule-broken'],
      },
    },
    async (request, reply) => {
      const { assessment: id } = request.params;
      const assessment = await updateAssessment(contextOf(request), id, ifMatch(request), (current) =>
        applyMergePatch(assessmentInput, current, request.body),
      );
      const body = JSON.stringify(assessment);
      return sendVersioned(request, reply, { body, version: assessment.version, derived: body });
    },
  );

  app.delete(
    '/v1/assessments/:assessment',
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        operationId: 'deleteAssessment',
        tags: ['assessments'],
        summary: 'Delete an assessment that was recorded by mistake',
        description: 'What it superseded is current again.',
        params: spareAssessmentParams,
        response: { 204: z.null().describe('Deleted.') },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      await deleteAssessment(contextOf(request), request.params.assessment, ifMatch(request));
      return reply.code(204).send(null);
    },
  );
};
