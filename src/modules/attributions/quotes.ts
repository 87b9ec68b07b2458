import { createHash } from 'node:crypto';
import { setImmediate as giveWay } from 'node:timers/promises';
import { Beforehand } from '../../database/beforehand.ts';
import type { Context, Database } from '../../database/context.ts';
import { RULES } from '../../database/rules.ts';
import type { Transaction } from '../../database/transaction.ts';
import { normalizeText, type QuoteSelector, quoteHealth } from '../../domain/quote.ts';
import type { QuoteHealth } from '../../domain/vocabulary.ts';
import type { NewAttribution } from './insert.ts';

/** How quotes stand in texts, as the database is told (`quotes_found`): by the SHA-256 of the text, then by attribution. */
export type QuotesFound = Record<string, Record<string, QuoteHealth>>;

/** A quote with the id of its attribution. */
interface Quoted extends QuoteSelector {
  readonly id: string;
}

/** A text of which the SHA-256 is known, and which is read when it is needed. */
interface KeptText {
  readonly hash: string;
  readonly read: () => Promise<string>;
}

/** A quote that the text of its report does not have, or more than once: the place of its row, and what is wrong in words. */
export interface Misquotation {
  readonly index: number;
  readonly detail: string;
}

/** A look at a text of so many characters, once for each quote, is taken in place: some milliseconds. */
const IN_PLACE = 2_000_000;
/** To make a text normal takes as long as looking for so many quotes in it. */
const NORMALIZING = 10;
/** So often at most a request lets others change what it looks at; then it looks under the ledger's lock. */
const MOST_LOOKS = 5;
/** After so many milliseconds other requests have their turn. */
const TURN_MS = 10;

/**
 * How the quotes of attributions that are to be inserted stand in the texts of their reports, as far as these are kept.
 *
 * @throws {Beforehand} where that takes long
 */
export async function findNewQuotes(
  reader: Transaction | Database['prisma'],
  context: Context,
  rows: readonly Pick<NewAttribution, 'id' | 'reportId' | 'quote'>[],
): Promise<QuotesFound> {
  const quoted = rows.flatMap(({ id, reportId, quote }) => (quote === null ? [] : [{ ...quote, id, reportId }]));
  if (quoted.length === 0) return {};
  const reports = await reader.$queryRaw<{ id: string; hash: string }[]>`
    SELECT id, text_hash AS hash FROM reports
    WHERE text IS NOT NULL AND id = ANY (${[...new Set(quoted.map(({ reportId }) => reportId))]}::uuid[])`;
  const found: QuotesFound = {};
  for (const { id, hash } of reports) {
    const text = { hash, read: async () => (await readText(reader, id)) ?? '' };
    const quotes = quoted.filter(({ reportId }) => reportId === id);
    found[hash] = { ...found[hash], ...(await healthsIn(context, text, quotes)) };
  }
  return found;
}

/**
 * Which of the attributions to be inserted have a quote that the database would refuse (`attributions_quote_in_text`,
 * `attributions_quote_once`): where many go in together, it tells of the first only, and not which.
 *
 * @throws {Beforehand} where that takes long
 */
export async function findMisquotations(
  transaction: Transaction,
  context: Context,
  rows: readonly Pick<NewAttribution, 'id' | 'reportId' | 'quote'>[],
): Promise<Misquotation[]> {
  const found = await findNewQuotes(transaction, context, rows);
  const healths = new Map(Object.values(found).flatMap((each) => Object.entries(each)));
  return rows.flatMap(({ id }, index) => {
    const health = healths.get(id) ?? 'found';
    return health === 'found' ? [] : [{ index, detail: wordsOf(health) }];
  });
}

/**
 * Tells the database how the quotes that lie in a report, and in what is merged into it, stand in a text that is about to be theirs:
 * the given one, or that of a report that stands for it from then on.
 *
 * @throws {Beforehand} where that takes long
 */
export async function tellQuotesIn(
  transaction: Transaction,
  context: Context,
  reportId: string,
  given: { readonly text: string } | { readonly textOf: string },
): Promise<void> {
  const quotes = await transaction.$queryRaw<Quoted[]>`
    SELECT id, quote_exact AS exact, quote_prefix AS prefix, quote_suffix AS suffix
    FROM attributions WHERE id = ANY (quoted_in(merged_with(${reportId}::uuid)))`;
  if (quotes.length === 0) return;
  const text = 'text' in given ? given.text : await readText(transaction, given.textOf);
  if (text === null) return;
  const hash = sha256(text);
  const found = { [hash]: await healthsIn(context, { hash, read: async () => text }, quotes) };
  await transaction.$executeRaw`SELECT set_config('onrecord.quotes_found', ${JSON.stringify(found)}, true)`;
}

/** Looks for quotes in a text that is about to be recorded with them, before the ledger is locked. */
export async function lookAhead(
  context: Context,
  text: string | null | undefined,
  quotes: readonly (QuoteSelector | null | undefined)[],
): Promise<void> {
  const given = quotes.filter((quote) => quote != null);
  if (text == null || given.length === 0) return;
  const hash = sha256(text);
  await lookFor(
    context,
    text,
    given.map((quote) => ({ ...quote, key: keyOf(hash, quote) })),
  );
}

/** What is found of several at once. */
export function together(found: readonly QuotesFound[]): QuotesFound {
  const all: QuotesFound = {};
  for (const [hash, healths] of found.flatMap(Object.entries)) all[hash] = { ...all[hash], ...healths };
  return all;
}

/**
 * How quotes stand in a text, by attribution: as this request has found out, or looks up now.
 *
 * @throws {Beforehand} where that takes long
 */
async function healthsIn(
  context: Context,
  { hash, read }: KeptText,
  quotes: readonly Quoted[],
): Promise<Record<string, QuoteHealth>> {
  const keyed = quotes.map((quote) => ({ ...quote, key: keyOf(hash, quote) }));
  const unknown = keyed.filter(({ key }) => !context.quotesFound.has(key));
  if (unknown.length > 0) {
    const text = await read();
    const look = () => lookFor(context, text, unknown);
    const takesLong = text.length * (NORMALIZING + unknown.length) > IN_PLACE;
    if (takesLong && context.quotesFound.looks < MOST_LOOKS) {
      context.quotesFound.looks += 1;
      throw new Beforehand(look);
    }
    await look();
  }
  return Object.fromEntries(keyed.map(({ id, key }) => [id, context.quotesFound.get(key) as QuoteHealth]));
}

/** Looks for quotes in a text. Others have their turn meanwhile. */
async function lookFor(
  { quotesFound }: Context,
  text: string,
  quotes: readonly (QuoteSelector & { readonly key: string })[],
): Promise<void> {
  const normal = normalizeText(text);
  let turn = performance.now();
  for (const quote of quotes) {
    quotesFound.set(quote.key, quoteHealth(normal, quote));
    if (performance.now() - turn < TURN_MS) continue;
    await giveWay();
    turn = performance.now();
  }
}

/** What is asked: a quote, whose attribution it is of, in a text. */
function keyOf(hash: string, { exact, prefix = null, suffix = null }: QuoteSelector): string {
  return `${hash} ${sha256(JSON.stringify([exact, prefix, suffix]))}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function readText(reader: Transaction | Database['prisma'], id: string): Promise<string | null> {
  const report = await reader.report.findUnique({ where: { id }, select: { text: true } });
  return report?.text ?? null;
}

function wordsOf(health: Exclude<QuoteHealth, 'found'>): string {
  const rule = health === 'ambiguous' ? 'attributions_quote_once' : 'attributions_quote_in_text';
  return RULES[rule]?.detail ?? rule;
}
