import type { Database } from '../../database/context.ts';
import type { Transaction } from '../../database/transaction.ts';
import { type BrokenChain, checkChain, MAX_HOPS } from '../../domain/chain.ts';
import { Problem } from '../../domain/problem.ts';
import type { Stance } from '../../domain/vocabulary.ts';
import { resolveClaims } from '../claims/queries.ts';
import { resolveSources } from '../sources/queries.ts';
import type { NewAttribution } from './insert.ts';

/** A link of a chain as a problem shows it: `source` and `claim` are slugs, `report` is an id. */
interface ShownLink {
  readonly id: string;
  readonly source: string;
  readonly report: string;
  readonly claim: string;
  readonly stance: Stance;
}

/** A link of a chain. */
interface ChainLink {
  readonly id: string;
  /** The claim that it counts for: what its own is merged into, or that itself. */
  readonly claimId: string;
  readonly relaysId: string | null;
  readonly shown: ShownLink;
}

/** A link that is there already; `recordedWith` is its own claim. */
interface RecordedLink extends ChainLink {
  readonly recordedWith: string;
}

/** Attributions that are to be made, and everything that they would relay, by their ids. */
export type ChainLinks = ReadonlyMap<string, ChainLink>;

/** The chains that new attributions would make. */
export async function readChains(
  reader: Transaction | Database['prisma'],
  rows: readonly NewAttribution[],
): Promise<ChainLinks> {
  const behind = await readBehind(
    reader,
    rows.flatMap(({ relaysId }) => relaysId ?? []),
  );
  const claims = await resolveClaims(
    reader,
    rows.map(({ claim }) => claim),
  );
  const sources = await resolveSources(
    reader,
    rows.map(({ source }) => source),
  );
  const made = rows.map(({ id, claim, source, reportId, stance, relaysId }): ChainLink => {
    const { id: ownId = claim, slug = claim } = claims.get(claim) ?? {};
    const claimId = behind.find(({ recordedWith }) => recordedWith === ownId)?.claimId ?? ownId;
    const speaker = sources.get(source)?.slug ?? source;
    return { id, claimId, relaysId, shown: { id, source: speaker, report: reportId, claim: slug, stance } };
  });
  return new Map([...behind, ...made].map((link) => [link.id, link]));
}

function readBehind(reader: Transaction | Database['prisma'], ids: readonly string[]): Promise<RecordedLink[]> {
  return reader.$queryRaw<RecordedLink[]>`
    WITH RECURSIVE link (claim_id, id) AS (
      SELECT a.claim_id, a.id FROM attributions a WHERE a.id = ANY (${ids}::uuid[])
      UNION
      SELECT a.claim_id, a.relays_id FROM link JOIN attributions a ON a.claim_id = link.claim_id AND a.id = link.id
      WHERE a.relays_id IS NOT NULL
    )
    SELECT a.id, a.claim_id AS "recordedWith", coalesce(merged.stands_id, a.claim_id) AS "claimId", a.relays_id AS "relaysId",
      json_build_object('id', a.id, 'source', s.slug, 'report', a.report_id, 'claim', c.slug, 'stance', a.stance) AS shown
    FROM link JOIN attributions a ON a.claim_id = link.claim_id AND a.id = link.id
    JOIN claims c ON c.id = a.claim_id JOIN sources s ON s.id = a.source_id
    LEFT JOIN merged_ids merged ON merged.id = a.claim_id`;
}

/**
 * What is wrong with the chain that a new attribution would make, with the chain itself in the problem's member `chain`, the
 * new one first: it comes back to itself, passes on another claim, or is too long. Undefined where nothing is.
 */
export function chainProblem({ id, relaysId }: NewAttribution, links: ChainLinks): Problem | undefined {
  const link = links.get(id);
  if (link === undefined || relaysId === null) return undefined;
  if (!links.has(relaysId)) return broken(`There is no attribution with the id ${relaysId} that it could relay.`, []);
  const found = checkChain(link, links);
  if (found === null) return undefined;
  const chain = found.chain.flatMap((each) => links.get(each)?.shown ?? []);
  return broken(`${wordsFor(found, chain)} The chain: ${chain.map(({ source }) => source).join(' ← ')}.`, chain);
}

function broken(detail: string, chain: readonly ShownLink[]): Problem {
  return new Problem('rule-broken', detail, {
    errors: [{ pointer: '/relays', detail }],
    extensions: chain.length > 0 ? { chain } : {},
  });
}

function wordsFor({ reason }: BrokenChain, chain: readonly ShownLink[]): string {
  if (reason === 'too_long') return `This would be hop ${chain.length - 1}: a chain has at most ${MAX_HOPS}.`;
  if (reason === 'cycle') return `This would close a circle: followed back, it comes to ${chain.at(-1)?.id} twice.`;
  const other = chain.find(({ claim }) => claim !== chain[0]?.claim);
  return `What it relays is no attribution of the claim ${chain[0]?.claim}, but of ${other?.claim}.`;
}
