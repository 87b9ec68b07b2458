import { type Answer, completeIdempotency, holdIdempotency, TakenOver } from '../../database/answer.ts';
import { Beforehand, withBeforehand } from '../../database/beforehand.ts';
import type { Context } from '../../database/context.ts';
import { rehearse, type Transaction, write } from '../../database/transaction.ts';
import { LedgerBusy } from '../../database/unavailable.ts';
import { Problem } from '../../domain/problem.ts';
import type { Bundle } from '../../formats/bundle.ts';
import { lookAhead } from '../attributions/quotes.ts';
import { takeIn } from './effect.ts';
import { at, checkLinks, isFault, tooMuch } from './problems.ts';
import { findImport } from './queries.ts';
import { failedRow, failuresIn, type ImportOptions, keepRows, Receipt } from './receipt.ts';
import type { ImportRow } from './schema.ts';

/** A line of a file: its bundle, or what is wrong with it. `number` is from 0. */
export interface BundleLine {
  readonly number: number;
  readonly bundle: Bundle | Problem;
}

/**
 * Imports one bundle (DESIGN §5): all of it with its receipt in one transaction, or nothing.
 *
 * @throws {Problem} `rule-broken` with a pointer for each place of the bundle that is wrong; `too-large`
 */
export async function importBundle(context: Context, bundle: Bundle, options: ImportOptions): Promise<Answer> {
  checkLinks(bundle);
  await lookAheadIn(context, bundle);
  const receipt = new Receipt(context, 'bundle', options);
  const effect = async (transaction: Transaction) =>
    receipt.add(receipt.numbered(0, await effectOf(transaction, context, bundle)));
  if (options.dryRun) return keepDryRun(context, receipt, await inTime(context, () => rehearse(context, effect)));
  return inTime(context, () =>
    write(context, async (transaction) => {
      const rows = await effect(transaction);
      await transaction.import.create({ data: receipt.record(context.clock()) });
      await keepRows(transaction, receipt.id, rows);
      return answerWith(transaction, context, receipt, 201);
    }),
  );
}

/**
 * Imports a file of bundles: each in a transaction of its own, together with its rows. One that is wrong changes nothing and
 * leaves a row that says where; the others go in.
 */
export async function importLines(
  context: Context,
  lines: AsyncIterable<BundleLine>,
  options: ImportOptions,
): Promise<Answer> {
  const receipt = new Receipt(context, 'ndjson', options);
  if (options.dryRun) {
    const attempt = () => rehearse(context, (transaction) => tryLines(transaction, context, lines, receipt));
    return keepDryRun(context, receipt, await inTime(context, attempt));
  }
  await context.database.prisma.import.create({ data: receipt.record(null) });
  try {
    await takeInLines(context, lines, receipt);
  } catch (error) {
    await keepStop(context, receipt, error);
    throw error;
  }
  return context.database.prisma.$transaction(async (transaction) => {
    const { id, bundles, failed, finishedAt } = receipt.record(context.clock());
    await transaction.import.update({ where: { id }, data: { bundles, failed, finishedAt } });
    return answerWith(transaction, context, receipt, 201);
  });
}

/** @throws {Problem} `unavailable` after the bundle at hand, once nobody waits for the answer any more */
async function takeInLines(context: Context, lines: AsyncIterable<BundleLine>, receipt: Receipt): Promise<void> {
  for await (const line of lines) {
    if (context.gone?.aborted) throw clientGone();
    await lookAheadIn(context, line.bundle);
    try {
      const attempt = () => write(context, (transaction) => writeLine(transaction, context, receipt, line));
      receipt.add(await inTime(context, attempt));
    } catch (error) {
      if (!isFault(error)) throw error;
      const rows = receipt.numbered(line.number, [failedRow(error)]);
      await context.database.prisma.$transaction((transaction) => keepLine(transaction, receipt, rows));
      receipt.add(rows);
    }
  }
}

function clientGone(): Problem {
  const detail =
    'The client went away before its answer, so the import stopped. The same file again takes in the rest.';
  return new Problem('unavailable', detail, { retryAfterSeconds: 1 });
}

/** Says in the receipt why a file was not taken in to its end, as far as the database can be reached. */
async function keepStop({ database }: Context, { id }: Receipt, error: unknown): Promise<void> {
  const stopped = error instanceof Problem || error instanceof TakenOver ? error.message : 'The service failed.';
  await database.prisma.import.update({ where: { id }, data: { stopped } }).catch(() => {});
}

/** What a bundle quotes of its own text is looked for before the ledger is locked. */
async function lookAheadIn(context: Context, bundle: Bundle | Problem): Promise<void> {
  if (bundle instanceof Problem) return;
  const { report, attributions } = bundle;
  await lookAhead(
    context,
    report.text,
    attributions.map(({ quote }) => quote),
  );
}

async function writeLine(
  transaction: Transaction,
  context: Context,
  receipt: Receipt,
  { number, bundle }: BundleLine,
): Promise<ImportRow[]> {
  const rows = receipt.numbered(number, await effectOf(transaction, context, bundle));
  await keepLine(transaction, receipt, rows);
  await holdIdempotency(transaction, context.idempotency);
  return rows;
}

async function effectOf(transaction: Transaction, context: Context, bundle: Bundle | Problem) {
  if (bundle instanceof Problem) throw bundle;
  return at('', () => takeIn(transaction, context, bundle));
}

/**
 * Writes something of an import. While others hold the ledger, it goes on waiting for as long as its client does.
 *
 * @throws {Problem} `too-large` when the transaction ran out of time
 */
async function inTime<T>({ gone }: Context, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LedgerBusy) {
        if (gone?.aborted) throw clientGone();
        continue;
      }
      throw tooMuch(error) ?? error;
    }
  }
}

async function keepLine(transaction: Transaction, { id }: Receipt, rows: readonly ImportRow[]): Promise<void> {
  await keepRows(transaction, id, rows);
  await transaction.import.update({
    where: { id },
    data: { bundles: { increment: 1 }, failed: { increment: failuresIn(rows) } },
  });
}

/** The answer of an import: its receipt, as it is kept. */
async function answerWith(
  transaction: Transaction,
  context: Context,
  { id }: Receipt,
  status: 200 | 201,
): Promise<Answer> {
  const body = JSON.stringify(await findImport(transaction, id, context.clock()));
  const answer = { status, ...(status === 201 ? { location: `/v1/imports/${id}` } : {}), body };
  await completeIdempotency(transaction, context.idempotency, answer);
  return answer;
}

/** So long may a dry run of many lines keep all other writers waiting. */
const DRY_RUN_MS = 20_000;

/** Tries the lines one after the other, each on what those before it would have left. */
async function tryLines(
  transaction: Transaction,
  context: Context,
  lines: AsyncIterable<BundleLine>,
  receipt: Receipt,
): Promise<ImportRow[]> {
  const until = performance.now() + DRY_RUN_MS;
  const rows: ImportRow[] = [];
  for await (const { number, bundle } of lines) {
    if (performance.now() > until) {
      throw new Problem(
        'too-large',
        `A dry run takes ${DRY_RUN_MS / 1000} seconds at most: it came to line ${number}.`,
      );
    }
    await lookAheadIn(context, bundle);
    try {
      const effect = await withBeforehand(() => tryLine(transaction, context, bundle));
      rows.push(...receipt.add(receipt.numbered(number, effect)));
    } catch (error) {
      if (!isFault(error)) throw error;
      rows.push(...receipt.add(receipt.numbered(number, [failedRow(error)])));
    }
  }
  return rows;
}

/** Each line is recorded at a time of its own, as it would be; one that fails leaves nothing to those behind it. */
async function tryLine(transaction: Transaction, context: Context, bundle: Bundle | Problem) {
  await transaction.$executeRaw`SAVEPOINT line`;
  await transaction.$executeRaw`SELECT set_config('onrecord.recorded_at', '', true)`;
  try {
    const effect = await effectOf(transaction, context, bundle);
    await transaction.$executeRaw`RELEASE SAVEPOINT line`;
    return effect;
  } catch (error) {
    if (isFault(error) || error instanceof Beforehand) await transaction.$executeRaw`ROLLBACK TO SAVEPOINT line`;
    throw error;
  }
}

/** Keeps the receipt of a dry run, when all that it did is taken back. */
function keepDryRun(context: Context, receipt: Receipt, rows: readonly ImportRow[]): Promise<Answer> {
  return context.database.prisma.$transaction(async (transaction) => {
    await transaction.import.create({ data: receipt.record(context.clock()) });
    await keepRows(transaction, receipt.id, rows);
    return answerWith(transaction, context, receipt, 200);
  });
}
