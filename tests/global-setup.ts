import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../src/database/embedded.ts';
import { folderHolder, lockFolder } from '../src/database/folder-lock.ts';
import { migrate } from '../src/database/migrations.ts';

/** What each test file needs to make its own database: the server's superuser, and the migrated template to clone. */
export interface TestServer {
  readonly superuserUrl: string;
  readonly template: string;
  readonly owner: string;
  readonly service: string;
  readonly password: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    server: TestServer;
  }
}

const PREFIX = 'onrecord-tests-';

/** Throw-away data: what a power cut would do to it does not matter. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '64MB' };

/**
 * One PostgreSQL for the whole run: that of TEST_DATABASE_URL (any role there that may make roles and databases), or an
 * embedded one in a temporary folder. One database is migrated in it; the test files clone it.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const { superuserUrl, stop } = given ? { superuserUrl: given, stop: async () => {} } : await temporaryServer();
  const run = `onrecord_${process.pid}_${randomBytes(4).toString('hex')}`;
  const server: TestServer = {
    superuserUrl,
    template: `${run}_template`,
    owner: `${run}_owner`,
    service: `${run}_service`,
    password: randomBytes(16).toString('hex'),
  };
  const tearDown = async () => {
    if (given) await clearAway(server);
    await stop();
  };
  try {
    await withClient(superuserUrl, async (client) => {
      for (const role of [server.owner, server.service]) {
        await client.query(`CREATE ROLE ${role} LOGIN PASSWORD '${server.password}'`);
      }
      // A superuser may hand a database to any role; whoever may only make roles must be a member of it first.
      await client.query(`GRANT ${server.owner} TO CURRENT_USER`);
      await client.query(`CREATE DATABASE ${server.template} OWNER ${server.owner} TEMPLATE template0 ENCODING 'UTF8'`);
    });
    await migrate({
      ownerUrl: databaseUrl(server, server.owner, server.template),
      serviceRole: server.service,
    });
  } catch (error) {
    await tearDown();
    throw error;
  }
  project.provide('server', server);
  return tearDown;
}

/** The address of a database of this server for one of its roles. */
export function databaseUrl(server: TestServer, role: string, database: string): string {
  const url = new URL(server.superuserUrl);
  url.username = role;
  url.password = server.password;
  url.pathname = `/${database}`;
  return url.href;
}

/** Does something on a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function temporaryServer(): Promise<{ superuserUrl: string; stop(): Promise<void> }> {
  await sweep();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(folder, 0o711);
  const release = await lockFolder(folder);
  const server = await startEmbedded(folder, { settings: SETTINGS });
  // Ctrl-C ends a run without tearing it down. The server goes now, its folder with the next run's sweep.
  const interrupted = () => {
    server.abandon();
    process.exit(1);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupted);
  return {
    superuserUrl: server.superuserUrl,
    stop: async () => {
      for (const signal of signals) process.off(signal, interrupted);
      await server.stop();
      release();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Stops and removes the servers of runs that were killed. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    if (folderHolder(folder) !== undefined) continue;
    try {
      const release = await lockFolder(folder);
      await (await startEmbedded(folder)).stop();
      release();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // Another user's, or another run is at it just now.
    }
  }
}

/** On a server that is not ours, takes away what the run made. */
async function clearAway(server: TestServer): Promise<void> {
  await withClient(server.superuserUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE datdba = to_regrole($1)',
      [server.owner],
    );
    for (const { datname } of rows)
      await client.query(`DROP DATABASE ${client.escapeIdentifier(datname)} WITH (FORCE)`);
    for (const role of [server.service, server.owner]) await client.query(`DROP ROLE IF EXISTS ${role}`);
  });
}
