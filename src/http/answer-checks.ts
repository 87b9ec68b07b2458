import type { FastifyInstance, RouteOptions } from 'fastify';
import { z } from 'zod';
import { problemsOf, schemaOf } from './operation.ts';
import { PROBLEM_MEDIA_TYPE, problemSchema } from './problem.ts';
import { checkAnswer } from './validation.ts';

/**
 * For tests: holds every answer of every documented route against the OpenAPI document's own schemas. An answer that breaks
 * or exceeds its schema, a status that is not documented and a problem that the route does not state become a 500, with the
 * reason in the log. Also sees that the answer to a request with an `Idempotency-Key` was kept byte for byte.
 */
export function checkAnswers(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const { schema = {} } = route;
    if (schema.hide || schema.response === undefined) return;
    const problems = problemsOf(route);
    const operation = `${route.method} ${route.url}`;
    route.onSend = [
      ...[route.onSend ?? []].flat(),
      async (request, reply, payload) => {
        const { statusCode: status } = reply;
        if (typeof payload !== 'string' || status === 500) return;
        if (status >= 400) {
          checkProblem(payload, operation, problems, String(reply.getHeader('content-type')));
          return;
        }
        const answer = answerSchema(route, status);
        if (answer === undefined) throw new Error(`${operation} answered ${status}, which is not documented`);
        if (String(reply.getHeader('content-type')).startsWith('application/json'))
          checkAnswer(answer, payload, operation);
        if (request.ticket !== null) await checkKept(app, request.ticket.id, status, payload, operation);
      },
    ];
  });
}

function answerSchema({ schema }: RouteOptions, status: number): z.ZodType | undefined {
  const answer = (schema?.response as Record<number, unknown> | undefined)?.[status];
  if (answer instanceof z.ZodType) return answer;
  return answer === undefined ? undefined : (schemaOf(answer, 'application/json') ?? z.unknown());
}

function checkProblem(payload: string, operation: string, documented: ReadonlySet<string>, mediaType: string): void {
  if (mediaType !== PROBLEM_MEDIA_TYPE) throw new Error(`${operation} answered an error as ${mediaType}`);
  const { type } = problemSchema.parse(JSON.parse(payload));
  const name = type.replace('/problems/', '');
  if (!documented.has(name))
    throw new Error(`${operation} answered the problem "${name}", which its schema.problems lacks`);
}

async function checkKept(
  app: FastifyInstance,
  id: string,
  status: number,
  body: string,
  operation: string,
): Promise<void> {
  const { rows } = await app.sources.database.pool.query('select status, body from idempotency_records where id = $1', [
    id,
  ]);
  if (rows[0]?.status !== status || rows[0]?.body !== body) {
    throw new Error(`${operation} did not keep its answer for a repeated request (completeIdempotency)`);
  }
}
