import type { Database } from '../../database/context.ts';
import { EVER, findAt, membersAt, resolveAt } from '../../database/documents.ts';
import { read } from '../../database/pool.ts';
import { checkReferences, type NamedReference } from '../../database/references.ts';
import { Parameters, prepared } from '../../database/statement.ts';
import { type Batch, type BatchSize, walk } from '../../database/walk.ts';
import { type Clocks, instantText } from '../../domain/clocks.ts';
import type { RequestState } from '../../domain/vocabulary.ts';
import { standingClaimId } from '../claims/queries.ts';
import { type InstantsSql, instantsSql, type Moment, requestSql } from './json.ts';
import { momentOf, type RequestText } from './queries.ts';
import { type RequestQuery, sortOf } from './schema.ts';

/** What a list is asked for. In its address a claim is named by what stands, in a filter also by what is merged. */
export interface RequestsAsked extends RequestQuery {
  /** The claim that the address of the list names. */
  readonly of?: string;
}

/** A request in a list; `due` is its deadline in microseconds since the epoch, as in a cursor: empty without one. */
export interface ListedRequest extends RequestText {
  readonly due: string;
}

/** Where a page begins: after a request. */
export type RequestPlace = Pick<ListedRequest, 'id' | 'due'>;

/**
 * Reply requests by the clocks, in the order that is asked for, with those on what is merged into the claim and to what is merged
 * into the source. One more than `limit` tells whether there are more.
 *
 * @throws {Problem} `not-found` where the address names nothing (of the time), `rule-broken` where a filter does
 */
export async function listRequests(
  database: Database,
  asked: RequestsAsked,
  { clocks, now }: { readonly clocks: Clocks; readonly now: Date },
  after: RequestPlace | undefined,
): Promise<ListedRequest[]> {
  const moment = await momentOf(database, clocks, now);
  const filter = await resolve(database, asked, moment);
  const from = after === undefined ? undefined : { id: after.id, due: dueText(after.due) };
  return walk(
    { wanted: asked.limit + 1, after: from },
    (last: Candidate | undefined, size) => readCandidates(database, filter, { after: last, size }),
    (candidates) => judge(database, filter, candidates),
  );
}

/** All requests on the claims of the ids, as they were recorded, newest first. */
export function listRequestsOn(database: Database, claims: readonly string[], moment: Moment): Promise<RequestText[]> {
  const filter = { moment, state: undefined, byDeadline: false, claims, source: undefined };
  return walk(
    { wanted: Number.POSITIVE_INFINITY, after: undefined },
    (last: Candidate | undefined, size) => readCandidates(database, filter, { after: last, size }),
    (candidates) => judge(database, filter, candidates),
  );
}

/** The filters of a list, as they mean what they mean at the moment. */
interface Filter {
  readonly moment: Moment;
  readonly state: RequestState | undefined;
  readonly byDeadline: boolean;
  /** The claim that is meant, and all that is merged into it. */
  readonly claims: readonly string[] | undefined;
  readonly source:
    | {
        readonly id: string;
        readonly exact: boolean;
        /** Itself, what is merged into it and, unless exact, whatever was ever below it in a line. */
        readonly members: readonly string[];
      }
    | undefined;
}

async function resolve(database: Database, asked: RequestsAsked, moment: Moment): Promise<Filter> {
  const { of, claim, source, exact, state } = asked;
  const knownAt = moment.knownAt ?? EVER;
  const named: NamedReference[] = [
    ...(claim === undefined ? [] : [{ table: 'claims' as const, parameter: 'claim', reference: claim }]),
    ...(source === undefined ? [] : [{ table: 'sources' as const, parameter: 'source', reference: source }]),
  ];
  // Now what is not there is told without an instant.
  if (moment.knownAt === null) await checkReferences(database, named);
  const ids = await resolveAt(database, named, knownAt);
  const [claimId, sourceId] = [ids.get('claim'), ids.get('source')];
  const meant = of === undefined ? claimId : await addressed(database, of, moment);
  const membersOf = async (id: string, lines: boolean) =>
    (await membersAt(database, [{ id, lines }], knownAt))[0] ?? [];
  return {
    moment,
    state,
    byDeadline: sortOf(asked) === 'deadline',
    claims: meant === undefined ? undefined : await membersOf(meant, false),
    source: sourceId === undefined ? undefined : { id: sourceId, exact, members: await membersOf(sourceId, !exact) },
  };
}

/** The id of the claim in an address, which must stand. */
async function addressed(database: Database, reference: string, { knownAt }: Moment): Promise<string> {
  return knownAt === null ? standingClaimId(database, reference) : findAt(database, 'claim', reference, knownAt);
}

/** A request in its place: `due` is SQL's text of the deadline that it may have had, infinity for none. */
interface Candidate {
  readonly id: string;
  readonly due: string;
}

function dueText(microseconds: string): string {
  return microseconds === '' ? EVER : instantText(Number(microseconds));
}

const DUE = `coalesce(q.deadline, 'infinity')`;

/** The next requests that the filters may find, in the order of the list: all that an index can decide is decided here. */
async function readCandidates(
  { pool }: Database,
  filter: Filter,
  { after, size }: { readonly after: Candidate | undefined; readonly size: BatchSize },
): Promise<Batch<Candidate, Candidate>> {
  const parameters = new Parameters();
  const text = candidatesSql(filter, parameters, { after, size });
  // What the past may hold depends on how far back it lies: such a statement is planned for its own instants.
  const statement =
    filter.moment.knownAt === null ? prepared(text, parameters.values) : { text, values: parameters.values };
  const candidates = await read<Candidate & Record<string, unknown>>(pool, statement);
  return { candidates, last: candidates.length < size ? undefined : candidates.at(-1) };
}

function candidatesSql(
  filter: Filter,
  parameters: Parameters,
  { after, size }: { readonly after: Candidate | undefined; readonly size: BatchSize },
): string {
  const { byDeadline, claims, source } = filter;
  const sql = instantsSql(filter.moment, parameters);
  const beyond = (due: string): string[] => {
    if (after === undefined) return [];
    const id = `${parameters.add(after.id)}::uuid`;
    return [byDeadline ? `(${due}, q.id) > (${parameters.add(after.due)}::timestamptz, ${id})` : `q.id < ${id}`];
  };
  const order = (due: string) => (byDeadline ? `${due}, q.id` : 'q.id DESC');
  const conditions = [
    ...mayExist(sql),
    ...(byDeadline || sql.past === null ? [] : [`q.id <= ${newestBy(sql.past.at)}`]),
    ...mayBe(filter.state, sql),
    ...(claims === undefined ? [] : [`q.claim_id = ANY (${parameters.add(claims)}::uuid[])`]),
  ];
  const page = (from: string, due: string, more: readonly string[]) =>
    `SELECT ${due} AS due, q.id FROM ${from}
     WHERE ${[...more, ...conditions, ...mayBeDue(filter, due, sql), ...beyond(due)].join(' AND ')}
     ORDER BY ${order(due)} LIMIT ${size}`;
  const members = source === undefined ? undefined : `${parameters.add(source.members)}::uuid[]`;
  // A page of each member and then of these: as much is read as is shown.
  const standing =
    members === undefined
      ? page('reply_requests q', DUE, [])
      : `SELECT own.* FROM unnest(${members}) AS member (id)
         CROSS JOIN LATERAL (${page('reply_requests q', DUE, ['q.source_id = member.id'])}) own`;
  const asked = members === undefined ? [] : [`q.source_id = ANY (${members})`];
  const hasFormer = byDeadline && sql.past !== null;
  const pages = [
    standing,
    ...(hasFormer ? [page(FORMER_DEADLINES, 'former.due', [...asked, `former.due <> ${DUE}`])] : []),
  ];
  const all = pages.map((each) => `(${each})`).join(' UNION ALL ');
  return `SELECT q.due::text, q.id FROM (${all}) q ORDER BY ${order('q.due')} LIMIT ${size}`;
}

/** Requests with the deadlines that they had before they were changed. */
const FORMER_DEADLINES = `(
  SELECT DISTINCT entity_id, coalesce((before ->> 'deadline')::timestamptz, 'infinity') AS due FROM revisions
  WHERE type = 'reply_request' AND before ->> 'deadline' IS DISTINCT FROM after ->> 'deadline'
) former JOIN reply_requests q ON q.id = former.entity_id`;

/** Where in the ids the requests end that were recorded by an instant. */
function newestBy(at: string): string {
  return `(SELECT newest_id FROM reply_requests WHERE created_at <= ${at} ORDER BY created_at DESC, newest_id DESC LIMIT 1)`;
}

/** The conditions without which a request was not there. */
function mayExist({ past, asOf }: InstantsSql): string[] {
  return [
    past === null ? 'q.deleted_at IS NULL' : `q.created_at <= ${past.at}`,
    ...(asOf === null ? [] : [`q.asked_at <= ${asOf}`]),
  ];
}

/** The conditions without which it cannot have been in a state: nothing opens a closed one again, but a lapsed one may be answered. */
function mayBe(state: RequestState | undefined, { past, asOf }: InstantsSql): string[] {
  if (state === undefined) return [];
  if (state === 'answered') return [`q.outcome = 'answered'`, ...(asOf === null ? [] : [`q.closed_at <= ${asOf}`])];
  if (state === 'lapsed') return [past === null ? `q.outcome = 'lapsed'` : `q.outcome IN ('answered', 'lapsed')`];
  if (past === null) return ['q.outcome IS NULL'];
  const later = [`q.updated_at > ${past.at}`, ...(asOf === null ? [] : [`q.closed_at > ${asOf}`])];
  return [`(q.outcome IS NULL OR ${later.join(' OR ')})`];
}

/** The conditions on the deadline `due` of its place. In another order than that of the deadlines it may have had another then. */
function mayBeDue({ state, byDeadline }: Filter, due: string, { past, at }: InstantsSql): string[] {
  if (past !== null && !byDeadline) return [];
  if (state === 'open') return [`${due} >= ${at()}`];
  return state === 'overdue' ? [`${due} < ${at()}`] : [];
}

/** Those of the candidates that the filters find, as JSON text. */
async function judge({ pool }: Database, filter: Filter, candidates: readonly Candidate[]): Promise<ListedRequest[]> {
  const { moment, byDeadline, state, claims, source } = filter;
  const parameters = new Parameters();
  const ids = parameters.add(candidates.map(({ id }) => id));
  const dues = parameters.add(candidates.map(({ due }) => due));
  const sql = requestSql(moment, parameters);
  const conditions = [
    sql.exists,
    ...(byDeadline ? [`coalesce(r.deadline, 'infinity') = given.due`] : []),
    ...(state === undefined ? [] : [`${sql.state} = ${parameters.add(state)}`]),
    ...(claims === undefined ? [] : [`r.claim_id = ANY (${parameters.add(claims)}::uuid[])`]),
    ...(source === undefined || source.exact ? [] : [`${parameters.add(source.id)}::uuid = ANY (${sql.asked})`]),
  ];
  const text = `SELECT r.id, r.version, coalesce((extract(epoch FROM r.deadline) * 1000000)::bigint::text, '') AS due,
      ${sql.json}::text AS json
    FROM unnest(${ids}::uuid[], ${dues}::timestamptz[]) WITH ORDINALITY given (id, due, number)
    JOIN ${sql.request('given.id')} ${sql.joins}
    WHERE ${conditions.join(' AND ')} ORDER BY given.number`;
  return read<ListedRequest & Record<string, unknown>>(pool, prepared(text, parameters.values));
}
