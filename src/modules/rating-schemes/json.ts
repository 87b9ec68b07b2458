import { json, reference } from '../../database/json.ts';

/** A rating scheme (`ratingSchemeAnswer`) as JSON: `r` is rating_schemes, `s` its reviewer. */
export const RATING_SCHEME_JSON = json({
  id: 'r.id',
  reviewer: reference('s'),
  name: 'r.name',
  worstRating: 'r.worst_rating',
  bestRating: 'r.best_rating',
  // As jsonb it would come with the spaces and the order of keys of its own.
  ratings: `(
    SELECT json_agg(row_to_json(each)) FROM jsonb_to_recordset(r.ratings)
      AS each ("ratingValue" double precision, "alternateName" text, verdict text)
  )`,
  createdAt: 'to_rfc3339(r.created_at)',
  updatedAt: 'to_rfc3339(r.updated_at)',
  version: 'r.version',
});
