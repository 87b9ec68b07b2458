import { onOneLine } from './names.ts';
import { inWords, NUMBERS } from './sentence-names.ts';

/** What unnamed people are called where nothing more is known of them, or not of all of them. */
export const UNNAMED_PEOPLE = 'unnamed people';

/**
 * What a description may call somebody. Where it uses another word, or another language, we take nothing from it but the
 * number.
 */
const SINGULAR = new Set(
  `person source official diplomat officer executive minister lawmaker legislator banker trader employee adviser advisor aide
  insider individual member lawyer engineer analyst manager worker soldier commander resident witness lieutenant general
  ambassador envoy negotiator investor politician deputy senator spokesman spokeswoman spokesperson scientist doctor judge
  prosecutor investigator contractor businessman businesswoman expert militant fighter sailor pilot`.split(/\s+/),
);
const PLURAL = new Map(
  [...SINGULAR].map((noun) => [noun === 'witness' ? 'witnesses' : noun === 'deputy' ? 'deputies' : `${noun}s`, noun]),
).set('people', 'person');

/** Words in front that are no name: `Senior officials` begins small in the middle of a sentence. */
const ORDINARY = new Set('senior former current top retired high-ranking local foreign'.split(' '));

/** From here on a description says how they would know, or why they are unnamed: the outlet’s word, which we cannot check. */
const HOW_THEY_KNOW =
  /[,;:("“]|\s(?:familiar|with|close|briefed|who|whose|that|which|aware|involved|speaking|asking|because|not|cited|quoted|on condition)\b.*/iu;

const NUMBER = new RegExp(`^(?:(an?|the|several|some|many|dozens of|\\d+|${NUMBERS.join('|')})\\s+)?(.*)$`, 'iu');

/**
 * An unnamed source in words: how many they are where that is told, and what they are as far as their outlet’s description
 * (else our name for them) says it in plain words. `a person in Ankara` is `an unnamed person in Ankara`; of `people
 * familiar with the talks` no more is left than `unnamed people`.
 */
export function unnamedOf(source: {
  readonly name: string;
  readonly descriptor: string | null;
  readonly people: number | null;
}): string {
  const { count, several, description } = read(onOneLine(source.descriptor ?? source.name));
  const number = nounIn(description);
  const people = source.people ?? count ?? (number === 'one' ? 1 : null);
  const fits = number !== null && (people === null || (people === 1) === (number === 'one'));
  const core = fits ? description : people === 1 ? 'person' : 'people';
  if (people === 1) return `an unnamed ${core}`;
  if (people !== null) return `${inWords(people)} unnamed ${core}`;
  return several === null ? `unnamed ${core}` : `${several} unnamed ${core}`;
}

/** A description taken apart: the number in front, in figures or only roughly, and what is left without how they know. */
function read(descriptor: string): { count: number | null; several: string | null; description: string } {
  const [, quantity = '', rest = ''] =
    NUMBER.exec(descriptor.replace(/\b(?:un(?:named|identified)|anonymous) /giu, '')) ?? [];
  const word = quantity.toLowerCase();
  const described = (rest.split(HOW_THEY_KNOW)[0] ?? '').trim();
  const [first = ''] = described.split(' ', 1);
  const ordinary = [SINGULAR, PLURAL, ORDINARY].some((known) => known.has(first.toLowerCase()));
  return {
    count: countOf(word),
    several: ['several', 'some', 'many', 'dozens of'].includes(word) ? word : null,
    description: ordinary ? described.charAt(0).toLowerCase() + described.slice(1) : described,
  };
}

function countOf(word: string): number | null {
  if (word === 'a' || word === 'an') return 1;
  const inLetters = NUMBERS.indexOf(word) + 1;
  return inLetters || Number(word) || null;
}

/** Whether a description is about one or about many, by its noun; null where we do not know its words. */
function nounIn(description: string): 'one' | 'many' | null {
  const [phrase = ''] = description.split(/\s(?:in|of|at|from|on|for|to|inside|near)\s/u);
  const noun = phrase.slice(phrase.lastIndexOf(' ') + 1).toLowerCase();
  if (/\sand\s|\sor\s/u.test(description) || description.split(' ').length > 7) return null;
  return SINGULAR.has(noun) ? 'one' : PLURAL.has(noun) ? 'many' : null;
}
