import accepts from '@fastify/accepts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendJson } from './preconditions.ts';

/** The media type of Markdown (RFC 7763), of the CommonMark variant (RFC 7764). */
const MARKDOWN_MEDIA_TYPE = 'text/markdown; charset=utf-8; variant=CommonMark';

/** Lets routes see what media types a caller accepts (RFC 9110 §12.5.1). */
export async function negotiateContent(app: FastifyInstance): Promise<void> {
  await app.register(accepts);
}

/**
 * Answers with an object as JSON or, to whoever prefers `text/markdown`, as the document that `markdown` makes of it. Who
 * accepts neither gets JSON.
 */
export function sendDocument<T extends object>(
  request: FastifyRequest,
  reply: FastifyReply,
  body: T,
  markdown: (body: T) => string,
): FastifyReply {
  reply.header('vary', 'Accept');
  if (request.accepts().type(['application/json', 'text/markdown']) !== 'text/markdown') return sendJson(reply, body);
  return reply.type(MARKDOWN_MEDIA_TYPE).send(markdown(body));
}
