import { AsyncLocalStorage } from 'node:async_hooks';

/** Work that may be given up at any moment, since it only reads. */
export interface Work {
  /** Aborts when nobody waits for the work any more; its statement is then cancelled, and no other begins. */
  readonly signal: AbortSignal;
  /** The share of the connections that it has with others of its kind; without one it takes any that is free. */
  readonly connections?: (use: () => Promise<void>) => Promise<void>;
}

const underWay = new AsyncLocalStorage<Work>();

/** Runs `then` as part of a work: so is every statement that it or what it awaits sends. */
export const during = <T>(work: Work, then: () => T): T => underWay.run(work, then);

/** The work that what runs now is part of; undefined for what must not be given up, such as a change. */
export const workUnderWay = (): Work | undefined => underWay.getStore();
