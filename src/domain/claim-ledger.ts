import { type Affiliation, type Attribution, isPast, type Report, type Source } from './attribution.ts';
import { liveness } from './chain.ts';
import { timeOf } from './position.ts';

/** All attributions of one claim, and what they refer to. */
export interface ClaimLedger {
  readonly attributions: readonly Attribution[];
  readonly reports: readonly Report[];
  readonly sources: readonly Source[];
  readonly affiliations: readonly Affiliation[];
}

/**
 * The attributions that count: live ones, and with `asOf` of these only those that had been said by then. What holds an
 * unseen report up may be of any date.
 */
export function countedAttributions(ledger: ClaimLedger, asOf: number | null): Attribution[] {
  const liveIds = liveness(ledger.attributions, ledger.reports, asOf);
  const said = asOf === null ? ledger.attributions : saidBy(ledger, asOf);
  return said.filter(({ id }) => liveIds.has(id));
}

/** The attributions that had been said by an instant, live or not: the whole range of their time is past. */
export function saidBy({ attributions, reports }: ClaimLedger, asOf: number): Attribution[] {
  const reportOf = new Map(reports.map((report) => [report.id, report]));
  return attributions.filter((each) => isPast(timeOf(each, given(reportOf, each.reportId)), asOf));
}

/** The thing of an id, of those that a ledger holds. Throws where it does not hold it. */
export function given<T>(things: ReadonlyMap<string, T>, id: string): T {
  const thing = things.get(id);
  if (thing === undefined) throw new Error(`the ledger of the claim does not hold ${id}`);
  return thing;
}
