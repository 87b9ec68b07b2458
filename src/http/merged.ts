import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MergedInto } from '../domain/merged.ts';
import { isUuid } from '../domain/names.ts';

/** `/v1/claims/refund/positions?limit=5`: what comes before the name of a thing, the name, and the rest. */
const THING = /^(\/v1\/(?:claims|sources|reports)\/)([^/?]+)(.*)$/;
/** The same of a relation, which lies below a claim. */
const RELATION = /^(\/v1\/claims\/[^/?]+\/relations\/)([^/?]+)(.*)$/;

/** Whether a route reads a thing that can be merged, under its own address: it may answer 308. */
export function mayRedirect(method: string, url: string): boolean {
  return method === 'GET' && THING.test(url);
}

/**
 * Sends the reader of something that is merged to the one that stands (DESIGN §4): the same path and query, named as it was,
 * by id or by slug. Not to be kept: a merge can be taken back.
 */
export function sendToStanding(
  request: FastifyRequest,
  reply: FastifyReply,
  { kind, stands }: MergedInto,
): FastifyReply {
  const [, before = '', name = '', rest = ''] =
    (kind === 'relation' ? RELATION : THING).exec(request.raw.url ?? '') ?? [];
  const location = `${before}${isUuid(name) ? stands.id : (stands.slug ?? stands.id)}${rest}`;
  return reply.code(308).headers({ location, 'cache-control': 'no-store' }).send();
}
