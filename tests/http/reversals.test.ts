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

interface Reversal {
  claim: { id: string };
  source: { id: string };
  from: { attribution: string; side: string; time: { from: string | null; until: string | null } };
  to: { attribution: string; side: string };
  order: string;
}

const FAR_OFF = '2999-01-01';
const page = async (
  source: { id: string },
  query: string,
): Promise<{ data: Reversal[]; page: Record<string, string> }> =>
  room.get(`/v1/sources/${source.id}/reversals?${query}`);

/** All reversals of a source, which must be the same at the end of time on either clock and through pages of one. */
async function reversalsOf(source: { id: string }, query = ''): Promise<Reversal[]> {
  const { data } = await page(source, query);
  for (const clock of ['asOf', 'knownAt']) {
    if (query.includes(clock)) return data;
    expect((await page(source, `${query}&${clock}=${FAR_OFF}`)).data, clock).toEqual(data);
  }
  const walked: Reversal[] = [];
  for (let cursor = ''; ; ) {
    const one = await page(source, `${query}&limit=1${cursor}`);
    walked.push(...one.data);
    if (one.page.nextCursor === null) break;
    cursor = `&cursor=${one.page.nextCursor}`;
  }
  expect(walked).toEqual(data);
  return data;
}

const pairs = (reversals: readonly Reversal[]) =>
  reversals.map(({ from, to, order }) => [from.attribution, to.attribution, order]);
const now = () => new Date().toISOString().replace('Z', '999Z');

async function merge(kind: 'claims' | 'sources', from: { id: string }, into: { id: string }): Promise<void> {
  const body = { into: into.id, reason: 'The same.' };
  const answer = await room.request('POST', `/v1/${kind}/${from.id}/merge`, body, { 'if-match': '*' });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}

describe('the reversals of a source', () => {
  test('are its changes from one side to the other, with the times and the stances that show them', async () => {
    const [source, claim] = [await room.source(), await room.claim()];
    const say = (stance: string, said: string) =>
      room.attribution({ claim: claim.id, source: source.id, stance, said });
    const first = await say('asserts', '2024-01-10');
    await say('declines_to_comment', '2024-02-01');
    const second = await say('denies', '2024-03');
    await say('doubts', '2024-05');
    await say('retracts', '2024-06');
    const third = await say('confirms', '2024-07-01');
    const [latest, earlier, ...others] = await reversalsOf(source);
    expect(others).toEqual([]);
    expect(earlier).toEqual({
      claim: { id: claim.id, slug: claim.slug, text: claim.text },
      source: { id: source.id, slug: source.slug, name: source.name, kind: 'person' },
      from: {
        stance: 'asserts',
        side: 'for',
        attribution: first.id,
        time: { from: '2024-01-10T00:00:00.000000Z', until: '2024-01-11T00:00:00.000000Z' },
      },
      to: {
        stance: 'denies',
        side: 'against',
        attribution: second.id,
        time: { from: '2024-03-01T00:00:00.000000Z', until: '2024-04-01T00:00:00.000000Z' },
      },
      order: 'determined',
    });
    expect(latest).toMatchObject({ from: { stance: 'doubts' }, to: { attribution: third.id }, order: 'determined' });
  });

  test('say so where nobody knows which came later, and go by what was recorded last', async () => {
    const [source, claim] = [await room.source(), await room.claim()];
    const vague = await room.attribution({ claim: claim.id, source: source.id, said: '2024-03~' });
    const exact = await room.attribution({ claim: claim.id, source: source.id, stance: 'denies', said: '2024-03-10' });
    expect(pairs(await reversalsOf(source))).toEqual([[vague.id, exact.id, 'undetermined']]);
    const dated = await room.attribution({ claim: claim.id, source: source.id, said: '2024-03-01' });
    expect(pairs(await reversalsOf(source))).toContainEqual([dated.id, exact.id, 'determined']);
  });

  test('are of one source on one claim, and only of what counts', async () => {
    const [one, two, claim] = [await room.source(), await room.source(), await room.claim()];
    await room.attribution({ claim: claim.id, source: one.id, said: '2024-01' });
    await room.attribution({ claim: claim.id, source: two.id, stance: 'denies', said: '2024-02' });
    await room.attribution({ source: one.id, stance: 'denies', said: '2024-02' });
    expect(await reversalsOf(one)).toEqual([]);
    const denial = await room.attribution({ claim: claim.id, source: one.id, stance: 'denies', said: '2024-02' });
    expect(await reversalsOf(one)).toHaveLength(1);
    await room.withdraw(denial);
    expect(await reversalsOf(one)).toEqual([]);
  });

  test('come with the newest claims first, page by page, and those of a claim in one go or cut', async () => {
    const source = await room.source();
    const claims = [];
    for (let count = 0; count < 4; count += 1) {
      const claim = await room.claim();
      claims.unshift(claim.id);
      for (let turn = 0; turn <= count; turn += 1) {
        const stance = turn % 2 === 0 ? 'asserts' : 'denies';
        await room.attribution({ claim: claim.id, source: source.id, stance, said: `2024-0${turn + 1}` });
      }
    }
    const found = (await reversalsOf(source)).map(({ claim }) => claim.id);
    expect(found).toEqual([claims[0], claims[0], claims[0], claims[1], claims[1], claims[2]]);
  });

  test('of a government are also those of who spoke for it both times, unless exact', async () => {
    const government = await room.source({ kind: 'government' });
    const ministry = await room.source({ kind: 'government', partOf: [{ organization: government.id }] });
    const spokesman = await room.source({ speaksFor: [{ organization: ministry.id, to: '2024' }] });
    const friend = await room.source();
    const reverse = async (source: { id: string }, years: readonly [string, string], more: object = {}) => {
      const claim = await room.claim();
      const place = { claim: claim.id, source: source.id, ...more };
      await room.attribution({ ...place, said: years[0] });
      await room.attribution({ ...place, stance: 'denies', said: years[1] });
      return claim.id;
    };
    const inOffice = await reverse(spokesman, ['2023', '2024']);
    const afterwards = await reverse(spokesman, ['2024', '2025']);
    const ministries = await reverse(ministry, ['2023', '2024']);
    const forIt = await reverse(friend, ['2023', '2024'], { speakingFor: ministry.id });
    const forItself = await reverse(spokesman, ['2023', '2024'], { speakingFor: 'self' });
    const claimsOf = async (source: { id: string }, query = '') =>
      (await reversalsOf(source, query)).map(({ claim }) => claim.id).sort();
    expect(await claimsOf(government)).toEqual([inOffice, ministries, forIt].sort());
    expect(await claimsOf(government, 'exact=true')).toEqual([]);
    expect(await claimsOf(spokesman, 'exact=true')).toEqual([inOffice, afterwards, forItself].sort());
  });

  test('on the recorded clock are those of then, on that of the world those that had been said', async () => {
    const [source, claim] = [await room.source(), await room.claim()];
    await room.attribution({ claim: claim.id, source: source.id, said: '2024-01' });
    const before = now();
    const denial = await room.attribution({ claim: claim.id, source: source.id, stance: 'denies', said: '2024-03' });
    const [then, answer] = [now(), await reversalsOf(source)];
    await room.withdraw(denial);
    expect(await reversalsOf(source)).toEqual([]);
    expect(await reversalsOf(source, `knownAt=${before}`)).toEqual([]);
    expect(await reversalsOf(source, `knownAt=${then}`)).toEqual(answer);
    expect(await reversalsOf(source, `knownAt=${then}&asOf=2024-03-30`)).toEqual([]);
    expect(await reversalsOf(source, `knownAt=${then}&asOf=2024-03-31`)).toEqual(answer);
  });

  test('come to light where claims or sources turn out to be the same', async () => {
    const [one, two] = [await room.source(), await room.source()];
    const [claim, same] = [await room.claim(), await room.claim()];
    const assertion = await room.attribution({ claim: claim.id, source: one.id, said: '2024-01' });
    const denial = await room.attribution({ claim: same.id, source: two.id, stance: 'denies', said: '2024-02' });
    const before = now();
    await merge('claims', same, claim);
    expect(await reversalsOf(one)).toEqual([]);
    await merge('sources', two, one);
    expect(pairs(await reversalsOf(one))).toEqual([[assertion.id, denial.id, 'determined']]);
    expect((await reversalsOf(one))[0]).toMatchObject({ claim: { id: claim.id }, source: { id: one.id } });
    expect(await reversalsOf(one, `knownAt=${before}`)).toEqual([]);
    const moved = await room.request('GET', `/v1/sources/${two.id}/reversals?limit=1`);
    expect([moved.status, moved.headers.location]).toEqual([308, `/v1/sources/${one.id}/reversals?limit=1`]);
    expect(await reversalsOf(two, `knownAt=${before}`)).toEqual([]);
  });

  test('of nobody are not found', async () => {
    for (const query of ['', `?knownAt=${FAR_OFF}`])
      expect(await room.request('GET', `/v1/sources/no-such-source/reversals${query}`)).toMatchObject({ status: 404 });
  });
});
