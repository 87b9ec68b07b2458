import { json, row } from '../../database/json.ts';
import type { Tense } from '../../database/tense.ts';

/**
 * The SQL of relations as they stand in a tense, of those rows `r` of claim_relations for which the condition holds: between the
 * claims that stand, without what would relate a claim to itself. Of those that are one, since claims are merged (a contradiction
 * whichever way it goes), `stands_id` is the one that was judged last. `written_*` is what the row itself holds.
 */
export function relationRows(tense: Tense, condition: string): string {
  const [one, other] = ['least', 'greatest'].map((end) => `WHEN r.type = 'contradicts' THEN ${end}(f.id, t.id)`);
  return `SELECT r.relation_id AS id, r.version, r.type, r.status, r.actor, r.recorded_from,
      r.id AS written_id, r.from_id AS written_from_id, r.to_id AS written_to_id,
      f.id AS from_id, f.slug AS from_slug, f.text AS from_text, t.id AS to_id, t.slug AS to_slug, t.text AS to_text,
      first_value(r.relation_id) OVER (
        PARTITION BY r.type, CASE ${one} ELSE f.id END, CASE ${other} ELSE t.id END ORDER BY r.recorded_from DESC, r.id DESC
      ) AS stands_id
    FROM claim_relations r JOIN ${tense.claim('f', 'r.from_id')} JOIN ${tense.claim('t', 'r.to_id')}
    WHERE ${tense.stands('r')} AND f.id <> t.id AND (${condition})`;
}

/** A relation (`relationAnswer`) as JSON: `r` is one of `relationRows`. */
export const RELATION_JSON = json({
  id: 'r.id',
  from: row({ id: 'r.from_id', slug: 'r.from_slug', text: 'r.from_text' }),
  type: 'r.type',
  to: row({ id: 'r.to_id', slug: 'r.to_slug', text: 'r.to_text' }),
  status: 'r.status',
  judgedBy: 'r.actor',
  judgedAt: 'to_rfc3339_exact(r.recorded_from)',
  version: 'r.version',
});
