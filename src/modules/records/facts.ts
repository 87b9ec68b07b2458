import type { CountedReversal, JudgedClaim } from '../../domain/record.ts';
import type { StandingAssessment } from '../assessments/queries.ts';

/** A claim on which the source has positions, with its verdicts where they are known already; its id where they are not. */
export type SpokenClaim = Omit<JudgedClaim, 'verdicts'> &
  Partial<Pick<JudgedClaim, 'verdicts'>> & { readonly id: string };

/** What a record is made of, by the clocks of its question. */
export interface Facts {
  readonly spoken: readonly SpokenClaim[];
  /** All assessments of the claims whose verdicts are not known already, superseded ones and the source's own too. */
  readonly assessments: readonly StandingAssessment[];
  readonly reversals: readonly CountedReversal[];
  /** Stances that it took back. */
  readonly tookBack: number;
  /** Attributions that we withdrew, or that a correction superseded. */
  readonly withdrawn: number;
}
