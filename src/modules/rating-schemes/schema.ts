import { z } from 'zod';
import { pageQuery } from '../../http/pagination.ts';
import { instantAnswer, referenceField, sourceReference, textField, uuidField, versionAnswer } from '../fields.ts';
import { verdictField } from '../vocabulary.ts';

/** A number on the scale of a rating (schema.org Rating). */
export const ratingNumber = z
  .number()
  .min(-1_000_000, 'Must be at least -1000000.')
  .max(1_000_000, 'Must be at most 1000000.');

/** What a reviewer calls a rating (schema.org `alternateName`). */
export const ratingName = textField(200);

/** One of the ratings of a scheme. */
const schemeRating = z.strictObject({
  ratingValue: ratingNumber,
  alternateName: ratingName,
  verdict: verdictField.describe('What it says of the claim.'),
});

const RATINGS = [
  { ratingValue: 1, alternateName: 'False', verdict: 'false' as const },
  { ratingValue: 2, alternateName: 'Unproven', verdict: 'unproven' as const },
  { ratingValue: 3, alternateName: 'Half true', verdict: 'mixed' as const },
  { ratingValue: 5, alternateName: 'True', verdict: 'true' as const },
];

/** What a person writes of the ratings that a reviewer gives. */
export const ratingSchemeInput = z
  .strictObject({
    id: uuidField.optional().describe('An id of your own choice (UUID), on creation only.'),
    reviewer: referenceField.describe('Whose scheme it is: the id or slug of a source that is not anonymous.'),
    name: textField(300).nullish(),
    worstRating: ratingNumber.default(1).describe('The lowest value of the scale.'),
    bestRating: ratingNumber.default(5).describe('The highest value of the scale.'),
    ratings: z
      .array(schemeRating)
      .min(1, 'A rating scheme needs its ratings.')
      .max(100)
      .describe('Each with a value and a name of its own; names are compared without case and marks.'),
  })
  .meta({
    id: 'RatingSchemeInput',
    examples: [{ reviewer: 'spare-reviewer', name: 'Our five steps', ratings: RATINGS }],
  });
export type RatingSchemeInput = z.output<typeof ratingSchemeInput>;

/** A change of a scheme: a JSON Merge Patch (RFC 7396). Assessments stay as they were recorded. */
export const ratingSchemePatch = z
  .strictObject({
    name: textField(300).nullable(),
    worstRating: ratingNumber.nullable(),
    bestRating: ratingNumber.nullable(),
    ratings: z.array(schemeRating).min(1, 'A rating scheme needs its ratings.').max(100),
  })
  .partial()
  .meta({ id: 'RatingSchemePatch', examples: [{ name: 'The five steps of the desk' }] });

/** A rating scheme as the API gives it. */
export const ratingSchemeAnswer = z
  .strictObject({
    id: uuidField,
    reviewer: sourceReference,
    name: z.string().nullable(),
    worstRating: z.number(),
    bestRating: z.number(),
    ratings: z.array(schemeRating).describe('As they were written.'),
    createdAt: instantAnswer,
    updatedAt: instantAnswer,
    version: versionAnswer,
  })
  .meta({
    id: 'RatingScheme',
    examples: [
      {
        id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9ab1',
        reviewer: { id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a61', slug: 'desk-of-claims', name: 'Desk of Claims' },
        name: 'Five steps',
        worstRating: 1,
        bestRating: 5,
        ratings: RATINGS,
        createdAt: '2026-01-05T09:30:00.000Z',
        updatedAt: '2026-01-05T09:30:00.000Z',
        version: 1,
      },
    ],
  });
export type RatingScheme = z.output<typeof ratingSchemeAnswer>;

/** `{scheme}` in a path. */
export const ratingSchemeParams = z.strictObject({
  scheme: uuidField.meta({ examples: ['019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9ab1'] }),
});

/** `{scheme}` in the path of a deletion: an example that is there for that. */
export const spareRatingSchemeParams = z.strictObject({
  scheme: uuidField.meta({ examples: ['019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9ab2'] }),
});

/** The query of the list of rating schemes. */
export const ratingSchemeQuery = z.strictObject({
  reviewer: referenceField
    .optional()
    .describe('The scheme of this reviewer.')
    .meta({ examples: ['desk-of-claims'] }),
  ...pageQuery.shape,
});
export type RatingSchemeQuery = z.output<typeof ratingSchemeQuery>;
