import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { generate } from '../../bench/generate.ts';
import { misderived } from '../../bench/growth/derived.ts';
import { loadLedger } from '../../bench/growth/load.ts';
import { load } from '../../bench/load.ts';
import { openHistory } from '../factories/history.ts';
import { databaseUrl, withClient } from '../global-setup.ts';
import { cloneDatabase, openLedger } from '../harness.ts';

/** What is stored of all claims otherwise than it is derived anew. */
async function misderivedOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM claims ORDER BY id');
  expect(rows.length).toBeGreaterThan(0);
  return misderived(
    client,
    rows.map(({ id }) => id),
  );
}

test('what is kept of a claim by the triggers, whatever is written, is what is derived of it anew', {
  timeout: 120_000,
}, async () => {
  const ledger = await openLedger();
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const history = await openHistory(ledger, seed);
      for (let step = 0; step < 30; step += 1) await history.write(4);
      expect(await withClient(ledger.ownerUrl, misderivedOf)).toEqual([]);
    }),
    { numRuns: 2, endOnFailure: true },
  );
  await ledger.close();
});

test('a ledger that the bench loads by its triggers is what is derived of it anew', { timeout: 120_000 }, async () => {
  const { server, name, drop } = await cloneDatabase();
  const url = databaseUrl(server, server.owner, name);
  await load(url, generate({ claims: 200, attributions: 1500, sources: 200, reports: 200 }, 7));
  expect(await withClient(url, misderivedOf)).toEqual([]);
  await drop();
});

test('a ledger that the bench of growth loads in bulk is what is derived of it anew', {
  timeout: 120_000,
}, async (context) => {
  const { server, name, drop } = await cloneDatabase();
  const url = new URL(server.superuserUrl);
  url.pathname = `/${name}`;
  const isSuperuser = await withClient(url.href, async (client) => {
    const { rows } = await client.query<{ is: boolean }>(
      'SELECT rolsuper AS is FROM pg_roles WHERE rolname = current_user',
    );
    return rows[0]?.is === true;
  });
  if (!isSuperuser) context.skip('Loading in bulk turns triggers off, which only a superuser may.');
  const folder = mkdtempSync(join(tmpdir(), 'onrecord-tests-growth-'));
  chmodSync(folder, 0o711);
  const sizes = { claims: 500, attributions: 2500, sources: 1000, reports: 500 };
  await loadLedger(url.href, folder, sizes, { seed: 7, say: () => {} });
  expect(await withClient(url.href, misderivedOf)).toEqual([]);
  const { rows } = await withClient(url.href, (client) =>
    client.query(`SELECT bool_or(uncontacted) AS uncontacted, bool_or(unarchived) AS unarchived, bool_or(contradicted) AS contradicted,
      bool_or(undermined) AS undermined FROM claim_summaries`),
  );
  expect(rows).toEqual([{ uncontacted: true, unarchived: true, contradicted: true, undermined: true }]);
  rmSync(folder, { recursive: true });
  await drop();
});
