/** The closed vocabularies of DESIGN §1: one list each, from which the types, the zod enums and the tests are made. */

export const SOURCE_KINDS = ['person', 'organization', 'government', 'outlet', 'anonymous', 'document'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** The Admiralty code of how reliable a source is. */
export const RELIABILITIES = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

export const REPORT_KINDS = [
  'article',
  'press_release',
  'broadcast',
  'social_post',
  'transcript',
  'document',
  'fact_check',
] as const;

export const REPORT_STATUSES = ['held', 'cited_unseen', 'corrected', 'retracted'] as const;
export type ReportStatus = (typeof REPORT_STATUSES)[number];

/** The statuses that a person writes of a report; the others come by an action. */
export const WRITTEN_STATUSES = ['held', 'cited_unseen'] as const;

export const CLAIM_KINDS = ['fact', 'prediction', 'intention', 'assessment', 'possibility'] as const;

export const STANCES = [
  'asserts',
  'confirms',
  'denies',
  'doubts',
  'declines_to_comment',
  'no_response',
  'reports',
  'retracts',
] as const;
export type Stance = (typeof STANCES)[number];

export const CERTAINTIES = ['certain', 'probable', 'possible', 'unstated'] as const;
export type Certainty = (typeof CERTAINTIES)[number];

export const EMPHASES = ['strong', 'plain', 'hedged'] as const;
export type Emphasis = (typeof EMPHASES)[number];

export const OUTCOMES = ['open', 'came_true', 'did_not', 'void'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const RELATION_TYPES = ['contradicts', 'supports', 'refines', 'depends_on', 'part_of'] as const;
export type RelationType = (typeof RELATION_TYPES)[number];

export const RELATION_STATUSES = ['suggested', 'confirmed', 'rejected'] as const;
export type RelationStatus = (typeof RELATION_STATUSES)[number];

/** How somebody was asked about a claim. */
export const REQUEST_CHANNELS = ['email', 'phone', 'in_person', 'letter', 'social', 'other'] as const;

/** What became of a reply request; `overdue` is one that is open past its deadline. */
export const REQUEST_STATES = ['open', 'overdue', 'answered', 'lapsed'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** What a rating of an assessment says of the claim, whatever its reviewer calls it. */
export const VERDICTS = ['true', 'mixed', 'false', 'unproven'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** How a quote stands in the text of its report. */
export const QUOTE_HEALTHS = ['found', 'ambiguous', 'moved', 'lost'] as const;
export type QuoteHealth = (typeof QUOTE_HEALTHS)[number];

/** What may be wrong with something that is recorded all the same. */
export const WARNING_TYPES = ['said_after_published'] as const;
export type WarningType = (typeof WARNING_TYPES)[number];

export const TERMS = ['on_record', 'background', 'deep_background'] as const;

export const STANDINGS = ['contested', 'corroborated', 'single_origin', 'denied', 'doubted', 'unattributed'] as const;
export type Standing = (typeof STANDINGS)[number];

/** The flags of a claim (DESIGN §3), in the order in which answers list them. */
export const FLAGS = [
  'anonymous_only',
  'uncontacted',
  'no_quote',
  'quote_lost',
  'unarchived',
  'overdue',
  'contradicted',
  'undermined',
] as const;
export type Flag = (typeof FLAGS)[number];

export const SIDES = ['for', 'against', 'none'] as const;
export type Side = (typeof SIDES)[number];

/** The sides between which a claim is contested. */
export const TAKEN_SIDES = ['for', 'against'] as const;

/** Whether the times of stances or events tell their order. */
export const ORDERS = ['determined', 'undetermined'] as const;
export type Order = (typeof ORDERS)[number];

/** The side that a stance takes (DESIGN §1); `retracts` takes none, it only withdraws the source's own earlier stance. */
export const SIDE_OF: Readonly<Record<Stance, Side>> = {
  asserts: 'for',
  confirms: 'for',
  denies: 'against',
  doubts: 'against',
  declines_to_comment: 'none',
  no_response: 'none',
  reports: 'none',
  retracts: 'none',
};

export const SCOPES = ['read', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** The kinds of things whose changes are recorded. */
export const RECORDED_TYPES = [
  'source',
  'report',
  'claim',
  'topic',
  'attribution',
  'claim_relation',
  'reply_request',
  'rating_scheme',
  'assessment',
  'key',
] as const;
export type RecordedType = (typeof RECORDED_TYPES)[number];
