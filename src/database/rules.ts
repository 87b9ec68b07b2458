import { Problem, type ProblemType } from '../domain/problem.ts';

interface Rule {
  readonly type: ProblemType;
  readonly detail: string;
  readonly pointer?: string;
}

const broken = (detail: string, pointer?: string): Rule => ({
  type: 'rule-broken',
  detail,
  ...(pointer === undefined ? {} : { pointer }),
});
const conflict = (detail: string, pointer?: string): Rule => ({ ...broken(detail, pointer), type: 'conflict' });

const RECORDED_STAYS = broken('What is recorded stays as it is: withdraw it, or record a new one.');

/**
 * What each named rule of the database means to the person who broke it (DESIGN, "How we work" 6). The names are those of
 * the constraints and triggers in prisma/migrations; a test proves that none is missing here.
 */
export const RULES: Readonly<Record<string, Rule>> = {
  sources_slug_key: conflict('Another source has this slug.', '/slug'),
  topics_slug_key: conflict('Another topic has this slug.', '/slug'),
  claims_slug_key: conflict('Another claim has this slug.', '/slug'),
  reports_url_key: conflict('Another report has this URL; a URL names one report.', '/url'),
  keys_name_key: conflict('Another key in force has this name.', '/name'),
  keys_hash_key: conflict('This key exists already.'),

  changes_one_thing_an_id: conflict('There is something with this id already.', '/id'),

  sources_kind_known: broken('This is no kind of source.', '/kind'),
  sources_reliability_known: broken('The reliability is a letter from A to F.', '/reliability'),
  sources_country_form: broken('The country is two capital letters (ISO 3166-1).', '/country'),
  sources_terms_known: broken('The terms are on_record, background or deep_background.', '/terms'),
  sources_slug_form: broken(
    'A slug is lower-case words joined by hyphens, at most 120 characters, and no UUID.',
    '/slug',
  ),
  sources_name_given: broken('A source needs a name.', '/name'),
  sources_people_positive: broken('The stated number of people is 1 or more.', '/people'),
  sources_anonymous_has_host: broken('An anonymous source needs a host: the outlet that quotes it.', '/host'),
  sources_named_has_no_descriptor: broken(
    'Only an anonymous source has host, descriptor, people, access, reason or terms.',
    '/kind',
  ),
  sources_host_is_another: broken('A source cannot host itself.', '/host'),
  sources_publisher_is_named: broken('The host cannot be an anonymous source itself.', '/host'),
  sources_publisher_stays_named: broken(
    'A source that publishes or hosts others, or that a named one is merged into, cannot become anonymous.',
    '/kind',
  ),
  reports_publisher_is_named: broken('The outlet of a report cannot be an anonymous source.', '/outlet'),

  affiliations_kind_known: broken('This is no kind of affiliation.'),
  affiliations_to_another: broken('A source cannot be part of itself or speak for itself.'),
  affiliations_from_before_to: broken('The affiliation ends before it begins.'),
  affiliations_one_at_a_time: broken(
    'Two of these overlap: at any instant a source is part of one organization at most, and speaks for one at most. `to` covers its whole day, month or year.',
  ),
  affiliations_no_circle: broken('This would make a circle: followed upwards, it leads back to the source itself.'),

  topics_slug_form: broken(
    'A slug is lower-case words joined by hyphens, at most 120 characters, and no UUID.',
    '/slug',
  ),
  topics_name_given: broken('A topic needs a name.', '/name'),

  reports_kind_known: broken('This is no kind of report.', '/kind'),
  reports_status_known: broken('This is no status of a report.', '/status'),
  reports_status_before_known: broken('This is no status of a report.', '/status'),
  reports_status_before_when_retracted: broken('Only a retracted report had another status before.', '/status'),
  reports_title_given: broken('A report that we hold needs a title.', '/title'),
  reports_published_order: broken('The date ends before it begins.', '/published'),
  reports_retracted_order: broken('The date ends before it begins.', '/retractedOn'),
  reports_retracted_on_when_retracted: broken('Only a retracted report has a date of retraction.', '/retractedOn'),
  reports_retracted_after_published: broken(
    'A report cannot be retracted before it was published: `retractedOn` lies wholly before `published`.',
  ),
  reports_unseen_has_no_text: broken('A report that we have not seen has no text here.', '/text'),
  reports_text_hash_form: broken('The hash of the text is a SHA-256 in hexadecimal.', '/textHash'),
  reports_cited_in_another: broken('A report is not cited in itself.'),

  report_events_kind_known: broken('This is nothing that can become of a report.'),
  report_events_reason_given: broken('A correction or a retraction needs a reason.', '/reason'),
  report_events_happened_order: broken('The date ends before it begins.'),

  claims_kind_known: broken('This is no kind of claim.', '/kind'),
  claims_slug_form: broken(
    'A slug is lower-case words joined by hyphens, at most 120 characters, and no UUID.',
    '/slug',
  ),
  claims_text_given: broken('A claim needs a text.', '/text'),
  claims_occurred_order: broken('The date ends before it begins.', '/occurred'),
  claims_horizon_order: broken('The horizon ends before it begins.', '/prediction/horizon'),
  claims_outcome_known: broken('This is no outcome of a prediction.', '/prediction/outcome'),
  claims_prediction_has_outcome: broken('A prediction, and only a prediction, has an outcome.', '/prediction'),
  claims_only_predictions_fall_due: broken('Only a claim of kind prediction has a prediction.', '/prediction'),
  claims_resolved_when_decided: broken(
    'A prediction with an outcome other than open has resolvedAt; an open one has none.',
    '/prediction/resolvedAt',
  ),
  claims_evidence_attribution_id_fkey: broken(
    'There is no attribution with this id.',
    '/prediction/evidence/attribution',
  ),
  claims_evidence_of_one_kind: broken(
    'The evidence of an outcome is an attribution or a URL, not both.',
    '/prediction/evidence',
  ),
  claims_evidence_when_decided: broken(
    'Only a prediction with an outcome other than open has evidence of it.',
    '/prediction/evidence',
  ),
  claim_about_once: conflict('The claim is about this source already.', '/about'),
  claim_about_recorded_order: RECORDED_STAYS,

  claim_relations_type_known: broken('This is no type of relation.'),
  claim_relations_status_known: broken('This is no status of a relation.'),
  claim_relations_to_another: broken('A claim has no relation to itself.', '/to'),
  claim_relations_once: conflict('The two claims have this relation already.'),
  claim_relations_one_contradiction: conflict(
    'The two claims have this contradiction already: that one contradicts the other goes both ways.',
  ),
  claim_relations_recorded_order: RECORDED_STAYS,
  claim_relations_claims_stand: broken('There is no such claim to relate, or it was deleted.'),
  claim_relations_of_what_stands: conflict('One of the two claims is merged into another: name the one that stands.'),
  claim_relations_id_is_new: conflict('There is something with this id already.', '/id'),
  claim_relations_one_judgement_a_version: conflict('There is a relation with this id already.', '/id'),
  claim_relations_versions_follow: broken('A judgement of a relation takes the place of the one before it.'),
  claim_relations_stay_between: broken(
    'A relation stays of its type and between its two claims: reject it, and record another.',
  ),

  attributions_stance_known: broken('This is no stance.', '/stance'),
  attributions_certainty_known: broken('This is no certainty.', '/certainty'),
  attributions_emphasis_known: broken('This is no emphasis.', '/emphasis'),
  attributions_relay_reports: broken('What passes on another attribution takes the stance reports.', '/stance'),
  attributions_relays_another: broken('An attribution cannot relay itself.', '/relays'),
  attributions_relays_same_claim: broken('What it relays is no attribution of this claim.', '/relays'),
  attributions_claim_id_relays_id_fkey: broken('What it relays is no attribution of this claim.', '/relays'),
  attributions_at_most_32_hops: broken('A chain has at most 32 hops.', '/relays'),
  attributions_speaks_for_one: broken('It speaks for itself or for an organization, not both.', '/speakingFor'),
  attributions_said_order: broken('The date ends before it begins.', '/said'),
  attributions_quote_given: broken('A quote needs its exact words.', '/quote/exact'),
  attributions_quote_in_text: broken(
    'The text of the report does not have this quote: give its words as they are printed there, and as `prefix` and `suffix`, if any, what is printed right before and right after them.',
    '/quote',
  ),
  attributions_quote_once: broken(
    'The text of the report has this quote more than once: give what is printed right before its words as `prefix`, or right after them as `suffix`, so that one place is meant.',
    '/quote',
  ),
  attributions_claim_stands: broken('There is no such claim, or it was deleted.', '/claim'),
  attributions_source_stands: broken('There is no such source, or it was deleted.', '/source'),
  attributions_report_stands: broken('There is no such report, or it was deleted.', '/report'),
  attributions_organization_stands: broken('There is no such organization, or it was deleted.', '/speakingFor'),
  attributions_claim_id_fkey: broken('There is no such claim.', '/claim'),
  attributions_source_id_fkey: broken('There is no such source.', '/source'),
  attributions_report_id_fkey: broken('There is no such report.', '/report'),
  attributions_speaking_for_id_fkey: broken('There is no such organization.', '/speakingFor'),
  attributions_pkey: conflict('There is an attribution with this id already.', '/id'),
  attributions_id_key: conflict('There is an attribution with this id already.', '/id'),
  reports_pkey: conflict('There is a report with this id already.', '/id'),

  withdrawals_kind_known: broken('This is no kind of withdrawal.'),
  withdrawals_superseded_by: broken('What is superseded names what takes its place.'),
  withdrawals_superseded_by_id_fkey: broken('There is no such attribution to take its place.'),
  withdrawals_reason_given: broken('A withdrawal needs a reason.', '/reason'),
  withdrawals_one_at_a_time: conflict('It is withdrawn already.'),
  withdrawals_of_what_nobody_asked: conflict('The reply request of which it tells is deleted.'),
  withdrawals_recorded_order: RECORDED_STAYS,
  withdrawals_ended_by_somebody: RECORDED_STAYS,
  affiliations_recorded_order: RECORDED_STAYS,

  merges_kind_known: broken('This is no kind of thing that can be merged.'),
  merges_into_another: broken('A thing cannot be merged into itself.', '/into'),
  merges_reason_given: broken('A merge needs a reason.', '/reason'),
  merges_recorded_order: RECORDED_STAYS,
  merges_ended_by_somebody: RECORDED_STAYS,
  merges_ended_reason_given: broken('The reason of the end of a merge cannot be blank.', '/reason'),
  merges_one_at_a_time: conflict('It is merged already.'),
  merges_of_what_stands: conflict('One of the two is merged into another already: take the one that stands.'),
  merges_of_what_is_there: broken('There is no such thing to merge into, or it was deleted.', '/into'),
  merges_named_stays_named: broken(
    'A named source cannot be merged into an anonymous one: merge the other way round.',
    '/into',
  ),
  merges_anonymous_of_one_host: broken(
    'They are the unnamed sources of different outlets, or one of them is named: nobody knows that they are the same. Send "force": true where you do.',
    '/into',
  ),
  merges_report_is_unseen: broken('Only a report that we have not seen is merged into the one that we come to hold.'),
  merges_report_into_held: broken('The report to merge into must be one that we hold.', '/into'),
  merges_report_of_one_outlet: broken('The two reports are of different outlets.', '/into'),
  merges_no_circle: broken(
    'What it is part of, or speaks for, would lead back to itself: change these affiliations first.',
  ),
  attributions_of_what_stands: conflict(
    'Its claim, source, report or organization is merged into another: name the one that stands.',
  ),

  reply_requests_pkey: conflict('There is a reply request with this id already.', '/id'),
  reply_requests_claim_stands: broken('There is no such claim, or it was deleted.', '/claim'),
  reply_requests_source_stands: broken('There is no such source, or it was deleted.', '/source'),
  reply_requests_of_what_stands: conflict('Its claim or its source is merged into another: name the one that stands.'),
  reply_requests_asked_stays: broken('Who was asked about what, when and by whom stays as it was recorded.'),
  reply_requests_closed_stays: conflict('It is answered or has lapsed: only its note can be changed.'),
  reply_requests_channel_known: broken('This is no channel by which somebody can be asked.', '/channel'),
  reply_requests_deadline_after_asked: broken('The deadline must lie after the request.', '/deadline'),
  reply_requests_note_given: broken('A note cannot be blank.', '/note'),
  reply_requests_outcome_known: broken('A request is answered or it lapses.'),
  reply_requests_closed_with_attribution: broken(
    'What was answered or has lapsed names the attribution that tells so.',
  ),
  reply_requests_closed_after_asked: broken('It cannot have been answered, or lapse, before it was asked.'),

  rating_schemes_one_a_reviewer: conflict('This reviewer has a rating scheme already: change that one.', '/reviewer'),
  rating_schemes_worst_below_best: broken('The worst rating must lie below the best.', '/worstRating'),
  rating_schemes_ratings_given: broken('A rating scheme needs its ratings.', '/ratings'),
  rating_schemes_name_given: broken('The name of a scheme cannot be blank.', '/name'),
  rating_schemes_ratings_in_range: broken('Each rating must lie between the worst and the best.', '/ratings'),
  rating_schemes_ratings_once: broken('No two ratings have the same value or the same name.', '/ratings'),
  rating_schemes_verdicts_known: broken('Each rating needs its verdict: true, mixed, false or unproven.', '/ratings'),
  rating_schemes_pkey: conflict('There is a rating scheme with this id already.', '/id'),

  reviewers_stand: broken('There is no such source, or it was deleted.', '/reviewer'),
  reviewers_of_what_stands: conflict('The reviewer is merged into another: name the one that stands.', '/reviewer'),
  reviewers_are_named: broken('An anonymous source cannot be a reviewer: whoever judges does so by name.', '/reviewer'),
  reviewers_stay: broken(
    'A verdict stays its reviewer’s, on its claim, and a rating scheme its reviewer’s: delete it, and record another.',
  ),
  sources_reviewer_stays_named: broken(
    'A source that has judged a claim or has a rating scheme cannot become anonymous.',
    '/kind',
  ),

  assessments_rating_given: broken('An assessment needs a rating: its value, its name, or both.', '/rating'),
  assessments_alternate_name_given: broken('The name of a rating cannot be blank.', '/rating/alternateName'),
  assessments_rating_has_its_range: broken('A rating value stands between a worst and a best rating.', '/rating'),
  assessments_worst_below_best: broken('The worst rating must lie below the best.', '/rating/worstRating'),
  assessments_rating_in_range: broken(
    'The rating value must lie between the worst and the best.',
    '/rating/ratingValue',
  ),
  assessments_verdict_known: broken('This is no verdict.'),
  assessments_explanation_given: broken('An explanation cannot be blank.', '/explanation'),
  assessments_claim_stands: broken('There is no such claim, or it was deleted.', '/claim'),
  assessments_of_what_stands: conflict('The claim is merged into another: name the one that stands.', '/claim'),
  assessments_pkey: conflict('There is an assessment with this id already.', '/id'),
  assessments_published_order: broken('The date ends before it begins.', '/published'),

  quote_states_looked_for: conflict('The text of the report has been changed at this moment: try again.'),
  quote_states_health_known: broken('This is nothing that can become of a quote.'),

  keys_scopes_known: broken('The scopes are read, write and admin; at least one is needed.', '/scopes'),
  keys_name_form: broken('The name of a key is lower-case words joined by hyphens.', '/name'),
  idempotency_records_one_attempt: {
    type: 'in-flight',
    detail: 'Another attempt with the same Idempotency-Key has taken this request over.',
  },
  imports_name_given: broken('The name of an import has 1 to 200 characters, and is not blank.'),
  imports_dry_runs_expire: broken('The receipt of a dry run expires, that of an import does not.'),
  imports_stopped_or_finished: broken('An import that broke off is not finished.'),
  import_rows_outcome_known: broken('This is no outcome of an import.'),
};

/** What is append-only: each table's rule is its name and this ending. */
const APPEND_ONLY = /_append_only$/;

/**
 * Does something to one part of a document; what is wrong with it is told at its place in the document.
 *
 * @throws {Problem} what `work` throws, and every named rule of the database that it breaks, their pointers below `pointer`
 */
export async function at<T>(pointer: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const problem = brokenRule(error);
    if (problem === undefined) throw error;
    const { type, message, extensions } = problem;
    const places = problem.errors.length > 0 ? problem.errors : [{ detail: message }];
    const errors = places.map((place) => ({ ...place, pointer: `${pointer}${place.pointer ?? ''}` }));
    throw new Problem(type, message, { cause: error, errors, extensions: { ...extensions } });
  }
}

/**
 * The problem behind an error of pg or of Prisma that a named rule of the database raised, or that is one already; `undefined`
 * for any other error.
 * Prisma hands on the database's words without the name as a field, so the name is read from these.
 */
export function brokenRule(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  const name = constraintOf(error);
  if (name === undefined) return undefined;
  const rule = RULES[name] ?? (APPEND_ONLY.test(name) ? RECORDED_STAYS : undefined);
  if (rule === undefined) return undefined;
  const { type, detail, pointer } = rule;
  return new Problem(type, detail, { cause: error, errors: pointer === undefined ? [] : [{ pointer, detail }] });
}

/** Whether an error says that a rule of the database was broken. */
export function breaks(error: unknown, rule: string): boolean {
  return constraintOf(error) === rule;
}

function constraintOf(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; isRecord(at) && depth < 6; depth += 1) {
    if (typeof at.constraint === 'string') return at.constraint;
    const words = [at.originalMessage, at.message].find((text) => typeof text === 'string');
    const named = typeof words === 'string' ? /constraint "([a-z0-9_]+)"/.exec(words)?.[1] : undefined;
    if (named !== undefined) return named;
    at = (isRecord(at.meta) ? at.meta.driverAdapterError : undefined) ?? at.cause;
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
