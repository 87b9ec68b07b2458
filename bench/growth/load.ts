import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { ATTRIBUTION_JOINS, ATTRIBUTION_JSON } from '../../src/modules/attributions/json.ts';
import { CLAIM_FROM, presentClaimJson } from '../../src/modules/claims/json.ts';
import { misderived } from './derived.ts';
import { BEGIN, type GrowthSizes, makeLedger, SPAN, type TableRows } from './ledger.ts';

/** So many rows go into one file, and so into one COPY. */
const ROWS_A_COPY = 200_000;
/** So many claims are derived in one statement. */
const CLAIMS_AT_ONCE = 10_000;
const WINDOWS = 50;

/** What bulk work needs of a session: triggers and foreign keys off, room to sort and to build indexes. */
const BULK = `SET session_replication_role = replica; SET work_mem = '256MB'; SET maintenance_work_mem = '1GB';
  SET max_parallel_maintenance_workers = 0; SET synchronous_commit = off; SET TimeZone = 'UTC'; SET statement_timeout = 0;`;

/**
 * Loads a ledger of these sizes into a database that is migrated and empty: the rows by COPY without triggers, what the
 * triggers would have derived by the same functions in bulk, revisions and change entries from the rows. Indexes that are no
 * constraints are built when their tables are filled.
 * @param superuserUrl the database, as a role that may turn off triggers
 * @param folder for passing files; the server reads it
 * @throws Error with what is stored otherwise than it is derived anew
 */
export async function loadLedger(
  superuserUrl: string,
  folder: string,
  sizes: GrowthSizes,
  { seed, say }: { seed: number; say: (line: string) => void },
): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  const second = new pg.Client({ connectionString: superuserUrl });
  await Promise.all([client.connect(), second.connect()]);
  try {
    for (const each of [client, second]) await each.query(BULK);
    const indexes = await dropIndexes(client);
    for (const table of makeLedger(sizes, seed)) {
      say(`${table.table}…`);
      await copy(client, folder, table);
    }
    say('indexes…');
    await buildIndexes(
      [client, second],
      indexes.filter((index) => !isFilledLater(index)),
    );
    say('positions, standings…');
    await client.query('ANALYZE');
    await deriveAll([client, second]);
    say('revisions, changes…');
    await recordChanges([client, second]);
    say('their indexes…');
    await buildIndexes([client, second], indexes.filter(isFilledLater));
    say('merges…');
    await client.query(
      `SET session_replication_role = origin; ANALYZE; ${mergesOf(sizes)}; SET session_replication_role = replica`,
    );
    await client.query('VACUUM (ANALYZE, FREEZE)');
    await checkDerived(client);
  } finally {
    await Promise.all([client.end(), second.end()]);
  }
}

/** Writes the rows to files and has the server read each while the next one is written. */
async function copy(client: pg.Client, folder: string, { table, columns, rows }: TableRows): Promise<void> {
  const names = columns.map((column) => client.escapeIdentifier(column)).join(', ');
  let copying: Promise<unknown> = Promise.resolve();
  let part = 0;
  const send = async (file: string) => {
    await copying;
    copying = client
      .query(`COPY ${table} (${names}) FROM ${client.escapeLiteral(file)}`)
      .finally(() => rmSync(file, { force: true }));
    // A failure is met where it is waited for.
    copying.catch(() => {});
    part += 1;
  };
  const fileOf = () => join(folder, `${table}.${part}.copy`);
  let lines: string[] = [];
  let count = 0;
  let descriptor = openSync(fileOf(), 'w', 0o644);
  for (const row of rows) {
    lines.push(row.map(copyText).join('\t'));
    count += 1;
    if (lines.length === 5000) {
      writeSync(descriptor, `${lines.join('\n')}\n`);
      lines = [];
    }
    if (count % ROWS_A_COPY === 0) {
      closeSync(descriptor);
      await send(fileOf());
      descriptor = openSync(fileOf(), 'w', 0o644);
    }
  }
  if (lines.length > 0) writeSync(descriptor, `${lines.join('\n')}\n`);
  closeSync(descriptor);
  await send(fileOf());
  await copying;
}

/** A value in the text format of COPY. */
function copyText(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'boolean') return value ? 't' : 'f';
  const text = String(value);
  return /[\\\t\n\r]/.test(text) ? text.replaceAll(/[\\\t\n\r]/g, (character) => `\\${character}`) : text;
}

/** Drops the indexes that are no constraint and gives what makes them again. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
     FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
     WHERE t.relnamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
     ORDER BY t.relname, name`,
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  return rows.map(({ definition }) => definition);
}

/** Whether an index is of a table that is filled from the others. */
function isFilledLater(definition: string): boolean {
  return /\bON public\.(?:claim_positions|claim_voices|claim_summaries|claim_firsts|changes|revisions) /.test(
    definition,
  );
}

async function buildIndexes(clients: readonly pg.Client[], definitions: readonly string[]): Promise<void> {
  await shared(clients, [...definitions], (client, definition) => client.query(definition));
}

/** Has the clients work through the list, each taking the next as it is free. */
async function shared<T>(
  clients: readonly pg.Client[],
  list: T[],
  work: (client: pg.Client, each: T) => Promise<unknown>,
): Promise<void> {
  const queue = list.values();
  await Promise.all(
    clients.map(async (client) => {
      for (const each of queue) await work(client, each);
    }),
  );
}

async function deriveAll(clients: readonly pg.Client[]): Promise<void> {
  const [client] = clients as [pg.Client];
  await client.query('INSERT INTO claim_summaries (claim_id) SELECT id FROM claims');
  const { rows } = await client.query<{ ids: string[] }>(
    `SELECT array_agg(id ORDER BY id) AS ids
     FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / $1 AS part FROM claims) numbered GROUP BY part ORDER BY part`,
    [CLAIMS_AT_ONCE],
  );
  await shared(clients, rows, (each, { ids }) => each.query('SELECT refresh_claims($1)', [ids]));
  // What claims come to bears on others, so all must be there.
  await shared(clients, rows, (each, { ids }) => each.query('SELECT refresh_bearings($1)', [ids]));
  await client.query(
    `INSERT INTO claim_firsts (claim_id, first_said, place)
     SELECT claim_id, min(stance_until), place_of(claim_id) FROM attributions GROUP BY claim_id`,
  );
}

/** The document of a claim as the feed keeps it: without what is derived. */
const CLAIM_DOCUMENT = `${presentClaimJson('now()')}::jsonb - 'standing' - 'flags' - 'counts'`;
const REPORT_DOCUMENT = `jsonb_build_object(
  'id', r.id, 'url', r.url, 'title', r.title, 'outlet', jsonb_build_object('id', o.id, 'slug', o.slug, 'name', o.name),
  'authors', r.authors, 'kind', r.kind, 'language', r.language, 'published', r.published, 'retrievedAt', NULL,
  'archiveUrl', r.archive_url, 'text', r.text, 'textHash', r.text_hash, 'status', r.status, 'retractedOn', r.retracted_on,
  'citedIn', r.cited_in_id, 'createdAt', to_rfc3339(r.created_at), 'updatedAt', to_rfc3339(r.updated_at),
  'version', r.version)`;

/** The second versions: of claims that were moved or decided, of reports that were corrected or retracted. */
const REVISIONS = `
  INSERT INTO revisions (entity_id, version, type, at, actor, request_id, before, after)
  SELECT id, 2, 'claim', updated_at, 'generator', 'generator',
    after || jsonb_build_object('version', 1, 'updatedAt', after -> 'createdAt', 'topic', topic,
      'prediction', CASE WHEN outcome IS NOT NULL
        THEN (after -> 'prediction') || jsonb_build_object('outcome', outcome, 'resolvedAt', NULL) END),
    after
  FROM (
    SELECT c.id, c.updated_at, ${CLAIM_DOCUMENT} AS after, was.outcome,
      (SELECT jsonb_build_object('id', id, 'slug', slug, 'name', name) FROM topics WHERE id = was.topic_id) AS topic
    FROM ${CLAIM_FROM} JOIN claim_states was ON was.claim_id = c.id AND was.recorded_until = c.updated_at
    WHERE c.version = 2
  ) changed;
  INSERT INTO revisions (entity_id, version, type, at, actor, request_id, before, after)
  SELECT id, 2, 'report', updated_at, 'generator', 'generator',
    after || jsonb_build_object(
      'version', 1, 'updatedAt', after -> 'createdAt', 'status', 'held', 'retractedOn', NULL),
    after
  FROM (
    SELECT r.id, r.updated_at, ${REPORT_DOCUMENT} AS after FROM reports r JOIN sources o ON o.id = r.outlet_id
    WHERE r.version = 2
  ) changed;
  ANALYZE revisions`;

/** The change entries of a part of the history, in the order in which they were recorded. */
const CHANGES = `
  INSERT INTO changes (id, at, actor, request_id, action, type, entity_id, slug, version, after)
  SELECT $3::bigint + row_number() OVER (ORDER BY at, entity_id), at, 'generator', 'generator', action, type, entity_id, slug,
    version, after
  FROM (
    SELECT created_at AS at, 'created' AS action, 'topic' AS type, id AS entity_id, slug, 1 AS version,
      jsonb_build_object('id', id, 'slug', slug, 'name', name, 'description', NULL, 'createdAt', to_rfc3339(created_at),
        'updatedAt', to_rfc3339(created_at), 'version', 1) AS after
    FROM topics WHERE created_at >= $1 AND created_at < $2
    UNION ALL
    SELECT created_at, 'created', 'source', id, slug, 1,
      jsonb_build_object('id', id, 'slug', slug, 'name', name, 'kind', kind, 'version', 1)
    FROM sources WHERE created_at >= $1 AND created_at < $2
    UNION ALL
    SELECT r.created_at, 'created', 'report', r.id, NULL, 1, coalesce(v.before, ${REPORT_DOCUMENT})
    FROM reports r JOIN sources o ON o.id = r.outlet_id LEFT JOIN revisions v ON v.entity_id = r.id AND v.version = 2
    WHERE r.created_at >= $1 AND r.created_at < $2
    UNION ALL
    SELECT c.created_at, 'created', 'claim', c.id, c.slug, 1, coalesce(v.before, ${CLAIM_DOCUMENT})
    FROM ${CLAIM_FROM} LEFT JOIN revisions v ON v.entity_id = c.id AND v.version = 2
    WHERE c.created_at >= $1 AND c.created_at < $2
    UNION ALL
    SELECT at, 'updated', type, entity_id, after ->> 'slug', version, after
    FROM revisions WHERE at >= $1 AND at < $2
    UNION ALL
    SELECT a.recorded_at, 'created', 'attribution', a.id, NULL, 1,
      ${ATTRIBUTION_JSON}::jsonb - 'live' || '{"withdrawn": null, "version": 1}'
    FROM attributions a ${ATTRIBUTION_JOINS}
    WHERE a.recorded_at >= $1 AND a.recorded_at < $2
    UNION ALL
    SELECT w.recorded_from, 'withdrawn', 'attribution', a.id, NULL, 2,
      ${ATTRIBUTION_JSON}::jsonb - 'live' || '{"version": 2}'
    FROM withdrawals gone JOIN attributions a ON a.id = gone.attribution_id ${ATTRIBUTION_JOINS}
    WHERE gone.recorded_from >= $1 AND gone.recorded_from < $2 AND w.recorded_from IS NOT NULL
  ) change`;

/** Ids far enough apart for the parts of the history, so that these can be written side by side. */
const IDS_A_WINDOW = 10_000_000;

async function recordChanges(clients: readonly pg.Client[]): Promise<void> {
  const [client] = clients as [pg.Client];
  const helpers = [
    'CREATE INDEX bulk_attributions ON attributions (recorded_at)',
    'CREATE INDEX bulk_reports ON reports (created_at)',
    'CREATE INDEX bulk_withdrawn ON withdrawals (recorded_from)',
    'ANALYZE',
  ];
  for (const text of helpers) await client.query(text);
  await client.query(REVISIONS);
  const windows = Array.from({ length: WINDOWS }, (_, part) => part);
  await shared(clients, windows, (each, part) => {
    const edge = (n: number) => new Date(BEGIN + (n / WINDOWS) * SPAN + (n === WINDOWS ? 86_400_000 : 0));
    return each.query(CHANGES, [edge(part), edge(part + 1), part * IDS_A_WINDOW]);
  });
  await client.query(`DROP INDEX bulk_attributions, bulk_reports, bulk_withdrawn`);
  await client.query("SELECT setval(pg_get_serial_sequence('changes', 'id'), (SELECT max(id) FROM changes))");
}

/**
 * Some fifty claims, people who speak rarely and unseen reports are merged a week after they were recorded: into the claim or
 * the person before them, or into a report of the same outlet and day. Half of the merges were ended a month later. They are
 * written with their triggers, which move what is derived.
 */
const mergesOf = ({ claims, sources }: GrowthSizes) => `
  WITH candidate AS (
    SELECT 'claim' AS kind, id AS from_id, lag(id) OVER (ORDER BY id) AS into_id, created_at,
      row_number() OVER (ORDER BY id) % ${claims / 50} = 0 AS chosen
    FROM claims
    UNION ALL
    SELECT 'source', id, lag(id) OVER (ORDER BY id), created_at, row_number() OVER (ORDER BY id) % ${sources / 500} = 0
    FROM sources s
    WHERE kind = 'person' AND created_at > '${new Date(BEGIN + SPAN / 10).toISOString()}'
      AND NOT EXISTS (SELECT FROM affiliations WHERE source_id = s.id)
    UNION ALL
    (SELECT 'report', r.id, held.id, r.created_at, true
     FROM reports r CROSS JOIN LATERAL (
       SELECT id FROM reports held
       WHERE held.outlet_id = r.outlet_id AND held.published = r.published AND held.status = 'held' LIMIT 1
     ) held
     WHERE r.status = 'cited_unseen' ORDER BY md5(r.id::text) LIMIT 50)
  )
  INSERT INTO merges (id, kind, from_id, into_id, reason, actor, recorded_from)
  SELECT gen_random_uuid(), kind, from_id, into_id, 'It is the same.', 'generator', created_at + interval '7 days'
  FROM candidate
  WHERE chosen AND created_at < '${new Date(BEGIN + SPAN * 0.9).toISOString()}';
  UPDATE merges SET recorded_until = recorded_from + interval '30 days', ended_by = 'generator'
  WHERE get_byte(uuid_send(from_id), 15) % 2 = 0`;

/** Holds what was loaded of a thousand claims, the most talked of among them, against what is derived of them anew. */
async function checkDerived(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ ids: string[] }>(
    `SELECT array_agg(claim_id) AS ids FROM (
       (SELECT claim_id FROM claim_summaries ORDER BY attributions DESC LIMIT 20)
       UNION (SELECT claim_id FROM claim_summaries ORDER BY md5(claim_id::text) LIMIT 1000)
     ) sample`,
  );
  const wrong = await misderived(client, rows[0]?.ids ?? []);
  if (wrong.length > 0)
    throw new Error(`what was loaded is not what is derived of it:\n${wrong.slice(0, 20).join('\n')}`);
}
