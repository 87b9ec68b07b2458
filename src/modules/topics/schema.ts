import { z } from 'zod';
import { pageQuery } from '../../http/pagination.ts';
import { instantAnswer, referenceField, slugField, textField, uuidField, versionAnswer } from '../fields.ts';

/** What a person writes of a topic: a story that groups claims (DESIGN §1). Without a slug, one is made from the name. */
export const topicInput = z
  .strictObject({
    slug: slugField.optional(),
    name: textField(300),
    description: textField(5000).nullish(),
  })
  .meta({
    id: 'TopicInput',
    examples: [{ name: 'The Black Sea grain corridor', description: 'Talks on a safe passage for grain' }],
  });
export type TopicInput = z.output<typeof topicInput>;

/** A change of a topic: a JSON Merge Patch (RFC 7396). */
export const topicPatch = topicInput
  .partial()
  .meta({ id: 'TopicPatch', examples: [{ description: 'Will Türkiye hand its S-400s back?' }] });

/** A topic as the API gives it. */
export const topicAnswer = z
  .strictObject({
    id: uuidField,
    slug: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    createdAt: instantAnswer,
    updatedAt: instantAnswer,
    version: versionAnswer,
  })
  .meta({
    id: 'Topic',
    examples: [
      {
        id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51',
        slug: 's-400-return',
        name: 'The return of the S-400s',
        description: null,
        createdAt: '2026-01-05T09:30:00.000Z',
        updatedAt: '2026-01-05T09:30:00.000Z',
        version: 1,
      },
    ],
  });
export type Topic = z.output<typeof topicAnswer>;

/** `{topic}` in a path. */
export const topicParams = z.strictObject({ topic: referenceField.meta({ examples: ['s-400-return'] }) });

/** `{topic}` in the path of a deletion: an example that nothing refers to. */
export const unusedTopicParams = z.strictObject({ topic: referenceField.meta({ examples: ['spare-topic'] }) });

/** The query of the list of topics. */
export const topicQuery = z.strictObject({ ...pageQuery.shape });
