import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chainsOf, type Importer, importer } from '../factories/imports.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Importer;

const OUTLETS = ['one', 'two', 'three'];
const OTHERS = ['kremlin', 'nato', 'unnamed'];
const STANCES = ['asserts', 'confirms', 'denies', 'doubts', 'declines_to_comment'] as const;

beforeAll(async () => {
  ledger = await openLedger();
  room = await importer(ledger);
  const outlets = OUTLETS.map((slug) => ({ slug, name: slug, kind: 'outlet' }));
  const others = OTHERS.map((slug) =>
    slug === 'unnamed'
      ? { slug, name: slug, kind: 'anonymous', host: 'one' }
      : { slug, name: slug, kind: 'organization' },
  );
  await room.rows({ report: { title: 'Sources', outlet: 'one' }, sources: [...outlets, ...others] });
});
afterAll(() => ledger.close());

interface Said {
  readonly claim: number;
  readonly source: string;
  readonly via: readonly string[];
  readonly stance: (typeof STANCES)[number];
}
interface Report {
  readonly outlet: string;
  readonly said: readonly Said[];
}

/** A chain has everybody once; the outlet of the report comes first. */
const saidIn = (outlet: string): fc.Arbitrary<Said> =>
  fc
    .record({
      claim: fc.nat(1),
      stance: fc.constantFrom(...STANCES),
      speakers: fc.shuffledSubarray(
        [...OUTLETS, ...OTHERS].filter((slug) => slug !== outlet),
        { maxLength: 3 },
      ),
    })
    .map(({ claim, stance, speakers }) => ({
      claim,
      stance,
      source: speakers.at(-1) ?? outlet,
      via: speakers.slice(0, -1),
    }));

const reports: fc.Arbitrary<Report[]> = fc.array(
  fc
    .constantFrom(...OUTLETS)
    .chain((outlet) => fc.record({ outlet: fc.constant(outlet), said: fc.array(saidIn(outlet), { maxLength: 4 }) })),
  { minLength: 1, maxLength: 4 },
);

let worlds = 0;
/** The bundles of some reports about claims of their own. */
function bundlesOf(all: readonly Report[]): { bundles: object[]; claims: string[] } {
  worlds += 1;
  const claims = [0, 1].map((claim) => `world-${worlds}-claim-${claim}`);
  const given = claims.map((slug) => ({ slug, text: slug, kind: 'fact' }));
  const bundles = all.map(({ outlet, said }, index) => ({
    report: { url: `https://world-${worlds}.example/${index}`, title: 'A report', outlet, published: '2025-12' },
    claims: given,
    attributions: said.map(({ claim, ...each }) => ({ claim: claims[claim], ...each })),
  }));
  return { bundles, claims };
}
const file = (bundles: readonly object[]) => bundles.map((bundle) => `${JSON.stringify(bundle)}\n`).join('');

async function standings(claims: readonly string[]) {
  return Promise.all(
    claims.map(async (claim) => {
      const { standing, counts } = await room.get(`/v1/claims/${claim}`);
      return { standing, for: counts.for, against: counts.against, declined: counts.declined };
    }),
  );
}

test('what was imported once is there: twice changes nothing, and no entry of the feed is made', async () => {
  await fc.assert(
    fc.asyncProperty(reports, async (all) => {
      const { bundles, claims } = bundlesOf(all);
      await room.rows(file(bundles));
      const before = [
        await room.changes(),
        await standings(claims),
        await Promise.all(claims.map((claim) => chainsOf(room, claim))),
      ];
      for (const again of [bundles, bundles.toReversed()]) {
        const rows = await room.rows(file(again));
        expect(rows.filter(({ outcome }) => outcome !== 'unchanged')).toEqual([]);
      }
      const after = [
        await room.changes(),
        await standings(claims),
        await Promise.all(claims.map((claim) => chainsOf(room, claim))),
      ];
      expect(after).toEqual(before);
    }),
    { numRuns: 15 },
  );
}, 120_000);

test('whatever is imported over what, nothing is dead, and every report says what its last version says', async () => {
  const versions = reports.chain((first) =>
    fc.tuple(
      fc.constant(first),
      ...first.map(({ outlet, said }) =>
        fc
          .tuple(...said.map((each) => fc.constantFrom(...STANCES).map((stance) => ({ ...each, stance }))))
          .map((changed) => ({ outlet, said: changed })),
      ),
    ),
  );
  await fc.assert(
    fc.asyncProperty(versions, async ([first, ...second]) => {
      const { bundles, claims } = bundlesOf(first);
      worlds -= 1;
      const changed = bundlesOf(second).bundles;
      await room.rows(file(bundles));
      await room.rows(file(changed));
      for (const bundle of changed) {
        const rows = await room.rows(bundle);
        expect(rows.filter(({ outcome }) => outcome !== 'unchanged')).toEqual([]);
      }
      for (const claim of claims)
        expect((await chainsOf(room, claim)).filter((chain) => chain.endsWith('(dead)'))).toEqual([]);
    }),
    { numRuns: 15 },
  );
}, 120_000);

test('the order of the lines does not matter for where the claims stand', async () => {
  // A source says one thing of a claim, as far as this goes: what it said last depends on what is recorded last.
  const agreed = fc
    .tuple(reports, fc.array(fc.constantFrom(...STANCES), { minLength: 12, maxLength: 12 }))
    .map(([all, word]) =>
      all.map(({ outlet, said }) => ({
        outlet,
        said: said.map((each) => {
          const speaker = [...OUTLETS, ...OTHERS].indexOf(each.source);
          return { ...each, stance: word[speaker * 2 + each.claim] ?? 'asserts' };
        }),
      })),
    );
  await fc.assert(
    fc.asyncProperty(agreed, async (all) => {
      const [forth, back] = [bundlesOf(all), bundlesOf(all)];
      await room.rows(file(forth.bundles));
      await room.rows(file(back.bundles.toReversed()));
      expect(await standings(back.claims)).toEqual(await standings(forth.claims));
    }),
    { numRuns: 15 },
  );
}, 120_000);
