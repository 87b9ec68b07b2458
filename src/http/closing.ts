import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../domain/problem.ts';

/**
 * While the service stops, requests under way are finished, and those that still come over open connections get 503, so that
 * they are sent elsewhere. Every answer then closes its connection (RFC 9112 §9.6): a client that kept it open would keep the
 * service from ending. So would one on which nothing was ever sent, as clients open them to have one ready: it is closed.
 */
export function refuseWhileClosing(app: FastifyInstance): void {
  let closing = false;
  const connections = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  app.addHook('preClose', (done) => {
    closing = true;
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
    done();
  });
  app.addHook('onRequest', (_request, _reply, done) => {
    done(closing ? new Problem('unavailable', 'The service is stopping.', { retryAfterSeconds: 1 }) : undefined);
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close');
    done(null, payload);
  });
}
