import { z } from 'zod';
import { clockQuery } from '../../http/clocks.ts';
import { pageQuery } from '../../http/pagination.ts';
import { claimParams } from '../claims/schema.ts';
import { instantAnswer, referenceField, uuidField, versionAnswer } from '../fields.ts';
import { relationStatusField, relationTypeField } from '../vocabulary.ts';

/**
 * What a person writes of a relation (DESIGN §2): how the claim in the path bears on the claim `to`. It is only suggested, as
 * long as nobody says otherwise.
 */
export const relationInput = z
  .strictObject({
    id: uuidField.optional().describe('An id of the caller’s own, a UUIDv7.'),
    type: relationTypeField.describe(
      'How the claim in the path bears on the other one. `contradicts` goes both ways: it is one relation.',
    ),
    to: referenceField.describe('The other claim.'),
    status: relationStatusField.default('suggested'),
  })
  .meta({ id: 'ClaimRelationInput', examples: [{ type: 'supports', to: 'closer-to-giving-up' }] });
export type RelationInput = z.output<typeof relationInput>;

/** A judgement of a relation: a JSON Merge Patch (RFC 7396). Nothing else of a relation ever changes. */
export const relationPatch = z
  .strictObject({ status: relationStatusField })
  .partial()
  .meta({ id: 'ClaimRelationPatch', examples: [{ status: 'confirmed' }] });
export type RelationPatch = z.output<typeof relationPatch>;

/** A claim as a relation names it: the one that stands. */
const relatedClaim = z.strictObject({ id: uuidField, slug: z.string(), text: z.string() });

/** How one claim bears on another, and how that was judged last; each judgement is a version of it. */
export const relationAnswer = z
  .strictObject({
    id: uuidField,
    from: relatedClaim,
    type: relationTypeField,
    to: relatedClaim,
    status: relationStatusField,
    judgedBy: z.string().describe('The name of the key that recorded this status.'),
    judgedAt: instantAnswer.describe('When this status was recorded, to the microsecond; `knownAt` takes it.'),
    version: versionAnswer,
  })
  .meta({
    id: 'ClaimRelation',
    examples: [
      {
        id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9b01',
        from: {
          id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a71',
          slug: 'refund',
          text: 'Ankara asked Russia to give back the money paid for the S-400s',
        },
        type: 'depends_on',
        to: {
          id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a72',
          slug: 'return',
          text: 'Türkiye wants to hand its S-400 systems back to Russia',
        },
        status: 'confirmed',
        judgedBy: 'news-desk',
        judgedAt: '2026-01-05T09:30:00.000123Z',
        version: 1,
      },
    ],
  });
export type ClaimRelation = z.output<typeof relationAnswer>;

/** `{claim}` and `{relation}` in a path. */
export const relationParams = claimParams.extend({
  relation: uuidField.meta({ examples: ['019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9b01'] }),
});

/** The query of `claims/{claim}/relations`. */
export const relationQuery = z.strictObject({
  status: relationStatusField.optional().describe('Only those that were judged so last.'),
  type: relationTypeField.optional(),
  ...clockQuery.shape,
  ...pageQuery.shape,
});
export type RelationQuery = z.output<typeof relationQuery>;
