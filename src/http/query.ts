import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '../domain/problem.ts';

/** A whole number in a query: decimal digits only, within `min` and `max`; documented as an integer. */
export function wholeNumber({ min, max }: { min: number; max: number }) {
  return z
    .string()
    .regex(/^\d{1,15}$/, `Must be a whole number from ${min} to ${max}.`)
    .transform(Number)
    .pipe(z.number().min(min, `Must be at least ${min}.`).max(max, `Must be at most ${max}.`))
    .meta({ type: 'integer', minimum: min, maximum: max });
}

/** The same with a default. */
export function queryInteger({ fallback, ...range }: { min: number; max: number; fallback: number }) {
  const { min: minimum, max: maximum } = range;
  return wholeNumber(range).default(fallback).meta({ type: 'integer', minimum, maximum, default: fallback });
}

/** `true` or `false` in a query. */
export function queryBoolean(fallback: boolean) {
  return z
    .enum(['true', 'false'], 'Must be true or false.')
    .transform((text) => text === 'true')
    .default(fallback)
    .meta({ type: 'boolean', default: fallback });
}

/** `true`, `false` or not given. */
export function optionalBoolean() {
  return z
    .enum(['true', 'false'], 'Must be true or false.')
    .transform((text) => text === 'true')
    .optional()
    .meta({ type: 'boolean' });
}

/** Refuses a query whose percent-encoding is broken or is not UTF-8 (`malformed`): it would be read as something else. */
export function refuseBrokenQueries(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const url = request.raw.url ?? '';
    const query = url.indexOf('?');
    if (query === -1 || !url.includes('%', query)) return done();
    try {
      decodeURIComponent(url.slice(query));
      done();
    } catch {
      done(new Problem('malformed', 'The query holds a broken percent-encoding.'));
    }
  });
}
