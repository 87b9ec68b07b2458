import { z } from 'zod';

/** A whole number in a query: decimal digits only, within `min` and `max`; documented as an integer. */
export function queryInteger({ min, max, fallback }: { min: number; max: number; fallback: number }) {
  return z
    .string()
    .regex(/^\d{1,9}$/, `Must be a whole number from ${min} to ${max}.`)
    .transform(Number)
    .pipe(z.number().min(min, `Must be at least ${min}.`).max(max, `Must be at most ${max}.`))
    .default(fallback)
    .meta({ type: 'integer', minimum: min, maximum: max, default: fallback });
}

/** `true` or `false` in a query. */
export function queryBoolean(fallback: boolean) {
  return z
    .enum(['true', 'false'], 'Must be true or false.')
    .transform((text) => text === 'true')
    .default(fallback)
    .meta({ type: 'boolean', default: fallback });
}
