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

/** The conditions on `claims c` and `claim_summaries s` that a query's filters come to. */
export function claimConditions(query: Partial<ClaimQuery>, parameters: Parameters): string[] {
  const conditions = ['c.deleted_at IS NULL'];
  const when = (condition: string | undefined) => condition !== undefined && conditions.push(condition);
  const idOf = (table: NamedReference['table'], reference: string) => referenceId(parameters, table, reference);
  const { assertedBy, deniedBy, declinedBy, outlet, topic, exact = false } = query;

  const voice = (reference: string | undefined, stances: string) =>
    reference === undefined
      ? undefined
      : `c.id IN (SELECT claim_id FROM claim_voices WHERE voice_id = ${idOf('sources', reference)} AND stance ${stances}${
          exact ? ' AND source_id = voice_id' : ''
        })`;
  when(voice(assertedBy, "IN ('asserts', 'confirms')"));
  when(voice(deniedBy, "= 'denies'"));
  when(voice(declinedBy, "= 'declines_to_comment'"));
  when(attributionCondition(query, parameters));
  when(
    outlet &&
      `EXISTS (SELECT FROM attributions a JOIN reports r ON r.id = a.report_id
        WHERE a.claim_id = c.id AND a.live AND r.outlet_id = ${idOf('sources', outlet)})`,
  );
  when(
    query.report &&
      `c.id IN (SELECT claim_id FROM attributions WHERE live AND report_id = ${parameters.add(query.report)}::uuid)`,
  );
  when(topic && `c.topic_id = ${idOf('topics', topic)}`);
  when(query.standing && `s.standing = ${parameters.add(query.standing)}`);
  when(query.flag && `s.${query.flag}`);
  when(query.kind && `c.kind = ${parameters.add(query.kind)}`);
  when(query.language && `c.language = ${parameters.add(query.language)}`);
  when(
    query.dueBefore && `c.outcome = 'open' AND c.horizon_until <= ${parameters.add(edtfRange(query.dueBefore).from)}`,
  );
  when(query.q && `to_tsvector('simple', c.text) @@ websearch_to_tsquery('simple', ${parameters.add(query.q)})`);
  return conditions;
}

/**
 * `by`, `stance`, `said.*` and `published.*` are about one and the same live attribution (DESIGN §4). An approximate date
 * is found by every window that it touches.
 */
function attributionCondition(query: Partial<ClaimQuery>, parameters: Parameters): string | undefined {
  const { by, stance, exact = false } = query;
  const start = (text: string) => `${parameters.add(edtfRange(text).from ?? '-infinity')}::timestamptz`;
  const conditions = [
    ...(by === undefined ? [] : [spokenBy(referenceId(parameters, 'sources', by), exact)]),
    ...(stance === undefined ? [] : [`a.stance = ${parameters.add(stance)}`]),
    ...touches('a.said', query['said.gte'], query['said.lt'], start),
    ...touches('r.published', query['published.gte'], query['published.lt'], start),
  ];
  if (conditions.length === 0) return undefined;
  const reports = query['published.gte'] ?? query['published.lt'];
  return `c.id IN (SELECT a.claim_id FROM attributions a${reports ? ' JOIN reports r ON r.id = a.report_id' : ''}
    WHERE a.live AND ${conditions.join(' AND ')})`;
}

function touches(
  column: string,
  from: string | undefined,
  before: string | undefined,
  start: (text: string) => string,
): string[] {
  return [
    ...(from === undefined
      ? []
      : [`${column} IS NOT NULL AND (${column}_until > ${start(from)} OR ${column}_until IS NULL)`]),
    ...(before === undefined
      ? []
      : [`${column} IS NOT NULL AND (${column}_from < ${start(before)} OR ${column}_from IS NULL)`]),
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
