import { z } from 'zod';
import { SCOPES } from '../../domain/vocabulary.ts';
import { instantAnswer, instantField, referenceField, slugField, uuidField, versionAnswer } from '../fields.ts';
import { scopeField } from '../vocabulary.ts';

const EXAMPLE = {
  id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51',
  name: 'news-desk',
  scopes: ['write'] as const,
  createdAt: '2026-05-04T09:30:00.000Z',
  expiresAt: '2027-05-04T00:00:00.000Z',
  revokedAt: null,
  lastUsedAt: '2026-05-04T10:12:47.120Z',
  version: 1,
};

/** A key as everyone but its first receiver sees it: the key itself is not kept. */
export const keySchema = z
  .object({
    id: uuidField,
    name: z.string(),
    scopes: z.array(scopeField),
    createdAt: instantAnswer,
    expiresAt: instantAnswer.nullable(),
    revokedAt: instantAnswer.nullable(),
    lastUsedAt: instantAnswer.nullable().describe('Written at most once a minute.'),
    version: versionAnswer,
  })
  .meta({ id: 'Key', description: 'Who may read and write; the key itself is not kept.', examples: [EXAMPLE] });

/** A key just made. */
export const newKeySchema = keySchema
  .extend({ key: z.string().describe('The key. It is shown this once and cannot be read again.') })
  .meta({
    id: 'NewKey',
    description: 'A key just made, with the text to send as `Authorization: Bearer`.',
    examples: [{ ...EXAMPLE, lastUsedAt: null, key: 'orec_T0uKf2l3m9c1v5x7b8n0aQwErTyUiOpLkJhGfDsAzXc' }],
  });

/** What a key is made from. `expiresAt` is an instant (RFC 3339, UTC); without it the key does not expire. */
export const createKeySchema = z
  .strictObject({
    name: slugField,
    scopes: z
      .array(scopeField)
      .min(1)
      .max(SCOPES.length)
      .transform((scopes) => SCOPES.filter((scope) => scopes.includes(scope))),
    expiresAt: instantField.nullish().describe('Without it the key does not expire.'),
  })
  .meta({
    id: 'CreateKey',
    examples: [{ name: 'archive-desk', scopes: ['write'], expiresAt: '2027-05-04T00:00:00Z' }],
  });

/** A key in a path: its id, or its name while it is in force. */
export const keyParams = z.strictObject({
  key: referenceField.meta({
    description: 'The id of a key, or the name of one that is not revoked.',
    examples: ['example-reader'],
  }),
});

export type KeyAnswer = z.output<typeof keySchema>;
export type CreateKey = z.output<typeof createKeySchema>;
