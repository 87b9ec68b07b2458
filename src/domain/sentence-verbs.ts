import type { Voice } from './sentence-facts.ts';

/** How sure a voice is, as far as the verb has to say it. */
export type Degree = 'plain' | 'probable' | 'possible';

/**
 * What a clause says of its subject, in the past tense. `opening` states the claim, `later` refers to it. Slots: {claim};
 * {when}, the date; {that}, the date with `that` behind it; {too}, where a denial follows a denial.
 */
export interface Predicate {
  readonly past: string;
  readonly opening: string;
  readonly later: string;
  /** Whether several subjects do it one by one. */
  readonly each?: boolean;
}

/** A predicate with the form of its verb after `cited unnamed people as`. */
interface Spoken extends Predicate {
  readonly ing: string;
}

const verb = (past: string, ing: string, later: string, opening = '{when} that {claim}'): Spoken => ({
  past,
  ing,
  opening,
  later,
});

/**
 * The verbs of the house. `said` is the verb; a strong emphasis changes none of them, on neither side (`insisted` and
 * `flatly denied` would be our words); a hedged one does, because without it somebody would be made to say more than they did.
 */
const VERBS = {
  said: verb('said', 'saying', 'so too {when}'),
  suggested: verb('suggested', 'suggesting', 'as much {when}'),
  reported: verb('reported', 'reporting', 'it too {when}'),
  confirmed: verb('confirmed', 'confirming', 'it {when}'),
  appearedToConfirm: verb('appeared to confirm', 'appearing to confirm', 'it {when}'),
  denied: verb('denied', 'denying', 'it{too} {when}'),
  appearedToDeny: verb('appeared to deny', 'appearing to deny', 'it{too} {when}'),
  doubted: verb('doubted', 'doubting', 'it{too} {when}'),
  appearedToDoubt: verb('appeared to doubt', 'appearing to doubt', 'it{too} {when}'),
  contradicted: verb('contradicted', 'contradicting', 'it{too} {when}', '{when} the claim that {claim}'),
  castDoubt: verb('cast doubt', 'casting doubt', 'on it{too} {when}', '{when} on the claim that {claim}'),
  tookBack: verb('took back', 'taking back', '{when} an earlier statement about it'),
  citedReports: verb('cited', 'citing', 'unsourced reports of it {when}', '{when} unsourced reports that {claim}'),
  spokeForAndAgainst: {
    ...verb('spoke', 'speaking', 'both for and against it', 'both for and against the claim that {claim}'),
    each: true,
  },
  declined: verb('declined to comment', 'declining to comment', ''),
  didNotRespond: verb('did not respond', 'not responding', 'to a request for comment'),
  saidNothing: verb('said', 'saying', 'nothing about it'),
} satisfies Record<string, Spoken>;

/** Certain is what `said` says by itself; what is less than certain is said in these words. */
const DEGREES_FOR = { probable: 'it was likely', possible: 'it was possible' } as const;
const DEGREES_AGAINST = { probable: 'it was unlikely', possible: 'it might not be true' } as const;

/** `said it was likely that …`, but `reported that it was likely that …`. */
function inDegree(base: Spoken, words: string): Spoken {
  const that = base === VERBS.reported ? '{when} that ' : '{that}';
  return { ...base, opening: `${that}${words} that {claim}`, later: `{that}${words}` };
}

/** What an outlet does that cites unnamed people, or speaks in its own voice, by how sure it or they are. */
export const REPORTED: Readonly<Record<Degree, Predicate>> = {
  plain: VERBS.reported,
  probable: inDegree(VERBS.reported, DEGREES_FOR.probable),
  possible: inDegree(VERBS.reported, DEGREES_FOR.possible),
};

/** What an outlet does that cites unnamed people with anything else than a plain word for the claim. */
export function citedAs(people: string, { ing, opening, later }: Spoken): Predicate {
  return { past: `cited ${people} as ${ing}`, opening, later, each: true };
}

/** What a voice did: its verb by stance, kind of source and emphasis, its complement by how sure it is. */
export function predicateOf(voice: Voice, degree: Degree): Spoken {
  const { stance, order, source, emphasis } = voice;
  const [isDocument, hedged] = [source.kind === 'document', emphasis === 'hedged'];
  const speaking = hedged ? VERBS.suggested : source.kind === 'outlet' ? VERBS.reported : VERBS.said;
  switch (stance) {
    case 'reports':
      return VERBS.citedReports;
    case 'retracts':
      return VERBS.tookBack;
    case 'declines_to_comment':
      return isDocument ? VERBS.saidNothing : VERBS.declined;
    case 'no_response':
      return isDocument ? VERBS.saidNothing : VERBS.didNotRespond;
  }
  if (order === 'undetermined') return VERBS.spokeForAndAgainst;
  switch (stance) {
    case 'asserts':
      return degree === 'plain' ? speaking : inDegree(speaking, DEGREES_FOR[degree]);
    case 'confirms': {
      const confirming = hedged ? VERBS.appearedToConfirm : VERBS.confirmed;
      return degree === 'plain' ? confirming : inDegree(confirming, DEGREES_FOR[degree]);
    }
    case 'denies':
      if (degree !== 'plain') return inDegree(speaking, DEGREES_AGAINST[degree]);
      if (isDocument) return VERBS.contradicted;
      return hedged ? VERBS.appearedToDeny : VERBS.denied;
    case 'doubts':
      if (isDocument) return VERBS.castDoubt;
      return hedged ? VERBS.appearedToDoubt : VERBS.doubted;
  }
}
