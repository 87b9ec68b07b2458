import type { Context } from '../../database/context.ts';
import { row } from '../../database/json.ts';
import { PRESENT } from '../../database/tense.ts';
import { instantText } from '../../domain/clocks.ts';
import { edtfRange } from '../../domain/edtf.ts';
import { isUuid } from '../../domain/names.ts';
import type { Certainty, Emphasis, Stance } from '../../domain/vocabulary.ts';
import { saidTooLate } from '../../domain/warning.ts';
import { ATTRIBUTION_JOINS, attributionJson } from './json.ts';

/** The words as printed (W3C TextQuoteSelector), with language and translation. */
export interface Quote {
  readonly exact: string;
  readonly prefix?: string | null | undefined;
  readonly suffix?: string | null | undefined;
  readonly language?: string | null | undefined;
  readonly translation?: string | null | undefined;
  readonly translator?: string | null | undefined;
}

/** An attribution to be inserted. `claim`, `source` and `speakingFor` are UUIDs or slugs of what stands; `said` is EDTF. */
export interface NewAttribution {
  readonly id: string;
  readonly claim: string;
  /**
   * The claim that the chain in front of which it is put was recorded with, where the caller knows it. Without it, that of what
   * it relays: a relay has the claim of what it relays, be that merged into `claim`.
   */
  readonly chainClaimId?: string;
  readonly source: string;
  readonly reportId: string;
  readonly stance: Stance;
  readonly certainty: Certainty;
  readonly emphasis: Emphasis;
  readonly relaysId: string | null;
  /** An organization, `self`, or null for what the dated affiliations say. */
  readonly speakingFor: string | null;
  readonly quote: Quote | null;
  readonly said: string | null;
  /** The n-th row of its report with the same claim, source and chain, from 0 (DESIGN §5). */
  readonly ordinal: number;
}

/**
 * What became of one item: its JSON, and that with its warnings; or which of its references name nothing, and where all are known,
 * one is merged.
 */
export interface InsertedRow {
  readonly body: string | null;
  readonly answer: string | null;
  readonly claim_known: boolean;
  readonly source_known: boolean;
  readonly organization_known: boolean;
}

/** A quote goes into a report only where the text has it, if that is kept (`attributions_quote_in_text`). */
const NEW_ATTRIBUTION_JSON = attributionJson(PRESENT, 'a.live', {
  health: "CASE WHEN keeps_text(a.report_id) THEN 'found' END",
});

/** What may be wrong with a new attribution, as JSON: the rule of `saidAfterPublished`. */
const WARNINGS = `CASE WHEN r.status = 'held' AND a.said_from >= r.published_until THEN json_build_array(${row({
  type: "'said_after_published'",
  pointer: "'/said'",
  detail: `format('${saidTooLate('%1$s', '%2$s')}', a.said, r.published)`,
})}) ELSE '[]' END`;

/** The text of a new attribution with its warnings as the last member. */
const ANSWER = `left(made.body, -1) || ',"warnings":' || made.warnings || '}'`;

/**
 * Inserts attributions from a JSON array, in its order (what is relayed before its relay), with their change entries and,
 * where a ticket is given, the answers kept for repeated requests: one statement, so that the ledger's lock is held no
 * longer than the server needs. Items whose references name nothing, and relays whose claim is named by one that is merged,
 * are left out. `$2` is how the quotes among them stand in the texts of their reports (QuotesFound), `$3` for how many milliseconds
 * the lock is waited for, empty where it is held already. Gives an InsertedRow for each item.
 */
export const INSERT_ATTRIBUTIONS = `
WITH told AS MATERIALIZED (
  SELECT set_config('onrecord.quotes_found', $2, true) AS quotes, set_config('onrecord.lock_patience', $3, true) AS patience
),
item AS MATERIALIZED (
  SELECT given.*,
    coalesce(claim_id, (SELECT id FROM claims WHERE slug = claim_slug AND deleted_at IS NULL)) AS claim,
    CASE WHEN relays_id IS NOT NULL THEN coalesce(chain_claim_id, (
      SELECT relayed.claim_id FROM attributions relayed JOIN merged_ids ON merged_ids.id = relayed.claim_id
      WHERE relayed.id = given.relays_id
    )) END AS chain_claim,
    coalesce(source_id, (SELECT id FROM sources WHERE slug = source_slug AND deleted_at IS NULL)) AS source,
    coalesce(organization_id, (SELECT id FROM sources WHERE slug = organization_slug AND deleted_at IS NULL)) AS organization
  FROM told CROSS JOIN jsonb_to_recordset($1::jsonb) AS given (
    number integer, id uuid, claim_id uuid, claim_slug text, chain_claim_id uuid, source_id uuid, source_slug text, report_id uuid, stance text,
    certainty text, emphasis text, relays_id uuid, organization_id uuid, organization_slug text, for_self boolean,
    quote_exact text, quote_prefix text, quote_suffix text, quote_language text, quote_translation text,
    quote_translator text, said text, said_from timestamptz, said_until timestamptz, ordinal smallint,
    actor_id uuid, actor text, request_id text, ticket_id uuid, ticket_attempt uuid
  )
),
a AS (
  INSERT INTO attributions (
    claim_id, id, source_id, report_id, stance, certainty, emphasis, relays_id, speaking_for_id, speaking_for_self,
    quote_exact, quote_prefix, quote_suffix, quote_language, quote_translation, quote_translator, said, said_from, said_until,
    ordinal
  )
  SELECT CASE WHEN chain_stands_id = claim THEN chain_claim ELSE claim END, id, source, report_id, stance, certainty, emphasis,
    relays_id, organization, for_self,
    quote_exact, quote_prefix, quote_suffix, quote_language, quote_translation, quote_translator, said, said_from, said_until,
    ordinal
  FROM item LEFT JOIN (SELECT id AS member_id, stands_id AS chain_stands_id FROM merged_ids) chain ON member_id = chain_claim
  WHERE claim IS NOT NULL AND source IS NOT NULL AND (organization IS NOT NULL OR organization_slug IS NULL)
    AND claim IS DISTINCT FROM member_id
  ORDER BY number
  RETURNING *
),
made AS MATERIALIZED (
  SELECT a.id, ${NEW_ATTRIBUTION_JSON}::text AS body, ${WARNINGS} AS warnings FROM a ${ATTRIBUTION_JOINS}
),
recorded AS (
  INSERT INTO changes (actor_id, actor, request_id, action, type, entity_id, version, after)
  SELECT item.actor_id, item.actor, item.request_id, 'created', 'attribution', made.id, 1, made.body::jsonb - 'live' #- '{quote,health}'
  FROM item JOIN made ON made.id = item.id
  ORDER BY item.number
)
SELECT made.body, ${ANSWER} AS answer,
  item.claim IS NOT NULL AS claim_known, item.source IS NOT NULL AS source_known,
  item.organization IS NOT NULL OR item.organization_slug IS NULL AS organization_known,
  CASE WHEN made.id IS NOT NULL AND item.ticket_id IS NOT NULL THEN complete_idempotency(
    item.ticket_id, item.ticket_attempt, 201, '/v1/attributions/' || made.id, etag_of(1, made.body), ${ANSWER}
  ) END::text AS kept
FROM item LEFT JOIN made ON made.id = item.id
ORDER BY item.number`;

/** An attribution as INSERT_ATTRIBUTIONS takes it. */
export function itemOf(context: Context, row: NewAttribution, number: number): Record<string, unknown> {
  const said = row.said === null ? null : edtfRange(row.said);
  const organization = row.speakingFor === 'self' ? null : row.speakingFor;
  return {
    number,
    id: row.id,
    ...reference('claim', row.claim),
    chain_claim_id: row.chainClaimId,
    ...reference('source', row.source),
    report_id: row.reportId,
    stance: row.stance,
    certainty: row.certainty,
    emphasis: row.emphasis,
    relays_id: row.relaysId,
    ...(organization === null ? {} : reference('organization', organization)),
    for_self: row.speakingFor === 'self',
    quote_exact: row.quote?.exact,
    quote_prefix: row.quote?.prefix,
    quote_suffix: row.quote?.suffix,
    quote_language: row.quote?.language,
    quote_translation: row.quote?.translation,
    quote_translator: row.quote?.translator,
    said: row.said,
    said_from: instantOf(said?.from),
    said_until: instantOf(said?.until),
    ordinal: row.ordinal,
    actor_id: context.actor.id,
    actor: context.actor.name,
    request_id: context.requestId,
    ticket_id: context.idempotency?.id,
    ticket_attempt: context.idempotency?.attempt,
  };
}

function instantOf(date: Date | null | undefined): string | null {
  return date == null ? null : instantText(date.getTime() * 1000);
}

function reference(name: string, text: string): Record<string, string> {
  return isUuid(text) ? { [`${name}_id`]: text } : { [`${name}_slug`]: text };
}
