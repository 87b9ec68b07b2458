import type { Context } from '../../database/context.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Bundle, BundleRelation } from '../../formats/bundle.ts';
import { keepRelations } from '../relations/commands.ts';
import { findTakenIds, relationKey } from '../relations/queries.ts';
import type { ClaimNames, ClaimTarget } from './claim-names.ts';
import type { BundleError } from './problems.ts';
import { type BundleRow, changeRow, rowOf } from './rows.ts';

/** A relation of the bundle with its claims looked up. */
interface GivenRelation {
  readonly given: BundleRelation;
  readonly from: ClaimTarget | undefined;
  readonly to: ClaimTarget | undefined;
}

/** Looks up the relations of a bundle; one of a claim to itself, one that is given twice and an id of something else are errors. */
export async function planRelations(
  transaction: Transaction,
  { relations }: Bundle,
  claims: ClaimNames,
  errors: BundleError[],
): Promise<GivenRelation[]> {
  const taken = await findTakenIds(
    transaction,
    relations.flatMap(({ id }) => id ?? []),
  );
  const standing = ({ known, key }: ClaimTarget) => known?.stands.id ?? key;
  const keys = new Set<string>();
  const ids = new Set<string>();
  return relations.map((given, index): GivenRelation => {
    const { id, type } = given;
    const pointer = `/relations/${index}`;
    const from = claims.claim(given.from, `${pointer}/from`);
    const to = claims.claim(given.to, `${pointer}/to`);
    if (given.from === given.to || (from !== undefined && from === to))
      errors.push({ pointer, detail: 'A claim has no relation to itself.' });
    if (id !== undefined && ids.has(id)) errors.push({ pointer: `${pointer}/id`, detail: 'Is given twice.' });
    if (id !== undefined) ids.add(id);
    if (from === undefined || to === undefined) return { given, from, to };
    const key = relationKey(from.key, type, to.key);
    if (keys.has(key)) errors.push({ pointer, detail: 'This relation is given twice.' });
    keys.add(key);
    const there = id === undefined ? undefined : taken.get(id);
    if (there !== undefined && there !== relationKey(standing(from), type, standing(to)))
      errors.push({ pointer: `${pointer}/id`, detail: 'Something else has this id already.' });
    return { given, from, to };
  });
}

/** Relates the claims of a bundle as it says; what relates a claim to one that it is merged with is passed over. */
export async function writeRelations(
  transaction: Transaction,
  context: Context,
  relations: readonly GivenRelation[],
): Promise<BundleRow[]> {
  const wanted = relations.flatMap((relation, index) => {
    const { id, type, status } = relation.given;
    const [from, to] = [relation.from?.known, relation.to?.known];
    if (from === undefined || to === undefined || from.stands.id === to.stands.id) return [];
    return [{ index, id, from, type, to, status }];
  });
  const kept = await keepRelations(transaction, context, wanted);
  const keptAt = new Map(kept.map((each, place) => [wanted[place]?.index, each]));
  return relations.map((_relation, index): BundleRow => {
    const pointer = `/relations/${index}`;
    const kept = keptAt.get(index);
    if (kept === undefined)
      return rowOf(pointer, 'relation', 'unchanged', { id: null }, 'The two claims are merged into one.');
    const { id, outcome, detail, change } = kept;
    return outcome === 'updated'
      ? changeRow(pointer, 'relation', { before: change?.before, after: change?.after ?? { id } }, detail)
      : rowOf(pointer, 'relation', outcome, { id }, detail);
  });
}
