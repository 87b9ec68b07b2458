import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../domain/problem.ts';

/** Methods that change nothing (RFC 9110 §9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Refuses what a browser would write here for a page of another origin (`cross-origin`, 403). By `Sec-Fetch-Site` (W3C Fetch
 * Metadata) where the browser sends it, else by `Origin` against the host that was asked for (RFC 6454). Programs send neither.
 */
export function refuseForeignOrigins(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    done(SAFE.has(request.method) ? undefined : refusalOf(request));
  });
}

function refusalOf({ headers, host }: FastifyRequest): Problem | undefined {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) {
    const own = site === 'same-origin' || site === 'none';
    return own ? undefined : crossOrigin('Sec-Fetch-Site', 'The page that sent it is of another origin.');
  }
  const { origin } = headers;
  if (origin === undefined || isOriginOf(host, origin)) return undefined;
  return crossOrigin('Origin', 'Is not the origin of this service.');
}

/** Whether the origin is the host with this port; TLS may end at a proxy, so the scheme is the origin's own. */
function isOriginOf(host: string, origin: string): boolean {
  const from = URL.parse(origin);
  return from !== null && from.host !== '' && from.host === URL.parse(`${from.protocol}//${host}`)?.host;
}

function crossOrigin(header: string, detail: string): Problem {
  return new Problem('cross-origin', 'A page of another origin may not write here.', { errors: [{ header, detail }] });
}
