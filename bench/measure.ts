import type { Outcome } from './drive.ts';
import type { Load } from './loads.ts';
import type { Server, startDriver } from './processes.ts';

/** A server as it is measured: where it is and what is sent along. */
export interface Contender {
  readonly server: Server;
  readonly headers: Readonly<Record<string, string>>;
}

/** Medians over the rounds. */
export type Median = Pick<Outcome, 'perSecond' | 'p50' | 'p99'>;

/** What came of one load. */
export interface Measured {
  readonly load: Load;
  readonly service: Median;
  readonly reference: Median;
}

/** How much is sent: rounds of so many seconds each over so many connections. */
export interface Effort {
  readonly connections: number;
  readonly rounds: number;
  readonly seconds: number;
}

type Driver = ReturnType<typeof startDriver>;

/**
 * Drives service and reference in turn, the other one first in every second round, after a warm-up that does not count.
 * @throws Error when any answer is not 2xx.
 */
export async function measure(
  driver: Driver,
  load: Load,
  contenders: { readonly service: Contender; readonly reference: Contender },
  { connections, rounds, seconds }: Effort,
): Promise<Measured> {
  const send = async (name: 'service' | 'reference', duration: number) => {
    const { server, headers } = contenders[name];
    const order = { url: server.url, headers, requests: load.requests, connections, seconds: duration };
    const outcome = await driver.drive(order);
    if (outcome.failed > 0 || outcome.succeeded === 0) {
      throw new Error(`${name}, ${load.name}: ${outcome.failed} requests failed, ${outcome.succeeded} succeeded`);
    }
    return outcome;
  };
  const outcomes = { service: [] as Outcome[], reference: [] as Outcome[] };
  const order = ['reference', 'service'] as const;
  for (const name of order) await send(name, Math.min(seconds, 3));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? order : order.toReversed()) outcomes[name].push(await send(name, seconds));
  }
  return { load, service: medians(outcomes.service), reference: medians(outcomes.reference) };
}

function medians(outcomes: readonly Outcome[]): Median {
  const median = (of: (outcome: Outcome) => number) => {
    const sorted = outcomes.map(of).sort((a, b) => a - b);
    return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
  };
  return { perSecond: median((o) => o.perSecond), p50: median((o) => o.p50), p99: median((o) => o.p99) };
}

/**
 * Holds the answers of both against each other, byte for byte.
 * @throws Error with the first path at which they differ.
 */
export async function compareAnswers(
  load: Load,
  { service, reference }: { readonly service: Contender; readonly reference: Contender },
  sample: number,
): Promise<void> {
  const answer = async ({ server, headers }: Contender, path: string) => {
    const response = await fetch(`${server.url}${path}`, { headers });
    return `${response.status} ${response.headers.get('content-type')}\n${await response.text()}`;
  };
  for (const { path } of load.requests.slice(0, sample)) {
    const [ours, theirs] = await Promise.all([answer(service, path), answer(reference, path)]);
    if (ours === theirs) continue;
    const place = [...ours].findIndex((character, index) => character !== theirs[index]);
    const excerpt = (text: string) => text.slice(Math.max(0, place - 80), place + 80);
    throw new Error(`the answers to ${path} differ:\nservice:   ${excerpt(ours)}\nreference: ${excerpt(theirs)}`);
  }
}
