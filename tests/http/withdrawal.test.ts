import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Context, FoundQuotes } from '../../src/database/context.ts';
import { write } from '../../src/database/transaction.ts';
import { closeAttributions, openAttributions } from '../../src/modules/attributions/withdrawals.ts';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { traces } from '../factories/traces.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
});
afterAll(() => ledger.close());

const WRONG = { reason: 'Misheard.' };
const post = (path: string, body?: object, ifMatch = '*') =>
  room.request('POST', `/v1/attributions/${path}`, body, { 'if-match': ifMatch });
const idsOf = (things: { id: string }[]) => things.map(({ id }) => id).sort();
const rowsOf = async (sql: string, ...values: unknown[]) => (await ledger.database.pool.query(sql, values)).rows;

/** A story in an unseen report, relayed by an outlet, relayed by another: all three stand or fall with the middle one. */
async function chain() {
  const claim = await room.claim();
  const unseen = await room.report({ status: 'cited_unseen', title: null });
  const origin = await room.attribution({ claim: claim.id, report: unseen.id });
  const middle = await room.attribution({ claim: claim.id, report: unseen.id, relays: origin });
  const front = await room.attribution({ claim: claim.id, relays: middle });
  return { claim, origin, middle, front };
}

describe('restoring an attribution', () => {
  test('brings back all that fell with it, and tells so', async () => {
    const { claim, origin, middle, front } = await chain();
    const fell = await room.withdraw(middle);
    const rose = await room.act(`attributions/${middle.id}/restore`);
    expect(idsOf(rose.attributions)).toEqual(idsOf([origin, middle, front]));
    expect(rose.attributions.every(({ live }: { live: boolean }) => live)).toBe(true);
    const { before, after } = fell.claims[0];
    expect(rose.claims).toEqual([{ claim: { id: claim.id, slug: claim.slug }, before: after, after: before }]);
    expect(await room.get(`/v1/claims/${claim.id}`)).toMatchObject({ standing: 'single_origin' });
    expect(await room.get(`/v1/attributions/${middle.id}`)).toMatchObject({ withdrawn: null, live: true, version: 3 });
  });

  test('any sequence of withdraw and restore is kept as it happened', async () => {
    const made = await room.attribution({});
    for (const reason of ['First.', 'Second.']) {
      await room.act(`attributions/${made.id}/withdraw`, { reason });
      await room.act(`attributions/${made.id}/restore`);
    }
    expect(
      await rowsOf(
        `SELECT kind, reason, actor, ended_by, recorded_from < recorded_until AS closed FROM withdrawals
         WHERE attribution_id = $1 ORDER BY recorded_from`,
        made.id,
      ),
    ).toEqual(
      ['First.', 'Second.'].map((reason) => ({
        kind: 'withdrawn',
        reason,
        actor: 'test',
        ended_by: 'test',
        closed: true,
      })),
    );
    const changes = await rowsOf('SELECT action, version FROM changes WHERE entity_id = $1 ORDER BY id', made.id);
    expect(changes.map(({ action, version }) => `${version} ${action}`)).toEqual([
      '1 created',
      '2 withdrawn',
      '3 restored',
      '4 withdrawn',
      '5 restored',
    ]);
    const revisions = await rowsOf(
      `SELECT before -> 'withdrawn' ->> 'reason' AS before, after -> 'withdrawn' ->> 'reason' AS after
       FROM revisions WHERE entity_id = $1 ORDER BY version`,
      made.id,
    );
    expect(revisions).toEqual([
      { before: null, after: 'First.' },
      { before: 'First.', after: null },
      { before: null, after: 'Second.' },
      { before: 'Second.', after: null },
    ]);
    expect(await room.get(`/v1/attributions/${made.id}`)).toMatchObject({ version: 5, withdrawn: null, live: true });
  });

  test('needs If-Match of the version that stands, something withdrawn, and takes no body', async () => {
    const made = await room.attribution({});
    expect(await post(`${made.id}/restore`)).toMatchObject({ status: 409, body: { type: '/problems/conflict' } });
    await room.withdraw(made);
    expect(await room.request('POST', `/v1/attributions/${made.id}/restore`)).toMatchObject({ status: 428 });
    expect(await post(`${made.id}/restore`, undefined, '"1"')).toMatchObject({ status: 412, body: { version: 2 } });
    expect(await post(`${made.id}/restore`, WRONG)).toMatchObject({ status: 400 });
    expect(await post(`${ledger.newId()}/restore`)).toMatchObject({ status: 404 });
    expect(await post(`${made.id}/restore`, undefined, '"2"')).toMatchObject({ status: 200, headers: { etag: '"3"' } });
  });

  test('withdrawn and restored within one transaction, it was never out, and nothing breaks', async () => {
    const made = await room.attribution({});
    const context: Context = {
      database: ledger.database,
      actor: { id: null, name: 'test', scopes: [] },
      requestId: 'one-transaction',
      clock: () => ledger.clock.now,
      newId: ledger.newId,
      quotesFound: new FoundQuotes(),
    };
    await write(context, async (transaction) => {
      for (let time = 0; time < 2; time += 1) {
        await closeAttributions(transaction, context, [{ kind: 'withdrawn', id: made.id, ...WRONG }]);
        await openAttributions(transaction, context, [made.id]);
      }
    });
    expect(await room.get(`/v1/attributions/${made.id}`)).toMatchObject({ version: 5, withdrawn: null, live: true });
    expect(
      await rowsOf(
        'SELECT recorded_from = recorded_until AS empty FROM withdrawals WHERE attribution_id = $1',
        made.id,
      ),
    ).toEqual([{ empty: true }, { empty: true }]);
  });

  test('one that was superseded comes back only while nothing stands in its place', async () => {
    const first = await room.attribution({ stance: 'denies' });
    const correct = async (attribution: string) => {
      const id = ledger.newId();
      const by = { id, stance: 'doubts' };
      await room.act(`reports/${first.report.id}/correct`, { ...WRONG, supersedes: [{ attribution, by }] });
      return id;
    };
    const second = await correct(first.id);
    const third = await correct(second);
    for (const superseded of [first.id, second]) {
      const refused = await post(`${superseded}/restore`);
      expect(refused).toMatchObject({ status: 409, body: { attribution: third } });
      expect(refused.body.detail).toContain(third);
    }
    await room.withdraw({ id: third });
    await room.act(`attributions/${first.id}/restore`);
    for (const later of [second, third]) {
      expect(await post(`${later}/restore`)).toMatchObject({ status: 409, body: { attribution: first.id } });
    }
    await room.withdraw(first);
    await room.act(`attributions/${third}/restore`);
    expect(await post(`${first.id}/restore`)).toMatchObject({ status: 409, body: { attribution: third } });
  });
});

describe('what falls', () => {
  test('is a flag alone where the standing stays', async () => {
    const claim = await room.claim();
    await room.attribution({ claim: claim.id });
    const quoted = await room.attribution({ claim: claim.id, source: (await room.outlet()).id, quote: 'Words' });
    await room.attribution({ claim: claim.id });
    const told = await room.withdraw(quoted);
    expect(told.claims).toEqual([
      {
        claim: { id: claim.id, slug: claim.slug },
        before: { standing: 'corroborated', flags: ['unarchived'] },
        after: { standing: 'corroborated', flags: ['no_quote', 'unarchived'] },
      },
    ]);
    expect(idsOf(told.attributions)).toEqual([quoted.id]);
  });

  test('is nothing where the attribution did not count', async () => {
    const unseen = await room.report({ status: 'cited_unseen', title: null });
    const unheard = await room.attribution({ report: unseen.id });
    expect(await room.withdraw(unheard)).toEqual({ attributions: [], claims: [] });
    expect(await room.act(`attributions/${unheard.id}/restore`)).toEqual({ attributions: [], claims: [] });
  });

  test('counts at the claim that stands where one was merged into it', async () => {
    const [from, into] = [await room.claim(), await room.claim()];
    const told = await room.attribution({ claim: from.id, stance: 'denies' });
    await rowsOf(
      "INSERT INTO merges (id, kind, from_id, into_id, reason, actor) VALUES ($1, 'claim', $2, $3, 'The same.', 'test')",
      ledger.newId(),
      from.id,
      into.id,
    );
    const { claims } = await room.withdraw(told);
    expect(claims).toMatchObject([
      { claim: { id: into.id }, before: { standing: 'denied' }, after: { standing: 'unattributed' } },
    ]);
    const rose = await room.act(`attributions/${told.id}/restore`);
    expect(rose).toMatchObject({ attributions: [{ id: told.id, live: true }], claims: [{ claim: { id: into.id } }] });
    expect(await room.get(`/v1/claims/${into.id}`)).toMatchObject({ standing: 'denied' });
  });
});

describe('a dry run', () => {
  test.each([
    ['withdraw', WRONG],
    ['restore', undefined],
  ])('of %s tells what the action then tells, and leaves no trace', async (action, body) => {
    const { middle } = await chain();
    if (action === 'restore') await room.withdraw(middle);
    const before = await traces(ledger.database);
    const tried = await post(`${middle.id}/${action}?dryRun=true`, body);
    expect(await traces(ledger.database)).toEqual(before);
    expect(tried).toMatchObject({ status: 200 });
    expect(tried.headers.etag).toBeUndefined();
    expect(tried.body.attributions).toHaveLength(3);
    const done = await post(`${middle.id}/${action}?dryRun=false`, body);
    // The time at which it was recorded is another one.
    const timeless = (told: object) => JSON.parse(JSON.stringify(told).replace(/"at":"[^"]*"/g, '"at":null'));
    expect(timeless(done.body)).toEqual(timeless(tried.body));
    expect(await traces(ledger.database)).not.toEqual(before);
  });

  test('is refused as the action is, and holds up nobody', async () => {
    const made = await room.attribution({});
    expect(await post(`${made.id}/withdraw?dryRun=true`, WRONG, '"7"')).toMatchObject({ status: 412 });
    expect(await post(`${made.id}/restore?dryRun=true`)).toMatchObject({ status: 409 });
    expect(await post(`${made.id}/withdraw?dryRun=yes`, WRONG)).toMatchObject({ status: 400 });
    expect(await room.request('POST', `/v1/attributions/${made.id}/withdraw?dryRun=true`, WRONG)).toMatchObject({
      status: 428,
    });
    const tries = await Promise.all(
      Array.from({ length: 10 }, () => post(`${made.id}/withdraw?dryRun=true`, WRONG, '"1"')),
    );
    expect(tries.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await post(`${made.id}/withdraw`, WRONG, '"1"')).toMatchObject({ status: 200 });
  });
});

describe('two at once', () => {
  test.each([
    ['*', 409],
    ['"1"', 412],
  ])('with If-Match %s withdraw once', async (ifMatch, refused) => {
    const made = await room.attribution({});
    const answers = await Promise.all([1, 2].map(() => post(`${made.id}/withdraw`, WRONG, ifMatch)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, refused]);
    expect(await rowsOf('SELECT id FROM withdrawals WHERE attribution_id = $1', made.id)).toHaveLength(1);
  });

  test('restore once', async () => {
    const made = await room.attribution({});
    await room.withdraw(made);
    const answers = await Promise.all([1, 2, 3].map(() => post(`${made.id}/restore`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect((await room.get(`/v1/attributions/${made.id}`)).version).toBe(3);
  });
});
