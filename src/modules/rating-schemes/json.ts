import { json, list, reference, row } from '../../database/json.ts';

/** A rating scheme (`ratingSchemeAnswer`) as JSON: `r` is rating_schemes, `s` its reviewer. */
export const RATING_SCHEME_JSON = json({
  id: 'r.id',
  reviewer: reference('s'),
  name: 'r.name',
  worstRating: 'r.worst_rating',
  bestRating: 'r.best_rating',
  // As jsonb it would come with the spaces and the order of keys of its own.
  ratings: list(
    row({
      ratingValue: `(each.rating ->> 'ratingValue')::double precision`,
      alternateName: `each.rating ->> 'alternateName'`,
      verdict: `each.rating ->> 'verdict'`,
    }),
    'jsonb_array_elements(r.ratings) WITH ORDINALITY each (rating, number)',
    'each.number',
  ),
  createdAt: 'to_rfc3339(r.created_at)',
  updatedAt: 'to_rfc3339(r.updated_at)',
  version: 'r.version',
});
