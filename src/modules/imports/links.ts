import { Prisma } from '../../database/generated/client.ts';
import { standingId } from '../../database/merges.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { NewAttribution } from '../attributions/insert.ts';

/** What an origin says: the same where stance, certainty, emphasis, date, quote and whom it speaks for are. */
export type Content = Pick<NewAttribution, 'stance' | 'certainty' | 'emphasis' | 'said' | 'speakingFor' | 'quote'>;

/** An attribution of the ledger as a link of a chain. Its claim, source and report are those that stand. */
export interface Link {
  readonly id: string;
  readonly claimId: string;
  readonly sourceId: string;
  readonly reportId: string;
  /** What it was recorded with, be that merged. */
  readonly recorded: { readonly claimId: string; readonly sourceId: string; readonly reportId: string };
  readonly relaysId: string | null;
  readonly ordinal: number;
  readonly live: boolean;
  /** `corrected`: superseded by a correction of its report, which a person recorded. */
  readonly state: 'standing' | 'withdrawn' | 'superseded' | 'corrected';
  /** Whether it lies in a report of the source itself. */
  readonly inOwnReport: boolean;
  /** Whether it lies in the imported report, or in an unseen one that is only there for what cites it. */
  readonly replaceable: boolean;
  /** `contentKey` of what it says itself. */
  readonly content: string;
}

/** A text that two contents share only when they are equal. */
export function contentKey({ stance, certainty, emphasis, said, speakingFor, quote }: Content): string {
  const { exact, prefix, suffix, language, translation, translator } = quote ?? {};
  const words = [exact, prefix, suffix, language, translation, translator].map((text) => text ?? null);
  return JSON.stringify([stance, certainty, emphasis, said, speakingFor, ...words]);
}

interface LinkRow extends Omit<Link, 'content'>, Omit<Content, 'quote'> {
  readonly exact: string | null;
  readonly prefix: string | null;
  readonly suffix: string | null;
  readonly language: string | null;
  readonly translation: string | null;
  readonly translator: string | null;
}

/**
 * What a bundle's chains may rest on or take the place of, with all that it relays, in one query: on the given claims, what
 * lies in the imported report, and what the given outlets say in reports of their own; all of these stand, and what is merged
 * into them counts with them. `namedId` is the imported report as the bundle names it. In the order of recording.
 */
export async function readLinks(
  transaction: Transaction,
  {
    claimIds,
    reportId,
    namedId,
    outletIds,
  }: { claimIds: readonly string[]; reportId: string; namedId: string; outletIds: readonly string[] },
): Promise<Link[]> {
  if (claimIds.length === 0) return [];
  const [claims, reports, outlets] = [membersOf(claimIds), membersOf([reportId]), membersOf(outletIds)];
  const standing = (id: string) => Prisma.raw(standingId(id));
  const rows = await transaction.$queryRaw<LinkRow[]>`
    WITH RECURSIVE link (claim_id, id) AS (
      SELECT a.claim_id, a.id FROM attributions a
      WHERE a.report_id = ANY (${reports}) AND a.claim_id = ANY (${claims})
      UNION
      SELECT a.claim_id, a.id FROM attributions a JOIN reports r ON r.id = ${standing('a.report_id')}
      WHERE a.source_id = ANY (${outlets}) AND a.claim_id = ANY (${claims})
        AND ${standing('r.outlet_id')} = ${standing('a.source_id')}
      UNION
      SELECT a.claim_id, a.relays_id FROM link JOIN attributions a ON a.claim_id = link.claim_id AND a.id = link.id
      WHERE a.relays_id IS NOT NULL
    )
    SELECT a.id, ${standing('a.claim_id')} AS "claimId", ${standing('a.source_id')} AS "sourceId", r.id AS "reportId",
      json_build_object('claimId', a.claim_id, 'sourceId', a.source_id, 'reportId', a.report_id) AS recorded,
      a.relays_id AS "relaysId", a.ordinal, a.live,
      CASE
        WHEN w.kind IS NULL THEN 'standing'
        WHEN w.kind = 'superseded' AND EXISTS (
          SELECT FROM report_events e
          WHERE e.report_id IN (a.report_id, r.id) AND e.kind = 'corrected' AND e.recorded_at = w.recorded_from
        ) THEN 'corrected'
        ELSE w.kind
      END AS state,
      ${standing('r.outlet_id')} = ${standing('a.source_id')} AS "inOwnReport",
      own.id = ${namedId}::uuid OR (coalesce(own.status_before, own.status) = 'cited_unseen' AND own.cited_in_id IS NOT NULL)
        AS replaceable,
      a.stance, a.certainty, a.emphasis, a.said,
      CASE WHEN a.speaking_for_self THEN 'self' ELSE ${standing('a.speaking_for_id')}::text END AS "speakingFor",
      a.quote_exact AS exact, a.quote_prefix AS prefix, a.quote_suffix AS suffix, a.quote_language AS language,
      a.quote_translation AS translation, a.quote_translator AS translator
    FROM link JOIN attributions a ON a.claim_id = link.claim_id AND a.id = link.id
    JOIN reports own ON own.id = a.report_id
    JOIN reports r ON r.id = ${standing('own.id')}
    LEFT JOIN withdrawals w ON w.claim_id = a.claim_id AND w.attribution_id = a.id AND w.recorded_until IS NULL
    ORDER BY a.recorded_at, a.id`;
  return rows.map(linkOf);
}

/** The things of the ids, which stand, and what is merged into them. */
function membersOf(ids: readonly string[]): Prisma.Sql {
  return Prisma.sql`(${ids}::uuid[] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = ANY (${ids}::uuid[])))`;
}

function linkOf(row: LinkRow): Link {
  const { exact, prefix, suffix, language, translation, translator } = row;
  const quote = exact === null ? null : { exact, prefix, suffix, language, translation, translator };
  const { id, claimId, sourceId, reportId, recorded, relaysId, ordinal, live, state, inOwnReport, replaceable } = row;
  const place = { id, claimId, sourceId, reportId, recorded, relaysId, ordinal };
  return { ...place, live, state, inOwnReport, replaceable, content: contentKey({ ...row, quote }) };
}

/** One relay of an attribution. */
export interface Relay {
  readonly id: string;
  readonly relaysId: string;
}

/** Everything that relays one of the links and was not superseded; what was withdrawn by hand may be restored one day. */
export async function readRelays(transaction: Transaction, links: readonly Link[]): Promise<Relay[]> {
  if (links.length === 0) return [];
  return await transaction.$queryRaw<Relay[]>`
    SELECT relay.id, relay.relays_id AS "relaysId"
    FROM unnest(${links.map(({ recorded }) => recorded.claimId)}::uuid[], ${links.map(({ id }) => id)}::uuid[]) AS link (claim_id, id)
    JOIN attributions relay ON relay.claim_id = link.claim_id AND relay.relays_id = link.id
    LEFT JOIN withdrawals w ON w.claim_id = relay.claim_id AND w.attribution_id = relay.id AND w.recorded_until IS NULL
    WHERE w.kind IS DISTINCT FROM 'superseded'`;
}
