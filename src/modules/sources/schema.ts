import { z } from 'zod';
import { affiliationRange, EdtfError, isEdtf } from '../../domain/edtf.ts';
import { pageQuery } from '../../http/pagination.ts';
import {
  edtfField,
  instantAnswer,
  languageField,
  referenceField,
  slugField,
  sourceReference,
  textField,
  uuidField,
  versionAnswer,
} from '../fields.ts';
import { reliabilityField, sourceKindField, termsField } from '../vocabulary.ts';
import { countryField, externalId, externalIdKey, externalIdsField, nameField } from './fields.ts';

/** Another name of a source: the name alone, or with its language (BCP 47). */
const aliasInput = z.union([nameField, z.strictObject({ name: nameField, language: languageField.nullish() })], {
  error: 'Must be a name, or an object with `name` and perhaps `language`.',
});

/** What a source is part of or speaks for, and when: `to` is included, to the end of its day, month or year (DESIGN §5). */
const termInput = z
  .strictObject({
    organization: referenceField,
    role: textField(300).nullish(),
    from: edtfField.nullish(),
    to: edtfField.nullish(),
  })
  .superRefine(({ from, to }, context) => {
    // What is no date at all has been told at its own place.
    if ([from, to].some((text) => text != null && !isEdtf(text))) return;
    try {
      affiliationRange(from ?? undefined, to ?? undefined);
    } catch (error) {
      if (!(error instanceof EdtfError)) throw error;
      context.addIssue({ code: 'custom', path: ['to'], message: error.message });
    }
  });

const HOW_TO_AFFILIATE =
  'Must be an id or slug, an object with `organization` and perhaps `role`, `from` and `to`, or a list of these.';

/** `partOf` and `speaksFor` as a person writes them: an id or slug, a dated term, or a list of either (DESIGN §5). */
const affiliationsInput = z.union(
  [
    referenceField,
    termInput,
    z
      .array(z.union([referenceField, termInput], { error: HOW_TO_AFFILIATE }))
      .max(100, 'Must have at most 100 entries.'),
  ],
  { error: HOW_TO_AFFILIATE },
);

const fields = {
  slug: slugField,
  name: nameField,
  kind: sourceKindField,
  description: textField(5000),
  country: countryField,
  aliases: z.array(aliasInput).max(200, 'Must have at most 200 entries.'),
  reliability: reliabilityField,
  partOf: affiliationsInput.describe('At most one organization at any instant.'),
  speaksFor: affiliationsInput.describe('At most one organization at any instant.'),
  host: referenceField.describe('Of an anonymous source: the outlet that quotes it, by id or slug.'),
  descriptor: textField(1000).describe('Of an anonymous source: how it is described in print.'),
  people: z.int().min(1).max(2_147_483_647).describe('Of an anonymous source: the stated number of people.'),
  access: textField(2000).describe('Of an anonymous source: how it would know.'),
  reason: textField(2000).describe('Of an anonymous source: why it is unnamed.'),
  terms: termsField,
};

/**
 * What a person writes of a source (DESIGN §2), over HTTP and in a report bundle (DESIGN §5): `name` and `kind` suffice.
 * Without a slug, one is made from the name.
 */
export const sourceInput = z
  .strictObject({
    slug: fields.slug.optional(),
    name: fields.name,
    kind: fields.kind,
    description: fields.description.nullish(),
    country: fields.country.nullish(),
    aliases: fields.aliases.default([]),
    externalIds: externalIdsField(externalId).default({}),
    reliability: fields.reliability.nullish(),
    partOf: fields.partOf.default([]),
    speaksFor: fields.speaksFor.default([]),
    host: fields.host.nullish(),
    descriptor: fields.descriptor.nullish(),
    people: fields.people.nullish(),
    access: fields.access.nullish(),
    reason: fields.reason.nullish(),
    terms: fields.terms.nullish(),
  })
  .meta({
    id: 'SourceInput',
    examples: [
      {
        name: 'Vladimir Putin',
        kind: 'person',
        country: 'RU',
        aliases: [{ name: 'President Putin', language: 'en' }],
        externalIds: { wikidata: 'Q7747' },
        speaksFor: { organization: 'russia-government', role: 'President of Russia', from: '2012-05-07' },
      },
    ],
  });
export type SourceInput = z.output<typeof sourceInput>;

/**
 * A change of a source: a JSON Merge Patch (RFC 7396). `aliases`, `partOf` and `speaksFor` are replaced as a whole, of
 * `externalIds` each member by itself.
 */
export const sourcePatch = z
  .strictObject({
    slug: fields.slug,
    name: fields.name,
    kind: fields.kind,
    description: fields.description.nullable(),
    country: fields.country.nullable(),
    aliases: fields.aliases.nullable(),
    externalIds: externalIdsField(externalId.nullable()).nullable(),
    reliability: fields.reliability.nullable(),
    partOf: fields.partOf.nullable(),
    speaksFor: fields.speaksFor.nullable(),
    host: fields.host.nullable(),
    descriptor: fields.descriptor.nullable(),
    people: fields.people.nullable(),
    access: fields.access.nullable(),
    reason: fields.reason.nullable(),
    terms: fields.terms.nullable(),
  })
  .partial()
  .meta({ id: 'SourcePatch', examples: [{ country: 'RU', reliability: 'F' }] });

/** An affiliation in an answer; `from` and `to` as they were written (EDTF). */
const termAnswer = z
  .strictObject({
    organization: sourceReference,
    role: z.string().nullable(),
    from: z.string().nullable(),
    to: z.string().nullable(),
  })
  .meta({ id: 'Affiliation' });

/** A source as the API gives it. Nothing in it is derived. */
export const sourceAnswer = z
  .strictObject({
    id: uuidField,
    slug: z.string(),
    name: z.string(),
    kind: sourceKindField,
    description: z.string().nullable(),
    country: z.string().nullable(),
    aliases: z.array(z.strictObject({ name: z.string(), language: z.string().nullable() })),
    externalIds: z.record(externalIdKey, z.string()),
    reliability: fields.reliability.nullable(),
    partOf: z.array(termAnswer),
    speaksFor: z.array(termAnswer),
    host: sourceReference.nullable(),
    descriptor: z.string().nullable(),
    people: z.int().nullable(),
    access: z.string().nullable(),
    reason: z.string().nullable(),
    terms: termsField.nullable(),
    createdAt: instantAnswer,
    updatedAt: instantAnswer,
    version: versionAnswer,
  })
  .meta({ id: 'Source', examples: [sourceExample()] });
export type Source = z.output<typeof sourceAnswer>;

/** `{source}` in a path. */
export const sourceParams = z.strictObject({ source: referenceField.meta({ examples: ['kremlin'] }) });

/** `{source}` in the path of a deletion: an example that nothing refers to. */
export const unusedSourceParams = z.strictObject({ source: referenceField.meta({ examples: ['spare-source'] }) });

/** The filters of the list of sources, all combinable. */
export const sourceQuery = z.strictObject({
  kind: sourceKindField.optional(),
  country: countryField.optional(),
  host: referenceField.optional().describe('Anonymous sources of this outlet, by its id or slug.'),
  name: nameField
    .optional()
    .describe(
      'Its name or an alias, whatever the case and the diacritics: `turkiye` finds `Türkiye`. In another script it is another name.',
    )
    .meta({ examples: ['Ankara'] }),
  ...pageQuery.shape,
});
export type SourceQuery = z.output<typeof sourceQuery>;

function sourceExample() {
  return {
    id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a62',
    slug: 'kremlin',
    name: 'Kremlin',
    kind: 'government' as const,
    description: null,
    country: 'RU',
    aliases: [{ name: 'Presidential Administration of Russia', language: 'en' }],
    externalIds: {},
    reliability: null,
    partOf: [
      {
        organization: {
          id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a63',
          slug: 'russia-government',
          name: 'Russian government',
        },
        role: null,
        from: null,
        to: null,
      },
    ],
    speaksFor: [],
    host: null,
    descriptor: null,
    people: null,
    access: null,
    reason: null,
    terms: null,
    createdAt: '2026-01-05T09:30:00.000Z',
    updatedAt: '2026-01-05T09:30:00.000Z',
    version: 1,
  };
}
