import { type SettledClocks, settle } from '../../database/settled.ts';
import { type Clocks, clockTime, hasClock, instantText } from '../../domain/clocks.ts';
import type { Reading } from '../claims/queries.ts';
import type { Moment } from '../reply-requests/json.ts';

/** The clocks of a dossier: all of it is of the instant `knownAt`; `at` is when it is asked whether anything is overdue (microseconds). */
export interface DossierClocks extends SettledClocks {
  readonly at: number;
}

/**
 * Ties the clocks of a dossier down to one instant of the recorded clock, so that everything it is put together from is of that
 * instant; without a clock that is the last change, and what is overdue is told by the service's clock.
 */
export async function dossierClocks({ database, clock }: Reading, clocks: Clocks): Promise<DossierClocks> {
  const { asOf, knownAt } = await settle(database, clocks);
  return { asOf, knownAt, at: hasClock(clocks) ? (asOf ?? clockTime(knownAt)) : clock().getTime() * 1000 };
}

/** The moment by which the reply requests of a dossier are told. */
export function momentOf({ asOf, knownAt, at }: DossierClocks): Moment {
  return { at: instantText(at), asOf: asOf === null ? null : instantText(asOf), knownAt };
}
