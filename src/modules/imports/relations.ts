import type { Context } from '../../database/context.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Bundle } from '../../formats/bundle.ts';
import { keepRelations } from '../relations/commands.ts';
import { findTakenIds, relationKey } from '../relations/queries.ts';
import type { ClaimsPlan } from './claims.ts';
import type { BundleError } from './problems.ts';
import { type BundleRow, changeRow, rowOf } from './rows.ts';

/** What is wrong with the relations of a bundle: one of a claim to itself, one that is given twice, an id of something else. */
export async function checkRelations(
  transaction: Transaction,
  { relations }: Bundle,
  { known }: ClaimsPlan,
): Promise<BundleError[]> {
  const nameOf = (claim: string) => known.get(claim)?.slug ?? claim;
  const standing = (claim: string) => known.get(claim)?.stands.id ?? claim;
  const given = relations.flatMap(({ id }) => id ?? []);
  const taken = await findTakenIds(transaction, given);
  const keys = new Set<string>();
  const ids = new Set<string>();
  return relations.flatMap(({ id, from, type, to }, index): BundleError[] => {
    const pointer = `/relations/${index}`;
    if (nameOf(from) === nameOf(to)) return [{ pointer, detail: 'A claim has no relation to itself.' }];
    const errors: BundleError[] = [];
    const key = relationKey(nameOf(from), type, nameOf(to));
    if (keys.has(key)) errors.push({ pointer, detail: 'This relation is given twice.' });
    keys.add(key);
    if (id === undefined) return errors;
    if (ids.has(id)) errors.push({ pointer: `${pointer}/id`, detail: 'Is given twice.' });
    ids.add(id);
    const there = taken.get(id);
    if (there !== undefined && there !== relationKey(standing(from), type, standing(to)))
      errors.push({ pointer: `${pointer}/id`, detail: 'Something else has this id already.' });
    return errors;
  });
}

/** Relates the claims of a bundle as it says; what relates a claim to one that it is merged with is passed over. */
export async function writeRelations(
  transaction: Transaction,
  context: Context,
  { relations }: Bundle,
  { known }: ClaimsPlan,
): Promise<BundleRow[]> {
  const wanted = relations.flatMap(({ id, from: fromName, type, to: toName, status }, index) => {
    const [from, to] = [known.get(fromName), known.get(toName)];
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
