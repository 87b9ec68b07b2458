import type { Database } from '../../database/context.ts';
import type { Clocks } from '../../domain/clocks.ts';
import { sentenceOf } from '../../domain/sentence.ts';
import { listClaimAssessments } from '../assessments/queries.ts';
import type { Assessment } from '../assessments/schema.ts';
import type { Attribution } from '../attributions/schema.ts';
import { chainAt, edgesOf, namedOrigins } from '../chains/queries.ts';
import { readClaimsAt } from '../claims/past.ts';
import type { Reading } from '../claims/queries.ts';
import type { Claim } from '../claims/schema.ts';
import { summarizeAt } from '../claims/summaries.ts';
import { shownPositions } from '../positions/past.ts';
import { listRelations } from '../relations/queries.ts';
import type { ClaimRelation } from '../relations/schema.ts';
import { listRequestsOn } from '../reply-requests/list.ts';
import type { ReplyRequest } from '../reply-requests/schema.ts';
import { eventsAt, shownEvents } from '../timelines/queries.ts';
import { type DossierClocks, dossierClocks, findByClocks, momentOf } from './clocks.ts';
import { readFacts } from './facts.ts';
import { gapsOfClaim } from './gaps.ts';
import type { ClaimDossier } from './schema.ts';
import { voicesOf } from './voices.ts';

/** As many rows as a dossier has of a list, which is all. */
const ALL = 1_000_000;

/**
 * Everything about a claim (its id or slug) by the clocks.
 *
 * @throws {Problem} `not-found` where it was not recorded by then
 * @throws {MergedInto} where it was merged
 */
export async function readClaimDossier(reading: Reading, reference: string, asked: Clocks): Promise<ClaimDossier> {
  const { database } = reading;
  const clocks = await dossierClocks(reading, asked);
  const id = await findByClocks(database, 'claim', reference, { asked, settled: clocks });
  const [said, relations, requests, assessments, timeline] = await Promise.all([
    readSaid(database, id, clocks),
    readRelations(database, id, clocks),
    listRequestsOn(database, [id], momentOf(clocks)),
    listClaimAssessments(database, id, clocks, { limit: ALL, after: undefined }),
    eventsAt(database, id, clocks).then((events) => shownEvents(database, events, clocks)),
  ]);
  const { ledger, summary, claim, chain, positions, facts } = said;
  const nodes = chain.nodes.map((json): Attribution => JSON.parse(json));
  const origins = namedOrigins(chain);
  const replyRequests = requests.map((request): ReplyRequest => parsed(request));
  const voices = voicesOf({
    ledger,
    summary,
    origins: chain.origins,
    nodes: new Map(nodes.map((node) => [node.id, node])),
    facts,
  });
  return {
    claim,
    sentence: sentenceOf({ claim, voices }),
    why: { for: whys(origins, 'for'), against: whys(origins, 'against') },
    positions: positions.map((position) => parsed(position)),
    chain: { nodes, edges: edgesOf(chain), origins },
    quotes: nodes.flatMap(({ id, source, report, quote, live }) =>
      quote === null || !live ? [] : [{ attribution: id, source, report, ...quote }],
    ),
    replyRequests,
    relations,
    assessments: currentFirst(assessments),
    timeline: timeline.map((event) => parsed(event)),
    gaps: gapsOfClaim({ claim, ledger, summary, replyRequests, facts, clocks }),
  };
}

/** What was said of a claim, and what that makes of it. */
async function readSaid(database: Database, id: string, clocks: DossierClocks) {
  const summarized = (await summarizeAt(database, [id], clocks)).get(id);
  if (summarized === undefined) throw new Error(`the claim ${id} was not read`);
  const { summary } = summarized;
  const positionsOn = summary.positions.map((position) => ({ claim: id, position, summary }));
  const [claims, chain, positions, facts] = await Promise.all([
    readClaimsAt(database, clocks, new Map([[id, summary]])),
    chainAt(database, summarized, clocks),
    shownPositions(database, positionsOn, clocks.knownAt),
    readFacts(database, [summarized], clocks),
  ]);
  return { ...summarized, claim: parsed<Claim>(claims.get(id)), chain, positions, facts };
}

function parsed<T>(row: { readonly json: string } | undefined): T {
  if (row === undefined) throw new Error('a part of the dossier was not read');
  return JSON.parse(row.json);
}

/** The relations of a claim that are not rejected, with how the claim on the other side stands. */
async function readRelations(
  database: Database,
  id: string,
  clocks: DossierClocks,
): Promise<ClaimDossier['relations']> {
  const rows = await listRelations(database, id, { limit: ALL }, clocks, undefined);
  const relations = rows.map((row): ClaimRelation => parsed(row)).filter(({ status }) => status !== 'rejected');
  const otherOf = ({ from, to }: ClaimRelation) => (from.id === id ? to.id : from.id);
  const others = await summarizeAt(database, [...new Set(relations.map(otherOf))], clocks);
  return relations.map((relation) => {
    const other = others.get(otherOf(relation));
    if (other === undefined) throw new Error(`the claim ${otherOf(relation)} was not read`);
    return { ...relation, standing: other.summary.standing };
  });
}

function currentFirst(assessments: readonly Assessment[]): Assessment[] {
  return assessments.toSorted((a, b) => Number(b.current) - Number(a.current));
}

/** On whose word the claim rests on one side, in words. */
function whys(origins: ReturnType<typeof namedOrigins>, side: 'for' | 'against'): ClaimDossier['why'][typeof side] {
  return origins
    .filter((origin) => origin.side === side)
    .map(({ source, anonymous, attributions, echoes }) => {
      const whose = anonymous ? `unnamed people, hosted by ${source.name}` : source.name;
      const words = `${whose} (${echoes === 1 ? '1 relay' : `${echoes || 'no'} relays`})`;
      return { source, anonymous, words, attributions, echoes };
    });
}
