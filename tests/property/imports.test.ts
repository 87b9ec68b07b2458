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
  await room.rows({ report: { title: 'Sources', outlet: 'one' }, sources: sourcesOf((slug) => slug) });
});
afterAll(() => ledger.close());

/** Everyone who speaks, under the slugs that `name` gives them. */
function sourcesOf(name: (slug: string) => string): object[] {
  const outlets = OUTLETS.map((slug) => ({ slug: name(slug), name: name(slug), kind: 'outlet' }));
  const others = OTHERS.map((slug) => {
    const named = { slug: name(slug), name: name(slug) };
    return slug === 'unnamed' ? { ...named, kind: 'anonymous', host: name('one') } : { ...named, kind: 'organization' };
  });
  return [...outlets, ...others];
}

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

/** The outlet of the report comes first in a chain; anybody may come again, but not right behind itself. */
const saidIn = (outlet: string): fc.Arbitrary<Said> =>
  fc
    .record({
      claim: fc.nat(1),
      stance: fc.constantFrom(...STANCES),
      behind: fc.array(fc.constantFrom(...OUTLETS, ...OTHERS), { maxLength: 4 }),
    })
    .map(({ claim, stance, behind }) => {
      const [, ...speakers] = [outlet, ...behind].filter((slug, place, all) => slug !== all[place - 1]);
      return { claim, stance, source: speakers.at(-1) ?? outlet, via: speakers.slice(0, -1) };
    });

const reports: fc.Arbitrary<Report[]> = fc.array(
  fc
    .constantFrom(...OUTLETS)
    .chain((outlet) => fc.record({ outlet: fc.constant(outlet), said: fc.array(saidIn(outlet), { maxLength: 4 }) })),
  { minLength: 1, maxLength: 4 },
);

let worlds = 0;
/** The bundles of some reports about claims, and with `sources` by sources, of their own. */
function bundlesOf(all: readonly Report[], sources = false): { bundles: object[]; claims: string[] } {
  worlds += 1;
  const own = (slug: string) => (sources ? `world-${worlds}-${slug}` : slug);
  const claims = [0, 1].map((claim) => `world-${worlds}-claim-${claim}`);
  const given = claims.map((slug) => ({ slug, text: slug, kind: 'fact' }));
  const speakers = sourcesOf(own);
  const bundles = all.map(({ outlet, said }, index) => ({
    report: {
      url: `https://world-${worlds}.example/${index}`,
      title: 'A report',
      outlet: own(outlet),
      published: '2025-12',
    },
    ...(sources ? { sources: speakers } : {}),
    claims: given,
    attributions: said.map(({ claim, source, via, stance }) => {
      return { claim: claims[claim], source: own(source), via: via.map(own), stance };
    }),
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

/** Merges of what the bundles name, each with what it needs, and of the unseen reports that they left. */
const merges = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('source'), from: fc.nat(5), into: fc.nat(5) }),
    fc.record({ kind: fc.constant('claim'), from: fc.nat(1), into: fc.nat(1) }),
    fc.record({ kind: fc.constant('report'), from: fc.nat(5), into: fc.nat(5) }),
  ),
  { minLength: 1, maxLength: 5 },
);

/** An unseen report of this world, and one that we hold of the same outlet, where there are such. */
async function seenLater(from: number, into: number): Promise<(string | undefined)[]> {
  const own = async (status: string): Promise<{ id: string; outlet: { id: string; slug: string } }[]> => {
    const { data } = await room.get(`/v1/reports?status=${status}&limit=1000`);
    return data.filter(({ outlet }: { outlet: { slug: string } }) => outlet.slug.startsWith(`world-${worlds}-`));
  };
  const pairs = (await own('cited_unseen')).map(async ({ id, outlet }) => {
    const held = (await own('held')).filter((other) => other.outlet.id === outlet.id);
    return [id, held[into % held.length]?.id];
  });
  const found = (await Promise.all(pairs)).filter(([, held]) => held !== undefined);
  return found[from % found.length] ?? [];
}

test('what was imported and then merged is there still: again, nothing is made and nothing changes', async () => {
  await fc.assert(
    fc.asyncProperty(reports, merges, fc.boolean(), async (all, wanted, unmerged) => {
      const { bundles, claims } = bundlesOf(all, true);
      await room.rows(file(bundles));
      const done: string[] = [];
      const sources = [...OUTLETS, ...OTHERS].map((slug) => `world-${worlds}-${slug}`);
      for (const { kind, from, into } of wanted) {
        const [gone, kept] =
          kind === 'claim'
            ? [claims[from], claims[into]]
            : kind === 'source'
              ? [sources[from], sources[into]]
              : await seenLater(from, into);
        if (gone === undefined || kept === undefined) continue;
        const body = { into: kept, reason: 'The same.', ...(kind === 'source' ? { force: true } : {}) };
        if (await room.act(`${kind}s/${gone}/merge`, body)) done.push(`${kind}s/${gone}`);
      }
      const again = async () => {
        const before = await room.changes();
        for (const each of [bundles, bundles.toReversed()]) {
          const rows = await room.rows(file(each));
          expect(rows.filter(({ outcome }) => outcome !== 'unchanged')).toEqual([]);
        }
        expect(await room.changes()).toBe(before);
      };
      await again();
      if (!unmerged) return;
      for (const path of done.toReversed()) expect(await room.act(`${path}/unmerge`, {})).toBe(true);
      await again();
    }),
    { numRuns: 15 },
  );
}, 180_000);
