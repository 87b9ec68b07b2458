import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '../domain/problem.ts';

/** So long the database may take to answer, in milliseconds. */
const PATIENCE_MS = 2000;

const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health', examples: [{ status: 'ok' }] });

/**
 * `/health/live`: the process answers. `/health/ready`: it can serve, that is, the database answers within two seconds and
 * no migration is pending; otherwise the problem `unavailable` (503).
 */
export function healthRoutes(app: FastifyInstance, pendingMigrations: () => Promise<string[]>): void {
  app.get(
    '/health/live',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getLiveness',
        tags: ['service'],
        summary: 'Does the process answer?',
        response: { 200: health.describe('It does.') },
      },
    },
    (_request, reply) => reply.send({ status: 'ok' }),
  );
  app.get(
    '/health/ready',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getReadiness',
        tags: ['service'],
        summary: 'Can the service serve?',
        description: 'Whether the database answers within two seconds and all migrations are applied.',
        response: { 200: health.describe('It can.') },
      },
    },
    async (request, reply) => {
      const pending = await within(PATIENCE_MS, pendingMigrations()).catch((error: unknown) => {
        request.log.warn({ requestId: request.id, err: error }, 'not ready');
        throw unavailable('The database does not answer just now.');
      });
      if (pending.length > 0) throw unavailable(`The database lacks ${pending.length} migrations.`);
      return reply.send({ status: 'ok' });
    },
  );
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const ended = new AbortController();
  const late = wait(milliseconds, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`no answer within ${milliseconds} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    ended.abort();
    late.catch(() => undefined);
  }
}

function unavailable(detail: string): Problem {
  return new Problem('unavailable', detail, { retryAfterSeconds: 2 });
}
