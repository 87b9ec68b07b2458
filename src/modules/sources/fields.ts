import { z } from 'zod';
import { foldName } from '../../domain/names.ts';
import { textField } from '../fields.ts';

/** The longest folded name that an index takes, in bytes: some characters fold to a whole word. */
const FOLDED_MAX_BYTES = 2400;

/** A name by which a source is found: 1–300 characters, not blank. */
export const nameField = textField(300).refine(
  (text) => Buffer.byteLength(foldName(text)) <= FOLDED_MAX_BYTES,
  'Is too long once its letters are spelled out.',
);

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** What CLDR names beside the countries of ISO 3166-1 and Kosovo (XK): unions, parts of countries, and made-up regions. */
const NO_COUNTRIES = new Set('AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ'.split(' '));

/** A country by its code in force (ISO 3166-1 alpha-2), in capital letters. */
export const countryField = z
  .string()
  .regex(/^[A-Z]{2}$/, { error: 'Must be two capital letters (ISO 3166-1 alpha-2), for instance TR.', abort: true })
  .refine(isCountry, 'Is no code of a country in force (ISO 3166-1 alpha-2); the United Kingdom is GB.')
  .describe('ISO 3166-1 alpha-2.');

/** A code that was replaced (UK, SU) has another canonical form (BCP 47 §4.5). */
function isCountry(code: string): boolean {
  const inForce = Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`;
  return inForce && !NO_COUNTRIES.has(code) && regions.of(code) !== undefined;
}

/** The name of a catalogue of ids, for instance `wikidata`. */
export const externalIdKey = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,39}$/, 'Must be 1–40 lower-case letters, digits, hyphens or underscores.');

/** An id in such a catalogue: 1–200 characters. */
export const externalId = textField(200);

/** Ids of a source elsewhere, by catalogue; `wikidata` is an item (`Q7747`). */
export function externalIdsField<Value extends z.ZodType<string | null>>(value: Value) {
  return z.record(externalIdKey, value).superRefine((ids, context) => {
    const { wikidata } = ids as Record<string, string | null>;
    if (typeof wikidata === 'string' && !/^Q[1-9]\d*$/.test(wikidata)) {
      context.addIssue({
        code: 'custom',
        path: ['wikidata'],
        message: 'Must be an item of Wikidata, for instance Q7747.',
      });
    }
    if (Object.keys(ids).length > 100) context.addIssue({ code: 'custom', message: 'Must have at most 100 members.' });
  });
}
