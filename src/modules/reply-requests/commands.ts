import type { Answer } from '../../database/answer.ts';
import type { Context } from '../../database/context.ts';
import type { Prisma } from '../../database/generated/client.ts';
import {
  answerCreated,
  checkVersion,
  isUnchanged,
  record,
  type Transaction,
  updatedRow,
  versionIn,
  write,
} from '../../database/transaction.ts';
import type { ExpectedVersions } from '../../database/version.ts';
import { type FieldError, Problem } from '../../domain/problem.ts';
import { standingClaim } from '../claims/queries.ts';
import { standingSources } from '../sources/references.ts';
import { checkAnswers } from './answers.ts';
import { endSilence, insertSilence } from './lapse.ts';
import { findRequest } from './queries.ts';
import type {
  RecordedRequest,
  ReplyRequest,
  RequestAnswering,
  RequestDocument,
  RequestInput,
  RequestLapsing,
} from './schema.ts';

/**
 * Records that a source was asked about a claim.
 *
 * @throws {Problem} `conflict` for an id that is taken; `rule-broken` for a claim or source that is not there, an `askedAt` in
 * the future, a deadline that does not lie after it
 * @throws {MergedInto} for a claim or source that is merged
 */
export function createRequest(context: Context, input: RequestInput): Promise<Answer> {
  return write(context, async (transaction) => {
    const { id = context.newId(), channel, deadline = null, note = null } = input;
    const now = context.clock();
    const askedAt = timeOf(input.askedAt, now, '/askedAt');
    const { claimId, sourceId } = await resolveAsked(transaction, input);
    await transaction.replyRequest.create({
      data: { id, claimId, sourceId, askedAt, actor: context.actor.name, ...columnsOf({ channel, deadline, note }) },
      select: { id: true },
    });
    const request = await findRequest(transaction, id, now);
    const after = recordedRequest(request);
    await record(transaction, context, { action: 'created', type: 'reply_request', before: null, after });
    return answerCreated(transaction, context, {
      path: `/v1/reply-requests/${id}`,
      version: request.version,
      derivedText: JSON.stringify(request),
    });
  });
}

/**
 * Changes channel, deadline or note: `change` makes the new document from the one that stands. One that changes nothing writes
 * nothing.
 *
 * @throws {Problem} `not-found`, `stale`; `conflict` for another channel or deadline of a closed one; `rule-broken`
 */
export function updateRequest(
  context: Context,
  id: string,
  expected: ExpectedVersions,
  change: (current: RequestDocument) => RequestDocument,
): Promise<ReplyRequest> {
  return onRequest(context, id, expected, async (transaction, request) => {
    const { channel, deadline, note } = request;
    const standing = columnsOf({ channel, deadline, note });
    const wanted = columnsOf(change({ channel, deadline, note }));
    if (isUnchanged(standing, wanted)) return request;
    checkOpenFor(request, standing, wanted);
    return writeChange(transaction, context, request, { action: 'updated', data: wanted, expected });
  });
}

/**
 * Records the answer to a request that is open or has lapsed. The `no_response` of one that lapsed stays, unless it would outweigh the
 * answer: then the answer takes its place.
 *
 * @throws {Problem} `not-found`, `stale`; `conflict` when it is answered already; `rule-broken` for an attribution that is no
 * answer (`checkAnswers`), and for a time in the future or before it was asked
 */
export function answerRequest(
  context: Context,
  id: string,
  { attribution, answeredAt }: RequestAnswering,
  expected: ExpectedVersions,
): Promise<ReplyRequest> {
  return onRequest(context, id, expected, async (transaction, request) => {
    if (request.state === 'answered') throw closed(request, 'It is answered already');
    const closedAt = closingTime(context, request, answeredAt, '/answeredAt');
    await checkAnswers(transaction, request, attribution);
    await endSilence(transaction, context, request, attribution);
    const data = { outcome: 'answered', attributionId: attribution, closedAt };
    return writeChange(transaction, context, request, { action: 'answered', data, expected });
  });
}

/**
 * Lapses an open request of which the deadline, if it has one, is past: nobody answered. That is recorded as `no_response` of the
 * source, in a report of our own.
 *
 * @throws {Problem} `not-found`, `stale`; `conflict` when it is closed already or the deadline lies ahead; `rule-broken` for a time
 * in the future or before it was asked
 */
export function lapseRequest(
  context: Context,
  id: string,
  { lapsedAt }: RequestLapsing,
  expected: ExpectedVersions,
): Promise<ReplyRequest> {
  return onRequest(context, id, expected, async (transaction, request) => {
    if (request.state === 'answered') throw closed(request, 'It is answered');
    if (request.state === 'lapsed') throw closed(request, 'It has lapsed already');
    const closedAt = closingTime(context, request, lapsedAt, '/lapsedAt');
    if (request.deadline !== null && closedAt <= new Date(request.deadline)) {
      throw new Problem('conflict', `Its deadline is ${request.deadline}: it lapses only once that is past.`);
    }
    const attributionId = await insertSilence(transaction, context, request, closedAt);
    const data = { outcome: 'lapsed', attributionId, silenceId: attributionId, closedAt };
    return writeChange(transaction, context, request, { action: 'lapsed', data, expected });
  });
}

/**
 * Deletes a request that was recorded by mistake: leaves a tombstone. What answered it stays as it is.
 *
 * @throws {Problem} `not-found`, `stale`; `conflict` for one that lapsed, be it answered since, and whose `no_response` is not
 * withdrawn: it would tell on that nobody answered what nobody asked
 */
export function deleteRequest(context: Context, id: string, expected: ExpectedVersions): Promise<void> {
  return write(context, async (transaction) => {
    const request = await findRequest(transaction, id, context.clock());
    checkVersion(expected, request.version);
    await checkSilenceIsWithdrawn(transaction, id);
    const rows = await transaction.replyRequest.updateManyAndReturn({
      where: { id, ...versionIn(expected) },
      data: { deletedAt: context.clock() },
      select: { version: true, updatedAt: true },
    });
    const { version, updatedAt } = updatedRow(rows, request.version);
    const before = recordedRequest(request);
    const after = { ...before, version, updatedAt: updatedAt.toISOString() };
    await record(transaction, context, { action: 'deleted', type: 'reply_request', before, after });
  });
}

/** Does to one request what gives it back as it is then. */
function onRequest(
  context: Context,
  id: string,
  expected: ExpectedVersions,
  action: (transaction: Transaction, request: ReplyRequest) => Promise<ReplyRequest>,
): Promise<ReplyRequest> {
  return write(context, async (transaction) => {
    const request = await findRequest(transaction, id, context.clock());
    checkVersion(expected, request.version);
    return action(transaction, request);
  });
}

/** Writes new values into a request, with revision and change entry, in the transaction of the caller. */
async function writeChange(
  transaction: Transaction,
  context: Context,
  before: ReplyRequest,
  change: {
    readonly action: string;
    readonly data: Prisma.ReplyRequestUncheckedUpdateManyInput;
    readonly expected: ExpectedVersions;
  },
): Promise<ReplyRequest> {
  const { action, data, expected } = change;
  const where = { id: before.id, ...versionIn(expected) };
  const rows = await transaction.replyRequest.updateManyAndReturn({ where, data, select: { id: true } });
  const after = await findRequest(transaction, updatedRow(rows, before.version).id, context.clock());
  await record(transaction, context, {
    action,
    type: 'reply_request',
    before: recordedRequest(before),
    after: recordedRequest(after),
  });
  return after;
}

/** What is recorded of a request: all but `state`, in the place of which comes the outcome that it is derived from. */
function recordedRequest({ state, ...recorded }: ReplyRequest): RecordedRequest {
  return { ...recorded, outcome: state === 'answered' || state === 'lapsed' ? state : null };
}

/** The claim and the source that were asked about and asked. */
async function resolveAsked(transaction: Transaction, { claim, source }: RequestInput) {
  const errors: FieldError[] = [];
  const claimId = await standingClaim(transaction, { reference: claim, pointer: '/claim' }, errors);
  const [sourceId] = await standingSources(transaction, [{ reference: source, pointer: '/source' }], errors);
  if (claimId === undefined || sourceId === undefined)
    throw new Problem('rule-broken', 'The request refers to something that is not there.', { errors });
  return { claimId, sourceId };
}

/** The columns that a document comes to. */
function columnsOf({ channel, deadline = null, note = null }: RequestDocument) {
  return { channel, deadline: deadline === null ? null : new Date(deadline), note };
}

/** Refuses another channel or deadline of a closed request. */
function checkOpenFor(
  request: ReplyRequest,
  standing: ReturnType<typeof columnsOf>,
  wanted: ReturnType<typeof columnsOf>,
): void {
  if (request.closedAt === null) return;
  const moved = (['channel', 'deadline'] as const).filter((name) => !isUnchanged(standing[name], wanted[name]));
  if (moved.length === 0) return;
  const detail = `It ${request.state === 'lapsed' ? 'has lapsed' : 'is answered'}: only its note can be changed.`;
  throw new Problem('conflict', detail, { errors: moved.map((name) => ({ pointer: `/${name}`, detail })) });
}

/** A time that is given, or now. Throws `rule-broken` for one in the future. */
function timeOf(given: string | undefined, now: Date, pointer: string): Date {
  const time = given === undefined ? now : new Date(given);
  if (time <= now) return time;
  const detail = `It lies in the future: it is ${now.toISOString()} now.`;
  throw new Problem('rule-broken', detail, { errors: [{ pointer, detail }] });
}

/** When a request was answered or lapsed. Throws `rule-broken` for a time in the future, or before it was asked. */
function closingTime(context: Context, { askedAt }: ReplyRequest, given: string | undefined, pointer: string): Date {
  const time = timeOf(given, context.clock(), pointer);
  if (time >= new Date(askedAt)) return time;
  const detail = `It lies before the request, which was made at ${askedAt}.`;
  throw new Problem('rule-broken', detail, { errors: [{ pointer, detail }] });
}

/** A request that is closed already names the attribution that tells so. */
function closed({ closedAt, attribution }: ReplyRequest, words: string): Problem {
  return new Problem('conflict', `${words} (${closedAt}).`, { extensions: { attribution } });
}

async function checkSilenceIsWithdrawn(transaction: Transaction, id: string): Promise<void> {
  const { silenceId } = await transaction.replyRequest.findUniqueOrThrow({
    where: { id },
    select: { silenceId: true },
  });
  if (silenceId === null) return;
  const withdrawn = await transaction.withdrawal.count({ where: { attributionId: silenceId, recordedUntil: null } });
  if (withdrawn > 0) return;
  const detail = `Its lapse is recorded as the attribution ${silenceId}: withdraw that first, or it tells on that nobody answered.`;
  throw new Problem('conflict', detail, { extensions: { attribution: silenceId } });
}
