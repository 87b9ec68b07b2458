import type { Transaction } from '../../database/transaction.ts';
import { isSlug, isUuid } from '../../domain/names.ts';
import type { Bundle, BundleClaim } from '../../formats/bundle.ts';
import { type FoundByText, findClaimsByText, type KnownClaim, resolveClaims } from '../claims/queries.ts';
import { standingOf } from './names.ts';
import { ambiguous, type BundleError } from './problems.ts';

/** A claim that a name of the bundle means. */
export interface ClaimTarget {
  /** What it is in the ledger; undefined until it is made. */
  known: KnownClaim | undefined;
  /** The same for one claim, and for no other in this bundle. */
  readonly key: string;
  /** Its slug, or what the bundle calls it while it has none. */
  readonly label: string;
}

/** What the names of claims in a bundle mean. */
export interface ClaimNames {
  /** The claim that each entry of `claims` is: one that is there, or one to be made. */
  readonly given: readonly ClaimTarget[];
  /** The claim of a name; undefined, with an error at the pointer, where it means none or several. */
  claim(name: string, pointer: string): ClaimTarget | undefined;
}

/**
 * Finds out what all names of claims in a bundle mean: the slug, the `ref` or the text of an entry, which go before what the
 * ledger has, else the slug or id of a claim there. An entry without a slug is the claim of its topic that has its text.
 */
export async function readClaimNames(
  transaction: Transaction,
  bundle: Bundle,
  errors: BundleError[],
): Promise<ClaimNames> {
  const { claims } = bundle;
  const byReference = await resolveClaims(transaction, referencesIn(bundle));
  const byText = await findTexts(transaction, claims);
  errors.push(...namesakes(claims, byText));

  const targets = new Map<string, ClaimTarget>();
  const targetOf = (known: KnownClaim): ClaimTarget => {
    const target = targets.get(known.id) ?? { known, key: known.id, label: known.slug };
    targets.set(known.id, target);
    return target;
  };
  const given = claims.map((claim, index): ClaimTarget => {
    const { slug, ref, text = '' } = claim;
    const found = slug === undefined ? foundBy(byText[index], `/claims/${index}`) : byReference.get(slug);
    return found === undefined ? { known: undefined, key: `#${index}`, label: slug ?? ref ?? text } : targetOf(found);
  });

  const byName = new Map<string, ClaimTarget>();
  const byGivenText = new Map<string, Set<ClaimTarget>>();
  const placesOf = Map.groupBy(given.keys(), (index) => given[index]?.key);
  for (const [index, target] of given.entries()) {
    const { slug, ref, text } = claims[index] as BundleClaim;
    const twice = Object.entries({ slug, ref }).filter(([, name]) => name !== undefined && byName.has(name));
    for (const [field] of twice) errors.push({ pointer: `/claims/${index}/${field}`, detail: 'Is given twice.' });
    if (twice.length === 0 && placesOf.get(target.key)?.[0] !== index)
      errors.push({ pointer: `/claims/${index}`, detail: `This claim is given twice: it is ${target.label}.` });
    for (const name of [slug, ref]) if (name !== undefined) byName.set(name, target);
    if (text !== undefined) byGivenText.set(text, (byGivenText.get(text) ?? new Set()).add(target));
  }

  function foundBy(found: FoundByText | undefined, pointer: string): KnownClaim | undefined {
    const standing = standingOf(found?.claims ?? [], ({ id, stands }) => ({ own: id, standing: stands.id }));
    if (standing.length > 1) {
      const slugs = standing.map(({ slug }) => slug);
      errors.push(ambiguous(`This is the text of ${slugs.length} claims of its topic`, pointer, slugs));
    }
    return standing[0];
  }

  function claim(name: string, pointer: string): ClaimTarget | undefined {
    const named = byName.get(name);
    const [first, ...others] = byGivenText.get(name) ?? [];
    if (named === undefined && first !== undefined && others.length > 0) {
      const labels = [first, ...others].map(({ label }) => label);
      errors.push(ambiguous(`This is the text of ${labels.length} claims of this bundle`, pointer, labels));
      return undefined;
    }
    const known = byReference.get(name);
    const target = named ?? first ?? (known && targetOf(known));
    if (target === undefined) errors.push({ pointer, detail: missing(name) });
    return target;
  }

  return { given, claim };
}

function missing(name: string): string {
  return `There is no claim with the id or slug "${name}", here or in this bundle, and none in this bundle with that ref or text.`;
}

/** The texts of a bundle in its topics, one for each claim, if any is known by its text only. */
async function findTexts(
  transaction: Transaction,
  claims: readonly BundleClaim[],
): Promise<readonly (FoundByText | undefined)[]> {
  if (claims.every(({ slug }) => slug !== undefined)) return [];
  const withText = [...claims.entries()].flatMap(([index, { text, topic = null }]) =>
    text === undefined ? [] : [{ index, text, topic }],
  );
  const found = await findClaimsByText(transaction, withText);
  const byIndex = new Map(withText.map(({ index }, place) => [index, found[place]]));
  return claims.map((_claim, index) => byIndex.get(index));
}

/** What has no slug is found again by its text only: no other entry may have that in the same topic. */
function namesakes(claims: readonly BundleClaim[], texts: readonly (FoundByText | undefined)[]): BundleError[] {
  const sharing = Map.groupBy(texts, (found) => found?.key);
  return claims.flatMap(({ slug }, index) => {
    if (slug !== undefined || (sharing.get(texts[index]?.key)?.length ?? 0) < 2) return [];
    return [
      { pointer: `/claims/${index}`, detail: 'Another entry has this text in this topic too: give both a slug.' },
    ];
  });
}

/** Every id and slug of a claim that a bundle refers to, and what may be one. */
function referencesIn({ claims, attributions, relations }: Bundle): string[] {
  const names = [
    ...claims.flatMap(({ slug }) => slug ?? []),
    ...attributions.map(({ claim }) => claim),
    ...relations.flatMap(({ from, to }) => [from, to]),
  ];
  return [...new Set(names)].filter((name) => isUuid(name) || isSlug(name));
}
