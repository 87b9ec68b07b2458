import type { Database } from '../../database/context.ts';
import { membersAt } from '../../database/documents.ts';
import { walk } from '../../database/walk.ts';
import type { Clocks } from '../../domain/clocks.ts';
import { STANDINGS, type Standing } from '../../domain/vocabulary.ts';
import { candidatesOf } from '../claims/candidates.ts';
import { readClaimsAt } from '../claims/past.ts';
import { finds, pastFilter } from '../claims/past-filter.ts';
import type { Reading } from '../claims/queries.ts';
import type { Claim } from '../claims/schema.ts';
import { type SummarizedClaim, summarizeAt } from '../claims/summaries.ts';
import { listRequestsOn } from '../reply-requests/list.ts';
import type { ReplyRequest } from '../reply-requests/schema.ts';
import { readTopicAt } from '../topics/past.ts';
import { type DossierClocks, dossierClocks, findByClocks, momentOf } from './clocks.ts';
import { type Facts, readFacts, readFallenEvidence } from './facts.ts';
import { gapsOfClaim, type Looked } from './gaps.ts';
import type { TopicDossier } from './schema.ts';

/** So many claims of a topic are in its dossier, the newest; the list of claims has the others. */
const MOST_CLAIMS = 500;

/**
 * A story as a whole (its id or slug) by the clocks: its claims by standing, who stands where, and what is open.
 *
 * @throws {Problem} `not-found` where the topic was not recorded by then
 */
export async function readTopicDossier(reading: Reading, reference: string, asked: Clocks): Promise<TopicDossier> {
  const { database } = reading;
  const clocks = await dossierClocks(reading, asked);
  const id = await findByClocks(database, 'topic', reference, { asked, settled: clocks });
  const found = await readClaims(database, id, clocks);
  const hasMore = found.length > MOST_CLAIMS;
  const claims = found.slice(0, MOST_CLAIMS);
  const [topic, facts, requests, fallen] = await Promise.all([
    readTopicAt(database, id, clocks.knownAt),
    readFacts(database, claims, clocks),
    readRequests(
      database,
      claims.map(({ claim }) => claim.id),
      clocks,
    ),
    readFallenEvidence(
      database,
      claims.map(({ claim }) => claim),
      clocks,
    ),
  ]);
  const replyRequests = requests.map(({ json }): ReplyRequest => JSON.parse(json));
  return {
    topic,
    claims: byStanding(claims),
    hasMore,
    matrix: matrixOf(claims, facts),
    open: { ...openIn(claims, replyRequests), gaps: gapsIn(claims, { replyRequests, facts, fallen, clocks }) },
  };
}

/** The requests on claims, which stand, and on what is merged into them. */
async function readRequests(database: Database, claims: readonly string[], clocks: DossierClocks) {
  const things = claims.map((id) => ({ id, lines: false }));
  const members = await membersAt(database, things, clocks.knownAt);
  return listRequestsOn(database, members.flat(), momentOf(clocks));
}

interface TopicClaim extends SummarizedClaim {
  readonly claim: Claim;
}

/** The newest claims of a topic, and one more where there are more. */
async function readClaims(database: Database, topic: string, clocks: DossierClocks): Promise<TopicClaim[]> {
  const filter = await pastFilter(database, { topic }, clocks);
  const readCandidates = await candidatesOf(database, filter);
  const found = await walk(
    { wanted: MOST_CLAIMS + 1, after: undefined },
    (after: string | undefined, size) => readCandidates({ after, size }),
    async (ids) =>
      [...(await summarizeAt(database, ids, clocks))].filter(([, { ledger, summary }]) =>
        finds(filter, ledger, summary),
      ),
  );
  const texts = await readClaimsAt(database, clocks, new Map(found.map(([id, { summary }]) => [id, summary])));
  return found.flatMap(([id, summarized]) => {
    const text = texts.get(id);
    return text === undefined ? [] : [{ ...summarized, claim: JSON.parse(text.json) as Claim }];
  });
}

function byStanding(claims: readonly TopicClaim[]): TopicDossier['claims'] {
  const of = (standing: Standing) =>
    claims.filter(({ claim }) => claim.standing === standing).map(({ claim }) => claim);
  return Object.fromEntries(STANDINGS.map((standing) => [standing, of(standing)])) as TopicDossier['claims'];
}

/** Who stands where: the sources with the most positions first, the claims in their order. */
function matrixOf(claims: readonly TopicClaim[], facts: Facts): TopicDossier['matrix'] {
  const cells = claims.flatMap(({ claim, summary }) =>
    summary.positions.map(({ sourceId, stance, side, certainty, order, attributionId }) => {
      return { source: sourceId, claim: claim.id, stance, side, certainty, order, attribution: attributionId };
    }),
  );
  const bySource = Map.groupBy(cells, ({ source }) => source);
  const sources = [...bySource.keys()].flatMap((id) => facts.sources.get(id) ?? []);
  const positions = (id: string) => bySource.get(id)?.length ?? 0;
  return {
    sources: sources
      .map(({ id, slug, name, kind }) => ({ id, slug, name, kind }))
      .sort((a, b) => positions(b.id) - positions(a.id) || (a.slug < b.slug ? -1 : 1)),
    claims: claims
      .filter(({ summary }) => summary.positions.length > 0)
      .map(({ claim: { id, slug, text } }) => ({ id, slug, text })),
    cells,
  };
}

/** Predictions without an outcome and requests without an answer. */
function openIn(
  claims: readonly TopicClaim[],
  replyRequests: readonly ReplyRequest[],
): Pick<TopicDossier['open'], 'predictions' | 'replyRequests'> {
  return {
    predictions: claims.flatMap(({ claim: { id, slug, text, prediction, flags } }) =>
      prediction?.outcome === 'open'
        ? [{ id, slug, text, horizon: prediction.horizon, overdue: flags.includes('overdue') }]
        : [],
    ),
    replyRequests: replyRequests.filter(({ state }) => state === 'open' || state === 'overdue'),
  };
}

function gapsIn(
  claims: readonly TopicClaim[],
  beside: Pick<Looked, 'replyRequests' | 'facts' | 'fallen' | 'clocks'>,
): TopicDossier['open']['gaps'] {
  const requestsOf = Map.groupBy(beside.replyRequests, ({ claim }) => claim.id);
  return claims.flatMap((each) => {
    const replyRequests = requestsOf.get(each.claim.id) ?? [];
    const gaps = gapsOfClaim({ ...each, ...beside, replyRequests }).map(({ type }) => type);
    const { id, slug } = each.claim;
    return gaps.length === 0 ? [] : [{ claim: { id, slug }, gaps }];
  });
}
