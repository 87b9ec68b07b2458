import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPast, type TimeRange } from '../../src/domain/attribution.ts';
import { liesWhollyAfter } from '../../src/domain/position.ts';
import {
  type ClaimHistory,
  compareEvents,
  type Dated,
  type PlacedEvent,
  timelineOf,
} from '../../src/domain/timeline.ts';
import { STANCES } from '../../src/domain/vocabulary.ts';
import { timeRange } from './arbitrary-ledger.ts';

const CLAIM = 'claim-0';
/** Three times a day, for four days. */
const DAY = 86_400_000_000;
const hour = (n: number) => (n * DAY) / 3;
const at = fc.integer({ min: 0, max: 12 }).map(hour);
const dated: fc.Arbitrary<Dated> = timeRange.map(({ from, until }) => ({
  from: from && hour(from),
  until: until && hour(until),
  edtf: 'as written',
}));
const pick = (name: string, count: number) => fc.nat(count - 1).map((n) => `${name}-${n}`);
const text = fc.constantFrom('one', 'two');

const interval = fc
  .record({
    since: at,
    lasts: fc.option(fc.integer({ min: 0, max: 4 }).map(hour)),
    reason: text,
    actor: text,
    endedBy: text,
  })
  .map(({ lasts, since, endedBy, ...rest }) => ({
    ...rest,
    since,
    until: lasts === null ? null : since + lasts,
    endedBy: lasts === null ? null : endedBy,
    endedReason: null,
  }));

/** Numbers the rows, so that each is told apart by its id. */
const rows = <T extends object>(name: string, row: fc.Arbitrary<T>, maxLength: number) =>
  fc.array(row, { maxLength }).map((all) => all.map((each, n) => ({ ...each, id: `${name}-${n}` })));

/** Makes some of them relays of one that was recorded no later, whose id may be the higher one. */
function chained<T extends { readonly id: string; readonly recordedAt: number; readonly back: number | null }>(
  all: T[],
) {
  const recorded = all.toSorted((a, b) => a.recordedAt - b.recordedAt);
  return recorded.map(({ back, ...each }, n) => ({ ...each, relays: recorded[n - (back ?? n + 1)]?.id ?? null }));
}

/** A claim and what is merged into it, with all that can happen to what was said of it, at few times. */
const history: fc.Arbitrary<ClaimHistory> = fc.record({
  attributions: rows(
    'attribution',
    fc.record({
      claim: pick('claim', 2),
      source: pick('source', 3),
      report: pick('report', 3),
      stance: fc.constantFrom(...STANCES),
      back: fc.option(fc.integer({ min: 1, max: 3 })),
      said: fc.option(dated),
      recordedAt: at,
    }),
    6,
  ).map(chained),
  reports: fc
    .tuple(...[0, 1, 2].map(() => fc.record({ published: fc.option(dated), recordedAt: at })))
    .map((all) => all.map((each, n) => ({ ...each, id: `report-${n}` }))),
  reportEvents: rows(
    'event',
    fc.record({
      report: pick('report', 3),
      kind: fc.constantFrom('corrected' as const, 'retracted' as const, 'restored' as const),
      reason: fc.option(text),
      actor: text,
      happened: fc.option(dated),
      recordedAt: at,
    }),
    3,
  ),
  withdrawals: rows(
    'withdrawal',
    fc
      .tuple(
        interval,
        fc.record({
          attribution: pick('attribution', 6),
          kind: fc.constantFrom('withdrawn' as const, 'superseded' as const),
        }),
      )
      .map(([times, of]) => ({ ...times, ...of })),
    4,
  ),
  merges: rows(
    'merge',
    fc
      .tuple(
        interval,
        fc.record({
          kind: fc.constantFrom('claim' as const, 'source' as const, 'report' as const),
          from: pick('claim', 2),
          into: pick('claim', 2),
        }),
      )
      .map(([times, of]) => ({ ...times, ...of })),
    3,
  ),
});

/** Whether an event tells of an attribution itself, not of what became of it. */
const isTold = ({ id, attribution }: PlacedEvent) => id.endsWith(`-${attribution}`);

/** Whether a time begins on a later day than that on which another one ends. */
const isOnALaterDay = ({ from }: TimeRange, { until }: TimeRange) =>
  from !== null && until !== null && from >= Math.ceil(until / DAY) * DAY;

const idsOf = (given: ClaimHistory, asOf?: number) => timelineOf(CLAIM, given, asOf).map(({ id }) => id);

describe('a timeline', () => {
  it('has every event exactly once', () => {
    fc.assert(
      fc.property(history, (given) => {
        const spokenOf = new Set(given.attributions.map(({ id }) => id));
        const intervals = [...given.withdrawals.filter((each) => spokenOf.has(each.attribution)), ...given.merges];
        const expected =
          given.attributions.length +
          given.reports.filter(({ published }) => published !== null).length +
          given.reportEvents.length +
          intervals.reduce((count, { until }) => count + (until === null ? 1 : 2), 0);
        const ids = idsOf(given);
        expect(ids).toHaveLength(expected);
        expect(new Set(ids).size).toBe(expected);
      }),
    );
  });

  it('is in one order, which pages can go on from at every event', () => {
    fc.assert(
      fc.property(history, fc.nat(20), (given, n) => {
        const events = timelineOf(CLAIM, given);
        for (const [place, event] of events.entries()) {
          const next = events[place + 1];
          expect(compareEvents(event, event)).toBe(0);
          if (next !== undefined) expect(compareEvents(event, next)).toBeLessThan(0);
        }
        const last = events[n % Math.max(1, events.length)];
        fc.pre(last !== undefined);
        const rest = last === undefined ? [] : events.filter((event) => compareEvents(event, last) > 0);
        expect(rest).toEqual(events.slice(events.indexOf(last as (typeof events)[0]) + 1));
      }),
    );
  });

  it('never has an event before one that it lies wholly after, but for a relay of that day, and says where the order of two is not certain', () => {
    fc.assert(
      fc.property(history, (given) => {
        const events = timelineOf(CLAIM, given);
        for (const [place, event] of events.entries()) {
          const before = events[place - 1];
          const wronged = events.slice(place).filter(({ time }) => liesWhollyAfter(event.time, time));
          expect(wronged.filter(({ type, time }) => type !== 'relayed' || isOnALaterDay(event.time, time))).toEqual([]);
          const certain = before === undefined || liesWhollyAfter(event.time, before.time);
          expect(event.order).toBe(certain ? 'determined' : 'undetermined');
        }
      }),
    );
  });

  it('never has a relay before what it relays, unless something that it goes back to began on a later day', () => {
    fc.assert(
      fc.property(history, (given) => {
        const events = timelineOf(CLAIM, given);
        const told = new Map(events.filter(isTold).map((event) => [event.attribution, event]));
        const relayed = new Map(given.attributions.map(({ id, relays }) => [id, relays]));
        const behind = (id: string): string[] => {
          const next = relayed.get(id) ?? null;
          return next === null ? [] : [next, ...behind(next)];
        };
        for (const [id, relay] of told) {
          const chain = behind(String(id)).map((each) => told.get(each) as PlacedEvent);
          const [first] = chain;
          if (first === undefined || chain.some(({ time }) => isOnALaterDay(time, relay.time))) continue;
          expect(events.indexOf(relay)).toBeGreaterThan(events.indexOf(first));
        }
      }),
    );
  });

  it('does not depend on the order of the rows', () => {
    const shuffled = history.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.record({
          attributions: fc.shuffledSubarray([...given.attributions], { minLength: given.attributions.length }),
          reports: fc.shuffledSubarray([...given.reports], { minLength: given.reports.length }),
          reportEvents: fc.constant(given.reportEvents.toReversed()),
          withdrawals: fc.constant(given.withdrawals.toReversed()),
          merges: fc.constant(given.merges.toReversed()),
        }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([given, other]) => {
        expect(timelineOf(CLAIM, other)).toEqual(timelineOf(CLAIM, given));
      }),
    );
  });

  it('as of an instant leaves out only what is not certain to have happened in the world by then', () => {
    fc.assert(
      fc.property(history, at, (given, asOf) => {
        const expected = timelineOf(CLAIM, given).filter(
          ({ clock, time }) => clock === 'recorded' || isPast(time, asOf),
        );
        expect(idsOf(given, asOf)).toEqual(expected.map(({ id }) => id));
      }),
    );
  });

  it('names the claim of an event only where it is another one', () => {
    fc.assert(
      fc.property(history, (given) => {
        const claimOf = new Map(given.attributions.map(({ id, claim }) => [id, claim]));
        for (const { attribution, claim } of timelineOf(CLAIM, given)) {
          if (attribution === null) continue;
          expect(claim).toBe(claimOf.get(attribution) === CLAIM ? null : claimOf.get(attribution));
        }
      }),
    );
  });
});
