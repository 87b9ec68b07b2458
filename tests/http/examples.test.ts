import { readFileSync } from 'node:fs';
import type { OpenAPIV3_1 as V31 } from 'openapi-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConnection, requestText } from '../factories/connection.ts';
import { openLedger, type TestLedger } from '../harness.ts';

const document: V31.Document = JSON.parse(readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'));

/** What is read comes first, then what is made, changed, done, undone and, last, removed: so each finds the example data it names. */
const ORDER = ['get', 'post', 'patch', 'action', 'undo', 'delete'] as const;
type Method = 'get' | 'post' | 'patch' | 'delete';

/** A request as Swagger UI fills it in, one for each kind of content that the operation takes. */
interface Example {
  readonly title: string;
  readonly order: number;
  readonly method: Method;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly payload: string | undefined;
}

const EXAMPLES = Object.entries(document.paths ?? {})
  .flatMap(([path, item]) =>
    Object.entries(item ?? {}).flatMap(([method, operation]) =>
      examplesOf(path, method as Method, operation as V31.OperationObject),
    ),
  )
  .sort((a, b) => a.order - b.order);

function examplesOf(path: string, method: Method, operation: V31.OperationObject): Example[] {
  const headers: Record<string, string> = {};
  const query = new URLSearchParams();
  let filled = path;
  for (const parameter of (operation.parameters ?? []) as V31.ParameterObject[]) {
    const value: unknown = parameter.example ?? (parameter.schema as V31.SchemaObject).default;
    if (value === undefined) continue;
    if (parameter.in === 'path') filled = filled.replace(`{${parameter.name}}`, encodeURIComponent(String(value)));
    if (parameter.in === 'query') query.set(parameter.name, String(value));
    if (parameter.in === 'header') headers[parameter.name.toLowerCase()] = String(value);
  }
  const url = query.size === 0 ? filled : `${filled}?${query}`;
  const request = { method, url, headers, payload: undefined, order: orderOf(method, path) };
  const { content } = (operation.requestBody ?? {}) as Partial<V31.RequestBodyObject>;
  if (content === undefined) return [{ ...request, title: `${operation.operationId}` }];
  return Object.entries(content).map(([type, { example }]) => ({
    ...request,
    title: `${operation.operationId} (${type})`,
    headers: { ...headers, 'content-type': type },
    payload: typeof example === 'string' ? example : JSON.stringify(example, null, 2),
  }));
}

/** An action is a POST on a thing that is there already; some undo what another has done. */
function orderOf(method: Method, path: string): number {
  if (method !== 'post' || !path.includes('{')) return ORDER.indexOf(method);
  return ORDER.indexOf(path.endsWith('/restore') ? 'undo' : 'action');
}

let ledger: TestLedger;
let authorization: string;

async function post(url: string, payload: string): Promise<void> {
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await ledger.http.post(url).set(headers).send(payload);
  expect(answer.status, answer.text).toBe(201);
}

/** The example data, as `npm run example` loads it. */
beforeAll(async () => {
  ledger = await openLedger();
  authorization = `Bearer ${await ledger.key('admin')}`;
  for (const name of ['s400', 'spare', 'unseen', 'reviewers']) {
    const bundle = new URL(`../../examples/${name}.bundle.json`, import.meta.url);
    await post(`/v1/imports?name=${name}`, readFileSync(bundle, 'utf8'));
  }
  const requests = new URL('../../examples/reply-requests.json', import.meta.url);
  for (const request of JSON.parse(readFileSync(requests, 'utf8')) as object[])
    await post('/v1/reply-requests', JSON.stringify(request));
  await post('/v1/keys', JSON.stringify({ name: 'example-reader', scopes: ['read'] }));
  const verdicts = JSON.parse(readFileSync(new URL('../../examples/assessments.json', import.meta.url), 'utf8'));
  for (const scheme of verdicts.ratingSchemes) await post('/v1/rating-schemes', JSON.stringify(scheme));
  for (const assessment of verdicts.assessments) await post('/v1/assessments', JSON.stringify(assessment));
});

afterAll(() => ledger.close());

describe('HEAD answers as GET does, without a body, on', () => {
  const documented = EXAMPLES.filter(({ method }) => method === 'get').map(({ url }) => url);
  const rest = [
    '/openapi.json',
    '/docs',
    '/docs/',
    '/docs/static/index.html',
    '/problems',
    '/problems/malformed',
    '/nowhere',
  ];
  /** What two answers to one request differ in: `/metrics` has counted the first when the second comes. */
  const ownOf = (url: string) => [
    'date',
    'x-request-id',
    'transfer-encoding',
    ...(url === '/metrics' ? ['content-length'] : []),
  ];

  test.each([...documented, ...rest])('%s', async (url) => {
    const headers = { Authorization: authorization, Connection: 'close' };
    const [head, got] = [await openConnection(ledger.url), await openConnection(ledger.url)];
    head.send(requestText(`HEAD ${url}`, headers));
    got.send(requestText(`GET ${url}`, headers));
    const answers = [await head.answer('HEAD'), await got.answer()];
    expect(answers.map(({ status }) => status < 400)).toEqual(Array(2).fill(url !== '/nowhere'));
    expect(answers[0]?.status).toBe(answers[1]?.status);
    const [ofHead, ofGet] = answers.map((answer) =>
      Object.entries(answer.headers).filter(([name]) => !ownOf(url).includes(name)),
    );
    expect(ofHead).toEqual(ofGet);
    expect(await head.closed).toBe('');
    got.cut();
  });
});

describe('on freshly loaded example data, the prefilled example works of', () => {
  test.each(EXAMPLES.map((example) => [example.title, example] as const))('%s', async (_title, example) => {
    const { method, url, headers, payload } = example;
    const answer = await ledger.http[method](url)
      .set({ authorization, ...headers })
      .send(payload);
    expect([200, 201, 204], `${method} ${url}: ${answer.text}`).toContain(answer.status);
    if (url.startsWith('/v1/imports')) expect(answer.text).not.toMatch(/"failed":[1-9]/);
  });
});
