import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../domain/problem.ts';

/**
 * `Expect` (RFC 9110 §10.1.1): who waits for 100 before it sends a body hears it when the body is about to be read. What is
 * refused by its head alone (401, 403, 404, 405, 413, 415, 503) hears that instead, and its connection is closed: one cannot
 * tell whether the body comes all the same. Any other expectation is `malformed`.
 */
export function answerExpectations(app: FastifyInstance): void {
  const waiting = new WeakSet<IncomingMessage>();
  const unheardOf = new WeakSet<IncomingMessage>();
  const takeAs = (kind: WeakSet<IncomingMessage>) => (request: IncomingMessage, response: ServerResponse) => {
    kind.add(request);
    app.server.emit('request', request, response);
  };
  app.server.on('checkContinue', takeAs(waiting));
  app.server.on('checkExpectation', takeAs(unheardOf));
  app.addHook('onRequest', (request, _reply, done) => {
    done(unheardOf.has(request.raw) ? unmet() : undefined);
  });
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (waiting.has(request.raw) && willBeRead(request)) reply.raw.writeContinue();
    done(null, payload);
  });
}

/** Whether nothing in the head speaks against reading the body; what Fastify refuses before it reads is refused by the same. */
function willBeRead({ mediaType, headers, routeOptions, server }: FastifyRequest): boolean {
  const tooLarge = Number(headers['content-length']) > (routeOptions.bodyLimit ?? Infinity);
  return !tooLarge && mediaType !== undefined && server.hasContentTypeParser(mediaType);
}

function unmet(): Problem {
  const detail = 'Only 100-continue can be expected.';
  return new Problem('malformed', `The header Expect is wrong: ${detail}`, { errors: [{ header: 'Expect', detail }] });
}
