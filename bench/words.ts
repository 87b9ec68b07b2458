import type { Random } from './random.ts';

const FIRST = [
  'Ayşe',
  'Boris',
  'Clara',
  'Dmitri',
  'Elif',
  'Farid',
  'Greta',
  'Hakan',
  'Irina',
  'Jonas',
  'Leyla',
  'Maria',
];
const LAST = ['Aksoy', 'Bauer', 'Çelik', 'Dubois', 'Egorov', 'Fischer', 'Güneş', 'Haddad', 'Ivanova', 'Jensen', 'Kaya'];
const BODY = ['Ministry', 'Agency', 'Council', 'Institute', 'Union', 'Foundation', 'Committee', 'Bureau', 'Authority'];
const FIELD = [
  'Defence',
  'Trade',
  'Energy',
  'Health',
  'Finance',
  'Foreign Affairs',
  'Transport',
  'Justice',
  'Research',
];
const ACTOR = [
  'Ankara',
  'Moscow',
  'Washington',
  'Brussels',
  'the ministry',
  'the company',
  'the central bank',
  'the court',
];
const DEED = [
  'asked for',
  'will return',
  'has cancelled',
  'plans to buy',
  'secretly sold',
  'agreed to share',
  'delayed',
];
const THING = [
  'the air defence systems',
  'the loan',
  'the gas contract',
  'the inquiry',
  'the trade deal',
  'the spare parts',
];
const WHEN = ['before the summit', 'in the first half of the year', 'without telling its partners', 'after the vote'];

/** A name that fits the kind of source; the number keeps names apart. */
export function sourceName(random: Random, kind: string, number: number): string {
  if (kind === 'person') return `${random.pick(FIRST)} ${random.pick(LAST)} ${number}`;
  if (kind === 'outlet') return `The ${random.pick(LAST)} Daily ${number}`;
  if (kind === 'anonymous') return `Unnamed official ${number}`;
  return `${random.pick(BODY)} of ${random.pick(FIELD)} ${number}`;
}

/** One proposition, about a hundred characters. */
export function claimText(random: Random): string {
  return `${upperFirst(random.pick(ACTOR))} ${random.pick(DEED)} ${random.pick(THING)} that ${random.pick(ACTOR)} ${random.pick(DEED)} ${random.pick(WHEN)}`;
}

/** The title of a report, about sixty characters. */
export function headline(random: Random): string {
  return `${upperFirst(random.pick(ACTOR))} ${random.pick(DEED)} ${random.pick(THING)} ${random.pick(WHEN)}`;
}

/** Words as printed, some in other scripts than Latin. */
export function quote(random: Random): string {
  const words = ['We have never discussed this', 'Bu iddia doğru değildir', 'Это не соответствует действительности'];
  return `“${random.pick(words)}: ${random.pick(ACTOR)} ${random.pick(DEED)} ${random.pick(THING)}”`;
}

const SYLLABLES = [
  'ka',
  'ro',
  'mi',
  'ste',
  'lun',
  'va',
  'dor',
  'chi',
  'ber',
  'zu',
  'na',
  'gol',
  'pe',
  'tri',
  'ash',
  'wen',
];

/** The n-th of as many names of places as you like. */
export function place(number: number): string {
  let name = '';
  for (let rest = number + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    name += SYLLABLES[rest % SYLLABLES.length];
  }
  return upperFirst(name);
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
