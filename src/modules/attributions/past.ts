import type { Database } from '../../database/context.ts';
import { findAt, membersAt, resolveAt } from '../../database/documents.ts';
import { type ClaimLedgerAt, type LedgerAttribution, readLedgers, readLedgersAround } from '../../database/ledger.ts';
import { read } from '../../database/pool.ts';
import { type SettledClocks, settle } from '../../database/settled.ts';
import { Parameters, prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import { type Batch, type BatchSize, walk } from '../../database/walk.ts';
import { saidBy } from '../../domain/claim-ledger.ts';
import type { Clocks } from '../../domain/clocks.ts';
import { summarize } from '../../domain/summary.ts';
import { attributionJson, NAMED, withdrawalJoin } from './json.ts';
import { type AttributionFilter, missing, namedIn } from './queries.ts';
import type { AttributionQuery } from './schema.ts';

const PAST = pastAt('$1');
/** Each thing that the attributions name is looked up, and put as JSON, once, however many of them name it. */
const seen = (kind: 'claim' | 'source' | 'report', ids: string, from: string) =>
  `seen_${kind}s AS MATERIALIZED (SELECT seen.id AS seen_id, row_to_json(${NAMED[kind]}) AS json FROM (${ids}) seen JOIN ${from})`;
const SEEN: typeof NAMED = { claim: 'c.json', source: 's.json', report: 'r.json' };
/** By subscripts, of which PostgreSQL expects a thousand: of a short array it would compare each row with each. */
const ATTRIBUTIONS_AT = `WITH a AS MATERIALIZED (
  SELECT ($3::boolean[])[given.n] AS counts, found.* FROM generate_subscripts($2::uuid[], 1) given (n)
  CROSS JOIN LATERAL ${PAST.thing('attribution', '($2::uuid[])[given.n]')} found
),
${seen('claim', 'SELECT DISTINCT claim_id AS id FROM a', PAST.claim('c', 'seen.id'))},
${seen('source', 'SELECT DISTINCT source_id AS id FROM a', PAST.source('s', 'seen.id'))},
${seen(
  'report',
  'SELECT DISTINCT report_id AS id FROM a',
  `${PAST.report('r', 'seen.id')} JOIN ${PAST.source('o', 'r.outlet_id')}`,
)}
SELECT a.id, a.version, ${attributionJson(PAST, 'a.counts', { named: SEEN })}::text AS json
FROM a
JOIN seen_claims c ON c.seen_id = a.claim_id
JOIN seen_sources s ON s.seen_id = a.source_id
JOIN seen_reports r ON r.seen_id = a.report_id
${withdrawalJoin(PAST)}`;

/** An attribution as JSON text, with its version. */
export interface AttributionText {
  readonly id: string;
  readonly version: number;
  readonly json: string;
}

/**
 * Attributions as they were at an instant (RFC 3339) of the recorded clock, by their ids; those recorded later are absent.
 * @param live whether each counts, which the caller has from `summarize`.
 */
export async function readAttributionsAt(
  { pool }: Database,
  knownAt: string,
  live: ReadonlyMap<string, boolean>,
): Promise<Map<string, AttributionText>> {
  const query = prepared(ATTRIBUTIONS_AT, [knownAt, [...live.keys()], [...live.values()]]);
  const rows = await read<AttributionText & Record<string, unknown>>(pool, query);
  return new Map(rows.map((row) => [row.id, row]));
}

const CLAIM_OF = `SELECT stood_for(a.claim_id, ${PAST.at}) AS claim FROM ${PAST.thing('attribution', '$2::uuid')} a`;

/**
 * An attribution by the clocks: `live` and `withdrawn` as they were.
 *
 * @throws {Problem} `not-found` where it was not recorded by then
 */
export async function readAttributionAt(database: Database, id: string, clocks: Clocks): Promise<AttributionText> {
  const { asOf, knownAt } = await settle(database, clocks);
  const [row] = await read<{ claim: string }>(database.pool, prepared(CLAIM_OF, [knownAt, id]));
  if (row === undefined) throw missing(id);
  const ledger = (await readLedgersAround(database, [row.claim], [id], knownAt)).get(row.claim);
  const live = ledger !== undefined && summarize(ledger, asOf).live.has(id);
  return (await readAttributionsAt(database, knownAt, new Map([[id, live]]))).get(id) ?? lost(id);
}

/**
 * The list of attributions by the clocks, newest first: those that were recorded by then and, with `asOf`, had been said;
 * `live` and `withdrawn` as they were.
 *
 * @throws {Problem} `not-found` where its address names nothing of the time, `rule-broken` where a filter does
 */
export async function listAttributionsAt(
  database: Database,
  query: AttributionFilter,
  clocks: Clocks,
  after: string | undefined,
): Promise<AttributionText[]> {
  const settled = await settle(database, clocks);
  const filter = await resolve(database, query, settled);
  const found =
    filter.claim === undefined
      ? await walk(
          { wanted: query.limit + 1, after },
          (last: string | undefined, size) => readRecorded(database, filter, { after: last, size }),
          (recorded) => judge(database, filter, recorded),
        )
      : (await readClaim(database, { ...filter, claim: filter.claim }, after)).slice(0, query.limit + 1);
  const texts = await readAttributionsAt(database, settled.knownAt, new Map(found));
  return found.map(([id]) => texts.get(id) ?? lost(id));
}

/** The filters of a list, as they meant what they mean at the time: ids of what stood. */
interface Filter {
  readonly query: AttributionQuery;
  readonly clocks: SettledClocks;
  readonly claim: string | undefined;
  readonly source: string | undefined;
  readonly report: string | undefined;
}

async function resolve(database: Database, query: AttributionFilter, clocks: SettledClocks): Promise<Filter> {
  const { of } = query;
  const ids = await resolveAt(database, namedIn(query), clocks.knownAt);
  if (of !== undefined) ids.set(of.kind, await findAt(database, of.kind, of.reference, clocks.knownAt));
  return { query, clocks, claim: ids.get('claim'), source: ids.get('source'), report: ids.get('report') };
}

type Found = readonly [id: string, live: boolean];

/** The attributions on one claim. */
async function readClaim(
  database: Database,
  filter: Filter & { readonly claim: string },
  after: string | undefined,
): Promise<Found[]> {
  const ledgers = await readLedgers(database, [filter.claim], filter.clocks.knownAt);
  return [...ledgers.values()]
    .flatMap((ledger) => matching(filter, ledger))
    .filter(([id]) => after === undefined || id < after)
    .sort(([a], [b]) => (a < b ? 1 : -1));
}

/** Those of what was recorded that the filters find. */
async function judge(database: Database, filter: Filter, recorded: readonly Recorded[]): Promise<Found[]> {
  const claims = [...new Set(recorded.map(({ claim }) => claim))];
  const ids = recorded.map(({ id }) => id);
  const ledgers = await readLedgersAround(database, claims, ids, filter.clocks.knownAt);
  const found = new Map([...ledgers.values()].flatMap((ledger) => matching(filter, ledger)));
  return ids.flatMap((id): Found[] => {
    const live = found.get(id);
    return live === undefined ? [] : [[id, live]];
  });
}

/** The attributions of a claim that the filters find, and whether each counted. */
function matching({ query, clocks, source, report }: Filter, ledger: ClaimLedgerAt): Found[] {
  const { live } = summarize(ledger, clocks.asOf);
  const said = clocks.asOf === null ? ledger.attributions : saidBy(ledger, clocks.asOf);
  const isMeant = ({
    id,
    sourceId,
    reportId,
    stance,
  }: Pick<LedgerAttribution, 'id' | 'sourceId' | 'reportId' | 'stance'>) =>
    (source === undefined || sourceId === source) &&
    (report === undefined || reportId === report) &&
    (query.stance === undefined || stance === query.stance) &&
    (query.live === undefined || live.has(id) === query.live);
  return said.filter(isMeant).map(({ id }) => [id, live.has(id)]);
}

/** An attribution, and what stood for its claim. */
interface Recorded {
  readonly id: string;
  readonly claim: string;
}

/** A page of what was recorded, of each member of what the filter names, and of these then. */
async function readRecorded(
  database: Database,
  { query, clocks, source, report }: Filter,
  { after, size }: { after: string | undefined; size: BatchSize },
): Promise<Batch<Recorded, string>> {
  const named = Object.entries({ 'a.report_id': report, 'a.source_id': source }).flatMap(([column, id]) =>
    id === undefined ? [] : [{ column, id }],
  );
  const members = await membersAt(
    database,
    named.map(({ id }) => ({ id, lines: false })),
    clocks.knownAt,
  );
  const parameters = new Parameters();
  const past = pastAt(parameters.add(clocks.knownAt));
  const conditions = [
    `a.recorded_at <= ${past.at}`,
    ...(query.stance === undefined ? [] : [`a.stance = ${parameters.add(query.stance)}`]),
    ...(after === undefined ? [] : [`a.id < ${parameters.add(after)}::uuid`]),
  ];
  const [first, ...others] = named.map(({ column }, at) => ({ column, ids: `${parameters.add(members[at])}::uuid[]` }));
  for (const { column, ids } of others) conditions.push(`${column} = ANY (${ids})`);
  const page = (where: readonly string[]) =>
    `SELECT a.id, a.claim_id FROM attributions a WHERE ${where.join(' AND ')} ORDER BY a.id DESC LIMIT ${size}`;
  const rows =
    first === undefined
      ? page(conditions)
      : `SELECT own.* FROM unnest(${first.ids}) AS member (id)
         CROSS JOIN LATERAL (${page([`${first.column} = member.id`, ...conditions])}) own ORDER BY own.id DESC LIMIT ${size}`;
  const text = `SELECT a.id, stood_for(a.claim_id, ${past.at}) AS claim FROM (${rows}) a ORDER BY a.id DESC`;
  const candidates = await read<Recorded & Record<string, unknown>>(database.pool, prepared(text, parameters.values));
  return { candidates, last: candidates.length < size ? undefined : candidates.at(-1)?.id };
}

function lost(id: string): never {
  throw new Error(`the attribution ${id} was not read`);
}
