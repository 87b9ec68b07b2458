import { isIPv6 } from 'node:net';

/** So many failures of one address within a window are answered, further ones refused. */
const LIMIT = 60;
const WINDOW_MS = 60_000;
/** So many addresses are counted at once; beyond that the oldest are forgotten. */
const ADDRESSES = 10_000;

interface Count {
  failures: number;
  readonly until: number;
}

/** Counts the wrong keys of each address (of IPv6 of each /64) in windows of a minute. */
export class FailureLimit {
  readonly #counts = new Map<string, Count>();

  /** Counts one more failure of an address. */
  failed(address: string): void {
    const network = networkOf(address);
    const now = performance.now();
    const count = this.#counts.get(network);
    if (count !== undefined && now < count.until) {
      count.failures += 1;
      return;
    }
    this.#counts.delete(network);
    this.#counts.set(network, { failures: 1, until: now + WINDOW_MS });
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > ADDRESSES && oldest !== undefined) this.#counts.delete(oldest);
  }

  /** For how many seconds an address has to wait; 0 when it need not. */
  waitSeconds(address: string): number {
    const count = this.#counts.get(networkOf(address));
    if (count === undefined || count.failures < LIMIT) return 0;
    return Math.max(0, Math.ceil((count.until - performance.now()) / 1000));
  }
}

/** What one client has as a rule: an IPv4 address, or the /64 of an IPv6 one (RFC 6177), within which it takes new ones at will. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [front = '', back] = address.split('::');
  const given = (part: string | undefined) => (part ? part.split(':') : []);
  const zeros = Math.max(0, 8 - given(front).length - given(back).length);
  const groups = [...given(front), ...Array.from({ length: zeros }, () => '0'), ...given(back)];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16))
    .join(':');
}
