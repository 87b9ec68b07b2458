import pg from 'pg';
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

test('however many writers wait for the ledger, readers are answered', async () => {
  const claim = await room.claim();
  const holder = new pg.Client({ connectionString: ledger.serviceUrl });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT ledger_now()');
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
  await holder.query('ROLLBACK');
  await holder.end();
  expect(await Promise.all(writes)).toHaveLength(40);
  expect((await Promise.all(attributions)).map(({ status }) => status)).toEqual(Array(40).fill(422));
});
