/** `npm run bench`: how fast the service is beside a bare Fastify with pg. README.md says how to run and read it. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startEmbedded } from '../src/database/embedded.ts';
import { migrate } from '../src/database/migrations.ts';
import { generate, type Sizes } from './generate.ts';
import { copyAttributions, load } from './load.ts';
import { makeLoads } from './loads.ts';
import { compareAnswers, type Effort, type Measured, measure } from './measure.ts';
import { startDriver, startServer } from './processes.ts';
import { circumstances, keepIn, table } from './table.ts';

const { values: given } = parseArgs({
  options: {
    sources: { type: 'string', default: '2000' },
    reports: { type: 'string', default: '20000' },
    claims: { type: 'string', default: '10000' },
    attributions: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    connections: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '8' },
    /** Only this load, and nothing is kept. */
    only: { type: 'string' },
  },
});
const sizes: Sizes = {
  sources: Number(given.sources),
  reports: Number(given.reports),
  claims: Number(given.claims),
  attributions: Number(given.attributions),
};
const effort: Effort = {
  connections: Number(given.connections),
  rounds: Number(given.rounds),
  seconds: Number(given.seconds),
};
const seed = Number(given.seed);
const say = (line: string) => process.stderr.write(`bench: ${line}\n`);

const folder = mkdtempSync(join(tmpdir(), 'onrecord-bench-'));
chmodSync(folder, 0o711); // Where we are root, the database server's own user passes through it.
const opened: { stop(): Promise<void> }[] = [{ stop: async () => rmSync(folder, { recursive: true, force: true }) }];
const open = <T extends { stop(): Promise<void> }>(started: T): T => {
  opened.push(started);
  return started;
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => closeAll().then(() => process.exit(1)));

/** Stops what was opened, last first. */
async function closeAll(): Promise<void> {
  for (const each of opened.splice(0).toReversed()) await each.stop();
}

/** One row of one column. */
async function ask(url: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query({ text, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

/** @throws Error when an attribution that was created has no change entry, or a claim's summary does not count it. */
async function checkCreated(url: string): Promise<void> {
  const wrong = await ask(
    url,
    `SELECT count(*)::integer FROM attributions a
     WHERE NOT EXISTS (SELECT FROM changes c WHERE c.entity_id = a.id AND c.action = 'created')
        OR a.live AND NOT EXISTS (SELECT FROM claim_summaries s WHERE s.claim_id = a.claim_id AND s.attributions > 0)`,
  );
  const miscounted = await ask(
    url,
    `SELECT count(*)::integer FROM claim_summaries s
     WHERE s.attributions <> (SELECT count(*) FROM attributions a WHERE a.claim_id = s.claim_id AND a.live)`,
  );
  if (wrong !== 0 || miscounted !== 0)
    throw new Error(`${wrong} attributions are not recorded, ${miscounted} miscounted`);
}

async function main(): Promise<void> {
  const database = open(await startEmbedded(folder));
  await migrate({ ownerUrl: database.ownerUrl, serviceRole: 'onrecord' });
  say(`loading ${sizes.attributions} attributions…`);
  const world = generate(sizes, seed);
  await load(database.ownerUrl, world);
  await copyAttributions(database.ownerUrl);
  await ask(database.superuserUrl, 'CHECKPOINT');

  const key = `orec_${randomBytes(32).toString('base64url')}`;
  const service = open(
    await startServer('../src/main.ts', {
      name: 'service',
      folder,
      settings: {
        DATABASE_URL: database.serviceUrl,
        DATABASE_OWNER_URL: database.ownerUrl,
        DATA_DIR: folder,
        ADMIN_KEY: key,
        ANONYMOUS_READ: 'false',
        LOG_LEVEL: 'info',
      },
      readyPath: '/health/ready',
    }),
  );
  const reference = open(
    await startServer('./reference.ts', {
      name: 'reference',
      folder,
      settings: { DATABASE_URL: database.ownerUrl },
      readyPath: '/',
    }),
  );
  const json = { 'content-type': 'application/json' };
  const contenders = {
    service: { server: service, headers: { ...json, authorization: `Bearer ${key}` } },
    reference: { server: reference, headers: json },
  };
  const driver = open(startDriver());
  const loads = (await makeLoads(database.ownerUrl, world, seed)).filter(
    ({ name }) => !given.only || name === given.only,
  );
  const results: Measured[] = [];
  const reads = loads.filter(({ requests }) => requests[0]?.method === 'GET');
  for (const each of reads) await compareAnswers(each, contenders, 50);
  for (const each of loads) {
    say(`${each.title}…`);
    results.push(await measure(driver, each, contenders, effort));
  }
  await checkCreated(database.ownerUrl);

  const postgres = String(await ask(database.ownerUrl, 'SHOW server_version'));
  const text = `${circumstances(postgres, sizes, effort)}\n\n${table(results)}`;
  process.stdout.write(`${text}\n`);
  if (!given.only) keepIn(new URL('README.md', import.meta.url), text);
}

try {
  await main();
} finally {
  await closeAll();
}
