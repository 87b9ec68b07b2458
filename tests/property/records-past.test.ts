import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHistory } from '../factories/history.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

test('the record of every source, as it is kept, is the one that the rules make of what was recorded', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const { room, things, write } = await openHistory(ledger, seed);
      for (let step = 0; step < 20; step += 1) await write(4);
      const now = new Date().toISOString();
      for (const { id } of things.sources) {
        for (const exact of ['', '&exact=true']) {
          const [kept, made] = [
            await room.request('GET', `/v1/sources/${id}/record?${exact}`),
            await room.request('GET', `/v1/sources/${id}/record?knownAt=${now}${exact}`),
          ];
          const { requestId: _, ...told } = kept.body ?? {};
          const { requestId: __, ...again } = made.body ?? {};
          expect({ id, status: made.status }).toEqual({ id, status: kept.status });
          if (kept.status === 200) expect({ id, exact, ...again }).toEqual({ id, exact, ...told });
        }
      }
    }),
    { numRuns: 3, endOnFailure: true },
  );
});
