import { Problem } from '../domain/problem.ts';

/** So often at most is something begun anew: each time somebody else has changed what was found out beforehand. */
const MOST_TIMES = 5;

/**
 * Thrown from within a transaction by what would keep the ledger's lock for too long: the transaction ends, `work` is done without
 * the lock, and all begins anew (`withBeforehand`).
 */
export class Beforehand extends Error {
  readonly work: () => Promise<void>;

  constructor(work: () => Promise<void>) {
    super('something has to be done before the ledger is locked');
    this.work = work;
  }
}

/**
 * Tries something, and whenever it asks for work beforehand, does that and tries again.
 *
 * @throws {Problem} `conflict` when others change what it depends on faster than it is done
 */
export async function withBeforehand<T>(attempt: () => Promise<T>): Promise<T> {
  for (let times = 0; times < MOST_TIMES; times += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Beforehand)) throw error;
      await error.work();
    }
  }
  throw new Problem('conflict', 'Others are changing the text of this report all the time: try again.');
}
