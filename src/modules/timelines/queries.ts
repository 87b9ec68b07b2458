import type { Database } from '../../database/context.ts';
import { findAt } from '../../database/documents.ts';
import { json, list, micros, reference, row } from '../../database/json.ts';
import { read } from '../../database/pool.ts';
import { type SettledClocks, settle } from '../../database/settled.ts';
import { prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import { type Clocks, instantText } from '../../domain/clocks.ts';
import {
  type ClaimHistory,
  compareEvents,
  type EventPlace,
  type PlacedEvent,
  timelineOf,
} from '../../domain/timeline.ts';
import type { TimelineEventAnswer } from './schema.ts';

const EMPTY: ClaimHistory = { attributions: [], reports: [], reportEvents: [], withdrawals: [], merges: [] };

/** An event as JSON text, in its place. */
export type EventRow = EventPlace & { readonly json: string };

/** An event as the API shows it, in its place. */
export type ShownEvent = EventPlace & { readonly shown: TimelineEventAnswer };

/**
 * The events about a claim (its id or slug), and about what is merged into it, as JSON text, in their order; `after` is the
 * place of the last one before. One more than `limit` tells whether there are more. Throws `not-found`.
 */
export async function listEvents(
  database: Database,
  claim: string,
  { limit, ...clocks }: Clocks & { readonly limit: number },
  after: EventPlace | undefined,
): Promise<EventRow[]> {
  const settled = await settle(database, clocks);
  const id = await findAt(database, 'claim', claim, settled.knownAt);
  const events = await eventsAt(database, id, settled);
  const rest = after === undefined ? events : events.filter((event) => compareEvents(event, after) > 0);
  const found = await shownEvents(database, rest.slice(0, limit + 1), settled);
  return found.map(({ shown, ...place }) => ({ ...place, json: JSON.stringify(shown) }));
}

/** Every event about a claim, which stood then, by the clocks. */
export async function eventsAt(
  { pool }: Database,
  id: string,
  { asOf, knownAt }: SettledClocks,
): Promise<PlacedEvent[]> {
  const [found] = await read<{ history: ClaimHistory }>(pool, prepared(HISTORY, [id, knownAt]));
  return timelineOf(id, found?.history ?? EMPTY, asOf);
}

const rows = (from: string, members: Readonly<Record<string, string>> & { readonly id: string }) =>
  list(row(members), from, members.id);
const dated = (text: string, from: string, until: string) =>
  `CASE WHEN ${text} IS NOT NULL THEN ${row({ edtf: text, from: micros(from), until: micros(until) })} END`;
const PAST = pastAt('$2');
/** What was recorded at one instant and ended at another, as far as it was by $2; `endedReason` is the SQL of why. */
const interval = (alias: string, endedReason: string) => ({
  id: `${alias}.id`,
  reason: `${alias}.reason`,
  actor: `${alias}.actor`,
  since: micros(`${alias}.recorded_from`),
  until: `CASE WHEN ${alias}.recorded_until <= $2 THEN ${micros(`${alias}.recorded_until`)} END`,
  endedBy: `CASE WHEN ${alias}.recorded_until <= $2 THEN ${alias}.ended_by END`,
  endedReason: `CASE WHEN ${alias}.recorded_until <= $2 THEN ${endedReason} END`,
});

/** Everything that was recorded by the instant $2 about the claim $1, which stood then. */
const HISTORY = `
WITH RECURSIVE member (id) AS (
  SELECT $1::uuid
  UNION
  SELECT m.from_id FROM member JOIN merges m ON m.into_id = member.id AND ${PAST.stands('m')}
),
spoken AS MATERIALIZED (
  SELECT a.* FROM member JOIN attributions a ON a.claim_id = member.id WHERE a.recorded_at <= $2
),
-- What its sources and reports have ever counted as.
counted (id) AS (
  (SELECT source_id FROM spoken UNION SELECT report_id FROM spoken)
  UNION
  SELECT m.into_id FROM counted JOIN merges m ON m.from_id = counted.id AND m.recorded_from <= $2
),
own (id, stands_id) AS MATERIALIZED (
  SELECT id, stood_for(id, $2) FROM (SELECT source_id AS id FROM spoken UNION SELECT report_id FROM spoken) each
)
SELECT ${json({
  attributions: rows(`spoken a JOIN own source ON source.id = a.source_id JOIN own report ON report.id = a.report_id`, {
    id: 'a.id',
    claim: 'a.claim_id',
    source: 'source.stands_id',
    report: 'report.stands_id',
    stance: 'a.stance',
    relays: 'a.relays_id',
    said: dated('a.said', 'a.said_from', 'a.said_until'),
    recordedAt: micros('a.recorded_at'),
  }),
  reports: rows(
    `(SELECT DISTINCT stands_id AS id FROM own) stands
     CROSS JOIN LATERAL ${PAST.thing('report', 'stands.id')} r
     JOIN report_states state ON state.report_id = r.id AND ${PAST.stands('state')}`,
    {
      id: 'r.id',
      published: dated('r.published', 'state.published_from', 'state.published_until'),
      recordedAt: micros('r.created_at'),
    },
  ),
  reportEvents: rows(
    `(SELECT id FROM own UNION SELECT stands_id FROM own) its
     JOIN report_events e ON e.report_id = its.id AND e.recorded_at <= $2`,
    {
      id: 'e.id',
      report: 'e.report_id',
      kind: 'e.kind',
      reason: 'e.reason',
      actor: 'e.actor',
      happened: dated('e.happened', 'e.happened_from', 'e.happened_until'),
      recordedAt: micros('e.recorded_at'),
    },
  ),
  withdrawals: rows(
    `spoken a JOIN withdrawals w ON w.claim_id = a.claim_id AND w.attribution_id = a.id AND w.recorded_from <= $2`,
    { ...interval('w', 'NULL::text'), attribution: 'w.attribution_id', kind: 'w.kind' },
  ),
  merges: rows(
    `(
      SELECT m.* FROM merges m WHERE m.from_id IN (SELECT id FROM member UNION ALL SELECT id FROM counted)
      UNION
      SELECT m.* FROM merges m WHERE m.into_id IN (SELECT id FROM member)
    ) m WHERE m.recorded_from <= $2`,
    { ...interval('m', 'm.ended_reason'), kind: 'm.kind', from: 'm.from_id', into: 'm.into_id' },
  ),
})} AS history`;

const NAMES_AT = pastAt('$1');
const at = (kind: 'source' | 'report' | 'claim') =>
  `unnest($2::uuid[]) given (id) CROSS JOIN LATERAL ${NAMES_AT.thing(kind, 'given.id')}`;
const SOURCES = `SELECT s.id, ${json({ id: 's.id', slug: 's.slug', name: 's.name', kind: 's.kind' })} AS json FROM ${at('source')} s`;
const CLAIMS = `SELECT c.id, ${json({ id: 'c.id', slug: 'c.slug' })} AS json FROM ${at('claim')} c`;
const REPORTS = `SELECT r.id, ${json({
  id: 'r.id',
  title: 'r.title',
  url: 'r.url',
  published: 'r.published',
  status: 'r.status',
  outlet: reference('o'),
})} AS json FROM ${at('report')} r JOIN ${NAMES_AT.source('o', 'r.outlet_id')}`;

/** Events with the names that sources, reports and claims had by the clocks. */
export async function shownEvents(
  database: Database,
  events: readonly PlacedEvent[],
  { knownAt }: SettledClocks,
): Promise<ShownEvent[]> {
  const named = async <Name>(text: string, ids: readonly (string | null)[]) => {
    const wanted = [...new Set(ids.filter((id) => id !== null))];
    if (wanted.length === 0) return new Map<string | null, Name>();
    const found = await read<{ id: string; json: Name }>(database.pool, prepared(text, [knownAt, wanted]));
    return new Map<string | null, Name>(found.map(({ id, json: name }) => [id, name]));
  };
  const [sources, reports, claims] = await Promise.all([
    named<TimelineEventAnswer['source']>(
      SOURCES,
      events.map(({ source }) => source),
    ),
    named<TimelineEventAnswer['report']>(
      REPORTS,
      events.map(({ report }) => report),
    ),
    named<TimelineEventAnswer['claim']>(
      CLAIMS,
      events.map(({ claim }) => claim),
    ),
  ]);
  return events.map(({ recordedAt, place, time, ...event }) => ({
    id: event.id,
    place,
    recordedAt,
    shown: {
      id: event.id,
      type: event.type,
      clock: event.clock,
      time: { edtf: time.edtf, from: instantOf(time.from), until: instantOf(time.until) },
      order: event.order,
      attribution: event.attribution,
      source: sources.get(event.source) ?? null,
      report: reports.get(event.report) ?? null,
      claim: claims.get(event.claim) ?? null,
      reason: event.reason,
      by: event.by,
    },
  }));
}

function instantOf(microseconds: number | null): string | null {
  return microseconds === null ? null : instantText(microseconds);
}
