import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { claimDossierMarkdown } from '../../formats/claim-dossier.ts';
import { topicDossierMarkdown } from '../../formats/topic-dossier.ts';
import { clocksOf } from '../../http/clocks.ts';
import { sendDocument } from '../../http/negotiation.ts';
import { claimParams } from '../claims/schema.ts';
import { topicParams } from '../topics/schema.ts';
import { readClaimDossier } from './claim.ts';
import { claimDossierAnswer, dossierQuery, topicDossierAnswer } from './schema.ts';
import { readTopicDossier } from './topic.ts';

/** An answer that is JSON or a Markdown document, as the caller accepts. */
function asDocument(answer: z.ZodType, markdown: string) {
  const content = {
    'application/json': { schema: answer },
    'text/markdown': { schema: z.string().meta({ examples: [markdown] }) },
  };
  return { description: 'The dossier.', content };
}

const READ_A_CLAIM =
  'What it is made of comes in pages: GET /v1/claims/{claim}/attributions, and beside it /positions.';
const READ_A_TOPIC = 'What it is made of comes in pages: GET /v1/claims?topic={topic}.';

/** Dossiers: everything about a claim, or a story, in one answer. */
export const dossierRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/v1/claims/:claim/dossier',
    {
      config: { scope: 'read', report: true, narrower: READ_A_CLAIM },
      schema: {
        operationId: 'getClaimDossier',
        tags: ['claims'],
        summary: 'Everything about a claim, and what is missing',
        description:
          'Its standing and why, positions, chain, quotes, reply requests, relations, assessments, timeline and gaps, and an attribution sentence: all of one instant. With `Accept: text/markdown` the same as a document.',
        params: claimParams,
        querystring: dossierQuery,
        response: { 200: asDocument(claimDossierAnswer, '# Ankara asked Russia to give back the money\n') },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const dossier = await readClaimDossier(app.sources, request.params.claim, clocksOf(request.query));
      return sendDocument(request, reply, dossier, (body) => claimDossierMarkdown(body, request.query));
    },
  );

  app.get(
    '/v1/topics/:topic/dossier',
    {
      config: { scope: 'read', report: true, narrower: READ_A_TOPIC },
      schema: {
        operationId: 'getTopicDossier',
        tags: ['topics'],
        summary: 'A story as a whole: who stands where, and what is open',
        description:
          'Its claims by standing, the positions as sources × claims, and open predictions, reply requests and gaps. With `Accept: text/markdown` the same as a document.',
        params: topicParams,
        querystring: dossierQuery,
        response: { 200: asDocument(topicDossierAnswer, '# The return of the S-400s\n') },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const dossier = await readTopicDossier(app.sources, request.params.topic, clocksOf(request.query));
      return sendDocument(request, reply, dossier, (body) => topicDossierMarkdown(body, request.query));
    },
  );
};
