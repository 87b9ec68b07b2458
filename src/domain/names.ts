import anyAscii from 'any-ascii';
import { normalizeText } from './quote.ts';

/** A slug that a person can type in place of an id (DESIGN §1): lower-case words joined by single hyphens. */
const SLUG_PATTERN = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The longest slug that is accepted; the ones made by slugify are shorter, which leaves room for a counter. */
export const SLUG_MAX_LENGTH = 120;

const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether the text has the canonical form of a UUID of any version (RFC 9562 §4), in either case. */
export function isUuid(text: string): boolean {
  return UUID_PATTERN.test(text);
}

/** Whether the text can be a slug: SLUG_PATTERN, 1–120 characters, and not to be mistaken for an id. */
export function isSlug(text: string): boolean {
  return text.length <= SLUG_MAX_LENGTH && SLUG_PATTERN.test(text) && !isUuid(text);
}

/**
 * The version of `foldName`. To be raised with every change of a key, be it by our rules, by any-ascii or by the Unicode of Node: a
 * start folds anew what an older version folded (`database/name-keys.ts`).
 */
export const FOLD_VERSION = 2;

const CJK = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]`;

/**
 * What is written in more than one way in the same name, and the one that is kept; of text in NFD, without case. Any other letter or
 * mark of a script tells names apart.
 */
const WRITTEN_ALIKE: readonly (readonly [written: RegExp, kept: string])[] = [
  // Latin marks and Hebrew points are often left out in print, Greek accents in capitals.
  [/([\p{Script=Latin}\p{Script=Greek}\p{Script=Hebrew}])\p{M}+/gu, '$1'],
  [/ς/gu, 'σ'],
  [/׳/gu, "'"],
  [/״/gu, '"'],
  // Azerbaijani: Əliyev is written Aliyev elsewhere.
  [/ə/gu, 'a'],
  // Marks of stress; and Russian prints ё as е.
  [/(?<=[аеиоуыэюяіє]\u0308?)[\u0300\u0301]+/gu, ''],
  [/е\u0308/gu, 'е'],
  // Vowel signs and the lengthening of a line; hamza, madda and wasla on alef; the letters of Persian and Urdu keyboards.
  [/[[\p{M}&&\p{Script_Extensions=Arabic}]--[\u0653-\u0655]]|ـ/gv, ''],
  [/ا[\u0653-\u0655]+|ٱ/gu, 'ا'],
  [/ی/gu, 'ي'],
  [/ک/gu, 'ك'],
  [/ہ/gu, 'ه'],
  // The ligature և has the capitals ԵՒ and, since the reform, ԵՎ.
  [/եւ/gu, 'եվ'],
  // The dot below of Hindi, where it only marks a sound of Persian or Arabic.
  [/(?<=[कखगजफ])\u093c/gu, ''],
  // Two ເ look like one ແ, in Thai, too.
  [/เเ/gu, 'แ'],
  [/ເເ/gu, 'ແ'],
  // Middle dots between the parts of a name or the letters of Catalan, and spaces that set off Chinese and Japanese names.
  [/[·・‧]/gu, ''],
  [new RegExp(`(?<=${CJK})\\s+(?=${CJK})`, 'gu'), ''],
  [/\p{Variation_Selector}/gu, ''],
];

/**
 * The key under which a name is found, the same for all that readers take for one name (docs/names.md): whatever the case, Latin
 * diacritics, Turkish dots, the form of Unicode, the marks that print leaves out, superfluous white space. So TÜRKİYE, Türkiye,
 * turkiye and Turkıye are one; カトウ and ガトウ are two, and a name in another script is another name. Idempotent. Empty only for a
 * blank name.
 */
export function foldName(text: string): string {
  let folded = foldOnce(text);
  // What one rule leaves may be for another: a letter that lost its mark, a mark that came to its letter. Each leaves less to do.
  for (let next = foldOnce(folded); next !== folded; next = foldOnce(folded)) folded = next;
  return folded;
}

function foldOnce(text: string): string {
  // To capitals first, which are the same for ß and ss, ı and i.
  const decomposed = normalizeText(text.normalize('NFC')).toUpperCase().toLowerCase().normalize('NFD');
  const alike = WRITTEN_ALIKE.reduce((name, [written, kept]) => name.replace(written, kept), decomposed);
  const plain = alike.replace(/[[\p{Script=Latin}\p{Nd}]--\p{ASCII}]/gv, plainLetter);
  return normalizeText(plain) || text.normalize('NFKC').trim();
}

/** ø as o, þ as th, ٣ as 3; a letter that any-ascii has no letters for stays. */
function plainLetter(letter: string): string {
  const plain = anyAscii(letter).toLowerCase();
  return /^[a-z\d]+$/.test(plain) ? plain : letter;
}

/**
 * A slug for a name or a sentence, in Latin letters whatever its script, at most `max` (10–120) characters, cut between words where
 * there is a place to cut. Never empty: a text of which no Latin letter or digit can be made gets `x-` and a hash of itself. Not
 * unique: that is for the caller to see to.
 */
export function slugify(text: string, max = 80): string {
  const slug = cutAtWord(slugWords(text), max);
  if (slug === '') return `x-${hash(text)}`;
  return isUuid(slug) ? cutAtWord(`x-${slug}`, max) : slug;
}

function slugWords(text: string): string {
  const words = text.split(/[\s・･]+/u).map(foldName);
  return words
    .join(' ')
    .replace(/&/g, ' and ')
    .replace(/[\p{Script=Han}\p{Script=Hangul}]/gu, ' $& ')
    .replace(/\P{ASCII}/gu, (sign) => anyAscii(sign).toLowerCase().replace(/['`"]/g, ''))
    .replace(/(?<=[a-z\d])'(?=[ts](?![a-z\d]))/g, '')
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-|-$/g, '');
}

function cutAtWord(slug: string, max: number): string {
  if (slug.length <= max) return slug;
  const lastHyphen = slug.lastIndexOf('-', max);
  return slug.slice(0, lastHyphen > 0 ? lastHyphen : max);
}

/** FNV-1a over the UTF-16 code units, 32 bits in hexadecimal: the same on every machine and for ever. */
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(16).padStart(8, '0');
}

/** A name or a text on one line, without what would turn the order of the letters behind it (UAX #9) or steer a terminal. */
export function onOneLine(text: string): string {
  return text
    .replace(/[\u202A-\u202E\u2066-\u2069]/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
