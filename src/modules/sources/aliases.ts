import type { Transaction } from '../../database/transaction.ts';
import { foldName } from '../../domain/names.ts';
import type { Source, SourceInput } from './schema.ts';

/** The aliases that a document comes to: the first of those that fold to the same, and none that folds to the name. */
export function aliasesOf({ name, aliases }: Pick<SourceInput, 'name' | 'aliases'>): Source['aliases'] {
  const seen = new Set([foldName(name)]);
  return aliases
    .map((alias) => (typeof alias === 'string' ? { name: alias } : alias))
    .filter((alias) => {
      const folded = foldName(alias.name);
      return !seen.has(folded) && seen.add(folded);
    })
    .map(({ name: alias, language = null }) => ({ name: alias, language }));
}

/** Adds aliases to a source that has none, in their order. */
export async function addAliases(
  transaction: Transaction,
  sourceId: string,
  aliases: Source['aliases'],
): Promise<void> {
  if (aliases.length === 0) return;
  await transaction.sourceAlias.createMany({
    data: aliases.map(({ name, language }, position) => {
      return { sourceId, folded: foldName(name), alias: name, language, position };
    }),
  });
}

/** Puts these aliases in place of those that a source has. */
export async function replaceAliases(
  transaction: Transaction,
  sourceId: string,
  aliases: Source['aliases'],
): Promise<void> {
  await transaction.sourceAlias.deleteMany({ where: { sourceId } });
  await addAliases(transaction, sourceId, aliases);
}
