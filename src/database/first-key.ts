import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Scope } from '../domain/vocabulary.ts';
import { StartError } from '../start-error.ts';
import { writeSecret } from './embedded-passwords.ts';
import { notLetIn } from './rights.ts';

/** A new key: `orec_` and 256 random bits in base64url (DESIGN §4). */
export function newKey(): string {
  return `orec_${randomBytes(32).toString('base64url')}`;
}

/** What is kept of a key: the SHA-256 of the whole of it. */
export function keyHash(key: string): Buffer<ArrayBuffer> {
  return Buffer.from(createHash('sha256').update(key).digest());
}

/**
 * Sees to it that there is an admin key. When the ledger has none in force, one is made, or the given one taken, and kept in
 * `dataDir`/admin-key (0600) for the command line. A given key that the ledger does not know is added beside others; one that
 * was revoked stays revoked. Services that start at once make one key between them.
 * @param options.url of the service's role.
 * @param options.given the setting ADMIN_KEY.
 * @returns the key when it was made now: to be shown, once.
 * @throws StartError when the file cannot be written, in which case no key is made.
 */
export async function ensureAdminKey(options: {
  url: string;
  given: string | undefined;
  dataDir: string;
}): Promise<string | undefined> {
  return inTransaction(options.url, async (client) => {
    if (options.given !== undefined) {
      const known = await client.query('SELECT FROM keys WHERE hash = $1', [keyHash(options.given)]);
      if (known.rowCount === 0) await addKey(client, { key: options.given, name: 'admin', scopes: ['admin'] });
      keepGivenKey(options.dataDir, options.given);
    }
    const inForce = await client.query(
      `SELECT FROM keys WHERE 'admin' = ANY (scopes) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    );
    if (inForce.rowCount !== 0) return undefined;
    const key = newKey();
    keepForCommandLine(options.dataDir, key);
    await addKey(client, { key, name: 'admin', scopes: ['admin'] });
    return key;
  });
}

/** Adds a key of which the caller knows the text, under its name or, where that is taken, its name and a number. */
export async function addKey(
  client: pg.Client,
  { key, name, scopes }: { key: string; name: string; scopes: readonly Scope[] },
): Promise<void> {
  const taken = await client.query<{ name: string }>('SELECT name FROM keys WHERE revoked_at IS NULL');
  const names = new Set(taken.rows.map((row) => row.name));
  let free = name;
  for (let number = 2; names.has(free); number += 1) free = `${name}-${number}`;
  const [id, version] = [randomUUIDv7(), 1];
  const made = await client.query<{ created_at: Date }>(
    `INSERT INTO keys (id, name, hash, scopes, version, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, ledger_now(), ledger_now()) RETURNING created_at`,
    [id, free, keyHash(key), scopes, version],
  );
  const after = {
    id,
    name: free,
    scopes,
    createdAt: made.rows[0]?.created_at,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
    version,
  };
  const entry = [{ action: 'created', type: 'key', id, version, after }];
  await client.query("SELECT record_changes(NULL, 'onrecord', 'start', $1)", [JSON.stringify(entry)]);
}

/**
 * Runs `work` as one transaction of the ledger, under its lock, on a connection of its own.
 * @throws StartError when the database does not let us in.
 */
export async function inTransaction<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, fallback_application_name: 'onrecord keys' });
  client.on('error', () => {});
  await client.connect().catch((error: unknown) => {
    throw notLetIn('DATABASE_URL', error);
  });
  try {
    await client.query('BEGIN');
    await client.query('SELECT ledger_now()');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } finally {
    await client.end();
  }
}

/** A key that someone chose is known to them: it is kept only where that can be done and no other key is. */
function keepGivenKey(dataDir: string, key: string): void {
  if (existsSync(join(dataDir, 'admin-key'))) return;
  try {
    keepForCommandLine(dataDir, key);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
  }
}

/** Whole or not at all: a service that dies while writing leaves no half a key. */
function keepForCommandLine(dataDir: string, key: string): void {
  const path = join(dataDir, 'admin-key');
  try {
    mkdirSync(dataDir, { recursive: true });
    writeSecret(`${path}.new`, key);
    renameSync(`${path}.new`, path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(
      `The admin key cannot be kept in ${path}: ${reason}. Set DATA_DIR to a folder that can be written, or ADMIN_KEY.`,
      { cause },
    );
  }
}
