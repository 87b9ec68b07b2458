import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type Level, pino } from 'pino';
import { type AppDeps, buildApp } from '../../src/app.ts';
import { type Listening, listen, type TestLedger } from '../harness.ts';

/** A second service on a ledger, with what a test puts on it before it starts, and the lines of its log. */
export async function secondApp(
  ledger: TestLedger,
  prepare: (app: FastifyInstance) => void = () => {},
  { level = 'info', ...deps }: Partial<AppDeps> & { level?: Level } = {},
): Promise<Listening & { app: FastifyInstance; log: Record<string, unknown>[] }> {
  const log: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(line, _encoding, done) {
      log.push(JSON.parse(String(line)));
      done();
    },
  });
  const app = await buildApp({
    database: ledger.database,
    logger: pino({ level }, stream),
    anonymousRead: false,
    clock: () => ledger.clock.now,
    newId: ledger.newId,
    pendingMigrations: async () => [],
    checkAnswers: true,
    ...deps,
  });
  prepare(app);
  return { ...(await listen(app)), app, log };
}
