import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from './process.ts';

/** So many clients use the service at once. */
const CLIENTS = 16;

/** An answer as a client sees it; `status` 0 when the connection broke instead. */
export interface SeenAnswer {
  readonly request: string;
  readonly status: number;
  /** The seconds of `Retry-After`; 0 without. */
  readonly retryAfter: number;
  /** The type of a problem, or what broke the connection. */
  readonly problem: string;
  /** When it was sent and when it was there, by `performance.now()`. */
  readonly sent: number;
  readonly seen: number;
}

/** Clients that read and write without a pause. */
export interface Load {
  /** Every answer until now. */
  readonly answers: readonly SeenAnswer[];
  /** The texts of the claims, and the quotes of the attributions, whose creation was answered with 201. */
  readonly acknowledged: { readonly claims: readonly string[]; readonly quotes: readonly string[] };
  /** Waits until so many more claims were created and taken a stance on. */
  more(turns: number): Promise<void>;
  /** Lets each client finish what it does and answers when all have. */
  stop(): Promise<void>;
}

class GoneHome extends Error {}

/**
 * Starts the load. A client repeats a write with the same `Idempotency-Key` until it is acknowledged, as the problems
 * `unavailable` and `in-flight` tell it to, only sooner. It goes home when it is answered anything else than a success, or
 * when its connection breaks. The load itself judges nothing.
 */
export async function startLoad({ url, authorization }: ServiceProcess): Promise<Load> {
  const answers: SeenAnswer[] = [];
  const acknowledged: { claims: string[]; quotes: string[] } = { claims: [], quotes: [] };
  let going = true;

  async function send(method: 'GET' | 'POST', path: string, body?: object, key?: string) {
    const sent = performance.now();
    const see = (status: number, retryAfter: number, problem: string) =>
      answers.push({ request: `${method} ${path}`, status, retryAfter, problem, sent, seen: performance.now() });
    try {
      const answer = await fetch(url + path, {
        method,
        headers: { ...authorization, ...(key && { 'idempotency-key': key, 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      const document = (await answer.json()) as Record<string, string>;
      see(answer.status, Number(answer.headers.get('retry-after')), document.type ?? '');
      return { status: answer.status, id: document.id ?? '' };
    } catch (error) {
      see(0, 0, error instanceof Error ? `${error.message}: ${String(error.cause)}` : String(error));
      return { status: 0, id: '' };
    }
  }

  async function get(path: string): Promise<void> {
    const { status } = await send('GET', path);
    if (status !== 200 && status !== 503) throw new GoneHome();
  }

  async function create(path: string, body: object): Promise<string> {
    const key = randomUUID();
    for (;;) {
      const { status, id } = await send('POST', path, body, key);
      if (status === 201) return id;
      if (status !== 409 && (status !== 503 || !going)) throw new GoneHome();
      await sleep(100);
    }
  }

  async function use(client: number): Promise<void> {
    const source = await create('/v1/sources', { name: `Source ${client}`, kind: 'outlet' });
    const report = await create('/v1/reports', { title: `Report ${client}`, outlet: source });
    for (let turn = 1; going; turn += 1) {
      const text = `Claim ${turn} of client ${client}`;
      const claim = await create('/v1/claims', { text, kind: 'fact' });
      acknowledged.claims.push(text);
      await create('/v1/attributions', { claim, source, report, stance: 'asserts', quote: text });
      acknowledged.quotes.push(text);
      await get(`/v1/claims/${claim}/positions`);
      await get('/v1/claims?standing=single_origin&limit=5');
    }
  }

  const clients = Array.from({ length: CLIENTS }, (_, client) =>
    use(client).catch((error: unknown) => {
      if (!(error instanceof GoneHome)) throw error;
    }),
  );
  return {
    answers,
    acknowledged,
    more: async (turns) => {
      const enough = acknowledged.quotes.length + turns;
      for (const began = performance.now(); acknowledged.quotes.length < enough; await sleep(20)) {
        if (performance.now() - began > 20_000) throw new Error(`${JSON.stringify(answers.slice(-20))}`);
      }
    },
    stop: async () => {
      going = false;
      await Promise.all(clients);
    },
  };
}
