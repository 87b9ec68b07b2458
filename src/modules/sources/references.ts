import type { Transaction } from '../../database/transaction.ts';
import { type FieldError, Problem } from '../../domain/problem.ts';
import { type Affiliation, writtenAffiliations } from './affiliations.ts';
import { resolveSources } from './queries.ts';
import type { SourceInput } from './schema.ts';

/**
 * The host and the affiliations that a document names, in one query.
 *
 * @throws {Problem} `rule-broken` with the place of each that is not there
 */
export async function resolveReferences(
  transaction: Transaction,
  input: SourceInput,
): Promise<{ hostId: string | null; affiliations: Affiliation[] }> {
  const written = writtenAffiliations(input);
  const references = [...(input.host == null ? [] : [input.host]), ...written.map(({ organization }) => organization)];
  if (references.length === 0) return { hostId: null, affiliations: [] };

  const known = await resolveSources(transaction, references);
  const errors: FieldError[] = [];
  const idOf = (reference: string, pointer: string): string => {
    const id = known.get(reference)?.id;
    if (id === undefined) errors.push({ pointer, detail: `There is no source with the id or slug "${reference}".` });
    return id ?? '';
  };
  const hostId = input.host == null ? null : idOf(input.host, '/host');
  const affiliations = written.map(({ organization, organizationPointer, ...affiliation }) => {
    return { ...affiliation, organizationId: idOf(organization, organizationPointer) };
  });
  if (errors.length === 0) return { hostId, affiliations };
  throw new Problem('rule-broken', 'The source refers to something that is not there.', { errors });
}
