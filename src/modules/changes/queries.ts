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

const PAGE = `
SELECT id::float8 AS id, type, action, json, number < found AS "hasMore" FROM (
  SELECT page.*, row_number() OVER in_order AS number, count(*) OVER () AS found,
    sum(octet_length(json)) OVER in_order - octet_length(json) AS bytes_before
  FROM (
    SELECT c.id, c.type, c.action, ${ENTRY_JSON}::text AS json FROM changes c
    WHERE c.id > $1 AND (c.type <> 'key' OR $2) ORDER BY c.id LIMIT $3
  ) page
  WINDOW in_order AS (ORDER BY id)
) measured
WHERE bytes_before < ${PAGE_BYTES} AND number < $3 ORDER BY id`;

/**
 * Entries of the feed, in the order of their commits. No entry can appear later in front of one that was read: writers hold
 * the ledger's lock from before an entry draws its number until it is committed.
 */
export async function readChanges({ pool }: Database, { after, limit, keys }: FeedWish): Promise<FeedPage> {
  const entries = await read<FeedEntry & { hasMore: boolean }>(pool, prepared(PAGE, [after, keys, limit + 1]));
  return { entries, hasMore: entries.at(-1)?.hasMore ?? false };
}

/** The number of the last entry of the feed; 0 while there is none. */
export async function endOfChanges({ pool }: Database): Promise<number> {
  const text = 'SELECT coalesce(max(id), 0)::float8 AS id FROM changes';
  const [end] = await read<{ id: number }>(pool, prepared(text, []));
  return end?.id ?? 0;
}
