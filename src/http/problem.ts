import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Problem } from '../domain/problem.ts';
import { PROBLEMS } from './problem-kinds.ts';

/** The media type of RFC 9457 §3. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** A problem document (RFC 9457): the answer of every request that did not succeed. Problems may have further members. */
export const problemSchema = z
  .looseObject({
    type: z.string().meta({
      description: 'A stable name of the kind of problem, and the address of its page.',
      format: 'uri-reference',
    }),
    title: z.string().meta({ description: 'The kind of problem in a few words.' }),
    status: z.int().min(400).max(599).meta({ description: 'The HTTP status again.' }),
    detail: z.string().meta({ description: 'What is wrong with this request, in words.' }),
    instance: z.string().optional().meta({ format: 'uri-reference' }),
    requestId: z
      .string()
      .meta({ description: 'The id of the request, as in the header `X-Request-Id` and in the log.' }),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().meta({ description: 'A JSON Pointer (RFC 6901) into the body.' }),
          parameter: z.string().optional().meta({ description: 'The name of a query or path parameter.' }),
          header: z.string().optional().meta({ description: 'The name of a header.' }),
          detail: z.string(),
          candidates: z
            .array(z.string())
            .optional()
            .meta({ description: 'The slugs of those that an ambiguous name may mean.' }),
        }),
      )
      .meta({ description: 'The places that are wrong, if the problem has any.' }),
  })
  .meta({ id: 'Problem', description: 'A problem document (RFC 9457).' });

/** The problem document of a `Problem`, as an object. `status` differs from the catalogue's only where HTTP has a finer one. */
export function problemDocument(problem: Problem, requestId: string, status = PROBLEMS[problem.type].status) {
  return {
    ...problem.extensions,
    type: `/problems/${problem.type}`,
    title: PROBLEMS[problem.type].title,
    status,
    detail: problem.message,
    requestId,
    errors: problem.errors,
  };
}

/** Answers with a problem: status, `application/problem+json`, and the headers that go with it (RFC 6750 §3, RFC 9110 §10.2.3). */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const { status } = PROBLEMS[problem.type];
  if (status === 401) reply.header('www-authenticate', challenge(request));
  if (problem.retryAfterSeconds !== undefined || status === 429 || status === 503) {
    reply.header('retry-after', String(Math.max(1, Math.ceil(problem.retryAfterSeconds ?? 1))));
  }
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_MEDIA_TYPE)
    .serializer(JSON.stringify)
    .send(problemDocument(problem, request.id));
}

function challenge(request: FastifyRequest): string {
  const realm = 'Bearer realm="onrecord"';
  return request.headers.authorization === undefined ? realm : `${realm}, error="invalid_token"`;
}
