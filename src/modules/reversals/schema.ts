import { z } from 'zod';
import { clockQuery } from '../../http/clocks.ts';
import { pageQuery } from '../../http/pagination.ts';
import { queryBoolean } from '../../http/query.ts';
import { instantAnswer, sourceReference, uuidField } from '../fields.ts';
import { orderField, sourceKindField, stanceField, takenSideField } from '../vocabulary.ts';

/** One of the two stances of a reversal. */
const reversedStance = z.strictObject({
  stance: stanceField,
  side: takenSideField,
  attribution: uuidField,
  time: z
    .strictObject({ from: instantAnswer.nullable(), until: instantAnswer.nullable() })
    .describe('When the stance was taken: at some instant from `from` until just before `until`; null is open.'),
});

/** A change of a source from one side of a claim to the other (DESIGN §3). */
export const reversalAnswer = z
  .strictObject({
    claim: z.strictObject({ id: uuidField, slug: z.string(), text: z.string() }),
    source: sourceReference.extend({ kind: sourceKindField }),
    from: reversedStance,
    to: reversedStance,
    order: orderField.describe(
      '`undetermined` where their times overlap: the one recorded last is taken for the later.',
    ),
  })
  .meta({ id: 'Reversal' });

/** The query of `sources/{source}/reversals`. */
export const reversalQuery = z.strictObject({
  exact: queryBoolean(false).describe('Only its own, not those of who speaks for it or is part of it.'),
  ...clockQuery.shape,
  ...pageQuery.shape,
});
