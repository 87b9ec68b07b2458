import type pg from 'pg';
import type { Affiliation, Attribution, Report, Source, TimeRange } from '../domain/attribution.ts';
import type { ClaimLedger } from '../domain/claim-ledger.ts';
import type { Circumstances } from '../domain/flags.ts';
import type { Prediction } from '../domain/prediction.ts';
import type { Certainty, ReportStatus, SourceKind, Stance } from '../domain/vocabulary.ts';
import type { Database } from './context.ts';
import { list, micros } from './json.ts';
import { read } from './pool.ts';
import { prepared } from './statement.ts';

/** A range as it is read: microseconds since the epoch, null where it is open; null where there is none. */
type Range = readonly [from: number | null, until: number | null] | null;

/** What one statement reads of some claims; ids are as recorded, before any merge. */
interface Rows {
  readonly attributions: readonly {
    readonly claim: string;
    readonly member: string;
    readonly id: string;
    readonly source: string;
    readonly report: string;
    readonly stance: Stance;
    readonly certainty: Certainty;
    readonly relays: string | null;
    readonly speakingFor: string | null;
    readonly said: Range;
    readonly recordedAt: number;
    readonly withdrawn: boolean;
    readonly quoted: boolean;
    readonly quoteLost: boolean;
  }[];
  readonly merges: readonly { readonly from: string; readonly into: string }[];
  readonly reports: readonly {
    readonly id: string;
    readonly outlet: string;
    readonly status: ReportStatus;
    readonly before: Report['statusBefore'];
    readonly published: Range;
    readonly retracted: Range;
    readonly archived: boolean;
  }[];
  readonly sources: readonly { readonly id: string; readonly kind: SourceKind; readonly host: string | null }[];
  readonly affiliations: readonly {
    readonly source: string;
    readonly kind: Affiliation['kind'];
    readonly organization: string;
    readonly valid: Range;
  }[];
  readonly about: readonly { readonly claim: string; readonly source: string }[];
  readonly asked: readonly { readonly claim: string; readonly source: string; readonly at: number }[];
  readonly predictions: readonly (Prediction & { readonly claim: string })[];
  readonly bearings: readonly { readonly claim: string; readonly type: BearingType; readonly other: string }[];
}
type BearingType = Circumstances['bearings'][number]['type'];

const range = (from: string, until: string) =>
  `CASE WHEN ${from} IS NOT NULL OR ${until} IS NOT NULL THEN json_build_array(${micros(from)}, ${micros(until)}) END`;
/** The row stood at the instant $2 of the recorded clock. */
const stood = (alias: string) =>
  `${alias}.recorded_from <= $2 AND (${alias}.recorded_until IS NULL OR ${alias}.recorded_until > $2)`;
const rows = (select: string, order: string) => list('row_to_json(each)', `(${select}) each`, order);

/** Rows looked up one by one in an index, whatever the planner thinks how many there are. */
const each = (table: string, alias: string, condition: string) =>
  `LATERAL (SELECT * FROM ${table} ${alias} WHERE ${condition} OFFSET 0) ${alias} ON true`;

const SPOKEN_COLUMNS = `a.claim_id, a.id, a.source_id, a.report_id, a.stance, a.certainty, a.relays_id, a.speaking_for_id,
    a.speaking_for_self, a.said_from, a.said_until, a.recorded_at, a.quote_exact IS NOT NULL AS quoted`;

/** All that was said about the claims. */
const SPOKEN = `spoken AS MATERIALIZED (
  SELECT member.claim_id AS root_id, ${SPOKEN_COLUMNS}
  FROM member JOIN ${each('attributions', 'a', 'a.claim_id = member.id AND a.recorded_at <= $2')}
)`;

/** Some of it, with what that relays and what relays that: all that decides whether it is live. */
const spokenAround = (own: string) => `own AS MATERIALIZED (
  SELECT member.claim_id AS root_id, a.claim_id, a.id, a.relays_id FROM member JOIN ${own}
),
behind (root_id, claim_id, id, relays_id) AS (
  SELECT * FROM own
  UNION
  SELECT behind.root_id, a.claim_id, a.id, a.relays_id
  FROM behind JOIN ${each('attributions', 'a', 'a.claim_id = behind.claim_id AND a.id = behind.relays_id')}
),
in_front (root_id, claim_id, id) AS (
  SELECT root_id, claim_id, id FROM own
  UNION
  SELECT in_front.root_id, a.claim_id, a.id
  FROM in_front JOIN ${each('attributions', 'a', 'a.claim_id = in_front.claim_id AND a.relays_id = in_front.id AND a.recorded_at <= $2')}
),
spoken AS MATERIALIZED (
  SELECT link.root_id, ${SPOKEN_COLUMNS}
  FROM (SELECT root_id, claim_id, id FROM behind UNION SELECT root_id, claim_id, id FROM in_front) link
  JOIN ${each('attributions', 'a', 'a.claim_id = link.claim_id AND a.id = link.id')}
)`;

/** What the flags read beside what was said: whom each claim is about, who was asked, what is predicted, what bears on it. */
const CIRCUMSTANCES = {
  about: `SELECT b.claim_id AS claim, b.source_id AS source
    FROM unnest($1::uuid[]) given (id) JOIN ${each('claim_about', 'b', `b.claim_id = given.id AND ${stood('b')}`)}`,
  asked: `SELECT member.claim_id AS claim, q.source_id AS source, ${micros('q.asked_at')} AS at
    FROM member JOIN ${each('reply_requests', 'q', 'q.claim_id = member.id AND q.created_at <= $2 AND (q.deleted_at IS NULL OR q.updated_at > $2)')}`,
  predictions: `SELECT p.claim_id AS claim, ${micros('p.horizon_until')} AS "horizonUntil", p.outcome, ${micros('p.resolved_at')} AS "resolvedAt"
    FROM unnest($1::uuid[]) given (id) JOIN ${each('claim_states', 'p', `p.claim_id = given.id AND p.outcome IS NOT NULL AND ${stood('p')}`)}`,
  // Of several relations between what counted as the same two claims the one judged last decides.
  bearings: `SELECT claim, type, other FROM (
      SELECT DISTINCT ON (claim, type, other) * FROM (
        SELECT member.claim_id AS claim, r.type, stood_for(r.to_id, $2) AS other, r.status, r.recorded_from, r.id
        FROM member JOIN ${each('claim_relations', 'r', `r.from_id = member.id AND r.type IN ('contradicts', 'depends_on') AND ${stood('r')}`)}
        UNION ALL
        SELECT member.claim_id, r.type, stood_for(r.from_id, $2), r.status, r.recorded_from, r.id
        FROM member JOIN ${each('claim_relations', 'r', `r.to_id = member.id AND r.type = 'contradicts' AND ${stood('r')}`)}
      ) ends
      WHERE other <> claim
      ORDER BY claim, type, other, recorded_from DESC, id DESC
    ) judged
    WHERE status = 'confirmed'`,
};
const NO_CIRCUMSTANCES: typeof CIRCUMSTANCES = {
  about: 'SELECT NULL::uuid AS claim, NULL::uuid AS source WHERE false',
  asked: 'SELECT NULL::uuid AS claim, NULL::uuid AS source, NULL::bigint AS at WHERE false',
  predictions: 'SELECT NULL AS claim WHERE false',
  bearings: 'SELECT NULL AS claim, NULL AS type, NULL AS other WHERE false',
};

/** Everything that the rules read of the claims $1 (those that stood) at the instant $2 of the recorded clock. */
const ledgerAt = (spoken: string, circumstances: typeof CIRCUMSTANCES = NO_CIRCUMSTANCES) => `
WITH RECURSIVE member (claim_id, id) AS (
  SELECT id, id FROM unnest($1::uuid[]) given (id)
  UNION
  SELECT member.claim_id, m.from_id FROM member JOIN merges m ON m.into_id = member.id AND ${stood('m')}
),
${spoken},
report (id) AS (
  SELECT report_id FROM spoken
  UNION
  SELECT m.into_id FROM report JOIN merges m ON m.from_id = report.id AND ${stood('m')}
),
about AS MATERIALIZED (${circumstances.about}),
asked AS MATERIALIZED (${circumstances.asked}),
source (id) AS (
  (
    SELECT source_id FROM spoken UNION SELECT speaking_for_id FROM spoken WHERE speaking_for_id IS NOT NULL
    UNION SELECT source FROM about UNION SELECT source FROM asked
  )
  UNION
  SELECT above.id FROM source CROSS JOIN LATERAL (
    SELECT m.into_id AS id FROM merges m WHERE m.from_id = source.id AND ${stood('m')}
    UNION ALL
    SELECT f.organization_id FROM affiliations f WHERE f.source_id = source.id AND ${stood('f')}
    UNION ALL
    SELECT s.host_id FROM source_states s WHERE s.source_id = source.id AND s.host_id IS NOT NULL AND ${stood('s')}
  ) above
)
SELECT json_build_object(
  'attributions', ${rows(
    `
    SELECT root_id AS claim, claim_id AS member, id, source_id AS source, report_id AS report, stance, certainty,
      relays_id AS relays, CASE WHEN speaking_for_self THEN 'self' ELSE speaking_for_id::text END AS "speakingFor",
      ${range('said_from', 'said_until')} AS said, ${micros('recorded_at')} AS "recordedAt", quoted,
      EXISTS (SELECT FROM withdrawals w WHERE w.claim_id = spoken.claim_id AND w.attribution_id = spoken.id AND ${stood('w')})
        AS withdrawn,
      quoted AND EXISTS (SELECT FROM quote_states q WHERE q.attribution_id = spoken.id AND q.health = 'lost' AND ${stood('q')})
        AS "quoteLost"
    FROM spoken`,
    'id',
  )},
  'merges', ${rows(
    `
    SELECT m.from_id AS "from", m.into_id AS "into"
    FROM (SELECT id FROM source UNION ALL SELECT id FROM report) merged
    JOIN ${each('merges', 'm', `m.from_id = merged.id AND ${stood('m')}`)}`,
    '"from"',
  )},
  'reports', ${rows(
    `
    SELECT r.report_id AS id, r.outlet_id AS outlet, r.status, r.status_before AS before, ${range('r.published_from', 'r.published_until')} AS published,
      ${range('r.retracted_from', 'r.retracted_until')} AS retracted,
      EXISTS (SELECT FROM report_at(r.report_id, $2) document WHERE document.archive_url IS NOT NULL) AS archived
    FROM report JOIN ${each('report_states', 'r', `r.report_id = report.id AND ${stood('r')}`)}`,
    'id',
  )},
  'sources', ${rows(
    `
    SELECT s.source_id AS id, s.kind, s.host_id AS host
    FROM source JOIN ${each('source_states', 's', `s.source_id = source.id AND ${stood('s')}`)}`,
    'id',
  )},
  'affiliations', ${rows(
    `
    SELECT f.source_id AS source, f.kind, f.organization_id AS organization, ${range('f.valid_from', 'f.valid_until')} AS valid
    FROM source JOIN ${each('affiliations', 'f', `f.source_id = source.id AND ${stood('f')}`)}`,
    'source, kind, organization, valid::text',
  )},
  'about', ${rows('SELECT * FROM about', 'claim, source')},
  'asked', ${rows('SELECT * FROM asked', 'claim, source, at')},
  'predictions', ${rows(circumstances.predictions, 'claim')},
  'bearings', ${rows(circumstances.bearings, 'claim, type, other')}
) AS ledger`;

const LEDGER = ledgerAt(SPOKEN, CIRCUMSTANCES);
const LEDGER_OF_SPEAKERS = ledgerAt(
  spokenAround(
    each(
      'attributions',
      'a',
      `a.claim_id = member.id AND (a.source_id = ANY ($3::uuid[]) OR a.speaking_for_id = ANY ($3::uuid[])) AND a.recorded_at <= $2`,
    ),
  ),
);
const LEDGER_AROUND = ledgerAt(
  spokenAround(
    '(SELECT * FROM attributions WHERE id = ANY ($3::uuid[]) OFFSET 0) a ON a.claim_id = member.id AND a.recorded_at <= $2',
  ),
);

/** An attribution as the rules see it, and the claim that it was recorded with (another where that one is merged). */
export interface LedgerAttribution extends Attribution {
  readonly claimId: string;
}

/** A report as the rules see it, and the outlet that it was recorded with (another stands where that one is merged). */
export interface LedgerReport extends Report {
  readonly outletId: string;
}

/** What the rules read of one claim. Ids are those of what stood at the time: merges are resolved. */
export interface ClaimLedgerAt extends ClaimLedger {
  readonly attributions: readonly LedgerAttribution[];
  readonly reports: readonly LedgerReport[];
  /** What its flags read beside; the claims that bear on it by their ids. */
  readonly circumstances: Pick<Circumstances, 'about' | 'asked' | 'prediction'> & {
    readonly bearings: readonly { readonly type: BearingType; readonly claim: string }[];
  };
}

/**
 * What the rules of DESIGN §3 read of the given claims as it was recorded at an instant (RFC 3339; null: now), by the id of the
 * claim, from the recorded rows alone. The claims must be ones that stood at that instant; what was merged into one of them
 * counts with it.
 */
export function readLedgers(
  database: Database,
  claims: readonly string[],
  knownAt: string | null,
): Promise<Map<string, ClaimLedgerAt>> {
  return readRows(database, claims, prepared(LEDGER, [claims, knownAt ?? 'infinity']));
}

/**
 * The same, only as far as it decides which attributions of some sources (ids as recorded), and of others speaking for these,
 * were live: the rules say nothing true of what else is in it.
 */
export function readLedgersOf(
  database: Database,
  claims: readonly string[],
  speakers: readonly string[],
  knownAt: string | null,
): Promise<Map<string, ClaimLedgerAt>> {
  return readRows(database, claims, prepared(LEDGER_OF_SPEAKERS, [claims, knownAt ?? 'infinity', speakers]));
}

/** The same, only as far as it decides which of some attributions were live. */
export function readLedgersAround(
  database: Database,
  claims: readonly string[],
  attributions: readonly string[],
  knownAt: string | null,
): Promise<Map<string, ClaimLedgerAt>> {
  return readRows(database, claims, prepared(LEDGER_AROUND, [claims, knownAt ?? 'infinity', attributions]));
}

async function readRows(
  { pool }: Database,
  claims: readonly string[],
  query: pg.QueryConfig,
): Promise<Map<string, ClaimLedgerAt>> {
  if (claims.length === 0) return new Map();
  const [row] = await read<{ ledger: Rows }>(pool, query);
  if (row === undefined) throw new Error('the ledger was not read');
  const assemble = assembler(row.ledger);
  return new Map(claims.map((claim) => [claim, assemble(claim)]));
}

/** Puts the ledgers of single claims together, each with only the sources and reports that it needs. */
function assembler({ attributions, merges, reports, sources, affiliations, ...beside }: Rows) {
  const into = new Map(merges.map(({ from, into: stands }) => [from, stands]));
  const stands = (id: string): string => {
    let at = id;
    for (let next = into.get(at); next !== undefined; next = into.get(at)) at = next;
    return at;
  };
  const reportOf = new Map(reports.map((report) => [report.id, report]));
  const sourceOf = new Map(sources.map((source) => [source.id, source]));
  // Of sources that are merged only the one that stands has affiliations.
  const affiliationsOf = Map.groupBy(
    affiliations
      .filter(({ source }) => !into.has(source))
      .map(
        ({ source, kind, organization, valid }): Affiliation => ({
          sourceId: source,
          kind,
          organizationId: stands(organization),
          validFrom: valid?.[0] ?? null,
          validUntil: valid?.[1] ?? null,
        }),
      ),
    ({ sourceId }) => sourceId,
  );

  const attributionOf = (row: Rows['attributions'][number]): LedgerAttribution => ({
    id: row.id,
    claimId: row.member,
    sourceId: stands(row.source),
    reportId: stands(row.report),
    stance: row.stance,
    certainty: row.certainty,
    relaysId: row.relays,
    speakingFor: row.speakingFor === null || row.speakingFor === 'self' ? row.speakingFor : stands(row.speakingFor),
    said: timeRange(row.said),
    recordedAt: row.recordedAt,
    withdrawn: row.withdrawn,
    hasQuote: row.quoted,
    quoteLost: row.quoteLost,
  });
  /** The sources, and everyone up the lines from them. */
  const upwards = (ids: Iterable<string>): Set<string> => {
    const found = new Set(ids);
    for (const id of found) for (const { organizationId } of affiliationsOf.get(id) ?? []) found.add(organizationId);
    return found;
  };

  const byClaim = <Row extends { readonly claim: string }>(all: readonly Row[]) =>
    Map.groupBy(all, ({ claim }) => claim);
  const spoken = byClaim(attributions);
  const [about, asked] = [byClaim(beside.about), byClaim(beside.asked)];
  const [predictions, bearings] = [byClaim(beside.predictions), byClaim(beside.bearings)];
  const circumstancesOf = (claim: string): ClaimLedgerAt['circumstances'] => ({
    about: (about.get(claim) ?? []).map(({ source }) => stands(source)),
    asked: (asked.get(claim) ?? []).map(({ source, at }) => ({ sourceId: stands(source), askedAt: at })),
    prediction: predictionOf(predictions.get(claim)?.[0]),
    bearings: (bearings.get(claim) ?? []).map(({ type, other }) => ({ type, claim: other })),
  });

  return (claim: string): ClaimLedgerAt => {
    const own = (spoken.get(claim) ?? []).map(attributionOf);
    const circumstances = circumstancesOf(claim);
    const needed = [
      ...upwards([
        ...own.flatMap(({ sourceId, speakingFor }) =>
          speakingFor === null || speakingFor === 'self' ? [sourceId] : [sourceId, speakingFor],
        ),
        ...circumstances.asked.map(({ sourceId }) => sourceId),
      ]),
    ];
    return {
      attributions: own,
      circumstances,
      reports: [...new Set(own.map(({ reportId }) => reportId))].flatMap((id): LedgerReport[] => {
        const report = reportOf.get(id);
        if (report === undefined) return [];
        const { outlet, status, before, published, retracted, archived } = report;
        return [
          {
            id,
            outletId: outlet,
            status,
            statusBefore: before ?? null,
            published: timeRange(published),
            retracted: timeRange(retracted),
            archived,
          },
        ];
      }),
      sources: needed.flatMap((id): Source[] => {
        const source = sourceOf.get(id);
        return source === undefined ? [] : [{ id, kind: source.kind, hostId: source.host && stands(source.host) }];
      }),
      affiliations: needed.flatMap((id) => affiliationsOf.get(id) ?? []),
    };
  };
}

function predictionOf(row: Rows['predictions'][number] | undefined): Prediction | null {
  if (row === undefined) return null;
  const { horizonUntil, outcome, resolvedAt } = row;
  return { horizonUntil, outcome, resolvedAt };
}

function timeRange(found: Range): TimeRange | null {
  return found && { from: found[0], until: found[1] };
}
