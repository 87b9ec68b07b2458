import type { Transaction } from '../../database/transaction.ts';
import { foldName, isUuid } from '../../domain/names.ts';
import type { SourceKind } from '../../domain/vocabulary.ts';
import type { Bundle, BundleSource } from '../../formats/bundle.ts';
import { findSourcesByName, type KnownSource, resolveSources } from '../sources/queries.ts';
import { ambiguous, type BundleError } from './problems.ts';

/** A source that a name of the bundle means. Where that is merged, `id` and `kind` are those of the one that stands. */
export interface Target {
  /** Null until it is created. */
  id: string | null;
  kind: SourceKind | undefined;
  /** The id that the source itself has, be it merged. */
  readonly namedId: string | null;
  /** The slug of what it is merged into. */
  readonly mergedInto: string | null;
  /** Its slug, or its name while it has none. */
  readonly label: string;
  /** Its places in `sources`, where the bundle gives it. */
  readonly given: number[];
}

/** What the names of a bundle mean. */
export interface Names {
  /** The source that each entry of `sources` is: one that is there, or one to be made. */
  readonly given: readonly Target[];
  /** The source of a name; undefined, with an error at the pointer, where it means none or several. */
  source(name: string, pointer: string): Target | undefined;
}

/**
 * Finds out what all names of sources in a bundle mean, in a few queries (DESIGN §5): a slug or an id, of the bundle or of
 * the ledger, else a name or alias that only one source has. An anonymous source is found by name only as one of the
 * bundle's own: the anonymous sources of two outlets are never taken for one (DESIGN §2).
 */
export async function readNames(transaction: Transaction, bundle: Bundle, errors: BundleError[]): Promise<Names> {
  const written = writtenNames(bundle);
  const byReference = await resolveSources(transaction, [
    ...written.map(referenceOf),
    ...bundle.sources.flatMap(({ slug }) => slug ?? []),
  ]);
  const byName = await findSourcesByName(transaction, [
    ...written,
    ...bundle.sources.flatMap(({ name }) => name ?? []),
  ]);
  const hosts = await hostsOf(transaction, byName);
  const targets = new Map<string, Target>();
  const targetOf = ({ id, slug, stands }: KnownSource): Target => {
    const mergedInto = id === stands.id ? null : stands.slug;
    const { id: standingId, kind } = stands;
    const target = targets.get(id) ?? { id: standingId, kind, namedId: id, mergedInto, label: slug, given: [] };
    targets.set(id, target);
    return target;
  };

  const bySlug = new Map<string, Target>();
  const byGivenName = new Map<string, Set<Target>>();
  const given = bundle.sources.map((source, index) => {
    const known = knownAs(source, `/sources/${index}`);
    const target: Target = known
      ? targetOf(known)
      : {
          id: null,
          kind: source.kind,
          namedId: null,
          mergedInto: null,
          label: source.slug ?? source.name ?? '',
          given: [],
        };
    if (source.kind !== undefined && target.mergedInto === null) target.kind = source.kind;
    target.given.push(index);
    if (target.given.length > 1) errors.push({ pointer: `/sources/${index}`, detail: 'This source is given twice.' });
    return target;
  });
  for (const [index, target] of given.entries()) {
    const { slug, name, aliases } = bundle.sources[index] as BundleSource;
    if (slug !== undefined && target.given.length === 1) {
      if (bySlug.has(slug)) errors.push({ pointer: `/sources/${index}`, detail: 'This source is given twice.' });
      bySlug.set(slug, target);
    }
    for (const each of [name ?? [], ...(aliases ?? [])].flat()) {
      const folded = foldName(typeof each === 'string' ? each : each.name);
      byGivenName.set(folded, (byGivenName.get(folded) ?? new Set()).add(target));
    }
  }
  errors.push(...namesakes(bundle.sources));

  function knownAs(source: BundleSource, pointer: string): KnownSource | undefined {
    if (source.slug !== undefined) return byReference.get(source.slug);
    const found = (byName.get(foldName(source.name ?? '')) ?? []).filter(({ id, kind }) => {
      if (kind !== (source.kind ?? kind)) return false;
      return kind === 'anonymous' ? hosts.get(id) === hostIdOf(source) : true;
    });
    const named = standingOf(found, ({ id, stands }) => ({ own: id, standing: stands.id }));
    if (named.length > 1)
      errors.push(
        namedAlike(
          source.name ?? '',
          pointer,
          named.map(({ slug }) => slug),
        ),
      );
    return named[0];
  }

  function hostIdOf({ host }: BundleSource): string | undefined {
    if (host == null) return undefined;
    const known = byReference.get(referenceOf(host));
    const named = byName.get(foldName(host)) ?? [];
    return (known ?? (named.length === 1 ? named[0] : undefined))?.stands.id;
  }

  function source(name: string, pointer: string): Target | undefined {
    const own = bySlug.get(name);
    const known = byReference.get(referenceOf(name));
    if (own !== undefined) return own;
    if (known !== undefined) return targetOf(known);
    const folded = foldName(name);
    const all = new Set(byGivenName.get(folded));
    for (const each of byName.get(folded) ?? []) if (each.kind !== 'anonymous') all.add(targetOf(each));
    const found = standingOf([...all], ({ id, namedId }) => ({ own: namedId, standing: id }));
    const [only] = found;
    if (found.length === 1) return only;
    errors.push(
      found.length > 1
        ? namedAlike(
            name,
            pointer,
            found.map(({ label }) => label),
          )
        : { pointer, detail: `There is no source with the slug, name or alias "${name}".` },
    );
    return undefined;
  }

  return { given, source };
}

function referenceOf(name: string): string {
  return isUuid(name) ? name.toLowerCase() : name;
}

function namedAlike(name: string, pointer: string, candidates: readonly string[]): BundleError {
  return ambiguous(`"${name}" is the name or alias of ${candidates.length} sources`, pointer, candidates);
}

/** What has no slug is found again by its name only: no other entry of its kind (and its host) may have it too. */
function namesakes(sources: readonly BundleSource[]): BundleError[] {
  const keyOf = ({ name = '', kind, host }: BundleSource) =>
    JSON.stringify([foldName(name), kind, kind === 'anonymous' ? host : null]);
  const count = new Map<string, number>();
  for (const source of sources) count.set(keyOf(source), (count.get(keyOf(source)) ?? 0) + 1);
  return sources.flatMap((source, index) => {
    if (source.slug !== undefined || (count.get(keyOf(source)) ?? 0) < 2) return [];
    return [{ pointer: `/sources/${index}`, detail: 'Another entry has this name too: give both a slug.' }];
  });
}

/** Of those that share a name one for each that stands: that itself, where it has the name too. */
export function standingOf<T>(
  found: readonly T[],
  idsOf: (each: T) => { own: string | null; standing: string | null },
): T[] {
  const ids = found.map(idsOf);
  return found.filter((_each, index) => {
    const { own, standing } = ids[index] as (typeof ids)[number];
    if (own === standing) return true;
    const first = ids.findIndex((other) => other.standing === standing);
    return first === index && !ids.some((other) => other.own === standing);
  });
}

/** The hosts that stand, of the anonymous sources among those found by name. */
async function hostsOf(
  transaction: Transaction,
  byName: ReadonlyMap<string, readonly KnownSource[]>,
): Promise<Map<string, string | null>> {
  const anonymous = [...byName.values()].flat().filter(({ kind }) => kind === 'anonymous');
  if (anonymous.length === 0) return new Map();
  const rows = await transaction.$queryRaw<{ id: string; host: string | null }[]>`
    SELECT s.id, coalesce(m.stands_id, s.host_id) AS host FROM sources s LEFT JOIN merged_ids m ON m.id = s.host_id
    WHERE s.id = ANY (${anonymous.map(({ id }) => id)}::uuid[])`;
  return new Map(rows.map(({ id, host }) => [id, host]));
}

/** Every name of a source that a bundle refers to. */
function writtenNames({ report, sources, claims, attributions }: Bundle): string[] {
  const names = [
    report.outlet,
    ...sources.flatMap((source) => [source.host ?? [], ...organizationsOf(source).map(({ name }) => name)].flat()),
    ...claims.flatMap(({ about }) => about ?? []),
    ...attributions.flatMap(({ source, via, speakingFor }) => [source, ...(via ?? []), speakingFor ?? []].flat()),
  ];
  return [...new Set(names)];
}

/** The organizations that a source is part of or speaks for, with their places in it. */
export function organizationsOf(source: BundleSource): { name: string; pointer: string }[] {
  return (['partOf', 'speaksFor'] as const).flatMap((field) => {
    const written = source[field] ?? [];
    const listed = Array.isArray(written);
    return [written].flat().map((each, index) => {
      const pointer = listed ? `/${field}/${index}` : `/${field}`;
      return typeof each === 'string'
        ? { name: each, pointer }
        : { name: each.organization, pointer: `${pointer}/organization` };
    });
  });
}
