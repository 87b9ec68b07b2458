import type { Database } from '../../database/context.ts';
import { micros } from '../../database/json.ts';
import { type ClaimLedgerAt, type LedgerAttribution, readLedgers } from '../../database/ledger.ts';
import { read } from '../../database/pool.ts';
import { prepared } from '../../database/statement.ts';
import { pastAt } from '../../database/tense.ts';
import { isWithdrawn } from '../../database/withdrawn.ts';
import { countedAttributions, saidBy } from '../../domain/claim-ledger.ts';
import { raise } from '../../domain/origin.ts';
import { timeOf } from '../../domain/position.ts';
import type { SourcePosition } from '../../domain/standing.ts';
import { summarize } from '../../domain/summary.ts';
import { type Outcome, SIDE_OF, STANCES } from '../../domain/vocabulary.ts';
import { onPool, readOfClaims } from '../assessments/queries.ts';
import { candidatesOf } from '../claims/candidates.ts';
import { voiceFilter } from '../claims/past-filter.ts';
import { type Question, readAllReversals } from '../reversals/queries.ts';
import type { Facts, SpokenClaim } from './facts.ts';

const PAST = pastAt('$1');
const STATES = `SELECT c.claim_id AS id, c.topic_id AS topic, c.outcome, ${micros('c.resolved_at')} AS "resolvedAt",
    ${micros('c.horizon_until')} AS "horizonUntil"
  FROM claim_states c WHERE c.claim_id = ANY ($2::uuid[]) AND ${PAST.stands('c')}`;

/** How many claims are looked at together. */
const AT_ONCE = 512;

/** A question about the past: its recorded clock is tied down. */
type PastQuestion = Question & { readonly knownAt: string };

/** What the record of a source is made of, by the clocks. */
export async function readPastFacts(
  database: Database,
  question: PastQuestion,
  members: readonly string[],
): Promise<Facts> {
  const [spoken, changes, taken] = await Promise.all([
    readSpoken(database, question),
    readAllReversals(database, question, members),
    readTakenBack(database, question, members),
  ]);
  const ids = spoken.map(({ id }) => id);
  const [assessments, states] = await Promise.all([
    readOfClaims(onPool(database), ids, question),
    readStates(database, question, [...new Set(changes.map(({ claim }) => claim))]),
  ]);
  const reversals = changes.map(({ claim, to }) => ({ topic: states.get(claim)?.topic ?? null, time: to.time }));
  return { spoken, assessments, reversals, ...taken };
}

/** The claims on which a source, or unless `exact` one that spoke for it, had a position for or against by the clocks. */
async function readSpoken(database: Database, question: PastQuestion): Promise<SpokenClaim[]> {
  const { voice, exact } = question;
  const stances = STANCES.filter((stance) => SIDE_OF[stance] !== 'none');
  const readCandidates = await candidatesOf(
    database,
    await voiceFilter(database, { id: voice, exact, stances }, question),
  );
  const found: SpokenClaim[] = [];
  for (let after: string | undefined; ; ) {
    const { candidates, last } = await readCandidates({ after, size: AT_ONCE });
    found.push(...(await spokenOn(database, question, candidates)));
    if (last === undefined) return found;
    after = last;
  }
}

async function spokenOn(database: Database, question: PastQuestion, claims: readonly string[]): Promise<SpokenClaim[]> {
  const { voice, exact, asOf, knownAt } = question;
  const isMeant = ({ sourceId, path, side }: SourcePosition) =>
    side !== 'none' && (exact ? sourceId === voice : path.includes(voice));
  const ledgers = await readLedgers(database, claims, knownAt);
  const stateOf = await readStates(database, question, claims);
  return [...ledgers].flatMap(([id, ledger]) => {
    const recordedAt = new Map(ledger.attributions.map((each) => [each.id, each.recordedAt]));
    const positions = summarize(ledger, asOf)
      .positions.filter(isMeant)
      .map(({ attributionId, stance, certainty, time }) => ({
        attribution: { id: attributionId, stance, certainty, recordedAt: recordedAt.get(attributionId) ?? 0 },
        time,
      }));
    const state = stateOf.get(id);
    return positions.length === 0 || state === undefined ? [] : [{ ...state, positions }];
  });
}

type StateRow = {
  readonly id: string;
  readonly topic: string | null;
  readonly outcome: Outcome | null;
  readonly resolvedAt: number | null;
  readonly horizonUntil: number | null;
};

async function readStates(
  { pool }: Database,
  { knownAt }: PastQuestion,
  claims: readonly string[],
): Promise<Map<string, StateRow>> {
  const rows = await read<StateRow>(pool, prepared(STATES, [knownAt, claims]));
  return new Map(rows.map((state) => [state.id, state]));
}

/** The claims (those that stood) on which one of $2 or, unless $3, somebody expressly for it took anything back, or we did. */
const TAKEN_BACK = `
SELECT DISTINCT stood_for(a.claim_id, ${PAST.at}) AS id FROM attributions a
WHERE (a.source_id = ANY ($2::uuid[]) OR NOT $3 AND a.speaking_for_id = ANY ($2::uuid[])) AND a.recorded_at <= ${PAST.at}
  AND (a.stance = 'retracts' OR ${isWithdrawn('a', PAST)})`;

/** What was taken back by the clocks; a withdrawal holds at every `asOf`, of what had been said by then. */
async function readTakenBack(
  database: Database,
  question: PastQuestion,
  members: readonly string[],
): Promise<Pick<Facts, 'tookBack' | 'withdrawn'>> {
  const { asOf, knownAt, exact } = question;
  const rows = await read<{ id: string }>(database.pool, prepared(TAKEN_BACK, [knownAt, members, exact]));
  const ledgers = await readLedgers(
    database,
    rows.map(({ id }) => id),
    knownAt,
  );
  const count = (taken: (ledger: ClaimLedgerAt) => readonly LedgerAttribution[]) =>
    [...ledgers.values()].reduce(
      (sum, ledger) => sum + taken(ledger).filter((each) => isOf(question, ledger, each)).length,
      0,
    );
  return {
    tookBack: count((ledger) =>
      among(ledger, countedAttributions(ledger, asOf)).filter(({ stance }) => stance === 'retracts'),
    ),
    withdrawn: count((ledger) =>
      among(ledger, asOf === null ? ledger.attributions : saidBy(ledger, asOf)).filter(({ withdrawn }) => withdrawn),
    ),
  };
}

function among({ attributions }: ClaimLedgerAt, found: readonly { readonly id: string }[]): LedgerAttribution[] {
  const ids = new Set(found.map(({ id }) => id));
  return attributions.filter(({ id }) => ids.has(id));
}

/** Whether a source said it or, unless `exact`, one that spoke for it then. */
function isOf({ voice, exact }: PastQuestion, ledger: ClaimLedgerAt, attribution: LedgerAttribution): boolean {
  const { sourceId, reportId, speakingFor } = attribution;
  const report = ledger.reports.find(({ id }) => id === reportId);
  if (exact || report === undefined) return sourceId === voice;
  return raise(sourceId, timeOf(attribution, report).from, speakingFor, ledger.affiliations).includes(voice);
}
