import type { Database } from '../../database/context.ts';
import { membersAt } from '../../database/documents.ts';
import { type ClaimLedgerAt, readLedgers } from '../../database/ledger.ts';
import type { Clocks } from '../../domain/clocks.ts';
import { sentenceOf } from '../../domain/sentence.ts';
import { summarize } from '../../domain/summary.ts';
import { listAssessmentsOn } from '../assessments/queries.ts';
import type { Assessment } from '../assessments/schema.ts';
import type { Attribution } from '../attributions/schema.ts';
import { chainAt, edgesOf, namedOrigins } from '../chains/queries.ts';
import { readClaimsAt } from '../claims/past.ts';
import type { Reading } from '../claims/queries.ts';
import type { Claim } from '../claims/schema.ts';
import { summarizeAt } from '../claims/summaries.ts';
import { shownPositions } from '../positions/past.ts';
import { listRelationsOn } from '../relations/queries.ts';
import type { ClaimRelation } from '../relations/schema.ts';
import { listRequestsOn } from '../reply-requests/list.ts';
import type { ReplyRequest } from '../reply-requests/schema.ts';
import { eventsAt, shownEvents } from '../timelines/queries.ts';
import { type DossierClocks, dossierClocks, findByClocks, momentOf } from './clocks.ts';
import { readFacts, readFallenEvidence } from './facts.ts';
import { gapsOfClaim } from './gaps.ts';
import type { ClaimDossier } from './schema.ts';
import { voicesOf } from './voices.ts';

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
  const [members = [id]] = await membersAt(database, [{ id, lines: false }], clocks.knownAt);
  const [said, requests, assessments, timeline] = await Promise.all([
    readSaid(database, { id, members }, clocks),
    listRequestsOn(database, members, momentOf(clocks)),
    listAssessmentsOn(database, members, clocks),
    eventsAt(database, id, clocks).then((events) => shownEvents(database, events, clocks)),
  ]);
  const { ledger, summary, claim, chain, positions, facts } = said;
  const fallen = await readFallenEvidence(database, [claim], clocks);
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
    relations: said.relations,
    assessments: currentFirst(assessments),
    timeline: timeline.map(({ shown }) => shown),
    gaps: gapsOfClaim({ claim, ledger, summary, replyRequests, facts, fallen, clocks }),
  };
}

/** What was said of a claim, of its `members`, and what that makes of it, with the relations in which it stands. */
async function readSaid(
  database: Database,
  { id, members }: { readonly id: string; readonly members: readonly string[] },
  clocks: DossierClocks,
) {
  const [ledgers, relations] = await Promise.all([
    readLedgers(database, [id], clocks.knownAt),
    readRelations(database, members, clocks.knownAt),
  ]);
  const ledger = ledgers.get(id) ?? lost(id);
  const summary = summarize(ledger, clocks.asOf);
  const positionsOn = summary.positions.map((position) => ({ claim: id, position, summary }));
  const [judged, chain, positions, facts] = await Promise.all([
    readJudged(database, { id, ledger, relations }, clocks),
    chainAt(database, { ledger, summary }, clocks),
    shownPositions(database, positionsOn, clocks.knownAt),
    readFacts(database, [{ ledger, summary }], clocks),
  ]);
  return { ledger, summary, chain, positions, facts, ...judged };
}

/** What is judged of a claim: its ledger, and its relations. */
interface Judged {
  readonly id: string;
  readonly ledger: ClaimLedgerAt;
  readonly relations: readonly ClaimRelation[];
}

/** A claim with its flags, and its relations with how the claims on the other side stand. */
async function readJudged(database: Database, { id, ledger, relations }: Judged, clocks: DossierClocks) {
  const otherOf = ({ from, to }: ClaimRelation) => (from.id === id ? to.id : from.id);
  const others = await readLedgers(database, [...new Set(relations.map(otherOf))], clocks.knownAt);
  const claims = await summarizeAt(database, [id], clocks, new Map([...others, [id, ledger]]));
  const summaries = new Map([...claims].map(([claim, { summary }]) => [claim, summary]));
  const texts = await readClaimsAt(database, clocks, summaries);
  return {
    claim: parsed<Claim>(texts.get(id)),
    relations: relations.map((relation) => {
      const other = others.get(otherOf(relation)) ?? lost(otherOf(relation));
      return { ...relation, standing: summarize(other, clocks.asOf).standing };
    }),
  };
}

function parsed<T>(row: { readonly json: string } | undefined): T {
  if (row === undefined) throw new Error('a part of the dossier was not read');
  return JSON.parse(row.json);
}

/** The relations of a claim that are not rejected. */
async function readRelations(
  database: Database,
  members: readonly string[],
  knownAt: string,
): Promise<readonly ClaimRelation[]> {
  const rows = await listRelationsOn(database, members, knownAt);
  return rows.map((row): ClaimRelation => parsed(row)).filter(({ status }) => status !== 'rejected');
}

function lost(claim: string): never {
  throw new Error(`the claim ${claim} was not read`);
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
