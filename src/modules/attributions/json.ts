import { json, reference, row } from '../../database/json.ts';

/** An attribution (`attributionAnswer`) as JSON; `a` is the attribution, the other tables are those of ATTRIBUTION_JOINS. */
export const ATTRIBUTION_JSON = json({
  id: 'a.id',
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
  stance: 'a.stance',
  certainty: 'a.certainty',
  emphasis: 'a.emphasis',
  relays: 'a.relays_id',
  speakingFor: `CASE
    WHEN a.speaking_for_self THEN '"self"'::json
    WHEN a.speaking_for_id IS NOT NULL THEN
      (SELECT row_to_json(${reference('f')}) FROM sources f WHERE f.id = a.speaking_for_id)
  END`,
  quote: `CASE WHEN a.quote_exact IS NOT NULL THEN ${row({
    exact: 'a.quote_exact',
    prefix: 'a.quote_prefix',
    suffix: 'a.quote_suffix',
    language: 'a.quote_language',
    translation: 'a.quote_translation',
    translator: 'a.quote_translator',
  })} END`,
  said: 'a.said',
  recordedAt: 'to_rfc3339_exact(a.recorded_at)',
  live: 'a.live',
  withdrawn: `CASE WHEN w.id IS NOT NULL THEN ${row({
    kind: 'w.kind',
    supersededBy: 'w.superseded_by_id',
    reason: 'w.reason',
    by: 'w.actor',
    at: 'to_rfc3339_exact(w.recorded_from)',
  })} END`,
  version: 'a.version',
});

/** What an attribution's JSON is read from, beside the attribution itself. */
export const ATTRIBUTION_JOINS = `
  JOIN claims c ON c.id = a.claim_id
  JOIN sources s ON s.id = a.source_id
  JOIN reports r ON r.id = a.report_id
  JOIN sources o ON o.id = r.outlet_id
  LEFT JOIN withdrawals w ON w.claim_id = a.claim_id AND w.attribution_id = a.id AND w.recorded_until IS NULL`;
