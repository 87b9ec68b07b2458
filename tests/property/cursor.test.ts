import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
});
afterAll(() => ledger.close());

interface Page {
  readonly data: { readonly id: string }[];
  readonly page: { readonly nextCursor: string | null; readonly hasMore: boolean };
}

/** Walks a list to its end, and lets somebody else write between the pages. */
async function walk(url: string, limit: number, between: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  let cursor = '';
  for (;;) {
    const { data, page } = (await room.get(`${url}&limit=${limit}${cursor}`)) as Page;
    seen.push(...data.map(({ id }) => id));
    expect(page.hasMore).toBe(page.nextCursor !== null);
    if (page.nextCursor === null) return seen;
    await between();
    cursor = `&cursor=${page.nextCursor}`;
  }
}

test('a walk through pages, while others write, neither loses nor repeats a row that was there throughout', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom('-createdAt', 'createdAt'),
      fc.array(fc.constantFrom('add', 'delete', 'change'), { maxLength: 6 }),
      async (rows, limit, sort, writes) => {
        const topic = (await room.request('POST', '/v1/topics', { name: 'A walk' })).body;
        const make = async () => (await room.claim({ topic: topic.id })).id as string;
        const there = await Promise.all(Array.from({ length: rows }, make));
        const doomed = await make();
        const left = [...writes];
        const seen = await walk(`/v1/claims?topic=${topic.slug}&sort=${sort}`, limit, async () => {
          const next = left.shift();
          if (next === 'add') await make();
          if (next === 'delete') await room.request('DELETE', `/v1/claims/${doomed}`, undefined, { 'if-match': '*' });
          if (next === 'change')
            await room.request('PATCH', `/v1/claims/${there[0]}`, { text: 'Changed' }, { 'if-match': '*' });
        });
        expect(new Set(seen).size).toBe(seen.length);
        expect(there.filter((id) => !seen.includes(id))).toEqual([]);
      },
    ),
    { numRuns: 25 },
  );
});

test('a cursor of another list, filter or sort, or one that was tampered with, is refused', async () => {
  const topic = (await room.request('POST', '/v1/topics', { name: 'Cursors' })).body;
  for (let count = 0; count < 3; count += 1) await room.claim({ topic: topic.id });
  const { page } = (await room.get(`/v1/claims?topic=${topic.slug}&limit=1`)) as Page;
  const cursor = page.nextCursor as string;
  const refused = async (query: string) =>
    expect(await room.request('GET', query)).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'cursor' }] },
    });
  await refused(`/v1/claims?limit=1&cursor=${cursor}`);
  await refused(`/v1/claims?topic=${topic.slug}&sort=createdAt&cursor=${cursor}`);
  await refused(`/v1/topics?cursor=${cursor}`);
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme-ascii' }), async (text) => {
      await refused(`/v1/claims?topic=${topic.slug}&cursor=${encodeURIComponent(text)}`);
    }),
    { numRuns: 50 },
  );
});
