import type { Database } from '../../database/context.ts';
import { claimNamesAt, findAt, type SourceName, sourceNamesAt } from '../../database/documents.ts';
import { list, reference, row } from '../../database/json.ts';
import { type ClaimLedgerAt, type LedgerAttribution, readLedgers } from '../../database/ledger.ts';
import { read } from '../../database/pool.ts';
import { missing } from '../../database/references.ts';
import { type SettledClocks, settle } from '../../database/settled.ts';
import { prepared } from '../../database/statement.ts';
import { PRESENT } from '../../database/tense.ts';
import { saidBy } from '../../domain/claim-ledger.ts';
import { type ClaimOrigin, originsOf, type Word, wordsOf } from '../../domain/claim-origins.ts';
import type { Clocks } from '../../domain/clocks.ts';
import { MergedInto } from '../../domain/merged.ts';
import { isUuid } from '../../domain/names.ts';
import type { SourcePosition } from '../../domain/standing.ts';
import { type ClaimSummary, summarize } from '../../domain/summary.ts';
import { ATTRIBUTION_JOINS, ATTRIBUTION_JSON } from '../attributions/json.ts';
import { readAttributionsAt } from '../attributions/past.ts';

/** What a chain is put together from; `nodes` and `claim` are JSON texts. */
interface ChainParts {
  readonly claim: string;
  readonly nodes: string;
  /** What the nodes are, as the rules see them. */
  readonly words: readonly Pick<Word, 'id' | 'relaysId'>[];
  readonly origins: readonly ClaimOrigin[];
  /** The sources of the origins, by their ids. */
  readonly names: ReadonlyMap<string, Pick<SourceName, 'id' | 'slug' | 'name'>>;
}

/**
 * The chain of a claim (its id or slug) as JSON text: every attribution of it and of what is merged into it, who passes on
 * what, and the origins. Throws `not-found`.
 */
export async function readChain(database: Database, claim: string, clocks: Clocks): Promise<string> {
  const isPresent = clocks.asOf === null && clocks.knownAt === null;
  return textOf(isPresent ? await presentChain(database, claim) : await pastChain(database, claim, clocks));
}

/** Who a source speaks for when an attribution `a` of the source `speaker.id` is made: nobody, as a rule. */
const PATH = `CASE
  WHEN a.speaking_for_id IS NULL AND NOT EXISTS (SELECT FROM affiliations f WHERE f.source_id = speaker.id)
  THEN ARRAY[speaker.id]
  ELSE raise_source(speaker.id, coalesce(a.stance_from, '-infinity'), a.speaking_for_id, a.speaking_for_self)
END`;

/** The same as ClaimOrigin of the rules: an unnamed source that nobody raises has its host's unnamed people for its origin. */
const ORIGIN = `CASE WHEN a.relays_id IS NULL THEN ${row({
  sourceId: `CASE WHEN speaker.kind = 'anonymous' AND cardinality(raised.path) = 1 THEN coalesce(host.stands_id, speaker.host_id)
    ELSE raised.path[cardinality(raised.path)] END`,
  anonymous: `speaker.kind = 'anonymous' AND cardinality(raised.path) = 1`,
})} END`;

const PRESENT_CHAIN = (column: 'id' | 'slug') => `
WITH asked AS MATERIALIZED (
  SELECT c.id, stands.id AS stands_id, stands.slug
  FROM claims c JOIN ${PRESENT.claim('stands', 'c.id')} WHERE c.${column} = $1 AND c.deleted_at IS NULL
),
member AS (
  SELECT id FROM asked UNION ALL SELECT merged.id FROM asked JOIN merged_ids merged ON merged.stands_id = asked.id
)
SELECT asked.id, asked.stands_id AS "standsId", asked.slug,
  ${list(ATTRIBUTION_JSON, `member JOIN attributions a ON a.claim_id = member.id ${ATTRIBUTION_JOINS}`, 'a.id')}::text AS nodes,
  ${list(
    row({
      id: 'a.id',
      sourceId: 'speaker.id',
      stance: 'a.stance',
      relaysId: 'a.relays_id',
      counts: 'a.live',
      origin: ORIGIN,
    }),
    `member JOIN attributions a ON a.claim_id = member.id
     LEFT JOIN merged_ids merged ON merged.id = a.source_id
     JOIN sources speaker ON speaker.id = coalesce(merged.stands_id, a.source_id)
     LEFT JOIN merged_ids host ON host.id = speaker.host_id
     CROSS JOIN LATERAL (SELECT CASE WHEN a.relays_id IS NULL THEN ${PATH} END AS path) raised`,
    'a.id',
  )} AS words,
  ${list(
    row({
      sourceId: 'p.source_id',
      side: 'p.side',
      origin: row({ sourceId: 'p.origin_id', anonymous: 'p.origin_anonymous' }),
      isOrigin: 'p.is_origin',
    }),
    `claim_positions p WHERE p.claim_id = asked.id AND p.is_origin AND p.side <> 'none'`,
    'p.source_id',
  )} AS positions,
  ${list(
    reference('s'),
    'sources s WHERE s.id IN (SELECT origin_id FROM claim_positions WHERE claim_id = asked.id)',
    's.id',
  )} AS names
FROM asked`;
const PRESENT_CHAIN_BY_ID = PRESENT_CHAIN('id');
const PRESENT_CHAIN_BY_SLUG = PRESENT_CHAIN('slug');

interface PresentRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly standsId: string;
  readonly slug: string;
  readonly nodes: string;
  readonly words: readonly Word[];
  readonly positions: readonly Pick<SourcePosition, 'sourceId' | 'side' | 'origin' | 'isOrigin'>[];
  readonly names: readonly Pick<SourceName, 'id' | 'slug' | 'name'>[];
}

/** From what is derived and kept: one statement, so that all of it is of one moment. */
async function presentChain(database: Database, claim: string): Promise<ChainParts> {
  const query = prepared(isUuid(claim) ? PRESENT_CHAIN_BY_ID : PRESENT_CHAIN_BY_SLUG, [claim]);
  const [found] = await read<PresentRow>(database.pool, query);
  if (found === undefined) return missing('claim', claim);
  const { id, standsId, slug, nodes, words, positions, names } = found;
  if (id !== standsId) throw new MergedInto('claim', { id: standsId, slug }, { reference: claim });
  return {
    claim: JSON.stringify({ id, slug }),
    nodes,
    words,
    origins: originsOf(words, positions),
    names: new Map(names.map((each) => [each.id, each])),
  };
}

/** From the recorded rows, by the rules. */
async function pastChain(database: Database, claim: string, clocks: Clocks): Promise<ChainParts> {
  const settled = await settle(database, clocks);
  const id = await findAt(database, 'claim', claim, settled.knownAt);
  const ledger = (await readLedgers(database, [id], settled.knownAt)).get(id);
  if (ledger === undefined) return missing('claim', claim);
  const [{ nodes, words, origins, names }, claims] = await Promise.all([
    chainAt(database, { ledger, summary: summarize(ledger, settled.asOf) }, settled),
    claimNamesAt(database, [id], settled.knownAt),
  ]);
  const { slug } = claims.get(id) ?? missing('claim', claim);
  return { claim: JSON.stringify({ id, slug }), nodes: `[${nodes.join(',')}]`, words, origins, names };
}

/** The chain of a claim by the clocks: `nodes` are JSON texts, the oldest first, of the attributions `words`. */
export interface ChainAt extends Pick<ChainParts, 'origins' | 'names'> {
  readonly nodes: readonly string[];
  readonly words: readonly LedgerAttribution[];
}

/** The chain of a claim of which the ledger was read and summarized by the clocks. */
export async function chainAt(
  database: Database,
  { ledger, summary }: { ledger: ClaimLedgerAt; summary: Pick<ClaimSummary, 'live' | 'positions'> },
  { asOf, knownAt }: SettledClocks,
): Promise<ChainAt> {
  const { live, positions } = summary;
  const said = asOf === null ? ledger.attributions : ofThese(ledger.attributions, saidBy(ledger, asOf));
  const words = said.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const origins = originsOf(wordsOf(ledger, live), positions);
  const [nodes, names] = await Promise.all([
    readAttributionsAt(database, knownAt, new Map(words.map(({ id }) => [id, live.has(id)]))),
    sourceNamesAt(
      database,
      origins.map(({ origin }) => origin.sourceId),
      knownAt,
    ),
  ]);
  return { nodes: words.flatMap(({ id }) => nodes.get(id)?.json ?? []), words, origins, names };
}

function ofThese<Row extends { readonly id: string }>(rows: readonly Row[], some: readonly { id: string }[]): Row[] {
  const ids = new Set(some.map(({ id }) => id));
  return rows.filter(({ id }) => ids.has(id));
}

function textOf({ claim, nodes, ...parts }: ChainParts): string {
  return `{"claim":${claim},"nodes":${nodes},"edges":${JSON.stringify(edgesOf(parts))},"origins":${JSON.stringify(namedOrigins(parts))}}`;
}

/** Who passes on what, of the attributions that are shown. */
export function edgesOf({ words }: Pick<ChainParts, 'words'>): { from: string; to: string }[] {
  const shown = new Set(words.map(({ id }) => id));
  return words.flatMap(({ id, relaysId }) =>
    relaysId !== null && shown.has(relaysId) ? [{ from: id, to: relaysId }] : [],
  );
}

/** The origins of a chain with the names of their sources, as a chain shows them. */
export function namedOrigins({ origins, names }: Pick<ChainParts, 'origins' | 'names'>) {
  return origins.map(({ origin, side, attributions, echoes }) => {
    const { id, slug, name } = names.get(origin.sourceId) ?? missing('source', origin.sourceId);
    return {
      source: { id, slug, name },
      anonymous: origin.anonymous,
      side,
      attributions: [...attributions],
      echoes,
    };
  });
}
