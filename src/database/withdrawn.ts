import { PRESENT, type Tense } from './tense.ts';

/** The condition that a withdrawal of the attribution of an alias stands. */
export function isWithdrawn(alias: string, tense: Pick<Tense, 'stands'> = PRESENT): string {
  return `EXISTS (
    SELECT FROM withdrawals w
    WHERE w.claim_id = ${alias}.claim_id AND w.attribution_id = ${alias}.id AND ${tense.stands('w')}
  )`;
}
