import { z } from 'zod';
import { clockQuery } from '../../http/clocks.ts';
import { queryBoolean } from '../../http/query.ts';
import { sourceReference, uuidField } from '../fields.ts';
import { sourceKindField } from '../vocabulary.ts';

/** A share with the bounds of the rate behind it. */
const rate = z
  .strictObject({
    count: z.int(),
    of: z.int(),
    low: z.number().describe('The lower bound of the rate, to four decimals.'),
    high: z.number().describe('The upper bound of the rate, to four decimals.'),
  })
  .describe('So many of so many, with the Wilson score interval at 95 %: the rate behind it lies between the bounds.')
  .meta({ id: 'Rate', examples: [{ count: 7, of: 10, low: 0.3968, high: 0.8922 }] });

/** How predictions fared. */
const predictions = z
  .strictObject({
    total: z.int(),
    cameTrue: z.int(),
    didNot: z.int(),
    open: z.int().describe('Not due yet, or without a horizon.'),
    overdue: z.int().describe('The horizon has ended, and no outcome is recorded.'),
    void: z.int(),
    rate: rate
      .nullable()
      .describe('Of those that came true or did not, how many came true; null where there are none.'),
  })
  .meta({ id: 'Predictions' });

/** How assertions or denials fared. */
const fared = z
  .strictObject({
    total: z.int(),
    borneOut: z.int().describe('By the verdicts of others; of a denial: the claim was found false.'),
    mixed: z.int().describe('The verdicts differ, or call it mixed.'),
    refuted: z.int(),
    unproven: z.int().describe('Assessed, but no verdict decides.'),
    unassessed: z.int(),
    rate: rate
      .nullable()
      .describe('Of those borne out or refuted, how many were borne out; null where there are none.'),
  })
  .meta({ id: 'Fared' });

const tally = { predictions, assertions: fared, denials: fared, reversals: z.int() };

/** How what a source said has fared. */
export const recordAnswer = z
  .strictObject({
    source: sourceReference.extend({ kind: sourceKindField }),
    ...tally,
    tookBack: z.int().describe('Stances of its own that it took back (`retracts`).'),
    withdrawn: z.int().describe('Attributions that we withdrew, or that a correction superseded.'),
    topics: z
      .array(
        z.strictObject({
          topic: z.strictObject({ id: uuidField, slug: z.string(), name: z.string() }).nullable(),
          ...tally,
        }),
      )
      .describe('Those with most first; claims without a topic last.'),
    years: z
      .array(z.strictObject({ year: z.int().nullable(), ...tally }))
      .describe('When the stance was taken (UTC), the latest first; null where nobody says.'),
  })
  .meta({ id: 'SourceRecord' });
export type RecordAnswer = z.output<typeof recordAnswer>;

/** The query of `sources/{source}/record`. */
export const recordQuery = z.strictObject({
  exact: queryBoolean(false).describe('Only its own, not those of who speaks for it or is part of it.'),
  ...clockQuery.shape,
});
