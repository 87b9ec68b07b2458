/** So many failures of one address within a window are answered, further ones refused. */
const LIMIT = 60;
const WINDOW_MS = 60_000;
/** So many addresses are counted at once; beyond that the oldest are forgotten. */
const ADDRESSES = 10_000;

interface Count {
  failures: number;
  readonly until: number;
}

/** Counts the wrong keys of each address, in windows of a minute (DESIGN §4: 429 with `Retry-After`). */
export class FailureLimit {
  readonly #counts = new Map<string, Count>();

  /** Counts one more failure of an address. */
  failed(address: string): void {
    const now = performance.now();
    const count = this.#counts.get(address);
    if (count !== undefined && now < count.until) {
      count.failures += 1;
      return;
    }
    this.#counts.delete(address);
    this.#counts.set(address, { failures: 1, until: now + WINDOW_MS });
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > ADDRESSES && oldest !== undefined) this.#counts.delete(oldest);
  }

  /** For how many seconds an address has to wait; 0 when it need not. */
  waitSeconds(address: string): number {
    const count = this.#counts.get(address);
    if (count === undefined || count.failures < LIMIT) return 0;
    return Math.max(0, Math.ceil((count.until - performance.now()) / 1000));
  }
}
