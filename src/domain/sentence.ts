import { contentOf } from './sentence-claim.ts';
import { type Clause, clausesOf, type Role } from './sentence-clauses.ts';
import { sameTime, whenOf } from './sentence-dates.ts';
import type { SentenceFacts } from './sentence-facts.ts';
import { capitalized } from './sentence-names.ts';
import { subjectOf } from './sentence-subject.ts';

/**
 * Who says the claim is so and who does not, on whose word, in one English sentence by the house style (docs/sentences.md).
 * Plain text of one line: what it is put into (Markdown, HTML) is for the caller to escape. Never throws.
 */
export function sentenceOf({ claim, voices }: SentenceFacts): string {
  const content = contentOf(claim);
  const clauses = clausesOf(claim, voices);
  const lead = clauses.find(({ role }) => LEADING.has(role));
  const opening = lead === undefined ? [`Nobody on record says that ${content}`] : openingOf(lead, content);
  const others = clauses.filter((clause) => clause !== lead);
  const segments = SEGMENTS.flatMap((roles) =>
    joined(
      others.filter(({ role }) => roles.includes(role)),
      lead,
    ),
  );
  return closed(capitalized([...opening, ...segments].join('; ')));
}

/** Who can carry the claim itself. Silence and retractions cannot: then nobody on record says it. */
const LEADING: ReadonlySet<Role> = new Set(['for', 'hearsay', 'against', 'unclear']);

/** What stands together between two semicolons, after the opening. */
const SEGMENTS: readonly (readonly Role[])[] = [
  ['for', 'hearsay'],
  ['against', 'took_back', 'declined', 'no_response'],
  ['unclear'],
];

const ORDER_UNKNOWN = 'which came last is not known';

/** The clause that states the claim, with its date in front and whoever tells it behind. */
function openingOf(clause: Clause, content: string): string[] {
  const { predicate, speakers, role, dateInside } = clause;
  const when = whenOf(clause.said) ?? '';
  const citing = speakers.length === 1 && speakers[0]?.citing ? `, citing ${speakers[0].citing},` : '';
  const rest = filled(predicate.opening, { claim: content, when: dateInside ? when : '' });
  const told = clause.toldBy === null ? '' : `, ${clause.toldBy} reported`;
  const text = spaced(`${dateInside ? '' : when} ${subjectOf(speakers)} ${verbOf(clause)}${citing} ${rest}${told}`);
  return role === 'unclear' ? [text, ORDER_UNKNOWN] : [text];
}

/** A clause after the opening, in which the claim is `it`; what the one before it did in the same words is not said again. */
function laterOf(clause: Clause, lead: Clause | undefined, before: Clause | undefined): string {
  const { predicate, speakers, role, said, dateInside } = clause;
  const when = (said !== null && said === lead?.said ? sameTime(said) : null) ?? whenOf(said) ?? '';
  if (before !== undefined && when !== '' && !dateInside && inSameWords(before, clause))
    return `${subjectOf(speakers)} did so ${when}`;
  const too = role === 'against' && lead?.role === 'against' ? ' too' : '';
  const citing = speakers.length === 1 && speakers[0]?.citing ? `, citing ${speakers[0].citing}` : '';
  const end = role === 'unclear' ? `, and ${ORDER_UNKNOWN}` : '';
  return spaced(`${subjectOf(speakers)} ${verbOf(clause)} ${filled(predicate.later, { when, too })}`) + citing + end;
}

function inSameWords(before: Clause, { predicate, role }: Clause): boolean {
  const alike = before.predicate.past === predicate.past && before.predicate.later === predicate.later;
  return alike && before.role === role && before.speakers.every(({ citing }) => citing === null);
}

/** Several sources that each did what only one alone can do: `Bloomberg and Reuters each cited unnamed people`. */
function verbOf({ predicate, speakers }: Clause): string {
  return predicate.each && speakers.length > 1 ? `each ${predicate.past}` : predicate.past;
}

/** The clauses of one segment as one text, or none. The separator is as strong as what it has to keep apart. */
function joined(clauses: readonly Clause[], lead: Clause | undefined): string[] {
  const texts = clauses.map((clause, index) => laterOf(clause, lead, clauses[index - 1]));
  if (texts.length < 2) return texts;
  const compound = texts.some((text) => /,| and /.test(text));
  const [between, last] = !compound ? [', ', ' and '] : texts.length === 2 ? ['', ', and '] : ['; ', '; and '];
  return [`${texts.slice(0, -1).join(between)}${last}${texts.at(-1)}`];
}

/** A template of the house style with its slots filled: `{that}` is the date with a `that` behind it, or nothing. */
function filled(template: string, slots: { claim?: string; when: string; too?: string }): string {
  const words: Record<string, string | undefined> = { ...slots, that: slots.when && `${slots.when} that ` };
  return template.replace(/\{(\w+)\}/g, (_, slot: string) => words[slot] ?? '');
}

function spaced(text: string): string {
  return text.replace(/ {2,}/g, ' ').trim();
}

function closed(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
