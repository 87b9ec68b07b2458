import type { RouteOptions } from 'fastify';
import type { OpenAPIV3_1 as V31 } from 'openapi-types';
import { z } from 'zod';
import type { ProblemType } from '../domain/problem.ts';
import { mayRedirect } from './merged.ts';
import { answerRef } from './openapi-components.ts';
import { exampleOf, hasPages, hasVersion, problemsOf, schemaOf } from './operation.ts';
import { PROBLEM_MEDIA_TYPE } from './problem.ts';
import { PROBLEM_TYPES, PROBLEMS } from './problem-kinds.ts';

/** A request id as it stands in examples. */
const REQUEST_ID = '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51';

const HEADERS = {
  'X-Request-Id': ['The id of the request, as in the log: the one that came with it, or a new one.', REQUEST_ID],
  ETag: ['The version, in quotes, and perhaps a digest of derived fields; send it as `If-Match` with a change.', '"3"'],
  Location: [
    'The path of what was created, or of what stands for the thing that was asked for.',
    '/v1/topics/s-400-return',
  ],
  Link: ['The first and the next page (RFC 8288).', '</v1/topics?limit=50>; rel="first"'],
  'Idempotency-Replayed': [
    '`true` when this is the answer of an earlier request with the same `Idempotency-Key`.',
    'true',
  ],
  'Retry-After': ['After so many seconds it is worth trying again.', '1'],
  'WWW-Authenticate': ['How to authenticate (RFC 6750).', 'Bearer realm="onrecord"'],
} as const;
type HeaderName = keyof typeof HEADERS;

const IF_MATCH: V31.ParameterObject = {
  in: 'header',
  name: 'If-Match',
  required: true,
  description: 'The `ETag` that the change starts from, or `*` for whatever is there.',
  schema: { type: 'string' },
  example: '*',
};
const IF_NONE_MATCH: V31.ParameterObject = {
  in: 'header',
  name: 'If-None-Match',
  description: 'An `ETag` that is known already: answered with 304 if nothing changed.',
  schema: { type: 'string' },
};
const IDEMPOTENCY_KEY: V31.ParameterObject = {
  in: 'header',
  name: 'Idempotency-Key',
  description:
    'Any new text for a new request. The same request with the same key has one effect and one answer, for 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** The problem responses that operations share, by name. */
export type Responses = Map<string, V31.ResponseObject>;

/** Completes an operation of the document with what follows from its route: security, headers, problems, examples. */
export function describeOperation(operation: V31.OperationObject, route: RouteOptions, responses: Responses): void {
  const { config = {}, schema = {}, method } = route;
  const answers = Object.entries((schema.response ?? {}) as Record<string, unknown>);
  const versioned = answers.some(([, answer]) => hasVersion(answer));
  operation.security = config.scope === undefined || config.scope === 'public' ? [] : [{ key: [] }];
  describeParameters(operation, { query: schema.querystring, path: schema.params });
  operation.parameters = [
    ...(operation.parameters ?? []),
    ...(config.ifMatch ? [IF_MATCH] : []),
    ...(method === 'GET' && versioned ? [IF_NONE_MATCH] : []),
    ...(config.idempotent ? [IDEMPOTENCY_KEY] : []),
  ];
  if (operation.parameters.length === 0) delete operation.parameters;
  describeBody(operation, schema.body);
  operation.responses ??= {};
  for (const [status, answer] of answers)
    describeAnswer(operation.responses[status] as V31.ResponseObject, status, answer, config.idempotent);
  if (method === 'GET' && versioned)
    operation.responses['304'] = { description: 'Nothing changed.', headers: headerRefs('ETag', 'X-Request-Id') };
  if (mayRedirect(String(method), route.url)) {
    const description = 'It is merged into another: `Location` is the same of the one that stands. Not to be kept.';
    operation.responses['308'] = { description, headers: headerRefs('Location', 'X-Request-Id') };
  }
  for (const [status, types] of problemsByStatus(problemsOf(route))) {
    const name = types.join('-or-');
    responses.set(name, problemResponse(status, types));
    operation.responses[status] = { $ref: `#/components/responses/${name}` };
  }
  responses.set('head-too-large', HEAD_TOO_LARGE);
  operation.responses['431'] = { $ref: '#/components/responses/head-too-large' };
}

/** The headers and examples that operations refer to. */
export function sharedComponents(): Pick<V31.ComponentsObject, 'headers' | 'examples'> {
  const headers = Object.entries(HEADERS).map(([name, [description, example]]) => [
    name,
    { description, schema: { type: 'string' }, example },
  ]);
  const examples = PROBLEM_TYPES.map((type) => [type, { summary: PROBLEMS[type].title, value: problemExample(type) }]);
  return { headers: Object.fromEntries(headers), examples: Object.fromEntries(examples) };
}

/**
 * What is lost on the way: of a schema that transforms its input the examples and the default (its JSON Schema is of the input), of a
 * reference to a vocabulary the words for this use of it.
 */
function describeParameters(operation: V31.OperationObject, schemas: Record<string, unknown>): void {
  for (const parameter of operation.parameters ?? []) {
    if (!('in' in parameter)) continue;
    const object = schemas[parameter.in];
    const meta = object instanceof z.ZodObject ? object.shape[parameter.name]?.meta() : undefined;
    const [example] = Array.isArray(meta?.examples) ? meta.examples : [];
    if (example !== undefined) parameter.example ??= example;
    if (meta?.description !== undefined) parameter.description ??= meta.description;
    if (parameter.schema === undefined || !('type' in parameter.schema)) continue;
    if (meta?.default !== undefined) parameter.schema.default = meta.default;
    if (parameter.schema.type === 'string') continue;
    delete parameter.schema.pattern;
    delete parameter.schema.enum;
  }
}

function describeBody(operation: V31.OperationObject, schema: unknown): void {
  if (operation.requestBody === undefined || !('content' in operation.requestBody)) return;
  const { content } = operation.requestBody;
  const example = exampleOf(schema);
  for (const [type, media] of Object.entries(content)) {
    const given = media.example !== undefined || media.examples !== undefined || example === undefined;
    const described = given ? media : { ...media, example };
    content[type] = type.endsWith('ndjson') ? asLines(type, described) : described;
  }
}

/**
 * A JSON document on each line, of which JSON Schema cannot speak: to the document it is text. Swagger UI takes a file where
 * a schema names the media type of the text; it would send an example of it as a JSON string.
 */
function asLines(type: string, { example }: V31.MediaTypeObject): V31.MediaTypeObject {
  return {
    schema: {
      type: 'string',
      contentMediaType: type,
      description: 'What is taken as `application/json`, once on each line.',
    },
    example: `${JSON.stringify(example)}\n`,
  };
}

function describeAnswer(response: V31.ResponseObject, status: string, answer: unknown, idempotent = false): void {
  const created = status === '201';
  const description = answer instanceof z.ZodType ? answer.meta()?.description : undefined;
  if (response.description === 'Default Response')
    response.description = description ?? (created ? 'Created.' : 'Success.');
  const names: HeaderName[] = ['X-Request-Id'];
  if (hasVersion(answer)) names.push('ETag');
  if (hasPages(answer)) names.push('Link');
  if (created) names.push('Location');
  if (idempotent) names.push('Idempotency-Replayed');
  response.headers = headerRefs(...names);
  if (status === '204') delete response.content;
  for (const [type, media] of Object.entries(response.content ?? {})) {
    const example = exampleOf(schemaOf(answer, type) ?? answer);
    if (example !== undefined && media.example === undefined && media.examples === undefined) media.example = example;
  }
}

function problemsByStatus(problems: ReadonlySet<ProblemType>): Map<number, ProblemType[]> {
  const types = PROBLEM_TYPES.filter((type) => problems.has(type));
  return Map.groupBy(types, (type) => PROBLEMS[type].status);
}

function problemResponse(status: number, types: readonly ProblemType[]): V31.ResponseObject {
  const names: HeaderName[] = ['X-Request-Id'];
  if (status === 401) names.push('WWW-Authenticate');
  if (status === 429 || status === 503 || types.includes('in-flight')) names.push('Retry-After');
  const examples = types.map((type) => [type, { $ref: `#/components/examples/${type}` }]);
  return {
    description: types.map((type) => `${PROBLEMS[type].title}.`).join(' Or: '),
    headers: headerRefs(...names),
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: answerRef('Problem'),
        examples: Object.fromEntries(examples),
      },
    },
  };
}

/** What Node answers by itself, before there is a request: a `too-large` under the status that HTTP has for it (RFC 6585 §5). */
const HEAD_TOO_LARGE: V31.ResponseObject = {
  description: 'The head of the request has more than 16 KiB: the problem `too-large`.',
  headers: headerRefs('X-Request-Id'),
  content: { [PROBLEM_MEDIA_TYPE]: { schema: answerRef('Problem') } },
};

function problemExample(type: ProblemType): Record<string, unknown> {
  const { status, title, example } = PROBLEMS[type];
  const { detail, errors = [], extensions = {} } = example;
  return { type: `/problems/${type}`, title, status, detail, requestId: REQUEST_ID, errors, ...extensions };
}

function headerRefs(...names: HeaderName[]): Record<string, V31.ReferenceObject> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
