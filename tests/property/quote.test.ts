import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { normalizeText, type QuoteSelector, quoteHealth } from '../../src/domain/quote.ts';
import { QUOTE_HEALTHS } from '../../src/domain/vocabulary.ts';
import { openHistory } from '../factories/history.ts';
import { databaseUrl } from '../global-setup.ts';
import { cloneDatabase, openLedger } from '../harness.ts';

let client: pg.Client;
let drop: () => Promise<unknown>;

beforeAll(async () => {
  const clone = await cloneDatabase();
  drop = clone.drop;
  client = new pg.Client({ connectionString: databaseUrl(clone.server, clone.server.service, clone.name) });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await drop();
});

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

test('the database finds in any text what the rule finds', { timeout: 60_000 }, async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { minLength: 50, maxLength: 50 }), async (all) => {
      const { rows } = await client.query(
        `SELECT normal_text(text) AS normal, quote_health(normal_text(text), exact, prefix, suffix) AS health
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY q (text, exact, prefix, suffix, number)
         ORDER BY number`,
        [
          all.map(({ text }) => text),
          ...(['exact', 'prefix', 'suffix'] as const).map((part) => all.map(({ selector }) => selector[part])),
        ],
      );
      const told = all.map(({ text, selector }, n) => ({ text, selector, ...rows[n] }));
      const ruled = all.map(({ text, selector }) => {
        const health = quoteHealth(text, selector);
        seen.add(health);
        return { text, selector, normal: normalizeText(text), health };
      });
      expect(told).toEqual(ruled);
    }),
    { numRuns: 100 },
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
      expect(quoteHealth(text, { exact: selector.exact })).toMatch(/^(?:found|ambiguous)$/);
      expect(quoteHealth(text, selector)).toBe('found');
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
        const ruled = rows.map(({ text, selector, ...rest }) => {
          return { ...rest, text, selector, health: text === null ? null : quoteHealth(text, selector) };
        });
        expect(rows).toEqual(ruled);
      }),
      { numRuns: 3, endOnFailure: true },
    );
  } finally {
    await ledger.close();
  }
  expect(seen.size).toBeGreaterThan(1);
});

/**
 * Node and PostgreSQL follow Unicode each at its own pace: a character that is younger than either is left as it is by the one
 * that does not know it.
 */
test('every character has one normal form in Node and in PostgreSQL, but for those too young for either', async () => {
  const codes: number[] = [];
  for (const [first, last] of ASSIGNED)
    for (let code = first; code <= last; code += 1) if (code < 0xd800 || code > 0xdfff) codes.push(code);
  const { rows } = await client.query<{ code: number; normal: string }>(
    `SELECT code, normal FROM unnest($1::integer[]) code
     CROSS JOIN LATERAL (SELECT normal_text('a' || chr(code) || 'b') AS normal OFFSET 0) made
     WHERE normal <> 'a' || chr(code) || 'b'`,
    [codes],
  );
  const told = new Map(rows.map(({ code, normal }) => [code, normal]));
  const differing = codes.filter((code) => {
    const text = `a${String.fromCodePoint(code)}b`;
    return (told.get(code) ?? text) !== normalizeText(text);
  });
  expect(differing.filter((code) => !isYoung(code)).map((code) => code.toString(16))).toEqual([]);
});

/** The planes in which characters are assigned. */
const ASSIGNED = [
  [0x1, 0x3ffff],
  [0xe0000, 0xe0fff],
] as const;

/** The first and last characters that have had a form to be taken apart into since Unicode 15, 16 and 17: PostgreSQL 15 knows 14. */
const YOUNG: readonly [first: number, last: number][] = [
  [0x1e030, 0x1e06d],
  [0x105c9, 0x105c9],
  [0x105e4, 0x105e4],
  [0x11383, 0x113c8],
  [0x16121, 0x16128],
  [0x16d68, 0x16d6a],
  [0x1ccd6, 0x1ccf9],
  [0xa7f1, 0xa7f1],
];

function isYoung(code: number): boolean {
  return YOUNG.some(([first, last]) => first <= code && code <= last);
}
