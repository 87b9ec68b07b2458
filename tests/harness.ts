import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import request, { type Test } from 'supertest';
import type Client from 'supertest/lib/agent.js';
import { v7 } from 'uuid';
import { inject } from 'vitest';
import { buildApp } from '../src/app.ts';
import type { Database } from '../src/database/context.ts';
import { addKey, inTransaction, newKey } from '../src/database/first-key.ts';
import { pendingMigrations } from '../src/database/migrations.ts';
import { createDatabase } from '../src/database/pool.ts';
import type { Scope } from '../src/domain/vocabulary.ts';
import { databaseUrl, withClient } from './global-setup.ts';

export type { Client };

/** The service's clock in tests: stands still until it is moved. */
export interface TestClock {
  now: Date;
  /** Moves it on. */
  advance(milliseconds: number): void;
}

/** A service that listens on a free port of the loopback, and supertest on it. */
export interface Listening {
  readonly url: string;
  /** Sends requests over connections that are kept open. No status and no redirect is an error; what is sent starts when it is awaited. */
  readonly http: Client;
  close(): Promise<void>;
}

/** A machine that runs tests may be busy with other things: writers wait for longer than those of a newsroom. */
const BUSY_PATIENCE_MS = 20_000;

/** A ledger of a test file's own: an empty database, and the service on it, under the role that owns nothing. */
export interface TestLedger extends Listening {
  readonly database: Database;
  readonly app: FastifyInstance;
  readonly clock: TestClock;
  /** The next id that anything gets: UUIDv7 of the clock's time, in rising order, the same in every run. */
  readonly newId: () => string;
  /** For looking behind the service's back. */
  readonly ownerUrl: string;
  readonly serviceUrl: string;
  /** Makes a key and answers with its text. */
  key(...scopes: Scope[]): Promise<string>;
}

/**
 * Clones the migrated template and builds the service on it, every answer checked against its schema. To be closed in
 * `afterAll`.
 */
export async function openLedger(
  options: { anonymousRead?: boolean; start?: Date; lockPatienceMs?: number } = {},
): Promise<TestLedger> {
  const { server, name, drop } = await cloneDatabase();
  const serviceUrl = databaseUrl(server, server.service, name);
  const database = createDatabase({ url: serviceUrl, lockPatienceMs: options.lockPatienceMs ?? BUSY_PATIENCE_MS });
  const clock = testClock(options.start ?? new Date('2026-01-15T12:00:00.000Z'));
  const newId = testIds(clock);
  const app = await buildApp({
    database,
    logger: pino({ level: 'silent' }),
    anonymousRead: options.anonymousRead ?? false,
    clock: () => clock.now,
    newId,
    pendingMigrations: pendingMigrations(database.pool),
    checkAnswers: true,
  });
  const { url, http, close } = await listen(app);
  return {
    database,
    app,
    url,
    http,
    clock,
    newId,
    ownerUrl: databaseUrl(server, server.owner, name),
    serviceUrl,
    key: async (...scopes) => {
      const key = newKey();
      await inTransaction(serviceUrl, (client) => addKey(client, { key, name: 'test', scopes }));
      return key;
    },
    close: async () => {
      await close();
      await database.close();
      await drop();
    },
  };
}

/** Lets an app listen; `close` closes it too. */
export async function listen(app: FastifyInstance): Promise<Listening> {
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const connections = new Agent({ keepAlive: true });
  const http = request
    .agent(url)
    .use((sent: Test) => sent.agent(connections))
    .ok(() => true)
    .serialize((body: unknown) => (Buffer.isBuffer(body) ? body : JSON.stringify(body)));
  const close = async () => {
    connections.destroy();
    await app.close();
  };
  return { url, http, close };
}

/** An empty, migrated database and what removes it. For tests that need no service; the others take `openLedger`. */
export async function cloneDatabase() {
  const server = inject('server');
  const name = `${server.template.replace(/_template$/, '')}_${randomBytes(4).toString('hex')}`;
  await withClient(server.superuserUrl, (client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${server.template} OWNER ${server.owner}`),
  );
  const drop = () =>
    withClient(server.superuserUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  return { server, name, drop };
}

function testClock(start: Date): TestClock {
  return {
    now: start,
    advance(milliseconds) {
      this.now = new Date(this.now.getTime() + milliseconds);
    },
  };
}

function testIds(clock: TestClock): () => string {
  let made = 0;
  const random = new Uint8Array(16);
  return () => {
    made += 1;
    return v7({ msecs: clock.now.getTime(), seq: made, random });
  };
}
