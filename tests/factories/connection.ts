import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';

/** An answer as it came over a connection; names of headers in lower case. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

/** A connection to the service on which a test says every byte itself. */
export interface Connection {
  send(bytes: string | Buffer): void;
  /** The next answer, in the order in which they come; one without a body where it answers HEAD. Rejects when the connection ends before it. */
  answer(to?: 'HEAD'): Promise<RawAnswer>;
  /** Resolves when the service has closed the connection, with what came and was not taken as an answer. */
  readonly closed: Promise<string>;
  /** Closes our side: nothing more will be sent. */
  end(): void;
  /** Goes away at once. */
  cut(): void;
}

/** Opens a connection. */
export async function openConnection(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  await once(socket, 'connect');
  const news = new EventEmitter();
  let heard = Buffer.alloc(0);
  let over = false;
  socket.on('data', (bytes) => {
    heard = Buffer.concat([heard, bytes]);
    news.emit('more');
  });
  const closed = new Promise<string>((resolve) => {
    const end = () => {
      over = true;
      news.emit('more');
      socket.destroy();
      resolve(heard.toString());
    };
    socket.on('end', end).on('error', end).on('close', end);
  });
  return {
    send: (bytes) => void socket.write(bytes),
    answer: async (to) => {
      for (;;) {
        const [answer, length] = answerIn(heard, to);
        if (answer !== undefined) {
          heard = heard.subarray(length);
          return answer;
        }
        if (over) throw new Error(`the connection ended after ${JSON.stringify(heard.toString())}`);
        await once(news, 'more');
      }
    },
    closed,
    end: () => void socket.end(),
    cut: () => void socket.resetAndDestroy(),
  };
}

/** The answer with which the bytes begin, and how many of them it has; nothing while some are missing. */
function answerIn(bytes: Buffer, to?: 'HEAD'): [RawAnswer, length: number] | [undefined, 0] {
  const body = bytes.indexOf('\r\n\r\n') + 4;
  if (body < 4) return [undefined, 0];
  const [first = '', ...lines] = bytes
    .subarray(0, body - 4)
    .toString()
    .split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => line.split(/: (.*)/s)).map(([name = '', value = '']) => [name.toLowerCase(), value]),
  );
  const length = body + (to === 'HEAD' ? 0 : Number(headers['content-length'] ?? 0));
  if (bytes.length < length) return [undefined, 0];
  return [{ status: Number(first.split(' ')[1]), headers, text: bytes.subarray(body, length).toString() }, length];
}

/** A request as text: its head, and the body with its length where it has one. */
export function requestText(line: string, headers: Record<string, string> = {}, body?: string): string {
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const lines = Object.entries({ Host: 'onrecord.test', ...length, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `${[`${line} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n${body ?? ''}`;
}
