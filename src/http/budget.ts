import { Problem } from '../domain/problem.ts';

/** How much of one kind of work is done at once. */
export interface BudgetLimits {
  readonly most: number;
  /** How much of it for one caller, so that none takes all. */
  readonly perCaller: number;
}

/** So many may wait for their turn, so many of one caller, and so long. */
const WAITING = 400;
const WAITING_PER_CALLER = 64;
const PATIENCE_MS = 5000;

interface Waiter {
  readonly caller: string;
  readonly begin: () => void;
}

/**
 * Lets so much work through at once, and so much of each caller. Who comes when there is no room waits, in the order of coming,
 * for 5 s at most.
 */
export class Budget {
  readonly #limits: BudgetLimits;
  readonly #underWay = new Map<string, number>();
  readonly #waiting = new Set<Waiter>();
  #total = 0;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  /**
   * Waits for room. The answer gives it back.
   *
   * @throws {Problem} `too-many-requests` where the caller's own share is taken, else `unavailable`; the signal's reason
   */
  async enter(caller: string, signal: AbortSignal): Promise<() => void> {
    if (!this.#hasRoom(caller)) await this.#turn(caller, signal);
    else this.#take(caller);
    return () => this.#giveBack(caller);
  }

  #turn(caller: string, signal: AbortSignal): Promise<void> {
    const ownWaiting = [...this.#waiting].filter((waiter) => waiter.caller === caller).length;
    if (ownWaiting >= WAITING_PER_CALLER || this.#waiting.size >= WAITING) throw this.#refusal(caller);
    return new Promise((resolve, reject) => {
      const end = (then: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        this.#waiting.delete(waiter);
        then();
      };
      const giveUp = () => end(() => reject(signal.reason));
      const waiter = { caller, begin: () => end(resolve) };
      const timer = setTimeout(() => end(() => reject(this.#refusal(caller))), PATIENCE_MS);
      signal.addEventListener('abort', giveUp);
      this.#waiting.add(waiter);
    });
  }

  #hasRoom(caller: string): boolean {
    return this.#total < this.#limits.most && this.#of(caller) < this.#limits.perCaller;
  }

  #of(caller: string): number {
    return this.#underWay.get(caller) ?? 0;
  }

  #take(caller: string): void {
    this.#total += 1;
    this.#underWay.set(caller, this.#of(caller) + 1);
  }

  #giveBack(caller: string): void {
    this.#total -= 1;
    if (this.#of(caller) > 1) this.#underWay.set(caller, this.#of(caller) - 1);
    else this.#underWay.delete(caller);
    for (const waiter of this.#waiting) {
      if (!this.#hasRoom(waiter.caller)) continue;
      this.#take(waiter.caller);
      waiter.begin();
    }
  }

  #refusal(caller: string): Problem {
    if (this.#of(caller) >= this.#limits.perCaller) {
      const detail = `So many questions of this kind are answered at once for one key or address (${this.#limits.perCaller}), and yours have not had their turn. Send the next one when the one before it is answered.`;
      return new Problem('too-many-requests', detail, { retryAfterSeconds: 5 });
    }
    const detail = `So many questions of this kind are answered at once (${this.#limits.most}), and others came first. Ask again in a moment.`;
    return new Problem('unavailable', detail, { retryAfterSeconds: 5 });
  }
}
