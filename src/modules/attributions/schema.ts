import { z } from 'zod';
import { clockQuery } from '../../http/clocks.ts';
import { pageQuery } from '../../http/pagination.ts';
import { optionalBoolean } from '../../http/query.ts';
import {
  languageField,
  pastEdtfField,
  reasonField,
  referenceField,
  sourceReference,
  textField,
  uuidField,
  versionAnswer,
  warningsField,
} from '../fields.ts';
import {
  certaintyField,
  emphasisField,
  flagField,
  quoteHealthField,
  reportStatusField,
  sourceKindField,
  stanceField,
  standingField,
  vocabulary,
} from '../vocabulary.ts';

/**
 * The words as printed: a TextQuoteSelector of the W3C Web Annotation model, with language and translation. Where the text of the
 * report is kept they must be found in it (domain/quote.ts).
 */
const quoteSelector = z
  .strictObject({
    exact: textField(5000),
    prefix: z.string().max(500).nullish(),
    suffix: z.string().max(500).nullish(),
    language: languageField.nullish(),
    translation: textField(5000).nullish(),
    translator: textField(200).nullish(),
  })
  .meta({ id: 'QuoteInput' });

/** A quote: the selector, or just the exact words. */
const quoteInput = z.union([textField(5000).transform((exact) => ({ exact })), quoteSelector]);

/** What one says about how a stance was taken; the defaults are what nothing said means. */
export const stanceFields = {
  stance: stanceField,
  certainty: certaintyField.default('unstated'),
  emphasis: emphasisField.default('plain'),
  speakingFor: z
    .union([z.literal('self'), referenceField])
    .nullish()
    .describe('An organization that it speaks for here, or `self`; otherwise by the dated `speaksFor` of the source.'),
  quote: quoteInput.nullish(),
  said: pastEdtfField.nullish(),
};

/**
 * In this report, this source takes this stance on this claim (DESIGN §1). With `relays` it passes on another attribution
 * of the same claim, and its stance is `reports`.
 */
export const attributionInput = z
  .strictObject({
    id: uuidField.optional().describe('An id of the caller’s own, a UUIDv7.'),
    claim: referenceField,
    source: referenceField,
    report: uuidField,
    relays: uuidField.nullish().describe('The attribution that this one passes on.'),
    ...stanceFields,
  })
  .meta({
    id: 'AttributionInput',
    examples: [
      {
        claim: 'f35-sale-considered',
        source: 'us-government',
        report: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51',
        stance: 'declines_to_comment',
        said: '2025-12-12',
      },
    ],
  });
export type AttributionInput = z.output<typeof attributionInput>;

/** Why our own record was wrong; kept as it is written. */
export const withdrawalInput = z
  .strictObject({ reason: reasonField })
  .meta({ id: 'WithdrawalInput', examples: [{ reason: 'The spokesman was misheard; the recording says otherwise.' }] });

const attributionExample = {
  id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a61',
  claim: { id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a71', slug: 'refund' },
  source: { id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a91', slug: 'kremlin', name: 'Kremlin', kind: 'government' },
  report: {
    id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a53',
    title: null,
    url: null,
    published: '2025-12',
    status: 'cited_unseen',
    outlet: { id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a92', slug: 'bloomberg', name: 'Bloomberg' },
  },
  stance: 'denies',
  certainty: 'unstated',
  emphasis: 'strong',
  relays: null,
  speakingFor: null,
  quote: null,
  said: null,
  recordedAt: '2026-01-05T09:30:00.000000Z',
  live: true,
  withdrawn: null,
  version: 1,
} as const;

/** An attribution as the API gives it. `live` is derived (DESIGN §3): only live attributions count. */
export const attributionAnswer = z
  .strictObject({
    id: uuidField,
    claim: z.strictObject({ id: uuidField, slug: z.string() }),
    source: sourceReference.extend({ kind: sourceKindField }),
    report: z.strictObject({
      id: uuidField,
      title: z.string().nullable(),
      url: z.string().nullable(),
      published: z.string().nullable(),
      status: reportStatusField,
      outlet: sourceReference,
    }),
    stance: stanceField,
    certainty: certaintyField,
    emphasis: emphasisField,
    relays: uuidField.nullable(),
    speakingFor: z.union([z.literal('self'), sourceReference]).nullable(),
    quote: z
      .strictObject({
        exact: z.string(),
        prefix: z.string().nullable(),
        suffix: z.string().nullable(),
        language: z.string().nullable(),
        translation: z.string().nullable(),
        translator: z.string().nullable(),
        health: quoteHealthField.nullable().describe('Derived; null while the text of the report is not kept.'),
      })
      .nullable(),
    said: z.string().nullable(),
    recordedAt: z.string().meta({
      format: 'date-time',
      description: 'When we recorded it, to the microsecond; it follows the order of commits.',
    }),
    live: z.boolean(),
    withdrawn: z
      .strictObject({
        kind: vocabulary(
          'WithdrawalKind',
          ['withdrawn', 'superseded'],
          '`withdrawn`: it was our own error. `superseded`: another attribution took its place.',
        ),
        supersededBy: uuidField.nullable(),
        reason: z.string(),
        by: z.string(),
        at: z.string().meta({ format: 'date-time' }),
      })
      .nullable(),
    version: versionAnswer,
  })
  .meta({
    id: 'Attribution',
    examples: [attributionExample],
  });

/** The answer to a new attribution. The warnings are of this answer alone: the attribution itself, and so its `ETag`, has none. */
export const newAttributionAnswer = attributionAnswer
  .extend({
    warnings: warningsField.describe(
      'What may be wrong with it: it is recorded all the same. They are told here only, and are no part of the attribution.',
    ),
  })
  .meta({ id: 'NewAttribution', examples: [{ ...attributionExample, warnings: [] }] });

/** What falls or rises with an action: the attributions that begin or cease to count, and the claims that stand otherwise. */
export const consequencesAnswer = z
  .strictObject({
    attributions: z
      .array(attributionAnswer)
      .describe('Those that ceased to be live, or began to be, as they are afterwards.'),
    claims: z.array(
      z.strictObject({
        claim: z.strictObject({ id: uuidField, slug: z.string() }),
        before: z.strictObject({ standing: standingField, flags: z.array(flagField) }),
        after: z.strictObject({ standing: standingField, flags: z.array(flagField) }),
      }),
    ),
  })
  .meta({ id: 'Consequences' });
export type Consequences = z.output<typeof consequencesAnswer>;

export type Attribution = z.output<typeof attributionAnswer>;

/** `{attribution}` in a path. */
export const attributionParams = z.strictObject({
  attribution: uuidField.meta({ examples: ['019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a61'] }),
});

/** Filters that every list of attributions has. */
const attributionFilters = {
  stance: stanceField.optional(),
  live: optionalBoolean().describe('Only those that count, or only those that do not.'),
  ...clockQuery.shape,
  ...pageQuery.shape,
};

/** The query of `claims/{claim}/attributions` and `reports/{report}/attributions`. */
export const attributionsOfQuery = z.strictObject(attributionFilters);

/** The query of the list of all attributions. */
export const attributionQuery = z.strictObject({
  claim: referenceField.optional(),
  source: referenceField.optional().meta({ examples: ['kremlin'] }),
  report: uuidField.optional(),
  ...attributionFilters,
});
export type AttributionQuery = z.output<typeof attributionQuery>;
