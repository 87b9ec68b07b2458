import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Actor, type Context, type Database, FoundQuotes } from '../database/context.ts';

/** What the whole app works with, given once by `buildApp`. */
export interface ContextSources {
  readonly database: Database;
  readonly clock: () => Date;
  readonly newId: () => string;
}

declare module 'fastify' {
  interface FastifyInstance {
    sources: ContextSources;
  }
}

/** Who reads without a key. */
export const ANONYMOUS: Actor = Object.freeze({ id: null, name: 'anonymous', scopes: [] });

/** What commands and queries are given for this request. */
export function contextOf(request: FastifyRequest): Context {
  const { database, clock, newId } = request.server.sources;
  const actor = request.actor ?? ANONYMOUS;
  const context = { database, clock, newId, actor, requestId: request.id, quotesFound: new FoundQuotes() };
  return request.ticket === null ? context : { ...context, idempotency: request.ticket };
}

/** Whose share of the service a request takes: that of its key, or of the address of whoever has none. */
export function callerOf({ actor, ip }: FastifyRequest): string {
  return actor?.id ?? ip;
}

const REQUEST_ID = /^[A-Za-z0-9._~-]{1,128}$/;

/** The caller's `X-Request-Id` where it is one (1–128 unreserved characters of RFC 3986), else a new UUIDv7. */
export function requestIds(newId: () => string): (request: Pick<IncomingMessage, 'headers'>) => string {
  return ({ headers }) => {
    const given = headers['x-request-id'];
    return typeof given === 'string' && REQUEST_ID.test(given) ? given : newId();
  };
}

/** Headers of every answer: the request id, and what keeps a browser from reading more into it than is there. */
export function installHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
    reply.header('cache-control', 'private, no-cache');
    done();
  });
}
