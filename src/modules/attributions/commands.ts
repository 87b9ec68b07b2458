import { type Answer, etag } from '../../database/answer.ts';
import { batched } from '../../database/batch.ts';
import { withBeforehand } from '../../database/beforehand.ts';
import type { Context, Database } from '../../database/context.ts';
import { checkStanding } from '../../database/merges.ts';
import { breaks, brokenRule } from '../../database/rules.ts';
import { prepared } from '../../database/statement.ts';
import { type Transaction, write } from '../../database/transaction.ts';
import { patienceUntil } from '../../database/turn.ts';
import { LedgerBusy } from '../../database/unavailable.ts';
import { refuseFuture } from '../../domain/future.ts';
import { type FieldError, Problem } from '../../domain/problem.ts';
import { chainProblem, readChains } from './chain-problem.ts';
import { INSERT_ATTRIBUTIONS, type InsertedRow, itemOf, type NewAttribution } from './insert.ts';
import { findNewQuotes, type QuotesFound, together } from './quotes.ts';
import type { AttributionInput } from './schema.ts';

/** Creates one attribution; see `attributionWriter`. */
export type CreateAttribution = (context: Context, input: AttributionInput) => Promise<Answer>;

/**
 * What creates attributions on a database: those that come at the same time share one statement.
 *
 * It throws `rule-broken` for an unknown claim, source, report or organization, for words of the future, for a relay whose stance is not `reports`
 * and, with the chain (`chainProblem`), for a relay of another claim, one that comes back to itself and a 33rd hop;
 * `conflict` for an id that is taken and for what is merged; and `LedgerBusy`.
 */
export function attributionWriter({ pool, prisma, lockPatienceMs }: Database): CreateAttribution {
  type Given = { item: Record<string, unknown>; found: QuotesFound };
  const insert = batched(lockPatienceMs, async (given: readonly Given[], until) => {
    const items = given.map(({ item }, number) => ({ ...item, number }));
    const values = [items, together(given.map(({ found }) => found))].map((each) => JSON.stringify(each));
    return (await pool.query<InsertedRow>(prepared(INSERT_ATTRIBUTIONS, [...values, patienceUntil(until)]))).rows;
  });
  const insertOne = async (context: Context, attribution: NewAttribution): Promise<InsertedRow | undefined> => {
    const found = await withBeforehand(() => findNewQuotes(prisma, context, [attribution]));
    try {
      return await insert({ item: itemOf(context, attribution, 0), found });
    } catch (error) {
      if (!breaks(error, 'quote_states_looked_for')) throw error;
      // The text was changed between the look and the lock: it is looked at again by who has the lock.
      const [row] = await write(context, (transaction) => insertRows(transaction, context, [attribution]));
      return row;
    }
  };
  return async (context, input) => {
    const attribution = newAttribution(context, input);
    checkSaid(context, attribution);
    try {
      const row = await insertOne(context, attribution);
      if (row === undefined) throw new Error('an attribution was neither inserted nor left out');
      if (row.body === null || row.answer === null) throw unknown(row, input);
      const { body, answer } = row;
      return { status: 201, location: `/v1/attributions/${attribution.id}`, etag: etag(1, body), body: answer };
    } catch (error) {
      if (error instanceof LedgerBusy) throw error;
      const problem = error instanceof Problem ? error : brokenRule(error);
      if (problem === undefined) throw error;
      // What is wrong may be that something is merged: then the caller hears what stands.
      await checkNamed(prisma, attribution);
      const isOfChain = problem.errors.some(({ pointer }) => pointer === '/relays' || pointer === '/id');
      throw (isOfChain && chainProblem(attribution, await readChains(prisma, [attribution]))) || problem;
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

/** Refuses words that were said in the future. Throws `rule-broken`. */
function checkSaid({ clock }: Context, { said }: Pick<NewAttribution, 'said'>): void {
  refuseFuture(clock(), { pointer: '/said', date: said });
}

/**
 * Refuses an attribution that names what is merged.
 *
 * @throws {MergedInto}
 */
async function checkNamed(
  reader: Transaction | Database['prisma'],
  { claim, source, reportId, speakingFor }: NewAttribution,
): Promise<void> {
  const organization = speakingFor === null || speakingFor === 'self' ? [] : [speakingFor];
  await checkStanding(reader, 'claims', [{ reference: claim, pointer: '/claim' }]);
  await checkStanding(reader, 'sources', [
    { reference: source, pointer: '/source' },
    ...organization.map((reference) => ({ reference, pointer: '/speakingFor' })),
  ]);
  await checkStanding(reader, 'reports', [{ reference: reportId, pointer: '/report' }]);
}

/** What is wrong with an attribution that was left out. */
function unknown(
  row: InsertedRow,
  { claim, source, speakingFor }: Pick<AttributionInput, 'claim' | 'source' | 'speakingFor'>,
): Problem {
  const errors: FieldError[] = [];
  const missing = (pointer: string, kind: string, reference: unknown) =>
    errors.push({ pointer, detail: `There is no ${kind} with the id or slug "${reference}".` });
  if (!row.claim_known) missing('/claim', 'claim', claim);
  if (!row.source_known) missing('/source', 'source', source);
  if (!row.organization_known) missing('/speakingFor', 'source', speakingFor);
  return new Problem('rule-broken', 'The attribution refers to something that is not there.', { errors });
}

/**
 * Inserts attributions in the given order (what is relayed before its relay), with their change entries, in the transaction
 * of the caller. Every reference must be there, and nothing of the future be said.
 */
export async function insertAttributions(
  transaction: Transaction,
  context: Context,
  rows: readonly NewAttribution[],
): Promise<void> {
  if (rows.length === 0) return;
  const inserted = await insertRows(transaction, unticketed(context), rows);
  if (inserted.some(({ body }) => body === null))
    throw new Error('an attribution refers to something that is not there');
}

/**
 * Inserts one attribution with its change entry, in the transaction of the caller.
 *
 * @throws {Problem} `rule-broken` with the references that name nothing, and for words of the future; `conflict` for what is merged
 */
export async function insertAttribution(
  transaction: Transaction,
  context: Context,
  row: NewAttribution,
): Promise<void> {
  checkSaid(context, row);
  await checkNamed(transaction, row);
  for (const inserted of await insertRows(transaction, unticketed(context), [row]))
    if (inserted.body === null) throw unknown(inserted, row);
}

/** The answer to the request is not that of an attribution. */
function unticketed({ idempotency: _kept, ...context }: Context): Context {
  return context;
}

async function insertRows(
  transaction: Transaction,
  context: Context,
  rows: readonly NewAttribution[],
): Promise<InsertedRow[]> {
  const items = rows.map((row, number) => itemOf(context, row, number));
  const found = await findNewQuotes(transaction, context, rows);
  return transaction.$queryRawUnsafe<InsertedRow[]>(
    INSERT_ATTRIBUTIONS,
    JSON.stringify(items),
    JSON.stringify(found),
    '',
  );
}
