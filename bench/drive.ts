/**
 * A process of its own that sends requests, so that it shares a thread with no server. Started by `run.ts`: each message is
 * an Order, each answer an Outcome.
 */
import autocannon from 'autocannon';
import type { BenchRequest } from './loads.ts';

/** What to send, where to, for how long. */
export interface Order {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly requests: readonly BenchRequest[];
  readonly connections: number;
  readonly seconds: number;
}

/** What came of it: requests a second, and latencies in milliseconds. */
export interface Outcome {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers that are 2xx. */
  readonly succeeded: number;
  /** Other answers, timeouts and broken connections. */
  readonly failed: number;
}

async function drive({ url, headers, requests, connections, seconds }: Order): Promise<Outcome> {
  const shares = Array.from({ length: connections }, (_, share) =>
    requests
      .filter((_, index) => index % connections === share)
      .map((request) => ({ ...request, headers: { ...headers } })),
  );
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    // Each connection has requests of its own: else all would ask for the same thing at the same time.
    setupClient: (client) => client.setRequests(shares.pop() ?? []),
  });
  return {
    perSecond: result['2xx'] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    succeeded: result['2xx'],
    failed: result.non2xx + result.errors + result.timeouts,
  };
}

process.on('message', (order: Order) => {
  drive(order).then(
    (outcome) => process.send?.(outcome),
    (error: unknown) => {
      throw error;
    },
  );
});
