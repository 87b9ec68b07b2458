import type { Context } from '../../database/context.ts';
import { brokenRule } from '../../database/rules.ts';
import type { Transaction } from '../../database/transaction.ts';
import { affiliationRange } from '../../domain/edtf.ts';
import { Problem } from '../../domain/problem.ts';
import type { Source, SourceInput } from './schema.ts';

const KINDS = { partOf: 'part_of', speaksFor: 'speaks_for' } as const;
const FIELDS = ['partOf', 'speaksFor'] as const;
type Field = (typeof FIELDS)[number];

/** One dated `partOf` or `speaksFor`; `from` and `to` are EDTF as written. */
export interface Affiliation {
  readonly field: Field;
  readonly organizationId: string;
  readonly role: string | null;
  readonly from: string | null;
  readonly to: string | null;
  /** Where the caller wrote it (RFC 6901). */
  readonly pointer: string;
}

/** An affiliation that is written, before its organization is looked up. */
export interface WrittenAffiliation extends Omit<Affiliation, 'organizationId'> {
  readonly organization: string;
  /** Where the caller wrote the organization. */
  readonly organizationPointer: string;
}

/** The affiliations of a document, in whichever of its forms each was written (DESIGN §5). */
export function writtenAffiliations(input: Pick<SourceInput, Field>): WrittenAffiliation[] {
  return FIELDS.flatMap((field) => {
    const written = input[field];
    if (!Array.isArray(written)) return [writtenAffiliation(written, field, `/${field}`)];
    return written.map((each, index) => writtenAffiliation(each, field, `/${field}/${index}`));
  });
}

type WrittenTerm = Exclude<SourceInput[Field], unknown[]>;

function writtenAffiliation(term: WrittenTerm, field: Field, pointer: string): WrittenAffiliation {
  const bare = typeof term === 'string';
  const { organization, role = null, from = null, to = null } = bare ? { organization: term } : term;
  return {
    field,
    organization,
    role,
    from,
    to,
    pointer,
    organizationPointer: bare ? pointer : `${pointer}/organization`,
  };
}

/** The affiliations of a source as it stands. */
export function standingAffiliations(source: Pick<Source, Field>): Affiliation[] {
  return FIELDS.flatMap((field) =>
    source[field].map(({ organization, role, from, to }, index) => {
      return { field, organizationId: organization.id, role, from, to, pointer: `/${field}/${index}` };
    }),
  );
}

/** What makes two affiliations of a source the same. */
export function affiliationKey({ field, organizationId, role, from, to }: Omit<Affiliation, 'pointer'>): string {
  return JSON.stringify([field, organizationId, role, from, to]);
}

/**
 * Brings the affiliations of a source from those that stand to those wanted: what is gone is closed on the recorded clock,
 * what is new is inserted, what is the same stays as it is (DESIGN §2: never overwritten).
 *
 * @throws {Problem} `rule-broken` at the affiliation that overlaps another, makes a circle or leads to the source itself
 */
export async function keepAffiliations(
  transaction: Transaction,
  context: Context,
  sourceId: string,
  { standing, wanted }: { standing: readonly Affiliation[]; wanted: readonly Affiliation[] },
): Promise<void> {
  const current = new Set(standing.map(affiliationKey));
  const next = new Map(wanted.map((each) => [affiliationKey(each), each]));
  if ([...current].some((key) => !next.has(key))) await closeAffiliations(transaction, sourceId, new Set(next.keys()));
  const added = [...next].filter(([key]) => !current.has(key)).map(([, affiliation]) => affiliation);
  for (const field of FIELDS) {
    await openAffiliations(
      transaction,
      context,
      sourceId,
      added.filter((each) => each.field === field),
    );
  }
}

/** Closes the current affiliations of a source, but for those to keep, which name the organizations that stand. */
export async function closeAffiliations(
  transaction: Transaction,
  sourceId: string,
  kept: ReadonlySet<string> = new Set(),
): Promise<void> {
  const rows = await transaction.$queryRaw<(Omit<Affiliation, 'field' | 'pointer'> & { id: string; kind: string })[]>`
    SELECT f.id, f.kind, coalesce(m.stands_id, f.organization_id) AS "organizationId", f.role, f."from", f."to"
    FROM affiliations f LEFT JOIN merged_ids m ON m.id = f.organization_id
    WHERE f.source_id = ${sourceId}::uuid AND f.recorded_until IS NULL`;
  const gone = rows.filter((row) => !kept.has(affiliationKey({ ...row, field: fieldOf(row.kind) })));
  if (gone.length === 0) return;
  await transaction.$executeRaw`
    UPDATE affiliations SET recorded_until = ledger_now() WHERE id = ANY (${gone.map(({ id }) => id)}::uuid[])`;
}

function fieldOf(kind: string): Field {
  return kind === KINDS.partOf ? 'partOf' : 'speaksFor';
}

/** Inserts affiliations of one field in one statement. */
async function openAffiliations(
  transaction: Transaction,
  context: Context,
  sourceId: string,
  affiliations: readonly Affiliation[],
): Promise<void> {
  const [first] = affiliations;
  if (first === undefined) return;
  try {
    await transaction.affiliation.createMany({
      data: affiliations.map(({ field, organizationId, role, from, to }) => {
        const range = affiliationRange(from ?? undefined, to ?? undefined);
        const valid = { validFrom: range.from, validUntil: range.until };
        return { id: context.newId(), sourceId, kind: KINDS[field], organizationId, role, from, to, ...valid };
      }),
    });
  } catch (error) {
    throw broken(error, affiliations.length === 1 ? first.pointer : `/${first.field}`) ?? error;
  }
}

/** The broken rule with its place, which the database cannot know. Not caused by `error`, or the rule would be read from that again. */
function broken(error: unknown, pointer: string): Problem | undefined {
  const problem = brokenRule(error);
  return problem && new Problem(problem.type, problem.message, { errors: [{ pointer, detail: problem.message }] });
}
