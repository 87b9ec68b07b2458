import type { Database } from '../../database/context.ts';
import { json } from '../../database/json.ts';
import { read } from '../../database/pool.ts';
import { prepared } from '../../database/statement.ts';

/** A change entry as JSON text, with what tells where it stands and who may see it. */
export interface FeedEntry {
  /** Its number: entries are numbered in the order of their commits. */
  readonly id: number;
  readonly type: string;
  readonly action: string;
  /** `changeEntry`, on one line. */
  readonly json: string;
}

/** Entries that follow one another in the feed. */
export interface FeedPage {
  readonly entries: readonly FeedEntry[];
  /** Whether the feed goes on behind the last of them. */
  readonly hasMore: boolean;
}

/** Where in the feed to read. */
export interface FeedWish {
  /** The number of the entry behind which the page begins; 0 for the first. */
  readonly after: number;
  readonly limit: number;
  /** Whether entries about keys are among them. */
  readonly keys: boolean;
}

/** A page ends behind the entry that makes it longer than this: a report's text can have half a million characters. */
const PAGE_BYTES = 1_000_000;

const ENTRY_JSON = json({
  id: 'c.id',
  at: 'to_rfc3339_exact(c.at)',
  actor: 'c.actor',
  requestId: 'c.request_id',
  action: 'c.action',
  type: 'c.type',
  entity: 'c.entity_id',
  slug: 'c.slug',
  version: 'c.version',
  after: 'c.after',
});

/** The entry behind another one. */
const nextAfter = (id: string) => `
SELECT c.id, c.type, c.action, ${ENTRY_JSON}::text AS json FROM changes c
WHERE c.id > ${id} AND (c.type <> 'key' OR $2) ORDER BY c.id LIMIT 1`;

/** Goes from entry to entry, so that none is read that does not fit in: making the text of a long one takes milliseconds. */
const PAGE = `
WITH RECURSIVE page AS (
  SELECT first.*, 1 AS number, octet_length(json) AS bytes FROM (${nextAfter('$1')}) first
  UNION ALL
  SELECT next.*, page.number + 1, page.bytes + octet_length(next.json)
  FROM page CROSS JOIN LATERAL (${nextAfter('page.id')}) next
  WHERE page.number < $3 AND page.bytes < ${PAGE_BYTES}
)
SELECT id::float8 AS id, type, action, json, EXISTS (
  SELECT FROM changes c WHERE c.id > (SELECT max(id) FROM page) AND (c.type <> 'key' OR $2)
) AS "hasMore"
FROM page ORDER BY id`;

/**
 * Entries of the feed, in the order of their commits. No entry can appear later in front of one that was read: writers hold
 * the ledger's lock from before an entry draws its number until it is committed.
 */
export async function readChanges({ pool }: Database, { after, limit, keys }: FeedWish): Promise<FeedPage> {
  const entries = await read<FeedEntry & { hasMore: boolean }>(pool, prepared(PAGE, [after, keys, limit]));
  return { entries, hasMore: entries.at(-1)?.hasMore ?? false };
}

/** The number of the last entry of the feed; 0 while there is none. */
export async function endOfChanges({ pool }: Database): Promise<number> {
  const text = 'SELECT coalesce(max(id), 0)::float8 AS id FROM changes';
  const [end] = await read<{ id: number }>(pool, prepared(text, []));
  return end?.id ?? 0;
}
