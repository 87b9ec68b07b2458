import type { Context } from '../../database/context.ts';
import type { Transaction } from '../../database/transaction.ts';
import { futureDates } from '../../domain/future.ts';
import type { Bundle } from '../../formats/bundle.ts';
import { planAttributions, writeAttributions } from './attributions.ts';
import { readClaimNames } from './claim-names.ts';
import { planClaims, writeClaims, writeTopics } from './claims.ts';
import { readNames } from './names.ts';
import { type BundleError, refuse } from './problems.ts';
import { planRelations, writeRelations } from './relations.ts';
import { writeReport } from './report.ts';
import type { BundleRow } from './rows.ts';
import { planSources, writeSources } from './sources.ts';
import { warned } from './warnings.ts';

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
  const claimNames = await readClaimNames(transaction, bundle, errors);
  const claims = planClaims(bundle, claimNames, names, errors);
  const outlet = names.source(bundle.report.outlet, '/report/outlet');
  const attributions = planAttributions(bundle, outlet, { sources: names, claims: claimNames }, errors);
  const relations = await planRelations(transaction, bundle, claimNames, errors);
  errors.push(...datesAhead(context, bundle));
  refuse(errors);

  const topicRows = await writeTopics(transaction, context, bundle);
  const sourceRows = await writeSources(transaction, context, sources);
  const publisher = { id: outlet?.id ?? '', namedId: outlet?.namedId ?? outlet?.id ?? '' };
  const report = await writeReport(transaction, context, bundle.report, publisher);
  const claimRows = await writeClaims(transaction, context, claims);
  const written = await writeAttributions(transaction, context, attributions, report);
  const attributionRows = warned(written, bundle.attributions, report.report);
  const relationRows = await writeRelations(transaction, context, relations);
  return [...topicRows, ...sourceRows, ...report.rows, ...claimRows, ...attributionRows, ...relationRows];
}

/** The dates of the future in a bundle. */
function datesAhead({ clock }: Context, { report, attributions }: Bundle): BundleError[] {
  return futureDates(clock(), [
    { pointer: '/report/published', date: report.published },
    ...attributions.map(({ said }, index) => ({ pointer: `/attributions/${index}/said`, date: said })),
  ]);
}
