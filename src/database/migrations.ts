import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartError } from '../start-error.ts';
import { foldNamesAnew } from './name-keys.ts';
import { notLetIn, orLackOfRights } from './rights.ts';
import { isUnavailable } from './unavailable.ts';

const PRISMA_FOLDER = new URL('../../prisma/', import.meta.url);

/** The advisory lock that Prisma takes for migrations: neither of us works while the other does. */
const PRISMA_LOCK = 72_707_369;

/** The table as Prisma 7 makes it, so that `prisma migrate deploy` and `prisma migrate status` find what they expect. */
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY NOT NULL,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`;

const STARTED_WITHIN_MS = 10_000;

interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, in hex. */
  readonly checksum: string;
}

interface Applied {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/** The migrations in prisma/migrations, in the order of their names, which is the order in which they are applied. */
function migrationsInFolder(): Migration[] {
  const folder = new URL('migrations/', PRISMA_FOLDER);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(new URL(`${name}/migration.sql`, folder), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

/**
 * Brings the database to where prisma/migrations ends, one transaction a migration, so that a failed one leaves nothing
 * behind, and the keys of names to our version of `foldName`. It is recorded as Prisma records it. Several services may call
 * this at once: one works, the others wait. Prisma's own engine cannot be used for it: through a driver adapter it cuts
 * scripts at every semicolon, and so through the bodies of functions.
 * @param options.serviceRole the role that the service works under, which is then granted what prisma/grants.sql says;
 *   undefined when that is the owner itself.
 * @returns the names of the migrations that were applied now.
 * @throws StartError when the database is not what this folder made, or a migration fails.
 */
export async function migrate(options: { ownerUrl: string; serviceRole: string | undefined }): Promise<string[]> {
  const client = await connectPatiently(options.ownerUrl);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
    const pending = stillToApply(migrationsInFolder(), await applied(client));
    if (pending.length > 0) await client.query(TABLE);
    for (const migration of pending) await apply(client, migration);
    await foldNamesAnew(client);
    if (options.serviceRole !== undefined) await grant(client, options.serviceRole);
    return pending.map(({ name }) => name);
  } catch (error) {
    throw await orLackOfRights(error, client);
  } finally {
    await client.end();
  }
}

/** A server that is just being started, beside us in a compose file for instance, is waited for. */
async function connectPatiently(connectionString: string): Promise<pg.Client> {
  for (const began = Date.now(); ; await sleep(250)) {
    const client = new pg.Client({ connectionString, fallback_application_name: 'onrecord migrations' });
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      if (isUnavailable(error) && Date.now() - began < STARTED_WITHIN_MS) continue;
      throw notLetIn('DATABASE_URL or DATABASE_OWNER_URL', error);
    }
  }
}

/**
 * Makes the question of readiness: which migrations of the folder, read once now, the database does not have yet.
 */
export function pendingMigrations(pool: pg.Pool): () => Promise<string[]> {
  const names = migrationsInFolder().map(({ name }) => name);
  return async () => {
    const done = new Set((await applied(pool)).filter(({ finished }) => finished).map((row) => row.migration_name));
    return names.filter((name) => !done.has(name));
  };
}

async function applied(connection: pg.Client | pg.Pool): Promise<Applied[]> {
  const table = await connection.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists");
  if (!table.rows[0]?.exists) return [];
  const { rows } = await connection.query<Applied>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
       FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  );
  return rows;
}

/** What is in the folder and not in the database, once it is clear that all that is in the database came from this folder. */
function stillToApply(folder: readonly Migration[], done: readonly Applied[]): Migration[] {
  const known = new Map(folder.map((migration) => [migration.name, migration]));
  for (const { migration_name: name, checksum, finished } of done) {
    const migration = known.get(name);
    if (!migration) {
      throw new StartError(
        `The database has the migration ${name}, which this version does not know: use the version of OnRecord that applied it, or a newer one.`,
      );
    }
    if (!finished) {
      throw new StartError(
        `The migration ${name} failed half-way: mend the database, then run "npx prisma migrate resolve" as its documentation says.`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new StartError(
        `The migration ${name} was changed after it was applied: put prisma/migrations/${name}/migration.sql back as it was.`,
      );
    }
  }
  const there = new Set(done.map(({ migration_name }) => migration_name));
  return folder.filter(({ name }) => !there.has(name));
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL statement_timeout = 0');
    const started = await client.query<{ at: Date }>('SELECT clock_timestamp() AS at');
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name, started.rows[0]?.at],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw new StartError(`The migration ${name} failed and was undone: ${where(error, sql)}`, { cause: error });
  }
}

/** The database's words for a script that it refused, and the line if it names one. */
function where(error: unknown, sql: string): string {
  if (!(error instanceof pg.DatabaseError)) return String(error);
  const line = error.position ? `line ${sql.slice(0, Number(error.position)).split('\n').length}: ` : '';
  return line + error.message + (error.detail ? ` (${error.detail})` : '');
}

/** prisma/grants.sql names the role as `:service_role`. It may be run any number of times. */
async function grant(client: pg.Client, role: string): Promise<void> {
  const file = readFileSync(new URL('grants.sql', PRISMA_FOLDER), 'utf8');
  try {
    await client.query(`BEGIN;\n${file.replaceAll(':service_role', client.escapeIdentifier(role))};\nCOMMIT`);
  } catch (error) {
    throw new StartError(`The role ${role} of DATABASE_URL could not be given its rights: ${where(error, file)}`, {
      cause: error,
    });
  }
}
