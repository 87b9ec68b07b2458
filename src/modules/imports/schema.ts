import { z } from 'zod';
import { pageQuery } from '../../http/pagination.ts';
import { optionalBoolean } from '../../http/query.ts';
import { dryRunField, instantAnswer, referenceField, textField, uuidField, warningsField } from '../fields.ts';
import { patchStep } from '../history/schema.ts';
import { vocabulary } from '../vocabulary.ts';
import { type BundleRow, OUTCOMES, ROW_TYPES } from './rows.ts';

/** How an import came: one bundle, or one on each line. */
export const FORMATS = ['bundle', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

/** A label in whatever words: 1–200 characters, none of them a control character. */
const importName = textField(200).refine((name) => !/\p{Cc}/u.test(name), 'Must have no control characters.');

/** The query of an import. */
export const importQuery = z.strictObject({
  dryRun: dryRunField.describe(
    'Do it all, tell what it would come to, and take it back. The receipt is kept for a day, so that its rows can be read.',
  ),
  name: importName
    .optional()
    .describe('A label under which the receipt is found again. One that is a slug will do in a path, too.')
    .meta({ examples: ['Tried by hand'] }),
});

/** What is wrong at one place of a bundle. */
const importError = z.strictObject({
  pointer: z.string().optional().describe('A JSON Pointer (RFC 6901) into the bundle.'),
  detail: z.string(),
  candidates: z.array(z.string()).optional().describe('The slugs of all that an ambiguous name may mean.'),
});

const RECEIPT = {
  id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9ab1',
  name: 's400',
  format: 'bundle',
  dryRun: false,
  actor: 'admin',
  bundles: 1,
  failed: 0,
  counts: { created: 81, updated: 0, unchanged: 0, failed: 0 },
  errors: [],
  startedAt: '2026-01-05T09:30:00.000Z',
  finishedAt: '2026-01-05T09:30:00.410Z',
  stopped: null,
  expiresAt: null,
};

const ROW = {
  number: 34,
  bundle: 0,
  pointer: '/attributions/1',
  type: 'attribution',
  outcome: 'created',
  id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a61',
  slug: null,
  detail: null,
  patch: null,
  errors: [],
  warnings: [],
};

const outcome = vocabulary('ImportOutcome', OUTCOMES, 'What became of one thing in an import.');

/** What became of one thing in a bundle. */
export const importRow = z
  .strictObject({
    number: z.int().describe('Its place in the receipt, from 0.'),
    bundle: z.int().describe('The line of its bundle, from 0.'),
    pointer: z.string().describe('A JSON Pointer (RFC 6901) into the bundle.'),
    type: vocabulary('ImportRowType', ROW_TYPES, 'What a row of a receipt is about.'),
    outcome,
    id: uuidField.nullable(),
    slug: z.string().nullable(),
    detail: z.string().nullable(),
    patch: z
      .array(patchStep)
      .nullable()
      .describe(
        'What was changed of a thing that was there, as its history tells it (RFC 6902); of an attribution, what sets it apart from the one whose place it takes. Null for every other outcome.',
      ),
    errors: z.array(importError).describe('What is wrong with a bundle that failed.'),
    warnings: warningsField,
  })
  .meta({ id: 'ImportRow', examples: [ROW] });
export type ImportRow = Omit<z.output<typeof importRow>, 'patch'> & Pick<BundleRow, 'patch'>;

/** So many errors come with a receipt; its rows have all of them. */
export const FIRST_ERRORS = 10;

/** The receipt of an import, or of a dry run: what it would have come to. */
export const importAnswer = z
  .strictObject({
    id: uuidField,
    name: z.string().nullable(),
    format: vocabulary('ImportFormat', FORMATS, 'How an import came: one bundle, or one on each line.'),
    dryRun: z.boolean(),
    actor: z.string().describe('The name of the key that it came with.'),
    bundles: z.int(),
    failed: z.int().describe('Bundles that failed, and so changed nothing.'),
    counts: z
      .strictObject({ created: z.int(), updated: z.int(), unchanged: z.int(), failed: z.int() })
      .describe('Rows by outcome.'),
    errors: z
      .array(importError.extend({ bundle: z.int().describe('The line of the bundle, from 0.') }))
      .describe(`The first ${FIRST_ERRORS} errors; its rows with \`outcome=failed\` have all of them.`),
    startedAt: instantAnswer,
    finishedAt: instantAnswer.nullable().describe('Null while it is under way, and where it broke off.'),
    stopped: z
      .string()
      .nullable()
      .describe(
        'Why it broke off after the bundles that it counts, for instance because its client went away; the same file again takes in the rest. Null where it did not, and where its process died.',
      ),
    expiresAt: instantAnswer
      .nullable()
      .describe('When the receipt of a dry run goes, a day after it; that of an import stays.'),
  })
  .meta({ id: 'Import', examples: [RECEIPT] });
export type ImportAnswer = z.output<typeof importAnswer>;

/** `{import}` in a path: the id of a receipt, or the name of one, where that is a slug. */
export const importParams = z.strictObject({ import: referenceField.meta({ examples: ['s400'] }) });

/** The query of the list of imports. */
export const importsQuery = z.strictObject({
  name: importName.optional().describe('Exactly this name.'),
  dryRun: optionalBoolean().describe('Only dry runs, or none.'),
  ...pageQuery.shape,
});
export type ImportsQuery = z.output<typeof importsQuery>;

/** The query of the rows of an import. */
export const importRowsQuery = z.strictObject({ outcome: outcome.optional(), ...pageQuery.shape });
export type ImportRowsQuery = z.output<typeof importRowsQuery>;
