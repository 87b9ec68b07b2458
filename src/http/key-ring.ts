import { hash } from 'node:crypto';
import type pg from 'pg';
import type { Actor } from '../database/context.ts';
import type { Scope } from '../domain/vocabulary.ts';

/** A key that is kept, and whether it is in force is told by `expiresAt` and `revoked`. */
export interface KnownKey {
  readonly actor: Actor;
  readonly expiresAt: Date | null;
  readonly revoked: boolean;
  /** When `last_used_at` was last written, in milliseconds of the epoch; 0 for never. */
  lastUsedMs: number;
}

interface Entry {
  /** `performance.now()` until which `key` may be taken as it is. */
  readonly until: number;
  readonly key: Promise<KnownKey | null>;
  /** The same once it is there, so that most requests wait for nothing. */
  settled: KnownKey | null | undefined;
}

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: Scope[];
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
}

/** A key that is revoked is out of force within a second (DESIGN §4): so long, and no longer, is an answer reused. */
const REUSE_MS = 900;
/** So many keys, wrong ones included, are remembered. */
const REMEMBERED = 1000;
const LAST_USED_EVERY_MS = 60_000;

/** Finds keys by the SHA-256 of the whole key string, with a memory of less than a second. Keys themselves are not kept. */
export class KeyRing {
  readonly #pool: pg.Pool;
  readonly #entries = new Map<string, Entry>();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** The key with this text, or null; at once when it was looked up within the last second. */
  find(text: string): KnownKey | null | Promise<KnownKey | null> {
    const digest = hash('sha256', text, 'base64');
    const entry = this.#entries.get(digest);
    const now = performance.now();
    if (entry !== undefined && now < entry.until) return entry.settled === undefined ? entry.key : entry.settled;
    return this.#lookUp(digest, now);
  }

  /** Whether this text was a key when it was last looked up. */
  knows(text: string): boolean {
    return Boolean(this.#entries.get(hash('sha256', text, 'base64'))?.settled);
  }

  /** Writes down that a key was used, at most once a minute. Resolves when that is done; nobody needs to wait for it. */
  async used(key: KnownKey, at: Date): Promise<void> {
    if (at.getTime() - key.lastUsedMs < LAST_USED_EVERY_MS) return;
    key.lastUsedMs = at.getTime();
    await this.#pool.query({
      name: 'key-used',
      text: `update keys set last_used_at = $2
             where id = $1 and (last_used_at is null or last_used_at <= $2::timestamptz - interval '1 minute')`,
      values: [key.actor.id, at],
    });
  }

  #lookUp(digest: string, now: number): Promise<KnownKey | null> {
    const key = this.#read(Buffer.from(digest, 'base64'));
    const entry: Entry = { until: now + REUSE_MS, key, settled: undefined };
    this.#remember(digest, entry);
    key.then(
      (found) => {
        entry.settled = found;
      },
      () => this.#entries.delete(digest),
    );
    return key;
  }

  #remember(digest: string, entry: Entry): void {
    this.#entries.delete(digest);
    this.#entries.set(digest, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > REMEMBERED && oldest !== undefined) this.#entries.delete(oldest);
  }

  async #read(digest: Buffer): Promise<KnownKey | null> {
    const { rows } = await this.#pool.query<KeyRow>({
      name: 'key-by-hash',
      text: 'select id, name, scopes, expires_at, revoked_at, last_used_at from keys where hash = $1',
      values: [digest],
    });
    const row = rows[0];
    if (row === undefined) return null;
    return {
      actor: { id: row.id, name: row.name, scopes: row.scopes },
      expiresAt: row.expires_at,
      revoked: row.revoked_at !== null,
      lastUsedMs: row.last_used_at?.getTime() ?? 0,
    };
  }
}
