/** What we use of the npm package `edtf`, which ships no types of its own. */
declare module 'edtf' {
  /** The kinds of EDTF expression that the parser tells apart. */
  export type EdtfType = 'Date' | 'Year' | 'Decade' | 'Century' | 'Season' | 'Interval' | 'List' | 'Set';

  /** Throws an Error where the text is not EDTF of level 0, 1 or 2. */
  export function parse(text: string): { readonly type: EdtfType };

  /** A division of a year, ISO 8601-2 §4.8: `min` and `max` are the first and last millisecond since the epoch. */
  export class Season {
    constructor(values: readonly [year: number, season: number]);
    readonly min: number;
    readonly max: number;
  }
}
