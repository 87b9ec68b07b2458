import { capitalized, nameOf } from './sentence-names.ts';
import type { Flag, Outcome, SourceKind } from './vocabulary.ts';

/** What can be missing from a claim, in the order in which a dossier lists it. */
export const GAP_TYPES = [
  'single_origin',
  'unnamed_only',
  'nobody_asked',
  'request_overdue',
  'no_quote',
  'quote_lost',
  'no_archived_copy',
  'one_language',
  'overdue',
  'no_evidence',
] as const;
export type GapType = (typeof GAP_TYPES)[number];

/** A source or a report as a gap names it. */
export interface GapSource {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

/** A source that a gap is about: its kind tells whether its name takes an article. */
export interface KnownSource extends GapSource {
  readonly kind: SourceKind;
}

/** What is known of a claim, as far as its gaps look at it. */
export interface GapFacts {
  readonly flags: readonly Flag[];
  /** The origins for it; `anonymous`: the unnamed people of this host. */
  readonly originsFor: readonly { readonly source: KnownSource; readonly anonymous: boolean }[];
  /** Whom it is about, and who neither was asked nor took any stance. */
  readonly uncontacted: readonly KnownSource[];
  /** Who was to answer by a time that is past (RFC 3339), and did not. */
  readonly overdueRequests: readonly { readonly source: KnownSource; readonly deadline: string | null }[];
  /** The reports in which anything live lies; the language is a tag of BCP 47, `und` where nobody knows. */
  readonly reports: readonly { readonly id: string; readonly language: string; readonly isArchived: boolean }[];
  /** The reports whose texts have lost a quote. */
  readonly lostIn: readonly string[];
  readonly prediction: {
    readonly horizon: string | null;
    readonly outcome: Outcome;
    readonly evidence: 'none' | 'given' | 'fallen';
  } | null;
}

/** What a careful editor would still do, in one English sentence, and about whom and what. */
export interface Gap {
  readonly type: GapType;
  readonly detail: string;
  readonly sources: GapSource[];
  readonly reports: string[];
}

type Finder = (facts: GapFacts) => Omit<Gap, 'type'> | undefined;

/** What is missing from a claim, in the order of GAP_TYPES. */
export function gapsOf(facts: GapFacts): Gap[] {
  return GAP_TYPES.flatMap((type) => {
    const gap = FINDERS[type](facts);
    return gap === undefined ? [] : [{ type, ...gap }];
  });
}

const FINDERS: Readonly<Record<GapType, Finder>> = {
  single_origin: ({ originsFor }) => {
    const [only, another] = originsFor;
    if (only === undefined || another !== undefined) return undefined;
    const who = only.anonymous ? `unnamed people, told by ${nameOf(only.source)}, say` : `${nameOf(only.source)} says`;
    return gap(`Only ${who} so: look for a second, independent source.`, { sources: [only.source] });
  },
  unnamed_only: ({ flags, originsFor }) =>
    flags.includes('anonymous_only')
      ? gap('Everybody who says so is unnamed: look for somebody who says it on the record.', {
          sources: originsFor.map(({ source }) => source),
        })
      : undefined,
  nobody_asked: ({ uncontacted }) =>
    uncontacted.length > 0
      ? gap(`It is about ${listed(uncontacted)}, of whom nothing is heard: ask for a reply.`, { sources: uncontacted })
      : undefined,
  request_overdue: ({ overdueRequests }) => {
    if (overdueRequests.length === 0) return undefined;
    const sources = overdueRequests.map(({ source }) => source);
    const due = overdueRequests.map(({ source, deadline }) => `${nameOf(source)} by ${deadline?.slice(0, 10)}`);
    return gap(`No reply came in time (${due.join('; ')}): ask again, or let the request lapse.`, { sources });
  },
  no_quote: ({ flags }) =>
    flags.includes('no_quote')
      ? gap('Nobody is quoted word for word: record the words as they are printed.')
      : undefined,
  quote_lost: ({ lostIn }) =>
    lostIn.length > 0
      ? gap('A quote is no longer in the text of its report: check what the report says now.', { reports: lostIn })
      : undefined,
  no_archived_copy: ({ flags, reports }) =>
    flags.includes('unarchived') && reports.length > 0
      ? gap('There is no archived copy of any report that it rests on: archive them.', {
          reports: reports.filter(({ isArchived }) => !isArchived).map(({ id }) => id),
        })
      : undefined,
  one_language: ({ reports }) => {
    const known = reports.flatMap(({ language }) => (language === 'und' ? [] : (language.split('-')[0] ?? [])));
    const [only, another] = new Set(known);
    if (only === undefined || another !== undefined) return undefined;
    return gap(
      `All reports of it whose language is known are in one language (${languageName(only)}): look for reports in others.`,
    );
  },
  overdue: ({ flags, prediction }) =>
    flags.includes('overdue')
      ? gap(`The time in which it was to come true (${prediction?.horizon}) is over, and it has no outcome: judge it.`)
      : undefined,
  no_evidence: ({ prediction }) => {
    if (prediction === null || !OUTCOMES_TO_SHOW.has(prediction.outcome) || prediction.evidence === 'given')
      return undefined;
    const [is, other] =
      prediction.evidence === 'none'
        ? ['is recorded without evidence', 'an']
        : ['rests on an attribution that does not count any more', 'another'];
    return gap(`Its outcome ${is}: name ${other} attribution or a page that shows it.`);
  },
};

/** Outcomes that are a judgement: what is void was not judged. */
const OUTCOMES_TO_SHOW: ReadonlySet<Outcome> = new Set(['came_true', 'did_not']);

function gap(
  detail: string,
  { sources = [], reports = [] }: { sources?: readonly GapSource[]; reports?: readonly string[] } = {},
): Omit<Gap, 'type'> {
  return {
    detail: capitalized(detail),
    sources: sources.map(({ id, slug, name }) => ({ id, slug, name })),
    reports: [...reports],
  };
}

const AND = new Intl.ListFormat('en', { type: 'conjunction' });

function listed(sources: readonly KnownSource[]): string {
  return AND.format(sources.map(nameOf));
}

const LANGUAGE_NAMES = new Intl.DisplayNames('en', { type: 'language' });

function languageName(language: string): string {
  return LANGUAGE_NAMES.of(language) ?? language;
}
