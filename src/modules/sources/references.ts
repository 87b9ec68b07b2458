import type { Transaction } from '../../database/transaction.ts';
import { MergedInto } from '../../domain/merged.ts';
import { type FieldError, Problem } from '../../domain/problem.ts';
import { type Affiliation, writtenAffiliations } from './affiliations.ts';
import { resolveSources } from './queries.ts';
import type { SourceInput } from './schema.ts';

/**
 * The host and the affiliations that a document names, in one query.
 *
 * @throws {Problem} `rule-broken` with the place of each that is not there, `MergedInto`
 */
export async function resolveReferences(
  transaction: Transaction,
  input: SourceInput,
): Promise<{ hostId: string | null; affiliations: Affiliation[] }> {
  const written = writtenAffiliations(input);
  const organizations = written.map(({ organization, organizationPointer: pointer }) => ({
    reference: organization,
    pointer,
  }));
  const host = input.host == null ? [] : [{ reference: input.host, pointer: '/host' }];
  const errors: FieldError[] = [];
  const ids = await standingSources(transaction, [...host, ...organizations], errors);
  if (errors.length > 0)
    throw new Problem('rule-broken', 'The source refers to something that is not there.', { errors });
  const affiliations = written.map(
    ({ organization: _organization, organizationPointer: _pointer, ...affiliation }, index) => {
      return { ...affiliation, organizationId: ids[host.length + index] ?? '' };
    },
  );
  return { hostId: host.length === 0 ? null : (ids[0] ?? null), affiliations };
}

/**
 * The ids of the sources that a document names, in its order, in one query; what is not there goes to `errors`.
 *
 * @throws {MergedInto} for one that is merged
 */
export async function standingSources(
  transaction: Transaction,
  named: readonly { readonly reference: string; readonly pointer: string }[],
  errors: FieldError[],
): Promise<string[]> {
  if (named.length === 0) return [];
  const known = await resolveSources(
    transaction,
    named.map(({ reference }) => reference),
  );
  return named.flatMap(({ reference, pointer }) => {
    const source = known.get(reference);
    if (source === undefined) {
      errors.push({ pointer, detail: `There is no source with the id or slug "${reference}".` });
      return [];
    }
    if (source.id !== source.stands.id) throw new MergedInto('source', source.stands, { reference, pointer });
    return [source.id];
  });
}
