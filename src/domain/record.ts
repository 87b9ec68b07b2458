import { latest, type TimedStance } from './position.ts';
import { isOverdue, outcomeAt, type Prediction } from './prediction.ts';
import { type Outcome, SIDE_OF, type Verdict } from './vocabulary.ts';
import { wilson } from './wilson.ts';

/** A claim on which a source took a side; instants in microseconds since the epoch. */
export interface JudgedClaim {
  readonly topic: string | null;
  /** Null for a claim that is no prediction. */
  readonly outcome: Outcome | null;
  readonly resolvedAt: number | null;
  /** When the horizon has ended; null where there is none, or it has no end. */
  readonly horizonUntil: number | null;
  /** The positions for or against of the source and, unless it is asked for alone, of who spoke for it; at least one. */
  readonly positions: readonly TimedStance[];
  /** What the current assessments of others say of it. */
  readonly verdicts: readonly (Verdict | null)[];
  /** How many claims are like this one in all of that; one, if absent. */
  readonly alike?: number;
}

/** A change of side, on a claim of a topic; `time` is that of the later stance. */
export interface CountedReversal {
  readonly topic: string | null;
  readonly time: TimedStance['time'];
}

/** By which clocks a record is made: `asOf` as in the question, `now` where the horizons are measured. Microseconds. */
export interface RecordClocks {
  readonly asOf: number | null;
  readonly now: number;
}

/** A share with the bounds of its rate; null where there are no cases, never a share by itself. */
export type Rate = { readonly count: number; readonly of: number; readonly low: number; readonly high: number } | null;

/** How predictions fared; `open` are those that are not due yet, or have no horizon. */
export interface Predictions {
  readonly total: number;
  readonly cameTrue: number;
  readonly didNot: number;
  readonly open: number;
  readonly overdue: number;
  readonly void: number;
  readonly rate: Rate;
}

/** How assertions or denials fared with those who judged the claims. */
export interface Fared {
  readonly total: number;
  readonly borneOut: number;
  readonly mixed: number;
  readonly refuted: number;
  readonly unproven: number;
  readonly unassessed: number;
  readonly rate: Rate;
}

/** How all of it fared, or a part of it. */
export interface Tally {
  readonly predictions: Predictions;
  readonly assertions: Fared;
  readonly denials: Fared;
  readonly reversals: number;
}

/** A record, whole and by topics (ids, those with most first, none last) and years (the latest first, none last). */
export interface SourceRecord extends Tally {
  readonly topics: readonly (Tally & { readonly topic: string | null })[];
  readonly years: readonly (Tally & { readonly year: number | null })[];
}

type Fate = 'borneOut' | 'mixed' | 'refuted' | 'unproven' | 'unassessed';
type Due = 'cameTrue' | 'didNot' | 'open' | 'overdue' | 'void';

/** What one claim adds to a record, or so many that are alike. */
type Entry = { readonly topic: string | null; readonly year: number | null; readonly times: number } & (
  | { readonly of: 'predictions'; readonly fate: Due }
  | { readonly of: 'assertions' | 'denials'; readonly fate: Fate }
  | { readonly of: 'reversals'; readonly fate?: undefined }
);

/**
 * How what a source said has fared. A claim counts once, by the latest position of those who spoke (DESIGN §3): a prediction
 * that it is for by its outcome, another claim that it is for, or any that it is against, by the verdicts of others. Denials fare
 * the other way round. The year is that in which its stance began (UTC).
 */
export function recordOf(
  claims: readonly JudgedClaim[],
  reversals: readonly CountedReversal[],
  clocks: RecordClocks,
): SourceRecord {
  const entries = [
    ...claims.flatMap((claim) => entryOf(claim, clocks)),
    ...reversals.map(({ topic, time }): Entry => ({ topic, year: yearOf(time), times: 1, of: 'reversals' })),
  ];
  const topics = [...Map.groupBy(entries, ({ topic }) => topic)].sort(
    ([a, ofA], [b, ofB]) =>
      Number(a === null) - Number(b === null) || timesOf(ofB) - timesOf(ofA) || (String(a) < String(b) ? -1 : 1),
  );
  const years = [...Map.groupBy(entries, ({ year }) => year)].sort(
    ([a], [b]) => Number(a === null) - Number(b === null) || (b ?? 0) - (a ?? 0),
  );
  return {
    ...tally(entries),
    topics: topics.map(([topic, own]) => ({ topic, ...tally(own) })),
    years: years.map(([year, own]) => ({ year, ...tally(own) })),
  };
}

function entryOf(claim: JudgedClaim, clocks: RecordClocks): Entry[] {
  const { topic, outcome, positions, verdicts, alike: times = 1 } = claim;
  const found = latest(positions)?.stance;
  if (found === undefined) return [];
  const year = yearOf(found.time);
  const isDenial = SIDE_OF[found.attribution.stance] === 'against';
  if (isDenial) return [{ topic, year, times, of: 'denials', fate: opposite(fateOf(verdicts)) }];
  if (outcome !== null) return [{ topic, year, times, of: 'predictions', fate: dueOf({ ...claim, outcome }, clocks) }];
  return [{ topic, year, times, of: 'assertions', fate: fateOf(verdicts) }];
}

const DECIDED = { came_true: 'cameTrue', did_not: 'didNot', void: 'void' } as const;

/** What became of a prediction; one that is open is overdue once its horizon has ended. */
function dueOf(prediction: Prediction, { asOf, now }: RecordClocks): Due {
  const outcome = outcomeAt(prediction, asOf);
  if (outcome !== 'open') return DECIDED[outcome];
  return isOverdue(prediction, now, asOf) ? 'overdue' : 'open';
}

/**
 * What the verdicts of several make of an assertion: those that decide must agree, else it is mixed. One that leaves it open
 * decides nothing; it is unproven where there is no other.
 */
export function fateOf(verdicts: readonly (Verdict | null)[]): Fate {
  if (verdicts.length === 0) return 'unassessed';
  const decided = new Set(verdicts.filter((verdict) => verdict !== null && verdict !== 'unproven'));
  if (decided.size === 0) return 'unproven';
  if (decided.size > 1 || decided.has('mixed')) return 'mixed';
  return decided.has('true') ? 'borneOut' : 'refuted';
}

function opposite(fate: Fate): Fate {
  if (fate === 'borneOut') return 'refuted';
  return fate === 'refuted' ? 'borneOut' : fate;
}

function timesOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { times }) => sum + times, 0);
}

function tally(entries: readonly Entry[]): Tally {
  const counts = new Map<string, number>();
  for (const { of, fate, times } of entries) {
    const key = `${of} ${fate}`;
    counts.set(key, (counts.get(key) ?? 0) + times);
  }
  const count = (of: Entry['of'], fate: Due | Fate) => counts.get(`${of} ${fate}`) ?? 0;
  return {
    predictions: predictionsOf((due) => count('predictions', due)),
    assertions: faredOf((fate) => count('assertions', fate)),
    denials: faredOf((fate) => count('denials', fate)),
    reversals: counts.get('reversals undefined') ?? 0,
  };
}

function predictionsOf(count: (due: Due) => number): Predictions {
  const [cameTrue, didNot] = [count('cameTrue'), count('didNot')];
  const [open, overdue, voided] = [count('open'), count('overdue'), count('void')];
  const total = cameTrue + didNot + open + overdue + voided;
  return { total, cameTrue, didNot, open, overdue, void: voided, rate: rateOf(cameTrue, cameTrue + didNot) };
}

function faredOf(count: (fate: Fate) => number): Fared {
  const [borneOut, mixed, refuted] = [count('borneOut'), count('mixed'), count('refuted')];
  const [unproven, unassessed] = [count('unproven'), count('unassessed')];
  const total = borneOut + mixed + refuted + unproven + unassessed;
  return { total, borneOut, mixed, refuted, unproven, unassessed, rate: rateOf(borneOut, borneOut + refuted) };
}

/** A share with the bounds of its rate, to four decimals. */
export function rateOf(count: number, of: number): Rate {
  if (of === 0) return null;
  const { low, high } = wilson(count, of);
  return { count, of, low: rounded(low), high: rounded(high) };
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function yearOf({ from }: TimedStance['time']): number | null {
  return from === null ? null : new Date(Math.floor(from / 1000)).getUTCFullYear();
}
