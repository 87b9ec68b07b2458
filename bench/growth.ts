/** `npm run bench:growth`: how request times grow with the ledger. README.md says how to run it, growth.md what came of it. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type EmbeddedServer, startEmbedded } from '../src/database/embedded.ts';
import { migrate } from '../src/database/migrations.ts';
import type { GrowthSizes } from './growth/ledger.ts';
import { loadLedger } from './growth/load.ts';
import { Connection, measureInTurns } from './growth/measure.ts';
import { explainAll, type Plan, readPlans, scannedTables } from './growth/plans.ts';
import { type GrowthRoute, makeRoutes } from './growth/routes.ts';
import { type Grown, isMet, keepPlans, line, report } from './growth/table.ts';
import { type Server, startServer } from './processes.ts';

const { values: given } = parseArgs({
  options: {
    /** A folder that keeps the databases, and has them next time. */
    keep: { type: 'string' },
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    /** Only the routes whose names match this regular expression, and nothing is kept. */
    only: { type: 'string' },
    /** Prints the plans of these too. */
    plans: { type: 'boolean', default: false },
  },
});
const seed = Number(given.seed);
const say = (text: string) => process.stderr.write(`growth: ${text}\n`);

/** The two ledgers: sources and reports grow with what is said. */
const LEDGERS: Readonly<Record<'small' | 'large', GrowthSizes>> = {
  small: { claims: 10_000, attributions: 100_000, sources: 2000, reports: 20_000 },
  large: { claims: 1_000_000, attributions: 5_000_000, sources: 100_000, reports: 1_000_000 },
};
type Name = keyof typeof LEDGERS;

/** A sixth of the machine's memory, and no background work while we measure. */
const SETTINGS = { shared_buffers: '4GB', max_wal_size: '16GB', checkpoint_timeout: '30min', autovacuum: 'off' };

/** How many requests of each route are explained. */
const EXPLAINED = 2;

const folder = given.keep === undefined ? mkdtempSync(join(tmpdir(), 'onrecord-growth-')) : resolve(given.keep);
mkdirSync(folder, { recursive: true });
chmodSync(folder, 0o711); // Where we are root, the database server's own user passes through it.
const opened: (() => Promise<unknown> | unknown)[] = [];
if (given.keep === undefined) opened.push(() => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => closeAll().then(() => process.exit(1)));

/** Closes what was opened, last first. */
async function closeAll(): Promise<void> {
  for (const close of opened.splice(0).toReversed()) await close();
}

function urlOf(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

/** Loads a ledger, unless the folder keeps it from an earlier run. */
async function prepare(database: EmbeddedServer, name: Name): Promise<void> {
  const marker = join(folder, `${name}.json`);
  const wanted = JSON.stringify({ ...LEDGERS[name], seed });
  const owner = { ownerUrl: urlOf(database.ownerUrl, name), serviceRole: 'onrecord' };
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) {
    await migrate(owner);
    return;
  }
  rmSync(marker, { force: true });
  const client = new pg.Client({ connectionString: urlOf(database.superuserUrl, 'postgres') });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${name}`);
  await client.query(`CREATE DATABASE ${name} OWNER onrecord_owner`);
  await client.end();
  await migrate(owner);
  const began = Date.now();
  const tell = (text: string) => say(`${name}, ${Math.round((Date.now() - began) / 1000)} s: ${text}`);
  await loadLedger(urlOf(database.superuserUrl, name), folder, LEDGERS[name], { seed, say: tell });
  tell('loaded');
  writeFileSync(marker, wanted);
}

function startService(database: EmbeddedServer, name: Name): Promise<Server> {
  const settings = {
    DATABASE_URL: urlOf(database.serviceUrl, name),
    DATABASE_OWNER_URL: urlOf(database.ownerUrl, name),
    DATA_DIR: join(folder, `service-${name}`),
    ANONYMOUS_READ: 'true',
    LOG_LEVEL: 'info',
  };
  mkdirSync(settings.DATA_DIR, { recursive: true });
  return startServer('../src/main.ts', { name: `service-${name}`, folder, settings, readyPath: '/health/ready' });
}

/** Both services, and a connection to each. */
async function connect(
  database: EmbeddedServer,
): Promise<{ connections: [Connection, Connection]; stop(): Promise<void> }> {
  const servers = [await startService(database, 'small'), await startService(database, 'large')] as const;
  const connections: [Connection, Connection] = [
    new Connection(servers[0].url, {}),
    new Connection(servers[1].url, {}),
  ];
  const stop = async () => {
    for (const connection of connections) connection.close();
    for (const server of servers) await server.stop();
  };
  opened.push(stop);
  return { connections, stop };
}

/** The plans of the routes at the large size: a run of its own, since explaining takes time. */
async function explain(database: EmbeddedServer, routes: readonly GrowthRoute[]): Promise<Map<string, Plan[]>> {
  await explainAll(urlOf(database.superuserUrl, 'large'), 'large', true);
  const server = await startService(database, 'large');
  opened.push(() => server.stop());
  const connection = new Connection(server.url, {});
  const plans = new Map<string, Plan[]>();
  const log = join(folder, 'postgres.log');
  for (const route of routes) plans.set(route.name, await readPlans(connection, route, { log, requests: EXPLAINED }));
  connection.close();
  await server.stop();
  await explainAll(urlOf(database.superuserUrl, 'large'), 'large', false);
  return plans;
}

async function main(): Promise<void> {
  const database = await startEmbedded(folder, { settings: SETTINGS });
  opened.push(() => database.stop());
  await prepare(database, 'small');
  await prepare(database, 'large');

  const { connections, stop } = await connect(database);
  const names: readonly Name[] = ['small', 'large'];
  const wanted = new RegExp(given.only ?? '');
  const [small, large] = (await Promise.all(
    names.map(async (name, which) => {
      const connection = connections[which] as Connection;
      const routes = await makeRoutes(urlOf(database.superuserUrl, name), (path) => connection.get(path));
      return routes.filter((route) => wanted.test(route.name));
    }),
  )) as [GrowthRoute[], GrowthRoute[]];
  const timed: Omit<Grown, 'plans' | 'scanned'>[] = [];
  for (const [n, route] of small.entries()) {
    const [before, after] = await measureInTurns(connections, [route, large[n] as GrowthRoute], Number(given.rounds));
    timed.push({ name: route.name, example: large[n]?.paths[0] ?? '', small: before, large: after });
    say(line(timed.at(-1) as Grown));
  }
  await stop();

  say('plans…');
  const there = large.filter((_, n) => timed[n]?.large !== 'missing');
  const plans = await explain(database, there);
  const grown = timed.map((each): Grown => {
    const found = plans.get(each.name) ?? [];
    return { ...each, plans: found, scanned: scannedTables(found) };
  });
  if (given.plans)
    for (const { name, plans: found } of grown)
      process.stdout.write(
        `\n## ${name}\n${found.map(({ milliseconds, text }) => `${milliseconds} ms\n${text}`).join('\n\n')}\n`,
      );
  process.stdout.write(
    `${grown
      .filter((each) => !isMet(each))
      .map(line)
      .join('\n')}\n`,
  );
  if (given.only !== undefined) return;
  keepPlans(grown);
  const client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  writeFileSync(new URL('growth.md', import.meta.url), report(grown, LEDGERS, SETTINGS, rows[0]?.server_version ?? ''));
  if (grown.some(({ scanned }) => scanned.length > 0)) process.exitCode = 1;
}

try {
  await main();
} finally {
  await closeAll();
}
