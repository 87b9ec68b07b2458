import type { Context } from '../../database/context.ts';
import type { Transaction } from '../../database/transaction.ts';
import { mergePatch } from '../../domain/merge-patch.ts';
import { isUuid } from '../../domain/names.ts';
import type { Bundle, BundleClaim, BundleTopic } from '../../formats/bundle.ts';
import { changeClaim, claimInputOf, insertClaim, recordedClaim } from '../claims/commands.ts';
import { findClaim, type KnownClaim, resolveClaims } from '../claims/queries.ts';
import { type Claim, claimInput } from '../claims/schema.ts';
import { changeTopic, insertTopic } from '../topics/commands.ts';
import { topicAnswerOf } from '../topics/queries.ts';
import type { Names, Target } from './names.ts';
import { at, type BundleError, checked } from './problems.ts';
import { type BundleRow, changeRow, mergedRow, rowOf } from './rows.ts';

/** What the bundle says of claims and topics, looked up. */
export interface ClaimsPlan {
  /** By slug and by id: those that are there, and those of the bundle once they are made. */
  readonly known: Map<string, KnownClaim>;
  /** The sources that each given claim is about; undefined where the bundle does not say. */
  readonly about: readonly (readonly Target[] | undefined)[];
}

/** Looks up every claim that the bundle refers to, and tells those that are neither there nor given. */
export async function planClaims(
  transaction: Transaction,
  bundle: Bundle,
  names: Names,
  errors: BundleError[],
): Promise<ClaimsPlan> {
  const { claims, attributions, relations, topics } = bundle;
  const places = [
    ...attributions.map(({ claim }, index) => ({ claim, pointer: `/attributions/${index}/claim` })),
    ...relations.flatMap(({ from, to }, index) => [
      { claim: from, pointer: `/relations/${index}/from` },
      { claim: to, pointer: `/relations/${index}/to` },
    ]),
  ];
  const slugs = claims.map(({ slug }) => slug);
  const references = new Set([...slugs, ...places.map(({ claim }) => claim)]);
  const known = await resolveClaims(transaction, [...references]);
  const about = claims.map((claim, index) =>
    claim.about?.flatMap((name, place) => names.source(name, `/claims/${index}/about/${place}`) ?? []),
  );
  errors.push(
    ...twice('/claims', slugs),
    ...twice(
      '/topics',
      topics.map(({ slug }) => slug),
    ),
  );
  const given = new Set(slugs);
  for (const { claim, pointer } of places) {
    if (!known.has(claim) && !given.has(claim))
      errors.push({ pointer, detail: `There is no claim with the id or slug "${claim}", here or in this bundle.` });
  }
  return { known, about };
}

function twice(list: string, slugs: readonly string[]): BundleError[] {
  const seen = new Set<string>();
  return slugs.flatMap((slug, index) => {
    if (!seen.has(slug)) return seen.add(slug) && [];
    return [{ pointer: `${list}/${index}/slug`, detail: 'Is given twice.' }];
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
  claims: readonly BundleClaim[],
  { known, about }: ClaimsPlan,
): Promise<BundleRow[]> {
  const rows: BundleRow[] = [];
  for (const [index, claim] of claims.entries()) {
    const pointer = `/claims/${index}`;
    const subjects = about[index]?.map(({ id }) => id);
    const document = { ...claim, ...(subjects === undefined ? {} : { about: subjects }) };
    const there = known.get(claim.slug);
    if (there !== undefined && there.id !== there.stands.id) {
      rows.push(mergedRow(pointer, 'claim', there.stands));
      continue;
    }
    const { row, written } = await at(pointer, () => writeClaim(transaction, context, { document, pointer, there }));
    known.set(written.slug, { id: written.id, slug: written.slug, stands: written });
    rows.push(row);
  }
  return rows;
}

async function writeClaim(
  transaction: Transaction,
  context: Context,
  { document, pointer, there }: { document: object; pointer: string; there: { id: string } | undefined },
): Promise<{ row: BundleRow; written: Claim }> {
  if (there === undefined) {
    const claim = await insertClaim(transaction, context, checked(claimInput, mergePatch({}, document)));
    return { row: rowOf(pointer, 'claim', 'created', claim), written: claim };
  }
  const current = await findClaim(transaction, context, there.id);
  const after = checked(claimInput, mergePatch(claimInputOf(current), document));
  const { claim } = await changeClaim(transaction, context, current, after);
  const change = { before: recordedClaim(current), after: recordedClaim(claim) };
  return { row: changeRow(pointer, 'claim', change), written: claim };
}
