import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { Problem } from '../../domain/problem.ts';
import { callerOf, contextOf } from '../../http/context.ts';
import { sendPage } from '../../http/pagination.ts';
import { covers } from '../../http/routes.ts';
import { endOfChanges, readChanges } from './queries.ts';
import { changeEntry, changeList, changeQuery, changeStreamHeaders, changeStreamQuery } from './schema.ts';
import { ChangeStreams, STREAM_SETTINGS, type StreamSettings } from './streams.ts';

const WHO_SEES_KEYS = 'Entries about keys are only for keys with the scope `admin`; they never hold the key itself.';

/** The change feed: what changed, in the order of commits, by pages and as a stream. */
export const changeRoutes: FastifyPluginAsyncZod<Partial<StreamSettings>> = async (app, settings) => {
  const streams = new ChangeStreams(app.sources.database, app.log, { ...STREAM_SETTINGS, ...settings });
  app.addHook('preClose', (done) => {
    streams.close();
    done();
  });

  app.get(
    '/v1/changes',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listChanges',
        tags: ['changes'],
        summary: 'What changed, oldest first',
        description: `In the order of commits and without gaps: whoever goes on from \`page.nextCursor\`, which is always there, sees every change exactly once, however many write meanwhile. ${WHO_SEES_KEYS}`,
        querystring: changeQuery,
        response: { 200: changeList },
      },
    },
    async (request, reply) => {
      const { after, limit } = request.query;
      const { database, actor } = contextOf(request);
      const { entries, hasMore } = await readChanges(database, { after, limit, keys: covers(actor.scopes, 'admin') });
      if (entries.length === 0) checkPlace(after, await endOfChanges(database), { parameter: 'after' });
      const data = `[${entries.map(({ json }) => json).join(',')}]`;
      const nextCursor = String(entries.at(-1)?.id ?? after);
      return sendPage(request, reply, { data, page: { nextCursor, hasMore } }, 'after');
    },
  );

  app.get(
    '/v1/changes/stream',
    {
      config: { scope: 'read', lasting: true },
      schema: {
        operationId: 'streamChanges',
        tags: ['changes'],
        summary: 'What changes, as it happens',
        description: `Server-Sent Events: \`id\` is the number of the entry, \`event\` its type and action (\`claim.created\`), \`data\` the entry. A client that is cut off resumes with \`Last-Event-ID\`, without loss or repetition. A comment comes every 15 seconds. One key, or one address without a key, may have 20 streams open. The stream ends when the key is revoked, and when the service stops. ${WHO_SEES_KEYS}`,
        querystring: changeStreamQuery,
        headers: changeStreamHeaders,
        response: {
          200: {
            description:
              'The events, one after the other. The schema is that of the `data` of each, as JSON on one line: OpenAPI 3.1 has no word for a stream of them (`itemSchema` of 3.2).',
            content: { 'text/event-stream': { schema: changeEntry } },
          },
        },
      },
    },
    async (request, reply) => {
      const { after, limit } = request.query;
      const resumed = request.headers['last-event-id'];
      const { database, actor } = contextOf(request);
      const end = await endOfChanges(database);
      const place = resumed ?? after ?? end;
      checkPlace(place, end, resumed === undefined ? { parameter: 'after' } : { header: 'Last-Event-ID' });
      const stream = streams.open({
        caller: callerOf(request),
        after: place,
        limit,
        keys: covers(actor.scopes, 'admin'),
        inForce: () => app.stillInForce(request),
      });
      reply.raw.once('close', () => stream.destroy());
      // The connection serves the stream for as long as it lives; X-Accel-Buffering keeps nginx from holding events back.
      reply.headers({ 'cache-control': 'no-store', connection: 'close', 'x-accel-buffering': 'no' });
      return (reply as FastifyReply).type('text/event-stream').send(stream);
    },
  );
};

/** Refuses a place behind the end: it is of another ledger, or of one that was set back, and following it would lose changes. */
function checkPlace(place: number, end: number, where: { parameter: string } | { header: string }): void {
  if (place <= end) return;
  const detail = `Lies behind the end of this ledger's feed, which is ${end}. Take one that came from it; 0 begins with the first.`;
  throw new Problem('malformed', `The place ${place} is wrong: ${detail}`, { errors: [{ ...where, detail }] });
}
