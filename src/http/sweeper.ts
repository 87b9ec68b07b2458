import type { FastifyInstance } from 'fastify';
import type pg from 'pg';

/** A process sweeps at most so often, by the service's clock. */
const SWEEP_EVERY_MS = 60_000;

/**
 * What removes something that has expired, now and then, behind the requests that call it. `statement` removes a number of
 * them that takes no time worth mentioning; what it leaves goes the next time.
 */
export function sweeper(app: FastifyInstance, what: string, statement: () => pg.QueryConfig): () => void {
  const { clock, database } = app.sources;
  let next = clock().getTime() + SWEEP_EVERY_MS;
  return () => {
    const now = clock().getTime();
    if (now < next) return;
    next = now + SWEEP_EVERY_MS;
    database.pool
      .query(statement())
      .catch((error: unknown) => app.log.warn({ err: error }, `expired ${what} could not be removed`));
  };
}
