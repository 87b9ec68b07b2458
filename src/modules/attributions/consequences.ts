import type { Context } from '../../database/context.ts';
import { json, list, row } from '../../database/json.ts';
import { isUnchanged, rehearse, type Transaction, write } from '../../database/transaction.ts';
import type { ExpectedVersions } from '../../database/version.ts';
import { claimFlags } from '../claims/json.ts';
import { findAttributions } from './queries.ts';
import type { Consequences } from './schema.ts';

/** How an action is asked for: from which versions of the thing on, and whether it is only tried. */
export interface ActionOptions {
  readonly expected: ExpectedVersions;
  readonly dryRun: boolean;
}

/** What an action came to. `version` is that of the thing afterwards; null after a dry run, which leaves it as it was. */
export interface Outcome {
  readonly consequences: Consequences;
  readonly version: number | null;
}

/** Runs an action in a transaction of the ledger, which a dry run takes back. */
export async function act<T extends Outcome>(
  context: Context,
  { dryRun }: ActionOptions,
  action: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  if (!dryRun) return write(context, action);
  return { ...(await rehearse(context, action)), version: null };
}

/**
 * Does `work`, and tells what falls or rises with it on the given claims, which must be all that it can touch, and on those
 * that stand for them where they are merged: the attributions that are live on one side of it only, as they are after it,
 * and the claims whose standing or flags differ, those included that these bear on.
 */
export async function withConsequences<T>(
  transaction: Transaction,
  context: Context,
  claimIds: readonly string[],
  work: () => Promise<T>,
): Promise<{ result: T; consequences: Consequences }> {
  const before = await takeSnapshot(transaction, context, claimIds);
  const result = await work();
  const after = await takeSnapshot(transaction, context, claimIds, before);
  const attributions = await findAttributions(transaction, onOneSide(before.live, after.live));
  return { result, consequences: { attributions, claims: differing(before.claims, after.claims) } };
}

interface Snapshot {
  readonly live: readonly string[];
  /** In the order of their ids; one that is merged comes to what the one that stands comes to. */
  readonly claims: readonly ({
    readonly claim: Consequences['claims'][0]['claim'];
    readonly stands: boolean;
  } & Summary)[];
}
type Summary = Consequences['claims'][0]['before'];

/** What is live on claims, and what they come to; also what those come to that they bear on, and some others ($3). */
const SNAPSHOT = `WITH touched AS (SELECT unnest($1::uuid[]) AS id UNION SELECT stands_id FROM merged_ids WHERE id = ANY ($1::uuid[])),
looked_at AS (
  SELECT id FROM touched UNION SELECT unnest(borne_on(ARRAY(SELECT id FROM touched))) UNION SELECT unnest($3::uuid[])
)
SELECT ${json({
  live: list(
    'a.id',
    `(SELECT id FROM touched UNION SELECT merged_ids.id FROM touched JOIN merged_ids ON stands_id = touched.id) member
     JOIN attributions a ON a.claim_id = member.id
     WHERE a.live`,
    'a.id',
  ),
  claims: list(
    row({
      claim: row({ id: 'c.id', slug: 'c.slug' }),
      standing: 's.standing',
      flags: claimFlags('$2::timestamptz'),
      stands: 'm.id IS NULL',
    }),
    `looked_at JOIN claims c ON c.id = looked_at.id
     LEFT JOIN merged_ids m ON m.id = c.id
     JOIN claim_summaries s ON s.claim_id = coalesce(m.stands_id, c.id)`,
    'c.id',
  ),
})}::text AS json`;

async function takeSnapshot(
  transaction: Transaction,
  { clock }: Context,
  claimIds: readonly string[],
  earlier: Pick<Snapshot, 'claims'> = { claims: [] },
): Promise<Snapshot> {
  const [taken] = await transaction.$queryRawUnsafe<{ json: string }[]>(
    SNAPSHOT,
    [...claimIds],
    clock(),
    earlier.claims.map(({ claim }) => claim.id),
  );
  return JSON.parse(taken?.json ?? '') as Snapshot;
}

function onOneSide(before: readonly string[], after: readonly string[]): string[] {
  const [was, is] = [new Set(before), new Set(after)];
  return [...before.filter((id) => !is.has(id)), ...after.filter((id) => !was.has(id))];
}

/** The claims that differ, of those that stand on one side at least. */
function differing(before: Snapshot['claims'], after: Snapshot['claims']): Consequences['claims'] {
  const was = new Map(before.map((claim) => [claim.claim.id, claim]));
  return after.flatMap(({ claim, standing, flags, stands }) => {
    const earlier = was.get(claim.id) ?? { standing, flags, stands };
    if (!stands && !earlier.stands) return [];
    const change = { before: { standing: earlier.standing, flags: earlier.flags }, after: { standing, flags } };
    return isUnchanged(change.before, change.after) ? [] : [{ claim, ...change }];
  });
}
