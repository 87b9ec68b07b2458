import { z } from 'zod';
import { pageQuery } from '../../http/pagination.ts';
import { dryRunField, instantAnswer, referenceField, slugField, uuidField } from '../fields.ts';
import { OUTCOMES, ROW_TYPES } from './rows.ts';

/** How an import came: one bundle, or one on each line. */
export const FORMATS = ['bundle', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

/** The query of an import. */
export const importQuery = z.strictObject({
  dryRun: dryRunField,
  name: slugField
    .optional()
    .describe('A label under which the receipt is found again: the latest of that name.')
    .meta({ examples: ['tried-by-hand'] }),
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
  startedAt: '2026-01-05T09:30:00.000Z',
  finishedAt: '2026-01-05T09:30:00.410Z',
} as const;

const ROW = {
  number: 34,
  bundle: 0,
  pointer: '/attributions/1',
  type: 'attribution',
  outcome: 'created',
  id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a61',
  slug: null,
  detail: null,
  errors: [],
} as const;

/** What became of one thing in a bundle. */
export const importRow = z
  .strictObject({
    number: z.int().describe('Its place in the receipt, from 0.'),
    bundle: z.int().describe('The line of its bundle, from 0.'),
    pointer: z.string().describe('A JSON Pointer (RFC 6901) into the bundle.'),
    type: z.enum(ROW_TYPES),
    outcome: z.enum(OUTCOMES),
    id: uuidField.nullable(),
    slug: z.string().nullable(),
    detail: z.string().nullable(),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().optional(),
          detail: z.string(),
          candidates: z.array(z.string()).optional().describe('The slugs of all that an ambiguous name may mean.'),
        }),
      )
      .describe('What is wrong with a bundle that failed.'),
  })
  .meta({ id: 'ImportRow', examples: [ROW] });
export type ImportRow = z.output<typeof importRow>;

/** The receipt of an import (DESIGN §5). */
export const importAnswer = z
  .strictObject({
    id: uuidField.nullable().describe('Null for a dry run, which leaves nothing.'),
    name: z.string().nullable(),
    format: z.enum(FORMATS),
    dryRun: z.boolean(),
    actor: z.string().describe('The name of the key that it came with.'),
    bundles: z.int(),
    failed: z.int().describe('Bundles that failed, and so changed nothing.'),
    counts: z
      .strictObject({ created: z.int(), updated: z.int(), unchanged: z.int(), failed: z.int() })
      .describe('Rows by outcome.'),
    startedAt: instantAnswer,
    finishedAt: instantAnswer.nullable().describe('Null while it is under way, and where it broke off.'),
  })
  .meta({ id: 'Import', examples: [RECEIPT] });
export type ImportAnswer = z.output<typeof importAnswer>;

/** So many rows at most come with the answer of a dry run. */
export const DRY_RUN_ROWS = 1000;

/** What an import would come to. */
export const dryRunAnswer = importAnswer
  .extend({
    rows: z.array(importRow).describe(`Its first ${DRY_RUN_ROWS} rows: a dry run keeps none to be read later.`),
  })
  .meta({ id: 'DryRun', examples: [{ ...RECEIPT, id: null, dryRun: true, rows: [ROW] }] });

/** `{import}` in a path: the id of a receipt, or the name of one. */
export const importParams = z.strictObject({ import: referenceField.meta({ examples: ['s400'] }) });

/** The query of the list of imports. */
export const importsQuery = z.strictObject({ ...pageQuery.shape });

/** The query of the rows of an import. */
export const importRowsQuery = z.strictObject({ outcome: z.enum(OUTCOMES).optional(), ...pageQuery.shape });
export type ImportRowsQuery = z.output<typeof importRowsQuery>;
