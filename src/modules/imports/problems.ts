import type { z } from 'zod';
import { at as placedAt } from '../../database/rules.ts';
import { type FieldError, Problem, type ProblemType } from '../../domain/problem.ts';
import type { Bundle } from '../../formats/bundle.ts';

/** One place of a bundle that is wrong; `candidates` are the slugs of all that an ambiguous name may mean. */
export interface BundleError extends FieldError {
  readonly pointer: string;
  readonly candidates?: readonly string[];
}

/** What is told of a name that several things have. */
export function ambiguous(what: string, pointer: string, candidates: readonly string[]): BundleError {
  return { pointer, detail: `${what}: ${candidates.join(', ')}. Write the slug of the one that is meant.`, candidates };
}

/** More places of one bundle are not told. */
const MAX_ERRORS = 1000;

/** The problems that are the bundle's own fault; any other (the database is away) is not told as one of it. */
const FAULTS: ReadonlySet<ProblemType> = new Set(['malformed', 'rule-broken', 'conflict', 'not-found', 'too-large']);

/** Whether an error says that the bundle is wrong. */
export function isFault(error: unknown): error is Problem {
  return error instanceof Problem && FAULTS.has(error.type);
}

/**
 * Ends the import of a bundle in which something is wrong.
 *
 * @throws {Problem} `rule-broken` with every place
 */
export function refuse(errors: readonly BundleError[]): void {
  const [first] = errors;
  if (first === undefined) return;
  const detail =
    errors.length > 1
      ? `${errors.length} places of the bundle are wrong; "errors" names each.`
      : `The bundle is wrong at ${first.pointer}: ${first.detail}`;
  throw new Problem('rule-broken', detail, { errors: errors.slice(0, MAX_ERRORS) });
}

/** What is told of a bundle whose transaction ran out of time; undefined for any other error. */
export function tooMuch(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !OUT_OF_TIME.test(error.message)) return undefined;
  const detail = 'The bundle takes too long to be written at once: spread its attributions over several bundles.';
  return new Problem('too-large', detail, { cause: error });
}

/** So many links the attributions of one bundle may have together: each is a row that is written under the ledger's lock. */
const MAX_LINKS = 20_000;

/**
 * Counts the links before anything is looked up: for each attribution the outlet of the report, who passes it on, and the source.
 *
 * @throws {Problem} `too-large`
 */
export function checkLinks({ attributions }: Bundle): void {
  let links = 0;
  for (const [index, { via }] of attributions.entries()) {
    links += 2 + (via?.length ?? 0);
    if (links <= MAX_LINKS) continue;
    const detail = `The chains of the attributions up to here have more than ${MAX_LINKS} links: spread them over several bundles.`;
    throw new Problem('too-large', detail, { errors: [{ pointer: `/attributions/${index}`, detail }] });
  }
}

/** Prisma's words for a transaction, and PostgreSQL's for a statement, that ran out of time. */
const OUT_OF_TIME = /expired transaction|canceling statement due to statement timeout/;

/**
 * Writes one thing of a bundle; what is wrong with it is told at its place in the bundle.
 *
 * @throws {Problem} `rule-broken` with pointers into the bundle
 */
export async function at<T>(pointer: string, work: () => Promise<T>): Promise<T> {
  try {
    return await placedAt(pointer, work);
  } catch (error) {
    if (isFault(error)) refuse(error.errors.map((place) => ({ ...place, pointer: place.pointer ?? pointer })));
    throw error;
  }
}

/**
 * A document by its schema.
 *
 * @throws {Problem} `rule-broken` with the places in the document
 */
export function checked<T extends z.ZodType>(schema: T, document: unknown): z.output<T> {
  const result = schema.safeParse(document, { error: plainMessage });
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({
    pointer: path.map((step) => `/${String(step)}`).join(''),
    detail: message,
  }));
  throw new Problem('rule-broken', errors[0]?.detail ?? 'It does not fit.', { errors });
}

function plainMessage({ code, input }: z.core.$ZodRawIssue): string | undefined {
  const missing = input === undefined && (code === 'invalid_type' || code === 'invalid_value');
  return missing ? 'This field is required here: nothing of that name is there yet.' : undefined;
}
