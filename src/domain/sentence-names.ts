import { onOneLine } from './names.ts';
import type { SourceKind } from './vocabulary.ts';

/** Names that take `the` though nothing in them shows it. */
const WITH_ARTICLE: ReadonlySet<string> = new Set(
  `kremlin; white house; pentagon; vatican; holy see; élysée; elysée; bundestag; bundesrat; knesset; duma; state duma;
  treasury; fed; federal reserve; taliban; red cross; european union; united nations; united states; united kingdom;
  united arab emirates; netherlands; philippines; eu; un; us; usa; uk; uae; imf; iaea; cia; fbi; osce; oecd; wto; who; icc; icj;
  ecb`
    .split(';')
    .map((name) => name.trim()),
);

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const BODIES = words(`government ministry department office council commission committee agency authority
  parliament assembly senate congress court tribunal union army navy force police palace embassy consulate foundation institute
  association federation confederation party administration presidency organization organisation fund service bureau board
  mission delegation secretariat directorate cabinet alliance league inspectorate ombudsman movement front`);
const BODIES_OF = words(`bank university republic kingdom state province city house chamber chancellery port campaign
  centre center church emirate`);
/** Where the last word alone would not do: a bank or forces may be anybody’s. */
const TWO_WORDS =
  /\b(?:(?:central|world|reserve|development|investment) bank|(?:armed|defence|defense|security) forces)$/i;

/** The nouns with which a name takes `the`, by kind: at its end, or in front of `of` and the like. */
const HEADS: Readonly<
  Partial<Record<SourceKind, { readonly last: ReadonlySet<string>; readonly of: ReadonlySet<string> }>>
> = {
  government: { last: BODIES, of: BODIES_OF },
  organization: { last: BODIES, of: BODIES_OF },
  document: {
    last: words(`agreement treaty report memo memorandum letter indictment ruling judgment act contract protocol
        convention plan statement budget register filing lawsuit communiqué constitution`),
    of: words('minutes transcript record'),
  },
  person: { last: new Set(), of: words('president minister governor mayor spokesman spokeswoman spokesperson head') },
};

const PREPOSITION = /\s(?:of|for|to|on|in|against|at|between)\s/;
/** `Tarsk’s ministry` and `Türkiye’s Ministry of Defence` have their determiner; the Dockers’ Union has none. */
const POSSESSIVE = /^\S+['’]s\s/;

/**
 * A named source as it stands in the middle of a sentence: with its article where it takes one, with its own capitals but for
 * `The` and `Government`, which are no part of a name in the house style.
 */
export function nameOf({ name, kind }: { readonly name: string; readonly kind: SourceKind }): string {
  const bare = onOneLine(name);
  if (bare === '') return 'a source without a name';
  if (/^the\s/i.test(bare)) return /^The Hague\b/.test(bare) ? bare : `the ${bare.slice(4)}`;
  if (!takesArticle(bare, kind)) return bare;
  return `the ${bare.replace(/^Government(?= of )|(?<= )Government$|^Government$/, 'government')}`;
}

function takesArticle(name: string, kind: SourceKind): boolean {
  const heads = HEADS[kind];
  if (heads === undefined || POSSESSIVE.test(name)) return false;
  if (kind !== 'person' && WITH_ARTICLE.has(name.toLowerCase())) return true;
  const [phrase = ''] = name.split(PREPOSITION);
  if (kind !== 'person' && TWO_WORDS.test(phrase)) return true;
  const head = phrase.slice(phrase.lastIndexOf(' ') + 1).toLowerCase();
  if (name !== phrase && heads.of.has(head)) return true;
  return heads.last.has(head) && (name.includes(' ') || head === 'government');
}

/** The most names that are listed; of more, the first three are, and the others counted. */
const MOST_NAMES = 5;

/** `A`, `A and B`, `A, B and C`; of more than five, `A, B, C and three others`. */
export function listed(names: readonly string[]): string {
  const shown = names.length > MOST_NAMES ? [...names.slice(0, 3), `${inWords(names.length - 3)} others`] : names;
  return [shown.slice(0, -1).join(', '), ...shown.slice(-1)].filter((part) => part !== '').join(' and ');
}

export const NUMBERS: readonly string[] = 'one two three four five six seven eight nine'.split(' ');

/** One to nine in words, from ten on in figures. */
export function inWords(count: number): string {
  return NUMBERS[count - 1] ?? String(count);
}

/** With its first letter as a sentence begins. */
export function capitalized(text: string): string {
  const [first = ''] = text;
  const capital = first.toUpperCase();
  return [...capital].length === 1 ? capital + text.slice(first.length) : text;
}
