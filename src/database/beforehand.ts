/**
 * Thrown from within a transaction by what would keep the ledger's lock for too long: the transaction ends, `work` is done without
 * the lock, and all begins anew (`withBeforehand`). Whoever throws it sees to it that this comes to an end, however much others change
 * meanwhile.
 */
export class Beforehand extends Error {
  readonly work: () => Promise<void>;

  constructor(work: () => Promise<void>) {
    super('something has to be done before the ledger is locked');
    this.work = work;
  }
}

/** Tries something, and whenever it asks for work beforehand, does that and tries again. */
export async function withBeforehand<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Beforehand)) throw error;
      await error.work();
    }
  }
}
