import pg from 'pg';
import { isStanding, membersOf, standingId } from '../../database/merges.ts';
import { filterId, type NamedReference } from '../../database/references.ts';
import type { Parameters } from '../../database/statement.ts';
import { edtfRange } from '../../domain/edtf.ts';
import type { Stance } from '../../domain/vocabulary.ts';
import { isOverdue } from './json.ts';
import type { ClaimQuery } from './schema.ts';

/** Which query parameters name a thing, and its table. */
const REFERENCE_TABLES = {
  assertedBy: 'sources',
  deniedBy: 'sources',
  declinedBy: 'sources',
  by: 'sources',
  outlet: 'sources',
  topic: 'topics',
  report: 'reports',
} as const;

/** What a query's filters name. */
export function namedReferences(query: Partial<ClaimQuery>): NamedReference[] {
  return Object.entries(REFERENCE_TABLES).flatMap(([parameter, table]) => {
    const reference = query[parameter as keyof typeof REFERENCE_TABLES];
    return reference === undefined ? [] : [{ parameter, table, reference }];
  });
}

/** What the SQL of a query's filters depends on beside the query. */
interface Place {
  /** The condition of the page's cursor on a column of claim ids. */
  readonly beyond: (column: string) => string[];
  /** The SQL of the instant at which it is asked. */
  readonly now: string;
}

/** What a query's filters come to in SQL, beside `claims c`. */
interface ClaimFilter {
  /** Sets of claims that are read in the order of their ids, so that a page stops where it is full. */
  readonly joins: string[];
  readonly conditions: string[];
}

/**
 * Whether the claims are looked for among candidates: what was said about them can be read in the order of the claims for each
 * speaker alone, not for all that may be meant at once. Of a time alone all that was said then is gathered instead.
 */
export function isSought(query: Partial<ClaimQuery>): boolean {
  const { by, outlet, stance } = query;
  return by !== undefined || outlet !== undefined || (stance !== undefined && !asksOfATime(query));
}

function asksOfATime(query: Partial<ClaimQuery>): boolean {
  return query['said.gte'] !== undefined || query['said.lt'] !== undefined || asksOfPublication(query);
}

function asksOfPublication(query: Partial<ClaimQuery>): boolean {
  return query['published.gte'] !== undefined || query['published.lt'] !== undefined;
}

/** Whether a query is about one and the same live attribution (DESIGN §4). */
export function asksOfOneAttribution(query: Partial<ClaimQuery>): boolean {
  return query.by !== undefined || query.stance !== undefined || asksOfATime(query);
}

/**
 * The SQL of a query's filters. The words of `q` stand in it
 * themselves: common ones are best looked for claim by claim, rare ones by their index, and PostgreSQL can tell them apart only
 * when it sees them.
 */
export function claimFilter(query: Partial<ClaimQuery>, parameters: Parameters, { beyond, now }: Place): ClaimFilter {
  const { assertedBy, deniedBy, declinedBy, outlet, report, topic, standing, flag } = query;
  const idOf = (table: NamedReference['table'], reference: string) => filterId(parameters, table, reference);
  const direction = query.sort === 'createdAt' ? 'ASC' : 'DESC';
  const inOrder = (column: string, from: string, conditions: string[]) =>
    `SELECT ${column} AS claim_id FROM ${from} WHERE ${[...conditions, ...beyond(column)].join(' AND ')}
      ORDER BY ${column} ${direction}`;
  const distinct = (rows: string) => `SELECT DISTINCT claim_id FROM (${rows}) each ORDER BY claim_id ${direction}`;
  const voice = (reference: string | undefined, stances: readonly Stance[]) => {
    if (reference === undefined) return [];
    const id = idOf('sources', reference);
    const self = query.exact ? ['source_id = voice_id'] : [];
    // One stance is read in the order of the claims, several are merged.
    const each = stances.map((stance) =>
      inOrder('claim_id', 'claim_voices', [`voice_id = ${id}`, `stance = '${stance}'`, ...self]),
    );
    return [distinct(each.map((rows) => `(${rows})`).join(' UNION ALL '))];
  };
  const said = (conditions: string[]) =>
    `EXISTS (SELECT FROM attributions a JOIN reports r ON r.id = ${standingId('a.report_id')}
      WHERE ${[`a.claim_id = ANY (${membersOf('c.id')})`, 'a.live', ...conditions].join(' AND ')})`;
  const inReport = (id: string) =>
    `SELECT ${standingId('a.claim_id')} AS claim_id FROM attributions a WHERE a.report_id = ANY (${membersOf(id)}) AND a.live`;

  const named = [
    ...voice(assertedBy, ['asserts', 'confirms']),
    ...voice(deniedBy, ['denies']),
    ...voice(declinedBy, ['declines_to_comment']),
    ...(report === undefined ? [] : [distinct(inReport(idOf('reports', report)))]),
  ];
  const summarized = [
    ...(standing === undefined ? [] : [`standing = ${parameters.add(standing)}`]),
    ...(flag === undefined || flag === 'overdue' ? [] : [flag]),
  ];
  // Where nothing else narrows the claims down, those of a standing are read in their order.
  const isNarrow = named.length > 0 || topic !== undefined || isSought(query);
  const ofOne = asksOfOneAttribution(query) ? attributionConditions(query, parameters) : [];
  const isGathered = ofOne.length > 0 && !isNarrow;
  const sets = [
    ...named,
    ...(isGathered
      ? [
          distinct(`SELECT ${standingId('a.claim_id')} AS claim_id
            FROM ${asksOfPublication(query) ? `reports r JOIN attributions a ON a.report_id = ANY (${membersOf('r.id')})` : 'attributions a'}
            WHERE ${['a.live', ...ofOne].join(' AND ')}`),
        ]
      : []),
    ...(summarized.length === 0 || isNarrow ? [] : [inOrder('claim_id', 'claim_summaries', summarized)]),
  ];
  const conditions = [
    'c.deleted_at IS NULL',
    isStanding('c.id'),
    ...beyond('c.id'),
    ...(topic === undefined ? [] : [`c.topic_id = ${idOf('topics', topic)}`]),
    ...(summarized.length === 0 || !isNarrow
      ? []
      : [`EXISTS (SELECT FROM claim_summaries WHERE claim_id = c.id AND ${summarized.join(' AND ')})`]),
    ...(query.kind === undefined ? [] : [`c.kind = ${parameters.add(query.kind)}`]),
    ...(query.language === undefined ? [] : [`c.language = ${parameters.add(query.language)}`]),
    ...(query.dueBefore === undefined ? [] : [isOverdue(start(query.dueBefore, parameters))]),
    ...(flag === 'overdue' ? [isOverdue(now)] : []),
    ...(query.q === undefined
      ? []
      : [`to_tsvector('simple', c.text) @@ websearch_to_tsquery('simple', ${pg.escapeLiteral(query.q)})`]),
    ...(ofOne.length === 0 || isGathered ? [] : [said(ofOne)]),
    ...(outlet === undefined ? [] : [said([`r.outlet_id = ANY (${membersOf(idOf('sources', outlet))})`])]),
  ];
  return { joins: sets.map((set, index) => `JOIN (${set}) f${index} ON f${index}.claim_id = c.id`), conditions };
}

/** The instant at which an EDTF time begins; a time without a beginning begins before all others. */
export function start(text: string, parameters: Parameters): string {
  return `${parameters.add(edtfRange(text).from ?? '-infinity')}::timestamptz`;
}

/**
 * `by`, `stance`, `said.*` and `published.*` are about one and the same live attribution (DESIGN §4). An approximate date
 * is found by every window that it touches.
 */
function attributionConditions(query: Partial<ClaimQuery>, parameters: Parameters): string[] {
  const { by, stance, exact = false } = query;
  return [
    ...(by === undefined ? [] : [spokenBy(filterId(parameters, 'sources', by), exact)]),
    ...(stance === undefined ? [] : [`a.stance = ${parameters.add(stance)}`]),
    ...touches('a.said', query['said.gte'], query['said.lt'], parameters),
    ...touches('r.published', query['published.gte'], query['published.lt'], parameters),
  ];
}

/** The condition that an approximate date is found by a window: each window that it touches finds it. */
export function touches(
  column: string,
  from: string | undefined,
  before: string | undefined,
  parameters: Parameters,
): string[] {
  const given = from === undefined && before === undefined ? [] : [`${column} IS NOT NULL`];
  return [
    ...given,
    ...(from === undefined ? [] : [`(${column}_until > ${start(from, parameters)} OR ${column}_until IS NULL)`]),
    ...(before === undefined ? [] : [`(${column}_from < ${start(before, parameters)} OR ${column}_from IS NULL)`]),
  ];
}

/** Attributions of a source; unless `exact`, also of those who spoke for it or were part of it at the time (DESIGN §3). */
function spokenBy(voice: string, exact: boolean): string {
  if (exact) return `a.source_id = ANY (${membersOf(voice)})`;
  const members = `ARRAY(
    WITH RECURSIVE member (id) AS (
      SELECT ${voice}
      UNION
      SELECT below.id FROM member CROSS JOIN LATERAL (
        SELECT f.source_id AS id FROM affiliations f WHERE f.organization_id = member.id AND f.recorded_until IS NULL
        UNION ALL
        SELECT m.id FROM merged_ids m WHERE m.stands_id = member.id
      ) below
    ) SELECT id FROM member)`;
  return `(a.source_id = ANY (${membersOf(voice)}) OR (a.source_id = ANY (${members}) OR a.speaking_for_id = ANY (${members}))
    AND ${voice} = ANY (
      raise_source(${standingId('a.source_id')}, coalesce(a.stance_from, '-infinity'), a.speaking_for_id, a.speaking_for_self)))`;
}
