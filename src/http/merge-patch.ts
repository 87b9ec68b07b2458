import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { mergePatch } from '../domain/merge-patch.ts';
import { parseBody } from './body.ts';
import { fieldErrors, malformed } from './validation.ts';

/** The media type of RFC 7396; `application/json` is taken for a patch as well. */
export const MERGE_PATCH_MEDIA_TYPE = 'application/merge-patch+json';

/** Reads `application/merge-patch+json` like any JSON body. */
export function readMergePatches(app: FastifyInstance): void {
  app.addContentTypeParser(MERGE_PATCH_MEDIA_TYPE, { parseAs: 'buffer' }, (request: FastifyRequest, bytes: Buffer) =>
    parseBody(request, bytes),
  );
}

/**
 * Applies a merge patch to the document that is there and validates the outcome by the schema of the whole document.
 * Throws `malformed`; its pointers are into the patch, since a merge patch has the shape of what it patches.
 */
export function applyMergePatch<T extends z.ZodType>(schema: T, target: unknown, patch: unknown): z.output<T> {
  const result = schema.safeParse(mergePatch(target, patch));
  if (result.success) return result.data;
  throw malformed('body', fieldErrors(result.error));
}
