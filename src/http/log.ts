import type { FastifyInstance } from 'fastify';
import type pino from 'pino';

/**
 * One line a request, when its answer has left: request id, method, route pattern, status, milliseconds and the name of
 * the key. Never a header, a query, a body or the path as it came: any of them may hold a secret or a source's name.
 */
export function logRequests(app: FastifyInstance, logger: pino.Logger): void {
  app.addHook('onResponse', (request, reply, done) => {
    logger.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.entry?.url ?? null,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 1000) / 1000,
        key: request.actor?.name ?? null,
      },
      'request',
    );
    done();
  });
}
