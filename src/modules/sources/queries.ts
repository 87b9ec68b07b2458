import type { Database } from '../../database/context.ts';
import { Prisma } from '../../database/generated/client.ts';
import { checkStanding, isStanding } from '../../database/merges.ts';
import type { Transaction } from '../../database/transaction.ts';
import { foldName, isUuid } from '../../domain/names.ts';
import { Problem } from '../../domain/problem.ts';
import type { SourceKind } from '../../domain/vocabulary.ts';
import { SOURCE_FROM, SOURCE_JSON } from './json.ts';
import type { Source, SourceQuery } from './schema.ts';

type Reader = Transaction | Database['prisma'];

/** A source as far as others need it to refer to it; `stands` is what stands for it, as a rule itself. */
export interface KnownSource {
  readonly id: string;
  readonly slug: string;
  readonly kind: SourceKind;
  readonly stands: { readonly id: string; readonly slug: string; readonly kind: SourceKind };
}

/** The columns of a KnownSource, of `KNOWN_FROM`. */
const KNOWN = Prisma.sql`s.id, s.slug, s.kind, json_build_object('id', stands.id, 'slug', stands.slug, 'kind', stands.kind) AS stands`;
const KNOWN_FROM = Prisma.sql`
  sources s LEFT JOIN merged_ids m ON m.id = s.id JOIN sources stands ON stands.id = coalesce(m.stands_id, s.id)`;

const STANDS = Prisma.sql`s.deleted_at IS NULL AND ${Prisma.raw(isStanding('s.id'))}`;

/**
 * The source of an id or slug that is neither deleted nor merged.
 *
 * @throws {Problem} `not-found`, `MergedInto`
 */
export async function findSource(prisma: Reader, reference: string): Promise<Source> {
  const named = isUuid(reference) ? Prisma.sql`s.id = ${reference}::uuid` : Prisma.sql`s.slug = ${reference}`;
  const [source] = await readSources(prisma, Prisma.sql`WHERE ${named} AND ${STANDS}`);
  if (source !== undefined) return source;
  await checkStanding(prisma, 'sources', [{ reference }]);
  throw new Problem('not-found', `There is no source with the id or slug "${reference}".`);
}

/** The source of an id that is there, be it deleted, merged or neither. */
export async function readSource(transaction: Transaction, id: string): Promise<Source> {
  const [source] = await readSources(transaction, Prisma.sql`WHERE s.id = ${id}::uuid`);
  if (source === undefined) throw new Error(`the source ${id} is gone`);
  return source;
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
  const conditions = [STANDS];
  if (kind !== undefined) conditions.push(Prisma.sql`s.kind = ${kind}`);
  if (country !== undefined) conditions.push(Prisma.sql`s.country = ${country}`);
  if (host !== undefined) {
    const hostId = await hostIdOf(prisma, host);
    conditions.push(
      Prisma.sql`s.host_id = ANY (ARRAY[${hostId}::uuid] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = ${hostId}::uuid))`,
    );
  }
  if (name !== undefined) conditions.push(hasName(foldName(name)));
  if (after !== undefined) conditions.push(Prisma.sql`s.id < ${after}::uuid`);
  return readSources(
    prisma,
    Prisma.sql`WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY s.id DESC LIMIT ${limit + 1}`,
  );
}

/** What has the name, or stands for what has it. */
function hasName(folded: string): Prisma.Sql {
  return Prisma.sql`s.id IN (
    SELECT coalesce(m.stands_id, named.id)
    FROM (SELECT id FROM sources WHERE name_folded = ${folded}
      UNION ALL SELECT source_id FROM source_aliases WHERE folded = ${folded}) named
    LEFT JOIN merged_ids m ON m.id = named.id)`;
}

/** The sources `s` that `rest` of the statement selects, in one query. */
async function readSources(prisma: Reader, rest: Prisma.Sql): Promise<Source[]> {
  const rows = await prisma.$queryRaw<{ source: Source }[]>(
    Prisma.sql`SELECT ${SOURCE_JSON} AS source FROM ${SOURCE_FROM} ${rest}`,
  );
  return rows.map(({ source }) => source);
}

async function hostIdOf(prisma: Reader, reference: string): Promise<string> {
  const host = (await resolveSources(prisma, [reference])).get(reference);
  if (host !== undefined) return host.stands.id;
  const detail = `There is no source with the id or slug "${reference}".`;
  throw new Problem('rule-broken', detail, { errors: [{ parameter: 'host', detail }] });
}

/**
 * The sources that the references (UUIDs in lower case, or slugs) name, merged or not, by their ids and by their slugs, in one
 * query. Unknown and deleted ones are absent.
 */
export async function resolveSources(prisma: Reader, references: readonly string[]): Promise<Map<string, KnownSource>> {
  const slugs = references.filter((reference) => !isUuid(reference));
  const rows = await prisma.$queryRaw<KnownSource[]>`
    SELECT ${KNOWN} FROM ${KNOWN_FROM}
    WHERE (s.id = ANY (${references.filter(isUuid)}::uuid[]) OR s.slug = ANY (${slugs}::text[])) AND s.deleted_at IS NULL`;
  return new Map(rows.flatMap((row) => [[row.id, row] as const, [row.slug, row] as const]));
}

/**
 * The sources, merged or not, that have one of the names, as their own or as an alias, in one query: by folded name (`foldName`), the
 * oldest first where several share it. Names that nobody has are absent.
 */
export async function findSourcesByName(prisma: Reader, names: readonly string[]): Promise<Map<string, KnownSource[]>> {
  const folded = [...new Set(names.map(foldName))];
  const rows = await prisma.$queryRaw<(KnownSource & { folded: string })[]>`
    SELECT named.folded, ${KNOWN}
    FROM (
      SELECT name_folded AS folded, id FROM sources WHERE name_folded = ANY (${folded}::text[])
      UNION
      SELECT folded, source_id FROM source_aliases WHERE folded = ANY (${folded}::text[])
    ) named JOIN (${KNOWN_FROM}) ON s.id = named.id
    WHERE s.deleted_at IS NULL
    ORDER BY s.id`;
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
           (SELECT count(*)::integer FROM assessments WHERE reviewer_id = ${id}::uuid AND deleted_at IS NULL) AS assessments,
           (SELECT count(*)::integer FROM rating_schemes WHERE reviewer_id = ${id}::uuid AND deleted_at IS NULL)
             AS "ratingSchemes",
           (SELECT count(*)::integer FROM sources WHERE host_id = ${id}::uuid AND deleted_at IS NULL) AS sources,
           (SELECT count(*)::integer FROM reply_requests WHERE source_id = ${id}::uuid AND deleted_at IS NULL) AS "replyRequests",
           (SELECT count(*)::integer FROM merges WHERE into_id = ${id}::uuid AND recorded_until IS NULL) AS merged`);
  return { ...rows[0] };
}
