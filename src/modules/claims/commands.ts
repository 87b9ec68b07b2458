import type { Answer } from '../../database/answer.ts';
import type { Context } from '../../database/context.ts';
import type { Prisma } from '../../database/generated/client.ts';
import {
  answerCreated,
  checkUnreferenced,
  checkVersion,
  freeSlug,
  isUnchanged,
  record,
  type Transaction,
  updatedRow,
  versionIn,
  write,
} from '../../database/transaction.ts';
import type { ExpectedVersions } from '../../database/version.ts';
import { edtfRange } from '../../domain/edtf.ts';
import { type FieldError, Problem } from '../../domain/problem.ts';
import { standingSources } from '../sources/references.ts';
import { findTopic } from '../topics/queries.ts';
import { type ClaimText, countClaimReferences, findClaim, readClaimWithin } from './queries.ts';
import type { Claim, ClaimInput } from './schema.ts';

/**
 * Creates a claim. A given slug that is taken is a `conflict`; one made from the text is made free by a number.
 *
 * @throws {Problem} `conflict`, `rule-broken` for an unknown topic or source, or a prediction on another kind of claim
 */
export function createClaim(context: Context, input: ClaimInput): Promise<Answer> {
  return write(context, async (transaction) => {
    const { id } = await insertClaim(transaction, context, input);
    const { version, json } = await readClaimWithin(transaction, context, id);
    return answerCreated(transaction, context, { path: `/v1/claims/${id}`, version, derivedText: json });
  });
}

/** Inserts a claim with its change entry, in the transaction of the caller. */
export async function insertClaim(transaction: Transaction, context: Context, input: ClaimInput): Promise<Claim> {
  const id = context.newId();
  const slug = input.slug ?? (await freeSlug(transaction, 'claims', input.text));
  const { topicId, about } = await resolveReferences(transaction, input);
  checkResolved(context, input);
  await transaction.claim.create({ data: { id, slug, ...columnsOf(context, input), topicId } });
  await keepAbout(transaction, context, id, about);
  const claim = await findClaim(transaction, context, id);
  await record(transaction, context, { action: 'created', type: 'claim', before: null, after: recordedClaim(claim) });
  return claim;
}

/**
 * Changes a claim: `change` makes the new document from the one that stands. One that changes nothing writes nothing.
 *
 * @throws {Problem} `not-found`, `stale`, `conflict`, `rule-broken`
 */
export function updateClaim(
  context: Context,
  reference: string,
  expected: ExpectedVersions,
  change: (current: ClaimInput) => ClaimInput,
): Promise<ClaimText> {
  return write(context, async (transaction) => {
    const claim = await findClaim(transaction, context, reference);
    checkVersion(expected, claim.version);
    await changeClaim(transaction, context, claim, change(claimInputOf(claim)), expected);
    return readClaimWithin(transaction, context, claim.id);
  });
}

/** Brings a claim to a new document, in the transaction of the caller; writes nothing where nothing differs. */
export async function changeClaim(
  transaction: Transaction,
  context: Context,
  claim: Claim,
  after: ClaimInput,
  expected: ExpectedVersions = { any: true },
): Promise<{ claim: Claim; changed: boolean }> {
  const { topicId, about } = await resolveReferences(transaction, after);
  checkResolved(context, after);
  const standing = { slug: claim.slug, ...columnsOf(context, claimInputOf(claim)), topicId: claim.topic?.id ?? null };
  const wanted = { slug: after.slug ?? claim.slug, ...columnsOf(context, after), topicId };
  const sameAbout = isUnchanged(claim.about.map(({ id }) => id).sort(), [...about].sort());
  if (sameAbout && isUnchanged(standing, wanted)) return { claim, changed: false };

  const rows = await transaction.claim.updateManyAndReturn({
    where: { id: claim.id, ...versionIn(expected) },
    data: wanted,
    select: { id: true },
  });
  updatedRow(rows, claim.version);
  await keepAbout(transaction, context, claim.id, about);
  const changed = await findClaim(transaction, context, claim.id);
  await record(transaction, context, {
    action: 'updated',
    type: 'claim',
    before: recordedClaim(claim),
    after: recordedClaim(changed),
  });
  return { claim: changed, changed: true };
}

/**
 * Deletes a claim that no attribution and no relation refers to: leaves a tombstone and frees its slug.
 *
 * @throws {Problem} `not-found`, `stale`, `still-referred-to` with counts
 */
export function deleteClaim(context: Context, reference: string, expected: ExpectedVersions): Promise<void> {
  return write(context, async (transaction) => {
    const claim = await findClaim(transaction, context, reference);
    checkVersion(expected, claim.version);
    checkUnreferenced(await countClaimReferences(transaction, claim.id));
    await keepAbout(transaction, context, claim.id, new Set());
    const rows = await transaction.claim.updateManyAndReturn({
      where: { id: claim.id, ...versionIn(expected) },
      data: { deletedAt: context.clock() },
      select: { version: true },
    });
    const { version } = updatedRow(rows, claim.version);
    const before = recordedClaim(claim);
    await record(transaction, context, { action: 'deleted', type: 'claim', before, after: { ...before, version } });
  });
}

/** Refuses an outcome of the future: nobody knows it yet. */
function checkResolved({ clock }: Context, { prediction }: ClaimInput): void {
  if (prediction?.resolvedAt == null || new Date(prediction.resolvedAt) <= clock()) return;
  const detail = 'Lies in the future: a prediction is resolved when its outcome is known.';
  throw new Problem('rule-broken', detail, { errors: [{ pointer: '/prediction/resolvedAt', detail }] });
}

/** The document that a person would have written for the claim as it stands. */
export function claimInputOf({ slug, text, kind, language, topic, occurred, about, prediction }: Claim): ClaimInput {
  return {
    slug,
    text,
    kind,
    language,
    topic: topic?.slug ?? null,
    occurred,
    about: about.map(({ slug }) => slug),
    prediction,
  };
}

/** What is recorded of a claim: all but what is derived (DESIGN §2: derived summaries make no entry). */
export function recordedClaim({ standing: _standing, flags: _flags, counts: _counts, ...recorded }: Claim) {
  return recorded;
}

function columnsOf(context: Context, { text, kind, language, occurred, prediction }: ClaimInput) {
  const outcome = prediction?.outcome ?? (kind === 'prediction' ? 'open' : null);
  const decided = outcome !== null && outcome !== 'open';
  return {
    text,
    kind,
    language,
    ...rangeColumns('occurred', occurred),
    ...rangeColumns('horizon', prediction?.horizon),
    criteria: prediction?.criteria ?? null,
    outcome,
    resolvedAt: prediction?.resolvedAt == null ? (decided ? context.clock() : null) : new Date(prediction.resolvedAt),
    ...evidenceColumns(prediction?.evidence),
  } satisfies Partial<Prisma.ClaimUncheckedCreateInput>;
}

type Evidence = NonNullable<ClaimInput['prediction']>['evidence'];

function evidenceColumns(evidence: Evidence) {
  const { attribution = null, url = null } = { ...evidence } as { attribution?: string; url?: string };
  return { evidenceAttributionId: attribution, evidenceUrl: url };
}

function rangeColumns<Name extends 'occurred' | 'horizon'>(name: Name, text: string | null | undefined) {
  const { from, until } = text == null ? { from: null, until: null } : edtfRange(text);
  return { [name]: text ?? null, [`${name}From`]: from, [`${name}Until`]: until } as {
    [Key in Name | `${Name}From` | `${Name}Until`]: Key extends Name ? string | null : Date | null;
  };
}

async function resolveReferences(transaction: Transaction, { topic, about }: ClaimInput) {
  const errors: FieldError[] = [];
  const subjects = await standingSources(
    transaction,
    about.map((reference, index) => ({ reference, pointer: `/about/${index}` })),
    errors,
  );
  const topicId = topic == null ? null : await topicIdOf(transaction, topic, errors);
  if (errors.length > 0)
    throw new Problem('rule-broken', 'The claim refers to something that is not there.', { errors });
  return { topicId, about: new Set(subjects) };
}

async function topicIdOf(transaction: Transaction, reference: string, errors: FieldError[]): Promise<string | null> {
  try {
    return (await findTopic(transaction, reference)).id;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    errors.push({ pointer: '/topic', detail: error.message });
    return null;
  }
}

/**
 * Closes the rows of what the claim is about no longer, and opens those that are new. The sources of `about` stand; a row with
 * one that is merged into them stays as it is.
 */
async function keepAbout(
  transaction: Transaction,
  context: Context,
  claimId: string,
  about: ReadonlySet<string>,
): Promise<void> {
  const current = await transaction.$queryRaw<{ id: string; stands_id: string }[]>`
    SELECT a.id, coalesce(m.stands_id, a.source_id) AS stands_id
    FROM claim_about a LEFT JOIN merged_ids m ON m.id = a.source_id
    WHERE a.claim_id = ${claimId}::uuid AND a.recorded_until IS NULL`;
  const gone = current.filter(({ stands_id }) => !about.has(stands_id)).map(({ id }) => id);
  if (gone.length > 0) {
    await transaction.$executeRaw`
      UPDATE claim_about SET recorded_until = ledger_now() WHERE id = ANY (${gone}::uuid[])`;
  }
  const standing = new Set(current.map(({ stands_id }) => stands_id));
  const added = [...about].filter((sourceId) => !standing.has(sourceId));
  if (added.length > 0) {
    await transaction.claimAbout.createMany({
      data: added.map((sourceId) => ({ id: context.newId(), claimId, sourceId })),
    });
  }
}
