import type { Context } from '../../database/context.ts';
import type { Transaction } from '../../database/transaction.ts';
import { mergePatch } from '../../domain/merge-patch.ts';
import type { Bundle, BundleSource } from '../../formats/bundle.ts';
import { changeSource, insertSource, sourceInputOf } from '../sources/commands.ts';
import { findSource } from '../sources/queries.ts';
import { sourceInput } from '../sources/schema.ts';
import { type Names, organizationsOf, type Target } from './names.ts';
import { at, type BundleError, checked } from './problems.ts';
import { type BundleRow, changeRow, mergedRow, rowOf } from './rows.ts';

/** A source of the bundle, with what it refers to. */
interface GivenSource {
  readonly index: number;
  readonly target: Target;
  readonly source: BundleSource;
  readonly host: Target | undefined;
  /** One for each entry of `organizationsOf`. */
  readonly organizations: readonly (Target | undefined)[];
}

/** The sources of a bundle in an order in which each comes after those that it refers to; circles are errors. */
export function planSources(bundle: Bundle, names: Names, errors: BundleError[]): GivenSource[] {
  const all = bundle.sources.map((source, index): GivenSource => {
    const pointer = `/sources/${index}`;
    const host = source.host == null ? undefined : names.source(source.host, `${pointer}/host`);
    const organizations = organizationsOf(source).map((each) => names.source(each.name, `${pointer}${each.pointer}`));
    return { index, target: names.given[index] as Target, source, host, organizations };
  });

  const ordered: GivenSource[] = [];
  const state = new Map<GivenSource, 'open' | 'done'>();
  // Depth first, without recursion: a line of sources may be long.
  for (const start of all) {
    const stack = [start];
    for (let given = stack.at(-1); given !== undefined; given = stack.at(-1)) {
      const waiting = dependenciesOf(given, all).filter((each) => state.get(each) !== 'done');
      const circle = waiting.find((each) => state.get(each) === 'open');
      if (state.get(given) === 'done') {
        stack.pop();
      } else if (circle !== undefined || waiting.length === 0) {
        if (circle !== undefined) errors.push(circleAt(given, circle));
        state.set(given, 'done');
        ordered.push(given);
        stack.pop();
      } else {
        state.set(given, 'open');
        stack.push(...waiting);
      }
    }
  }
  return ordered;
}

function dependenciesOf({ host, organizations }: GivenSource, all: readonly GivenSource[]): GivenSource[] {
  return [host, ...organizations].flatMap((target) => target?.given.flatMap((index) => all[index] ?? []) ?? []);
}

function circleAt({ index }: GivenSource, { target }: GivenSource): BundleError {
  const detail = `\`partOf\`, \`speaksFor\` and \`host\` make a circle here: it leads from ${target.label} back to itself.`;
  return { pointer: `/sources/${index}`, detail };
}

/** Creates the sources that are new, and brings the others to what the bundle gives of them. */
export async function writeSources(
  transaction: Transaction,
  context: Context,
  sources: readonly GivenSource[],
): Promise<BundleRow[]> {
  const rows: BundleRow[] = [];
  for (const given of sources) {
    rows.push(await at(`/sources/${given.index}`, () => writeSource(transaction, context, given)));
  }
  return rows;
}

async function writeSource(transaction: Transaction, context: Context, given: GivenSource): Promise<BundleRow> {
  const { index, target } = given;
  const pointer = `/sources/${index}`;
  if (target.mergedInto !== null) return mergedRow(pointer, 'source', { id: target.id, slug: target.mergedInto });
  const document = documentOf(given);
  if (target.id === null) {
    const source = await insertSource(transaction, context, checked(sourceInput, mergePatch({}, document)));
    target.id = source.id;
    target.kind = source.kind;
    return rowOf(pointer, 'source', 'created', source);
  }
  const current = await findSource(transaction, target.id);
  const after = checked(sourceInput, mergePatch(sourceInputOf(current), document));
  const { source } = await changeSource(transaction, context, current, after);
  return changeRow(pointer, 'source', { before: current, after: source });
}

/** What the bundle gives of a source, with ids in place of names: those it refers to are there by now. */
function documentOf({ source, host, organizations }: GivenSource): object {
  const ids = organizations.map((target) => target?.id);
  const withId = (written: string | { organization: string }) => {
    const id = ids.shift();
    return typeof written === 'string' ? id : { ...written, organization: id };
  };
  const document: Record<string, unknown> = { ...source };
  for (const field of ['partOf', 'speaksFor'] as const) {
    const written = source[field];
    if (written != null) document[field] = Array.isArray(written) ? written.map(withId) : withId(written);
  }
  if (host !== undefined) document.host = host.id;
  return document;
}
