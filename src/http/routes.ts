import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { z } from 'zod';
import { SCOPES, type Scope } from '../domain/vocabulary.ts';
import { hasPages } from './operation.ts';

/** What a route asks of its caller: `public` nothing, otherwise a key with this scope or a higher one. */
export type RequiredScope = Scope | 'public';

/** How dear the answers of a route are: `free` ones by id, `search` those of lists, `report` what is put together of much. */
export type Cost = 'free' | 'search' | 'report';

/** One route as the authorization matrix, the log and the metrics see it. */
export interface RouteEntry {
  readonly method: string;
  /** The pattern: `/v1/topics/:topic`. */
  readonly url: string;
  readonly scope: RequiredScope;
  /** Takes an `Idempotency-Key`. */
  readonly idempotent: boolean;
  readonly takesBody: boolean;
  /** Puts its answer together of much: it is dear. */
  readonly isReport: boolean;
  /** Lasts as long as its client wants. */
  readonly lasting: boolean;
  readonly schema: FastifySchema;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which scope a key needs here; every route under /v1 must say. */
    scope?: RequiredScope;
    /** A POST that creates: takes an `Idempotency-Key`. Its command must keep the answer by `completeIdempotency`. */
    idempotent?: boolean;
    /** A change of a thing that has versions: the handler reads `ifMatch(request)`. */
    ifMatch?: boolean;
    /** Its answers are put together of much that is read at once, as dossiers are. */
    report?: boolean;
    /** What to ask instead of a question that takes too long, as a sentence. */
    narrower?: string;
    /** Its answers have no end of their own, as streams have none. */
    lasting?: boolean;
  }
  interface FastifyInstance {
    /** All routes, in the order in which they were added. */
    routeTable: RouteEntry[];
  }
  interface FastifyRequest {
    /** The route that the request goes to; null where there is none (404, 405). */
    entry: RouteEntry | null;
  }
}

/**
 * Keeps the route table, and holds every route to the rules of the house at start: one under /v1 without a scope is a
 * fault, one that states no `querystring` takes no query parameter, and every request knows its route as `request.entry`.
 */
export function keepRouteTable(app: FastifyInstance): void {
  app.decorate('routeTable', []);
  app.decorateRequest('entry', null);
  app.addHook('onRoute', (route) => {
    if (!route.schema?.hide) route.schema = { querystring: z.strictObject({}), ...route.schema };
    const entry = entryOf(route);
    for (const method of [route.method].flat()) app.routeTable.push({ ...entry, method });
    route.onRequest = [
      (request, _reply, done) => {
        request.entry = entry;
        done();
      },
      ...[route.onRequest ?? []].flat(),
    ];
  });
}

function entryOf({ method, url, config = {}, schema = {} }: RouteOptions): RouteEntry {
  const { scope, idempotent = false, report: isReport = false, lasting = false } = config;
  if (scope === undefined && url.startsWith('/v1')) throw new Error(`${method} ${url} does not say its scope`);
  const takesBody = schema.body !== undefined;
  return { method: String(method), url, scope: scope ?? 'public', idempotent, takesBody, isReport, lasting, schema };
}

/** How dear the answers of a route are. */
export function costOf({ isReport, schema }: RouteEntry): Cost {
  if (isReport) return 'report';
  return Object.values(schema.response ?? {}).some(hasPages) ? 'search' : 'free';
}

/** Whether scopes cover what a route asks: `admin` includes `write`, which includes `read` (DESIGN §4). */
export function covers(scopes: readonly Scope[], needed: Scope): boolean {
  return scopes.some((scope) => SCOPES.indexOf(scope) >= SCOPES.indexOf(needed));
}
