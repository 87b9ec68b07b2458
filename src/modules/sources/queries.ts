import type { Database } from '../../database/context.ts';
import { Prisma } from '../../database/generated/client.ts';
import type { Transaction } from '../../database/transaction.ts';
import { foldName, isUuid } from '../../domain/names.ts';
import { Problem } from '../../domain/problem.ts';
import type { SourceKind } from '../../domain/vocabulary.ts';
import type { Source, SourceQuery } from './schema.ts';

type Reader = Transaction | Database['prisma'];

/** A source as far as others need it to refer to it. */
export interface KnownSource {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly kind: SourceKind;
}

const REFERENCE = { select: { id: true, slug: true, name: true } };

/** What a source's answer needs besides its row. Affiliations come by the time from which they hold. */
const PARTS = {
  host: REFERENCE,
  aliases: { orderBy: { position: 'asc' } },
  affiliations: {
    where: { recordedUntil: null },
    orderBy: [{ validFrom: { sort: 'asc', nulls: 'first' } }, { id: 'asc' }],
    include: { organization: REFERENCE },
  },
} satisfies Prisma.SourceInclude;

type SourceRow = Prisma.SourceGetPayload<{ include: typeof PARTS }>;

/**
 * The source of an id or slug that is not deleted.
 *
 * @throws {Problem} `not-found`
 */
export async function findSource(prisma: Reader, reference: string): Promise<Source> {
  const row = await prisma.source.findFirst({
    where: { ...(isUuid(reference) ? { id: reference } : { slug: reference }), deletedAt: null },
    include: PARTS,
  });
  if (row === null) throw new Problem('not-found', `There is no source with the id or slug "${reference}".`);
  return sourceOf(row);
}

/** The source of an id as it stands now, a deleted one too. */
export async function readSource(transaction: Transaction, id: string): Promise<Source> {
  return sourceOf(await transaction.source.findUniqueOrThrow({ where: { id }, include: PARTS }));
}

/**
 * Sources, newest first; `after` is the id of the last one before. One more than `limit` tells whether there are more.
 *
 * @throws {Problem} `rule-broken` for a host that is not there
 */
export async function listSources(
  { prisma }: Database,
  query: SourceQuery,
  after: string | undefined,
): Promise<Source[]> {
  const { kind, country, host, name, limit } = query;
  const folded = name === undefined ? undefined : foldName(name);
  const where: Prisma.SourceWhereInput = {
    deletedAt: null,
    ...(kind === undefined ? {} : { kind }),
    ...(country === undefined ? {} : { country }),
    ...(host === undefined ? {} : { hostId: await hostIdOf(prisma, host) }),
    ...(folded === undefined ? {} : { OR: [{ nameFolded: folded }, { aliases: { some: { folded } } }] }),
    ...(after === undefined ? {} : { id: { lt: after } }),
  };
  const rows = await prisma.source.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1, include: PARTS });
  return rows.map(sourceOf);
}

async function hostIdOf(prisma: Reader, reference: string): Promise<string> {
  const host = (await resolveSources(prisma, [reference])).get(reference);
  if (host !== undefined) return host.id;
  const detail = `There is no source with the id or slug "${reference}".`;
  throw new Problem('rule-broken', detail, { errors: [{ parameter: 'host', detail }] });
}

/**
 * The sources that the references (UUIDs in lower case, or slugs) name, by their ids and by their slugs, in one query.
 * Unknown and deleted ones are absent.
 */
export async function resolveSources(prisma: Reader, references: readonly string[]): Promise<Map<string, KnownSource>> {
  const slugs = references.filter((reference) => !isUuid(reference));
  const rows = await prisma.$queryRaw<KnownSource[]>`
    SELECT id, slug, name, kind FROM sources
    WHERE (id = ANY (${references.filter(isUuid)}::uuid[]) OR slug = ANY (${slugs}::text[])) AND deleted_at IS NULL`;
  return new Map(rows.flatMap((row) => [[row.id, row] as const, [row.slug, row] as const]));
}

/**
 * The sources that have one of the names, as their own or as an alias, in one query: by folded name (`foldName`), the
 * oldest first where several share it. Names that nobody has are absent.
 */
export async function findSourcesByName(prisma: Reader, names: readonly string[]): Promise<Map<string, KnownSource[]>> {
  const folded = [...new Set(names.map(foldName))];
  const rows = await prisma.$queryRaw<(KnownSource & { folded: string })[]>`
    SELECT name_folded AS folded, id, slug, name, kind FROM sources
    WHERE name_folded = ANY (${folded}::text[]) AND deleted_at IS NULL
    UNION
    SELECT a.folded, s.id, s.slug, s.name, s.kind FROM source_aliases a JOIN sources s ON s.id = a.source_id
    WHERE a.folded = ANY (${folded}::text[]) AND s.deleted_at IS NULL
    ORDER BY id`;
  const found = new Map<string, KnownSource[]>();
  for (const { folded: key, ...source } of rows) found.set(key, [...(found.get(key) ?? []), source]);
  return found;
}

/** How many things of each kind still refer to a source; `sources` are the anonymous ones that it hosts. */
export async function countSourceReferences(transaction: Transaction, id: string): Promise<Record<string, number>> {
  const rows = await transaction.$queryRaw<Record<string, number>[]>(Prisma.sql`
    SELECT (SELECT count(*)::integer FROM reports WHERE outlet_id = ${id}::uuid AND deleted_at IS NULL) AS reports,
           (SELECT count(*)::integer FROM attributions
            WHERE source_id = ${id}::uuid OR speaking_for_id = ${id}::uuid) AS attributions,
           (SELECT count(*)::integer FROM affiliations
            WHERE organization_id = ${id}::uuid AND recorded_until IS NULL) AS affiliations,
           (SELECT count(*)::integer FROM claim_about
            WHERE source_id = ${id}::uuid AND recorded_until IS NULL) AS claims,
           (SELECT count(*)::integer FROM sources WHERE host_id = ${id}::uuid AND deleted_at IS NULL) AS sources`);
  return { ...rows[0] };
}

function sourceOf(row: SourceRow): Source {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    kind: row.kind as SourceKind,
    description: row.description,
    country: row.country,
    aliases: row.aliases.map(({ alias, language }) => ({ name: alias, language })),
    externalIds: row.externalIds as Record<string, string>,
    reliability: row.reliability as Source['reliability'],
    partOf: termsOf(row, 'part_of'),
    speaksFor: termsOf(row, 'speaks_for'),
    host: row.host,
    descriptor: row.descriptor,
    people: row.people,
    access: row.access,
    reason: row.reason,
    terms: row.terms as Source['terms'],
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    version: row.version,
  };
}

function termsOf({ affiliations }: SourceRow, wanted: 'part_of' | 'speaks_for'): Source['partOf'] {
  return affiliations
    .filter(({ kind }) => kind === wanted)
    .map(({ organization, role, from, to }) => ({ organization, role, from, to }));
}
