import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
});
afterAll(() => ledger.close());

const STANCES = {
  for: ['asserts', 'confirms'],
  against: ['denies', 'doubts'],
  none: ['declines_to_comment', 'no_response'],
};
const SIDES = ['for', 'against', 'none'] as const;
/** Now, and by each clock as far as now. */
const CLOCKS = ['', 'asOf=2026-01-15&', 'knownAt=2999-01-01&'];

/** All positions of a list, page by page. */
const walk = async (url: string) => {
  const found: { stance: string; side: string; attribution: string }[] = [];
  for (let next = '', more = true; more; ) {
    const { data, page } = await room.get(`${url}limit=3${next}`);
    found.push(...data);
    next = `&cursor=${page.nextCursor}`;
    more = page.hasMore;
  }
  return found;
};

/** Two sources for each stance on one claim, or one source with two claims for each stance. */
const taken = async (one: 'claim' | 'source') => {
  const thing = one === 'claim' ? await room.claim() : await room.source();
  const report = (await room.report({ published: '2026-01-10' })).id;
  for (const stance of Object.values(STANCES).flat())
    for (let n = 0; n < 2; n += 1) await room.attribution({ [one]: thing.id, report, stance });
  return thing;
};

describe('positions of one side', () => {
  test.each([
    ['claim', 'claims'],
    ['source', 'sources'],
  ] as const)('of a %s are all that take it and no other, page by page, now and by either clock', async (one, many) => {
    const thing = await taken(one);
    for (const clocks of CLOCKS) {
      const all = (await room.get(`/v1/${many}/${thing.slug}/positions?${clocks}`)).data;
      expect(all).toHaveLength(12);
      for (const side of SIDES) {
        const found = await walk(`/v1/${many}/${thing.slug}/positions?side=${side}&${clocks}`);
        expect(found).toEqual(all.filter((position: { side: string }) => position.side === side));
        expect(new Set(found.map(({ stance }) => stance))).toEqual(new Set(STANCES[side]));
      }
    }
    const before = await walk(`/v1/${many}/${thing.slug}/positions?side=for&asOf=2026-01-09&`);
    expect(before).toEqual([]);
  });

  test('are those of the side that was taken last', async () => {
    const [claim, source] = [(await room.claim()).id, (await room.source()).id];
    await room.attribution({ claim, source, stance: 'denies', said: '2026-01-05' });
    await room.attribution({ claim, source, stance: 'confirms', said: '2026-01-12' });
    for (const url of [`/v1/claims/${claim}/positions`, `/v1/sources/${source}/positions`]) {
      const counts = async (query: string) => (await room.get(`${url}?${query}`)).data.length;
      expect([await counts('side=for'), await counts('side=against')]).toEqual([1, 0]);
      const then = 'asOf=2026-01-07&';
      expect([await counts(`${then}side=for`), await counts(`${then}side=against`)]).toEqual([0, 1]);
    }
  });

  test('have cursors of their own: one of another side, or of all, is refused; so is a side that is none', async () => {
    for (const [one, many] of [
      ['claim', 'claims'],
      ['source', 'sources'],
    ] as const) {
      const url = `/v1/${many}/${(await taken(one)).id}/positions?`;
      for (const clocks of ['', 'knownAt=2999-01-01&']) {
        const { page } = await room.get(`${url}${clocks}side=for&limit=2`);
        for (const other of ['side=against&', '']) {
          const answer = await room.request('GET', `${url}${clocks}${other}limit=2&cursor=${page.nextCursor}`);
          expect([answer.status, answer.body.errors[0].parameter]).toEqual([400, 'cursor']);
        }
      }
      const { status, body } = await room.request('GET', `${url}side=both`);
      expect([status, body.errors[0].parameter]).toEqual([400, 'side']);
    }
  });

  test('of a claim or a source that is not there are 404', async () => {
    for (const many of ['claims', 'sources'])
      for (const clocks of CLOCKS)
        expect((await room.request('GET', `/v1/${many}/nobody/positions?${clocks}side=for`)).status).toBe(404);
  });
});
