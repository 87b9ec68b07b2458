import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeText, type QuoteSelector, quoteHealth } from '../../src/domain/quote.ts';
import { QUOTE_HEALTHS } from '../../src/domain/vocabulary.ts';
import { openHistory } from '../factories/history.ts';
import { openLedger } from '../harness.ts';

/** Few letters, so that much is found and much found twice; and of each kind of sign that is compared as another. */
const LETTERS = [
  'a',
  'b',
  'A',
  'e',
  '.',
  'é',
  'ﬁ',
  'f',
  'i',
  'ş',
  's',
  '\u0327',
  '\u0301',
  '\u0308',
  '한',
  '🛡',
  '\ufe0f',
  '𝒶',
  'ŉ',
  '´',
  '¨',
  '²',
];
const WHITE = [' ', ' ', '\n', '\t', '\r', '\u000b', '\u0085', '\u00a0', '\u1680', '\u2003', '\u2028', '\u3000'];
const SIGNS = ['"', '“', '”', '«', '‟', '″', "'", '’', '‘', '`', '-', '–', '—', '\u2011', '−', '－', '\u{10ead}'];
const UNSEEN = ['\u00ad', '\u200b', '\u200d', '\u2060', '\ufeff', '\u200e', '\u034f'];
const words = (maxLength: number, ...units: string[]) =>
  fc.string({ unit: fc.constantFrom(...'aab ab', ...units), maxLength });
const anything = (maxLength: number) =>
  fc.oneof(
    words(maxLength),
    words(maxLength, ...WHITE, ...UNSEEN),
    words(maxLength, ...LETTERS, ...WHITE, ...SIGNS, ...UNSEEN),
  );

/** A text and a selector, as a rule one of a place in it: cut out of it, perhaps set a little otherwise. */
const asked: fc.Arbitrary<{ text: string; selector: QuoteSelector }> = anything(40).chain((text) => {
  const signs = [...text];
  const part = fc.tuple(fc.nat(signs.length), fc.nat(6)).map(([from, length]) => [from, from + length] as const);
  const before = fc.nat(3);
  const cut = fc.record({ part, before, after: before, set: fc.constantFrom('', ' ', '\u200b\n', '\u00ad') });
  const made = cut.map(({ part: [from, until], before, after, set }) => ({
    exact: `${set}${signs.slice(from, until).join('')}${set}`,
    prefix: before === 0 ? null : `${signs.slice(Math.max(0, from - before), from).join('')}${set}`,
    suffix: after === 0 ? undefined : `${set}${signs.slice(until, until + after).join('')}`,
  }));
  const free = fc.record({ exact: anything(4), prefix: fc.option(anything(2)), suffix: fc.option(anything(2)) });
  return fc.record({ text: fc.constant(text), selector: fc.oneof({ weight: 3, arbitrary: made }, free) });
});

/** The rule, said plainly: looks at every place of the words. */
function ruled(all: string, { exact, prefix, suffix }: QuoteSelector): string {
  const [words, before, after] = [normalizeText(exact), normalizeText(prefix ?? ''), normalizeText(suffix ?? '')];
  const places = [...all.split('').keys()].filter((place) => words !== '' && all.startsWith(words, place));
  const meant = places.filter((place) => {
    const [ahead, behind] = [all.slice(0, place).trimEnd(), all.slice(place + words.length).trimStart()];
    return ahead.endsWith(before) && behind.startsWith(after);
  });
  if (meant.length > 1) return 'ambiguous';
  if (meant.length === 1) return 'found';
  return places.length > 0 ? 'moved' : 'lost';
}

test('in any text a quote is found as the rule says', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(asked, ({ text, selector }) => {
      const normal = normalizeText(text);
      const health = quoteHealth(normal, selector);
      seen.add(health);
      expect(health).toBe(ruled(normal, selector));
    }),
    { numRuns: 10_000 },
  );
  expect([...seen].sort()).toEqual([...QUOTE_HEALTHS].sort());
});

test('the normal form of a text is its own, however its parts are joined or composed', () => {
  fc.assert(
    fc.property(anything(40), (text) => {
      const normal = normalizeText(text);
      expect(normalizeText(normal)).toBe(normal);
      expect(normalizeText(normal.normalize('NFD'))).toBe(normal);
      expect(normalizeText(`\n${text}\ufeff `)).toBe(normal);
    }),
    { numRuns: 2000 },
  );
});

test('what is cut out of a text is found in it, or was there more than once', () => {
  fc.assert(
    fc.property(anything(40), fc.nat(40), fc.integer({ min: 1, max: 40 }), (text, from, length) => {
      const signs = [...normalizeText(text)];
      const [before, exact, after] = [
        signs.slice(0, from),
        signs.slice(from, from + length),
        signs.slice(from + length),
      ];
      fc.pre(exact.join('').trim() !== '');
      const selector = { exact: exact.join(''), prefix: before.join(''), suffix: after.join('') };
      // What is cut between a letter and its mark is another letter.
      fc.pre(Object.values(selector).every((part) => normalizeText(part) === part.trim()));
      expect(quoteHealth(normalizeText(text), { exact: selector.exact })).toMatch(/^(?:found|ambiguous)$/);
      expect(quoteHealth(normalizeText(text), selector)).toBe('found');
    }),
    { numRuns: 2000 },
  );
});

/** Every quote at every change that was recorded since it was, with the text of the report that stood for its own then. */
const KNOWN = `
  SELECT to_rfc3339_exact(at.at) AS at, a.id, r.text, q.health,
    json_build_object('exact', a.quote_exact, 'prefix', a.quote_prefix, 'suffix', a.quote_suffix) AS selector
  FROM (SELECT DISTINCT at FROM changes) at
  JOIN attributions a ON a.quote_exact IS NOT NULL AND a.recorded_at <= at.at
  CROSS JOIN LATERAL report_at(stood_for(a.report_id, at.at), at.at) r
  LEFT JOIN quote_states q
    ON q.attribution_id = a.id AND q.recorded_from <= at.at AND (q.recorded_until IS NULL OR q.recorded_until > at.at)`;

test('whatever is written, what is recorded of a quote at any time is what the text of that time makes of it', {
  timeout: 120_000,
}, async () => {
  const ledger = await openLedger();
  const seen = new Set<string | null>();
  try {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const history = await openHistory(ledger, seed);
        for (let step = 0; step < 20; step += 1) await history.write(4);
        const { rows } = await ledger.database.pool.query(KNOWN);
        for (const { health } of rows) seen.add(health);
        const told = rows.map(({ text, selector, ...rest }) => {
          return { ...rest, text, selector, health: text === null ? null : quoteHealth(normalizeText(text), selector) };
        });
        expect(rows).toEqual(told);
      }),
      { numRuns: 3, endOnFailure: true },
    );
  } finally {
    await ledger.close();
  }
  expect(seen.size).toBeGreaterThan(1);
});
