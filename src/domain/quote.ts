import type { QuoteHealth } from './vocabulary.ts';

/**
 * Quotes are found in the text of their report by the TextQuoteSelector of the W3C Web Annotation Data Model (§4.2.4): the
 * exact words, with what is printed immediately before and after them where these alone would not tell which are meant. The
 * model has texts normalized, free of markup and counted in code points, and leaves the rest of it to us: `normalizeText`. Where it
 * takes several matches for all of them, somebody said a quote at one place: here they are ambiguous. Nothing is ever matched
 * roughly, and no selector is moved to where its words are now.
 */

/** Where a quote is in a text: its words as printed, and what stands immediately before and after them. */
export interface QuoteSelector {
  readonly exact: string;
  readonly prefix?: string | null | undefined;
  readonly suffix?: string | null | undefined;
}

/**
 * What copying, typesetting and keyboards make different of the same printed words. The code points are named one by one, not
 * by their Unicode properties, so that every Unicode version and PostgreSQL (`normal_text`) read the same: those of the properties
 * Quotation_Mark and Dash, letters and accents that stand in for an apostrophe, primes, the minus, and what nobody sees.
 */
const SINGLE_QUOTES = /[`\u00b4\u02bb\u02bc\u055a\u2018-\u201b\u2032\u2039\u203a\uff07]/gu;
const DOUBLE_QUOTES =
  /[\u00ab\u00bb\u201c-\u201f\u2033\u2e42\u300c-\u300f\u301d-\u301f\ufe41-\ufe44\uff02\uff62\uff63]/gu;
const DASHES =
  /[\u058a\u05be\u1400\u1806\u2010-\u2015\u2053\u207b\u208b\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\u{10d6e}\u{10ead}]/gu;
/** Soft hyphen, zero-width and joining characters, invisible operators, marks of direction, byte order mark. */
const UNSEEN = /\u034f|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;
/** The property White_Space. */
const WHITE_SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/gu;

/**
 * A text as it is compared: Unicode NFKC, quotation marks and apostrophes straight, every dash and hyphen `-`, soft hyphens and
 * zero-width characters dropped, every run of white space one space, none at the ends. The case stays as it is. NFKC would take
 * some of these signs apart and makes others of them, so they are seen to on both sides of it.
 */
export function normalizeText(text: string): string {
  return plain(plain(text).normalize('NFKC')).replace(WHITE_SPACE, ' ').trim();
}

function plain(text: string): string {
  return text.replace(UNSEEN, '').replace(SINGLE_QUOTES, "'").replace(DOUBLE_QUOTES, '"').replace(DASHES, '-');
}

/**
 * How a quote stands in a text. `found`: its words are there, with its prefix before and its suffix after them, exactly once;
 * `ambiguous`: more than once, and occurrences that overlap are two; `moved`: its words are there, but nowhere between these;
 * `lost`: its words are not there. White space where prefix, words and suffix meet does not matter.
 */
export function quoteHealth(text: string, { exact, prefix, suffix }: QuoteSelector): QuoteHealth {
  const [all, words] = [normalizeText(text), normalizeText(exact)];
  const [before, after] = [normalizeText(prefix ?? ''), normalizeText(suffix ?? '')];
  const places = placesOf(all, words);
  const meant = places.filter(
    (place) =>
      all.slice(0, place).trimEnd().endsWith(before) &&
      all
        .slice(place + words.length)
        .trimStart()
        .startsWith(after),
  );
  if (meant.length > 1) return 'ambiguous';
  if (meant.length === 1) return 'found';
  return places.length > 0 ? 'moved' : 'lost';
}

/** Where words begin in a text; words of which nothing is left are nowhere. */
function placesOf(text: string, words: string): number[] {
  const places: number[] = [];
  if (words === '') return places;
  for (let place = text.indexOf(words); place !== -1; place = text.indexOf(words, place + 1)) places.push(place);
  return places;
}
