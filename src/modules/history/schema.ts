import { z } from 'zod';
import { listOf, pageQuery } from '../../http/pagination.ts';
import { wholeNumber } from '../../http/query.ts';
import { recordedThing } from '../changes/schema.ts';
import { instantAnswer, versionAnswer } from '../fields.ts';
import { vocabulary } from '../vocabulary.ts';

/** The highest version that can be. */
const MAX_VERSION = 2_147_483_647;

/** One step of a JSON Patch (RFC 6902 §4). */
export const patchStep = z
  .strictObject({
    op: vocabulary('PatchOperation', ['add', 'remove', 'replace'], 'What a step of a JSON Patch does (RFC 6902).'),
    path: z.string().describe('A JSON Pointer (RFC 6901); empty for the whole.'),
    value: z.unknown().optional(),
  })
  .meta({ id: 'PatchStep', examples: [{ op: 'replace', path: '/text', value: 'Ankara asked for its money back' }] });

/** A version in the history of a thing. */
const version = z
  .strictObject({
    version: versionAnswer,
    action: z.string().describe('What was done: `created`, `updated`, `deleted`, `withdrawn`, …'),
    by: z.string().describe('The name of the key that did it; `onrecord` is the service itself.'),
    at: instantAnswer.describe('When it was recorded, to the microsecond; `knownAt` takes it.'),
    requestId: z.string().describe('The id of the request that did it, as in the log.'),
    patch: z
      .array(patchStep)
      .describe('A JSON Patch (RFC 6902) from the version before; the first adds the whole, to nothing.'),
  })
  .meta({
    id: 'Version',
    examples: [
      {
        version: 2,
        action: 'updated',
        by: 'news-desk',
        at: '2026-01-05T09:30:00.000123Z',
        requestId: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a52',
        patch: [
          { op: 'replace', path: '/description', value: 'Will Türkiye hand its S-400s back?' },
          { op: 'replace', path: '/updatedAt', value: '2026-01-05T09:30:00.000Z' },
          { op: 'replace', path: '/version', value: 2 },
        ],
      },
    ],
  });

/** The versions of a thing or, when one is asked for, the thing as it was in that version. */
export const historyAnswer = z.union([listOf(version), recordedThing]);

/** The query of a history. */
export const historyQuery = z.strictObject({
  version: wholeNumber({ min: 1, max: MAX_VERSION })
    .optional()
    .describe('Answers with the thing as it was in this version, instead of the list.')
    .meta({ type: 'integer', minimum: 1, maximum: MAX_VERSION }),
  ...pageQuery.shape,
});
