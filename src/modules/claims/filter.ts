import { type NamedReference, referenceId } from '../../database/references.ts';
import type { Parameters } from '../../database/statement.ts';
import { edtfRange } from '../../domain/edtf.ts';
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

/** What a query's filters come to in SQL, beside `claims c` and `claim_summaries s`. */
export interface ClaimFilter {
  /** Sets of claims that are read in the order of their ids, so that a page stops where it is full. */
  readonly joins: string[];
  readonly conditions: string[];
}

/** The SQL of a query's filters; `beyond` is the condition of the page's cursor on a column of claim ids. */
export function claimFilter(
  query: Partial<ClaimQuery>,
  parameters: Parameters,
  beyond: (column: string) => string[],
): ClaimFilter {
  const { assertedBy, deniedBy, declinedBy, outlet, report, topic } = query;
  const idOf = (table: NamedReference['table'], reference: string) => referenceId(parameters, table, reference);
  const voice = (reference: string | undefined, stances: string) => {
    if (reference === undefined) return [];
    const self = query.exact ? ['source_id = voice_id'] : [];
    return [
      claimsOf('claim_voices', 'claim_id', [`voice_id = ${idOf('sources', reference)}`, `stance ${stances}`, ...self]),
    ];
  };
  const direction = query.sort === 'createdAt' ? 'ASC' : 'DESC';
  const claimsOf = (from: string, column: string, conditions: string[]) =>
    `(SELECT DISTINCT ${column} AS claim_id FROM ${from} WHERE ${[...conditions, ...beyond(column)].join(' AND ')}
      ORDER BY claim_id ${direction})`;
  const spoken = attributionConditions(query, parameters);

  const sets = [
    ...voice(assertedBy, "IN ('asserts', 'confirms')"),
    ...voice(deniedBy, "= 'denies'"),
    ...voice(declinedBy, "= 'declines_to_comment'"),
    ...(spoken.length === 0 ? [] : [claimsOf(ATTRIBUTIONS, 'a.claim_id', spoken)]),
    ...(outlet === undefined
      ? []
      : [claimsOf(ATTRIBUTIONS, 'a.claim_id', ['a.live', `r.outlet_id = ${idOf('sources', outlet)}`])]),
    ...(report === undefined
      ? []
      : [claimsOf(ATTRIBUTIONS, 'a.claim_id', ['a.live', `r.id = ${idOf('reports', report)}`])]),
  ];
  const conditions = [
    'c.deleted_at IS NULL',
    ...beyond('c.id'),
    ...(topic === undefined ? [] : [`c.topic_id = ${idOf('topics', topic)}`]),
    ...(query.standing === undefined ? [] : [`s.standing = ${parameters.add(query.standing)}`]),
    ...(query.flag === undefined ? [] : [`s.${query.flag}`]),
    ...(query.kind === undefined ? [] : [`c.kind = ${parameters.add(query.kind)}`]),
    ...(query.language === undefined ? [] : [`c.language = ${parameters.add(query.language)}`]),
    ...(query.dueBefore === undefined
      ? []
      : ["c.outcome = 'open'", `c.horizon_until <= ${start(query.dueBefore, parameters)}`]),
    ...(query.q === undefined
      ? []
      : [`to_tsvector('simple', c.text) @@ websearch_to_tsquery('simple', ${parameters.add(query.q)})`]),
  ];
  return { joins: sets.map((set, index) => `JOIN ${set} f${index} ON f${index}.claim_id = c.id`), conditions };
}

const ATTRIBUTIONS = 'attributions a JOIN reports r ON r.id = a.report_id';

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
  const conditions = [
    ...(by === undefined ? [] : [spokenBy(referenceId(parameters, 'sources', by), exact)]),
    ...(stance === undefined ? [] : [`a.stance = ${parameters.add(stance)}`]),
    ...touches('a.said', query['said.gte'], query['said.lt'], parameters),
    ...touches('r.published', query['published.gte'], query['published.lt'], parameters),
  ];
  return conditions.length === 0 ? [] : ['a.live', ...conditions];
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
  if (exact) return `a.source_id = ${voice}`;
  const members = `ARRAY(
    WITH RECURSIVE member (id) AS (
      SELECT ${voice}
      UNION
      SELECT f.source_id FROM member JOIN affiliations f ON f.organization_id = member.id AND f.recorded_until IS NULL
    ) SELECT id FROM member)`;
  return `(a.source_id = ANY (${members}) OR a.speaking_for_id = ANY (${members}))
    AND ${voice} = ANY (raise_source(a.source_id, coalesce(a.stance_from, '-infinity'), a.speaking_for_id, a.speaking_for_self))`;
}
