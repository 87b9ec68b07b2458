import { z } from 'zod';
import { consequencesAnswer } from '../attributions/schema.ts';
import { claimParams } from '../claims/schema.ts';
import { reasonField, referenceField, uuidField } from '../fields.ts';
import { reportParams } from '../reports/schema.ts';
import { sourceParams } from '../sources/schema.ts';
import { vocabulary } from '../vocabulary.ts';

/** What can be merged. */
export const MERGE_KINDS = ['claim', 'source', 'report'] as const;
export type MergeKind = (typeof MERGE_KINDS)[number];

const reason = reasonField.describe('Why they are one and the same.');

/** A merge of a claim: into which one, and why. */
const claimMergeInput = z
  .strictObject({ into: referenceField.describe('The claim that stands: its id or slug.'), reason })
  .meta({
    id: 'ClaimMergeInput',
    examples: [{ into: 'spare-claim', reason: 'The same claim in other words.' }],
  });

/** A merge of a source. */
const sourceMergeInput = z
  .strictObject({
    into: referenceField.describe('The source that stands: its id or slug.'),
    reason,
    force: z
      .boolean()
      .default(false)
      .describe('Needed for an anonymous source of another outlet, or one whose name is known now.'),
  })
  .meta({ id: 'SourceMergeInput', examples: [{ into: 'spare-source', reason: 'The same person.' }] });

/** A merge of a report that we had not seen into the one that we hold. */
const reportMergeInput = z
  .strictObject({ into: uuidField.describe('The report that we hold, of the same outlet.'), reason })
  .meta({
    id: 'ReportMergeInput',
    examples: [{ into: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a52', reason: 'This is the report that was cited.' }],
  });

/** What a person writes of a merge, by what is merged. */
export const MERGE_INPUTS = { claim: claimMergeInput, source: sourceMergeInput, report: reportMergeInput } as const;

/** A merge as it is asked for. `into` is a UUID or a slug. */
export interface MergeInput {
  readonly into: string;
  readonly reason: string;
  readonly force?: boolean;
}

/** What a person writes of the end of a merge. */
export const unmergeInput = z
  .strictObject({ reason: reasonField.optional().describe('Why they are two after all.') })
  .meta({ id: 'UnmergeInput', examples: [{ reason: 'Two people of the same name.' }] });
export type UnmergeInput = z.output<typeof unmergeInput>;

const mergedThing = z.strictObject({
  id: uuidField,
  slug: z.string().nullable().describe('Null for a report, which has none.'),
});

/** A merge: an edge that can be revoked, with who, when and why. */
const mergeAnswer = z
  .strictObject({
    id: uuidField,
    kind: vocabulary('MergeKind', MERGE_KINDS, 'What kind of things were merged.'),
    from: mergedThing,
    into: mergedThing.describe('What it was merged into, be that merged itself since.'),
    reason: z.string(),
    forced: z.boolean(),
    by: z.string(),
    at: z.string().meta({ format: 'date-time' }),
    endedAt: z.string().nullable().meta({ format: 'date-time' }),
    endedBy: z.string().nullable(),
    endedReason: z.string().nullable(),
  })
  .meta({
    id: 'Merge',
    examples: [
      {
        id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9ac1',
        kind: 'claim',
        from: { id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9ac2', slug: 'spare-claim-again' },
        into: { id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9ac3', slug: 'spare-claim' },
        reason: 'The same claim in other words.',
        forced: false,
        by: 'admin',
        at: '2026-01-05T09:30:00.000000Z',
        endedAt: null,
        endedBy: null,
        endedReason: null,
      },
    ],
  });
export type Merge = z.output<typeof mergeAnswer>;

/** A merge that was made or ended, and what changes with it. */
export const mergeOutcomeAnswer = z
  .strictObject({ merge: mergeAnswer, ...consequencesAnswer.shape })
  .meta({ id: 'MergeOutcome' });

/** The parameters of a path, with an example of what can be merged. */
export const MERGE_PARAMS = {
  claim: z.strictObject({ claim: claimParams.shape.claim.meta({ examples: ['spare-claim-again'] }) }),
  source: z.strictObject({ source: sourceParams.shape.source.meta({ examples: ['spare-source-again'] }) }),
  report: z.strictObject({
    report: reportParams.shape.report.meta({ examples: ['019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a57'] }),
  }),
} as const;
