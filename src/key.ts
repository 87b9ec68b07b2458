/**
 * Makes another key, in the database that the settings name, whether the service runs or not. `npm run key` runs it, and
 * `docker compose exec onrecord node src/key.ts` in the image. Only the key goes to standard output.
 */
import { randomUUIDv7 } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Config, readConfig } from './config.ts';
import { type Database, FoundQuotes } from './database/context.ts';
import { runningEmbedded } from './database/embedded.ts';
import { pendingMigrations } from './database/migrations.ts';
import { createDatabase } from './database/pool.ts';
import { prepareDatabase } from './database/prepare.ts';
import { notLetIn } from './database/rights.ts';
import { Problem } from './domain/problem.ts';
import { createKey } from './modules/keys/commands.ts';
import { type CreateKey, createKeySchema } from './modules/keys/schema.ts';
import { findService, withoutPassword } from './service-file.ts';
import { StartError } from './start-error.ts';

const USAGE = `Makes another key and prints it, once.

  npm run key -- --scope SCOPE [--scope SCOPE …] [--name NAME] [--expires INSTANT]

  --scope    what the key may do: read, write (covers read) or admin (covers both)
  --name     what it is called in histories and logs, like archive-desk; without it, one is made up
  --expires  when it ends, like 2027-05-04T00:00:00Z; without it, never
  --help     this text

It is made in the database of DATABASE_URL or, without that, in the embedded one in DATA_DIR.
`;

/** The command line is wrong: nothing was done. */
class UsageError extends Error {}

const Answer = z.object({ key: z.string(), name: z.string(), scopes: z.array(z.string()) });

/** A database to make the key in. */
interface Place {
  readonly url: string;
  /** Which one it is, for a person. */
  readonly name: string;
  close(): Promise<void>;
}

/** @throws UsageError */
function readArguments(): CreateKey | 'help' {
  const options = {
    scope: { type: 'string', multiple: true },
    name: { type: 'string' },
    expires: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const values = (() => {
    try {
      return parseArgs({ options }).values;
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  })();
  if (values.help) return 'help';
  if (values.scope === undefined) throw new UsageError('Say what the key may do: --scope read, write or admin.');
  const name = values.name ?? `key-${Date.now().toString(36)}`;
  const asked = createKeySchema.safeParse({ name, scopes: values.scope, expiresAt: values.expires });
  if (asked.success) return asked.data;
  const flags: Record<string, string> = { scopes: '--scope', name: '--name', expiresAt: '--expires' };
  throw new UsageError(
    asked.error.issues.map(({ path, message }) => `${flags[String(path[0])]}: ${message}`).join('; '),
  );
}

/**
 * The database of DATABASE_URL, or the embedded one in DATA_DIR: the one that runs, or else the one that is there, brought up for
 * as long as this takes. None is ever made for a key, which would be looked for elsewhere.
 * @throws StartError
 */
async function reach(config: Config): Promise<Place> {
  const { databaseUrl, dataDir } = config;
  const keepOpen = async () => {};
  if (databaseUrl !== undefined) {
    return { url: databaseUrl, name: `${withoutPassword(databaseUrl)} (DATABASE_URL)`, close: keepOpen };
  }
  const service = findService(dataDir);
  if (service && service.database !== null) {
    throw new StartError(
      `The service that runs here, at ${service.url}, works on ${service.database}: set DATABASE_URL as it is set there.`,
    );
  }
  const name = `the embedded one in ${dataDir}`;
  const running = await runningEmbedded(dataDir);
  if (running) return { url: running.serviceUrl, name, close: keepOpen };
  if (!existsSync(join(dataDir, 'postgres'))) {
    throw new StartError(
      `There is no ledger to make it in: DATABASE_URL is not set, and DATA_DIR (${dataDir}) holds no database. Set the one that the service has, or start the service once.`,
    );
  }
  process.stderr.write(`The service does not run: its database in ${dataDir} is started for as long as this takes.\n`);
  return { ...(await prepareDatabase(config)), name };
}

/** @throws StartError for a database that is no ledger of this version, or lets nobody in. */
async function checkLedger({ pool }: Database, name: string): Promise<void> {
  const pending = await pendingMigrations(pool)().catch((error: unknown) => {
    if (error instanceof Problem) throw error;
    throw notLetIn('DATABASE_URL', error);
  });
  if (pending.length > 0) {
    throw new StartError(`The database ${name} is no ledger of this version: start the service on it first.`);
  }
}

async function makeKey(asked: CreateKey, { url, name }: Place): Promise<void> {
  const database = createDatabase({ url, max: 1 });
  try {
    await checkLedger(database, name);
    const context = {
      database,
      actor: { id: null, name: 'command-line', scopes: ['admin'] as const },
      requestId: randomUUIDv7(),
      clock: () => new Date(),
      newId: randomUUIDv7,
      quotesFound: new FoundQuotes(),
    };
    const made = Answer.parse(JSON.parse((await createKey(context, asked)).body));
    process.stderr.write(`The database: ${name}\n`);
    process.stderr.write(`The key "${made.name}" (${made.scopes.join(', ')}), shown this once:\n`);
    process.stdout.write(`${made.key}\n`);
  } finally {
    await database.close();
  }
}

async function main(): Promise<void> {
  const asked = readArguments();
  if (asked === 'help') {
    process.stdout.write(USAGE);
    return;
  }
  const place = await reach(readConfig());
  try {
    await makeKey(asked, place);
  } finally {
    await place.close();
  }
}

main().catch((error: unknown) => {
  const isUsage = error instanceof UsageError;
  const isKnown = isUsage || error instanceof StartError || error instanceof Problem;
  process.stderr.write(`No key was made. ${isKnown ? error.message : error instanceof Error ? error.stack : error}\n`);
  if (isUsage) process.stderr.write(`\n${USAGE}`);
  process.exitCode = isUsage ? 2 : 1;
});
