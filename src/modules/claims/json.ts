import { json, reference, row } from '../../database/json.ts';
import { PRESENT, type Tense } from '../../database/tense.ts';

/** The flags of a claim: `s` is claim_summaries. */
export const CLAIM_FLAGS = `array_remove(
    ARRAY[CASE WHEN s.anonymous_only THEN 'anonymous_only' END, CASE WHEN s.no_quote THEN 'no_quote' END], NULL)`;

/** A claim (`claimAnswer`) as JSON: `c` is claims, `s` claim_summaries, `t` topics. */
export const claimJson = (tense: Tense) =>
  json({
    id: 'c.id',
    slug: 'c.slug',
    text: 'c.text',
    kind: 'c.kind',
    language: 'c.language',
    topic: `CASE WHEN t.id IS NOT NULL THEN ${reference('t')} END`,
    occurred: 'c.occurred',
    about: `coalesce((
    SELECT json_agg(${reference('subject')} ORDER BY subject.slug)
    FROM (
      SELECT DISTINCT subject.id, subject.slug, subject.name
      FROM claim_about JOIN ${tense.source('subject', 'claim_about.source_id')}
      WHERE claim_about.claim_id = c.id AND ${tense.stands('claim_about')}
    ) subject
  ), '[]')`,
    prediction: `CASE WHEN c.outcome IS NOT NULL THEN ${row({
      horizon: 'c.horizon',
      criteria: 'c.criteria',
      outcome: 'c.outcome',
      resolvedAt: 'to_rfc3339(c.resolved_at)',
    })} END`,
    standing: 's.standing',
    flags: CLAIM_FLAGS,
    counts: row({
      for: row({ positions: 's.for_positions', origins: 's.for_origins', firm: 's.for_firm' }),
      against: row({ positions: 's.against_positions', origins: 's.against_origins' }),
      declined: 's.declined',
      noResponse: 's.no_response',
      relays: 's.relays',
      attributions: 's.attributions',
    }),
    createdAt: 'to_rfc3339(c.created_at)',
    updatedAt: 'to_rfc3339(c.updated_at)',
    version: 'c.version',
  });

/** A claim as it stands now, and what that is built from. */
export const CLAIM_JSON = claimJson(PRESENT);
export const CLAIM_FROM = claimFrom('claims');

/** The same of some claims only. */
export function claimFrom(claims: string): string {
  return `${claims} c JOIN claim_summaries s ON s.claim_id = c.id LEFT JOIN topics t ON t.id = c.topic_id`;
}
