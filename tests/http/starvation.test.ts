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
  /** What others wait for anyway while a text of half a million plain characters is taken in, on a machine that has other work too. */
  let usual: number;
  beforeAll(async () => {
    usual = 1000 + 5 * (await waitsDuring(() => room.report({ text: 'One more word. '.repeat(33_000) })));
  });

  test('for a text with a hundred thousand marks on one letter, or for a quote in it', async () => {
    const text = `He said yes to us. A${'\u0301'.repeat(60_000)}${'\u0323'.repeat(60_000)}`;
    const report = await room.report();
    const quote = { exact: 'He said yes to us.', suffix: text.slice(19, 400) };
    const waited = await waitsDuring(async () => {
      await setText(report, text);
      const [made] = await quotesIn(report, 1, () => quote);
      expect(await healthsOf([made])).toEqual(new Set(['found']));
      await setText(report, text.replace('yes', 'no'));
      expect(await healthsOf([made])).toEqual(new Set(['lost']));
    });
    expect(waited).toBeLessThan(usual);
  });

  test('for a text in which each of many quotes is everywhere, or nearly', async () => {
    const report = await room.report();
    const letters = await quotesIn(report, 150, () => 'z');
    const near = await quotesIn(report, 50, (n) => `${'z'.repeat(1000 + n)}a${'z'.repeat(2000)}`);
    const waited = await waitsDuring(() => setText(report, 'z'.repeat(500_000)));
    expect(waited).toBeLessThan(usual);
    expect(await healthsOf(letters)).toEqual(new Set(['ambiguous']));
    expect(await healthsOf(near)).toEqual(new Set(['lost']));
  });

  test('for a bundle of too many links: they are counted first', async () => {
    const via = Array.from({ length: 31 }, (_, n) => `agency-${n}`);
    const attributions = Array.from({ length: 5000 }, (_, n) => ({
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

  async function setText({ id }: { id: string }, text: string): Promise<void> {
    const answer = await room.request('PATCH', `/v1/reports/${id}`, { text }, { 'if-match': '*' });
    expect(answer.status).toBe(200);
  }

  async function quotesIn(report: { id: string }, count: number, quote: (n: number) => unknown): Promise<unknown[]> {
    const [claim, source] = [await room.claim(), await room.source()];
    const said = { claim: claim.id, source: source.id, report: report.id };
    const made = Array.from({ length: count }, (_, n) => room.attribution({ ...said, quote: quote(n) }));
    return (await Promise.all(made)).map(({ id }) => id);
  }

  async function healthsOf(ids: readonly unknown[]): Promise<Set<string>> {
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
