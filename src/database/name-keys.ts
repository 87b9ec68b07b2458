import type pg from 'pg';
import { FOLD_VERSION, foldName } from '../domain/names.ts';
import { StartError } from '../start-error.ts';

/** The columns that names and their keys are in. */
const COLUMNS = [
  { table: 'sources', name: 'name', key: 'name_folded' },
  { table: 'source_aliases', name: 'alias', key: 'folded' },
] as const;

/** So many names are read and folded at a time. */
const BATCH = 5000;

/**
 * Makes the keys of all names anew where an older version of `foldName` made them, in one transaction, under the ledger's lock:
 * until it commits everybody reads the old keys, and nobody writes. What is recorded stays as it is; versions do not move.
 *
 * @throws StartError when a newer version made them, or the database refuses.
 */
export async function foldNamesAnew(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number }>('SELECT max(version) AS version FROM name_folds');
  const version = rows[0]?.version ?? 0;
  if (version === FOLD_VERSION) return;
  if (version > FOLD_VERSION) {
    throw new StartError(
      'A newer version of OnRecord made the keys of the names in this database: use that, or a newer one.',
    );
  }
  await client.query('BEGIN');
  try {
    await client.query('SET LOCAL statement_timeout = 0');
    await client.query('SELECT ledger_now()');
    // The triggers would take it for a change of the source.
    await client.query('ALTER TABLE sources DISABLE TRIGGER USER');
    for (const columns of COLUMNS) await foldColumn(client, columns);
    await client.query('ALTER TABLE sources ENABLE TRIGGER USER');
    await client.query('INSERT INTO name_folds (version) VALUES ($1)', [FOLD_VERSION]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw new StartError(`The keys of the names could not be made anew, and were left as they are: ${error}`, {
      cause: error,
    });
  }
}

/** Rows are found by their place: nobody else writes, and each is written once. */
async function foldColumn(client: pg.Client, { table, name, key }: (typeof COLUMNS)[number]): Promise<void> {
  await client.query(
    `DECLARE names CURSOR FOR SELECT ctid::text AS place, ${name} AS name, ${key} AS key FROM ${table}`,
  );
  for (;;) {
    const { rows } = await client.query<{ place: string; name: string; key: string }>(`FETCH ${BATCH} FROM names`);
    if (rows.length === 0) break;
    const folded = rows.map((row) => ({ ...row, folded: foldName(row.name) }));
    const changed = folded.filter((row) => row.folded !== row.key);
    await client.query(
      `UPDATE ${table} SET ${key} = anew.key FROM unnest($1::tid[], $2::text[]) AS anew (place, key)
       WHERE ${table}.ctid = anew.place`,
      [changed.map(({ place }) => place), changed.map((row) => row.folded)],
    );
  }
  await client.query('CLOSE names');
}
