import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** How a request ended. */
export interface RequestEnd {
  readonly request: FastifyRequest;
  /** That of the answer; 499, as nginx has it, where the client was gone before the answer had begun. */
  readonly status: number;
  readonly milliseconds: number;
  /** Whether the whole answer has left. */
  readonly answered: boolean;
}

/** Aborted once the client is gone before its answer has left. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Calls `then` once a request: when its answer has left, or when its client is gone before that, of which `onResponse` says nothing. */
export function onRequestEnd(app: FastifyInstance, then: (end: RequestEnd) => void): void {
  const ended = new WeakSet<FastifyReply>();
  const end = (request: FastifyRequest, reply: FastifyReply, answered: boolean) => {
    if (ended.has(reply)) return;
    ended.add(reply);
    const status = reply.raw.headersSent ? reply.statusCode : 499;
    then({ request, status, milliseconds: reply.elapsedTime, answered });
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
