import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { TakenOver } from '../database/answer.ts';
import { MergedInto } from '../domain/merged.ts';
import { Problem } from '../domain/problem.ts';
import { sendToStanding } from './merged.ts';
import { sendProblem } from './problem.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Makes a problem of what the database or Prisma threw; `undefined` for what it doesn't know. */
export type Translate = (error: unknown) => Problem | undefined;

/**
 * Every answer that is no success becomes a problem document (RFC 9457): thrown `Problem`s, what `translate` knows,
 * Fastify's own errors, unknown routes (404) and known paths with another method (405 with `Allow`, RFC 9110 §15.5.6).
 * Anything else is a fault: logged with its stack, answered as `internal` without a word of it.
 */
export function installProblems(app: FastifyInstance, { translate }: { translate: Translate }): void {
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, translate));
  app.setNotFoundHandler((request, reply) => answerUnknown(app, request, reply));
  // Before its body is read, which is nobody's.
  app.addHook('preParsing', async (request, reply, payload) =>
    request.is404 ? answerUnknown(app, request, reply) : payload,
  );
}

function answerUnknown(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = pathOf(request);
  const allowed = METHODS.filter((method) => app.findRoute({ method, url: path }) !== null);
  // A route may have nothing under an address: then it hands the request on to here.
  if (allowed.length === 0 || allowed.some((method) => method === request.method))
    return sendProblem(request, reply, new Problem('not-found', `There is no address ${path}.`));
  const allow = allowed.join(', ');
  const detail = `This address takes ${allow}, not ${request.method}.`;
  return sendProblem(request, reply.header('allow', allow), new Problem('method-not-allowed', detail));
}

/** The path of a request, without its query. */
export function pathOf(request: FastifyRequest): string {
  const url = request.raw.url ?? '/';
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, translate: Translate): FastifyReply {
  if (error instanceof MergedInto && (request.method === 'GET' || request.method === 'HEAD'))
    return sendToStanding(request, reply, error);
  if (request.givenUp?.aborted) return sendProblem(request, reply, request.givenUp.reason);
  const problem = error instanceof Problem ? error : (frameworkProblem(error, request) ?? translate(error));
  if (problem === undefined) {
    request.log.error({ requestId: request.id, err: error }, 'request failed');
    const detail = 'The service failed. Its log has the reason under this request id.';
    return sendProblem(request, reply, new Problem('internal', detail));
  }
  if (problem.type === 'unavailable') request.log.warn({ requestId: request.id, err: error }, 'service unavailable');
  keepConnection(request, reply);
  return sendProblem(request, reply, problem);
}

/**
 * Takes back that Fastify closes the connection of every body that it could not parse, and lets the client finish sending: a
 * connection that closes under an upload loses the answer that says why. Who waits for 100 may never send.
 */
function keepConnection(request: FastifyRequest, reply: FastifyReply): void {
  if (!reply.hasHeader('connection') || request.headers.expect !== undefined) return;
  reply.removeHeader('connection');
  request.raw.resume();
}

/** The problem behind an error of Fastify, of one of its plugins or of the conventions here; `undefined` when it is none of the caller's doing. */
export function frameworkProblem(error: unknown, request: FastifyRequest): Problem | undefined {
  if (error instanceof TakenOver) {
    return new Problem('in-flight', 'A later attempt with this Idempotency-Key has taken over.', {
      retryAfterSeconds: 1,
    });
  }
  if (error === request.raw.errored) return new Problem('malformed', 'The connection ended before the request did.');
  const { code, statusCode } = error as Partial<FastifyError>;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('too-large', `The body may have at most ${request.routeOptions.bodyLimit} bytes here.`);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE': {
      const type = request.headers['content-type'];
      return new Problem(
        'unsupported-media-type',
        type === undefined ? 'The body has no Content-Type.' : `This operation does not read ${type}.`,
        {
          errors: [{ header: 'Content-Type', detail: 'Is none that this operation reads.' }],
        },
      );
    }
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem('malformed', 'The body is not as long as Content-Length says.', {
        errors: [{ header: 'Content-Length', detail: 'Is not the length of the body.' }],
      });
    case 'FST_ERR_BAD_URL':
      return new Problem('malformed', 'The path holds a broken percent-encoding.');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem('malformed', 'A part of the path is too long.');
  }
  if (statusCode === 404) return new Problem('not-found', `There is no address ${pathOf(request)}.`);
  if (statusCode === 413) return new Problem('too-large', 'The request is too large.');
  if (statusCode === 415) return new Problem('unsupported-media-type', 'This operation does not read such a body.');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Problem('malformed', 'The request could not be read.');
  }
  return undefined;
}
