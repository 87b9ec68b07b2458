import { z } from 'zod';
import { EDTF_MAX_LENGTH, EdtfError, edtfRange } from '../domain/edtf.ts';
import { isSlug, isUuid, SLUG_MAX_LENGTH } from '../domain/names.ts';
import { canonicalUrl, URL_MAX_LENGTH, UrlError, webUrl } from '../domain/urls.ts';
import { WARNING_TYPES } from '../domain/vocabulary.ts';
import { queryBoolean } from '../http/query.ts';
import { vocabulary } from './vocabulary.ts';

/** The schemas of single fields that several resources share. */

/** A UUID, as the service gives it: lower case (RFC 9562 §4). */
export const uuidField = z
  .string()
  .refine(isUuid, 'Must be a UUID.')
  .transform((text) => text.toLowerCase())
  .meta({ type: 'string', format: 'uuid' });

/** A name that a person can type (DESIGN §1): lower-case words joined by hyphens, 1–120 characters, no UUID. */
export const slugField = z
  .string()
  .refine(isSlug, 'Must be lower-case words joined by hyphens, at most 120 characters, and no UUID.')
  .meta({ type: 'string', pattern: '^[a-z0-9]+(?:-[a-z0-9]+)*$', maxLength: SLUG_MAX_LENGTH });

/** A UUID or a slug: wherever the API takes an id it takes the slug too (DESIGN §1). */
export const referenceField = z
  .string()
  .transform((text) => (isUuid(text) ? text.toLowerCase() : text))
  .refine((text) => isUuid(text) || isSlug(text), 'Must be a UUID or a slug.')
  .meta({ type: 'string', minLength: 1, maxLength: SLUG_MAX_LENGTH });

/** Text that is there: 1 to `max` characters, not only white space. */
export function textField(max: number) {
  return z
    .string()
    .min(1, { error: 'Must not be empty.', abort: true })
    .max(max, `Must have at most ${max} characters.`)
    .refine((text) => text.trim() !== '', 'Must not be blank.');
}

/** An EDTF date or range (ISO 8601-2, DESIGN §1), kept as it is written. */
export const edtfField = z
  .string()
  .max(EDTF_MAX_LENGTH, `Must have at most ${EDTF_MAX_LENGTH} characters.`)
  .superRefine((text, context) => {
    try {
      edtfRange(text);
    } catch (error) {
      if (!(error instanceof EdtfError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  })
  .meta({
    description: 'An EDTF date or interval (ISO 8601-2): `2025-12`, `2025-12-10`, `2025-09~`, `2026-04/2026-06`.',
  });

/** When something happened that is on record. That it does not lie in the future the commands see to, which have the clock (`refuseFuture`). */
export const pastEdtfField = edtfField.describe(
  'An EDTF date or interval (ISO 8601-2) of which not all lies in the future: `2025-12`, `2025-12-10`, `2025-09~`, `../2026-01-14`.',
);

/** A web address, as `read` gives it. */
function urlField(read: (text: string) => string) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return read(text);
      } catch (error) {
        if (!(error instanceof UrlError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    })
    .meta({ type: 'string', format: 'uri', maxLength: URL_MAX_LENGTH });
}

/** The canonical URL of a page (`canonicalUrl`). */
export const pageUrlField = urlField(canonicalUrl);

/** The URL of a copy in an archive: kept as it is, since it holds the address of the page itself. */
export const archiveUrlField = urlField((text) => webUrl(text).href);

/** A language tag (BCP 47) in its canonical case; `und` where it is not known. */
export const languageField = z
  .string()
  .max(35)
  .transform((text, context) => {
    try {
      return Intl.getCanonicalLocales(text)[0] ?? text;
    } catch {
      context.addIssue({ code: 'custom', message: 'Must be a language tag (BCP 47), for instance en or pt-BR.' });
      return z.NEVER;
    }
  })
  .meta({ type: 'string', description: 'A language tag (BCP 47).' });

/** An instant (RFC 3339) with a zone, in the years 0001 to 9999; answers give it in UTC. */
export const instantField = z.iso
  .datetime({
    offset: true,
    abort: true,
    error: 'Must be an instant of RFC 3339 with its zone, for instance 2025-12-11T09:30:00Z.',
  })
  .refine((text) => {
    const year = new Date(text).getUTCFullYear();
    return year >= 1 && year <= 9999;
  }, 'Must lie in the years 0001 to 9999 in UTC.')
  .meta({ format: 'date-time' });

/** An instant in an answer: RFC 3339 in UTC. */
export const instantAnswer = z
  .string()
  .meta({ type: 'string', format: 'date-time', examples: ['2026-01-05T09:30:00.000Z'] });

/** The version of a thing, from 1: it goes up with every change. */
export const versionAnswer = z
  .number()
  .int()
  .min(1)
  .meta({ examples: [1] });

/** Whether a request only asks what it would come to. */
export const dryRunField = queryBoolean(false).describe('Do it all, tell what it would come to, and take it back.');

/** The query of an action that answers with what falls. */
export const actionQuery = z.strictObject({ dryRun: dryRunField });

/** Why something was done; kept as it is written. */
export const reasonField = textField(2000);

/** A source as other things name it. */
export const sourceReference = z.strictObject({ id: uuidField, slug: z.string(), name: z.string() });

/** What may be wrong with something that is recorded all the same (`Warning`). */
const warning = z
  .strictObject({
    type: vocabulary(
      'WarningType',
      WARNING_TYPES,
      '`said_after_published`: `said` lies wholly after the `published` of a report that we hold.',
    ),
    pointer: z.string().describe('A JSON Pointer (RFC 6901) into what was sent.'),
    detail: z.string(),
  })
  .meta({ id: 'Warning', description: 'What may be wrong with something that is recorded all the same.' });

/** The warnings of one thing that was recorded. */
export const warningsField = z.array(warning).describe('What may be wrong with it: it is recorded all the same.');
