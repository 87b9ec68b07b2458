import { onOneLine } from './names.ts';
import type { SentenceFacts, Voice } from './sentence-facts.ts';
import type { Degree } from './sentence-verbs.ts';

/**
 * First words that are no names, and so are written small behind `that`. We cannot know which other words are: those keep
 * the letter that the claim gave them.
 */
const ORDINARY_OPENERS = new Set(
  `The A An This That These Those Some Any Every Each Either Neither Both All Many Most More Much Several Few Fewer No None
  Nobody Nothing Someone Something Everyone Everything Another Other Such One Two Three Four Five Six Seven Eight Nine Ten
  Dozens Hundreds Thousands Millions Half About Almost Nearly Around Over At In On By For From With Without Within Under
  Before After Since Until During Despite Because If When While Once Where What Who Whoever Whether Only Even Not Now Today
  There Here It He She They We You His Her Its Their Our My Your
  Officials People Families Workers Residents Troops Soldiers Talks Negotiations Sanctions Compensation Prices Exports Imports
  Giving Taking Making Leaving Raising Cutting Building Selling Buying Joining Keeping Lifting Moving Using Going Paying
  Ships Aircraft Police Inflation Unemployment Experts Scientists Children Women Men Voters Refugees Weapons Money`
    .trim()
    .split(/\s+/),
);
const NAMES_ALL_THE_SAME = /^(?:The Hague|No\.? \d)/;

/**
 * What ends a clause within a claim. Embedded, the rest of it would stand there as our own word: `… that the port is leased.
 * Marines are on their way.`
 */
const SEVERAL_SENTENCES =
  /;|(?<!\b(?:\p{L}|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Capt|Maj|Adm|Amb|Min|Pres|Sen|Rep|Gov|St|No|vs|Inc|Ltd|Co|Corp|Jr|Sr))[.!?…]["”’')\]]*\s+["“‘(]?\p{Lu}/u;

/** Texts that end in a point which is no full stop. */
const ABBREVIATED = /(?:\b\p{L}\.){2,}$|\b(?:Inc|Ltd|Co|Corp|Jr|Sr|St|etc)\.$/u;

const BEING = String.raw`\b(?:is|are|was|were|be|been|seems?|looks?|appears?)\s+(?:(?:not|very|more|most|\p{L}+ly)\s+)?`;
/** `its military might`, `the might of`: the noun. */
const MIGHT = String.raw`(?<!\b(?:the|its|his|her|their|our|full|all|of|\p{L}+(?:al|ic|ary))\s)\bmight\b(?!\s(?:of|and|is|was|has|had)\b)`;

/**
 * The words by which a claim itself says that it is no more than that. Case counts: May is a month. An `expected visit` and what
 * somebody `could not` do say nothing of how sure the claim is; where we cannot tell, sureness is rather told twice than not.
 */
const SAID_BY_THE_CLAIM: Readonly<Record<'probable' | 'possible', RegExp>> = {
  probable: new RegExp(String.raw`\bprobably\b|${BEING}(?:likely|expected|probable)\b`, 'u'),
  possible: new RegExp(
    String.raw`\b(?:may|possibly|perhaps|maybe)\b|\bcould\b(?!\snot\b)|${MIGHT}|${BEING}possible\b`,
    'u',
  ),
};

/**
 * What follows `that`: the claim in its own words, without its full stop. What is not in English, or is more than
 * one sentence, is never put among our words as if it were one of them: `the statement “…” (in Turkish) is true`.
 */
export function contentOf({ text, language }: SentenceFacts['claim']): string {
  const line = onOneLine(text);
  const bare = unstopped(line);
  if (isEnglish(bare, language) && !SEVERAL_SENTENCES.test(bare))
    return opensSmall(bare) ? bare.charAt(0).toLowerCase() + bare.slice(1) : bare;
  const quoted = (bare || line).replace(/“/g, '‘').replace(/”/g, '’');
  const named = languageName(language);
  return `the statement “${quoted}”${named === null ? '' : ` (in ${named})`} is true`;
}

/** How sure a voice is, as far as the claim does not say so itself: nobody `said it was possible that prices may rise`. */
export function degreeOf(claim: SentenceFacts['claim'], { certainty, stance }: Voice): Degree {
  if (certainty !== 'probable' && certainty !== 'possible') return 'plain';
  const agrees = stance === 'asserts' || stance === 'confirms';
  const said = agrees && isEnglish(claim.text, claim.language) && SAID_BY_THE_CLAIM[certainty].test(claim.text);
  return said ? 'plain' : certainty;
}

function isEnglish(text: string, language: string): boolean {
  return /^(?:en|und)?(?:-|$)/i.test(language) && /\p{Script=Latin}/u.test(text);
}

function unstopped(text: string): string {
  return ABBREVIATED.test(text) ? text : text.replace(/[\s.!?…,;:]+([”’"')\]]*)$/u, '$1');
}

function opensSmall(text: string): boolean {
  const [first = ''] = text.split(/[\s,’']/u, 1);
  return ORDINARY_OPENERS.has(first) && !NAMES_ALL_THE_SAME.test(text);
}

const LANGUAGES = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
const NO_ONE_LANGUAGE = new Set(['und', 'mis', 'mul', 'zxx', 'en', '']);

/** The English name of a language by its first subtag; null where there is none. */
function languageName(language: string): string | null {
  const [subtag = ''] = language.toLowerCase().split('-');
  if (NO_ONE_LANGUAGE.has(subtag) || !/^[a-z]{2,3}$/.test(subtag)) return null;
  return LANGUAGES.of(subtag) ?? null;
}
