import type { Outcome } from './vocabulary.ts';

/** A prediction as far as the rules look at it; instants in microseconds since the epoch, null where there is none. */
export interface Prediction {
  /** The end of its horizon. */
  readonly horizonUntil: number | null;
  readonly outcome: Outcome;
  readonly resolvedAt: number | null;
}

/** What had become of a prediction by an instant (null: ever): an outcome counts from its `resolvedAt` on. */
export function outcomeAt({ outcome, resolvedAt }: Prediction, asOf: number | null): Outcome {
  return asOf !== null && resolvedAt !== null && resolvedAt > asOf ? 'open' : outcome;
}

/** Whether a prediction was past its horizon with no outcome at an instant (DESIGN §3); one that is void has its outcome. */
export function isOverdue(prediction: Prediction, at: number, asOf: number | null): boolean {
  const { horizonUntil } = prediction;
  return horizonUntil !== null && horizonUntil <= at && outcomeAt(prediction, asOf) === 'open';
}
