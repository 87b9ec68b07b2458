import type { Context } from '../../database/context.ts';
import { Prisma } from '../../database/generated/client.ts';
import { at } from '../../database/rules.ts';
import type { Transaction } from '../../database/transaction.ts';
import { isWithdrawn } from '../../database/withdrawn.ts';
import { type FieldError, Problem } from '../../domain/problem.ts';
import { chainProblem, readChains } from '../attributions/chain-problem.ts';
import { insertAttribution } from '../attributions/commands.ts';
import type { NewAttribution } from '../attributions/insert.ts';
import { type Closing, closeAttributions } from '../attributions/withdrawals.ts';
import type { CorrectionInput, Report } from './schema.ts';

/**
 * Puts what a corrected report no longer says out of what counts, in the transaction of the caller: superseded by what it
 * says now, or withdrawn. What relays it passes on the old words, and so falls with it, unless it is named here as well.
 *
 * @throws {Problem} `rule-broken` with a pointer for each attribution that is not the report's own, or is withdrawn
 */
export async function supersede(
  transaction: Transaction,
  context: Context,
  report: Report,
  { supersedes, reason }: Pick<CorrectionInput, 'supersedes' | 'reason'>,
): Promise<void> {
  if (supersedes.length === 0) return;
  const standing = await findStanding(transaction, report, supersedes);
  const successors = successorsOf(report.id, supersedes, standing, context.newId);
  await refuseBrokenChains(transaction, successors);
  for (const { pointer, row } of relayedFirst(successors)) {
    await at(pointer, () => insertAttribution(transaction, context, row));
  }
  const byId = new Map(successors.map(({ replaces, row }) => [replaces, row.id]));
  const closings = supersedes.map(({ attribution: id }): Closing => {
    const successor = byId.get(id);
    return successor === undefined
      ? { kind: 'withdrawn', id, reason }
      : { kind: 'superseded', id, byId: successor, reason };
  });
  await closeAttributions(transaction, context, closings);
}

/** An attribution as far as the one that takes its place has it from there; its claim and source are those that stand. */
interface Earlier {
  readonly id: string;
  readonly claimId: string;
  readonly sourceId: string;
  readonly relaysId: string | null;
  readonly ordinal: number;
  /** Whether it lies in the corrected report, or in one that is merged into it. */
  readonly isOwn: boolean;
  readonly isWithdrawn: boolean;
}

async function findStanding(
  transaction: Transaction,
  report: Report,
  supersedes: CorrectionInput['supersedes'],
): Promise<ReadonlyMap<string, Earlier>> {
  const ids = supersedes.map(({ attribution }) => attribution);
  const rows = await transaction.$queryRaw<Earlier[]>`
    SELECT a.id, coalesce(claim.stands_id, a.claim_id) AS "claimId", coalesce(source.stands_id, a.source_id) AS "sourceId", a.relays_id AS "relaysId",
      a.ordinal, coalesce(report.stands_id, a.report_id) = ${report.id}::uuid AS "isOwn",
      ${Prisma.raw(isWithdrawn('a'))} AS "isWithdrawn"
    FROM attributions a
    LEFT JOIN merged_ids claim ON claim.id = a.claim_id
    LEFT JOIN merged_ids source ON source.id = a.source_id
    LEFT JOIN merged_ids report ON report.id = a.report_id
    WHERE a.id = ANY (${ids}::uuid[])`;
  const found = new Map(rows.map((row) => [row.id, row]));
  const errors = ids.flatMap((id, index): FieldError[] => {
    const detail = ids.indexOf(id) < index ? 'It is named twice.' : whatIsWrong(found.get(id));
    return detail === undefined ? [] : [{ pointer: `/supersedes/${index}/attribution`, detail }];
  });
  if (errors.length > 0) {
    throw new Problem('rule-broken', 'The correction supersedes what does not stand in this report.', { errors });
  }
  return found;
}

function whatIsWrong(earlier: Earlier | undefined): string | undefined {
  if (earlier?.isOwn !== true) return 'This report has no attribution with this id.';
  return earlier.isWithdrawn ? 'It is withdrawn already.' : undefined;
}

/** A new attribution, the id of the one whose place it takes, and where it is described. */
interface Successor {
  readonly replaces: string;
  readonly pointer: string;
  readonly row: NewAttribution;
}

/**
 * Successors may relay one another, under ids of the caller's own.
 *
 * @throws {Problem} `rule-broken` with the first chain that cannot be
 */
async function refuseBrokenChains(transaction: Transaction, successors: readonly Successor[]): Promise<void> {
  if (successors.every(({ row }) => row.relaysId === null)) return;
  const links = await readChains(
    transaction,
    successors.map(({ row }) => row),
  );
  for (const { pointer, row } of successors) {
    await at(pointer, async () => {
      const problem = chainProblem(row, links);
      if (problem !== undefined) throw problem;
    });
  }
}

function successorsOf(
  reportId: string,
  supersedes: CorrectionInput['supersedes'],
  standing: ReadonlyMap<string, Earlier>,
  newId: () => string,
): Successor[] {
  const ids = new Map(supersedes.flatMap(({ attribution, by }) => (by ? [[attribution, by.id ?? newId()]] : [])));
  return supersedes.flatMap(({ attribution, by }, index): Successor[] => {
    const earlier = standing.get(attribution);
    const id = ids.get(attribution);
    if (by === undefined || earlier === undefined || id === undefined) return [];
    const { claimId: claim, sourceId, relaysId, ordinal } = earlier;
    const { source = sourceId, relays = ids.get(relaysId ?? '') ?? relaysId } = by;
    const { stance, certainty, emphasis, speakingFor = null, quote = null, said = null } = by;
    const says = { stance, certainty, emphasis, speakingFor, quote, said };
    const row = { id, claim, source, reportId, relaysId: relays, ordinal, ...says };
    return [{ replaces: attribution, pointer: `/supersedes/${index}/by`, row }];
  });
}

/** What is relayed before what relays it, as the ledger takes them. */
function relayedFirst(successors: readonly Successor[]): Successor[] {
  const byId = new Map(successors.map((successor) => [successor.row.id, successor]));
  const ordered = new Set<Successor>();
  const visited = new Set<Successor>();
  const visit = (successor: Successor) => {
    if (visited.has(successor)) return;
    visited.add(successor);
    const relayed = byId.get(successor.row.relaysId ?? '');
    if (relayed !== undefined) visit(relayed);
    ordered.add(successor);
  };
  successors.forEach(visit);
  return [...ordered];
}
