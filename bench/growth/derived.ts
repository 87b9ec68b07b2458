import type pg from 'pg';

/** Everything that is stored of what is derived of the claims $1: a key, and the row as text. */
const STORED = `
  SELECT 'position ' || claim_id || ' ' || source_id AS key, p::text AS row FROM claim_positions p WHERE claim_id = ANY ($1)
  UNION ALL
  SELECT 'voice ' || claim_id || ' ' || source_id || ' ' || voice_id, v::text FROM claim_voices v WHERE claim_id = ANY ($1)
  UNION ALL
  SELECT 'summary ' || claim_id, s::text FROM claim_summaries s WHERE claim_id = ANY ($1)
  UNION ALL
  SELECT 'attribution ' || id, (live, stance_from, stance_until)::text FROM attributions WHERE claim_id = ANY ($1)`;

/** What is stored of some claims otherwise than it is derived anew, in words; the database is left as it was. */
export async function misderived(client: pg.Client, claims: readonly string[]): Promise<string[]> {
  const stored = async () => {
    const { rows } = await client.query<{ key: string; row: string }>(STORED, [claims]);
    return new Map(rows.map(({ key, row }) => [key, row]));
  };
  const kept = await stored();
  await client.query('BEGIN');
  await client.query('SELECT refresh_claims($1)', [claims]);
  await client.query('SELECT refresh_bearings($1)', [claims]);
  const derived = await stored();
  await client.query('ROLLBACK');
  return [...new Set([...kept.keys(), ...derived.keys()])]
    .filter((key) => kept.get(key) !== derived.get(key))
    .map((key) => `${key}: ${kept.get(key) ?? 'nothing'}, derived ${derived.get(key) ?? 'nothing'}`)
    .sort();
}
