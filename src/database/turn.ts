import type { LimitFunction } from 'p-limit';
import { LedgerBusy } from './unavailable.ts';

/**
 * Runs `work` when its turn comes, unless that is later than `until` (of `performance.now()`).
 *
 * @throws {LedgerBusy} at `until`; `work` is not begun then
 */
export function inTurn<T>(limit: LimitFunction, until: number, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new LedgerBusy());
    }, until - performance.now());
    void limit(async () => {
      clearTimeout(timer);
      if (!isLate) await work().then(resolve, reject);
    });
  });
}

/** The time that is left until then, in whole milliseconds, as `onrecord.lock_patience` takes it: 0 would be no limit. */
export function patienceUntil(until: number): string {
  return String(Math.max(1, Math.ceil(until - performance.now())));
}
