import { RULES } from '../../database/rules.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { QuoteHealth } from '../../domain/vocabulary.ts';
import type { NewAttribution } from './insert.ts';

/** A quote that the text of its report does not have, or more than once: the place of its row, and what is wrong in words. */
export interface Misquotation {
  readonly index: number;
  readonly detail: string;
}

/**
 * Which of the attributions to be inserted have a quote that the database would refuse (`attributions_quote_in_text`,
 * `attributions_quote_once`): where many go in together, it tells of the first only, and not which. Each text is made normal once.
 */
export async function findMisquotations(
  transaction: Transaction,
  rows: readonly Pick<NewAttribution, 'reportId' | 'quote'>[],
): Promise<Misquotation[]> {
  const quoted = rows.flatMap(({ reportId, quote }, index) =>
    quote === null ? [] : [{ index, reportId, exact: quote.exact, prefix: quote.prefix, suffix: quote.suffix }],
  );
  if (quoted.length === 0) return [];
  const found = await transaction.$queryRaw<{ index: number; health: Exclude<QuoteHealth, 'found'> }[]>`
    WITH given AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(quoted)}::jsonb) AS given (
        index integer, "reportId" uuid, exact text, prefix text, suffix text
      )
    ),
    kept AS MATERIALIZED (
      SELECT id, normal_text(text) AS text FROM reports
      WHERE text IS NOT NULL AND id IN (SELECT "reportId" FROM given)
    ),
    held AS MATERIALIZED (
      SELECT given.index, quote_health(kept.text, given.exact, given.prefix, given.suffix) AS health
      FROM given JOIN kept ON kept.id = given."reportId"
    )
    SELECT index, health FROM held WHERE health <> 'found' ORDER BY index`;
  return found.map(({ index, health }) => ({ index, detail: wordsOf(health) }));
}

function wordsOf(health: Exclude<QuoteHealth, 'found'>): string {
  const rule = health === 'ambiguous' ? 'attributions_quote_once' : 'attributions_quote_in_text';
  return RULES[rule]?.detail ?? rule;
}
