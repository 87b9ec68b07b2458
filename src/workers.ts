import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type pino from 'pino';
import { z } from 'zod';
import { type Config, readConfig } from './config.ts';
import { createLogger, flushLog } from './logger.ts';
import { type Service, serve } from './serve.ts';
import { StartError } from './start-error.ts';

/** A worker that dies sooner than this after its start is replaced only after a pause. */
const PAUSE_MS = 1000;

/** What the primary says to a worker. */
const CLOSE = 'close';

/** What a worker says to the primary once: that it takes requests, or why it cannot. */
const Report = z.union([z.object({ port: z.number() }), z.object({ failure: z.string() })]);

/**
 * Answers requests with as many processes as WORKERS says, all on one port. One that dies is replaced. This process owns the
 * embedded server and the migrations and answers none itself.
 * @throws StartError when the first workers cannot start.
 */
export async function startWorkers(config: Config, url: string, logger: pino.Logger): Promise<Service> {
  let closing = false;
  const fork = () =>
    cluster.fork({ DATABASE_URL: url, DATABASE_OWNER_URL: '', ANONYMOUS_READ: String(config.anonymousRead) });
  cluster.on('exit', (worker, code, signal) => {
    if (closing) return;
    logger.error({ worker: worker.id, code, signal }, 'a worker died and is replaced');
    setTimeout(() => closing || fork(), PAUSE_MS);
  });
  const close = async () => {
    closing = true;
    await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => worker && dismiss(worker)));
  };
  try {
    const ports = await Promise.all(Array.from({ length: config.workers }, () => ready(fork())));
    return { port: ports[0] ?? config.port, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ready(worker: Worker): Promise<number> {
  const gone = once(worker, 'exit').then(() => {
    throw new StartError('A worker died while it was starting: see the lines above.');
  });
  const [message] = await Promise.race([once(worker, 'message'), gone]);
  const report = Report.parse(message);
  if ('failure' in report) throw new StartError(report.failure);
  return report.port;
}

async function dismiss(worker: Worker): Promise<void> {
  if (worker.isDead()) return;
  const gone = once(worker, 'exit');
  worker.send(CLOSE);
  await gone;
}

/** The life of a worker: it serves until the primary lets it go or is gone itself. Signals are the primary's business. */
export async function serveAsWorker(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  const config = readConfig();
  const logger = createLogger(config.logLevel);
  const url = config.databaseUrl ?? '';
  try {
    const service = await serve(config, url, logger);
    const close = async () => {
      await service.close().catch(() => {});
      await flushLog(logger);
      process.exit(0);
    };
    process.once('disconnect', close);
    process.on('message', (message) => message === CLOSE && close());
    process.send?.({ port: service.port });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    process.send?.({ failure: error.message }, () => process.exit(1));
  }
}
