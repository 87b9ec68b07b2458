import { z } from 'zod';
import { RECORDED_TYPES } from '../../domain/vocabulary.ts';
import { pageQuery } from '../../http/pagination.ts';
import { wholeNumber } from '../../http/query.ts';
import { instantAnswer, uuidField, versionAnswer } from '../fields.ts';
import { vocabulary } from '../vocabulary.ts';

const EXAMPLE = {
  id: 1042,
  at: '2026-01-05T09:30:00.000123Z',
  actor: 'news-desk',
  requestId: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a52',
  action: 'created',
  type: 'topic',
  entity: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51',
  slug: 's-400-return',
  version: 1,
  after: {
    id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51',
    slug: 's-400-return',
    name: 'The return of the S-400s',
    description: null,
    createdAt: '2026-01-05T09:30:00.000Z',
    updatedAt: '2026-01-05T09:30:00.000Z',
    version: 1,
  },
};

/** A thing as it was recorded with a change: as it goes over the wire, but for what is derived (`standing`, `live` and the like). */
export const recordedThing = z
  .looseObject({ id: uuidField, version: versionAnswer })
  .describe('The thing as it was recorded then: as the API gives it, but for what is derived (`standing`, `live`, …).')
  .meta({ id: 'RecordedThing', examples: [EXAMPLE.after] });

/** An entry of the change feed (DESIGN §2): one version of one thing. */
export const changeEntry = z
  .strictObject({
    id: z.int().min(1).describe('The number of the entry. Numbers rise in the order of commits; some are never given.'),
    at: instantAnswer.describe('When it was recorded, to the microsecond; `knownAt` takes it.'),
    actor: z.string().describe('The name of the key that did it; `onrecord` is the service itself.'),
    requestId: z.string().describe('The id of the request that did it, as in the log.'),
    action: z.string().describe('What was done: `created`, `updated`, `deleted`, `withdrawn`, `superseded`, …'),
    type: vocabulary('RecordedType', RECORDED_TYPES, 'The kinds of things whose changes are recorded.'),
    entity: uuidField.describe('The id of the thing.'),
    slug: z.string().nullable().describe('Its slug then, if it has one.'),
    version: versionAnswer.describe('The version that this made.'),
    after: recordedThing,
  })
  .meta({ id: 'Change', examples: [EXAMPLE] });

/** A page of the feed. `nextCursor` is always there: a follower goes on from it when the page is empty too. */
export const changeList = z
  .object({
    data: z.array(changeEntry),
    page: z
      .object({
        nextCursor: z.string().describe('Goes on from here as `after`, now or when there is more.'),
        hasMore: z.boolean().describe('Whether there is more already.'),
      })
      .meta({ id: 'FeedPage', description: 'Where a page of the change feed ends.' }),
  })
  .meta({ examples: [{ data: [EXAMPLE], page: { nextCursor: '1042', hasMore: false } }] });

/** A place in the feed: the number of the entry behind which to go on. */
const place = wholeNumber({ min: 0, max: Number.MAX_SAFE_INTEGER });

/** The query of the feed. */
export const changeQuery = z.strictObject({
  after: place
    .default(0)
    .describe('Where to go on: `page.nextCursor`, or the `id` of an entry. 0 begins with the first.')
    .meta({ type: 'integer', minimum: 0, default: 0 }),
  limit: pageQuery.shape.limit.describe('At most so many entries, 1–1000; a page of long ones holds fewer.'),
});

/** The query of the stream. */
export const changeStreamQuery = z.strictObject({
  after: place
    .optional()
    .describe('Where to go on, where `Last-Event-ID` does not say. Without either: with what changes from now on.')
    .meta({ type: 'integer', minimum: 0, examples: [0] }),
  limit: wholeNumber({ min: 1, max: 1_000_000 })
    .optional()
    .describe('Ends the stream after so many entries. Without it, it goes on.')
    .meta({ type: 'integer', minimum: 1, maximum: 1_000_000, examples: [5] }),
});

/** The header by which a client that was cut off resumes; all other headers go through. */
export const changeStreamHeaders = z.looseObject({
  'last-event-id': place
    .optional()
    .describe('The `id` of the last event that came. Browsers send it by themselves; it wins over `after`.')
    .meta({ type: 'integer', minimum: 0 }),
});
