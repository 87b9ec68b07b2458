import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Calls `then` once a request: when its answer has left (`answered`), or when its client is gone before that, of which
 * Fastify's `onResponse` says nothing.
 */
export function onRequestEnd(
  app: FastifyInstance,
  then: (request: FastifyRequest, reply: FastifyReply, answered: boolean) => void,
): void {
  const ended = new WeakSet<FastifyReply>();
  const end = (request: FastifyRequest, reply: FastifyReply, answered: boolean) => {
    if (ended.has(reply)) return;
    ended.add(reply);
    then(request, reply, answered);
  };
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => end(request, reply, false));
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    end(request, reply, true);
    done();
  });
}
