import type { Context } from '../../database/context.ts';
import type { Transaction } from '../../database/transaction.ts';
import { mergePatch } from '../../domain/merge-patch.ts';
import { isUuid } from '../../domain/names.ts';
import type { Bundle, BundleClaim, BundleTopic } from '../../formats/bundle.ts';
import { changeClaim, claimInputOf, insertClaim, recordedClaim } from '../claims/commands.ts';
import { findClaim } from '../claims/queries.ts';
import { claimInput } from '../claims/schema.ts';
import { changeTopic, insertTopic } from '../topics/commands.ts';
import { topicAnswerOf } from '../topics/queries.ts';
import type { ClaimNames, ClaimTarget } from './claim-names.ts';
import type { Names, Target } from './names.ts';
import { at, type BundleError, checked } from './problems.ts';
import { type BundleRow, changeRow, mergedRow, rowOf } from './rows.ts';

/** A claim of the bundle, looked up. */
interface GivenClaim {
  readonly index: number;
  readonly target: ClaimTarget;
  readonly claim: BundleClaim;
  /** The sources that it is about; undefined where the bundle does not say. */
  readonly about: readonly Target[] | undefined;
}

/** The claims of a bundle with what they are about; no topic may be given twice. */
export function planClaims(
  { claims, topics }: Bundle,
  claimNames: ClaimNames,
  names: Names,
  errors: BundleError[],
): GivenClaim[] {
  for (const [index, { slug }] of topics.entries()) {
    if (topics.findIndex((other) => other.slug === slug) !== index)
      errors.push({ pointer: `/topics/${index}/slug`, detail: 'Is given twice.' });
  }
  return claims.map((claim, index): GivenClaim => {
    const about = claim.about?.flatMap((name, place) => names.source(name, `/claims/${index}/about/${place}`) ?? []);
    return { index, target: claimNames.given[index] as ClaimTarget, claim, about };
  });
}

/** Makes and changes the topics of a bundle: those that it gives, and those that its claims name by an unknown slug. */
export async function writeTopics(transaction: Transaction, context: Context, bundle: Bundle): Promise<BundleRow[]> {
  const named = bundle.claims.flatMap(({ topic }, index) =>
    topic == null || isUuid(topic) ? [] : [{ slug: topic, pointer: `/claims/${index}/topic` }],
  );
  const given = bundle.topics.map((topic, index) => ({ ...topic, pointer: `/topics/${index}` }));
  const slugs = [...given, ...named].map(({ slug }) => slug);
  if (slugs.length === 0) return [];
  const found = await transaction.topic.findMany({ where: { slug: { in: slugs }, deletedAt: null } });
  const known = new Map(found.map((topic) => [topic.slug, topicAnswerOf(topic)]));
  const rows: BundleRow[] = [];
  for (const { pointer, ...topic } of [...given, ...named]) {
    const current = known.get(topic.slug);
    if (current === undefined) {
      const input = { name: inWords(topic.slug), ...topic };
      const made = await at(pointer, () => insertTopic(transaction, context, input));
      known.set(topic.slug, made);
      rows.push(rowOf(pointer, 'topic', 'created', made));
    } else if (!pointer.startsWith('/claims')) {
      const { name = current.name, description = current.description }: BundleTopic = topic;
      const { topic: after } = await changeTopic(transaction, context, current, { name, description });
      rows.push(changeRow(pointer, 'topic', { before: current, after }));
    }
  }
  return rows;
}

/** "s-400-return" → "S 400 return". */
function inWords(slug: string): string {
  const words = slug.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Creates the claims that are new, and brings the others to what the bundle gives of them. */
export async function writeClaims(
  transaction: Transaction,
  context: Context,
  claims: readonly GivenClaim[],
): Promise<BundleRow[]> {
  const rows: BundleRow[] = [];
  for (const given of claims) {
    rows.push(await at(`/claims/${given.index}`, () => writeClaim(transaction, context, given)));
  }
  return rows;
}

async function writeClaim(transaction: Transaction, context: Context, given: GivenClaim): Promise<BundleRow> {
  const { index, target } = given;
  const pointer = `/claims/${index}`;
  const { known } = target;
  if (known === undefined) {
    const claim = await insertClaim(transaction, context, checked(claimInput, mergePatch({}, documentOf(given))));
    target.known = { id: claim.id, slug: claim.slug, stands: claim };
    return rowOf(pointer, 'claim', 'created', claim);
  }
  if (known.id !== known.stands.id) return mergedRow(pointer, 'claim', known.stands);
  const current = await findClaim(transaction, context, known.id);
  const after = checked(claimInput, mergePatch(claimInputOf(current), documentOf(given)));
  const { claim } = await changeClaim(transaction, context, current, after);
  return changeRow(pointer, 'claim', { before: recordedClaim(current), after: recordedClaim(claim) });
}

/** What the bundle gives of a claim, with ids in place of names. The text by which it was found stays as it is printed there. */
function documentOf({ claim: { ref: _ref, text, ...claim }, target, about }: GivenClaim): object {
  const isFoundByText = claim.slug === undefined && target.known !== undefined;
  return {
    ...claim,
    ...(isFoundByText ? {} : { text }),
    ...(about === undefined ? {} : { about: about.map(({ id }) => id) }),
  };
}
