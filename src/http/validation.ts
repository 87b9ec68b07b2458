import { isDeepStrictEqual } from 'node:util';
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify';
import { z } from 'zod';
import { escapePointer } from '../domain/json-pointer.ts';
import { type FieldError, Problem } from '../domain/problem.ts';
import { unkeepable } from './body.ts';

/** The parts of a request that a schema may describe. */
export type RequestPart = 'body' | 'querystring' | 'params' | 'headers';

const PART_NAME: Readonly<Record<RequestPart, string>> = {
  body: 'The body',
  querystring: 'The query',
  params: 'The path',
  headers: 'The header',
};

/** At most so many places of one request are told. */
const MAX_ERRORS = 50;

/** Validates by zod; what a schema refuses is `malformed` with a pointer or the name of a parameter or header for each place. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const part = (httpPart ?? 'body') as RequestPart;
  return (data: unknown) => {
    if (part === 'params' && Object.values(data as object).includes('')) {
      return { error: new Problem('not-found', 'A part of the path is empty.') };
    }
    if (part === 'querystring' || part === 'params') {
      const errors = unkeepableParameters(data);
      if (errors.length > 0) return { error: malformed(part, errors) };
    }
    if (part === 'body' && data === null) {
      const detail = 'This operation needs a body.';
      return { error: new Problem('malformed', detail, { errors: [{ pointer: '', detail }] }) };
    }
    const result = schema.safeParse(data, { error: plainMessage });
    return result.success ? { value: result.data } : { error: malformed(part, fieldErrors(result.error, part)) };
  };
};

/** Answers are not checked while serving: they are typed by the same schemas, and tests hold them against these (`checkAnswer`). */
export const serializerCompiler: FastifySerializerCompiler<z.ZodType> = () => (data) => JSON.stringify(data);

/** Holds an answer strictly against its schema: what the schema refuses, changes or drops is an error. For tests. */
export function checkAnswer(schema: z.ZodType, body: string, operation: string): void {
  const answer: unknown = JSON.parse(body);
  const result = schema.safeParse(answer);
  if (!result.success)
    throw new Error(`The answer of ${operation} breaks its schema: ${z.prettifyError(result.error)}`);
  if (!isDeepStrictEqual(result.data, answer))
    throw new Error(`The answer of ${operation} has members that its schema lacks: ${body.slice(0, 500)}`);
}

/** The `malformed` problem of what a schema refused. */
export function malformed(part: RequestPart, errors: readonly FieldError[]): Problem {
  const [first] = errors;
  const place = first?.pointer || first?.parameter || first?.header;
  const detail =
    errors.length > 1
      ? `${errors.length} places of the request are wrong; "errors" names each.`
      : `${PART_NAME[part]} is wrong${place ? ` at ${place}` : ''}: ${first?.detail ?? 'it does not fit.'}`;
  return new Problem('malformed', detail, { errors });
}

/** What zod found wrong, as places of the request: pointers for the body, names for parameters and headers. */
export function fieldErrors(error: z.ZodError, part: RequestPart = 'body'): FieldError[] {
  return error.issues
    .slice(0, MAX_ERRORS)
    .flatMap((issue) => places(issue, []))
    .slice(0, MAX_ERRORS)
    .map(({ path, detail }) => ({ ...place(path, part), detail }));
}

interface Place {
  readonly path: readonly PropertyKey[];
  readonly detail: string;
}

function places(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[]): Place[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MAX_ERRORS).map((key) => ({ path: [...path, key], detail: 'Is not known here.' }));
  }
  if (issue.code === 'invalid_union') {
    const nearest = nearestBranch(issue.errors);
    if (nearest) return nearest.flatMap((inner) => places(inner, path));
  }
  return [{ path, detail: sentence(issue.message) }];
}

/** Of the branches of a union, the one that the value was meant for: it fails inside, not at its root. */
function nearestBranch(branches: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const inside = branches.filter((issues) =>
    issues.some((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
  );
  return inside.length === 1 ? inside[0] : undefined;
}

function place(path: readonly PropertyKey[], part: RequestPart): FieldErrorPlace {
  if (part === 'body') return { pointer: path.map((step) => `/${escapePointer(String(step))}`).join('') };
  const name = path.map(String).join('.');
  return part === 'headers' ? { header: name } : { parameter: name };
}

type FieldErrorPlace = Pick<FieldError, 'pointer' | 'parameter' | 'header'>;

function plainMessage(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.code === 'invalid_type' && issue.input === undefined ? 'This field is required.' : undefined;
}

/** "Invalid input: expected string, received number" → "Expected string, received number." */
function sentence(message: string): string {
  const text = message.replace(/^Invalid (input|option): /, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

function unkeepableParameters(data: unknown): FieldError[] {
  return Object.entries(data as Record<string, unknown>).flatMap(([parameter, value]) => {
    const detail =
      unkeepable(parameter) ??
      [value]
        .flat()
        .map((text) => unkeepable(String(text)))
        .find(Boolean);
    return detail ? [{ parameter: parameter.toWellFormed(), detail }] : [];
  });
}
