import { z } from 'zod';
import { clockQuery } from '../../http/clocks.ts';
import { pageQuery } from '../../http/pagination.ts';
import { queryBoolean } from '../../http/query.ts';
import { sourceReference, uuidField } from '../fields.ts';
import { certaintyField, orderField, sideField, sourceKindField, stanceField, standingField } from '../vocabulary.ts';

/** What a source stands for on a claim now, and on whose word (DESIGN §3). */
const positionFields = {
  stance: stanceField,
  side: sideField,
  certainty: certaintyField,
  order: orderField.describe('`undetermined` where its latest stances overlap in time and differ in side.'),
  attribution: uuidField.describe('The attribution that makes the position.'),
  origin: z
    .strictObject({ source: sourceReference, anonymous: z.boolean().describe('The unnamed people of this host.') })
    .describe(
      'On whose word: the source raised to the organization that it speaks for, and to the top of what that is part of.',
    ),
  countsAsOrigin: z
    .boolean()
    .describe('False for what an outlet asserts and also relays: it has it from those whom it relays.'),
};

/** A position on a claim. */
export const positionAnswer = z
  .strictObject({ source: sourceReference.extend({ kind: sourceKindField }), ...positionFields })
  .meta({ id: 'Position' });

/** A position of a source, or of who speaks for it. */
export const sourcePositionAnswer = z
  .strictObject({
    claim: z.strictObject({ id: uuidField, slug: z.string(), text: z.string(), standing: standingField }),
    source: sourceReference.extend({ kind: sourceKindField }),
    ...positionFields,
  })
  .meta({ id: 'SourcePosition' });

const side = sideField
  .optional()
  .describe('Only positions on this side; `none`: who declined to comment, or did not answer.');

/** The query of `claims/{claim}/positions`. */
export const positionQuery = z.strictObject({ side, ...clockQuery.shape, ...pageQuery.shape });
export type PositionQuery = z.output<typeof positionQuery>;

/** The query of `sources/{source}/positions`. */
export const sourcePositionQuery = z.strictObject({
  exact: queryBoolean(false).describe('Only its own, not those of who speaks for it or is part of it.'),
  side,
  ...clockQuery.shape,
  ...pageQuery.shape,
});
export type SourcePositionQuery = z.output<typeof sourcePositionQuery>;
