import type { Context } from '../../database/context.ts';
import { Prisma } from '../../database/generated/client.ts';
import { checkStanding } from '../../database/merges.ts';
import { checkVersion, type Recorded, record, type Transaction } from '../../database/transaction.ts';
import type { Standing } from '../../domain/merged.ts';
import { Problem } from '../../domain/problem.ts';
import { type ActionOptions, act, type Outcome, withConsequences } from '../attributions/consequences.ts';
import { tellQuotesIn } from '../attributions/quotes.ts';
import { recordedClaim } from '../claims/commands.ts';
import { findAnyClaim } from '../claims/queries.ts';
import { readReport } from '../reports/queries.ts';
import { readSource } from '../sources/queries.ts';
import { claimsOfMerge, findMergeOf, findThing, readMerge, TABLES, type Thing } from './queries.ts';
import type { Merge, MergeInput, MergeKind, UnmergeInput } from './schema.ts';

/** A merge that was made or ended, and what it came to. */
export interface MergeOutcome extends Outcome {
  readonly merge: Merge;
}

/** What is recorded of a thing of each kind, merged or not. */
const DOCUMENTS: Readonly<
  Record<MergeKind, (transaction: Transaction, id: string, context: Context) => Promise<Recorded>>
> = {
  claim: async (transaction, id, context) => recordedClaim(await findAnyClaim(transaction, context, id)),
  source: readSource,
  report: readReport,
};

/**
 * Merges a thing into another of its kind: from now on it counts there. Nothing that was recorded changes.
 *
 * @throws {Problem} `not-found`, `stale`; `MergedInto` when either is merged already; `rule-broken` for what is not there or
 * deleted, a merge into itself, and every rule of DESIGN §2 on merges
 */
export function mergeThing(
  context: Context,
  kind: MergeKind,
  reference: string,
  { into, reason, force = false }: MergeInput,
  options: ActionOptions,
): Promise<MergeOutcome> {
  return act(context, options, async (transaction) => {
    const from = await findThing(transaction, kind, reference);
    await checkStanding(transaction, TABLES[kind], [{ reference }]);
    checkVersion(options.expected, from.version);
    const kept = await findKept(transaction, kind, into);
    if (kind === 'report') await tellQuotesIn(transaction, context, from.id, { textOf: kept.id });
    return withMerge(transaction, context, { kind, from, into: kept, action: 'merged' }, async () => {
      const { id } = await transaction.merge.create({
        data: {
          id: context.newId(),
          kind,
          fromId: from.id,
          intoId: kept.id,
          reason,
          forced: force,
          actor: context.actor.name,
        },
        select: { id: true },
      });
      return id;
    });
  });
}

/**
 * Ends the merge of a thing: it is again what it was, with what had been merged into it.
 *
 * @throws {Problem} `not-found`, `stale`, `conflict` when it is not merged, `rule-broken` when affiliations that were recorded
 * since would lead in a circle
 */
export function unmergeThing(
  context: Context,
  kind: MergeKind,
  reference: string,
  { reason }: UnmergeInput,
  options: ActionOptions,
): Promise<MergeOutcome> {
  return act(context, options, async (transaction) => {
    const from = await findThing(transaction, kind, reference);
    checkVersion(options.expected, from.version);
    const merge = await findMergeOf(transaction, from.id);
    if (merge === undefined) throw new Problem('conflict', `The ${kind} "${reference}" is not merged.`);
    if (kind === 'report') await tellQuotesIn(transaction, context, from.id, { textOf: from.id });
    return withMerge(transaction, context, { kind, from, into: merge.into, action: 'unmerged' }, async () => {
      await transaction.$executeRaw`
        UPDATE merges SET recorded_until = ledger_now(), ended_by = ${context.actor.name}, ended_reason = ${reason ?? null}
        WHERE id = ${merge.id}::uuid`;
      return merge.id;
    });
  });
}

/** What is to be merged into: it is there and stands. */
async function findKept(transaction: Transaction, kind: MergeKind, reference: string): Promise<Thing> {
  const named = { reference, pointer: '/into' };
  await checkStanding(transaction, TABLES[kind], [named]);
  try {
    return await findThing(transaction, kind, reference);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Problem('rule-broken', error.message, { errors: [{ pointer: named.pointer, detail: error.message }] });
  }
}

/** A change of a merge: of what, into what, and whether it is made or ended. */
interface MergeChange {
  readonly kind: MergeKind;
  readonly from: Thing;
  readonly into: Standing;
  readonly action: 'merged' | 'unmerged';
}

/** Makes or ends a merge by `work`, with the next version, the revision and the change entry of what is merged. */
async function withMerge(
  transaction: Transaction,
  context: Context,
  { kind, from, into, action }: MergeChange,
  work: () => Promise<string>,
): Promise<MergeOutcome> {
  const document = DOCUMENTS[kind];
  const mergedInto = { mergedInto: { id: into.id, slug: into.slug } };
  const before = await document(transaction, from.id, context);
  const touched = await claimsOfMerge(transaction, kind, [from.id, into.id]);
  const { result: mergeId, consequences } = await withConsequences(transaction, context, touched, work);
  await transaction.$executeRaw`
    UPDATE ${Prisma.raw(TABLES[kind])} SET updated_at = updated_at WHERE id = ${from.id}::uuid`;
  const after = await document(transaction, from.id, context);
  await record(transaction, context, {
    action,
    type: kind,
    before: { ...before, ...(action === 'unmerged' ? mergedInto : {}) },
    after: { ...after, ...(action === 'merged' ? mergedInto : {}) },
  });
  return { merge: await readMerge(transaction, mergeId), consequences, version: after.version };
}
