import type { Database } from '../../database/context.ts';
import {
  type ClaimName,
  claimNamesAt,
  EVER,
  findAt,
  membersAt,
  type SourceName,
  sourceNamesAt,
} from '../../database/documents.ts';
import { micros } from '../../database/json.ts';
import { readLedgers } from '../../database/ledger.ts';
import { read } from '../../database/pool.ts';
import { missing, referenceId } from '../../database/references.ts';
import { settle } from '../../database/settled.ts';
import { Parameters, prepared } from '../../database/statement.ts';
import { PRESENT } from '../../database/tense.ts';
import { walk } from '../../database/walk.ts';
import { countedAttributions } from '../../domain/claim-ledger.ts';
import { type Clocks, instantText } from '../../domain/clocks.ts';
import { MergedInto } from '../../domain/merged.ts';
import { raise } from '../../domain/origin.ts';
import { type TimedStance, timeOf } from '../../domain/position.ts';
import { type Reversal, reversalsOf } from '../../domain/reversal.ts';
import { SIDE_OF } from '../../domain/vocabulary.ts';

/** Whose reversals are asked for: `knownAt` is null for the present. */
export interface Question {
  readonly voice: string;
  readonly exact: boolean;
  readonly asOf: number | null;
  readonly knownAt: string | null;
}

/** A reversal in its place in the list: the `number`-th latest, from 1, of its source on its claim. */
export interface ReversalRow {
  readonly claim: string;
  readonly source: string;
  readonly number: number;
  readonly json: string;
}

/** Where a page begins: after a row. */
export type ReversalPlace = Pick<ReversalRow, 'claim' | 'source' | 'number'>;

/**
 * The reversals of a source (its id or slug) as JSON text, unless `exact` with those of who spoke for it or was part of it at
 * the times of both stances; the newest claims first, on each the latest reversals first. One more than `limit` tells whether
 * there are more. Throws `not-found`.
 */
export async function listReversals(
  database: Database,
  source: string,
  { limit, exact, ...clocks }: Clocks & { readonly limit: number; readonly exact: boolean },
  after: ReversalPlace | undefined,
): Promise<ReversalRow[]> {
  const question = await questionOf(database, source, exact, clocks);
  const members = await readMembers(database, question);
  // The claim of the last one before may have more.
  const first = after === undefined ? undefined : { claim: after.claim, inclusive: true };
  const found = await walk(
    { wanted: limit + 1, after: first },
    async (last: typeof first, size) => {
      const candidates = await readCandidates(database, question, members, { ...(last ?? BEGINNING), size });
      const next = candidates.length < size ? undefined : candidates.at(-1);
      return { candidates, last: next === undefined ? undefined : { claim: next, inclusive: false } };
    },
    async (claims) => {
      const reversals = await readReversals(database, question, members, claims);
      return reversals.filter((each) => after === undefined || comesAfter(each, after));
    },
  );
  return shown(database, found, question.knownAt ?? EVER);
}

const BEGINNING = { claim: 'ffffffff-ffff-ffff-ffff-ffffffffffff', inclusive: true };
/** How many claims are looked at together where all are. */
const AT_ONCE = 1000;

/** All reversals of a source, in the order of the list; `members` are who may have spoken for it. */
export async function readAllReversals(
  database: Database,
  question: Question,
  members: readonly string[],
): Promise<(Pick<ReversalPlace, 'claim' | 'source'> & Reversal)[]> {
  const found: Found[] = [];
  for (let place = BEGINNING; ; ) {
    const claims = await readCandidates(database, question, members, { ...place, size: AT_ONCE });
    if (claims.length > 0) found.push(...(await readReversals(database, question, members, claims)));
    const last = claims.at(-1);
    if (last === undefined || claims.length < AT_ONCE) return found;
    place = { claim: last, inclusive: false };
  }
}

/**
 * Who a question is about, by its clocks.
 *
 * @throws {Problem} `not-found`
 * @throws {MergedInto}
 */
export async function questionOf(
  database: Database,
  source: string,
  exact: boolean,
  clocks: Clocks,
): Promise<Question> {
  if (clocks.asOf === null && clocks.knownAt === null)
    return { voice: await readVoice(database, source), exact, ...clocks };
  const { asOf, knownAt } = await settle(database, clocks);
  return { voice: await findAt(database, 'source', source, knownAt), exact, asOf, knownAt };
}

/** The id of the source that a reference (an id or slug) names now. */
async function readVoice({ pool }: Database, source: string): Promise<string> {
  const parameters = new Parameters();
  const text = `SELECT asked.id, s.id AS "standsId", s.slug
    FROM sources asked JOIN ${PRESENT.source('s', 'asked.id')}
    WHERE asked.id = ${referenceId(parameters, 'sources', source)} AND asked.deleted_at IS NULL`;
  const [found] = await read<{ id: string; standsId: string; slug: string }>(pool, prepared(text, parameters.values));
  if (found === undefined) return missing('source', source);
  const { id, standsId, slug } = found;
  if (id !== standsId) throw new MergedInto('source', { id: standsId, slug }, { reference: source });
  return id;
}

/** Who may have spoken for the source that is asked for by being part of it or its spokesman, and what is merged into them. */
export async function readMembers(database: Database, { voice, exact, knownAt }: Question): Promise<string[]> {
  const [members = []] = await membersAt(database, [{ id: voice, lines: !exact }], knownAt ?? EVER);
  return members;
}

const FOR = `('asserts', 'confirms')`;
const AGAINST = `('denies', 'doubts')`;
const EITHER = `('asserts', 'confirms', 'denies', 'doubts')`;

/**
 * The claims before $2 that may have reversals, the last $3 of them: those on which one of the sources $1 took both sides at any
 * time, or somebody took one expressly for it (unless $5); and, since merges bring together what stands apart, those on which one
 * that takes part in a merge took any. Of claims that are merged at the instant $4 the one that stands.
 */
const candidatesBefore = (comparison: '<' | '<=') => `
SELECT claim_id AS id FROM (
  SELECT both_sides.claim_id FROM unnest($1::uuid[]) member (id) CROSS JOIN LATERAL (
    SELECT a.claim_id FROM attributions a
    WHERE a.source_id = member.id AND a.claim_id ${comparison} $2 AND a.stance IN ${EITHER}
    GROUP BY a.claim_id
    HAVING bool_or(a.stance IN ${FOR}) AND bool_or(a.stance IN ${AGAINST})
      AND stood_for(a.claim_id, $4) = a.claim_id
    ORDER BY a.claim_id DESC LIMIT $3
  ) both_sides
  UNION
  SELECT spoken_for.claim_id FROM unnest($1::uuid[]) member (id) CROSS JOIN LATERAL (
    SELECT DISTINCT a.claim_id FROM attributions a
    WHERE a.speaking_for_id = member.id AND NOT $5 AND a.claim_id ${comparison} $2 AND a.stance IN ${EITHER}
      AND stood_for(a.claim_id, $4) = a.claim_id
    ORDER BY a.claim_id DESC LIMIT $3
  ) spoken_for
  UNION
  SELECT merged_source.claim_id FROM unnest($1::uuid[]) member (id) CROSS JOIN LATERAL (
    SELECT DISTINCT a.claim_id FROM attributions a
    WHERE a.source_id = member.id AND a.claim_id ${comparison} $2 AND a.stance IN ${EITHER}
      AND stood_for(a.claim_id, $4) = a.claim_id
    ORDER BY a.claim_id DESC LIMIT $3
  ) merged_source
  WHERE EXISTS (SELECT FROM merges m WHERE m.from_id = member.id) OR EXISTS (SELECT FROM merges m WHERE m.into_id = member.id)
  UNION
  SELECT stood_for(m.from_id, $4) FROM merges m
  WHERE m.kind = 'claim' AND stood_for(m.from_id, $4) ${comparison} $2 AND EXISTS (
    SELECT FROM attributions a
    WHERE a.claim_id = m.from_id AND a.stance IN ${EITHER}
      AND (a.source_id = ANY ($1::uuid[]) OR NOT $5 AND a.speaking_for_id = ANY ($1::uuid[]))
  )
) candidate
ORDER BY claim_id DESC LIMIT $3`;
const CANDIDATES_BEFORE = candidatesBefore('<');
const CANDIDATES_FROM = candidatesBefore('<=');

async function readCandidates(
  { pool }: Database,
  { exact, knownAt }: Question,
  members: readonly string[],
  { claim, inclusive, size }: { readonly claim: string; readonly inclusive: boolean; readonly size: number },
): Promise<string[]> {
  const text = inclusive ? CANDIDATES_FROM : CANDIDATES_BEFORE;
  const rows = await read<{ id: string }>(pool, prepared(text, [members, claim, size, knownAt ?? EVER, exact]));
  return rows.map(({ id }) => id);
}

/** A reversal with the claim and the source that it is of. */
interface Found extends ReversalPlace, Reversal {}

/** The reversals on some claims, in the order of the list. */
async function readReversals(
  database: Database,
  question: Question,
  members: readonly string[],
  claims: readonly string[],
): Promise<Found[]> {
  const isPresent = question.knownAt === null;
  const stances = isPresent
    ? await presentStances(database, question, members, claims)
    : await pastStances(database, question, claims);
  const bySource = Map.groupBy(stances, ({ claim, source }) => `${claim} ${source}`);
  const found = [...bySource.values()].flatMap((own) =>
    reversalsOf(own)
      .reverse()
      .map((reversal, index): Found => {
        const { claim = '', source = '' } = own[0] ?? {};
        return { claim, source, number: index + 1, ...reversal };
      }),
  );
  return found.sort((a, b) => (comesAfter(a, b) ? 1 : -1));
}

function comesAfter(a: ReversalPlace, b: ReversalPlace): boolean {
  if (a.claim !== b.claim) return a.claim < b.claim;
  if (a.source !== b.source) return a.source < b.source;
  return a.number > b.number;
}

/** A stance of a source on a claim, both of which stand. */
interface OwnStance extends TimedStance {
  readonly claim: string;
  readonly source: string;
}

/** The live stances for or against on the claims $1 that $3 took or, unless $4, stands behind, as one of $2 or through one. */
const STANCES_NOW = `
SELECT asked.id AS claim, speaker.id AS source, a.id, a.stance, a.certainty, ${micros('a.recorded_at')} AS "recordedAt",
  ${micros('a.stance_from')} AS "from", ${micros('a.stance_until')} AS "until"
FROM unnest($1::uuid[]) asked (id)
CROSS JOIN LATERAL (SELECT asked.id UNION ALL SELECT id FROM merged_ids WHERE stands_id = asked.id) member
CROSS JOIN LATERAL (
  SELECT a.* FROM attributions a
  WHERE a.claim_id = member.id AND a.stance IN ${EITHER} AND a.live
    AND (a.source_id = ANY ($2::uuid[]) OR NOT $4 AND a.speaking_for_id = ANY ($2::uuid[]))
) a
LEFT JOIN merged_ids merged ON merged.id = a.source_id
CROSS JOIN LATERAL (SELECT coalesce(merged.stands_id, a.source_id) AS id) speaker
WHERE speaker.id = $3 OR NOT $4 AND $3 = ANY (
  raise_source(speaker.id, coalesce(a.stance_from, '-infinity'), a.speaking_for_id, a.speaking_for_self)
)`;

async function presentStances(
  { pool }: Database,
  { voice, exact }: Question,
  members: readonly string[],
  claims: readonly string[],
): Promise<OwnStance[]> {
  const query = prepared(STANCES_NOW, [claims, members, voice, exact]);
  const rows = await read<{ claim: string; source: string; from: number | null; until: number | null } & NowRow>(
    pool,
    query,
  );
  return rows.map(({ claim, source, from, until, ...attribution }) => ({
    claim,
    source,
    attribution,
    time: { from, until },
  }));
}
type NowRow = TimedStance['attribution'] & Record<string, unknown>;

async function pastStances(
  database: Database,
  { voice, exact, asOf, knownAt }: Question,
  claims: readonly string[],
): Promise<OwnStance[]> {
  const ledgers = await readLedgers(database, claims, knownAt);
  return [...ledgers].flatMap(([claim, ledger]) => {
    const reportOf = new Map(ledger.reports.map((report) => [report.id, report]));
    return countedAttributions(ledger, asOf).flatMap((attribution): OwnStance[] => {
      const { sourceId, reportId, speakingFor, stance } = attribution;
      const report = reportOf.get(reportId);
      if (SIDE_OF[stance] === 'none' || report === undefined) return [];
      const time = timeOf(attribution, report);
      const voices = exact ? [sourceId] : raise(sourceId, time.from, speakingFor, ledger.affiliations);
      return voices.includes(voice) ? [{ claim, source: sourceId, attribution, time }] : [];
    });
  });
}

async function shown(database: Database, found: readonly Found[], knownAt: string): Promise<ReversalRow[]> {
  const [claims, sources] = await Promise.all([
    claimNamesAt(
      database,
      found.map(({ claim }) => claim),
      knownAt,
    ),
    sourceNamesAt(
      database,
      found.map(({ source }) => source),
      knownAt,
    ),
  ]);
  return found.map(({ claim, source, number, from, to, order }) => {
    const named: { claim: ClaimName; source: SourceName } = {
      claim: claims.get(claim) ?? missing('claim', claim),
      source: sources.get(source) ?? missing('source', source),
    };
    const json = JSON.stringify({ ...named, from: stanceOf(from), to: stanceOf(to), order });
    return { claim, source, number, json };
  });
}

function stanceOf({ attribution: { id, stance }, time: { from, until } }: TimedStance) {
  const time = { from: from === null ? null : instantText(from), until: until === null ? null : instantText(until) };
  return { stance, side: SIDE_OF[stance], attribution: id, time };
}
