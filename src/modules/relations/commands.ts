import type { Answer } from '../../database/answer.ts';
import type { Context } from '../../database/context.ts';
import { checkStanding } from '../../database/merges.ts';
import { missing } from '../../database/references.ts';
import {
  answerCreated,
  checkVersion,
  type RecordedChange,
  recordAll,
  type Transaction,
  write,
} from '../../database/transaction.ts';
import type { ExpectedVersions } from '../../database/version.ts';
import { Problem } from '../../domain/problem.ts';
import type { RelationStatus, RelationType } from '../../domain/vocabulary.ts';
import { type KnownClaim, resolveClaims } from '../claims/queries.ts';
import {
  findRelation,
  findRelationsBetween,
  findRelationsById,
  type KnownRelation,
  type RelationText,
  relationKey,
} from './queries.ts';
import type { ClaimRelation, RelationInput, RelationPatch } from './schema.ts';

/**
 * Relates a claim to another.
 *
 * @throws {Problem} `not-found`; `conflict` where the two have this relation already, with its id as `relation`, or the id is taken;
 * `rule-broken` for a claim `to` that is not there, or is the same one
 * @throws {MergedInto} where either claim is merged
 */
export function createRelation(context: Context, claim: string, input: RelationInput): Promise<Answer> {
  return write(context, async (transaction) => {
    const { type, status, id } = input;
    const [from, to] = await findBoth(transaction, claim, input.to);
    const known = await findRelationsBetween(transaction, [from.id, to.id]);
    const there = known.get(relationKey(from.id, type, to.id));
    if (there !== undefined) throw relatedAlready(there);
    const judgement = { relationId: id ?? context.newId(), fromId: from.id, type, toId: to.id, status };
    const [relation] = await writeJudgements(transaction, context, [judgement]);
    return answerCreated(transaction, context, {
      path: `/v1/claims/${from.id}/relations/${judgement.relationId}`,
      version: 1,
      derivedText: JSON.stringify(relation),
    });
  });
}

/**
 * Judges a relation of a claim. The same judgement again writes nothing.
 *
 * @throws {Problem} `not-found`, `stale`
 * @throws {MergedInto} where the claim is merged, or the relation is the same as one that was judged later
 */
export function judgeRelation(
  context: Context,
  { claim: reference, relation: id }: { claim: string; relation: string },
  expected: ExpectedVersions,
  { status }: RelationPatch,
): Promise<RelationText> {
  return write(context, async (transaction) => {
    const claim = await findStanding(transaction, reference);
    const known = await findRelation(transaction, { id: claim.id, reference }, id);
    const { relation } = known;
    checkVersion(expected, relation.version);
    if (status === undefined || status === relation.status) return textOf(relation);
    const [judged = relation] = await writeJudgements(transaction, context, [anew(known, status)]);
    return textOf(judged);
  });
}

/** A relation to be kept between two claims, which are not merged into one. */
export interface WantedRelation {
  /** Its id, where it is new. */
  readonly id: string | undefined;
  readonly from: KnownClaim;
  readonly type: RelationType;
  readonly to: KnownClaim;
  /** Without one, what is new or was only suggested is confirmed, and what was rejected stays so. */
  readonly status: RelationStatus | undefined;
}

/** What became of a wanted relation, and the id of the one that stands. */
export interface KeptRelation {
  readonly id: string;
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** What a person should know who wonders why; null for nothing. */
  readonly detail: string | null;
  /** What it was, null where it is new, and what it is: where it was judged. */
  readonly change: { readonly before: ClaimRelation | null; readonly after: ClaimRelation } | null;
}

/**
 * Keeps relations, in the transaction of the caller: one that is there is judged anew where its status differs. Of those that are
 * one, since claims are merged, the first counts.
 */
export async function keepRelations(
  transaction: Transaction,
  context: Context,
  wanted: readonly WantedRelation[],
): Promise<KeptRelation[]> {
  if (wanted.length === 0) return [];
  const claimIds = wanted.flatMap(({ from, to }) => [from.stands.id, to.stands.id]);
  const known = await findRelationsBetween(transaction, claimIds);
  const kept = new Map<string, string>();
  const judgements: Judgement[] = [];
  const outcomes = wanted.map((relation): Omit<KeptRelation, 'change'> => {
    const { id, from, type, to, status } = relation;
    const key = relationKey(from.stands.id, type, to.stands.id);
    const before = kept.get(key);
    if (before !== undefined) {
      const detail = 'It is the same as one before it: claims that they name are merged.';
      return { id: before, outcome: 'unchanged', detail };
    }
    const there = known.get(key);
    const relationId = there?.relation.id ?? id ?? context.newId();
    kept.set(key, relationId);
    if (there === undefined) {
      const [fromId, toId] = [from.stands.id, to.stands.id];
      judgements.push({ relationId, fromId, type, toId, status: status ?? 'confirmed' });
      return { id: relationId, outcome: 'created', detail: null };
    }
    const stays = status === undefined && there.relation.status === 'rejected';
    if (stays || there.relation.status === (status ?? 'confirmed')) {
      const detail = stays ? 'It was rejected, and stays so: give it a status to judge it anew.' : null;
      return { id: relationId, outcome: 'unchanged', detail };
    }
    judgements.push(anew(there, status ?? 'confirmed'));
    return { id: relationId, outcome: 'updated', detail: null };
  });
  const written = await writeJudgements(transaction, context, judgements);
  const changes = new Map(
    written.map((after, place) => [after.id, { before: judgements[place]?.known?.relation ?? null, after }]),
  );
  return outcomes.map((each) => ({ ...each, change: changes.get(each.id) ?? null }));
}

/** A judgement to be recorded: the first of a new relation, or one after `known`. */
interface Judgement {
  readonly relationId: string;
  readonly fromId: string;
  readonly type: RelationType;
  readonly toId: string;
  readonly status: RelationStatus;
  readonly known?: KnownRelation;
}

/** Another judgement of a relation, between the claims that it was recorded with. */
function anew(known: KnownRelation, status: RelationStatus): Judgement {
  const { relation, written } = known;
  return {
    relationId: relation.id,
    fromId: written.fromId,
    type: relation.type,
    toId: written.toId,
    status,
    known,
  };
}

/** Records judgements with their change entries, and gives the relations as they are then. */
async function writeJudgements(
  transaction: Transaction,
  context: Context,
  judgements: readonly Judgement[],
): Promise<ClaimRelation[]> {
  if (judgements.length === 0) return [];
  const closed = judgements.flatMap(({ known }) => known?.written.id ?? []);
  await transaction.$executeRaw`
    UPDATE claim_relations SET recorded_until = ledger_now() WHERE id = ANY (${closed}::uuid[])`;
  await transaction.claimRelation.createMany({
    data: judgements.map(({ known, ...judgement }) => {
      const version = (known?.relation.version ?? 0) + 1;
      return { ...judgement, id: context.newId(), version, actor: context.actor.name };
    }),
  });
  const written = await findRelationsById(
    transaction,
    judgements.map(({ relationId }) => relationId),
  );
  const changes = judgements.map(({ relationId, known }) => {
    const after = written.get(relationId)?.relation;
    if (after === undefined) throw new Error(`the relation ${relationId} was not written`);
    const action = known === undefined ? 'created' : 'updated';
    return { action, type: 'claim_relation', before: known?.relation ?? null, after } satisfies RecordedChange;
  });
  await recordAll(transaction, context, changes);
  return changes.map(({ after }) => after);
}

/**
 * The claim of an id or slug, which stands.
 *
 * @throws {Problem} `not-found`
 * @throws {MergedInto}
 */
async function findStanding(transaction: Transaction, reference: string): Promise<KnownClaim> {
  await checkStanding(transaction, 'claims', [{ reference }]);
  return (await resolveClaims(transaction, [reference])).get(reference) ?? missing('claim', reference);
}

/** The claim in the path and the one in the body. Throws like `findStanding`, of the second `rule-broken`. */
async function findBoth(transaction: Transaction, claim: string, other: string): Promise<[KnownClaim, KnownClaim]> {
  const from = await findStanding(transaction, claim);
  await checkStanding(transaction, 'claims', [{ reference: other, pointer: '/to' }]);
  const to = (await resolveClaims(transaction, [other])).get(other);
  if (to !== undefined) return [from, to];
  const detail = `There is no claim with the id or slug "${other}".`;
  throw new Problem('rule-broken', detail, { errors: [{ pointer: '/to', detail }] });
}

function relatedAlready({ relation: { id, status, version } }: KnownRelation): Problem {
  const detail = `The two claims have this relation already: "${id}", which stands as ${status}. Judge that one.`;
  return new Problem('conflict', detail, { extensions: { relation: id, version } });
}

function textOf(relation: ClaimRelation): RelationText {
  const { id, version } = relation;
  return { id, version, json: JSON.stringify(relation) };
}
