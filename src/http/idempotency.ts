import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { JSON_MEDIA_TYPE, LEASE_MS } from '../database/answer.ts';
import type { IdempotencyTicket } from '../database/context.ts';
import { isUnavailable } from '../database/unavailable.ts';
import { Problem } from '../domain/problem.ts';
import { ANONYMOUS } from './context.ts';
import { Leases } from './leases.ts';
import { sweeper } from './sweeper.ts';

/** While the database is away, a record that should go is tried again this often. */
const ABANDON_EVERY_MS = 500;
/** What removes records that have expired (24 hours), so many at once. */
const SWEEP = {
  text: `delete from idempotency_records where id in
           (select id from idempotency_records where created_at < now() - interval '24 hours' limit 1000)`,
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the answer of this request is kept; null without an `Idempotency-Key`. */
    ticket: IdempotencyTicket | null;
    /** SHA-256 of the body as it came, where an `Idempotency-Key` came with it. */
    bodyHash: Buffer | null;
  }
}

interface KeptRecord {
  readonly method: string;
  readonly path: string;
  readonly body_hash: Buffer;
  readonly status: number | null;
  readonly location: string | null;
  readonly etag: string | null;
  readonly content_type: string | null;
  readonly body: string | null;
}

/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header, DESIGN §4) on routes with `config: { idempotent: true }`:
 * the first request leaves a record in flight, which is its own for as long as its process lives (`Leases`), its command keeps the
 * answer there (`completeIdempotency`), a repeated one gets that answer again. A failed request removes its record, so that it
 * may be tried again.
 */
export function installIdempotency(app: FastifyInstance): void {
  app.decorateRequest('ticket', null);
  app.decorateRequest('bodyHash', null);
  const leases = new Leases(app);
  const sweep = sweeper(app, 'idempotency records', () => SWEEP);
  app.addHook('onRoute', (route) => {
    if (!route.config?.idempotent || route.method !== 'POST') return;
    route.preHandler = [
      ...[route.preHandler ?? []].flat(),
      async (request, reply) => {
        const key = idempotencyKey(request);
        if (key === undefined) return;
        const kept = await begin(request, key);
        if (request.ticket !== null) leases.hold(request.ticket);
        sweep();
        return kept ? replay(reply, kept) : undefined;
      },
    ];
    route.onSend = [
      ...[route.onSend ?? []].flat(),
      async (request, reply) => {
        if (request.ticket === null) return;
        leases.release(request.ticket);
        if (reply.statusCode < 400) return;
        const abandoned = abandon(request, request.ticket);
        // The database may be away for long, and the caller, who has seen no answer yet, is told to come again later anyway.
        if (reply.statusCode !== 503) await abandoned;
      },
    ];
  });
}

/** Remembers which bytes came, so that the same key with another body is noticed. Parsers of bodies call it. */
export function rememberBody(request: FastifyRequest, bytes: Buffer | string): void {
  if (request.entry?.idempotent !== true || request.headers['idempotency-key'] === undefined) return;
  request.bodyHash = sha256(bytes);
}

/** The key in the header: 1–255 visible ASCII characters, plain or as a string of RFC 9651 in quotes. Throws `malformed`. */
function idempotencyKey(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const text = String(header).trim();
  if (/^[\x21\x23-\x7e][\x21-\x7e]{0,254}$/.test(text)) return text;
  const key = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/.exec(text)?.[1]?.replace(/\\(["\\])/g, '$1');
  if (key !== undefined && key.length <= 255) return key;
  const detail = 'Must be 1 to 255 visible ASCII characters, plain or in double quotes.';
  throw new Problem('malformed', `The header Idempotency-Key is wrong: ${detail}`, {
    errors: [{ header: 'Idempotency-Key', detail }],
  });
}

/**
 * Puts the request in flight and gives it a ticket, or returns the answer that is kept. An expired record is begun anew; one
 * in flight whose lease ran out is taken over under a new attempt, after which the old one can no longer commit. Throws
 * `idempotency-key-reused` for another request, `in-flight` for one that is still under way.
 */
async function begin(request: FastifyRequest, key: string): Promise<KeptRecord | undefined> {
  const { database, newId } = request.server.sources;
  const actorId = (request.actor ?? ANONYMOUS).id;
  const path = request.raw.url ?? '';
  const hash = request.bodyHash ?? sha256('');
  for (let tries = 0; tries < 3; tries += 1) {
    const ticket = { id: newId(), attempt: newId() };
    // Held from here on: a connection that breaks now may leave the record, which must then be taken away again.
    request.ticket = ticket;
    const begun = await database.pool.query({
      name: 'idempotency-begin',
      text: BEGIN,
      values: [ticket.id, actorId, key, request.method, path, hash, ticket.attempt, LEASE_MS],
    });
    if (begun.rowCount === 1) return undefined;
    request.ticket = null;
    const kept = await readRecord(database.pool, actorId, key);
    if (kept === undefined) continue;
    if (kept.method !== request.method || kept.path !== path || !kept.body_hash.equals(hash)) throw reused();
    if (kept.status !== null) return kept;
    break;
  }
  throw new Problem('in-flight', 'A request with this Idempotency-Key is still under way.', { retryAfterSeconds: 1 });
}

const BEGIN = `
  insert into idempotency_records as kept (id, actor_id, key, method, path, body_hash, attempt, locked_until)
  values ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 millisecond')
  on conflict on constraint idempotency_records_key do update
  set id = excluded.id, method = excluded.method, path = excluded.path, body_hash = excluded.body_hash, attempt = excluded.attempt,
      locked_until = excluded.locked_until, created_at = now(),
      status = null, location = null, etag = null, content_type = null, body = null
  where kept.created_at < now() - interval '24 hours'
     or (kept.status is null and kept.locked_until < now()
         and (kept.method, kept.path, kept.body_hash) = (excluded.method, excluded.path, excluded.body_hash))`;

async function readRecord(pool: pg.Pool, actorId: string | null, key: string): Promise<KeptRecord | undefined> {
  const { rows } = await pool.query<KeptRecord>({
    name: 'idempotency-read',
    text: `select method, path, body_hash, status, location, etag, content_type, body
           from idempotency_records where actor_id is not distinct from $1 and key = $2`,
    values: [actorId, key],
  });
  return rows[0];
}

function reused(): Problem {
  return new Problem('idempotency-key-reused', 'This Idempotency-Key was used for another request.', {
    errors: [{ header: 'Idempotency-Key', detail: 'Was used with another method, path or body.' }],
  });
}

function replay(reply: FastifyReply, { status, location, etag, content_type, body }: KeptRecord): FastifyReply {
  if (location !== null) reply.header('location', location);
  if (etag !== null) reply.header('etag', etag);
  return reply
    .code(status ?? 200)
    .header('idempotency-replayed', 'true')
    .type(content_type ?? JSON_MEDIA_TYPE)
    .send(body ?? '');
}

/**
 * Removes the record of a request that failed, unless its effect was committed after all. While the database is away this
 * goes on behind the answer, for as long as the record would keep repeated requests out.
 */
async function abandon(request: FastifyRequest, { id, attempt }: IdempotencyTicket): Promise<void> {
  const { pool } = request.server.sources.database;
  const values = [id, attempt];
  const text = 'delete from idempotency_records where id = $1 and attempt = $2 and status is null';
  for (const began = performance.now(); ; await wait(ABANDON_EVERY_MS, undefined, { ref: false })) {
    try {
      await pool.query(text, values);
      return;
    } catch (error) {
      if (isUnavailable(error) && !pool.ending && performance.now() - began < LEASE_MS) continue;
      request.log.warn({ requestId: request.id, err: error }, 'an idempotency record was left in flight');
      return;
    }
  }
}

function sha256(bytes: Buffer | string): Buffer {
  return createHash('sha256').update(bytes).digest();
}
