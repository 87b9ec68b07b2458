import { affiliationRange, edtfRange } from '../../src/domain/edtf.ts';
import { foldName } from '../../src/domain/names.ts';
import { CLAIM_KINDS, SOURCE_KINDS, STANCES } from '../../src/domain/vocabulary.ts';
import { stanceOf } from '../generate.ts';
import { Random, Weighted } from '../random.ts';
import { claimText, headline, place, sourceName } from '../words.ts';

/** How much of each. */
export interface GrowthSizes {
  readonly claims: number;
  readonly attributions: number;
  readonly sources: number;
  readonly reports: number;
}

/** The rows of a table, in the order in which they were recorded: the values of its columns. */
export interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly unknown[]>;
}

const DAY = 24 * 60 * 60 * 1000;
/** The ledger is kept from here on, for about two years. */
export const BEGIN = Date.UTC(2024, 0, 1);
export const SPAN = 700 * DAY;
const END = BEGIN + SPAN;

/** The most talked-of claim has so many attributions, the largest organization so many members, whatever the size of the ledger. */
const MOST_ATTRIBUTIONS = 2000;
const MOST_MEMBERS = 100;
const CLAIMS_A_TOPIC = 50;
const LONGEST_CHAIN = 6;

const KIND_SHARES = new Weighted<(typeof SOURCE_KINDS)[number]>([
  ['outlet', 8],
  ['government', 5],
  ['organization', 20],
  ['person', 50],
  ['document', 5],
  ['anonymous', 12],
]);
const STATUSES = new Weighted([
  ['held', 95] as const,
  ['cited_unseen', 3] as const,
  ['corrected', 1.5] as const,
  ['retracted', 0.5] as const,
]);

interface Source {
  readonly id: string;
  readonly kind: string;
  readonly at: number;
}
interface Report {
  readonly id: string;
  readonly at: number;
  readonly outlet: Source;
  readonly published: string;
  readonly status: ReturnType<typeof STATUSES.draw>;
  /** When it was corrected or retracted. */
  readonly changedAt: number;
}
interface Claim {
  readonly id: string;
  readonly at: number;
}

/**
 * Makes a ledger of the recorded rows of two years (DESIGN §2), what is derived left out but for what stands on the rows of
 * attributions. Like news: few sources speak often and few outlets publish most, most claims are hardly talked of, a third of
 * what is said is passed on. Some of it was withdrawn, some of that restored; reports are corrected and retracted;
 * affiliations are closed and opened again. The same seed and sizes make the same ledger, whose rows lie in the order in which
 * they were recorded.
 */
export function* makeLedger(sizes: GrowthSizes, seed: number): Generator<TableRows> {
  const random = new Random(seed);
  const topics = Math.ceil(sizes.claims / CLAIMS_A_TOPIC);
  const topicIds = Array.from({ length: topics }, (_, n) => random.uuid(topicAt(n, sizes.claims)));
  yield {
    table: 'topics',
    columns: ['id', 'slug', 'name', 'created_at', 'updated_at'],
    rows: topicIds.map((id, n) => {
      const at = instant(topicAt(n, sizes.claims));
      return [id, `topic-${n}`, `Topic ${n}`, at, at];
    }),
  };
  const sources = yield* makeSources(random, sizes.sources);
  yield* makeAffiliations(random, sources);
  const reports = yield* makeReports(random, sizes.reports, sources);
  const claims = yield* makeClaims(random, sizes.claims, topicIds);
  yield* makeSubjects(random, claims, sources);
  yield* makeRelations(random, claims);
  yield* makeAttributions(random, sizes.attributions, { sources, reports, claims });
}

const topicAt = (n: number, claims: number) => BEGIN + Math.max(0, (n * CLAIMS_A_TOPIC - 300) / claims) * SPAN;

/** A tenth of the sources is there at the beginning, the others come as time goes on. The first ones speak most. */
function* makeSources(random: Random, count: number): Generator<TableRows, Source[]> {
  const sources: Source[] = [];
  const outlets: string[] = [];
  const rows = range(count).map((n) => {
    // Whatever the seed, the first ones are of every kind, an outlet before all.
    const kind =
      n < SOURCE_KINDS.length ? (SOURCE_KINDS[(n + 3) % SOURCE_KINDS.length] ?? 'outlet') : KIND_SHARES.draw(random);
    const at = BEGIN + Math.max(0, n / count - 0.1) * SPAN * 0.9;
    const id = random.uuid(at);
    const name = sourceName(random, kind, n);
    const anonymous = kind === 'anonymous';
    if (kind === 'outlet') outlets.push(id);
    sources.push({ id, kind, at });
    const host = anonymous ? random.pick(outlets) : null;
    const [descriptor, terms] = anonymous ? ['a person familiar with the matter', 'background'] : [null, null];
    return [id, `${kind}-${n}`, name, foldName(name), kind, host, descriptor, terms, instant(at), instant(at)];
  });
  yield {
    table: 'sources',
    columns: [
      'id',
      'slug',
      'name',
      'name_folded',
      'kind',
      'host_id',
      'descriptor',
      'terms',
      'created_at',
      'updated_at',
    ],
    rows,
  };
  yield {
    table: 'source_states',
    columns: ['source_id', 'kind', 'host_id', 'recorded_from'],
    rows: rows.map((row) => [row[0], row[4], row[5], row[8]]),
  };
  return sources;
}

/**
 * Half of the people speak for a government or an organization, half of the organizations are part of a government. One in ten
 * of these was later closed and opened again with other dates.
 */
function* makeAffiliations(random: Random, sources: readonly Source[]): Generator<TableRows> {
  const members = new Map<Source, number>();
  const governments = sources.filter(({ kind }) => kind === 'government');
  const employers = sources.filter(({ kind }) => kind === 'government' || kind === 'organization');
  const organizationOf = (list: readonly Source[]): Source => {
    for (;;) {
      const organization = list[zipfIndex(random, list.length)] as Source;
      const count = members.get(organization) ?? 0;
      if (count >= MOST_MEMBERS) continue;
      members.set(organization, count + 1);
      return organization;
    }
  };
  const affiliate = (source: Source, kind: string, organization: Source) => {
    const at = Math.max(source.at, organization.at);
    const row = (from: string | null, recordedFrom: number, recordedUntil: number | null) => {
      const { from: validFrom, until: validUntil } = affiliationRange(from ?? undefined);
      const recorded = [instant(recordedFrom), recordedUntil && instant(recordedUntil)];
      return [random.uuid(recordedFrom), source.id, kind, organization.id, from, validFrom, validUntil, ...recorded];
    };
    const from = random.chance(0.5) ? dayOf(BEGIN + random.below(SPAN / 2)) : null;
    if (!random.chance(0.1)) return [row(from, at, null)];
    const changedAt = between(random, at, END);
    return [row(from, at, changedAt), row(dayOf(between(random, BEGIN, changedAt)), changedAt, null)];
  };
  const rows = sources.flatMap((source) => {
    if (source.kind === 'organization' && random.chance(0.5)) {
      return affiliate(source, 'part_of', organizationOf(governments));
    }
    if (source.kind === 'person' && random.chance(0.5))
      return affiliate(source, 'speaks_for', organizationOf(employers));
    return [];
  });
  yield {
    table: 'affiliations',
    columns: [
      'id',
      'source_id',
      'kind',
      'organization_id',
      'from',
      'valid_from',
      'valid_until',
      'recorded_from',
      'recorded_until',
    ],
    rows,
  };
}

/** Reports are recorded on the day on which they are published. */
function* makeReports(random: Random, count: number, sources: readonly Source[]): Generator<TableRows, Report[]> {
  const outlets = sources.filter(({ kind }) => kind === 'outlet');
  let known = 0;
  const reports = range(count).map((n): Report => {
    const at = BEGIN + (n / count) * SPAN;
    while (known < outlets.length && (outlets[known] as Source).at <= at) known += 1;
    return {
      id: random.uuid(at),
      at,
      outlet: outlets[zipfIndex(random, known)] as Source,
      published: dayOf(at),
      status: STATUSES.draw(random),
      changedAt: between(random, at, END),
    };
  });
  const isChanged = ({ status }: Report) => status === 'corrected' || status === 'retracted';
  const retractedOn = (report: Report) => (report.status === 'retracted' ? dayOf(report.changedAt) : null);
  const retractedRange = (report: Report) => {
    const on = retractedOn(report);
    return on === null ? [null, null] : [rangeOf(on).from, rangeOf(on).until];
  };
  const beforeOf = ({ status }: Report) => (status === 'retracted' ? 'held' : null);
  const languages = ['en', 'en', 'tr', 'ru', 'de'];
  yield {
    table: 'reports',
    columns: [
      ...['id', 'url', 'title', 'outlet_id', 'kind', 'language', 'published', 'published_from', 'published_until'],
      ...['status', 'status_before', 'retracted_on', 'retracted_from', 'retracted_until', 'version', 'created_at'],
      'updated_at',
    ],
    rows: mapped(reports, (report, n) => {
      const seen = report.status !== 'cited_unseen';
      const { from, until } = rangeOf(report.published);
      const changed = isChanged(report);
      return [
        report.id,
        seen ? `https://news${n % 150}.example/${report.published.replaceAll('-', '/')}/report-${n}` : null,
        seen ? headline(random) : null,
        report.outlet.id,
        'article',
        languages[n % languages.length],
        report.published,
        from,
        until,
        report.status,
        beforeOf(report),
        retractedOn(report),
        ...retractedRange(report),
        changed ? 2 : 1,
        instant(report.at),
        instant(changed ? report.changedAt : report.at),
      ];
    }),
  };
  yield {
    table: 'report_states',
    columns: [
      ...['report_id', 'outlet_id', 'status', 'status_before', 'published_from', 'published_until', 'retracted_from'],
      ...['retracted_until', 'recorded_from', 'recorded_until'],
    ],
    rows: flatMapped(reports, (report) => {
      const { from, until } = rangeOf(report.published);
      const state = (status: string, before: string | null, retracted: unknown[], recorded: unknown[]) => [
        ...[report.id, report.outlet.id, status, before, from, until],
        ...retracted,
        ...recorded,
      ];
      const [begun, changedAt] = [instant(report.at), instant(report.changedAt)];
      if (!isChanged(report)) return [state(report.status, null, [null, null], [begun, null])];
      return [
        state('held', null, [null, null], [begun, changedAt]),
        state(report.status, beforeOf(report), retractedRange(report), [changedAt, null]),
      ];
    }),
  };
  yield {
    table: 'report_events',
    columns: [
      ...['id', 'report_id', 'version', 'kind', 'reason', 'actor', 'happened', 'happened_from', 'happened_until'],
      'recorded_at',
    ],
    rows: flatMapped(reports, (report) => {
      if (!isChanged(report)) return [];
      const on = dayOf(report.changedAt);
      const { from, until } = rangeOf(on);
      const at = instant(report.changedAt);
      const id = random.uuid(report.changedAt);
      return [[id, report.id, 2, report.status, 'The outlet says so.', 'generator', on, from, until, at]];
    }),
  };
  return reports;
}

/**
 * A story has about fifty claims, a big one about a thousand. One claim in a hundred was moved to another story later, and one
 * prediction in seven has been decided.
 */
function* makeClaims(random: Random, count: number, topicIds: readonly string[]): Generator<TableRows, Claim[]> {
  const claims: Claim[] = [];
  const states: unknown[][] = [];
  const storyOf = (n: number): string | null => {
    const dice = random.next();
    if (dice < 0.1) return null;
    const story = dice < 0.3 ? Math.floor(n / 5000) * 100 : Math.floor(n / CLAIMS_A_TOPIC) + random.below(11) - 5;
    return topicIds[Math.min(Math.max(story, 0), topicIds.length - 1)] ?? null;
  };
  const makeRow = (n: number): unknown[] => {
    const at = BEGIN + (n / count) * SPAN;
    const id = random.uuid(at);
    claims.push({ id, at });
    const kind = random.pick(['fact', 'fact', 'fact', ...CLAIM_KINDS]);
    const due = kind === 'prediction' ? dayOf(at + random.below(400) * DAY) : null;
    const horizon = due === null ? [null, null] : [rangeOf(due).from, rangeOf(due).until];
    const decided = due !== null && random.chance(0.15);
    const moved = !decided && random.chance(0.01);
    const changedAt = between(random, at, END);
    const topic = storyOf(n);
    const outcome = (isDecided: boolean) =>
      due === null ? [null, null] : isDecided ? ['came_true', instant(changedAt)] : ['open', null];
    const state = (topicId: string | null, isDecided: boolean, recordedFrom: number, recordedUntil: number | null) => {
      const recorded = [instant(recordedFrom), recordedUntil && instant(recordedUntil)];
      states.push([id, kind, 'en', topicId, ...horizon, ...outcome(isDecided), ...recorded]);
    };
    const changed = moved || decided;
    if (changed) state(moved ? storyOf(n) : topic, false, at, changedAt);
    state(topic, decided, changed ? changedAt : at, null);
    return [
      ...[id, `claim-${n}`, `${claimText(random)} in ${place(zipfIndex(random, PLACES))}`, kind, 'en', topic, due],
      ...horizon,
      ...outcome(decided),
      // Ids rise with the clock here, so each claim has the newest one.
      ...[changed ? 2 : 1, instant(at), instant(changed ? changedAt : at), id],
    ];
  };
  yield {
    table: 'claims',
    columns: [
      ...['id', 'slug', 'text', 'kind', 'language', 'topic_id', 'horizon', 'horizon_from', 'horizon_until', 'outcome'],
      ...['resolved_at', 'version', 'created_at', 'updated_at', 'newest_id'],
    ],
    rows: mapped(range(count), makeRow),
  };
  yield {
    table: 'claim_states',
    columns: [
      ...['claim_id', 'kind', 'language', 'topic_id', 'horizon_from', 'horizon_until', 'outcome', 'resolved_at'],
      ...['recorded_from', 'recorded_until'],
    ],
    rows: states,
  };
  return claims;
}

/** Claims name so many places, the k-th in proportion to 1/k: from a word in one claim of ten to words in hardly any. */
const PLACES = 20_000;

/** What claims are about: two thirds name one or two sources. */
function* makeSubjects(random: Random, claims: readonly Claim[], sources: readonly Source[]): Generator<TableRows> {
  const namable = sources.filter(({ kind }) => kind !== 'anonymous' && kind !== 'document');
  let known = 0;
  yield {
    table: 'claim_about',
    columns: ['id', 'claim_id', 'source_id', 'recorded_from'],
    rows: flatMapped(claims, ({ id, at }) => {
      while (known < namable.length && (namable[known] as Source).at <= at) known += 1;
      const named = new Set(range(random.below(3)).map(() => (namable[zipfIndex(random, known)] as Source).id));
      return [...named].map((source) => [random.uuid(at), id, source, instant(at)]);
    }),
  };
}

/** One claim in ten bears on one of those before it. */
function* makeRelations(random: Random, claims: readonly Claim[]): Generator<TableRows> {
  yield {
    table: 'claim_relations',
    columns: ['id', 'relation_id', 'version', 'from_id', 'type', 'to_id', 'status', 'actor', 'recorded_from'],
    rows: flatMapped(claims, ({ id, at }, n) => {
      if (n === 0 || !random.chance(0.1)) return [];
      const other = claims[Math.max(0, n - 1 - random.below(50))] as Claim;
      const type = random.pick(['contradicts', 'supports', 'depends_on']);
      const relation = random.uuid(at);
      return [[relation, relation, 1, id, type, other.id, 'confirmed', 'generator', instant(at)]];
    }),
  };
}

interface Speech {
  readonly id: string;
  readonly stance: string;
  readonly depth: number;
}

/** How attributions hang together, by the order in which they were recorded: what `live` is derived from. */
interface Structure {
  /** When each was recorded, and on which claim. */
  readonly at: Float64Array;
  readonly claim: Uint32Array;
  readonly report: Uint32Array;
  /** What each relays, or -1. */
  readonly relays: Int32Array;
  readonly depth: Uint8Array;
  /** 1: withdrawn; 2: withdrawn and restored. */
  readonly withdrawn: Uint8Array;
}

function* makeAttributions(
  random: Random,
  count: number,
  world: { sources: readonly Source[]; reports: readonly Report[]; claims: readonly Claim[] },
): Generator<TableRows> {
  const structure = makeStructure(random, count, world);
  const spoken: Speech[] = new Array(count);
  const origin = new Uint8Array(count);
  let known = 0;
  const makeRow = (n: number): unknown[] => {
    const at = structure.at[n] as number;
    const report = world.reports[structure.report[n] as number] as Report;
    const relays = structure.relays[n] as number;
    while (known < world.sources.length && (world.sources[known] as Source).at <= at) known += 1;
    const drawn = stanceOf(random, at - random.below(30) * DAY);
    const stance = relays === -1 ? drawn.stance : 'reports';
    origin[n] = relays === -1 ? STANCES.indexOf(stance) : (origin[relays] as number);
    const source = relays === -1 ? (world.sources[zipfIndex(random, known)] as Source) : report.outlet;
    const id = random.uuid(at);
    spoken[n] = { id, stance, depth: structure.depth[n] as number };
    const said = drawn.said === null ? null : rangeOf(drawn.said);
    const { from, until } = said ?? rangeOf(report.published);
    return [
      ...[(world.claims[structure.claim[n] as number] as Claim).id, id, source.id, report.id, stance],
      ...[drawn.certainty, drawn.emphasis, relays === -1 ? null : (spoken[relays] as Speech).id, structure.depth[n]],
      ...[relays === -1 ? null : STANCES[origin[relays] as number], random.chance(0.005), drawn.quote_exact],
      ...[drawn.said, said?.from ?? null, said?.until ?? null, instant(at), instant(at)],
      ...[structure.withdrawn[n] === 0 ? 1 : (structure.withdrawn[n] as number) + 1, true, from, until],
    ];
  };
  yield {
    table: 'attributions',
    columns: [
      ...['claim_id', 'id', 'source_id', 'report_id', 'stance', 'certainty', 'emphasis', 'relays_id', 'depth'],
      ...['passes_on', 'speaking_for_self', 'quote_exact', 'said', 'said_from', 'said_until', 'recorded_at'],
      ...['updated_at', 'version', 'live', 'stance_from', 'stance_until'],
    ],
    rows: mapped(range(count), makeRow),
  };
  yield {
    table: 'withdrawals',
    columns: [
      ...['id', 'claim_id', 'attribution_id', 'kind', 'reason', 'actor', 'recorded_from', 'recorded_until', 'ended_by'],
    ],
    rows: flatMapped(range(count), (n) => {
      if (structure.withdrawn[n] === 0) return [];
      const at = between(random, structure.at[n] as number, END);
      const restored = structure.withdrawn[n] === 2 ? instant(between(random, at, END)) : null;
      const claim = (world.claims[structure.claim[n] as number] as Claim).id;
      const reason = 'The recording says otherwise.';
      const row = [random.uuid(at), claim, (spoken[n] as Speech).id, 'withdrawn', reason, 'generator', instant(at)];
      return [[...row, restored, restored && 'generator']];
    }),
  };
}

function makeStructure(
  random: Random,
  count: number,
  { reports, claims }: { reports: readonly Report[]; claims: readonly Claim[] },
): Structure {
  const { at, claim } = makeMoments(random, count, claims);
  const structure = {
    at,
    claim,
    report: new Uint32Array(count),
    relays: new Int32Array(count).fill(-1),
    depth: new Uint8Array(count),
    withdrawn: new Uint8Array(count),
  };
  const earlier = new Map<number, number[]>();
  for (let n = 0; n < count; n += 1) {
    const index = claim[n] as number;
    const before = earlier.get(index) ?? [];
    const relays = before.length > 0 && random.chance(0.3) ? random.pick(before) : -1;
    if (relays !== -1 && (structure.depth[relays] as number) < LONGEST_CHAIN) {
      structure.relays[n] = relays;
      structure.depth[n] = (structure.depth[relays] as number) + 1;
    }
    earlier.set(index, [...before.slice(-7), n]);
    const place = Math.floor((((at[n] as number) - BEGIN) / SPAN) * reports.length);
    structure.report[n] = Math.min(Math.max(place - random.below(200), 0), reports.length - 1);
    structure.withdrawn[n] = random.chance(0.005) ? (random.chance(0.25) ? 2 : 1) : 0;
  }
  return structure;
}

/**
 * When what is said of each claim was recorded, in order. Most of it soon after the claim, the rest at any time. The number of
 * attributions a claim follows a power law with the same shape and the same upper bound at every size.
 */
function makeMoments(
  random: Random,
  count: number,
  claims: readonly Claim[],
): { at: Float64Array; claim: Uint32Array } {
  const numbers = attributionsAClaim(count, claims.length);
  const order = random.shuffled(range(claims.length));
  // One number a moment, so that they sort fast: hundredths of a second, then the claim.
  const keys = new Float64Array(count);
  const base = 2 ** Math.ceil(Math.log2(claims.length));
  let n = 0;
  for (const [rank, index] of order.entries()) {
    const { at } = claims[index] as Claim;
    for (let each = 0; each < (numbers[rank] as number); each += 1) {
      const left = END - at;
      const delay =
        each === 0 ? 1 : random.chance(0.7) ? random.next() ** 3 * Math.min(10 * DAY, left) : random.next() * left;
      keys[n] = Math.floor((at + delay - BEGIN) / 10) * base + index;
      n += 1;
    }
  }
  keys.sort();
  return {
    at: keys.map((key, place) => BEGIN + Math.floor(key / base) * 10 + 10 + (place % 10) / 10),
    claim: Uint32Array.from(keys, (key) => key % base),
  };
}

/** How many attributions each claim has, from the most talked of: 1/rank^0.8, at least 1, at most MOST_ATTRIBUTIONS. */
function attributionsAClaim(count: number, claims: number): Uint16Array {
  const withScale = (scale: number) =>
    Uint16Array.from({ length: claims }, (_, rank) =>
      Math.min(MOST_ATTRIBUTIONS, Math.max(1, Math.floor(scale * ((rank + 0.5) / claims) ** -0.8))),
    );
  const sum = (numbers: Uint16Array) => numbers.reduce((total, number) => total + number, 0);
  let [low, high] = [0, count / claims];
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (sum(withScale(middle)) > count) high = middle;
    else low = middle;
  }
  const numbers = withScale(low);
  const missing = count - sum(numbers);
  for (let n = 0; n < missing; n += 1)
    numbers[claims - 1 - (n % claims)] = (numbers[claims - 1 - (n % claims)] ?? 0) + 1;
  return numbers;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString();

const between = (random: Random, from: number, until: number): number => from + 1 + random.next() * (until - from - 1);

/** An index below `count`, the k-th in proportion to 1/k (Zipf's law, by its continuous form). */
function zipfIndex(random: Random, count: number): number {
  return Math.min(count - 1, Math.floor(Math.exp(random.next() * Math.log(count + 1))) - 1);
}

function* mapped<T>(list: readonly T[], row: (each: T, index: number) => unknown[]): Generator<unknown[]> {
  for (const [index, each] of list.entries()) yield row(each, index);
}

function* flatMapped<T>(list: readonly T[], rows: (each: T, index: number) => unknown[][]): Generator<unknown[]> {
  for (const [index, each] of list.entries()) yield* rows(each, index);
}

const dayOf = (milliseconds: number): string => instant(milliseconds).slice(0, 10);

const ranges = new Map<string, ReturnType<typeof edtfRange>>();

function rangeOf(day: string): ReturnType<typeof edtfRange> {
  const found = ranges.get(day) ?? edtfRange(day);
  ranges.set(day, found);
  return found;
}
