import { isDeepStrictEqual } from 'node:util';
import { slugify } from '../domain/names.ts';
import { Problem } from '../domain/problem.ts';
import type { RecordedType } from '../domain/vocabulary.ts';
import { type Answer, completeIdempotency, etag } from './answer.ts';
import { withBeforehand } from './beforehand.ts';
import type { Context } from './context.ts';
import { Prisma } from './generated/client.ts';
import { brokenRule } from './rules.ts';
import { inTurn, patienceUntil } from './turn.ts';
import { isLockedOut, LedgerBusy } from './unavailable.ts';
import { type ExpectedVersions, isExpected } from './version.ts';

/** A transaction that holds the ledger's lock. */
export type Transaction = Prisma.TransactionClient;

/** What is kept of one change: the entry of the change feed, and from the second version on the revision (DESIGN §2). */
export interface RecordedChange {
  readonly action: string;
  readonly type: RecordedType;
  /** The thing as it goes over the wire, before (null for a creation) and after. */
  readonly before: Recorded | null;
  readonly after: Recorded;
}

/** What every recorded thing has in common on the wire. */
export interface Recorded {
  readonly id: string;
  readonly slug?: string;
  readonly version: number;
}

/**
 * Runs `work` as one transaction of the ledger. It begins by taking the ledger's lock (`ledger_now()`), so that writers go
 * one after the other, nothing read inside can change before the commit, and locks are always taken in the same order. What
 * takes long is done before (`Beforehand`), and then `work` runs once more.
 *
 * @throws {Problem} what `work` throws, and every named rule of the database that it breaks, translated
 * @throws {LedgerBusy} where the lock is not had within the database's `lockPatienceMs`; `work` was not begun then
 */
export function write<T>(context: Context, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return withBeforehand(() => transact(context, work)).finally(() => context.quotesFound.clear());
}

async function transact<T>(context: Context, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const { prisma, writers, lockPatienceMs } = context.database;
  const until = performance.now() + lockPatienceMs;
  try {
    return await inTurn(writers, until, () =>
      prisma.$transaction(async (transaction) => {
        const patience = patienceUntil(until);
        await transaction.$executeRaw`SELECT ledger_now() FROM set_config('onrecord.lock_patience', ${patience}, true)`;
        return await work(transaction);
      }),
    );
  } catch (error) {
    if (isLockedOut(error)) throw new LedgerBusy(error);
    throw brokenRule(error) ?? error;
  }
}

/**
 * Runs `work` as `write` does, and takes everything back: what it would come to is told, and nothing is left of it.
 *
 * @throws {Problem} as `write`
 */
export async function rehearse<T>(context: Context, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  let done: { readonly result: T } | undefined;
  try {
    return await write(context, async (transaction) => {
      done = { result: await work(transaction) };
      throw new TakenBack();
    });
  } catch (error) {
    if (done !== undefined && error instanceof TakenBack) return done.result;
    throw error;
  }
}

/** Rolls a transaction back of which everything went well. */
class TakenBack extends Error {}

/** Writes the change entry and the revision of one change, in the transaction of the change itself. */
export function record(transaction: Transaction, context: Context, change: RecordedChange): Promise<void> {
  return recordAll(transaction, context, [change]);
}

/** The same of several changes that are made together, in their order. */
export async function recordAll(
  transaction: Transaction,
  { actor, requestId }: Context,
  changes: readonly RecordedChange[],
): Promise<void> {
  const made = changes.map(({ action, type, before, after }) => {
    const { id, slug = null, version } = after;
    return { action, type, id, slug, version, ...(before === null ? {} : { before }), after };
  });
  await transaction.$executeRaw`
    SELECT record_changes(${actor.id}::uuid, ${actor.name}, ${requestId}, ${JSON.stringify(made)}::jsonb)`;
}

/** What was created: a thing without derived fields, or the JSON text of one with them. */
type Created = { readonly path: string } & (
  | { readonly body: Recorded }
  | { readonly version: number; readonly derivedText: string }
);

/** The answer to a creation: 201 with `Location` and `ETag`, kept for a repeated request with the same `Idempotency-Key`. */
export async function answerCreated(transaction: Transaction, context: Context, created: Created): Promise<Answer> {
  const { body, tag } =
    'body' in created
      ? { body: JSON.stringify(created.body), tag: etag(created.body.version) }
      : { body: created.derivedText, tag: etag(created.version, created.derivedText) };
  const answer = { status: 201, location: created.path, etag: tag, body };
  await completeIdempotency(transaction, context.idempotency, answer);
  return answer;
}

/**
 * Refuses a change that starts from another version than the caller read (RFC 9110 §13.1.1).
 *
 * @throws {Problem} `stale`
 */
export function checkVersion(expected: ExpectedVersions, version: number): void {
  if (!isExpected(expected, version)) throw stale(version);
}

/** The condition of an update that starts from an expected version. */
export function versionIn(expected: ExpectedVersions): { version?: { in: number[] } } {
  return 'any' in expected ? {} : { version: { in: [...expected.versions] } };
}

/**
 * The one row that a versioned update gave back.
 *
 * @throws {Problem} `stale` when the condition let none through; `version` is the one that stands
 */
export function updatedRow<Row>(rows: readonly Row[], version: number): Row {
  const [row] = rows;
  if (row === undefined) throw stale(version);
  return row;
}

function stale(version: number): Problem {
  const detail = `It has been changed since you read it: its version is ${version} now. Read it again, then repeat the change.`;
  return new Problem('stale', detail, { extensions: { version } });
}

/** Whether a merge patch leaves a thing as it is: then nothing is written, and its version stays. */
export function isUnchanged(before: unknown, after: unknown): boolean {
  return isDeepStrictEqual(before, after);
}

/** Tables whose rows have a slug. */
export type SluggedTable = 'sources' | 'topics' | 'claims';

/** So many slugs are asked for at once: by equality, which an index answers, as it does not a pattern. */
const SLUGS_AT_ONCE = 64;

/** A slug made from a text that no row of the table has: with `-2`, `-3`, … where the plain one is taken. */
export async function freeSlug(transaction: Transaction, table: SluggedTable, text: string): Promise<string> {
  const base = slugify(text);
  for (let first = 1; ; first += SLUGS_AT_ONCE) {
    const slugs = Array.from({ length: SLUGS_AT_ONCE }, (_, at) => (first + at === 1 ? base : `${base}-${first + at}`));
    const rows = await transaction.$queryRaw<{ slug: string }[]>`
      SELECT slug FROM ${Prisma.raw(table)} WHERE deleted_at IS NULL AND slug = ANY (${slugs}::text[])`;
    const taken = new Set(rows.map(({ slug }) => slug));
    const free = slugs.find((slug) => !taken.has(slug));
    if (free !== undefined) return free;
  }
}

/**
 * Refuses to delete what is still referred to; `references` counts what refers to it, by kind.
 *
 * @throws {Problem} `still-referred-to`
 */
export function checkUnreferenced(references: Readonly<Record<string, number>>): void {
  const still = Object.entries(references).filter(([, count]) => count > 0);
  if (still.length === 0) return;
  const words = still.map(([kind, count]) => `${kind}: ${count}`).join(', ');
  throw new Problem('still-referred-to', `It cannot be deleted while others refer to it (${words}).`, {
    extensions: { references: Object.fromEntries(still) },
  });
}
