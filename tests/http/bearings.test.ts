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

type Thing = { id: string; slug: string };

const relate = async (from: Thing, type: string, to: Thing) => {
  const answer = await room.request('POST', `/v1/claims/${from.id}/relations`, {
    type,
    to: to.id,
    status: 'confirmed',
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
};
/** `slug: flags before → flags after`, for each claim that stands otherwise. */
const turns = (answer: { claims: { claim: Thing; before: { flags: string[] }; after: { flags: string[] } }[] }) =>
  answer.claims.map(({ claim, before, after }) => `${claim.slug}: ${before.flags} → ${after.flags}`).sort();

describe('what falls with an action', () => {
  test('names the claims that are undermined by it, and those that are contradicted no longer', async () => {
    const [ground, built, rival] = [await room.claim(), await room.claim(), await room.claim()];
    const said = await room.attribution({ claim: ground.id });
    await relate(built, 'depends_on', ground);
    await relate(ground, 'contradicts', rival);
    const { report } = said;
    const retracted = await room.act(`reports/${report.id}/retract?dryRun=true`, { reason: 'What if?' });
    const expected = [
      `${built.slug}:  → undermined`,
      `${ground.slug}: no_quote,unarchived → `,
      `${rival.slug}: contradicted → `,
    ].sort();
    expect(turns(retracted)).toEqual(expected);
    expect(turns(await room.act(`reports/${report.id}/retract`, { reason: 'It was made up.' }))).toEqual(expected);
  });

  test('what we withdraw ourselves undermines nobody: it was never retracted', async () => {
    const [ground, built] = [await room.claim(), await room.claim()];
    const said = await room.attribution({ claim: ground.id });
    await relate(built, 'depends_on', ground);
    expect(turns(await room.withdraw(said))).toEqual([`${ground.slug}: no_quote,unarchived → `]);
  });

  test('a merge of sources names the claims about one of them, of which the other has spoken', async () => {
    const [silent, speaker] = [await room.source(), await room.source()];
    const claim = await room.claim({ about: [silent.id] });
    await room.attribution({ claim: claim.id, source: speaker.id });
    const merged = await room.act(`sources/${silent.id}/merge`, { into: speaker.id, reason: 'The same person.' });
    expect(turns(merged)).toEqual([`${claim.slug}: uncontacted,no_quote,unarchived → no_quote,unarchived`]);
    const taken = await room.act(`sources/${silent.id}/unmerge`, {});
    expect(turns(taken)).toEqual([`${claim.slug}: no_quote,unarchived → uncontacted,no_quote,unarchived`]);
  });

  test('a merge of claims moves what they bear on, and taken apart it moves back', async () => {
    const [ground, twin, built] = [await room.claim(), await room.claim(), await room.claim()];
    await room.attribution({ claim: twin.id, stance: 'denies' });
    await relate(built, 'depends_on', ground);
    const merged = await room.act(`claims/${ground.id}/merge`, { into: twin.id, reason: 'One claim.' });
    expect(turns(merged)).toContain(`${built.slug}:  → undermined`);
    const taken = await room.act(`claims/${ground.id}/unmerge`, {});
    expect(turns(taken)).toContain(`${built.slug}: undermined → `);
  });
});

test('a report has the outlet of the time at every time, though its outlet was merged while it was corrected', async () => {
  const [first, second] = [await room.outlet(), await room.outlet()];
  const report = await room.report({ outlet: first.id });
  await room.act(`sources/${first.id}/merge`, { into: second.id, reason: 'One paper.' });
  await room.act(`reports/${report.id}/correct`, { reason: 'A typing error.', title: 'Corrected' });
  await room.act(`sources/${first.id}/unmerge`, {});
  const { rows } = await ledger.database.pool.query<{ at: string }>(
    'SELECT to_rfc3339_exact(at) AS at FROM changes ORDER BY id DESC LIMIT 1',
  );
  const then = `/v1/reports/${report.id}?knownAt=${rows[0]?.at}`;
  const answered = await room.get(then);
  expect(answered.outlet.id).toBe(first.id);
  await room.act(`reports/${report.id}/correct`, { reason: 'Another.', title: 'Corrected again' });
  expect(await room.get(then)).toEqual(answered);
});
