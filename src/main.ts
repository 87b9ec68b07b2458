import cluster from 'node:cluster';
import { readConfig } from './config.ts';
import { ensureAdminKey } from './database/first-key.ts';
import { prepareDatabase } from './database/prepare.ts';
import { greeting } from './greeting.ts';
import { createLogger, flushLog } from './logger.ts';
import { serve } from './serve.ts';
import { publishService } from './service-file.ts';
import { onShutdown } from './shutdown.ts';
import { StartError } from './start-error.ts';
import { serveAsWorker, startWorkers } from './workers.ts';

/** config → database → app → listen → graceful close. */
async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config.logLevel);
  const opened: { close(): Promise<void>; abandon?(): void }[] = [];
  const closeAll = async () => {
    for (const each of opened.toReversed()) await each.close();
  };
  const start = async () => {
    const database = await prepareDatabase(config);
    opened.push(database);
    const { url } = database;
    const ensureKey = () => ensureAdminKey({ url, given: config.adminKey, dataDir: config.dataDir });
    // A key that is given is in force with the first request. One that is made is shown, so it is made when all else is well.
    if (config.adminKey !== undefined) await ensureKey();
    const service = await (config.workers > 1 ? startWorkers(config, url, logger) : serve(config, url, logger));
    opened.push(service, publishService(config, service.port, logger));
    const newKey = await ensureKey();
    process.stdout.write(greeting(config, service.port, newKey));
  };
  const started = start().catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
  onShutdown(
    async (signal) => {
      await started.catch(() => {});
      logger.info({ signal }, 'stopping');
      await closeAll();
      logger.info('stopped');
      await flushLog(logger);
    },
    () => {
      for (const each of opened) each.abandon?.();
    },
  );
  await started;
}

// Whoever reads what we print may go away, as `head` does: that must not end the service.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

(cluster.isPrimary ? main() : serveAsWorker()).catch((error: unknown) => {
  const words = error instanceof StartError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`OnRecord cannot start. ${words}\n`);
  process.exit(1);
});
