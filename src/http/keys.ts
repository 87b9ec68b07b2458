import type { FastifyInstance, FastifyRequest } from 'fastify';
import pLimit from 'p-limit';
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

/** So many keys of addresses with too many wrong ones are looked up at once. */
const SUSPECTS_AT_ONCE = 1;

/** `Authorization: Bearer orec_…` (RFC 6750 §2.1); the scheme in any case. */
const BEARER = /^bearer +(orec_[\x21-\x7e]{32,250})$/i;

/**
 * Lets in, for every route that is not public, who has a key in force with the scope that the route asks. Reads go without
 * a key when `anonymousRead`; a key that is given must be right all the same. Problems: `unauthenticated`, `forbidden`,
 * `too-many-requests` for a further wrong key after 60 of one address within a minute. A right key is let in all the same:
 * others may share its address.
 */
export function installKeys(app: FastifyInstance, { anonymousRead }: { anonymousRead: boolean }): void {
  const { database, clock } = app.sources;
  const ring = new KeyRing(database.pool);
  const failures = new FailureLimit();
  const suspects = pLimit(SUSPECTS_AT_ONCE);
  app.decorateRequest('actor', null);

  function failed({ ip }: FastifyRequest, detail: string): Problem {
    const wait = failures.waitSeconds(ip);
    failures.failed(ip);
    return wait > 0 ? tooMany(wait) : new Problem('unauthenticated', detail);
  }

  /** Looks a key up; one from an address with too many wrong ones in a queue, so that guesses take little of the database. */
  function find(text: string, { ip }: FastifyRequest): KnownKey | null | Promise<KnownKey | null> {
    const suspect = failures.waitSeconds(ip) > 0 && !ring.knows(text);
    return suspect ? suspects(async () => ring.find(text)) : ring.find(text);
  }

  function enter(request: FastifyRequest, key: KnownKey | null, scope: Scope): Refusal {
    const now = clock();
    const fault = faultOf(key, now);
    if (key === null || fault !== undefined) {
      return failed(request, fault ?? 'This key is not known.');
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
    if (text === undefined) {
      return failed(request, 'Authorization holds no key: send "Authorization: Bearer orec_…".');
    }
    const key = find(text, request);
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
