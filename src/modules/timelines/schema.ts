import { z } from 'zod';
import { EVENT_TYPES } from '../../domain/timeline.ts';
import { clockQuery } from '../../http/clocks.ts';
import { pageQuery } from '../../http/pagination.ts';
import { attributionAnswer } from '../attributions/schema.ts';
import { instantAnswer, sourceReference, uuidField } from '../fields.ts';
import { orderField, sourceKindField, vocabulary } from '../vocabulary.ts';

/** Something that happened about a claim. */
export const eventAnswer = z
  .strictObject({
    id: z.string(),
    type: vocabulary(
      'EventType',
      EVENT_TYPES,
      '`said` to `took_back`: a source took a stance (`took_back`: `retracts`). `published`, `corrected`, `retracted`: what its outlet did with a report. `withdrawn`, `superseded`, `merged`, `unmerged`: what we did. `restored`: we undid a withdrawal or a retraction.',
    ),
    clock: vocabulary(
      'EventClock',
      ['said', 'recorded'],
      '`said`: it happened in the world at `time`. `recorded`: we recorded it then.',
    ),
    time: z.strictObject({
      edtf: z.string().nullable().describe('As it was written (EDTF), if it was.'),
      from: instantAnswer.nullable(),
      until: instantAnswer.nullable(),
    }),
    order: orderField.describe(
      '`undetermined`: its time overlaps that of the event before it in the list, so it may have come first.',
    ),
    attribution: uuidField.nullable(),
    source: sourceReference
      .extend({ kind: sourceKindField })
      .nullable()
      .describe('Who spoke; of a merge, the source that was merged into another.'),
    report: attributionAnswer.shape.report
      .nullable()
      .describe('The report that it is about or lies in; of a merge, the one that was merged into another.'),
    claim: z
      .strictObject({ id: uuidField, slug: z.string() })
      .nullable()
      .describe(
        'The claim that is merged into this one, where it was said of that; of a merge of claims, the other one.',
      ),
    reason: z.string().nullable(),
    by: z.string().nullable().describe('Who recorded a correction, a retraction, a withdrawal or a merge.'),
  })
  .meta({ id: 'TimelineEvent' });

export type TimelineEventAnswer = z.infer<typeof eventAnswer>;

/** The query of `claims/{claim}/timeline`. */
export const timelineQuery = z.strictObject({ ...clockQuery.shape, ...pageQuery.shape });
