import type { LimitFunction } from 'p-limit';
import type pg from 'pg';
import type { QuoteHealth, Scope } from '../domain/vocabulary.ts';
import type { PrismaClient } from './generated/client.ts';

/** One pool, seen in two ways: `pool` for SQL, `prisma` for writes and simple reads. */
export interface Database {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  /** Lets so many transactions through at once that readers always find a connection: writers wait for each other anyway. */
  readonly writers: LimitFunction;
  /** How long a writer waits for its turn and the ledger's lock, in milliseconds. */
  readonly lockPatienceMs: number;
}

/** Who acts: the key that came with the request. `id` is null for anonymous reading and for the service itself. */
export interface Actor {
  readonly id: string | null;
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** Where the answer to a request with an `Idempotency-Key` is kept: written in the transaction of its effect. */
export interface IdempotencyTicket {
  readonly id: string;
  readonly attempt: string;
}

/** How quotes stand in texts, as far as a request has looked: by SHA-256 of the text and of the quote. */
export class FoundQuotes extends Map<string, QuoteHealth> {
  /** How often it has let go of the ledger's lock to look. */
  looks = 0;

  override clear(): void {
    super.clear();
    this.looks = 0;
  }
}

/** What every command and query is given. Clock and ids are injected, so that tests can hold them still. */
export interface Context {
  readonly database: Database;
  readonly actor: Actor;
  readonly requestId: string;
  readonly clock: () => Date;
  /** A new UUIDv7. */
  readonly newId: () => string;
  readonly quotesFound: FoundQuotes;
  readonly idempotency?: IdempotencyTicket;
  /** Aborted once whoever asked is gone: what takes long then stops where it can. */
  readonly gone?: AbortSignal;
}
