import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Calls `then` once a request, when its answer has left or its client is gone before that, of which Fastify's `onResponse`
 * says nothing.
 */
export function onRequestEnd(app: FastifyInstance, then: (request: FastifyRequest, reply: FastifyReply) => void): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => {
      const { writableFinished, errored } = reply.raw;
      if (!writableFinished && errored === null) then(request, reply);
    });
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    then(request, reply);
    done();
  });
}
