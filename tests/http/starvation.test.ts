import pg from 'pg';
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

/** Takes the ledger's lock; gives what releases it. */
async function lock(): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: ledger.serviceUrl });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT ledger_now()');
  return async () => {
    await holder.query('ROLLBACK');
    await holder.end();
  };
}

/** Does something that needs no lock while somebody else has it. */
async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
  const unlock = await lock();
  return work().finally(unlock);
}

/** What others wait for meanwhile who write something small, in milliseconds: the longest of them. */
async function waitsDuring(work: () => Promise<unknown>): Promise<number> {
  const waits: number[] = [];
  let isOver = false;
  const over = work().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const begun = performance.now();
    await room.claim();
    waits.push(performance.now() - begun);
  }
  await over;
  return Math.max(...waits);
}

describe('no writer waits', () => {
  test('for a text with a hundred thousand marks on one letter, or for a quote in it', async () => {
    const text = `He said yes to us. A${'\u0301'.repeat(60_000)}${'\u0323'.repeat(60_000)}`;
    const [claim, source] = [await room.claim(), await room.source()];
    const outlet = await room.outlet();
    const waited = await waitsDuring(async () => {
      const report = await room.report({ outlet: outlet.id, text });
      const said = { claim: claim.id, source: source.id, report: report.id };
      const made = await room.attribution({
        ...said,
        quote: { exact: 'He said yes to us.', suffix: text.slice(19, 400) },
      });
      expect(made.quote.health).toBe('found');
      await room.act(`reports/${report.id}/correct`, { reason: 'He said no.', text: text.replace('yes', 'no') });
      expect((await room.get(`/v1/attributions/${made.id}`)).quote.health).toBe('lost');
    });
    expect(waited).toBeLessThan(3000);
  });

  test('for a text in which each of many quotes is everywhere, or nearly', async () => {
    const report = await room.report();
    const letters = await quotesIn(report, 150, () => 'z');
    const near = await quotesIn(report, 50, (n) => `${'z'.repeat(1000 + n)}a${'z'.repeat(2000)}`);
    const waited = await waitsDuring(async () => {
      const body = { text: 'z'.repeat(500_000) };
      const answer = await room.request('PATCH', `/v1/reports/${report.id}`, body, { 'if-match': '*' });
      expect(answer.status).toBe(200);
    });
    expect(waited).toBeLessThan(3000);
    expect(await healthsOf(letters)).toEqual(new Set(['ambiguous']));
    expect(await healthsOf(near)).toEqual(new Set(['lost']));
  });

  test('for a bundle of too many links: they are counted first', async () => {
    const via = Array.from({ length: 31 }, (_, n) => `agency-${n}`);
    const attributions = Array.from({ length: 9999 }, (_, n) => ({
      claim: `c-${n}`,
      source: 'x',
      stance: 'asserts',
      via,
    }));
    const bundle = { report: { title: 'A report', outlet: 'paper' }, attributions };
    const answer = await whileLocked(() => room.request('POST', '/v1/imports', bundle));
    expect(answer).toMatchObject({ status: 413, body: { type: '/problems/too-large' } });
    expect(answer.body.errors).toEqual([
      { pointer: '/attributions/606', detail: expect.stringContaining('20000 links') },
    ]);
  });

  async function quotesIn(report: { id: string }, count: number, quote: (n: number) => string): Promise<string[]> {
    const [claim, source] = [await room.claim(), await room.source()];
    const said = { claim: claim.id, source: source.id, report: report.id };
    const made = Array.from({ length: count }, (_, n) => room.attribution({ ...said, quote: quote(n) }));
    return (await Promise.all(made)).map(({ id }) => id);
  }

  async function healthsOf(ids: readonly string[]): Promise<Set<string>> {
    const text = `SELECT health FROM quote_states WHERE attribution_id = ANY ($1::uuid[]) AND recorded_until IS NULL`;
    return new Set((await ledger.database.pool.query(text, [ids])).rows.map(({ health }) => health));
  }
});

test('however many writers wait for the ledger, readers are answered', async () => {
  const claim = await room.claim();
  const unlock = await lock();
  const writes = Array.from({ length: 40 }, (_, count) => room.claim({ text: `Waiting ${count}` }));
  const attributions = Array.from({ length: 40 }, () =>
    room.request('POST', '/v1/attributions', {
      claim: claim.id,
      source: 'nobody',
      report: claim.id,
      stance: 'asserts',
    }),
  );
  const reads = await Promise.all(Array.from({ length: 40 }, () => room.get(`/v1/claims/${claim.id}`)));
  expect(reads).toHaveLength(40);
  await unlock();
  expect(await Promise.all(writes)).toHaveLength(40);
  expect((await Promise.all(attributions)).map(({ status }) => status)).toEqual(Array(40).fill(422));
});
