import { affiliationRange, edtfRange } from '../src/domain/edtf.ts';
import { foldName } from '../src/domain/names.ts';
import type { Stance } from '../src/domain/vocabulary.ts';
import { Random, Weighted, zipf } from './random.ts';
import { claimText, headline, quote, sourceName } from './words.ts';

/** How much of each. */
export interface Sizes {
  readonly sources: number;
  readonly reports: number;
  readonly claims: number;
  readonly attributions: number;
}

/** A row to be loaded: its members are columns. Tables are loaded in the order in which `generate` gives them. */
export type Row = { readonly id: string } & Readonly<Record<string, unknown>>;

type SourceRow = Row & { readonly kind: string };
type AttributionRow = Row & { readonly claim_id: string; readonly depth: number };

type Table =
  | 'topics'
  | 'sources'
  | 'affiliations'
  | 'reports'
  | 'claims'
  | 'claim_about'
  | 'attributions'
  | 'withdrawals';

/** A ledger as the tables hold it, derived tables left out. What is relayed comes before its relay. */
export type World = Readonly<Record<Table, Row[]>>;

const DAY = 24 * 60 * 60 * 1000;
const BEGIN = Date.UTC(2024, 0, 1);
const SPAN = 700 * DAY;

/** Shares of the kinds of sources. Anonymous ones come last, since each has a host. */
const SOURCE_KINDS = [
  ['outlet', 0.08],
  ['government', 0.05],
  ['organization', 0.2],
  ['person', 0.5],
  ['document', 0.05],
  ['anonymous', 0.12],
] as const;

/** How often each stance is taken by who is not relaying. */
const STANCES = new Weighted<Stance>([
  ['asserts', 46],
  ['confirms', 8],
  ['denies', 20],
  ['doubts', 6],
  ['declines_to_comment', 8],
  ['no_response', 4],
  ['reports', 6],
  ['retracts', 2],
]);

const RELAYED = 0.3;
const LONGEST_CHAIN = 6;

/**
 * Makes a ledger like news: few sources speak often and few outlets publish most (Zipf's law), few claims are much talked
 * of and most hardly, a third of what is said is passed on in chains, spokespeople speak for governments, some are
 * unnamed. The same seed and sizes make the same ledger.
 */
export function generate(sizes: Sizes, seed: number): World {
  const random = new Random(seed);
  const topics = range(Math.ceil(sizes.claims / 50)).map((n) => ({
    id: random.uuid(BEGIN + n),
    slug: `topic-${n}`,
    name: `Topic ${n}`,
  }));
  const sources = makeSources(random, sizes.sources);
  const outlets = sources.filter(({ kind }) => kind === 'outlet');
  const reports = makeReports(random, sizes.reports, outlets);
  const claims = makeClaims(random, sizes.claims, topics);
  const attributions = makeAttributions(random, sizes.attributions, { sources, reports, claims });
  return {
    topics,
    sources,
    affiliations: makeAffiliations(random, sources),
    reports,
    claims,
    claim_about: makeSubjects(random, claims, sources),
    attributions,
    withdrawals: makeWithdrawals(random, attributions),
  };
}

/** Sources from the one that speaks most to the one that speaks least, for whoever adds to a ledger as the generator does. */
export function speakers(sources: readonly Row[]): Weighted<Row> {
  return zipf(new Random(1).shuffled(sources));
}

/** Claims from the one that is talked of most. */
export function subjects(claims: readonly Row[]): Weighted<Row> {
  return zipf(new Random(2).shuffled(claims), 0.8);
}

/** A stance on a claim, as it is said: stance, certainty, emphasis, and perhaps a quote and a date. */
export function stanceOf(random: Random, instant: number) {
  return {
    stance: STANCES.draw(random),
    certainty: random.pick(['unstated', 'unstated', 'certain', 'probable', 'possible']),
    emphasis: random.pick(['plain', 'plain', 'plain', 'strong', 'hedged']),
    quote_exact: random.chance(0.35) ? quote(random) : null,
    said: random.chance(0.5) ? dayOf(instant) : null,
  };
}

function makeSources(random: Random, count: number): SourceRow[] {
  const sources: SourceRow[] = [];
  for (const [kind, share] of SOURCE_KINDS) {
    const hosts = sources.filter((source) => source.kind === 'outlet');
    for (let n = 0; n < Math.round(count * share); n += 1) {
      const name = sourceName(random, kind, n);
      const anonymous = kind === 'anonymous';
      sources.push({
        id: random.uuid(BEGIN + sources.length),
        slug: `${kind}-${n}`,
        name,
        name_folded: foldName(name),
        kind,
        host_id: anonymous ? random.pick(hosts).id : null,
        descriptor: anonymous ? 'a person familiar with the matter' : null,
        terms: anonymous ? 'background' : null,
      });
    }
  }
  return sources;
}

/** Half of the people speak for a government or an organization, half of the organizations are part of a government. */
function makeAffiliations(random: Random, sources: readonly SourceRow[]): Row[] {
  const ofKind = (...kinds: string[]) => sources.filter(({ kind }) => kinds.includes(kind));
  const governments = zipf(ofKind('government'));
  const employers = zipf(ofKind('government', 'organization'));
  const affiliate = (source: SourceRow, kind: string, organization: Row): Row => {
    const from = random.chance(0.5) ? dayOf(BEGIN + random.below(SPAN / 2)) : undefined;
    const { from: valid_from, until: valid_until } = affiliationRange(from);
    const id = random.uuid(BEGIN);
    return { id, source_id: source.id, kind, organization_id: organization.id, from, valid_from, valid_until };
  };
  return [
    ...ofKind('organization').flatMap((source) =>
      random.chance(0.5) ? affiliate(source, 'part_of', governments.draw(random)) : [],
    ),
    ...ofKind('person').flatMap((source) =>
      random.chance(0.5) ? affiliate(source, 'speaks_for', employers.draw(random)) : [],
    ),
  ];
}

/** Reports in the order in which they were published. */
function makeReports(random: Random, count: number, outlets: readonly Row[]): Row[] {
  const publishers = zipf(outlets);
  const statuses = new Weighted([
    ['held', 95] as const,
    ['cited_unseen', 3] as const,
    ['corrected', 1.5] as const,
    ['retracted', 0.5] as const,
  ]);
  return range(count).map((n) => {
    const instant = BEGIN + (n / count) * SPAN;
    const published = dayOf(instant);
    const status = statuses.draw(random);
    const seen = status !== 'cited_unseen';
    return {
      id: random.uuid(instant),
      url: seen ? `https://news${n % 150}.example/${published.replaceAll('-', '/')}/report-${n}` : null,
      title: seen ? headline(random) : null,
      outlet_id: publishers.draw(random).id,
      kind: 'article',
      language: random.pick(['en', 'en', 'tr', 'ru', 'de']),
      published,
      published_from: rangeOf(published).from,
      published_until: rangeOf(published).until,
      status,
    };
  });
}

function makeClaims(random: Random, count: number, topics: readonly Row[]): Row[] {
  return range(count).map((n) => {
    const kind = random.pick(['fact', 'fact', 'fact', 'intention', 'assessment', 'possibility', 'prediction']);
    const horizon = kind === 'prediction' ? dayOf(BEGIN + SPAN + random.below(SPAN)) : null;
    return {
      id: random.uuid(BEGIN + (n / count) * SPAN),
      slug: `claim-${n}`,
      text: claimText(random),
      kind,
      language: 'en',
      topic_id: random.chance(0.9) ? random.pick(topics).id : null,
      horizon,
      horizon_from: horizon && rangeOf(horizon).from,
      horizon_until: horizon && rangeOf(horizon).until,
      outcome: kind === 'prediction' ? 'open' : null,
    };
  });
}

/** What claims are about: two thirds name one or two sources. */
function makeSubjects(random: Random, claims: readonly Row[], sources: readonly SourceRow[]): Row[] {
  const namable = zipf(random.shuffled(sources.filter(({ kind }) => kind !== 'anonymous' && kind !== 'document')));
  return claims.flatMap((claim) => {
    const named = new Set(range(random.below(3)).map(() => namable.draw(random).id));
    return [...named].map((source_id) => ({ id: random.uuid(BEGIN), claim_id: claim.id, source_id }));
  });
}

/** One in two hundred attributions was our own error. */
function makeWithdrawals(random: Random, attributions: readonly AttributionRow[]): Row[] {
  return attributions
    .filter(() => random.chance(0.005))
    .map(({ claim_id, id }) => {
      const reason = 'The recording says otherwise.';
      return {
        id: random.uuid(BEGIN + SPAN),
        claim_id,
        attribution_id: id,
        kind: 'withdrawn',
        reason,
        actor: 'generator',
      };
    });
}

function makeAttributions(
  random: Random,
  count: number,
  { sources, reports, claims }: Pick<World, 'sources' | 'reports' | 'claims'>,
): AttributionRow[] {
  const [speaking, talkedOf] = [speakers(sources), subjects(claims)];
  const said = new Map<string, AttributionRow[]>();
  return range(count).map((n) => {
    const instant = BEGIN + SPAN + n;
    // Every claim is spoken of at least once, and what belongs together in time lies in the same few reports.
    const claim = claims[n] ?? talkedOf.draw(random);
    const report = nearby(random, reports, n / count);
    const earlier = said.get(claim.id) ?? [];
    const relayed = earlier.length > 0 && random.chance(RELAYED) ? random.pick(earlier.slice(-20)) : undefined;
    const relays = relayed !== undefined && relayed.depth < LONGEST_CHAIN ? relayed : undefined;
    const stance = stanceOf(random, BEGIN + (n / count) * SPAN);
    const range = stance.said === null ? null : rangeOf(stance.said);
    const row = {
      claim_id: claim.id,
      id: random.uuid(instant),
      source_id: relays ? String(report.outlet_id) : speaking.draw(random).id,
      report_id: report.id,
      ...stance,
      ...(relays ? { stance: 'reports' } : {}),
      relays_id: relays?.id ?? null,
      depth: relays ? relays.depth + 1 : 0,
      said_from: range?.from ?? null,
      said_until: range?.until ?? null,
    };
    said.set(claim.id, [...earlier.slice(-20), row]);
    return row;
  });
}

function nearby(random: Random, reports: readonly Row[], place: number): Row {
  const index = Math.floor(place * reports.length) + random.below(200) - 100;
  const report = reports[Math.min(Math.max(index, 0), reports.length - 1)];
  if (report === undefined) throw new RangeError('there are no reports');
  return report;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

const ranges = new Map<string, ReturnType<typeof edtfRange>>();

function rangeOf(day: string): ReturnType<typeof edtfRange> {
  const found = ranges.get(day) ?? edtfRange(day);
  ranges.set(day, found);
  return found;
}
