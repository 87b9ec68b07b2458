import { isPast, type TimeRange } from './attribution.ts';
import { liesWhollyAfter } from './position.ts';
import type { Order, Stance } from './vocabulary.ts';

/** What can happen to a claim (DESIGN §4): the stances as deeds, and what becomes of them, their reports and their claims. */
export const EVENT_TYPES = [
  'said',
  'confirmed',
  'denied',
  'doubted',
  'declined',
  'no_response',
  'reported',
  'relayed',
  'took_back',
  'published',
  'corrected',
  'retracted',
  'withdrawn',
  'superseded',
  'restored',
  'merged',
  'unmerged',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** An approximate time as it was written, and the range that it covers. */
export interface Dated extends TimeRange {
  readonly edtf: string;
}

/**
 * Everything that was recorded about a claim; instants in microseconds since the epoch. The source and the report of an
 * attribution are those that stand where its own are merged.
 */
export interface ClaimHistory {
  readonly attributions: readonly {
    readonly id: string;
    readonly claim: string;
    readonly source: string;
    readonly report: string;
    readonly stance: Stance;
    readonly relays: string | null;
    readonly said: Dated | null;
    readonly recordedAt: number;
  }[];
  readonly reports: readonly {
    readonly id: string;
    readonly published: Dated | null;
    readonly recordedAt: number;
  }[];
  readonly reportEvents: readonly {
    readonly id: string;
    readonly report: string;
    readonly kind: 'corrected' | 'retracted' | 'restored';
    readonly reason: string | null;
    readonly actor: string;
    /** When its outlet did so, where that is told. */
    readonly happened: Dated | null;
    readonly recordedAt: number;
  }[];
  readonly withdrawals: readonly (Interval & {
    readonly attribution: string;
    readonly kind: 'withdrawn' | 'superseded';
  })[];
  readonly merges: readonly (Interval & {
    readonly kind: 'claim' | 'source' | 'report';
    readonly from: string;
    readonly into: string;
  })[];
}

/** What was recorded at one instant and ended at another, or not yet. */
interface Interval {
  readonly id: string;
  readonly reason: string;
  readonly actor: string;
  readonly since: number;
  readonly until: number | null;
  readonly endedBy: string | null;
  readonly endedReason: string | null;
}

/** Where in time an event stands in the order, and behind how many links of a chain. */
export interface Place extends TimeRange {
  readonly depth: number;
}

/** One event about a claim, by the ids of what takes part in it. */
export interface TimelineEvent {
  /** Its type and the id of the row that tells of it. */
  readonly id: string;
  readonly type: EventType;
  /** Whether its time is that of the world, or that at which we recorded it. */
  readonly clock: 'said' | 'recorded';
  readonly time: TimeRange & { readonly edtf: string | null };
  readonly place: Place;
  readonly recordedAt: number;
  readonly attribution: string | null;
  readonly source: string | null;
  readonly report: string | null;
  /** Where it is not the claim of the timeline. */
  readonly claim: string | null;
  readonly reason: string | null;
  readonly by: string | null;
}

/** An event in its place. `undetermined`: it may have come before the event in front of it. */
export type PlacedEvent = TimelineEvent & { readonly order: Order };

/**
 * Every event about a claim, each once, in order (DESIGN §4): by the start of its time (an open one first), then by its end,
 * then as they were recorded; but a relay after what it relays, unless that begins on a later day. With `asOf` (microseconds since the epoch) only what is certain to have happened in the world by
 * then; what we recorded, a withdrawal or a merge, holds at every `asOf`.
 */
export function timelineOf(claim: string, history: ClaimHistory, asOf: number | null = null): PlacedEvent[] {
  const events = [
    ...stances(claim, history),
    ...publications(history),
    ...history.reportEvents.map(reportEvent),
    ...withdrawals(claim, history),
    ...merges(claim, history),
  ].filter(({ clock, time }) => asOf === null || clock === 'recorded' || isPast(time, asOf));
  const ordered = events.sort(compareEvents);
  return ordered.map((event, index) => ({ ...event, order: orderAfter(ordered[index - 1], event) }));
}

/** What an event's place in the order is made of. */
export type EventPlace = Pick<TimelineEvent, 'id' | 'recordedAt' | 'place'>;

/**
 * Less than 0 where the first comes before the second; 0 only for one and the same event. Of what was recorded at once a
 * report comes before what stands in it, and what is relayed before its relays.
 */
export function compareEvents(a: EventPlace, b: EventPlace): number {
  return (
    startOf(a.place) - startOf(b.place) ||
    endOf(a.place) - endOf(b.place) ||
    a.recordedAt - b.recordedAt ||
    a.place.depth - b.place.depth ||
    compareTexts(textOf(a), textOf(b))
  );
}

function textOf({ id }: EventPlace): string {
  const [type, row] = [id.slice(0, id.indexOf('-')), id.slice(id.indexOf('-') + 1)];
  const rank = type === 'published' ? 0 : 1;
  return `${rank} ${row} ${EVENT_TYPES.indexOf(type as EventType) + EVENT_TYPES.length}`;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function startOf({ from }: TimeRange): number {
  return from ?? -1e18;
}

function endOf({ until }: TimeRange): number {
  return until ?? 1e18;
}

const TYPE_OF: Readonly<Record<Stance, EventType>> = {
  asserts: 'said',
  confirms: 'confirmed',
  denies: 'denied',
  doubts: 'doubted',
  declines_to_comment: 'declined',
  no_response: 'no_response',
  reports: 'reported',
  retracts: 'took_back',
};

const NOBODY = { attribution: null, source: null, report: null, claim: null, reason: null, by: null };

function stances(claim: string, { attributions, reports }: ClaimHistory): TimelineEvent[] {
  const reportOf = new Map(reports.map((report) => [report.id, report]));
  const timeOf = ({ said, report, recordedAt }: Spoken) =>
    said ?? reportOf.get(report)?.published ?? { edtf: null, ...moment(recordedAt) };
  const placeOf = placesInChains(attributions, timeOf);
  return attributions.map((each) => {
    return {
      ...NOBODY,
      ...named(each.relays === null ? TYPE_OF[each.stance] : 'relayed', each.id),
      clock: 'said',
      time: timeOf(each),
      place: placeOf(each),
      recordedAt: each.recordedAt,
      attribution: each.id,
      source: each.source,
      report: each.report,
      claim: other(each.claim, claim),
    };
  });
}

type Spoken = ClaimHistory['attributions'][number];

/** Gives the places of attributions, none before what it relays. */
function placesInChains(
  attributions: readonly Spoken[],
  timeOf: (attribution: Spoken) => TimeRange,
): (attribution: Spoken) => Place {
  const byId = new Map(attributions.map((each) => [each.id, each]));
  const places = new Map<string, Place>();
  const placeOf = (each: Spoken): Place => {
    const relayed = each.relays === null ? undefined : byId.get(each.relays);
    const time = timeOf(each);
    const place = places.get(each.id) ?? (relayed ? placeBehind(placeOf(relayed), time) : placeAt(time));
    places.set(each.id, place);
    return place;
  };
  return placeOf;
}

const DAY = 86_400_000_000;

/** What is relayed on the day of its relay was there first, whatever hours are written; where it begins on a later day the dates contradict the chain. */
function placeBehind(relayed: Place, time: TimeRange): Place {
  const depth = relayed.depth + 1;
  const lastDayEnds = Math.ceil(endOf(time) / DAY) * DAY;
  const { from, until } = time;
  if (startOf(relayed) < startOf(time) || startOf(relayed) >= lastDayEnds) return { from, until, depth };
  return { from: relayed.from, until: endOf(relayed) > endOf(time) ? relayed.until : until, depth };
}

function placeAt({ from, until }: TimeRange): Place {
  return { from, until, depth: 0 };
}

/** A report whose date nobody knows was published too, but nothing says when: it is no event. */
function publications({ reports }: ClaimHistory): TimelineEvent[] {
  return reports.flatMap(({ id, published, recordedAt }) =>
    published === null ? [] : [{ ...NOBODY, ...named('published', id), ...said(published), recordedAt, report: id }],
  );
}

function reportEvent(event: ClaimHistory['reportEvents'][number]): TimelineEvent {
  const { id, kind, report, happened, recordedAt, reason, actor } = event;
  const when = happened === null ? recorded(recordedAt) : { ...said(happened), recordedAt };
  return { ...NOBODY, ...named(kind, id), ...when, report, reason, by: actor };
}

function withdrawals(claim: string, { attributions, withdrawals: all }: ClaimHistory): TimelineEvent[] {
  const attributionOf = new Map(attributions.map((attribution) => [attribution.id, attribution]));
  return all.flatMap((withdrawal): TimelineEvent[] => {
    const { attribution, kind } = withdrawal;
    const of = attributionOf.get(attribution);
    if (of === undefined) return [];
    const about = { attribution, source: of.source, report: of.report, claim: other(of.claim, claim) };
    return beginningAndEnd(withdrawal, kind, 'restored').map((event) => ({ ...event, ...about }));
  });
}

function merges(claim: string, { merges: all }: ClaimHistory): TimelineEvent[] {
  return all.flatMap((merge) => {
    const about = {
      source: merge.kind === 'source' ? merge.from : null,
      report: merge.kind === 'report' ? merge.from : null,
      claim: merge.kind === 'claim' ? (other(merge.from, claim) ?? merge.into) : null,
    };
    return beginningAndEnd(merge, 'merged', 'unmerged').map((event) => ({ ...event, ...about }));
  });
}

function beginningAndEnd(interval: Interval, begins: EventType, ends: EventType): TimelineEvent[] {
  const { id, reason, actor, since, until, endedBy, endedReason } = interval;
  const begun = { ...NOBODY, ...named(begins, id), ...recorded(since), reason, by: actor };
  if (until === null) return [begun];
  return [begun, { ...NOBODY, ...named(ends, id), ...recorded(until), reason: endedReason, by: endedBy }];
}

function named(type: EventType, id: string): Pick<TimelineEvent, 'id' | 'type'> {
  return { id: `${type}-${id}`, type };
}

function said(time: Dated): Pick<TimelineEvent, 'clock' | 'time' | 'place'> {
  return { clock: 'said', time, place: placeAt(time) };
}

function recorded(at: number): Pick<TimelineEvent, 'clock' | 'time' | 'place' | 'recordedAt'> {
  return { clock: 'recorded', time: { edtf: null, ...moment(at) }, place: placeAt(moment(at)), recordedAt: at };
}

/** The microsecond of an instant. */
function moment(at: number): TimeRange {
  return { from: at, until: at + 1 };
}

function other(id: string, claim: string): string | null {
  return id === claim ? null : id;
}

function orderAfter(before: TimelineEvent | undefined, { time }: TimelineEvent): Order {
  return before === undefined || liesWhollyAfter(time, before.time) ? 'determined' : 'undetermined';
}
