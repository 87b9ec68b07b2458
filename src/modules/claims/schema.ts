import { z } from 'zod';
import { clockQuery } from '../../http/clocks.ts';
import { pageQuery } from '../../http/pagination.ts';
import { queryBoolean } from '../../http/query.ts';
import {
  edtfField,
  instantAnswer,
  instantField,
  languageField,
  pageUrlField,
  referenceField,
  slugField,
  sourceReference,
  textField,
  uuidField,
  versionAnswer,
} from '../fields.ts';
import { claimKindField, flagField, outcomeField, stanceField, standingField } from '../vocabulary.ts';

/** What shows the outcome of a prediction: an attribution of this ledger, of whatever claim, or a page. */
export const evidenceInput = z
  .union([z.strictObject({ attribution: uuidField }), z.strictObject({ url: pageUrlField })], {
    error: 'Must be an object with either `attribution` (an id) or `url`.',
  })
  .meta({ id: 'EvidenceInput' });

/** What a person writes of a prediction: when it falls due, how it will be judged, and what came of it (DESIGN §2). */
const predictionInput = z
  .strictObject({
    horizon: edtfField.nullish(),
    criteria: textField(5000).nullish(),
    outcome: outcomeField.default('open'),
    resolvedAt: instantField.nullish(),
    evidence: evidenceInput.nullish(),
  })
  .meta({ id: 'PredictionInput', examples: [{ horizon: '2026-04/2026-06' }] });

/**
 * What a person writes of a claim: `text` and `kind` suffice (DESIGN §4). Without a slug, one is made from the text; `topic`
 * and `about` are ids or slugs; `prediction` is for claims of that kind only.
 */
export const claimInput = z
  .strictObject({
    slug: slugField.optional(),
    text: textField(2000),
    kind: claimKindField,
    language: languageField.default('und'),
    topic: referenceField.nullish(),
    occurred: edtfField.nullish(),
    about: z.array(referenceField).max(100).default([]),
    prediction: predictionInput.nullish(),
  })
  .meta({
    id: 'ClaimInput',
    examples: [
      {
        text: 'Ankara will not buy further air defence systems from Moscow',
        kind: 'intention',
        language: 'en',
        topic: 's-400-return',
        about: ['turkiye-government'],
      },
    ],
  });
export type ClaimInput = z.output<typeof claimInput>;

/** Evidence in a merge patch: what takes the place of the other kind takes that away with `null`. */
const evidencePatch = z.strictObject({ attribution: uuidField.nullable(), url: pageUrlField.nullable() }).partial();

/** A change of a claim: a JSON Merge Patch (RFC 7396). */
export const claimPatch = z
  .strictObject({
    slug: slugField,
    text: textField(2000),
    kind: claimKindField,
    language: languageField.nullable(),
    topic: referenceField.nullable(),
    occurred: edtfField.nullable(),
    about: z.array(referenceField).max(100).nullable(),
    prediction: z
      .strictObject({
        horizon: edtfField.nullable(),
        criteria: textField(5000).nullable(),
        outcome: outcomeField,
        resolvedAt: instantField.nullable(),
        evidence: evidencePatch.nullable(),
      })
      .partial()
      .nullable(),
  })
  .partial()
  .meta({ id: 'ClaimPatch', examples: [{ language: 'en' }] });

const positiveCounts = z.strictObject({
  positions: z.int().describe('Sources that stand on this side.'),
  origins: z.int().describe('Independent origins among them (DESIGN §3).'),
});

/** How many stand where; only what is live counts. */
const countsAnswer = z.strictObject({
  for: positiveCounts.extend({ firm: z.int().describe('Origins that do not merely call it possible.') }),
  against: positiveCounts,
  declined: z.int(),
  noResponse: z.int(),
  relays: z.int(),
  attributions: z.int(),
});

/** A topic as a claim names it. */
const topicReference = z.strictObject({ id: uuidField, slug: z.string(), name: z.string() });

/** A claim as the API gives it (DESIGN §4). `standing`, `flags` and `counts` are derived (DESIGN §3). */
export const claimAnswer = z
  .strictObject({
    id: uuidField,
    slug: z.string(),
    text: z.string(),
    kind: claimKindField,
    language: z.string(),
    topic: topicReference.nullable(),
    occurred: z.string().nullable(),
    about: z.array(sourceReference),
    prediction: z
      .strictObject({
        horizon: z.string().nullable(),
        criteria: z.string().nullable(),
        outcome: outcomeField.describe('With `asOf` it counts from `resolvedAt` on, and is open before.'),
        resolvedAt: z.string().nullable(),
        evidence: z
          .union([z.strictObject({ attribution: uuidField }), z.strictObject({ url: z.string() })])
          .nullable()
          .describe('What shows the outcome.'),
      })
      .nullable(),
    standing: standingField,
    flags: z.array(flagField),
    counts: countsAnswer,
    createdAt: instantAnswer,
    updatedAt: instantAnswer,
    version: versionAnswer,
  })
  .meta({
    id: 'Claim',
    examples: [
      {
        id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a71',
        slug: 'refund',
        text: 'Ankara asked Russia to give back the money paid for the S-400s',
        kind: 'fact',
        language: 'en',
        topic: { id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a81', slug: 's-400-return', name: 'S 400 return' },
        occurred: null,
        about: [],
        prediction: null,
        standing: 'contested',
        flags: ['anonymous_only', 'no_quote'],
        counts: {
          for: { positions: 1, origins: 1, firm: 1 },
          against: { positions: 1, origins: 1 },
          declined: 1,
          noResponse: 0,
          relays: 6,
          attributions: 9,
        },
        createdAt: '2026-01-05T09:30:00.000Z',
        updatedAt: '2026-01-05T09:30:00.000Z',
        version: 1,
      },
    ],
  });
export type Claim = z.output<typeof claimAnswer>;

/** `{claim}` in a path. */
export const claimParams = z.strictObject({ claim: referenceField.meta({ examples: ['refund'] }) });

/** `{claim}` in the path of a deletion: an example that nothing refers to. */
export const unusedClaimParams = z.strictObject({ claim: referenceField.meta({ examples: ['spare-claim'] }) });

/** The filters of `GET /v1/claims` (DESIGN §4), all combinable. Naming a government finds what its spokespeople and its parts said. */
export const claimQuery = z.strictObject({
  assertedBy: referenceField.optional().describe('A source whose current position is to assert or confirm it.'),
  deniedBy: referenceField
    .optional()
    .describe('A source whose current position is to deny it.')
    .meta({ examples: ['kremlin'] }),
  declinedBy: referenceField.optional().describe('A source that declined to comment, and took no side.'),
  by: referenceField.optional().describe('A source with any live attribution on it.'),
  stance: stanceField.optional().describe('The stance of that attribution; without `by`, of anybody.'),
  'said.gte': edtfField
    .optional()
    .describe('That attribution was, or may have been, said at this time or later (EDTF).'),
  'said.lt': edtfField.optional().describe('… and before this time (EDTF).'),
  'published.gte': edtfField
    .optional()
    .describe('The report of that attribution was published, or may have been, then or later (EDTF).'),
  'published.lt': edtfField.optional().describe('… and before this time (EDTF).'),
  exact: queryBoolean(false).describe('Only the named source itself, not those that speak for it or are part of it.'),
  standing: standingField.optional(),
  flag: flagField.optional(),
  kind: claimKindField.optional(),
  topic: referenceField.optional(),
  outlet: referenceField.optional().describe('A live attribution of it lies in a report of this outlet.'),
  report: uuidField.optional().describe('A live attribution of it lies in this report.'),
  dueBefore: edtfField.optional().describe('An open prediction whose horizon has ended when this time begins (EDTF).'),
  language: languageField.optional(),
  q: textField(500).optional().describe('Words in its text: all of them, "phrases", or -without.'),
  sort: z
    .enum(['-createdAt', 'createdAt'])
    .default('-createdAt')
    .describe('By creation (the order of the ids, UUIDv7).'),
  ...clockQuery.shape,
  ...pageQuery.shape,
});
export type ClaimQuery = z.output<typeof claimQuery>;
