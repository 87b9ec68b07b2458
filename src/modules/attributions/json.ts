/** An attribution as JSON, built where its rows are; the tables are those of ATTRIBUTION_JOINS, and `a` the attribution. */
export const ATTRIBUTION_JSON = `json_build_object(
  'id', a.id,
  'claim', json_build_object('id', c.id, 'slug', c.slug),
  'source', json_build_object('id', s.id, 'slug', s.slug, 'name', s.name, 'kind', s.kind),
  'report', json_build_object(
    'id', r.id, 'title', r.title, 'url', r.url, 'published', r.published, 'status', r.status,
    'outlet', json_build_object('id', o.id, 'slug', o.slug, 'name', o.name)),
  'stance', a.stance, 'certainty', a.certainty, 'emphasis', a.emphasis, 'relays', a.relays_id,
  'speakingFor', CASE
    WHEN a.speaking_for_self THEN '"self"'::json
    WHEN a.speaking_for_id IS NOT NULL THEN (
      SELECT json_build_object('id', f.id, 'slug', f.slug, 'name', f.name) FROM sources f WHERE f.id = a.speaking_for_id)
  END,
  'quote', CASE WHEN a.quote_exact IS NOT NULL THEN json_build_object(
    'exact', a.quote_exact, 'prefix', a.quote_prefix, 'suffix', a.quote_suffix, 'language', a.quote_language,
    'translation', a.quote_translation, 'translator', a.quote_translator) END,
  'said', a.said, 'recordedAt', to_rfc3339_exact(a.recorded_at), 'live', a.live,
  'withdrawn', CASE WHEN w.id IS NOT NULL THEN json_build_object(
    'kind', w.kind, 'supersededBy', w.superseded_by_id, 'reason', w.reason, 'by', w.actor,
    'at', to_rfc3339_exact(w.recorded_from)) END,
  'version', a.version)`;

/** What an attribution's JSON is read from, beside the attribution itself. */
export const ATTRIBUTION_JOINS = `
  JOIN claims c ON c.id = a.claim_id
  JOIN sources s ON s.id = a.source_id
  JOIN reports r ON r.id = a.report_id
  JOIN sources o ON o.id = r.outlet_id
  LEFT JOIN withdrawals w ON w.claim_id = a.claim_id AND w.attribution_id = a.id AND w.recorded_until IS NULL`;
