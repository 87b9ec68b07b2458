/**
 * How long lists of what is due take on a ledger of 1,000,000 claims, a fifth of them predictions, and 1,000,000 reply requests; and
 * whether an index answers them: a request that reads one of the large tables from end to end fails the run.
 *
 *   node scripts/bootstrap.mjs bench/due.ts
 */
import pg from 'pg';
import type { EmbeddedServer } from '../src/database/embedded.ts';
import { printTimes, withService } from './service.ts';

const ROWS = 1_000_000;
const ROUNDS = 21;

/** An id of the n-th of a kind of things, in their order. */
const id = (kind: string, n: string) => `('0199${kind}00-' || lpad(to_hex((${n}) / 65536), 4, '0') || '-7000-8000-' ||
  lpad(to_hex((${n}) % 65536), 12, '0'))::uuid`;

/**
 * Predictions fall due over two years, half of them are open, and one in fifty of the open ones is overdue by 2026; requests have
 * a deadline in two years, four fifths are closed. Without triggers, as a restored copy comes in.
 */
const LOAD = `
  SET session_replication_role = replica;
  INSERT INTO sources (id, slug, name, name_folded, kind, created_at, updated_at)
  SELECT ${id('0a', 'n')}, 'source-' || n, 'Source ' || n, 'source ' || n, 'person', '2024-01-01', '2024-01-01'
  FROM generate_series(1, 20000) n;
  INSERT INTO claims (id, slug, text, kind, outcome, horizon, horizon_from, horizon_until, resolved_at, created_at, updated_at, newest_id)
  SELECT ${id('0b', 'n')}, 'claim-' || n, 'Claim number ' || n, CASE WHEN n % 5 = 0 THEN 'prediction' ELSE 'fact' END,
    CASE WHEN n % 5 = 0 THEN CASE WHEN n % 10 = 0 THEN 'open' ELSE 'came_true' END END,
    CASE WHEN n % 5 = 0 THEN '2030' END, CASE WHEN n % 5 = 0 THEN due END, CASE WHEN n % 5 = 0 THEN due + interval '1 day' END,
    CASE WHEN n % 10 = 5 THEN timestamptz '2024-06-01' END, '2024-01-01', '2024-01-01', ${id('0b', 'n')}
  FROM generate_series(1, ${ROWS}) n
  CROSS JOIN LATERAL (SELECT CASE WHEN n % 500 = 0 THEN timestamptz '2024-02-01' + n * interval '1 minute'
    ELSE timestamptz '2030-01-01' + (n::bigint * 7919 % ${ROWS}) * interval '1 minute' END AS due) d;
  INSERT INTO claim_summaries (claim_id) SELECT id FROM claims;
  INSERT INTO claim_states (claim_id, kind, language, horizon_from, horizon_until, outcome, resolved_at, recorded_from)
  SELECT id, kind, language, horizon_from, horizon_until, outcome, resolved_at, created_at FROM claims;
  INSERT INTO reply_requests (id, claim_id, source_id, asked_at, channel, deadline, actor, outcome, attribution_id, closed_at, created_at, updated_at, newest_id)
  SELECT ${id('0c', 'n')}, ${id('0b', 'n')}, ${id('0a', '1 + n % 20000')}, asked, 'email', asked + interval '3 days', 'bench',
    CASE WHEN n % 5 > 0 THEN 'answered' END, CASE WHEN n % 5 > 0 THEN ${id('0d', 'n')} END,
    CASE WHEN n % 5 > 0 THEN asked + interval '1 day' END, '2024-01-01', '2024-01-01', ${id('0c', 'n')}
  FROM generate_series(1, ${ROWS}) n
  CROSS JOIN LATERAL (SELECT CASE WHEN n % 100 = 0 THEN timestamptz '2024-02-01' + n * interval '1 minute'
    ELSE timestamptz '2030-01-01' + n * interval '1 minute' END AS asked) a;
  INSERT INTO changes (at, actor, request_id, action, type, entity_id, version, after)
  VALUES ('2024-01-02', 'bench', 'bench', 'created', 'topic', ${id('0e', '1')}, 1, '{}')`;

const REQUESTS = [
  '/v1/claims?dueBefore=2024-06',
  '/v1/claims?dueBefore=2026',
  '/v1/claims?dueBefore=2031',
  '/v1/claims?dueBefore=2026&sort=createdAt',
  '/v1/claims?flag=overdue',
  '/v1/reply-requests?state=overdue',
  '/v1/reply-requests?state=overdue&sort=-createdAt',
  '/v1/reply-requests?state=open',
  '/v1/reply-requests?state=answered',
  '/v1/reply-requests?state=overdue&source=source-101',
];

/** How often each of the large tables was read from end to end. */
const SCANS = `SELECT relname AS name, seq_scan::integer AS scans FROM pg_stat_user_tables
  WHERE relname IN ('claims', 'claim_summaries', 'claim_states', 'reply_requests')`;

async function scansOf(client: pg.Client): Promise<Map<string, number>> {
  await client.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await client.query<{ name: string; scans: number }>(SCANS);
  return new Map(rows.map(({ name, scans }) => [name, scans]));
}

async function measure(url: string, key: string, path: string): Promise<{ took: number[]; found: number }> {
  const took: number[] = [];
  let found = 0;
  for (let round = -5; round < ROUNDS; round += 1) {
    const began = performance.now();
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    const text = await answer.text();
    if (round >= 0) took.push(performance.now() - began);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text.slice(0, 500)}`);
    found = JSON.parse(text).data.length;
  }
  return { took, found };
}

/** As the superuser, who may load rows without triggers and see how the tables were read. */
async function connect({ superuserUrl, ownerUrl }: EmbeddedServer): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: superuserUrl.replace(/\/[^/]*$/, new URL(ownerUrl).pathname),
  });
  await client.connect();
  return client;
}

/**
 * Asks one question again and again.
 * @throws Error when answering it reads a large table from end to end
 */
async function measureByIndex(
  client: pg.Client,
  { url, key }: { url: string; key: string },
  path: string,
): Promise<void> {
  const before = await scansOf(client);
  const { took, found } = await measure(url, key, path);
  const scanned = [...(await scansOf(client))].filter(([name, scans]) => scans > (before.get(name) ?? 0));
  if (scanned.length > 0) throw new Error(`${path} reads ${scanned.map(([name]) => name)} from end to end`);
  printTimes({ [`${path} (${found} rows):`]: took });
}

if (import.meta.main) {
  await withService(
    'due',
    async (database) => {
      const client = await connect(database);
      await client.query(LOAD);
      await client.query('VACUUM ANALYZE');
      await client.end();
    },
    async (service, _, database) => {
      const client = await connect(database);
      try {
        for (const path of REQUESTS) await measureByIndex(client, service, path);
      } finally {
        await client.end();
      }
    },
    { settings: { max_wal_size: '8GB', synchronous_commit: 'off' } },
  );
}
