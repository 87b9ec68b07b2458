import { type Answer, etag } from '../../database/answer.ts';
import { batched } from '../../database/batch.ts';
import type { Context, Database } from '../../database/context.ts';
import { brokenRule } from '../../database/rules.ts';
import { prepared } from '../../database/statement.ts';
import { checkVersion, type RecordedChange, recordAll, type Transaction, write } from '../../database/transaction.ts';
import type { ExpectedVersions } from '../../database/version.ts';
import { type FieldError, Problem } from '../../domain/problem.ts';
import { INSERT_ATTRIBUTIONS, type InsertedRow, itemOf, type NewAttribution } from './insert.ts';
import { findAttribution, findAttributions } from './queries.ts';
import type { Attribution, AttributionInput, Consequences } from './schema.ts';

/** Creates one attribution; see `attributionWriter`. */
export type CreateAttribution = (context: Context, input: AttributionInput) => Promise<Answer>;

/**
 * What creates attributions on a database: those that come at the same time share one statement.
 *
 * It throws `rule-broken` for an unknown claim, source, report or organization, for a relay of another claim, a chain of
 * more than 32 hops or a relay whose stance is not `reports`, and `conflict` for an id that is taken.
 */
export function attributionWriter({ pool }: Database): CreateAttribution {
  const insert = batched(async (items: readonly Record<string, unknown>[]) => {
    const numbered = items.map((item, number) => ({ ...item, number }));
    const { rows } = await pool.query<InsertedRow>(prepared(INSERT_ATTRIBUTIONS, [JSON.stringify(numbered)]));
    return rows;
  });
  return async (context, input) => {
    const attribution = newAttribution(context, input);
    try {
      const body = known(await insert(itemOf(context, attribution, 0)), input);
      return { status: 201, location: `/v1/attributions/${attribution.id}`, etag: etag(1, body), body };
    } catch (error) {
      throw brokenRule(error) ?? error;
    }
  };
}

function newAttribution(context: Context, input: AttributionInput): NewAttribution {
  const { id = context.newId(), claim, source, report, relays = null, stance, certainty, emphasis } = input;
  const { speakingFor = null, quote = null, said = null } = input;
  return {
    id,
    claim,
    source,
    reportId: report,
    relaysId: relays,
    stance,
    certainty,
    emphasis,
    speakingFor,
    quote,
    said,
    ordinal: 0,
  };
}

function known(row: InsertedRow, { claim, source, speakingFor }: AttributionInput): string {
  if (row.body !== null) return row.body;
  const errors: FieldError[] = [];
  const unknown = (pointer: string, kind: string, reference: unknown) =>
    errors.push({ pointer, detail: `There is no ${kind} with the id or slug "${reference}".` });
  if (!row.claim_known) unknown('/claim', 'claim', claim);
  if (!row.source_known) unknown('/source', 'source', source);
  if (!row.organization_known) unknown('/speakingFor', 'source', speakingFor);
  throw new Problem('rule-broken', 'The attribution refers to something that is not there.', { errors });
}

/**
 * Inserts attributions in the given order (what is relayed before its relay), with their change entries, in the transaction
 * of the caller. Every reference must be there.
 */
export async function insertAttributions(
  transaction: Transaction,
  context: Context,
  rows: readonly NewAttribution[],
): Promise<void> {
  if (rows.length === 0) return;
  const { idempotency: _kept, ...unkept } = context;
  const items = rows.map((row, number) => itemOf(unkept, row, number));
  const inserted = await transaction.$queryRawUnsafe<InsertedRow[]>(INSERT_ATTRIBUTIONS, JSON.stringify(items));
  if (inserted.some(({ body }) => body === null))
    throw new Error('an attribution refers to something that is not there');
}

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
  expected: ExpectedVersions,
  reason: string,
): Promise<{ consequences: Consequences; version: number }> {
  return write(context, async (transaction) => {
    const attribution = await findAttribution(transaction, id);
    checkVersion(expected, attribution.version);
    const before = await standingOf(transaction, attribution.claim.id);
    const [closed] = await closeAttributions(transaction, context, [{ kind: 'withdrawn', id, reason }]);
    const after = await standingOf(transaction, attribution.claim.id);
    const fallen = before.live.filter((liveId) => !after.live.includes(liveId));
    const { claim } = attribution;
    const changed = JSON.stringify(before.summary) !== JSON.stringify(after.summary);
    return {
      version: closed?.version ?? attribution.version,
      consequences: {
        attributions: await findAttributions(transaction, fallen),
        claims: changed ? [{ claim, before: before.summary, after: after.summary }] : [],
      },
    };
  });
}

/** Puts attributions out of what counts, with revision and change entry, in the transaction of the caller. */
export async function closeAttributions(
  transaction: Transaction,
  context: Context,
  closings: readonly Closing[],
): Promise<Attribution[]> {
  if (closings.length === 0) return [];
  const ids = closings.map(({ id }) => id);
  const before = new Map(
    (await findAttributions(transaction, ids)).map((attribution) => [attribution.id, attribution]),
  );
  await transaction.withdrawal.createMany({
    data: closings.map((closing) => ({
      id: context.newId(),
      claimId: before.get(closing.id)?.claim.id ?? '',
      attributionId: closing.id,
      kind: closing.kind,
      supersededById: closing.kind === 'superseded' ? closing.byId : null,
      reason: closing.reason,
      actor: context.actor.name,
    })),
  });
  await transaction.$executeRaw`
    UPDATE attributions SET version = version + 1, updated_at = ledger_now() WHERE id = ANY (${ids}::uuid[])`;
  const after = await findAttributions(transaction, ids);
  const changes = after.map((attribution): RecordedChange => {
    const was = before.get(attribution.id);
    return {
      action: attribution.withdrawn?.kind ?? 'withdrawn',
      type: 'attribution',
      before: was === undefined ? null : recordedAttribution(was),
      after: recordedAttribution(attribution),
    };
  });
  await recordAll(transaction, context, changes);
  return after;
}

/** What is recorded of an attribution: all but what is derived. */
function recordedAttribution({ live: _live, ...recorded }: Attribution) {
  return recorded;
}

async function standingOf(transaction: Transaction, claimId: string) {
  const live = await transaction.attribution.findMany({ where: { claimId, live: true }, select: { id: true } });
  const { standing, anonymousOnly, noQuote } = await transaction.claimSummary.findUniqueOrThrow({ where: { claimId } });
  const flags = [...(anonymousOnly ? ['anonymous_only' as const] : []), ...(noQuote ? ['no_quote' as const] : [])];
  return {
    live: live.map(({ id }) => id),
    summary: { standing: standing as Consequences['claims'][0]['before']['standing'], flags },
  };
}
