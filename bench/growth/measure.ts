import { Agent, request } from 'node:http';
import type { GrowthRoute } from './routes.ts';

/** An answer, and how long it took in milliseconds. */
export interface TimedAnswer {
  readonly status: number;
  readonly body: string;
  readonly milliseconds: number;
}

/** One connection to a service, one request at a time. */
export class Connection {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#headers = headers;
  }

  get(path: string): Promise<TimedAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<TimedAnswer>();
    const began = performance.now();
    request(`${this.#url}${path}`, { agent: this.#agent, headers: this.#headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const milliseconds = performance.now() - began;
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString(), milliseconds });
      });
    })
      .on('error', reject)
      .end();
    return promise;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Statuses of a route, or a parameter, that the service does not have. */
const MISSING = new Set([400, 404]);
/** How long one round of a route may take at one size: of slow requests fewer are sent. */
const ROUND_MS = 2500;

/** The median in milliseconds, or why there is none: `missing`, or the status that came instead. */
export type Timing = number | 'missing' | `answers ${number}`;

/**
 * Measures routes of two ledgers in turns, request by request, so that both meet the same noise: a warm-up that does not count,
 * then rounds of the same requests.
 */
export async function measureInTurns(
  connections: readonly [Connection, Connection],
  routes: readonly [GrowthRoute, GrowthRoute],
  rounds: number,
): Promise<[Timing, Timing]> {
  const warm = await Promise.all(
    connections.map((connection, which) => warmUp(connection, routes[which] as GrowthRoute)),
  );
  const timings = warm.map(({ refused }) => refused);
  const runs = warm.map(({ slowest }, which) => {
    const { paths } = routes[which] as GrowthRoute;
    return timings[which] === undefined ? paths.slice(0, Math.max(3, Math.floor(ROUND_MS / slowest))) : [];
  });
  const taken: number[][] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    for (let n = 0; n < Math.max(...runs.map(({ length }) => length)); n += 1) {
      for (const [which, connection] of connections.entries()) {
        const path = runs[which]?.[n];
        if (path !== undefined) taken[which]?.push((await connection.get(path)).milliseconds);
      }
    }
  }
  return [timings[0] ?? median(taken[0] ?? []), timings[1] ?? median(taken[1] ?? [])];
}

/** Sends every request once, as long as they are not too slow. */
async function warmUp(
  connection: Connection,
  { name, paths }: GrowthRoute,
): Promise<{ refused: Timing | undefined; slowest: number }> {
  const times: number[] = [];
  const began = performance.now();
  for (const [n, path] of paths.entries()) {
    const { status, body, milliseconds } = await connection.get(path);
    if (status !== 200) {
      if (n > 0 && MISSING.has(status)) throw new Error(`${name}: ${path} answers ${status}: ${body}`);
      return { refused: MISSING.has(status) ? 'missing' : `answers ${status}`, slowest: 0 };
    }
    if (n > 0 || paths.length === 1) times.push(milliseconds);
    if (n >= 3 && performance.now() - began > ROUND_MS * 2) break;
  }
  return { refused: undefined, slowest: median(times) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}
