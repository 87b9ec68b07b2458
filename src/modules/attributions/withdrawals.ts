import type { Context } from '../../database/context.ts';
import { Prisma } from '../../database/generated/client.ts';
import { checkVersion, type RecordedChange, recordAll, type Transaction } from '../../database/transaction.ts';
import { isWithdrawn } from '../../database/withdrawn.ts';
import { Problem } from '../../domain/problem.ts';
import { type ActionOptions, act, type Outcome, withConsequences } from './consequences.ts';
import { findAttribution, findAttributions } from './queries.ts';
import type { Attribution } from './schema.ts';

/** How an attribution is taken out of what counts: our own error, or another that takes its place. */
export type Closing = { readonly id: string; readonly reason: string } & (
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'superseded'; readonly byId: string }
);

/**
 * Withdraws an attribution: our own error. It stays readable, and neither it nor what relays it counts any more.
 *
 * @throws {Problem} `not-found`, `stale`, `conflict` when it is withdrawn already
 */
export function withdrawAttribution(
  context: Context,
  id: string,
  reason: string,
  options: ActionOptions,
): Promise<Outcome> {
  return onAttribution(context, id, options, (transaction) =>
    closeAttributions(transaction, context, [{ kind: 'withdrawn', id, reason }]),
  );
}

/**
 * Takes the withdrawal of an attribution back: it was right as it stood. One that was superseded, too, but only while nothing
 * stands in its place.
 *
 * @throws {Problem} `not-found`, `stale`, `conflict` when it is not withdrawn, or another stands in its place
 */
export function restoreAttribution(context: Context, id: string, options: ActionOptions): Promise<Outcome> {
  return onAttribution(context, id, options, async (transaction, attribution) => {
    if (attribution.withdrawn === null) throw new Problem('conflict', 'It is not withdrawn.');
    await checkPlaceIsFree(transaction, attribution);
    return openAttributions(transaction, context, [id]);
  });
}

/** Does to one attribution what gives it back as it is then. */
function onAttribution(
  context: Context,
  id: string,
  options: ActionOptions,
  action: (transaction: Transaction, attribution: Attribution) => Promise<Attribution[]>,
): Promise<Outcome> {
  return act(context, options, async (transaction) => {
    const attribution = await findAttribution(transaction, id);
    checkVersion(options.expected, attribution.version);
    const { result, consequences } = await withConsequences(transaction, context, [attribution.claim.id], () =>
      action(transaction, attribution),
    );
    return { consequences, version: result[0]?.version ?? attribution.version };
  });
}

/** Puts attributions out of what counts, with revision and change entry, in the transaction of the caller. */
export function closeAttributions(
  transaction: Transaction,
  context: Context,
  closings: readonly Closing[],
): Promise<Attribution[]> {
  const ids = closings.map(({ id }) => id);
  return changeAttributions(transaction, context, ids, async (claimOf) => {
    await transaction.withdrawal.createMany({
      data: closings.map((closing) => ({
        id: context.newId(),
        claimId: claimOf.get(closing.id) ?? '',
        attributionId: closing.id,
        kind: closing.kind,
        supersededById: closing.kind === 'superseded' ? closing.byId : null,
        reason: closing.reason,
        actor: context.actor.name,
      })),
    });
  });
}

/** Ends the withdrawals that stand, with revision and change entry, in the transaction of the caller. */
export function openAttributions(
  transaction: Transaction,
  context: Context,
  ids: readonly string[],
): Promise<Attribution[]> {
  return changeAttributions(transaction, context, ids, async (claimOf) => {
    await transaction.$executeRaw`
      UPDATE withdrawals SET recorded_until = ledger_now(), ended_by = ${context.actor.name}
      WHERE claim_id = ANY (${[...claimOf.values()]}::uuid[]) AND attribution_id = ANY (${ids}::uuid[]) AND recorded_until IS NULL`;
  });
}

/**
 * Withdraws or restores attributions, and records it: each gets its next version. `change` is given the claim that each was
 * recorded with, be that merged.
 */
async function changeAttributions(
  transaction: Transaction,
  context: Context,
  ids: readonly string[],
  change: (claimOf: ReadonlyMap<string, string>) => Promise<void>,
): Promise<Attribution[]> {
  if (ids.length === 0) return [];
  const found = await findAttributions(transaction, ids);
  const before = new Map(found.map((attribution) => [attribution.id, attribution]));
  const rows = await transaction.attribution.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, claimId: true },
  });
  await change(new Map(rows.map(({ id, claimId }) => [id, claimId])));
  await transaction.$executeRaw`
    UPDATE attributions SET version = version + 1, updated_at = ledger_now() WHERE id = ANY (${ids}::uuid[])`;
  const after = await findAttributions(transaction, ids);
  const changes = after.map((attribution): RecordedChange => {
    const was = before.get(attribution.id);
    return {
      action: attribution.withdrawn?.kind ?? 'restored',
      type: 'attribution',
      before: was === undefined ? null : recordedAttribution(was),
      after: recordedAttribution(attribution),
    };
  });
  await recordAll(transaction, context, changes);
  return after;
}

/** What is recorded of an attribution: all but what is derived. */
export function recordedAttribution({ live: _live, quote, ...recorded }: Attribution) {
  const { health: _health, ...words } = quote ?? {};
  return { ...recorded, quote: quote === null ? null : words };
}

/**
 * Refuses to restore an attribution beside one that took its place, or whose place it took, directly or through others: one
 * statement would then count as two.
 */
async function checkPlaceIsFree(transaction: Transaction, { id, claim }: Attribution): Promise<void> {
  const [standing] = await transaction.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE later (id) AS (
      SELECT ${id}::uuid
      UNION
      SELECT w.superseded_by_id FROM later
      JOIN attributions a ON a.id = later.id
      JOIN withdrawals w ON w.claim_id = a.claim_id AND w.attribution_id = a.id
      WHERE w.superseded_by_id IS NOT NULL
    ),
    earlier (id) AS (
      SELECT ${id}::uuid
      UNION
      SELECT w.attribution_id FROM earlier
      JOIN withdrawals w ON w.superseded_by_id = earlier.id
       AND w.claim_id = ANY (ARRAY[${claim.id}::uuid] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = ${claim.id}::uuid))
    )
    SELECT a.id FROM (SELECT id FROM later UNION SELECT id FROM earlier) place JOIN attributions a ON a.id = place.id
    WHERE NOT ${Prisma.raw(isWithdrawn('a'))}
    ORDER BY a.id LIMIT 1`;
  if (standing === undefined) return;
  throw new Problem('conflict', `The attribution ${standing.id} stands in its place: withdraw that first.`, {
    extensions: { attribution: standing.id },
  });
}
