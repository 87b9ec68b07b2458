import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { StartError } from '../start-error.ts';

/** The passwords of the embedded server's roles, by role. Only letters, digits, - and _, so they stand in a URL as they are. */
const Passwords = z.object({ postgres: z.string(), onrecord_owner: z.string(), onrecord: z.string() });
export type Passwords = z.infer<typeof Passwords>;

/**
 * Reads them from `dataDir`/postgres-passwords.json (0600). With `make` they are made at random when the file is not there.
 * @throws StartError when the file is missing or no longer what was written.
 */
export function readPasswords(dataDir: string, missing: 'make' | 'refuse' = 'refuse'): Passwords {
  const path = join(dataDir, 'postgres-passwords.json');
  if (missing === 'make' && !existsSync(path)) {
    const password = () => randomBytes(24).toString('base64url');
    const made: Passwords = { postgres: password(), onrecord_owner: password(), onrecord: password() };
    writeSecret(path, JSON.stringify(made));
    return made;
  }
  try {
    return Passwords.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new StartError(
      `${path} cannot be read: it holds the embedded database's passwords; put it back from a copy.`,
    );
  }
}

/** Writes a file that only its owner can read, in place of an older one. */
export function writeSecret(path: string, content: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, `${content}\n`, { mode: 0o600, flag: 'wx', flush: true });
}
