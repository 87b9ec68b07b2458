import { z } from 'zod';
import { type Clocks, clockTime, instantText } from '../domain/clocks.ts';

const HOW =
  'Must be an instant of RFC 3339 with its zone, or a date such as 2025-12-11, which means the end of that UTC day.';

/** The years 0001 to 9999 in microseconds since the epoch; the end of their last day is an instant too. */
const FIRST_INSTANT = clockTime('0001-01-01T00:00:00Z');
const END_OF_TIME = clockTime('9999-12-31');

/** One of the two clocks in a query: an instant (RFC 3339) or a date (DESIGN §3). */
const clock = z.union([z.iso.datetime({ offset: true }), z.iso.date()], { error: HOW }).refine((text) => {
  const time = clockTime(text);
  return time >= FIRST_INSTANT && time <= END_OF_TIME;
}, 'Must lie in the years 0001 to 9999.');

/** The two clocks of every query that returns something derived (DESIGN §3); spread its `shape` into the query's object. */
export const clockQuery = z.strictObject({
  asOf: clock
    .optional()
    .describe('Only what had been *said* by then: an instant, or a date (the end of that UTC day).')
    .meta({ type: 'string' }),
  knownAt: clock
    .optional()
    .describe('Only what we had *recorded* by then: an instant, or a date (the end of that UTC day).')
    .meta({ type: 'string' }),
});

/** The query of a single thing of which nothing is derived: what had been *said* by then changes nothing of it. */
export const knownAtQuery = clockQuery.pick({ knownAt: true });

/** The clocks that a query names. */
export function clocksOf({ asOf, knownAt }: { asOf?: string | undefined; knownAt?: string | undefined }): Clocks {
  return {
    asOf: asOf === undefined ? null : clockTime(asOf),
    knownAt: knownAt === undefined ? null : instantText(clockTime(knownAt)),
  };
}
