import { connect } from 'node:net';
import type pg from 'pg';

/** So long a statement may go on after it was cancelled before its connection is cut. */
const GRACE_MS = 3000;
/** So long until it is cancelled once more. */
const AGAIN_MS = 200;
/** So long the server may take to hear of it. */
const PATIENCE_MS = 1000;
/** The number of a CancelRequest (PostgreSQL, "Message Formats"). */
const CANCEL_REQUEST = 80_877_102;

/** What pg keeps of a connection and does not declare. */
interface Session {
  readonly host: string;
  readonly port: number;
  readonly processID: number;
  readonly secretKey: number;
  readonly connection: { readonly stream: { destroy(): void } };
}

/** A cancellation under way. */
export interface Cancellation {
  /** Is told that the statement has ended; resolves when no later one of the connection, which nobody is given before, can be hit. */
  ended(): Promise<void>;
}

/**
 * Cancels the statement that runs on a connection, as PostgreSQL does it: over a connection of its own, which the server closes
 * when it has passed the word on (PostgreSQL, "Canceling Requests in Progress"). Where the statement goes on all the same, its
 * connection is cut.
 */
export function cancelStatement(client: pg.ClientBase): Cancellation {
  const session = client as unknown as Session;
  let over = sendCancelRequest(session);
  // The server forgets a cancellation that comes before the statement does.
  const again = setInterval(() => {
    over = over.then(() => sendCancelRequest(session));
  }, AGAIN_MS);
  const cut = setTimeout(() => session.connection.stream.destroy(), GRACE_MS);
  return {
    ended: () => {
      clearInterval(again);
      clearTimeout(cut);
      return over;
    },
  };
}

/** It needs no encryption: the server takes it before it asks for any. Where it does not arrive, the connection is cut. */
function sendCancelRequest({ host, port, processID, secretKey, connection }: Session): Promise<void> {
  const message = Buffer.alloc(16);
  for (const [at, value] of [16, CANCEL_REQUEST, processID, secretKey].entries()) message.writeInt32BE(value, at * 4);
  return new Promise((resolve) => {
    const socket = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('the server did not hear of it')));
    socket.once('error', () => connection.stream.destroy());
    socket.once('close', () => resolve());
    socket.resume();
    socket.end(message);
  });
}
