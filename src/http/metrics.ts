import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import { onRequestEnd } from './request-end.ts';

/** Bounds of the histogram, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * `GET /metrics` for Prometheus: the time of requests by method, route pattern and status, the process, and the pool of
 * database connections. The registry belongs to this app alone, so that several can run in one process.
 */
export function installMetrics(app: FastifyInstance): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  measureRequests(app, registry);
  measurePool(app, registry);
  app.get(
    '/metrics',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getMetrics',
        tags: ['service'],
        summary: 'Metrics for Prometheus',
        description:
          'Times of requests, the process and the pool of database connections, in the text format of Prometheus.',
        response: {
          200: {
            description: 'The metrics.',
            content: {
              'text/plain': {
                schema: z.string().meta({ examples: ['http_request_duration_seconds_count{method="GET"} 1'] }),
              },
            },
          },
        },
      },
    },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}

function measureRequests(app: FastifyInstance, registry: Registry): void {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  });
  onRequestEnd(app, ({ request, status, milliseconds }) => {
    const route = request.entry?.url ?? 'none';
    duration.observe({ method: request.method, route, status }, milliseconds / 1000);
  });
}

function measurePool(app: FastifyInstance, registry: Registry): void {
  const { pool } = app.sources.database;
  const registers = [registry];
  new Gauge({
    name: 'database_pool_connections',
    help: 'Open connections to the database by what they do.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
    },
  });
  new Gauge({
    name: 'database_pool_waiting',
    help: 'Requests that wait for a connection to the database.',
    registers,
    collect() {
      this.set(pool.waitingCount);
    },
  });
}
