import { z } from 'zod';
import { edtfRange, isEdtf } from '../../domain/edtf.ts';
import { pageQuery } from '../../http/pagination.ts';
import { stanceFields } from '../attributions/schema.ts';
import {
  archiveUrlField,
  edtfField,
  instantAnswer,
  instantField,
  languageField,
  pageUrlField,
  pastEdtfField,
  reasonField,
  referenceField,
  sourceReference,
  textField,
  uuidField,
  versionAnswer,
} from '../fields.ts';
import { reportKindField, reportStatusField, writtenStatusField } from '../vocabulary.ts';

const title = textField(1000);
const authors = z.array(textField(300)).max(100);
const text = textField(500_000).describe('The full text. Its SHA-256 is kept as `textHash`.');

/** What a person writes of a report (DESIGN §2): `title` and `outlet` suffice for one that we hold. */
export const reportInput = z
  .strictObject({
    id: uuidField.optional().describe('An id of your own choice (UUID), on creation only.'),
    url: pageUrlField.nullish(),
    title: title.nullish().describe('Needed unless the report is `cited_unseen`.'),
    outlet: referenceField.describe('Who published it: the id or slug of a source that is not anonymous.'),
    authors: authors.default([]),
    kind: reportKindField.default('article'),
    language: languageField.default('und'),
    published: pastEdtfField.nullish(),
    retrievedAt: instantField.nullish(),
    archiveUrl: archiveUrlField.nullish(),
    text: text.nullish(),
    status: writtenStatusField.default('held'),
  })
  .meta({
    id: 'ReportInput',
    examples: [
      {
        url: 'https://www.example.com/news/2026-01-12/ankara-weighs-its-air-defence',
        title: 'Ankara weighs its air defence as F-35 talks go on',
        outlet: 'bloomberg',
        authors: ['Jane Roe'],
        language: 'en',
        published: '2026-01-12',
      },
    ],
  });
export type ReportInput = z.output<typeof reportInput>;

/** A change of a report: a JSON Merge Patch (RFC 7396). The status of a corrected or retracted one stays as it is. */
export const reportPatch = z
  .strictObject({
    url: pageUrlField.nullable(),
    title: title.nullable(),
    outlet: referenceField,
    authors: authors.nullable(),
    kind: reportKindField.nullable(),
    language: languageField.nullable(),
    published: pastEdtfField.nullable(),
    retrievedAt: instantField.nullable(),
    archiveUrl: archiveUrlField.nullable(),
    text: text.nullable(),
    status: writtenStatusField,
  })
  .partial()
  .meta({ id: 'ReportPatch', examples: [{ published: '2025-12', retrievedAt: '2026-01-05T09:00:00Z' }] });

/** What a correction may change of the report itself. */
export const correctable = reportPatch.pick({
  text: true,
  title: true,
  published: true,
  retrievedAt: true,
  archiveUrl: true,
});

/** An attribution that a corrected report no longer makes. */
const supersession = z.strictObject({
  attribution: uuidField.describe('An attribution that lies in this report and is not withdrawn.'),
  by: z
    .strictObject({
      id: uuidField.optional().describe('An id of the caller’s own, a UUIDv7.'),
      source: referenceField.optional().describe('The same source as before, unless it is given.'),
      relays: uuidField
        .nullish()
        .describe(
          'What it passes on: the same as before, or what takes the place of that in this correction, unless it is given. Null: nothing.',
        ),
      ...stanceFields,
    })
    .optional()
    .describe(
      'What the report says now, in full: certainty, emphasis, quote and dates are not carried over. Without it, the report no longer says it.',
    ),
});

/**
 * A correction by the outlet: what the report is now, as a JSON Merge Patch, and the attributions that it takes back or puts
 * others in the place of.
 */
export const correctionInput = z
  .strictObject({
    reason: reasonField.describe('What was corrected, and why.'),
    ...correctable.shape,
    supersedes: z.array(supersession).max(100).default([]),
  })
  .meta({
    id: 'CorrectionInput',
    examples: [
      {
        reason: 'The outlet now says that the pressure may have grown, not that it has.',
        retrievedAt: '2026-01-09T08:00:00Z',
        supersedes: [
          {
            attribution: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a62',
            by: { stance: 'asserts', certainty: 'possible' },
          },
        ],
      },
    ],
  });
export type CorrectionInput = z.output<typeof correctionInput>;

/** A retraction by the outlet. */
export const retractionInput = z
  .strictObject({
    reason: reasonField.describe('Why it was retracted.'),
    retractedOn: pastEdtfField
      .optional()
      .describe('When its outlet retracted it (EDTF), never in the future; today in UTC unless it is given.'),
  })
  .meta({
    id: 'RetractionInput',
    examples: [{ reason: 'The outlet took the report back: its source was not who it claimed to be.' }],
  });
export type RetractionInput = z.output<typeof retractionInput>;

/** A report in a list: all but its text, which can be long. */
export const reportItem = z
  .strictObject({
    id: uuidField,
    url: z.string().nullable(),
    title: z.string().nullable(),
    outlet: sourceReference,
    authors: z.array(z.string()),
    kind: reportKindField,
    language: z.string(),
    published: z.string().nullable().describe('As it was written (EDTF).'),
    retrievedAt: instantAnswer.nullable(),
    archiveUrl: z.string().nullable(),
    textHash: z.string().nullable().describe('SHA-256 of the text in UTF-8, in hexadecimal.'),
    status: reportStatusField,
    statusBefore: reportStatusField
      .nullable()
      .describe(
        'What a retracted report was before, and is again when the retraction is taken back; null for any other.',
      ),
    retractedOn: z.string().nullable().describe('When its outlet retracted it (EDTF).'),
    citedIn: uuidField.nullable().describe('The report that cites it, where we have not seen it ourselves.'),
    createdAt: instantAnswer,
    updatedAt: instantAnswer,
    version: versionAnswer,
  })
  .meta({ id: 'ReportItem', examples: [reportExample()] });
export type ReportItem = z.output<typeof reportItem>;

/** A report as the API gives it. Nothing in it is derived. */
export const reportAnswer = z
  .strictObject({ ...reportItem.shape, text: z.string().nullable() })
  .meta({ id: 'Report', examples: [{ ...reportExample(), text: null }] });
export type Report = z.output<typeof reportAnswer>;

/** `{report}` in a path. */
export const reportParams = z.strictObject({
  report: uuidField.meta({ examples: ['019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51'] }),
});

/** `{report}` in the path of a deletion: an example that nothing refers to. */
export const unusedReportParams = z.strictObject({
  report: uuidField.meta({ examples: ['019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a52'] }),
});

/** An EDTF expression of which the beginning counts. */
const beginning = edtfField.refine(
  (text) => !isEdtf(text) || edtfRange(text).from !== null,
  'Has no beginning; write the time at which the window begins or ends.',
);

/** The filters of the list of reports, all combinable. */
export const reportQuery = z.strictObject({
  outlet: referenceField
    .optional()
    .describe('Who published it: the id or slug of a source.')
    .meta({ examples: ['relaying-outlet'] }),
  kind: reportKindField.optional(),
  status: reportStatusField.optional(),
  language: languageField.optional(),
  url: pageUrlField.optional().describe('The URL in any spelling: tracking parameters and the fragment do not count.'),
  'published.gte': beginning.optional().describe('Published, as far as its date tells, at this time or later (EDTF).'),
  'published.lt': beginning.optional().describe('… and before this time (EDTF).'),
  ...pageQuery.shape,
});
export type ReportQuery = z.output<typeof reportQuery>;

function reportExample() {
  return {
    id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51',
    url: null,
    title: 'Türkiye wants to hand its S-400s back to Russia',
    outlet: { id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a61', slug: 'relaying-outlet', name: 'The relaying outlet' },
    authors: [],
    kind: 'article' as const,
    language: 'en',
    published: '2025-12',
    retrievedAt: null,
    archiveUrl: null,
    textHash: null,
    status: 'held' as const,
    statusBefore: null,
    retractedOn: null,
    citedIn: null,
    createdAt: '2026-01-05T09:30:00.000Z',
    updatedAt: '2026-01-05T09:30:00.000Z',
    version: 1,
  };
}
