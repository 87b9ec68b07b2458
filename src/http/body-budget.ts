import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../domain/problem.ts';

/** Bodies up to here are not counted: what all routes take. */
const SMALL_BYTES = 1024 * 1024;
/** So many bytes of larger bodies one process holds at once. */
const BUDGET_BYTES = 128 * 1024 * 1024;

/**
 * Keeps the larger bodies that are read and worked on at once within a budget of memory: one that does not fit is refused
 * (`unavailable`) before it is read. A body of no stated length counts as the longest that its route takes.
 */
export function budgetBodies(app: FastifyInstance): void {
  let held = 0;
  app.addHook('preParsing', (request, reply, payload, done) => {
    const bytes = sizeOf(request);
    if (bytes <= SMALL_BYTES) return done(null, payload);
    if (held + bytes > BUDGET_BYTES) return done(tooManyAtOnce());
    held += bytes;
    reply.raw.once('close', () => {
      held -= bytes;
    });
    done(null, payload);
  });
}

/** What a body may come to, in bytes; one that is too long is refused by its length alone, and never held. */
function sizeOf({ headers, routeOptions }: FastifyRequest): number {
  const limit = routeOptions.bodyLimit ?? SMALL_BYTES;
  if (headers['transfer-encoding'] !== undefined) return limit;
  const length = Number(headers['content-length'] ?? 0);
  return length > limit ? 0 : length;
}

function tooManyAtOnce(): Problem {
  const detail = `Large bodies under way have ${BUDGET_BYTES} bytes together, as many as are held at once. Send it again later.`;
  return new Problem('unavailable', detail, { retryAfterSeconds: 5 });
}
