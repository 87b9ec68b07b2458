import type { Context } from '../../database/context.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Bundle } from '../../formats/bundle.ts';
import { keepRelations } from '../claims/relations.ts';
import { planAttributions, writeAttributions } from './attributions.ts';
import { type ClaimsPlan, planClaims, writeClaims, writeTopics } from './claims.ts';
import { readNames } from './names.ts';
import { type BundleError, refuse } from './problems.ts';
import { writeReport } from './report.ts';
import { type BundleRow, rowOf } from './rows.ts';
import { planSources, writeSources } from './sources.ts';

/**
 * Takes a bundle into the ledger, in the transaction of the caller (DESIGN §5). Everything that can be found wrong is found
 * before anything is written.
 *
 * @returns a row for every thing in the bundle
 * @throws {Problem} `rule-broken` with a pointer into the bundle for each place that is wrong
 */
export async function takeIn(transaction: Transaction, context: Context, bundle: Bundle): Promise<BundleRow[]> {
  const errors: BundleError[] = [];
  const names = await readNames(transaction, bundle, errors);
  const sources = planSources(bundle, names, errors);
  const claims = await planClaims(transaction, bundle, names, errors);
  const outlet = names.source(bundle.report.outlet, '/report/outlet');
  const attributions = planAttributions(bundle, outlet, names, errors);
  errors.push(...wrongRelations(bundle, claims));
  refuse(errors);

  const topicRows = await writeTopics(transaction, context, bundle);
  const sourceRows = await writeSources(transaction, context, sources);
  const publisher = { id: outlet?.id ?? '', namedId: outlet?.namedId ?? outlet?.id ?? '' };
  const report = await writeReport(transaction, context, bundle.report, publisher);
  const claimRows = await writeClaims(transaction, context, bundle.claims, claims);
  const attributionRows = await writeAttributions(transaction, context, attributions, claims, report);
  const relationRows = await writeRelations(transaction, context, bundle, claims);
  return [...topicRows, ...sourceRows, ...report.rows, ...claimRows, ...attributionRows, ...relationRows];
}

function wrongRelations({ relations }: Bundle, { known }: ClaimsPlan): BundleError[] {
  const nameOf = (claim: string) => known.get(claim)?.slug ?? claim;
  const seen = new Set<string>();
  return relations.flatMap(({ from, type, to }, index): BundleError[] => {
    const key = `${nameOf(from)} ${type} ${nameOf(to)}`;
    const pointer = `/relations/${index}`;
    if (nameOf(from) === nameOf(to)) return [{ pointer, detail: 'A claim has no relation to itself.' }];
    if (seen.has(key)) return [{ pointer, detail: 'This relation is given twice.' }];
    seen.add(key);
    return [];
  });
}

async function writeRelations(
  transaction: Transaction,
  context: Context,
  { relations }: Bundle,
  { known }: ClaimsPlan,
): Promise<BundleRow[]> {
  const wanted = relations.flatMap(({ from: fromName, type, to: toName, status }, index) => {
    const [from, to] = [known.get(fromName), known.get(toName)];
    if (from === undefined || to === undefined || from.stands.id === to.stands.id) return [];
    return [{ index, from, type, to, status }];
  });
  const kept = await keepRelations(transaction, context, wanted);
  const keptAt = new Map(kept.map((each, place) => [wanted[place]?.index, each]));
  return relations.map((_relation, index): BundleRow => {
    const { outcome, ...row } = keptAt.get(index) ?? { outcome: 'unchanged', id: null };
    const detail = row.id === null ? 'The two claims are merged into one.' : null;
    return rowOf(`/relations/${index}`, 'relation', outcome, row, detail);
  });
}
