import { z } from 'zod';
import { clockQuery } from '../../http/clocks.ts';
import { pageQuery } from '../../http/pagination.ts';
import { queryBoolean } from '../../http/query.ts';
import {
  instantAnswer,
  instantField,
  referenceField,
  sourceReference,
  textField,
  uuidField,
  versionAnswer,
} from '../fields.ts';
import { requestChannelField, requestStateField, sourceKindField } from '../vocabulary.ts';

const deadline = instantField.describe('Until when an answer was asked for; it lies after `askedAt`.');
const note = textField(2000).describe('What was asked, through whom, or what else the desk must know.');

/** What a person writes of a request for a reply: `claim`, `source` and `channel` suffice. */
export const requestInput = z
  .strictObject({
    id: uuidField.optional().describe('An id of your own choice (UUID), on creation only.'),
    claim: referenceField.describe('What the source was asked about: the id or slug of a claim. It never changes.'),
    source: referenceField.describe('Who was asked: the id or slug of a source. It never changes.'),
    askedAt: instantField.optional().describe('Now, unless it is given; never later than now. It never changes.'),
    channel: requestChannelField,
    deadline: deadline.nullish(),
    note: note.nullish(),
  })
  .meta({
    id: 'ReplyRequestInput',
    examples: [
      {
        claim: 'refund',
        source: 'kremlin',
        askedAt: '2026-01-12T09:00:00Z',
        channel: 'email',
        deadline: '2026-01-13T17:00:00Z',
        note: 'To the press office, with both questions.',
      },
    ],
  });
export type RequestInput = z.output<typeof requestInput>;

/** What of a request can be changed, as a whole document. */
export const requestDocument = z.strictObject({
  channel: requestChannelField,
  deadline: deadline.nullish(),
  note: note.nullish(),
});
export type RequestDocument = z.output<typeof requestDocument>;

/** A change of a request: a JSON Merge Patch (RFC 7396). Of one that is answered or has lapsed only the note can be changed. */
export const requestPatch = z
  .strictObject({ channel: requestChannelField, deadline: deadline.nullable(), note: note.nullable() })
  .partial()
  .meta({
    id: 'ReplyRequestPatch',
    examples: [{ deadline: '2025-12-10T17:00:00Z', note: 'They asked for a day more.' }],
  });

/** The answer to a request: an attribution that tells what the source said. */
export const requestAnswering = z
  .strictObject({
    attribution: uuidField.describe(
      'What was answered: an attribution on the same claim that is not withdrawn and no relay, of the source that was asked, or of one that spoke for it or was part of it then.',
    ),
    answeredAt: instantField.optional().describe('Now, unless it is given; never later than now.'),
  })
  .meta({ id: 'ReplyRequestAnswering', examples: [{ attribution: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a66' }] });
export type RequestAnswering = z.output<typeof requestAnswering>;

/** That nobody answered. */
export const requestLapsing = z
  .strictObject({
    lapsedAt: instantField
      .optional()
      .describe('Now, unless it is given; later than the deadline, never later than now.'),
  })
  .meta({ id: 'ReplyRequestLapsing', examples: [{ lapsedAt: '2025-12-11T09:00:00Z' }] });
export type RequestLapsing = z.output<typeof requestLapsing>;

/** A reply request as the API gives it. `state` is derived, by the clock. */
export const requestAnswer = z
  .strictObject({
    id: uuidField,
    claim: z.strictObject({ id: uuidField, slug: z.string(), text: z.string() }),
    source: sourceReference.extend({ kind: sourceKindField }),
    askedAt: instantAnswer,
    channel: requestChannelField,
    deadline: instantAnswer.nullable(),
    note: z.string().nullable(),
    askedBy: z.string().describe('The name of the key that recorded it.'),
    state: requestStateField.describe('By `asOf`, else by `knownAt`, else by now.'),
    attribution: uuidField
      .nullable()
      .describe(
        'What answered it; of a lapsed one the `no_response` that lapsing recorded. It stays if that is withdrawn.',
      ),
    closedAt: instantAnswer.nullable().describe('When it was answered, or lapsed.'),
    createdAt: instantAnswer,
    updatedAt: instantAnswer,
    version: versionAnswer,
  })
  .meta({
    id: 'ReplyRequest',
    examples: [
      {
        id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9c01',
        claim: {
          id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a71',
          slug: 'refund',
          text: 'Ankara asked Russia to give back the money paid for the S-400s',
        },
        source: {
          id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a94',
          slug: 'turkish-officials',
          name: 'Turkish officials',
          kind: 'government',
        },
        askedAt: '2025-12-08T10:00:00.000Z',
        channel: 'phone',
        deadline: '2025-12-09T17:00:00.000Z',
        note: null,
        askedBy: 'news-desk',
        state: 'overdue',
        attribution: null,
        closedAt: null,
        createdAt: '2026-01-05T09:30:00.000Z',
        updatedAt: '2026-01-05T09:30:00.000Z',
        version: 1,
      },
    ],
  });
export type ReplyRequest = z.output<typeof requestAnswer>;

/** A request as the change feed keeps it: `outcome` is what `state` is derived from. */
export type RecordedRequest = Omit<ReplyRequest, 'state'> & { readonly outcome: 'answered' | 'lapsed' | null };

const pathOf = (example: string) => z.strictObject({ request: uuidField.meta({ examples: [example] }) });

/** `{request}` in a path. */
export const requestParams = pathOf('019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9c01');

/** `{request}` in the path of a lapse: an example of which the deadline is past. */
export const overdueRequestParams = pathOf('019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9c02');

/** `{request}` in the path of a deletion: an example that was recorded by mistake. */
export const mistakenRequestParams = pathOf('019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9c03');

/** The orders of a list. */
const SORTS = ['-createdAt', 'deadline'] as const;

/** The query of `claims/{claim}/reply-requests`. */
export const requestsOfQuery = z.strictObject({
  state: requestStateField.optional(),
  source: referenceField
    .optional()
    .describe(
      'Who was asked: the id or slug of a source. With those that spoke for it or were part of it when they were asked, unless `exact`.',
    )
    .meta({ examples: ['turkiye-government'] }),
  exact: queryBoolean(false).describe('Only requests to the named source itself.'),
  sort: z
    .enum(SORTS)
    .optional()
    .describe(
      '`-createdAt`: newest first. `deadline`: soonest first, those without one last; so too, unless given otherwise, with `state=overdue`.',
    ),
  ...clockQuery.shape,
  ...pageQuery.shape,
});

/** The query of the list of all reply requests; all filters can be combined. */
export const requestQuery = z.strictObject({
  claim: referenceField.optional().describe('What was asked about: the id or slug of a claim.'),
  ...requestsOfQuery.shape,
});
export type RequestQuery = z.output<typeof requestQuery>;

/** The order of a list: by default what is overdue comes by its deadline. */
export function sortOf({ sort, state }: Pick<RequestQuery, 'sort' | 'state'>): (typeof SORTS)[number] {
  return sort ?? (state === 'overdue' ? 'deadline' : '-createdAt');
}
