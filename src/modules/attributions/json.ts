import { json, reference, row } from '../../database/json.ts';
import { PRESENT, type Tense } from '../../database/tense.ts';

/** How the quote of an attribution `a` stands in the text of its report; null while that is not kept. */
const healthOf = (tense: Tense) =>
  `(SELECT q.health FROM quote_states q WHERE q.attribution_id = a.id AND ${tense.stands('q')})`;

/** What an attribution's JSON shows of the things that it names: of the claim `c`, the source `s`, the report `r` of the outlet `o`. */
export const NAMED = {
  claim: row({ id: 'c.id', slug: 'c.slug' }),
  source: reference('s', { kind: 's.kind' }),
  report: row({
    id: 'r.id',
    title: 'r.title',
    url: 'r.url',
    published: 'r.published',
    status: 'r.status',
    outlet: reference('o'),
  }),
};

/**
 * An attribution (`attributionAnswer`) as JSON; `a` is the attribution, the other tables are those of `ATTRIBUTION_JOINS`.
 * `live` is the SQL of whether it counts, `health` of how its quote stands in the text of its report, `named` of what it names.
 */
export const attributionJson = (tense: Tense, live: string, { health = healthOf(tense), named = NAMED } = {}) =>
  json({
    id: 'a.id',
    ...named,
    stance: 'a.stance',
    certainty: 'a.certainty',
    emphasis: 'a.emphasis',
    relays: 'a.relays_id',
    speakingFor: `CASE
    WHEN a.speaking_for_self THEN '"self"'::json
    WHEN a.speaking_for_id IS NOT NULL THEN
      (SELECT row_to_json(${reference('f')}) FROM (SELECT a.speaking_for_id AS id) spoken JOIN ${tense.source('f', 'spoken.id')})
  END`,
    quote: `CASE WHEN a.quote_exact IS NOT NULL THEN ${row({
      exact: 'a.quote_exact',
      prefix: 'a.quote_prefix',
      suffix: 'a.quote_suffix',
      language: 'a.quote_language',
      translation: 'a.quote_translation',
      translator: 'a.quote_translator',
      health,
    })} END`,
    said: 'a.said',
    recordedAt: 'to_rfc3339_exact(a.recorded_at)',
    live,
    withdrawn: `CASE WHEN w.id IS NOT NULL THEN ${row({
      kind: 'w.kind',
      supersededBy: 'w.superseded_by_id',
      reason: 'w.reason',
      by: 'w.actor',
      at: 'to_rfc3339_exact(w.recorded_from)',
    })} END`,
    version: 'a.version',
  });

/** The withdrawal `w` that an attribution `a` stands under, if any. */
export function withdrawalJoin(tense: Tense): string {
  return `LEFT JOIN withdrawals w ON w.claim_id = a.claim_id AND w.attribution_id = a.id AND ${tense.stands('w')}`;
}

/** An attribution as it stands now. */
export const ATTRIBUTION_JSON = attributionJson(PRESENT, 'a.live');
/** What that is read from, beside the attribution itself. */
export const ATTRIBUTION_JOINS = `
  JOIN ${PRESENT.claim('c', 'a.claim_id')}
  JOIN ${PRESENT.source('s', 'a.source_id')}
  JOIN ${PRESENT.report('r', 'a.report_id')}
  JOIN ${PRESENT.source('o', 'r.outlet_id')}
  ${withdrawalJoin(PRESENT)}`;
