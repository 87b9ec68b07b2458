import { degreeOf } from './sentence-claim.ts';
import type { SentenceFacts, Voice } from './sentence-facts.ts';
import { nameOf } from './sentence-names.ts';
import type { Speaker } from './sentence-subject.ts';
import { UNNAMED_PEOPLE, unnamedOf } from './sentence-unnamed.ts';
import { citedAs, type Degree, type Predicate, predicateOf, REPORTED } from './sentence-verbs.ts';
import { speakAsOne } from './sentence-voices.ts';
import { SIDE_OF, SIDES, type Side } from './vocabulary.ts';

/** What a clause does in the sentence, in the order in which the clauses stand. */
const ROLES = ['for', 'hearsay', 'against', 'unclear', 'took_back', 'declined', 'no_response'] as const;
export type Role = (typeof ROLES)[number];

/** Voices that say the same in the same words, at the same time. */
export interface Clause {
  readonly role: Role;
  readonly predicate: Predicate;
  readonly speakers: readonly Speaker[];
  /** EDTF; null also where the sentence tells no date: of silence, and of who spoke both ways. */
  readonly said: string | null;
  /** Whether the date is that of somebody cited, and so belongs to what they say. */
  readonly dateInside: boolean;
  /** The outlet through which we have it, where that is somebody else than the voices, and one for all of them. */
  readonly toldBy: string | null;
}

/** The clauses of the sentence in their order: by role, then the firmest first, then who spoke against, then as the voices are given. */
export function clausesOf(claim: SentenceFacts['claim'], voices: readonly Voice[]): Clause[] {
  const parts = speakAsOne(voices).map((voice) => partOf(voice, degreeOf(claim, voice)));
  const ordered = parts.toSorted(
    (a, b) =>
      ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.rank - b.rank || SIDES.indexOf(b.side) - SIDES.indexOf(a.side),
  );
  const groups = Map.groupBy(ordered, ({ role, predicate, said }) => JSON.stringify([role, predicate, said]));
  return [...groups.values()].flatMap((group) => byCiting(merged(group))).map(clauseOf);
}

const DATED: ReadonlySet<Role> = new Set(['for', 'hearsay', 'against', 'took_back']);

/** One voice on its way into a clause. */
interface Part extends Omit<Clause, 'speakers'> {
  readonly speaker: Speaker;
  readonly side: Side;
  readonly rank: number;
}

function partOf(voice: Voice, degree: Degree): Part {
  const { source, outlets } = voice;
  const role = roleOf(voice);
  const said = DATED.has(role) ? voice.said : null;
  const spoken = predicateOf(voice, degree);
  const part = {
    role,
    said,
    side: SIDE_OF[voice.stance],
    rank: rankOf(voice, degree),
    dateInside: false,
    toldBy: null,
  };
  const [nearest] = outlets;
  const host = source.kind === 'anonymous' && nearest !== undefined ? outletName(nearest) : null;
  if (host === null) {
    const name = source.kind === 'anonymous' ? unnamedOf(source) : nameOf(source);
    return { ...part, predicate: spoken, speaker: { name, citing: null }, toldBy: tellerOf(voice) };
  }
  // A date is that of the people, not of the report that cites them: it can only stand with what they said.
  const plainly = role === 'for' && voice.emphasis !== 'hedged' && said === null;
  if (plainly) return { ...part, predicate: REPORTED[degree], speaker: { name: host, citing: unnamedOf(source) } };
  const predicate = citedAs(unnamedOf(source), spoken);
  return { ...part, predicate, speaker: { name: host, citing: null }, dateInside: true };
}

function roleOf({ stance, order }: Voice): Role {
  if (stance === 'reports') return 'hearsay';
  if (stance === 'retracts') return 'took_back';
  if (stance === 'declines_to_comment') return 'declined';
  if (stance === 'no_response') return 'no_response';
  if (order === 'undetermined') return 'unclear';
  return SIDE_OF[stance] === 'for' ? 'for' : 'against';
}

/** The firmest comes first, so that nobody who follows is made to say more than they did: `X said so too`. */
function rankOf({ stance, emphasis, source }: Voice, degree: Degree): number {
  const doubt = stance === 'doubts' ? 100 : 0;
  const confirms = stance === 'confirms' && source.kind !== 'anonymous' ? 1 : 0;
  return doubt + ['plain', 'probable', 'possible'].indexOf(degree) * 4 + (emphasis === 'hedged' ? 2 : 0) + confirms;
}

/** Who tells what a named voice said, unless it did so itself. An outlet stands for its own words. */
function tellerOf({ source, outlets: [nearest] }: Voice): string | null {
  if (nearest === undefined || source.kind === 'outlet') return null;
  const teller = outletName(nearest);
  return teller === nameOf(source) ? null : teller;
}

function outletName(name: string): string {
  return nameOf({ name, kind: 'outlet' });
}

/** One speaker for each name: an outlet that cites several sources cites them together. */
function merged(group: readonly Part[]): Part[] {
  return [...Map.groupBy(group, ({ speaker }) => speaker.name).values()].map((same) => {
    const [first] = same as [Part];
    const cited = same.flatMap(({ speaker }) => speaker.citing ?? []);
    const citing = new Set(cited).size < cited.length ? UNNAMED_PEOPLE : cited.join(' and ') || null;
    return { ...first, speaker: { name: first.speaker.name, citing } };
  });
}

/** Two outlets, one of which cites somebody, share a verb; of more, those who cite have a clause of their own. */
function byCiting(group: readonly Part[]): (readonly Part[])[] {
  if (group.length <= 2) return [group];
  return [...Map.groupBy(group, ({ speaker }) => speaker.citing !== null).values()];
}

function clauseOf(group: readonly Part[]): Clause {
  const [{ role, predicate, said, dateInside, toldBy }] = group as [Part];
  const speakers = group.map(({ speaker }) => speaker);
  const common = group.every((part) => part.toldBy === toldBy) ? toldBy : null;
  return { role, predicate, speakers, said, dateInside, toldBy: common };
}
