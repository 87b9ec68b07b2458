import type { FastifyInstance, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import { bundleSchema } from '../../formats/bundle.ts';
import { parseBody, refuseEncoding } from '../../http/body.ts';
import { contextOf } from '../../http/context.ts';
import { rememberBody } from '../../http/idempotency.ts';
import { MERGE_PATCH_MEDIA_TYPE } from '../../http/merge-patch.ts';
import { bindingOf, cursorId, decodeCursor, listOf, pageOf, sendPage } from '../../http/pagination.ts';
import { sendAnswer, sendJson } from '../../http/preconditions.ts';
import { goneSignal } from '../../http/request-end.ts';
import { sweeper } from '../../http/sweeper.ts';
import { validatorCompiler } from '../../http/validation.ts';
import { bundlesOf, MAX_BUNDLE_BYTES, NDJSON_MEDIA_TYPE } from './body.ts';
import { importBundle, importLines } from './commands.ts';
import { findImport, listImportRows, listImports, sweepDryRuns } from './queries.ts';
import { importAnswer, importParams, importQuery, importRow, importRowsQuery, importsQuery } from './schema.ts';

/** A file of bundles, in bytes. */
const BODY_LIMIT = 64 * 1024 * 1024;

/** Imports: report bundles taken in, each with its receipt (DESIGN §5). */
export const importRoutes: FastifyPluginAsyncZod = async (app) => {
  readNdjson(app);
  refuseLongBundles(app);
  app.setValidatorCompiler(bundleOrFile);
  const sweep = sweeper(app, 'dry runs', () => sweepDryRuns(app.sources.clock()));
  app.addHook('onResponse', async () => sweep());

  app.post(
    '/v1/imports',
    {
      bodyLimit: BODY_LIMIT,
      config: { scope: 'write', idempotent: true },
      schema: {
        operationId: 'createImport',
        tags: ['imports'],
        summary: 'Import report bundles',
        description:
          'One bundle as `application/json`: all of it goes in, or nothing. As `application/x-ndjson` one bundle on each line: a line that is wrong changes nothing and leaves a row that says where, the others go in. Importing the same again changes nothing. The answer is the receipt, with the first errors; what became of each thing is in its rows. With `dryRun` it is 200, and nothing but the receipt is left. A bundle may have 8 MiB, a file of them 64 MiB, an object of it 1,000 members, and all together 250,000 members and items, nested no more than 64 levels. The chains of a bundle may have 20,000 links together: each attribution counts two, the outlet of the report and the source, and one for each in its `via`.',
        consumes: ['application/json', NDJSON_MEDIA_TYPE],
        querystring: importQuery,
        body: bundleSchema,
        response: { 200: importAnswer, 201: importAnswer },
        problems: ['rule-broken'],
      },
    },
    async (request, reply) => {
      const { dryRun, name } = request.query;
      const body: unknown = request.body;
      const context = { ...contextOf(request), gone: goneSignal(reply) };
      const answer = Buffer.isBuffer(body)
        ? await importLines(context, bundlesOf(body), { dryRun, name })
        : await importBundle(context, request.body, { dryRun, name });
      return sendAnswer(reply, answer);
    },
  );

  app.get(
    '/v1/imports',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listImports',
        tags: ['imports'],
        summary: 'List the receipts of imports, newest first',
        querystring: importsQuery,
        response: { 200: listOf(importAnswer) },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const { database, clock } = contextOf(request);
      const binding = bindingOf('imports', request.query);
      const rows = await listImports(database, request.query, { now: clock(), after: cursorId(cursor, binding) });
      return sendPage(request, reply, pageOf(rows, { limit, keyOf: ({ id }) => [id], binding }));
    },
  );

  app.get(
    '/v1/imports/:import',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getImport',
        tags: ['imports'],
        summary: 'Read the receipt of an import',
        description:
          'By its id, or by its name, where that is a slug: then the latest of that name that was no dry run. `GET /v1/imports?name=` finds by any name.',
        params: importParams,
        response: { 200: importAnswer },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { database, clock } = contextOf(request);
      return sendJson(reply, await findImport(database.prisma, request.params.import, clock()));
    },
  );

  app.get(
    '/v1/imports/:import/rows',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listImportRows',
        tags: ['imports'],
        summary: 'What became of each thing in an import',
        params: importParams,
        querystring: importRowsQuery,
        response: { 200: listOf(importRow) },
        problems: ['not-found'],
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const { database, clock } = contextOf(request);
      const { id } = await findImport(database.prisma, request.params.import, clock());
      const binding = bindingOf(`imports/${id}/rows`, request.query);
      const after = cursor === undefined ? undefined : Number(decodeCursor(cursor, binding, ['number'])[0]);
      const rows = await listImportRows(database, id, request.query, after);
      return sendPage(request, reply, pageOf(rows, { limit, keyOf: ({ number }) => [String(number)], binding }));
    },
  );
};

/**
 * Reads files of bundles, and nothing but these and JSON. The bytes are taken in whole (a client that waited for each line
 * to be written would run into the time that a request may take to arrive); bundles are read from them one at a time.
 */
function readNdjson(app: FastifyInstance): void {
  app.removeContentTypeParser(MERGE_PATCH_MEDIA_TYPE);
  app.addContentTypeParser(NDJSON_MEDIA_TYPE, { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    try {
      refuseEncoding(request);
      if (bytes.length === 0) throw new Problem('malformed', 'The body is empty.');
      rememberBody(request, bytes);
      done(null, bytes);
    } catch (error) {
      done(error as Error, undefined);
    }
  });
}

/** A bundle as a body of its own may be no longer than one on a line of a file. */
function refuseLongBundles(app: FastifyInstance): void {
  const refuseLong = (request: FastifyRequest, bytes: number) => {
    if (request.mediaType !== 'application/json' || bytes <= MAX_BUNDLE_BYTES) return;
    const detail = `A bundle may have at most ${MAX_BUNDLE_BYTES} bytes; send several as ${NDJSON_MEDIA_TYPE}.`;
    throw new Problem('too-large', detail);
  };
  app.addHook('preParsing', async (request, _reply, payload) => {
    refuseLong(request, Number(request.headers['content-length'] ?? 0));
    return payload;
  });
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) => {
      refuseLong(request, bytes.length);
      return parseBody(request, bytes);
    },
  );
}

/** A file of bundles is checked line by line, when its turn comes. */
const bundleOrFile: FastifySchemaCompiler<z.ZodType> = (definition) => {
  const check = validatorCompiler(definition);
  return (data: unknown) => (Buffer.isBuffer(data) ? { value: data } : check(data));
};
