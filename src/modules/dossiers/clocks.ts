import type { Database } from '../../database/context.ts';
import { findAt } from '../../database/documents.ts';
import { missing } from '../../database/references.ts';
import { type SettledClocks, settle } from '../../database/settled.ts';
import { type Clocks, clockTime, hasClock, instantText } from '../../domain/clocks.ts';
import { Problem } from '../../domain/problem.ts';
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

/**
 * The id of the claim or topic that a reference named by the clocks of a dossier.
 *
 * @throws {Problem} `not-found`, which names no instant where none was asked for
 * @throws {MergedInto} where it was merged
 */
export async function findByClocks(
  database: Database,
  kind: 'claim' | 'topic',
  reference: string,
  { asked, settled }: { readonly asked: Clocks; readonly settled: SettledClocks },
): Promise<string> {
  try {
    return await findAt(database, kind, reference, settled.knownAt);
  } catch (error) {
    if (hasClock(asked) || !(error instanceof Problem) || error.type !== 'not-found') throw error;
    return missing(kind, reference);
  }
}

/** The moment by which the reply requests of a dossier are told. */
export function momentOf({ asOf, knownAt, at }: DossierClocks): Moment {
  return { at: instantText(at), asOf: asOf === null ? null : instantText(asOf), knownAt };
}
