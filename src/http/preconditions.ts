import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, etag, JSON_MEDIA_TYPE } from '../database/answer.ts';
import type { ExpectedVersions } from '../database/version.ts';
import { Problem } from '../domain/problem.ts';

/** A list of entity tags (RFC 9110 §8.8.3), weak or strong, with optional white space around the commas. */
const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const TAG_LIST = new RegExp(String.raw`^[ \t]*${TAG}(?:[ \t]*,[ \t]*${TAG})*[ \t]*$`);
const EACH_TAG = new RegExp(TAG, 'g');
/** Our own strong tags: the version, and perhaps a digest. */
const OUR_TAG = /^"([1-9]\d{0,9})(?:\.[A-Za-z0-9_-]+)?"$/;

/**
 * The versions that `If-Match` agrees to (RFC 9110 §13.1.1): of a tag with a digest, the version part counts; weak and
 * foreign tags match nothing. Throws `precondition-required` (RFC 6585 §3) without the header, `malformed` when it is none.
 */
export function ifMatch(request: FastifyRequest): ExpectedVersions {
  const header = request.headers['if-match'];
  if (header === undefined) {
    throw new Problem(
      'precondition-required',
      'Send If-Match with the ETag that you read, for instance If-Match: "3".',
      {
        errors: [{ header: 'If-Match', detail: 'This header is required here.' }],
      },
    );
  }
  if (header.trim() === '*') return { any: true };
  if (!TAG_LIST.test(header)) {
    throw new Problem('malformed', 'If-Match is neither * nor a list of entity tags, for instance "3".', {
      errors: [{ header: 'If-Match', detail: 'Must be * or entity tags with their quotes, for instance "3".' }],
    });
  }
  const versions = (header.match(EACH_TAG) ?? []).flatMap((tag) => OUR_TAG.exec(tag)?.[1] ?? []).map(Number);
  return { versions: versions.filter((version) => version <= 2_147_483_647) };
}

/** What an answer with a version is made of. `body` is an object, or JSON text that is sent as it is. */
export interface Versioned {
  readonly body: object | string;
  readonly version: number;
  /** Given when the answer holds derived fields: the bytes that the digest of the tag is made of, as a rule the body's text. */
  readonly derived?: string | Buffer;
}

/** Answers 200 with a strong `ETag`, or 304 without a body when `If-None-Match` knows the tag (RFC 9110 §13.1.2). */
export function sendVersioned(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, version, derived }: Versioned,
): FastifyReply {
  const tag = etag(version, derived);
  reply.header('etag', tag);
  const known = request.headers['if-none-match'];
  if (known !== undefined && (request.method === 'GET' || request.method === 'HEAD') && matchesWeakly(known, tag)) {
    return reply.code(304).send();
  }
  return sendJson(reply, body);
}

/** Sends an answer that a command made, as it was kept for a repeated request: `Location`, `ETag` and body byte for byte. */
export function sendAnswer(reply: FastifyReply, { status, location, etag: tag, body }: Answer): FastifyReply {
  if (location !== undefined) reply.header('location', location);
  if (tag !== undefined) reply.header('etag', tag);
  return sendJson(reply.code(status), body);
}

/** Sends what an action came to, with the version that the thing has afterwards as its `ETag`; null where a dry run left it. */
export function sendOutcome(reply: FastifyReply, version: number | null, body: object): FastifyReply {
  if (version !== null) reply.header('etag', etag(version));
  return sendJson(reply, body);
}

/** Sends JSON: an object, or text that is JSON already and goes out as it is. */
export function sendJson(reply: FastifyReply, body: object | string): FastifyReply {
  return reply.type(JSON_MEDIA_TYPE).send(body);
}

function matchesWeakly(header: string, tag: string): boolean {
  if (header.trim() === '*') return true;
  return (header.match(EACH_TAG) ?? []).some((known) => known.replace(/^W\//, '') === tag);
}
