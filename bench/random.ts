import { v7 } from 'uuid';

/** Seeded chance: the same seed gives the same draws on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 to below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  /** The list in random order (Fisher and Yates). */
  shuffled<T>(list: readonly T[]): T[] {
    const result = [...list];
    for (let end = result.length - 1; end > 0; end -= 1) {
      const other = this.below(end + 1);
      [result[end], result[other]] = [result[other] as T, result[end] as T];
    }
    return result;
  }

  /** A UUIDv7 of this instant, in milliseconds of the epoch. */
  uuid(instant: number): string {
    const random = Uint8Array.from({ length: 16 }, () => this.below(256));
    return v7({ msecs: Math.floor(instant), random });
  }
}

/** Things of which the n-th is drawn in proportion to its weight. */
export class Weighted<T> {
  readonly #things: readonly T[];
  readonly #cumulative: Float64Array;

  constructor(weighted: readonly (readonly [thing: T, weight: number])[]) {
    let sum = 0;
    this.#things = weighted.map(([thing]) => thing);
    this.#cumulative = Float64Array.from(weighted, ([, weight]) => {
      sum += weight;
      return sum;
    });
  }

  draw(random: Random): T {
    const target = random.next() * (this.#cumulative.at(-1) ?? 0);
    let [low, high] = [0, this.#cumulative.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cumulative[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    const thing = this.#things[low];
    if (thing === undefined) throw new RangeError('nothing to draw from');
    return thing;
  }
}

/** Weights by Zipf's law: the k-th of the list weighs 1/k^exponent. */
export function zipf<T>(things: readonly T[], exponent = 1): Weighted<T> {
  return new Weighted(things.map((thing, index) => [thing, (index + 1) ** -exponent]));
}
