import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEdtf } from '../../src/domain/edtf.ts';
import { sentenceOf } from '../../src/domain/sentence.ts';
import { whenOf } from '../../src/domain/sentence-dates.ts';
import type { SentenceFacts, Voice } from '../../src/domain/sentence-facts.ts';
import { CERTAINTIES, EMPHASES, SIDE_OF, type SourceKind, STANCES } from '../../src/domain/vocabulary.ts';

const NAMES: Readonly<Record<Exclude<SourceKind, 'anonymous'>, readonly string[]>> = {
  person: ['Marrin', 'Rusk', 'Daske', 'Orlo', 'Pell'],
  organization: ['NATO', 'European Commission', 'Saline Shipping'],
  government: ['Kremlin', 'US government', 'Turkish officials', 'Government of Velmara'],
  outlet: ['Bloomberg', 'Reuters', 'The Post', 'Meridian'],
  document: ['Port Lease Agreement', 'Annex 4'],
};

const DATES = [
  '2025',
  '2025-12',
  '2025-12-10',
  '2025-12-11',
  '2025-09~',
  '2026-04/2026-06',
  '2025/..',
  '2025-21',
  '20',
];

const oneOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
const outlets = fc.uniqueArray(oneOf(NAMES.outlet), { maxLength: 2 });

const stanceOf = fc.record({
  stance: oneOf(STANCES),
  certainty: oneOf(CERTAINTIES),
  emphasis: oneOf(EMPHASES),
  said: fc.option(oneOf(DATES), { freq: 2 }),
  order: fc.oneof(
    { weight: 5, arbitrary: fc.constant('determined' as const) },
    { weight: 1, arbitrary: fc.constant('undetermined' as const) },
  ),
});

const named = (Object.entries(NAMES) as [SourceKind, string[]][]).map(([kind, names]) =>
  fc.tuple(oneOf(names), outlets, stanceOf).map(
    ([name, told, stance]): Voice => ({
      source: { name, kind, descriptor: null, people: null },
      outlets: kind === 'outlet' ? [name] : told,
      origin: name,
      ...stance,
    }),
  ),
);
const unnamed = fc
  .record({
    descriptor: fc.option(oneOf(['people familiar with the talks', 'two officials', 'a person in Saline', 'a docker'])),
    people: fc.option(fc.integer({ min: 1, max: 12 })),
    host: oneOf(NAMES.outlet),
    stance: stanceOf,
  })
  .map(
    ({ descriptor, people, host, stance }): Voice => ({
      source: { name: 'Our name for them', kind: 'anonymous', descriptor, people },
      outlets: [host, 'The relaying outlet'],
      origin: `anonymous ${host}`,
      ...stance,
    }),
  );

const voices = fc.array(fc.oneof(...named, unnamed), { maxLength: 9 });
const claim = oneOf<SentenceFacts['claim']>([
  { text: 'Velmara leases the port to Tarsk.', language: 'en' },
  { text: 'The port may be leased', language: 'und' },
  { text: 'Liman kiraya verildi', language: 'tr' },
]);
const facts = fc.record({ claim, voices });

const sideOf = ({ stance }: Voice) => (SIDE_OF[stance] === 'none' ? stance : SIDE_OF[stance]);
const shownOf = ({ source, outlets: [host] }: Voice) =>
  ((source.kind === 'anonymous' ? host : undefined) ?? source.name).replace(/^The /, '').toLowerCase();

const check = (property: (facts: SentenceFacts, sentence: string) => void) =>
  fc.assert(
    fc.property(facts, (each) => property(each, sentenceOf(each))),
    { numRuns: 500 },
  );

describe('the sentence of any voices', () => {
  it('is one line that begins with a capital and ends in one full stop', () => {
    check((_, sentence) => {
      expect(sentence).toMatch(/^\p{Lu}[^\n]*[^.]\.$/u);
    });
  });

  it('is well formed: no gap, no doubled mark, no slot that was not filled', () => {
    check((_, sentence) => {
      expect(sentence).not.toMatch(/undefined|null|NaN|[{}]| {2}| [,;.]|[,;]{2}|, ,|; ;|\band and\b|\bthe the\b/i);
    });
  });

  it('states the claim once, always as somebody’s word and never as a fact', () => {
    check(({ claim: { language } }, sentence) => {
      const content = language === 'tr' ? 'the statement “Liman' : /leases the port|the port may/;
      const [before = '', ...after] = sentence.split(content);
      expect(after).toHaveLength(1);
      expect(before).toMatch(/ that (?:Velmara )?$/);
    });
  });

  it('attributes no word twice', () => {
    check((_, sentence) => {
      expect(sentence).not.toMatch(/reported that [^;]*reported that/);
      expect(sentence.match(/ that [^;]*, [^;,]* reported[;.]/g) ?? []).toSatisfy((told: string[]) => told.length <= 1);
    });
  });

  it('loses nobody, unless one of the same origin and side speaks, or others are counted', () => {
    check(({ voices: all }, sentence) => {
      if (/ others?\b/.test(sentence)) return;
      for (const group of Map.groupBy(all, (voice) => `${voice.origin} ${sideOf(voice)}`).values()) {
        expect(group.some((voice) => sentence.toLowerCase().includes(shownOf(voice)))).toBe(true);
      }
    });
  });

  it('has a denial only where somebody denies, and that one in the same clause', () => {
    check(({ voices: all }, sentence) => {
      const deniers = all.filter(({ stance }) => stance === 'denies');
      for (const clause of sentence.split(/; | and (?=[^;]* (?:denied|appeared to deny|as denying))/)) {
        if (!/denied|deny/.test(clause)) continue;
        const denier = deniers.some((voice) =>
          clause
            .toLowerCase()
            .split(/den(?:ied|y)/)[0]
            ?.includes(shownOf(voice)),
        );
        expect(denier || / others? /.test(clause)).toBe(true);
      }
    });
  });

  it('ties unnamed people to the outlet that knows them', () => {
    check((_, sentence) => {
      for (const { index } of sentence.matchAll(/unnamed/g)) {
        expect(sentence.slice(0, index)).toMatch(/(?:citing|cited|and) (?:an |several |\w+ )?$/);
      }
    });
  });

  it('says nothing for a claim that nobody is for, against, or told of', () => {
    check(({ voices: all }, sentence) => {
      const spoken = all.some(({ stance }) => SIDE_OF[stance] !== 'none' || stance === 'reports');
      expect(sentence.startsWith('Nobody on record says')).toBe(!spoken);
    });
  });
});

describe('the order in which voices are given', () => {
  const shuffled = fc.tuple(facts, fc.array(fc.nat(), { minLength: 9, maxLength: 9 }));

  it('makes no difference between the sides: only the order within each does', () => {
    fc.assert(
      fc.property(shuffled, ([{ claim: about, voices: all }, keys]) => {
        // The voices of each side keep their order, and the sides are mixed in another way.
        const queues = Map.groupBy(all, sideOf);
        const places = all
          .map((voice, index) => [keys[index] ?? 0, sideOf(voice)] as const)
          .toSorted(([a], [b]) => a - b);
        const mixed = places.map(([, side]) => queues.get(side)?.shift() as Voice);
        expect(sentenceOf({ claim: about, voices: mixed })).toBe(sentenceOf({ claim: about, voices: all }));
      }),
      { numRuns: 500 },
    );
  });

  it('makes no difference among voices of one origin and side', () => {
    fc.assert(
      fc.property(claim, voices, (about, all) => {
        const one = all.filter(({ stance }) => SIDE_OF[stance] === 'for').map((voice) => ({ ...voice, origin: 'one' }));
        const [there, back] = [one, one.toReversed()].map((given) => sentenceOf({ claim: about, voices: given }));
        expect(there).toBe(back);
      }),
      { numRuns: 500 },
    );
  });
});

describe('hostile texts', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    fc.string({
      unit: oneOf([...'aZ .,;:!?…“”"\'()\n\t\u0000\u202e\u2066*_[]`{}$&|<>ب']),
      minLength: 1,
      maxLength: 30,
    }),
    oneOf(['{claim}', '{when}', '$&', '$1', 'The', 'the ', 'Government', 'U.S.', '...', '\u202e']),
  );

  it('make a line that ends in one full stop all the same, and turn no letters round', () => {
    fc.assert(
      fc.property(facts, text, text, text, text, (given, first, second, third, language) => {
        const hostile = given.voices.map((voice, index) => ({
          ...voice,
          source: { ...voice.source, name: [first, second, third][index % 3] ?? first, descriptor: third },
          outlets: voice.outlets.map(() => second),
          said: index % 2 ? third : voice.said,
        }));
        const sentence = sentenceOf({ claim: { text: first, language }, voices: hostile });
        expect(sentence).toMatch(/[^.]\.$/u);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
        expect(sentence).not.toMatch(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]| {2}/u);
      }),
      { numRuns: 500 },
    );
  });
});

describe('any date', () => {
  const date = fc.oneof(
    fc.stringMatching(/^[12]\d{3}(-[0-3]\d(-[0-3]\d)?)?[?~%]?$/),
    fc.stringMatching(/^[12X][\dX]{1,3}(-[01X][\dX](-[0-3X][\dX])?)?[?~%]?$/),
    fc.stringMatching(/^([12]\d{3}(-[01]\d(-[0-3]\d)?)?[?~%]?|\.\.)?\/([12]\d{3}(-[01]\d(-[0-3]\d)?)?[?~%]?|\.\.)?$/),
    fc.string({ maxLength: 12 }),
  );

  it('is told in words with their preposition where it is EDTF, and left out where it is not', () => {
    const words =
      /^(?:(?:possibly )?(?:(?:on|in|around) |(?:roughly )?between .+ and ).*\b(?:\d{4}|\d{3}0s|AD \d+s?))(?: or (?:later|earlier))?$/;
    fc.assert(
      fc.property(date, (edtf) => {
        const when = whenOf(edtf);
        if (isEdtf(edtf)) expect(when).toMatch(words);
        else expect(when).toBeNull();
        expect(when ?? '').not.toMatch(/undefined|NaN|[~?%/X]| {2}/);
      }),
      { numRuns: 1000 },
    );
  });
});
