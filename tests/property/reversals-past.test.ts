import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../bench/random.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;
beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
});
afterAll(() => ledger.close());

const DATES = ['2024', '2024-01', '2024-02-10', '2024-03', '2024-06~', '2024-04/..', '2025-01-01', '2025'];
const STANCES = ['asserts', 'confirms', 'denies', 'doubts', 'denies', 'retracts', 'declines_to_comment'];

interface Thing {
  readonly id: string;
}

/** A government with a spokesman in office until 2024, a ministry, and others; few claims, much contradiction, and merges. */
async function contradictoryNewsroom(random: Random): Promise<{ sources: Thing[]; claims: Thing[] }> {
  const government = await room.source({ kind: 'government' });
  const ministry = await room.source({ kind: 'government', partOf: [{ organization: government.id }] });
  const spokesman = await room.source({ speaksFor: [{ organization: ministry.id, to: '2024' }] });
  const sources = [government, ministry, spokesman, await room.source(), await room.source(), await room.source()];
  const claims = await Promise.all(Array.from({ length: 5 }, () => room.claim()));
  const report = await room.report({ published: '2024' });
  for (let count = 0; count < 40; count += 1) {
    const made = await room.attribution({
      claim: random.pick(claims).id,
      source: random.pick(sources).id,
      report: report.id,
      stance: random.pick(STANCES),
      ...(random.chance(0.8) ? { said: random.pick(DATES) } : {}),
      ...(random.chance(0.2) ? { speakingFor: random.pick(['self', government.id, ministry.id]) } : {}),
    });
    if (random.chance(0.1)) await room.withdraw(made);
  }
  await merge('claims', claims[0], claims[1]);
  await merge('claims', claims[1], claims[2]);
  await merge('sources', sources[3], sources[4]);
  return { sources, claims };
}

async function merge(kind: string, from: Thing, into: Thing): Promise<void> {
  const body = { into: into.id, reason: 'The same.' };
  const answer = await room.request('POST', `/v1/${kind}/${from.id}/merge`, body, { 'if-match': '*' });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}

async function walk(url: string): Promise<unknown[]> {
  const walked: unknown[] = [];
  for (let cursor = ''; ; ) {
    const { data, page } = await room.get(`${url}&limit=1${cursor}`);
    walked.push(...data);
    if (!page.hasMore) return walked;
    cursor = `&cursor=${page.nextCursor}`;
  }
}

test('reversals are the same from what is kept now and from what was recorded, merges included, in one page or in many', {
  timeout: 120_000,
}, async () => {
  const random = new Random(7);
  let [found, undetermined] = [0, 0];
  for (let round = 0; round < 4; round += 1) {
    const { sources, claims } = await contradictoryNewsroom(random);
    const now = new Date().toISOString();
    for (const source of sources.filter((_, index) => index !== 3)) {
      for (const exact of ['', 'exact=true&']) {
        const url = `/v1/sources/${source.id}/reversals?${exact}`;
        const { data } = await room.get(url);
        expect((await room.get(`${url}knownAt=${now}`)).data).toEqual(data);
        expect(await walk(url)).toEqual(data);
        found += data.length;
        undetermined += data.filter(({ order }: { order: string }) => order === 'undetermined').length;
      }
    }
    for (const claim of claims.slice(2)) {
      const chain = await room.get(`/v1/claims/${claim.id}/chain`);
      expect(await room.get(`/v1/claims/${claim.id}/chain?knownAt=${now}`)).toEqual(chain);
      const { counts } = await room.get(`/v1/claims/${claim.id}`);
      for (const side of ['for', 'against'])
        expect(chain.origins.filter((each: { side: string }) => each.side === side)).toHaveLength(counts[side].origins);
    }
  }
  expect(found).toBeGreaterThan(40);
  expect(undetermined).toBeGreaterThan(0);
});
