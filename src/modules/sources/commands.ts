import type { Answer } from '../../database/answer.ts';
import type { Context } from '../../database/context.ts';
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
import { foldName } from '../../domain/names.ts';
import {
  type Affiliation,
  affiliationKey,
  closeAffiliations,
  keepAffiliations,
  standingAffiliations,
} from './affiliations.ts';
import { addAliases, aliasesOf, replaceAliases } from './aliases.ts';
import { countSourceReferences, findSource, readSource } from './queries.ts';
import { resolveReferences } from './references.ts';
import type { Source, SourceInput } from './schema.ts';

/**
 * Creates a source. A given slug that is taken is a `conflict`; one made from the name is made free by a number.
 *
 * @throws {Problem} `conflict`, `rule-broken` for an unknown organization or host, and for every rule of DESIGN §2 on sources
 */
export function createSource(context: Context, input: SourceInput): Promise<Answer> {
  return write(context, async (transaction) => {
    const source = await insertSource(transaction, context, input);
    return answerCreated(transaction, context, {
      path: `/v1/sources/${source.id}`,
      version: source.version,
      derivedText: JSON.stringify(source),
    });
  });
}

/** Inserts a source with its aliases, affiliations and change entry, in the transaction of the caller. */
export async function insertSource(transaction: Transaction, context: Context, input: SourceInput): Promise<Source> {
  const id = context.newId();
  const { hostId, affiliations } = await resolveReferences(transaction, input);
  const slug = input.slug ?? (await freeSlug(transaction, 'sources', input.name));
  await transaction.source.create({ data: { id, slug, hostId, ...columnsOf(input) }, select: { id: true } });
  await addAliases(transaction, id, aliasesOf(input));
  await keepAffiliations(transaction, context, id, { standing: [], wanted: affiliations });
  const source = await readSource(transaction, id);
  await record(transaction, context, { action: 'created', type: 'source', before: null, after: source });
  return source;
}

/**
 * Changes a source: `change` makes the new document from the one that stands. One that changes nothing writes nothing.
 *
 * @throws {Problem} `not-found`, `stale`, `conflict`, `rule-broken`
 */
export function updateSource(
  context: Context,
  reference: string,
  expected: ExpectedVersions,
  change: (current: SourceInput) => SourceInput,
): Promise<Source> {
  return write(context, async (transaction) => {
    const source = await findSource(transaction, reference);
    checkVersion(expected, source.version);
    return (await changeSource(transaction, context, source, change(sourceInputOf(source)), expected)).source;
  });
}

/** Brings a source to a new document, in the transaction of the caller; writes nothing where nothing differs. */
export async function changeSource(
  transaction: Transaction,
  context: Context,
  source: Source,
  after: SourceInput,
  expected: ExpectedVersions = { any: true },
): Promise<{ source: Source; changed: boolean }> {
  const { slug = source.slug } = after;
  const { hostId, affiliations } = await resolveReferences(transaction, after);
  const before = sourceInputOf(source);
  const standing = { slug: source.slug, ...columnsOf(before) };
  // The host of a document is the one that stands: a host that is merged into it stays as it was recorded.
  const wanted = { slug, ...(hostId === (source.host?.id ?? null) ? {} : { hostId }), ...columnsOf(after) };
  const aliases = aliasesOf(after);
  const renamed = !isUnchanged(source.aliases, aliases);
  const kept = standingAffiliations(source);
  const same = isUnchanged(standing, wanted) && !renamed && isUnchanged(keysOf(kept), keysOf(affiliations));
  if (same) return { source, changed: false };

  const rows = await transaction.source.updateManyAndReturn({
    where: { id: source.id, ...versionIn(expected) },
    data: wanted,
    select: { id: true },
  });
  updatedRow(rows, source.version);
  if (renamed) await replaceAliases(transaction, source.id, aliases);
  await keepAffiliations(transaction, context, source.id, { standing: kept, wanted: affiliations });
  const changed = await readSource(transaction, source.id);
  await record(transaction, context, { action: 'updated', type: 'source', before: source, after: changed });
  return { source: changed, changed: true };
}

/**
 * Deletes a source that nothing refers to: leaves a tombstone, closes its affiliations and frees its slug.
 *
 * @throws {Problem} `not-found`, `stale`, `still-referred-to` with counts
 */
export function deleteSource(context: Context, reference: string, expected: ExpectedVersions): Promise<void> {
  return write(context, async (transaction) => {
    const source = await findSource(transaction, reference);
    checkVersion(expected, source.version);
    checkUnreferenced(await countSourceReferences(transaction, source.id));
    await closeAffiliations(transaction, source.id);
    const rows = await transaction.source.updateManyAndReturn({
      where: { id: source.id, ...versionIn(expected) },
      data: { deletedAt: context.clock() },
      select: { id: true },
    });
    updatedRow(rows, source.version);
    const after = await readSource(transaction, source.id);
    await record(transaction, context, { action: 'deleted', type: 'source', before: source, after });
  });
}

/** The document that a person would have written for the source as it stands. */
export function sourceInputOf(source: Source): SourceInput {
  const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, version: _version, ...written } = source;
  const inputOf = (terms: Source['partOf']) =>
    terms.map(({ organization, ...term }) => ({ organization: organization.slug, ...term }));
  return {
    ...written,
    partOf: inputOf(source.partOf),
    speaksFor: inputOf(source.speaksFor),
    host: source.host?.slug ?? null,
  };
}

/** Affiliations are a set: neither their order counts nor that one is written twice. */
function keysOf(affiliations: readonly Affiliation[]): Set<string> {
  return new Set(affiliations.map(affiliationKey));
}

/** The columns that a document comes to, but for its slug and its host. */
function columnsOf(input: SourceInput) {
  const { name, kind, externalIds, description = null, country = null, reliability = null } = input;
  const { descriptor = null, people = null, access = null, reason = null, terms = null } = input;
  return {
    ...{ name, nameFolded: foldName(name), kind, description, country, reliability, externalIds },
    ...{ descriptor, people, access, reason, terms },
  };
}
