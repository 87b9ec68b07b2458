import pg from 'pg';
import type { Row } from './generate.ts';

/** So many rows go into one INSERT, which is one transaction of the ledger. */
const ROWS_AT_ONCE = 1000;

/** Tables whose rows appear in the change feed, as which type. */
const RECORDED: Readonly<Record<string, string>> = {
  topics: 'topic',
  sources: 'source',
  reports: 'report',
  claims: 'claim',
  attributions: 'attribution',
};

/**
 * Loads a generated ledger into a database that is migrated and empty, with change entries; the triggers see to the states,
 * positions, voices and summaries. Ends with fresh statistics.
 * @param url of the owner
 */
export async function load(url: string, world: Readonly<Record<string, readonly Row[]>>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const [table, rows] of Object.entries(world)) await loadTable(client, table, rows);
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

async function loadTable(client: pg.Client, table: string, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
    .map((column) => client.escapeIdentifier(column))
    .join(', ');
  const type = RECORDED[table];
  const insert = `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${table}, $1)`;
  const slug = rows[0]?.slug === undefined ? 'NULL' : 'slug';
  const text = type
    ? `WITH made AS (${insert} RETURNING *)
       INSERT INTO changes (actor, request_id, action, type, entity_id, slug, version, after)
       SELECT 'generator', 'generator', 'created', '${type}', id, ${slug}, 1, to_jsonb(made) FROM made`
    : insert;
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    await client.query(text, [JSON.stringify(rows.slice(start, start + ROWS_AT_ONCE))]);
  }
}

/** What differs between the copy that a bare INSERT goes into and the table itself: no triggers, and the clock as it is. */
const COPY = `
  CREATE TABLE bare_attributions (LIKE attributions INCLUDING ALL);
  ALTER TABLE bare_attributions
    ALTER COLUMN recorded_at SET DEFAULT clock_timestamp(), ALTER COLUMN updated_at SET DEFAULT clock_timestamp();
  INSERT INTO bare_attributions SELECT * FROM attributions;
  DO $$
  DECLARE
    definition text;
  BEGIN
    FOR definition IN
      SELECT replace(pg_get_constraintdef(oid), 'REFERENCES attributions', 'REFERENCES bare_attributions')
      FROM pg_constraint WHERE conrelid = 'attributions'::regclass AND contype = 'f'
    LOOP
      EXECUTE 'ALTER TABLE bare_attributions ADD ' || definition;
    END LOOP;
  END $$;
  ANALYZE bare_attributions;`;

/** Makes `bare_attributions`: the columns, rows, primary key, indexes, checks and foreign keys of attributions. */
export async function copyAttributions(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(COPY);
  } finally {
    await client.end();
  }
}
