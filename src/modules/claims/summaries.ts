import type { Database } from '../../database/context.ts';
import { type ClaimLedgerAt, readLedgers } from '../../database/ledger.ts';
import type { SettledClocks } from '../../database/settled.ts';
import { clockTime } from '../../domain/clocks.ts';
import { type Bearer, bearerOf } from '../../domain/flags.ts';
import { type ClaimSummary, summarize } from '../../domain/summary.ts';

/** A claim by the clocks: what was recorded of it, and what the rules make of that. */
export interface SummarizedClaim {
  readonly ledger: ClaimLedgerAt;
  readonly summary: ClaimSummary;
}

/**
 * The given claims, which stood then, by the clocks and in their order: with all their flags, for which the claims that bear on
 * them are summarized too. A prediction is overdue by `asOf` or, without it, at `knownAt`; `at` (microseconds) says otherwise.
 * What is `known` of claims by that instant is not read again.
 */
export async function summarizeAt(
  database: Database,
  ids: readonly string[],
  { asOf, knownAt, at = asOf ?? clockTime(knownAt) }: SettledClocks & { readonly at?: number },
  known: ReadonlyMap<string, ClaimLedgerAt> = new Map(),
): Promise<Map<string, SummarizedClaim>> {
  const missing = ids.filter((id) => !known.has(id));
  const ledgers = new Map([...known, ...(await readLedgers(database, missing, knownAt))]);
  const others = new Set(ids.flatMap((id) => ledgerOf(ledgers, id).circumstances.bearings.map(({ claim }) => claim)));
  const unread = [...others].filter((id) => !ledgers.has(id));
  const all = new Map([...ledgers, ...(await readLedgers(database, unread, knownAt))]);
  const bearers = new Map([...others].map((id) => [id, bearer(ledgerOf(all, id), asOf)]));
  return new Map(
    ids.map((id) => {
      const ledger = ledgerOf(ledgers, id);
      const bearings = ledger.circumstances.bearings.flatMap(({ type, claim }) => {
        const found = bearers.get(claim);
        return found === undefined ? [] : [{ type, claim: found }];
      });
      return [id, { ledger, summary: summarize(ledger, asOf, { ...ledger.circumstances, bearings, at }) }];
    }),
  );
}

function bearer(ledger: ClaimLedgerAt, asOf: number | null): Bearer {
  return bearerOf(ledger, summarize(ledger, asOf), ledger.circumstances.prediction, asOf);
}

function ledgerOf(ledgers: ReadonlyMap<string, ClaimLedgerAt>, id: string): ClaimLedgerAt {
  const ledger = ledgers.get(id);
  if (ledger === undefined) throw new Error(`the claim ${id} was not read`);
  return ledger;
}
