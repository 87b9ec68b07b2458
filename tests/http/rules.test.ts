import pg from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenRule, RULES } from '../../src/database/rules.ts';
import { databaseUrl } from '../global-setup.ts';
import { cloneDatabase } from '../harness.ts';

let owner: pg.Client;
let service: pg.Client;
let drop: () => Promise<unknown>;

beforeAll(async () => {
  const clone = await cloneDatabase();
  drop = clone.drop;
  const connect = async (role: string) => {
    const client = new pg.Client({ connectionString: databaseUrl(clone.server, role, clone.name) });
    await client.connect();
    return client;
  };
  owner = await connect(clone.server.owner);
  service = await connect(clone.server.service);
});

afterAll(async () => {
  await Promise.all([owner.end(), service.end()]);
  await drop();
});

/** Rules that no request can break: the ids and references are the service's own. */
const INTERNAL = /_pkey$|_fkey$|_states_one_at_a_time$|_not_null$|_append_only$|^idempotency_records_key$|^_prisma/;

test('every named rule of the database has words for the person who breaks it', async () => {
  const { rows } = await owner.query<{ name: string }>(`
    SELECT conname AS name FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION
    SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE indisunique AND relnamespace = 'public'::regnamespace
    UNION
    SELECT match[1] FROM pg_proc CROSS JOIN LATERAL regexp_matches(prosrc, 'break_rule\\(''([a-z0-9_]+)''', 'g') AS match
    WHERE pronamespace = 'public'::regnamespace`);
  const unnamed = rows.map(({ name }) => name).filter((name) => !INTERNAL.test(name) && !(name in RULES));
  expect(unnamed).toEqual([]);
});

test('no rule has words without being in the database', async () => {
  const { rows } = await owner.query<{ name: string }>(`
    SELECT conname AS name FROM pg_constraint UNION SELECT relname FROM pg_class UNION
    SELECT match[1] FROM pg_proc CROSS JOIN LATERAL regexp_matches(prosrc, 'break_rule\\(''([a-z0-9_]+)''', 'g') AS match UNION
    SELECT tgname FROM pg_trigger`);
  const known = new Set(rows.map(({ name }) => name));
  expect(Object.keys(RULES).filter((name) => !known.has(name))).toEqual([]);
});

describe('what is recorded stays, also for the role that the service works under', () => {
  const refused = async (client: pg.Client, sql: string) => {
    await expect(client.query(sql)).rejects.toSatisfy(
      (error: pg.DatabaseError) => error.code === '42501' || brokenRule(error)?.type === 'rule-broken',
    );
  };

  beforeAll(async () => {
    const [source, other, report, claim, contrary, attribution] = [v7(), v7(), v7(), v7(), v7(), v7()];
    await service.query(
      "INSERT INTO sources (id, slug, name, name_folded, kind) VALUES ($1, 's', 's', 's', 'outlet')",
      [source],
    );
    await service.query("INSERT INTO reports (id, title, outlet_id, text) VALUES ($1, 't', $2, 'So.')", [
      report,
      source,
    ]);
    await service.query("INSERT INTO claims (id, slug, text, kind) VALUES ($1, 'c', 'c', 'fact')", [claim]);
    await service.query(
      `SELECT set_config('onrecord.quotes_found',
        jsonb_build_object(encode(sha256('So.'), 'hex'), jsonb_build_object($1::text, 'found'))::text, false)`,
      [attribution],
    );
    await service.query(
      "INSERT INTO attributions (claim_id, id, source_id, report_id, stance, quote_exact) VALUES ($1, $2, $3, $4, 'denies', 'So')",
      [claim, attribution, source, report],
    );
    await service.query(
      "INSERT INTO withdrawals (id, claim_id, attribution_id, kind, reason, actor) VALUES ($1, $2, $3, 'withdrawn', 'r', 'a')",
      [v7(), claim, attribution],
    );
    await service.query(
      "INSERT INTO report_events (id, report_id, version, kind, reason, actor) VALUES ($1, $2, 1, 'corrected', 'r', 'a')",
      [v7(), report],
    );
    await service.query(
      "INSERT INTO sources (id, slug, name, name_folded, kind) VALUES ($1, 'o', 'o', 'o', 'government')",
      [other],
    );
    await service.query("INSERT INTO topics (id, slug, name) VALUES ($1, 't', 't')", [v7()]);
    await service.query("INSERT INTO claims (id, slug, text, kind) VALUES ($1, 'd', 'd', 'fact')", [contrary]);
    await service.query(
      "INSERT INTO affiliations (id, source_id, kind, organization_id) VALUES ($1, $2, 'part_of', $3)",
      [v7(), source, other],
    );
    await service.query('INSERT INTO claim_about (id, claim_id, source_id) VALUES ($1, $2, $3)', [v7(), claim, source]);
    await service.query(
      "INSERT INTO claim_relations (id, relation_id, version, from_id, type, to_id, status, actor) VALUES ($1, $1, 1, $2, 'contradicts', $3, 'confirmed', 'a')",
      [v7(), claim, contrary],
    );
    await service.query(
      "INSERT INTO merges (id, kind, from_id, into_id, reason, actor) VALUES ($1, 'claim', $2, $3, 'r', 'a')",
      [v7(), contrary, claim],
    );
    const made = [{ action: 'updated', type: 'claim', id: claim, slug: 'c', version: 2, before: {}, after: {} }];
    await service.query("SELECT record_changes(NULL, 'a', 'r', $1)", [JSON.stringify(made)]);
  });

  const recorded = [
    ...[
      'changes',
      'revisions',
      'sources',
      'topics',
      'reports',
      'claims',
      'attributions',
      'withdrawals',
      'affiliations',
    ],
    ...['claim_about', 'claim_relations', 'merges', 'report_events', 'source_states', 'report_states', 'claim_states'],
    'quote_states',
  ];
  const attempts = [
    ...recorded.flatMap((table) => [`DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`]),
    "UPDATE changes SET action = 'nothing'",
    "UPDATE changes SET after = '{}'",
    'UPDATE changes SET id = id + 1000',
    'UPDATE changes SET at = now()',
    "UPDATE revisions SET after = '{}'",
    "UPDATE revisions SET actor = 'another'",
    "UPDATE attributions SET stance = 'asserts'",
    "UPDATE withdrawals SET reason = 'another'",
    "UPDATE merges SET reason = 'another'",
    "UPDATE quote_states SET health = 'lost'",
    'UPDATE quote_states SET recorded_from = now()',
    "UPDATE report_events SET reason = 'another'",
    'UPDATE affiliations SET organization_id = source_id',
    "UPDATE claim_relations SET status = 'rejected'",
    'UPDATE claim_about SET recorded_from = now()',
  ];

  test('each of these tables holds something to lose', async () => {
    for (const table of recorded) {
      const { rows } = await owner.query(`SELECT FROM ${table}`);
      expect([table, rows.length]).not.toEqual([table, 0]);
    }
  });

  test.each(attempts)('the service cannot: %s', async (sql) => refused(service, sql));
  test.each(attempts)('nor can the owner by mistake: %s', async (sql) => refused(owner, sql));

  test('the service can neither turn the feed back nor take its triggers away', async () => {
    for (const sql of [
      "SELECT setval('changes_id_seq', 1)",
      'ALTER TABLE changes DISABLE TRIGGER ALL',
      'DROP TRIGGER changes_never_removed ON changes',
      'ALTER TABLE changes DROP COLUMN after',
      'DROP TABLE changes',
      "SET session_replication_role = 'replica'",
    ]) {
      await expect(service.query(sql), sql).rejects.toMatchObject({ code: '42501' });
    }
  });
});
