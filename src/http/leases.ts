import type { FastifyInstance } from 'fastify';
import { LEASE_MS } from '../database/answer.ts';
import type { IdempotencyTicket } from '../database/context.ts';

const RENEW_EVERY_MS = 1000;

/** A record that is being completed just now is locked, and needs no renewal. */
const RENEW = `
  update idempotency_records set locked_until = now() + $3 * interval '1 millisecond'
  where id in (
    select id from idempotency_records
    where (id, attempt) in (select * from unnest($1::uuid[], $2::uuid[])) and status is null for update skip locked)`;

/**
 * The idempotency records of requests that this process works on. Each is renewed every second, by the clock of the database, so that
 * its key is held for as long as the process lives, and no longer than a lease once it is dead.
 */
export class Leases {
  readonly #held = new Map<string, { readonly ticket: IdempotencyTicket; readonly since: number }>();
  #isRenewing = false;

  constructor(app: FastifyInstance) {
    const timer = setInterval(() => void this.#renew(app), RENEW_EVERY_MS).unref();
    app.addHook('onClose', async () => clearInterval(timer));
  }

  hold(ticket: IdempotencyTicket): void {
    this.#held.set(ticket.attempt, { ticket, since: performance.now() });
  }

  release({ attempt }: IdempotencyTicket): void {
    this.#held.delete(attempt);
  }

  async #renew(app: FastifyInstance): Promise<void> {
    const now = performance.now();
    // Most requests are answered before their lease needs to be renewed.
    const old = [...this.#held.values()]
      .filter(({ since }) => now - since > RENEW_EVERY_MS)
      .map(({ ticket }) => ticket);
    if (old.length === 0 || this.#isRenewing) return;
    this.#isRenewing = true;
    const values = [old.map(({ id }) => id), old.map(({ attempt }) => attempt), LEASE_MS];
    try {
      await app.sources.database.pool.query({ name: 'idempotency-renew', text: RENEW, values });
    } catch (error) {
      app.log.warn({ err: error }, 'idempotency records in flight were not renewed');
    } finally {
      this.#isRenewing = false;
    }
  }
}
