import type { RouteOptions } from 'fastify';
import { z } from 'zod';
import type { ProblemType } from '../domain/problem.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** What this operation can answer besides what follows from its scope, method and config; see `problemsOf`. */
    problems?: readonly ProblemType[];
  }
}

/** Every problem that an operation can answer with: those it states, and those that follow from its scope, body and config. */
export function problemsOf({ config = {}, schema = {}, method }: RouteOptions): Set<ProblemType> {
  const { scope = 'public', idempotent = false, ifMatch = false } = config;
  const problems = new Set<ProblemType>([
    'malformed',
    'misdirected',
    'internal',
    'unavailable',
    ...(schema.problems ?? []),
  ]);
  if (method === 'GET' || method === 'HEAD') problems.add('timeout');
  if (scope !== 'public') problems.add('unauthenticated').add('too-many-requests');
  if (scope === 'write' || scope === 'admin') problems.add('forbidden');
  if (method !== 'GET' && method !== 'HEAD')
    problems.add('cross-origin').add('too-large').add('unsupported-media-type');
  if (schema.params !== undefined) problems.add('not-found');
  if (idempotent) problems.add('in-flight').add('idempotency-key-reused');
  if (ifMatch) problems.add('stale').add('precondition-required');
  return problems;
}

/** Whether an answer, or one of the forms that it can take, carries a version, and so an `ETag`. */
export function hasVersion(answer: unknown): boolean {
  return formsOf(answer).some((form) => form instanceof z.ZodObject && 'version' in form.shape);
}

/** Whether an answer, or one of the forms that it can take, is a page of a list, and so carries a `Link`. */
export function hasPages(answer: unknown): boolean {
  return formsOf(answer).some(isList);
}

/** The schema of an answer in one media type, where the answer has several (`content`); undefined where there is none. */
export function schemaOf(answer: unknown, mediaType: string): z.ZodType | undefined {
  if (typeof answer !== 'object' || answer === null || !('content' in answer)) return undefined;
  const { schema } = (answer.content as Record<string, { schema?: unknown } | undefined>)[mediaType] ?? {};
  return schema instanceof z.ZodType ? schema : undefined;
}

function formsOf(answer: unknown): readonly unknown[] {
  return answer instanceof z.ZodUnion ? answer.options : [answer];
}

function isList(answer: unknown): answer is z.ZodObject<{ data: z.ZodArray<z.ZodType>; page: z.ZodType }> {
  return answer instanceof z.ZodObject && answer.shape.data instanceof z.ZodArray && 'page' in answer.shape;
}

/** An example of a schema: the first of its own `examples`, else one put together from its members'. */
export function exampleOf(schema: unknown): unknown {
  if (!(schema instanceof z.ZodType)) return undefined;
  const own = schema.meta()?.examples;
  if (Array.isArray(own) && own.length > 0) return own[0];
  if (isList(schema)) {
    const item = exampleOf(schema.shape.data.element);
    return item === undefined ? undefined : { data: [item], page: { nextCursor: null, hasMore: false } };
  }
  if (schema instanceof z.ZodUnion) return exampleOf(schema.options[0]);
  if (!(schema instanceof z.ZodObject)) return undefined;
  const members = Object.entries(schema.shape).map(([name, member]) => [name, exampleOf(member)] as const);
  const complete = members.every(
    ([name, example]) => example !== undefined || schema.shape[name]?.safeParse(undefined).success,
  );
  return complete ? Object.fromEntries(members.filter(([, example]) => example !== undefined)) : undefined;
}
