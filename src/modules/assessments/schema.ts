import { z } from 'zod';
import { edtfRange, isEdtf } from '../../domain/edtf.ts';
import { clockQuery } from '../../http/clocks.ts';
import { pageQuery } from '../../http/pagination.ts';
import { optionalBoolean } from '../../http/query.ts';
import {
  edtfField,
  instantAnswer,
  languageField,
  pageUrlField,
  pastEdtfField,
  referenceField,
  sourceReference,
  textField,
  uuidField,
  versionAnswer,
} from '../fields.ts';
import { ratingName, ratingNumber } from '../rating-schemes/schema.ts';
import { verdictField } from '../vocabulary.ts';

/** A rating as a person writes it (schema.org Rating): `ratingValue`, `alternateName`, or both. */
const ratingInput = z.strictObject({
  ratingValue: ratingNumber.nullish(),
  bestRating: ratingNumber.nullish().describe('That of the reviewer’s scheme; 5 where it has none.'),
  worstRating: ratingNumber.nullish().describe('That of the reviewer’s scheme; 1 where it has none.'),
  alternateName: ratingName.nullish().describe('What the reviewer calls it: “Half true”.'),
});

const explanation = textField(20_000).describe('Why, in the words of the reviewer or in ours.');

/** What a person writes of a verdict (schema.org ClaimReview): `claim`, `reviewer` and a rating suffice. */
export const assessmentInput = z
  .strictObject({
    id: uuidField.optional().describe('An id of your own choice (UUID), on creation only.'),
    claim: referenceField,
    reviewer: referenceField.describe('Whose verdict it is: the id or slug of a source that is not anonymous.'),
    rating: ratingInput,
    explanation: explanation.nullish(),
    url: pageUrlField.nullish().describe('Where the verdict was published.'),
    language: languageField.default('und'),
    published: pastEdtfField.nullish(),
  })
  .meta({
    id: 'AssessmentInput',
    examples: [
      {
        claim: 'us-pressure',
        reviewer: 'desk-of-claims',
        rating: { alternateName: 'Half true' },
        explanation: 'There were talks; that they grew more frequent is not shown.',
        url: 'https://claims.example/2026/us-pressure',
        language: 'en',
        published: '2026-01-13',
      },
    ],
  });
export type AssessmentInput = z.output<typeof assessmentInput>;

/**
 * A change of a verdict: a JSON Merge Patch (RFC 7396). What is left out of `rating` stays as it is, so a rating that is given
 * by its value and its name needs both.
 */
export const assessmentPatch = z
  .strictObject({
    rating: z
      .strictObject({
        ratingValue: ratingNumber.nullable(),
        bestRating: ratingNumber.nullable(),
        worstRating: ratingNumber.nullable(),
        alternateName: ratingName.nullable(),
      })
      .partial(),
    explanation: explanation.nullable(),
    url: pageUrlField.nullable(),
    language: languageField.nullable(),
    published: pastEdtfField.nullable(),
  })
  .partial()
  .meta({ id: 'AssessmentPatch', examples: [{ explanation: 'Neither of the two governments has shown a document.' }] });

/** A verdict as the API gives it. `current` and `supersededBy` are derived (by both clocks); the verdict is recorded. */
export const assessmentAnswer = z
  .strictObject({
    id: uuidField,
    claim: z.strictObject({ id: uuidField, slug: z.string(), text: z.string() }),
    reviewer: sourceReference,
    rating: z.strictObject({
      ratingValue: z.number().nullable(),
      bestRating: z.number().nullable(),
      worstRating: z.number().nullable(),
      alternateName: z.string().nullable(),
    }),
    verdict: verdictField
      .nullable()
      .describe(
        'What the rating says of the claim: by the reviewer’s scheme when it was recorded, else by its place between worst and best (upper quarter `true`, lower quarter `false`, `mixed` between); null for a name without a scheme.',
      ),
    explanation: z.string().nullable(),
    url: z.string().nullable(),
    language: z.string(),
    published: z.string().nullable().describe('As it was written (EDTF).'),
    current: z.boolean().describe('Whether it is the latest of this reviewer on this claim.'),
    supersededBy: uuidField.nullable().describe('The next assessment of the claim by this reviewer.'),
    createdAt: instantAnswer,
    updatedAt: instantAnswer,
    version: versionAnswer,
  })
  .meta({
    id: 'Assessment',
    examples: [
      {
        id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9aa1',
        claim: {
          id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a71',
          slug: 'refund',
          text: 'Ankara asked Russia to give back the money paid for the S-400s',
        },
        reviewer: { id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a61', slug: 'desk-of-claims', name: 'Desk of Claims' },
        rating: { ratingValue: 2, bestRating: 5, worstRating: 1, alternateName: 'Unproven' },
        verdict: 'unproven',
        explanation: 'One outlet has it from unnamed people; one of the two governments denies it.',
        url: 'https://claims.example/2026/refund',
        language: 'en',
        published: '2026-01-12',
        current: true,
        supersededBy: null,
        createdAt: '2026-01-12T09:30:00.000Z',
        updatedAt: '2026-01-12T09:30:00.000Z',
        version: 1,
      },
    ],
  });
export type Assessment = z.output<typeof assessmentAnswer>;

/** A verdict as it is recorded: without what is derived. */
export type RecordedAssessment = Omit<Assessment, 'current' | 'supersededBy'>;

/** `{assessment}` in a path. */
export const assessmentParams = z.strictObject({
  assessment: uuidField.meta({ examples: ['019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9aa1'] }),
});

/** `{assessment}` in the path of a deletion: an example that is there for that. */
export const spareAssessmentParams = z.strictObject({
  assessment: uuidField.meta({ examples: ['019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9aa2'] }),
});

/** An EDTF time that a window begins or ends with: it must have a beginning. */
const beginning = edtfField.refine(
  (text) => !isEdtf(text) || edtfRange(text).from !== null,
  'Must be a time that has a beginning.',
);

/** A value of a rating as it is typed in a query. */
const NUMBER = /^-?\d{1,9}(?:\.\d{1,9})?$/;

/** The filters of the list of assessments, all combinable. */
export const assessmentQuery = z.strictObject({
  claim: referenceField.optional(),
  reviewer: referenceField.optional(),
  rating: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .transform((text) => (NUMBER.test(text) ? Number(text) : text))
    .optional()
    .describe('A number is the value of the rating, anything else its name, compared without case and marks.')
    .meta({ type: 'string' }),
  verdict: verdictField.optional(),
  topic: referenceField.optional().describe('Of claims of this topic.'),
  current: optionalBoolean().describe('Only the latest of each reviewer on each claim, or only those superseded.'),
  'published.gte': beginning.optional().describe('Published, as far as its date tells, at this time or later (EDTF).'),
  'published.lt': beginning.optional().describe('… and before this time (EDTF).'),
  ...clockQuery.shape,
  ...pageQuery.shape,
});
export type AssessmentQuery = z.output<typeof assessmentQuery>;

/** The query of `claims/{claim}/assessments`. */
export const claimAssessmentQuery = z.strictObject({ ...clockQuery.shape, ...pageQuery.shape });
