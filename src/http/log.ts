import type { FastifyInstance } from 'fastify';
import type pino from 'pino';
import { onRequestEnd } from './request-end.ts';

/**
 * One line a request, when it has ended: request id, method, route pattern, status, milliseconds, the name of the key, and
 * `cut` when its client was gone before its answer had left. Never a header, a query, a body or the path as it came: any of them may hold a secret or a source's name.
 */
export function logRequests(app: FastifyInstance, logger: pino.Logger): void {
  onRequestEnd(app, ({ request, status, milliseconds, answered }) => {
    logger.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.entry?.url ?? null,
        status,
        ms: Math.round(milliseconds * 1000) / 1000,
        key: request.actor?.name ?? null,
        ...(answered ? {} : { cut: true }),
      },
      'request',
    );
  });
}
