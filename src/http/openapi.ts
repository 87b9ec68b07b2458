import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { OpenAPIV3_1 as V31 } from 'openapi-types';
import { MERGE_PATCH_MEDIA_TYPE } from './merge-patch.ts';
import { markedSchemas, prune } from './openapi-components.ts';
import { describeOperation, type Responses, sharedComponents } from './openapi-operation.ts';
import { sendJson } from './preconditions.ts';

/** The tags, in the order of Swagger UI. */
const TAGS = [
  { name: 'claims', description: 'Propositions that can be taken for or against, and who stands where on them.' },
  {
    name: 'sources',
    description: 'Who speaks: people, organizations, governments, outlets, documents, anonymous sources.',
  },
  { name: 'reports', description: 'Where we read it.' },
  { name: 'attributions', description: 'In a report, a source takes a stance on a claim.' },
  {
    name: 'reply-requests',
    description: 'Right of reply: who was asked about a claim, by when, and what became of it.',
  },
  { name: 'topics', description: 'Stories that group claims.' },
  {
    name: 'assessments',
    description: 'Verdicts on claims by named reviewers; they are no stances, and move no standing.',
  },
  { name: 'rating-schemes', description: 'The ratings that a reviewer gives, and what each of them means.' },
  { name: 'changes', description: 'What changed, by whom, in the order of commits: by pages and as a stream.' },
  { name: 'imports', description: 'Report bundles taken in, with a receipt.' },
  { name: 'keys', description: 'Who may read and write.' },
  { name: 'service', description: 'How the service is.' },
];

const DESCRIPTION = `A newsroom's ledger of **who said what, on whose word**.

Every error is a problem document (RFC 9457) with a stable \`type\`; [/problems](/problems) explains each. What can be changed
has a version: send its \`ETag\` as \`If-Match\`. Lists are walked by \`page.nextCursor\`, or by the \`Link\` header.
Paste a key under **Authorize** (\`npm start\` shows the first one), then try any operation.`;

/**
 * Makes the OpenAPI 3.1 document from the routes' zod schemas, served at `/openapi.json` and as `app.swagger()`. What follows
 * from a route's scope, method and config (problems, headers, parameters, examples) is added here, once for all.
 * Must be awaited before the first route is added.
 */
export async function installOpenapi(app: FastifyInstance): Promise<void> {
  const routes: RouteOptions[] = [];
  const provider = typeProvider();
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'OnRecord',
        version: '1',
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } as V31.LicenseObject,
      },
      servers: [{ url: '/', description: 'This service' }],
      tags: TAGS,
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key of this service: `orec_…`.' } },
      },
    },
    convertConstToEnum: false,
    transform: (input) => provider().transform({ ...input, schema: withMediaTypes(input.schema, input.route) }),
    transformObject: (input) => finish(provider().transformObject(input) as V31.Document, routes),
  });
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD' && !route.schema?.hide) routes.push(route);
  });
}

/** The type provider's transforms over all named schemas, made when the first one is needed: by then all modules are there. */
function typeProvider() {
  let transforms: ReturnType<typeof make> | undefined;
  const make = () => {
    const schemaRegistry = markedSchemas();
    return {
      transform: createJsonSchemaTransform({ schemaRegistry }),
      transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
    };
  };
  return () => {
    transforms ??= make();
    return transforms;
  };
}

/** `GET /openapi.json`. */
export function openapiRoute(app: FastifyInstance): void {
  let text: string | undefined;
  app.get('/openapi.json', { config: { scope: 'public' }, schema: { hide: true } }, (_request, reply) => {
    text ??= JSON.stringify(app.swagger());
    return sendJson(reply, text);
  });
}

/** A PATCH takes a merge patch under either media type (DESIGN §4). */
function withMediaTypes(schema: FastifySchema, { method }: RouteOptions): FastifySchema {
  return method === 'PATCH' ? { consumes: [MERGE_PATCH_MEDIA_TYPE, 'application/json'], ...schema } : schema;
}

function finish(document: V31.Document, routes: readonly RouteOptions[]): V31.Document {
  const responses: Responses = new Map();
  for (const route of routes) {
    const path = route.url.replace(/:([A-Za-z]+)/g, '{$1}');
    const method = String(route.method).toLowerCase() as 'get';
    const operation = document.paths?.[path]?.[method];
    if (operation) describeOperation(operation, route, responses);
  }
  const used = new Set(
    Object.values(document.paths ?? {}).flatMap((item) =>
      Object.values(item ?? {}).flatMap((operation) => tagsOf(operation)),
    ),
  );
  return prune({
    ...document,
    tags: TAGS.filter(({ name }) => used.has(name)),
    paths: sorted(document.paths ?? {}),
    components: { ...document.components, ...sharedComponents(), responses: Object.fromEntries(responses) },
  });
}

function tagsOf(operation: unknown): string[] {
  return typeof operation === 'object' && operation !== null && 'tags' in operation ? (operation.tags as string[]) : [];
}

function sorted<T>(members: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
}
