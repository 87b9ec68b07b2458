import slugifyText from '@sindresorhus/slugify';
import transliterate from '@sindresorhus/transliterate';

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
 * The key under which a name is found: NFKC, in Latin letters, without case, diacritics, Turkish dots or superfluous
 * white space, so that TÜRKİYE, Türkiye, turkiye and Turkıye are one. Idempotent. Empty only for a blank name: one that
 * has no Latin form keeps its own letters.
 */
export function foldName(text: string): string {
  let folded = foldOnce(text);
  // A letter that loses a rare mark can only then be transliterated. Every round leaves fewer such letters, so this ends.
  for (let next = foldOnce(folded); next !== folded; next = foldOnce(folded)) folded = next;
  return folded;
}

function foldOnce(text: string): string {
  const plain = collapse(text.normalize('NFKC').toLowerCase());
  return collapse(transliterate(withoutLatinMarks(plain)).toLowerCase()) || plain;
}

/** Taken off before transliterating, which would write ü in the German way (Tuerkiye). */
function withoutLatinMarks(text: string): string {
  return text
    .normalize('NFD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC');
}

function collapse(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/**
 * A slug for a name or a sentence, at most `max` (10–120) characters, cut between words where there is a place to cut.
 * Never empty: a text without Latin letters or digits gets `x-` and a hash of itself. Not unique: that is for the
 * caller to see to.
 */
export function slugify(text: string, max = 80): string {
  const slug = cutAtWord(slugifyText(foldName(text), { decamelize: false }), max);
  if (slug === '') return `x-${hash(text)}`;
  return isUuid(slug) ? cutAtWord(`x-${slug}`, max) : slug;
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
