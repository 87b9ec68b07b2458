import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor } from '../database/context.ts';
import { Problem } from '../domain/problem.ts';
import type { Scope } from '../domain/vocabulary.ts';
import { ANONYMOUS } from './context.ts';
import { FailureLimit } from './failure-limit.ts';
import { KeyRing, type KnownKey } from './key-ring.ts';
import { covers } from './routes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who acts; null where the route is public or the request was not let in. */
    actor: Actor | null;
  }
  interface FastifyInstance {
    /**
     * Whether the key that came with a request is still in force, for answers that last; one that was revoked is not within a
     * second. Where that cannot be told just now, it is.
     */
    stillInForce(request: FastifyRequest): Promise<boolean>;
  }
}

/** `Authorization: Bearer orec_…` (RFC 6750 §2.1); the scheme in any case. */
const BEARER = /^bearer +(orec_[\x21-\x7e]{32,250})$/i;

/**
 * Lets in, for every route that is not public, who has a key in force with the scope that the route asks. Reads go without
 * a key when `anonymousRead`; a key that is given must be right all the same. Problems: `unauthenticated`, `forbidden`,
 * `too-many-requests` after 60 wrong keys of one address within a minute.
 */
export function installKeys(app: FastifyInstance, { anonymousRead }: { anonymousRead: boolean }): void {
  const { database, clock } = app.sources;
  const ring = new KeyRing(database.pool);
  const failures = new FailureLimit();
  app.decorateRequest('actor', null);

  function enter(request: FastifyRequest, key: KnownKey | null, scope: Scope): Refusal {
    const now = clock();
    const fault = faultOf(key, now);
    if (key === null || fault !== undefined) {
      failures.failed(request.ip);
      return new Problem('unauthenticated', fault ?? 'This key is not known.');
    }
    request.actor = key.actor;
    ring
      .used(key, now)
      .catch((error: unknown) => app.log.warn({ err: error }, 'the last use of a key was not written down'));
    if (covers(key.actor.scopes, scope)) return undefined;
    const has = key.actor.scopes.join(', ');
    return new Problem('forbidden', `This operation needs a key with the scope "${scope}"; this key has "${has}".`);
  }

  function authenticate(request: FastifyRequest, scope: Scope): Refusal | Promise<Refusal> {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      if (scope !== 'read' || !anonymousRead) return keyNeeded();
      request.actor = ANONYMOUS;
      return undefined;
    }
    const text = BEARER.exec(authorization)?.[1];
    const wait = failures.waitSeconds(request.ip);
    if (wait > 0 && (text === undefined || !ring.knows(text))) return tooMany(wait);
    if (text === undefined) {
      failures.failed(request.ip);
      return new Problem('unauthenticated', 'Authorization holds no key: send "Authorization: Bearer orec_…".');
    }
    const key = ring.find(text);
    return key instanceof Promise ? key.then((found) => enter(request, found, scope)) : enter(request, key, scope);
  }

  app.decorate('stillInForce', async (request) => {
    const text = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (text === undefined) return true;
    try {
      return faultOf(await ring.find(text), clock()) === undefined;
    } catch {
      return true;
    }
  });

  app.addHook('onRoute', (route) => {
    const scope = route.config?.scope ?? 'public';
    if (scope === 'public') return;
    route.onRequest = [
      ...[route.onRequest ?? []].flat(),
      (request, _reply, done) => {
        const refusal = authenticate(request, scope);
        if (refusal instanceof Promise) refusal.then(done, done);
        else done(refusal);
      },
    ];
  });
}

/** Why a request is not let in; undefined when it is. */
type Refusal = Problem | undefined;

function faultOf(key: KnownKey | null, now: Date): string | undefined {
  if (key === null) return 'This key is not known.';
  if (key.revoked) return 'This key was revoked.';
  if (key.expiresAt !== null && key.expiresAt <= now) return 'This key has expired.';
  return undefined;
}

function keyNeeded(): Problem {
  return new Problem('unauthenticated', 'This operation needs a key: send it as "Authorization: Bearer orec_…".');
}

function tooMany(seconds: number): Problem {
  const detail = `Too many wrong keys came from this address. Try again in ${seconds} seconds.`;
  return new Problem('too-many-requests', detail, { retryAfterSeconds: seconds });
}
