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
 * by their Unicode properties, so that every Unicode version reads the same: those of the properties Quotation_Mark and Dash,
 * letters and accents that stand in for an apostrophe, primes, the minus, and what nobody sees.
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

/** Marks that may be put in another order where they follow each other, once NFKC has taken the halfwidth ones apart. */
const MARK = '[\\p{M}\\uff9e\\uff9f]';
const MANY_MARKS = new RegExp(`${MARK}{30}(?=${MARK})`, 'gu');
/** The combining grapheme joiner: marks keep their order across it. */
const JOINER = '\u034f';

/**
 * A text as it is compared: Unicode NFKC, quotation marks and apostrophes straight, every dash and hyphen `-`, soft hyphens and
 * zero-width characters dropped, every run of white space one space, none at the ends. The case stays as it is. NFKC would take
 * some of these signs apart and makes others of them, so they are seen to on both sides of it. Of more than 30 marks on one letter
 * it orders each 30 by themselves (the Stream-Safe Text Format, UAX #15 §13): ordering a run takes the square of its length.
 */
export function normalizeText(text: string): string {
  const inOrder = plain(text).replace(MANY_MARKS, `$&${JOINER}`).normalize('NFKC');
  return plain(inOrder).replace(WHITE_SPACE, ' ').trim();
}

function plain(text: string): string {
  return text.replace(UNSEEN, '').replace(SINGLE_QUOTES, "'").replace(DOUBLE_QUOTES, '"').replace(DASHES, '-');
}

/**
 * How a quote stands in a text that is normal already (`normalizeText`). `found`: its words are there, with its prefix before and
 * its suffix after them, exactly once; `ambiguous`: more than once, and occurrences that overlap are two; `moved`: its words are
 * there, but nowhere between these; `lost`: its words are not there. White space where prefix, words and suffix meet does not
 * matter. Takes time as the lengths of text and quote, whatever is in them.
 */
export function quoteHealth(normal: string, { exact, prefix, suffix }: QuoteSelector): QuoteHealth {
  const words = normalizeText(exact);
  const before = normalizeText(prefix ?? '');
  const after = normalizeText(suffix ?? '');
  // White space at the joints is printed, or is not; no two of these ways are found at one place.
  const ahead = before === '' ? [''] : [`${before} `, before];
  const behind = after === '' ? [''] : [` ${after}`, after];

  const [place, other] = placesIn(normal, words, 2);
  if (place === undefined) return 'lost';
  if (other === undefined) {
    const end = place + words.length;
    const isMeant =
      ahead.some((each) => normal.endsWith(each, place)) && behind.some((each) => normal.startsWith(each, end));
    return isMeant ? 'found' : 'moved';
  }
  const ways = ahead.flatMap((each) => behind.map((end) => each + words + end));
  const meant = ways.flatMap((way) => placesIn(normal, way, 2));
  if (meant.length > 1) return 'ambiguous';
  return meant.length === 1 ? 'found' : 'moved';
}

/** The engine itself looks for so much of what is looked for: it is fast, but may take as long as both lengths multiplied. */
const HEAD = 8;

/**
 * Where words begin in a text, at most at so many places, be it that they overlap; words of which nothing is left are nowhere. By
 * Knuth, Morris and Pratt, "Fast Pattern Matching in Strings" (1977): takes time as the lengths of both together.
 */
function placesIn(text: string, words: string, most: number): number[] {
  const places: number[] = [];
  if (words === '') return places;
  const head = words.slice(0, HEAD);
  const borders = bordersOf(words);
  for (let at = 0, matched = 0; at < text.length && places.length < most; at += 1) {
    if (matched === 0) at = text.indexOf(head, at);
    if (at === -1) break;
    const unit = text.charCodeAt(at);
    while (matched > 0 && unit !== words.charCodeAt(matched)) matched = borders[matched - 1] ?? 0;
    if (unit === words.charCodeAt(matched)) matched += 1;
    if (matched < words.length) continue;
    places.push(at + 1 - matched);
    matched = borders[matched - 1] ?? 0;
  }
  return places;
}

/** Of each beginning of words: how much of it is also its end, without being all of it. */
function bordersOf(words: string): Int32Array {
  const borders = new Int32Array(words.length);
  for (let at = 1, length = 0; at < words.length; at += 1) {
    const unit = words.charCodeAt(at);
    while (length > 0 && unit !== words.charCodeAt(length)) length = borders[length - 1] ?? 0;
    if (unit === words.charCodeAt(length)) length += 1;
    borders[at] = length;
  }
  return borders;
}
