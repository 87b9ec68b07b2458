import { z } from 'zod';
import { GAP_TYPES } from '../../domain/gaps.ts';
import type { Standing } from '../../domain/vocabulary.ts';
import { clockQuery } from '../../http/clocks.ts';
import { assessmentAnswer } from '../assessments/schema.ts';
import { attributionAnswer } from '../attributions/schema.ts';
import { chainAnswer } from '../chains/schema.ts';
import { claimAnswer } from '../claims/schema.ts';
import { sourceReference, uuidField } from '../fields.ts';
import { positionAnswer } from '../positions/schema.ts';
import { relationAnswer } from '../relations/schema.ts';
import { requestAnswer } from '../reply-requests/schema.ts';
import { eventAnswer } from '../timelines/schema.ts';
import { topicAnswer } from '../topics/schema.ts';
import { sourceKindField, standingField, vocabulary } from '../vocabulary.ts';

const gapType = vocabulary('GapType', GAP_TYPES, 'What a careful editor would still do something about.');

/** Something that a careful editor would still do. */
const gapAnswer = z
  .strictObject({
    type: gapType,
    detail: z.string().describe('What is missing and what to do about it, in English.'),
    sources: z.array(sourceReference).describe('Whom it is about.'),
    reports: z.array(uuidField).describe('In which reports.'),
  })
  .meta({ id: 'Gap' });

/** An origin on whose word a claim rests, or is denied. */
const whyAnswer = z.strictObject({
  source: sourceReference,
  anonymous: z.boolean().describe('The unnamed people of this host.'),
  words: z.string().describe('The origin in words, with how often it is passed on.'),
  attributions: z.array(uuidField).describe('The live attributions by which it takes this side.'),
  echoes: z.int().describe('Live relays whose chain ends in one of them.'),
});

/** Words that somebody is quoted with, beside their translation, and how they stand in the text of their report. */
const quoteAnswer = attributionAnswer.shape.quote.unwrap().extend({
  attribution: uuidField,
  source: attributionAnswer.shape.source,
  report: attributionAnswer.shape.report,
});

/** Everything about a claim in one answer (DESIGN §4), all of it of one instant. */
export const claimDossierAnswer = z
  .strictObject({
    claim: claimAnswer,
    sentence: z
      .string()
      .describe('Who says so, who denies it and who said nothing, in one English sentence (docs/sentences.md).'),
    why: z
      .strictObject({ for: z.array(whyAnswer), against: z.array(whyAnswer) })
      .describe('What its standing comes from: the origins on either side, with the attributions that make them.'),
    positions: z.array(positionAnswer),
    chain: chainAnswer.omit({ claim: true }),
    quotes: z.array(quoteAnswer).describe('What of it is quoted, as far as it counts.'),
    replyRequests: z.array(requestAnswer).describe('Newest first.'),
    relations: z
      .array(relationAnswer.extend({ standing: standingField.describe('Of the claim on the other side.') }))
      .describe('Those that are not rejected, newest first.'),
    assessments: z.array(assessmentAnswer).describe('Verdicts of reviewers, the current ones first.'),
    timeline: z.array(eventAnswer),
    gaps: z.array(gapAnswer).describe('What a careful editor would still do.'),
  })
  .meta({ id: 'ClaimDossier' });
export type ClaimDossier = z.output<typeof claimDossierAnswer>;

const claimsOfStanding = z.array(claimAnswer);

/** A story as a whole: its claims by standing, who stands where, and what is open; all of it of one instant. */
export const topicDossierAnswer = z
  .strictObject({
    topic: topicAnswer,
    claims: z
      .strictObject({
        contested: claimsOfStanding,
        corroborated: claimsOfStanding,
        single_origin: claimsOfStanding,
        denied: claimsOfStanding,
        doubted: claimsOfStanding,
        unattributed: claimsOfStanding,
      } satisfies Record<Standing, unknown>)
      .describe('Newest first.'),
    hasMore: z.boolean().describe('Whether the topic has older claims, which the list of claims has.'),
    matrix: z
      .strictObject({
        sources: z.array(sourceReference.extend({ kind: sourceKindField })),
        claims: z.array(z.strictObject({ id: uuidField, slug: z.string(), text: z.string() })),
        cells: z.array(
          z.strictObject({
            source: uuidField,
            claim: uuidField,
            ...positionAnswer.pick({ stance: true, side: true, certainty: true, order: true, attribution: true }).shape,
          }),
        ),
      })
      .describe('Who stands where: sources × claims, a cell for each position.'),
    open: z.strictObject({
      predictions: z.array(
        z.strictObject({
          id: uuidField,
          slug: z.string(),
          text: z.string(),
          horizon: z.string().nullable(),
          overdue: z.boolean(),
        }),
      ),
      replyRequests: z.array(requestAnswer).describe('Those without an answer, newest first.'),
      gaps: z
        .array(
          z.strictObject({
            claim: z.strictObject({ id: uuidField, slug: z.string() }),
            gaps: z.array(gapType),
          }),
        )
        .describe('What is missing from which claim; its dossier says more.'),
    }),
  })
  .meta({ id: 'TopicDossier' });
export type TopicDossier = z.output<typeof topicDossierAnswer>;

/** The query of a dossier. */
export const dossierQuery = z.strictObject({ ...clockQuery.shape });
