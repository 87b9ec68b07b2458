import fc from 'fast-check';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../bench/random.ts';
import { createDatabase } from '../../src/database/pool.ts';
import { type History, openHistory } from '../factories/history.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { ask, askedAt, questions } from '../factories/questions.ts';
import { shuffleRows } from '../factories/rows.ts';
import { unorderedIn, unorderedPlaces } from '../factories/sql-order.ts';
import { openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from '../http/second-app.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

test('every aggregate that gathers rows says in which order, and so does every limit', async () => {
  expect(unorderedIn('SELECT json_agg(x.id) FROM x')).toHaveLength(1);
  expect(unorderedIn('SELECT json_agg((SELECT y.id FROM y ORDER BY y.id LIMIT 1)) FROM x')).toHaveLength(1);
  expect(unorderedIn('SELECT string_agg(DISTINCT x.id, lower(x.id) ORDER BY x.id) FROM x')).toEqual([]);
  expect(unorderedIn('SELECT (SELECT x.id FROM x LIMIT 1)')).toHaveLength(1);
  expect(await unorderedPlaces(ledger)).toEqual([]);
});

const SCANS_OF_INDEXES = ['indexscan', 'indexonlyscan', 'bitmapscan'];
/** Ways to find rows that a planner may choose another time. */
const WAYS = [...SCANS_OF_INDEXES, 'seqscan', 'hashjoin', 'mergejoin', 'nestloop', 'hashagg', 'sort'];

/** The service on the same ledger, under a planner that avoids some ways. */
async function openAvoiding(avoided: readonly string[]) {
  const url = new URL(ledger.serviceUrl);
  url.searchParams.set('options', avoided.map((way) => `-c enable_${way}=off`).join(' '));
  const database = createDatabase({ url: url.href });
  const { http, close } = await secondApp(ledger, undefined, { database });
  return {
    avoided,
    room: await newsroom({ ...ledger, http }),
    close: async () => {
      await close();
      await database.close();
    },
  };
}

/** What tells most of each claim. */
function wholes({ things }: History): string[] {
  return things.claims.flatMap(({ id }) =>
    ['dossier', 'chain', 'timeline', 'positions'].map((part) => `/v1/claims/${id}/${part}?`),
  );
}

/** A few at a time. */
const askAll = (room: Newsroom, urls: readonly string[]) => pLimit(5).map(urls, (url) => ask({ room }, url));

test('no answer depends on how the rows lie, nor on the plans that find them', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = new Random(seed + 1);
      const history = await openHistory(ledger, seed);
      for (let step = 0; step < 25; step += 1) await history.write(4);
      const others = [SCANS_OF_INDEXES, random.shuffled(WAYS).slice(0, 5)];
      const services = await Promise.all(others.map(openAvoiding));
      const now = new Date().toISOString();
      const asked = [...questions(history, random), ...wholes(history)];
      const urls = asked.flatMap((question) => [question, askedAt(question, now, random)]);
      const answers = await askAll(history.room, urls);

      await shuffleRows(ledger, seed);
      for (const { room, avoided, close } of services) {
        const again = await askAll(room, urls);
        await close();
        for (const [n, url] of urls.entries())
          expect({ url, avoided, ...again[n] }).toEqual({ url, avoided, ...answers[n] });
      }
    }),
    { numRuns: 2, endOnFailure: true },
  );
});
