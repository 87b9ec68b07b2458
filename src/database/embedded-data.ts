import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { StartError } from '../start-error.ts';
import { type Passwords, readPasswords, writeSecret } from './embedded-passwords.ts';
import type { ServerAccount } from './server-account.ts';

/**
 * Makes the data folder, whole or not at all: an interrupted attempt leaves only a folder that the next one clears away.
 * UTF-8 with PostgreSQL's own C.UTF-8 sorts and folds alike on every machine, whatever its locales.
 * @param log a file descriptor for what initdb says.
 * @throws StartError with initdb's last words.
 */
export async function makeData(dataDir: string, initdb: string, account: ServerAccount, log: number): Promise<void> {
  const unfinished = join(dataDir, 'postgres.new');
  const secret = join(dataDir, 'postgres.secret');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  account.give(unfinished);
  writeSecret(secret, readPasswords(dataDir, 'make').postgres);
  account.give(secret);
  const code = await account.run(
    initdb,
    [
      `--pgdata=${unfinished}`,
      '--username=postgres',
      `--pwfile=${secret}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ],
    log,
  );
  rmSync(secret, { force: true });
  if (code !== 0) throw new StartError(`The embedded database could not be made: ${lastWords(dataDir)}`);
  renameSync(unfinished, join(dataDir, 'postgres'));
}

/** @throws StartError when another major version of PostgreSQL made this data. */
export function checkMajor(data: string, major: string): void {
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (found === major) return;
  throw new StartError(
    `${data} was made by PostgreSQL ${found}, and this is PostgreSQL ${major}: dump it with the OnRecord that made it and load it into a new DATA_DIR.`,
  );
}

/** Makes the database `onrecord` and its two roles, unless they are there. */
export async function makeDatabase(superuserUrl: string, passwords: Passwords): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const made = await client.query("SELECT FROM pg_database WHERE datname = 'onrecord'");
    if (made.rowCount === 1) return;
    for (const role of ['onrecord_owner', 'onrecord'] as const) {
      const exists = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      const verb = exists.rowCount === 1 ? 'ALTER' : 'CREATE';
      await client.query(`${verb} ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(passwords[role])}`);
    }
    await client.query('CREATE DATABASE onrecord OWNER onrecord_owner');
  } finally {
    await client.end();
  }
}

/** What the server's log says last that went wrong. */
export function lastWords(dataDir: string): string {
  const path = join(dataDir, 'postgres.log');
  const wrong = /\b(FATAL|ERROR|PANIC|error|could not|cannot|No such|not found|denied)\b/;
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-40);
  const words = lines.findLast((line) => wrong.test(line))?.replace(/^.*?(FATAL|ERROR|PANIC|error): +/, '');
  return `${words ?? 'it did not say why'} (see ${path})`;
}
