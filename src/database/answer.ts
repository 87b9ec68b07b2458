import { hash } from 'node:crypto';
import type { IdempotencyTicket } from './context.ts';
import { Prisma } from './generated/client.ts';

/** An answer as it goes over the wire, byte for byte: what a repeated request with the same `Idempotency-Key` gets again. */
export interface Answer {
  readonly status: number;
  /** A path on this service, as in `Location`. */
  readonly location?: string;
  /** As in `ETag`, with its quotes; `etag` makes it. */
  readonly etag?: string;
  /** JSON text, `application/json`. */
  readonly body: string;
}

/** The media type of every answer that is no problem. */
export const JSON_MEDIA_TYPE = 'application/json; charset=utf-8';

/**
 * A strong entity tag (RFC 9110 §8.8.3): `"7"`, or where the answer holds derived fields `"7.<digest>"`, the digest being
 * of the answer's bytes (DESIGN §4).
 */
export function etag(version: number, derived?: string | Buffer): string {
  if (derived === undefined) return `"${version}"`;
  return `"${version}.${hash('sha256', derived, 'base64url').slice(0, 16)}"`;
}

/**
 * Keeps the answer of a request with an `Idempotency-Key`, in the transaction of its effect. Without a ticket it does
 * nothing. Throws when another attempt has taken the request over meanwhile (its lease had run out), so that the
 * transaction rolls back and the request has one effect only. A function in SQL can do the same:
 *
 *     update idempotency_records set status = …, location = …, etag = …, content_type = …, body = …
 *     where id = $id and attempt = $attempt and status is null  -- not found → raise exception
 */
export async function completeIdempotency(
  tx: Prisma.TransactionClient,
  ticket: IdempotencyTicket | undefined,
  answer: Answer,
): Promise<void> {
  if (ticket === undefined) return;
  const { status, location = null, etag: tag = null, body } = answer;
  const kept = await tx.$executeRaw(Prisma.sql`
    update idempotency_records
    set status = ${status}, location = ${location}, etag = ${tag}, content_type = ${JSON_MEDIA_TYPE}, body = ${body}
    where id = ${ticket.id}::uuid and attempt = ${ticket.attempt}::uuid and status is null`);
  if (kept === 0) throw new TakenOver();
}

/** So long a request in flight keeps its key without being renewed: repeated ones are turned away until then. */
export const LEASE_MS = 4500;

/**
 * Goes on holding the key of a request that commits something before its answer, in the transaction of that.
 *
 * @throws {TakenOver} where its process seemed to be dead for a while, and another attempt has begun
 */
export async function holdIdempotency(
  tx: Prisma.TransactionClient,
  ticket: IdempotencyTicket | undefined,
): Promise<void> {
  if (ticket === undefined) return;
  const held = await tx.$executeRaw(Prisma.sql`
    update idempotency_records set locked_until = clock_timestamp() + ${LEASE_MS}::integer * interval '1 millisecond'
    where id = ${ticket.id}::uuid and attempt = ${ticket.attempt}::uuid and status is null`);
  if (held === 0) throw new TakenOver();
}

/** The request was taken over by a later attempt with the same `Idempotency-Key`; this one must not commit. */
export class TakenOver extends Error {
  constructor() {
    super('another attempt with the same Idempotency-Key has taken this request over');
    this.name = 'TakenOver';
  }
}
