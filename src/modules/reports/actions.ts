import type { Context } from '../../database/context.ts';
import { checkVersion, isUnchanged, type Transaction } from '../../database/transaction.ts';
import { edtfRange } from '../../domain/edtf.ts';
import { refuseFuture } from '../../domain/future.ts';
import { Problem } from '../../domain/problem.ts';
import { type ActionOptions, act, type Outcome, withConsequences } from '../attributions/consequences.ts';
import { checkPublished, columnsOf, reportInputOf, writeChange } from './commands.ts';
import { claimsOfReport, findReport } from './queries.ts';
import type { CorrectionInput, Report, RetractionInput } from './schema.ts';
import { supersede } from './supersessions.ts';

/** What an outlet does to its report, and what we undo: each leaves a report event, which says who recorded it and why. */

/**
 * Corrects a report: brings it to what its outlet says now, a new revision with its text hash, and puts what the report no
 * longer says out of what counts, with all that relays it.
 *
 * @throws {Problem} `not-found`, `stale`; `conflict` for a report that is retracted or that we have not seen; `rule-broken`
 * for a correction that changes nothing or gives a date of the future, an attribution that is not this report's or is withdrawn, and what the creation of
 * an attribution throws
 */
export function correctReport(
  context: Context,
  id: string,
  { reason, supersedes, ...changes }: CorrectionInput,
  options: ActionOptions,
): Promise<Outcome> {
  return onReport(context, id, options, async (transaction, report) => {
    checkCorrectable(report);
    checkPublished(context, changes);
    const input = reportInputOf(report);
    const data = columnsOf({ ...input, ...changes });
    if (supersedes.length === 0 && isUnchanged(columnsOf(input), data)) throw nothingCorrected();
    const corrected = await writeChange(transaction, context, report, {
      action: 'corrected',
      data: { ...data, status: 'corrected' },
      expected: options.expected,
    });
    await recordEvent(transaction, context, corrected, { kind: 'corrected', reason });
    await supersede(transaction, context, corrected, { supersedes, reason });
    return corrected;
  });
}

/**
 * Retracts a report, of whatever status: nothing in it counts any more, nor what relays it.
 *
 * @throws {Problem} `not-found`, `stale`, `conflict` when it is retracted already, `rule-broken` when `retractedOn` lies
 * wholly before its publication, or in the future
 */
export function retractReport(
  context: Context,
  id: string,
  { reason, retractedOn = context.clock().toISOString().slice(0, 10) }: RetractionInput,
  options: ActionOptions,
): Promise<Outcome> {
  return onReport(context, id, options, async (transaction, report) => {
    if (report.status === 'retracted') {
      throw new Problem('conflict', `It was retracted already (${report.retractedOn ?? 'the date is not known'}).`);
    }
    refuseFuture(context.clock(), { pointer: '/retractedOn', date: retractedOn });
    const { from, until } = edtfRange(retractedOn);
    const retracted = await writeChange(transaction, context, report, {
      action: 'retracted',
      data: {
        status: 'retracted',
        statusBefore: report.status,
        retractedOn,
        retractedFrom: from,
        retractedUntil: until,
      },
      expected: options.expected,
    });
    const happened = { happened: retractedOn, happenedFrom: from, happenedUntil: until };
    await recordEvent(transaction, context, retracted, { kind: 'retracted', reason, ...happened });
    return retracted;
  });
}

/**
 * Takes the retraction of a report back: it is again what it was before, held, unseen or corrected. A correction is not
 * undone by it.
 *
 * @throws {Problem} `not-found`, `stale`, `conflict` when it is not retracted
 */
export function restoreReport(context: Context, id: string, options: ActionOptions): Promise<Outcome> {
  return onReport(context, id, options, async (transaction, report) => {
    if (report.status !== 'retracted') {
      throw new Problem('conflict', `It is not retracted: its status is ${report.status}.`);
    }
    const restored = await writeChange(transaction, context, report, {
      action: 'restored',
      data: {
        status: report.statusBefore ?? 'held',
        statusBefore: null,
        retractedOn: null,
        retractedFrom: null,
        retractedUntil: null,
      },
      expected: options.expected,
    });
    await recordEvent(transaction, context, restored, { kind: 'restored' });
    return restored;
  });
}

/** Does to one report what gives it back as it is then. */
function onReport(
  context: Context,
  id: string,
  options: ActionOptions,
  action: (transaction: Transaction, report: Report) => Promise<Report>,
): Promise<Outcome> {
  return act(context, options, async (transaction) => {
    const report = await findReport(transaction, id);
    checkVersion(options.expected, report.version);
    const claimIds = await claimsOfReport(transaction, id);
    const { result, consequences } = await withConsequences(transaction, context, claimIds, () =>
      action(transaction, report),
    );
    return { consequences, version: result.version };
  });
}

function recordEvent(
  transaction: Transaction,
  context: Context,
  { id: reportId, version }: Report,
  event: {
    readonly kind: 'corrected' | 'retracted' | 'restored';
    readonly reason?: string;
    readonly happened?: string;
    readonly happenedFrom?: Date | null;
    readonly happenedUntil?: Date | null;
  },
): Promise<unknown> {
  return transaction.reportEvent.create({
    data: { id: context.newId(), reportId, version, actor: context.actor.name, ...event },
  });
}

function checkCorrectable({ status }: Report): void {
  if (status === 'retracted') {
    throw new Problem('conflict', 'It is retracted: restore it first if it stands again, then correct it.');
  }
  if (status === 'cited_unseen') {
    const detail = 'We have not seen this report, and so cannot say what it corrects: change its status to held first.';
    throw new Problem('conflict', detail);
  }
}

function nothingCorrected(): Problem {
  return new Problem(
    'rule-broken',
    'This corrects nothing: give what is different now of text, title, published, retrievedAt or archiveUrl, or in `supersedes` what the report no longer says.',
  );
}
