import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../domain/problem.ts';
import { frameworkProblem } from './errors.ts';
import { PROBLEM_MEDIA_TYPE, problemDocument, sendProblem } from './problem.ts';

/**
 * Errors before any route is chosen (a broken percent-encoding in the path, a part of it too long): no hook runs for
 * them, so the request id is set here.
 */
export function answerFrameworkError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
  const problem = frameworkProblem(error, request) ?? new Problem('internal', 'The service failed.');
  request.log.info({ requestId: request.id, method: request.method, status: problem.type }, 'request refused');
  sendProblem(request, reply, problem);
}

/** The answers that each connection is still to get, in their order. */
const owed = new WeakMap<Socket, Set<ServerResponse>>();

/**
 * Lets `answerClientError` know what is under way on each connection. One on which nothing moves is closed (`connectionTimeout`), but
 * not while a request that came whole is worked on: its answer comes, however long that takes.
 */
export function keepOwedAnswers(app: FastifyInstance): void {
  app.server.on('timeout', (socket: Socket) => {
    const isWorkedOn = [...(owed.get(socket) ?? [])].some(({ req, headersSent }) => req.complete && !headersSent);
    if (!isWorkedOn) socket.destroy();
  });
  app.server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const answers = owed.get(socket) ?? new Set();
    owed.set(socket, answers.add(response));
    response.once('close', () => answers.delete(response));
  });
}

/** Waits until all that came whole on a connection is answered: what is said next must not pass for its answer (RFC 9112 §9.3.2). */
async function answersBefore(socket: Socket): Promise<void> {
  for (const response of owed.get(socket) ?? [])
    if (response.req.complete) await new Promise((resolve) => response.once('close', resolve));
}

/**
 * What Node's HTTP parser refuses never becomes a request: a head that is too large, bytes that are no HTTP, a request
 * that takes too long to arrive or ends halfway. The answer is written on the socket by hand, after those to the requests
 * before it, then the connection is closed.
 */
export function answerClientError(newId: () => string): (error: ConnectionError, socket: Socket) => void {
  const refused = new WeakSet<Socket>();
  return async (error, socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    if (error.code !== 'ECONNRESET') await answersBefore(socket);
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const [status, problem] = parserProblem(error.code);
    const requestId = newId();
    const body = JSON.stringify(problemDocument(problem, requestId, status));
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  };
}

type ConnectionError = Error & { readonly code?: string };

function parserProblem(code: string | undefined): [status: number, problem: Problem] {
  if (code === 'HPE_HEADER_OVERFLOW') return [431, new Problem('too-large', 'The head of the request is too large.')];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return [408, new Problem('malformed', 'The request took too long to arrive.')];
  if (code === 'HPE_INVALID_EOF_STATE')
    return [400, new Problem('malformed', 'The connection ended before the request did.')];
  return [400, new Problem('malformed', 'What came is not HTTP/1.1.')];
}
