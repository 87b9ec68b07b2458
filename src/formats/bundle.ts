import { z } from 'zod';
import { affiliationRange, EdtfError } from '../domain/edtf.ts';
import { isUuid } from '../domain/names.ts';
import { evidenceInput } from '../modules/claims/schema.ts';
import {
  archiveUrlField,
  edtfField,
  instantField,
  languageField,
  pageUrlField,
  pastEdtfField,
  referenceField,
  slugField,
  textField,
  uuidField,
} from '../modules/fields.ts';
import { countryField, externalId, externalIdsField, nameField } from '../modules/sources/fields.ts';
import {
  certaintyField,
  claimKindField,
  emphasisField,
  outcomeField,
  relationStatusField,
  relationTypeField,
  reliabilityField,
  reportKindField,
  sourceKindField,
  stanceField,
  termsField,
  writtenStatusField,
} from '../modules/vocabulary.ts';

/**
 * The report bundle of DESIGN §5: one report with what it says. Nothing has a default here: of what is there already, only
 * the fields that a bundle gives are changed, and `null` takes one away (RFC 7396).
 */

/** A source by slug, id, or a name or alias that only one source has, as `foldName` compares them. */
const sourceName = nameField.describe('A source by its slug, its id, or a name or alias that is its alone.');

const instant = instantField.transform((text) => new Date(text).toISOString());

/** The report itself. It is found again by URL, else by id, else by outlet, title and date. */
const bundleReport = z
  .strictObject({
    id: uuidField.optional(),
    url: pageUrlField.nullish(),
    title: textField(1000).nullish(),
    outlet: sourceName,
    authors: z.array(textField(300)).max(100).nullish(),
    kind: reportKindField.nullish(),
    language: languageField.nullish(),
    published: pastEdtfField.nullish(),
    retrievedAt: instant.nullish(),
    archiveUrl: archiveUrlField.nullish(),
    text: textField(500_000).nullish(),
    status: writtenStatusField.optional(),
  })
  .meta({ id: 'BundleReport' });
export type BundleReport = z.output<typeof bundleReport>;

const bundleTopic = z
  .strictObject({ slug: slugField, name: textField(300).optional(), description: textField(5000).nullish() })
  .meta({ id: 'BundleTopic' });
export type BundleTopic = z.output<typeof bundleTopic>;

const term = z
  .strictObject({
    organization: sourceName,
    role: textField(300).nullish(),
    from: edtfField.nullish(),
    to: edtfField.nullish(),
  })
  .superRefine(({ from, to }, context) => {
    try {
      affiliationRange(from ?? undefined, to ?? undefined);
    } catch (error) {
      if (!(error instanceof EdtfError)) throw error;
      context.addIssue({ code: 'custom', path: ['to'], message: error.message });
    }
  });

const HOW_TO_AFFILIATE = 'Must name a source, or be an object with `organization`, or a list of these.';

const affiliations = z.union(
  [sourceName, term, z.array(z.union([sourceName, term], { error: HOW_TO_AFFILIATE })).max(100)],
  { error: HOW_TO_AFFILIATE },
);

const alias = z.union([nameField, z.strictObject({ name: nameField, language: languageField.nullish() })], {
  error: 'Must be a name, or an object with `name` and perhaps `language`.',
});

/** A source in full, or the fields of one that are to be changed. */
const bundleSource = z
  .strictObject({
    slug: slugField.optional(),
    name: nameField.optional(),
    kind: sourceKindField.optional(),
    description: textField(5000).nullish(),
    country: countryField.nullish(),
    aliases: z.array(alias).max(200).nullish(),
    externalIds: externalIdsField(externalId.nullable()).nullish(),
    reliability: reliabilityField.nullish(),
    partOf: affiliations.nullish(),
    speaksFor: affiliations.nullish(),
    host: sourceName.nullish(),
    descriptor: textField(1000).nullish(),
    people: z.int().min(1).max(2_147_483_647).nullish(),
    access: textField(2000).nullish(),
    reason: textField(2000).nullish(),
    terms: termsField.nullish(),
  })
  .refine(({ slug, name }) => slug !== undefined || name !== undefined, 'Must have a slug or a name.')
  .meta({ id: 'BundleSource' });
export type BundleSource = z.output<typeof bundleSource>;

/** A claim of the bundle by its slug, its `ref` or its text as it is written there; else one by its slug or id. */
const claimName = textField(2000)
  .transform((text) => (isUuid(text) ? text.toLowerCase() : text))
  .describe('A claim by its slug or id, or one of this bundle by its `ref` or exactly its `text`.')
  .meta({ type: 'string', minLength: 1, maxLength: 2000 });

/** A claim in full, or the fields of one that are to be changed. */
const bundleClaim = z
  .strictObject({
    slug: slugField
      .optional()
      .describe(
        'Not needed where `text` is given: the claim is then the one of its topic (or of none) that has this text, whatever the case, white space and ways to print the same sign. A new one gets a slug made from the text.',
      ),
    ref: textField(120).optional().describe('What this bundle calls it, if neither by its slug nor its text.'),
    text: textField(2000).optional(),
    kind: claimKindField.optional(),
    language: languageField.nullish(),
    topic: referenceField.nullish().describe('A slug that no topic has makes the topic.'),
    occurred: edtfField.nullish(),
    about: z.array(sourceName).max(100).nullish(),
    prediction: z
      .strictObject({
        horizon: edtfField.nullish(),
        criteria: textField(5000).nullish(),
        outcome: outcomeField.optional(),
        resolvedAt: instant.nullish(),
        // One kind takes the place of the other.
        evidence: evidenceInput.transform((given) => ({ attribution: null, url: null, ...given })).nullish(),
      })
      .nullish(),
  })
  .refine(({ slug, text }) => slug !== undefined || text !== undefined, 'Must have a slug or a text.')
  .meta({ id: 'BundleClaim' });
export type BundleClaim = z.output<typeof bundleClaim>;

const quote = z.union([
  textField(5000).transform((exact) => ({ exact })),
  z.strictObject({
    exact: textField(5000),
    prefix: z.string().max(500).nullish(),
    suffix: z.string().max(500).nullish(),
    language: languageField.nullish(),
    translation: textField(5000).nullish(),
    translator: textField(200).nullish(),
  }),
]);

/** Who stands where on a claim, and who passes it on. */
const bundleAttribution = z
  .strictObject({
    id: uuidField.optional().describe('An id of your own choice for what the source itself says.'),
    claim: claimName,
    source: sourceName,
    stance: stanceField,
    via: z
      .array(sourceName)
      .max(31, 'A chain has at most 32 hops, so at most 31 sources in `via`.')
      .nullish()
      .describe('Who passes it on, from the one nearest the outlet of the report to the one nearest the source.'),
    certainty: certaintyField.nullish(),
    emphasis: emphasisField.nullish(),
    said: pastEdtfField.nullish(),
    speakingFor: z.union([z.literal('self'), sourceName]).nullish(),
    quote: quote.nullish(),
  })
  .meta({ id: 'BundleAttribution' });
export type BundleAttribution = z.output<typeof bundleAttribution>;

/** How one claim bears on another. */
const bundleRelation = z
  .strictObject({
    id: uuidField.optional().describe('An id of your own choice, for a relation that is new.'),
    from: claimName,
    type: relationTypeField,
    to: claimName,
    status: relationStatusField
      .optional()
      .describe('Without one it is `confirmed`; one that stands as rejected stays so.'),
  })
  .meta({ id: 'BundleRelation' });
export type BundleRelation = z.output<typeof bundleRelation>;

function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(10_000, 'Must have at most 10000 entries.').default([]);
}

/** A report bundle (DESIGN §5). */
export const bundleSchema = z
  .strictObject({
    report: bundleReport,
    topics: list(bundleTopic),
    sources: list(bundleSource),
    claims: list(bundleClaim),
    attributions: list(bundleAttribution),
    relations: list(bundleRelation),
  })
  .meta({
    id: 'Bundle',
    description: 'A report with the sources, claims, attributions and relations in it.',
    examples: [
      {
        report: {
          url: 'https://www.example.com/news/2026-01-14/ankara-weighs-its-air-defence',
          title: 'Ankara weighs its air defence once more',
          outlet: 'relaying-outlet',
          published: '2026-01-14',
          language: 'en',
        },
        attributions: [
          { claim: 'return', source: 'kremlin', stance: 'doubts', via: ['bloomberg'] },
          { claim: 'f35-threat', source: 'NATO', stance: 'asserts', certainty: 'probable' },
        ],
        relations: [{ from: 'sanctions-lifted', type: 'depends_on', to: 'return' }],
      },
    ],
  });
export type Bundle = z.output<typeof bundleSchema>;
