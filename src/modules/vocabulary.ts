import { z } from 'zod';
import {
  CERTAINTIES,
  CLAIM_KINDS,
  EMPHASES,
  FLAGS,
  ORDERS,
  OUTCOMES,
  QUOTE_HEALTHS,
  RELATION_STATUSES,
  RELATION_TYPES,
  RELIABILITIES,
  REPORT_KINDS,
  REPORT_STATUSES,
  REQUEST_CHANNELS,
  REQUEST_STATES,
  SCOPES,
  SIDES,
  SOURCE_KINDS,
  STANCES,
  STANDINGS,
  TAKEN_SIDES,
  TERMS,
  VERDICTS,
  WRITTEN_STATUSES,
} from '../domain/vocabulary.ts';

/**
 * A closed vocabulary as a schema of its own: one named component of the OpenAPI document, to which everything refers that takes
 * or gives one of its words.
 */
export function vocabulary<const Words extends readonly [string, ...string[]]>(
  id: string,
  words: Words,
  description: string,
) {
  return z.enum(words).meta({ id, description });
}

/** The vocabularies that several resources share. Those of one stand in its own schema.ts. */

export const sourceKindField = vocabulary(
  'SourceKind',
  SOURCE_KINDS,
  'Who speaks. An `outlet` publishes reports; an `anonymous` source has the outlet that quotes it for its host.',
);

export const reliabilityField = vocabulary(
  'Reliability',
  RELIABILITIES,
  'Admiralty code: from A, completely reliable, to E, unreliable; F, cannot be judged.',
);

export const termsField = vocabulary('Terms', TERMS, 'On what terms an anonymous source speaks.');

export const reportKindField = vocabulary('ReportKind', REPORT_KINDS, 'What kind of thing a report is.');

export const reportStatusField = vocabulary(
  'ReportStatus',
  REPORT_STATUSES,
  'How a report stands: `held`, we have read it; `cited_unseen`, we have not, a report that we hold cites it; `corrected` and `retracted` by its outlet.',
);

export const writtenStatusField = vocabulary(
  'ReportStatusInput',
  WRITTEN_STATUSES,
  'Whether we have read a report: `held`, or `cited_unseen`, where one that we hold cites it. It is corrected and retracted by actions.',
);

export const claimKindField = vocabulary('ClaimKind', CLAIM_KINDS, 'What kind of proposition a claim is.');

export const outcomeField = vocabulary(
  'Outcome',
  OUTCOMES,
  'What became of a prediction; `void` where it can be judged no more.',
);

export const stanceField = vocabulary(
  'Stance',
  STANCES,
  'What a source does with a claim: `asserts` and `confirms` take the side for it, `denies` and `doubts` the side against it, `declines_to_comment`, `no_response` and `reports` none; `retracts` takes its own earlier stance back.',
);

export const certaintyField = vocabulary('Certainty', CERTAINTIES, 'How certain the source says that it is.');

export const emphasisField = vocabulary('Emphasis', EMPHASES, 'How strongly the source puts it.');

export const sideField = vocabulary('Side', SIDES, 'The side that a stance takes on a claim.');

export const takenSideField = vocabulary('TakenSide', TAKEN_SIDES, 'The side for a claim, or the one against it.');

export const orderField = vocabulary(
  'Order',
  ORDERS,
  'Whether the times tell which came last, or overlap and leave it open.',
);

export const standingField = vocabulary(
  'Standing',
  STANDINGS,
  'What the positions together make of a claim, by their origins: `contested`, some for and some against; `corroborated`, two or more for, none against; `single_origin`, one for, none against; `denied`, only against; `doubted`, only doubts; `unattributed`, none. Derived, and never a verdict.',
);

export const flagField = vocabulary('Flag', FLAGS, 'What to look at before a claim is used. Derived.');

export const relationTypeField = vocabulary(
  'RelationType',
  RELATION_TYPES,
  'How one claim bears on another. `contradicts` goes both ways.',
);

export const relationStatusField = vocabulary(
  'RelationStatus',
  RELATION_STATUSES,
  'How a relation was judged last. Only a `confirmed` one bears on flags.',
);

export const requestChannelField = vocabulary('RequestChannel', REQUEST_CHANNELS, 'How the source was asked.');

export const requestStateField = vocabulary(
  'RequestState',
  REQUEST_STATES,
  'What became of a reply request. `overdue`: nobody answered, and the deadline is past.',
);

export const verdictField = vocabulary(
  'Verdict',
  VERDICTS,
  'What a rating says of the claim, whatever its reviewer calls it.',
);

export const quoteHealthField = vocabulary(
  'QuoteHealth',
  QUOTE_HEALTHS,
  'How a quote stands in the text of its report: `found` exactly once with its prefix and suffix, `ambiguous` more than once, `moved` where only its words are there, `lost` where they are not.',
);

export const scopeField = vocabulary(
  'Scope',
  SCOPES,
  'What a key may do. `admin` covers `write`, and `write` covers `read`.',
);
