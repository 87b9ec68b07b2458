import { withClient } from '../global-setup.ts';
import type { TestLedger } from '../harness.ts';

/** Lays the rows of every table of a ledger in another order, as a dump and restore may: nothing else of it changes. */
export async function shuffleRows({ ownerUrl }: TestLedger, salt: number): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<{ table: string; columns: string }>(KEYS);
    for (const { table, columns } of rows)
      await client.query(
        `CREATE INDEX shuffled ON ${table} (hash_record_extended(ROW(${columns}), ${salt}));
         CLUSTER ${table} USING shuffled;
         DROP INDEX shuffled`,
      );
  });
}

/** Every table, and the columns of its primary key. */
const KEYS = `
  SELECT i.indrelid::regclass::text AS table, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
  FROM pg_index i
  JOIN pg_class t ON t.oid = i.indrelid AND t.relnamespace = 'public'::regnamespace
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
  WHERE i.indisprimary
  GROUP BY i.indrelid ORDER BY 1`;
