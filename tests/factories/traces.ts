import type { Database } from '../../src/database/context.ts';

/** Every table that a change of the ledger writes to. */
const WRITTEN = [
  'attributions',
  'quote_states',
  'withdrawals',
  'reports',
  'report_states',
  'report_events',
  'revisions',
  'changes',
  'claim_positions',
  'claim_voices',
  'claim_summaries',
  'idempotency_records',
];

/** A digest of all rows that a change could leave a trace in: the same before and after means that nothing was written. */
export async function traces({ pool }: Database): Promise<Record<string, string>> {
  const digests = WRITTEN.map(
    (table) => `(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${table} t) AS ${table}`,
  );
  const { rows } = await pool.query(`SELECT ${digests.join(', ')}`);
  return rows[0];
}
