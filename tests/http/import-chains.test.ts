import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chainsOf, type Importer, importer } from '../factories/imports.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Importer;

beforeAll(async () => {
  ledger = await openLedger();
  room = await importer(ledger);
  const outlets = ['one', 'two', 'wire', 'agency'].map((slug) => ({ slug, name: slug, kind: 'outlet' }));
  const sources = ['kremlin', 'spokesman'].map((slug) => ({ slug, name: slug, kind: 'government' }));
  await room.rows({ report: { title: 'Sources', outlet: 'one' }, sources: [...outlets, ...sources] });
});
afterAll(() => ledger.close());

let number = 0;
let claim: string;
beforeEach(async () => {
  number += 1;
  claim = `claim-${number}`;
  const claims = [{ slug: claim, text: claim, kind: 'fact' }];
  await room.rows({ report: { title: 'Claims', outlet: 'one' }, claims });
});

type Said = Record<string, unknown>;
/** A report of an outlet with what it says of the test's claim. */
const report = (outlet: string, ...said: Said[]) => ({
  report: { url: `https://${outlet}.example/${number}`, title: 'A report', outlet, published: '2025-12' },
  attributions: said.map((each) => ({ claim, stance: 'denies', ...each })),
});
const kremlin = (more: Said = {}) => ({ source: 'kremlin', via: ['wire'], ...more });
const standing = async () => {
  const { standing, counts } = await room.get(`/v1/claims/${claim}`);
  return { standing, for: counts.for, against: counts.against };
};
const outcomes = (rows: readonly { type: string; outcome: string }[]) =>
  rows.filter(({ type }) => type !== 'report').map(({ type, outcome }) => `${type} ${outcome}`);
const attributionOf = async (query: string) =>
  (await room.get(`/v1/claims/${claim}/attributions?limit=100`)).data.find(
    ({ source, withdrawn }: { source: { slug: string }; withdrawn: unknown }) =>
      source.slug === query && withdrawn === null,
  );
const withdraw = async (id: string) => {
  const authorization = `Bearer ${await ledger.key('write')}`;
  const headers = { authorization, 'if-match': '*' };
  const url = `/v1/attributions/${id}/withdraw`;
  const answer = await ledger.http.post(url).set(headers).send({ reason: 'Misheard.' });
  expect(answer.status).toBe(200);
};
/** Everything is in order: nothing that is relayed was superseded, and what stands is held up. */
const checkNothingDead = async () => {
  expect((await chainsOf(room, claim)).filter((chain) => chain.endsWith('(dead)'))).toEqual([]);
};

describe('where each link lies', () => {
  test.each([
    ['the outlet itself', { source: 'one' }, ['one@one denies']],
    ['a source without via', { source: 'kremlin' }, ['one@one ← kremlin@one denies']],
    ['another outlet', { source: 'wire' }, ['one@one ← wire@wire? denies']],
    ['through an outlet', kremlin(), ['one@one ← wire@wire? ← kremlin@wire? denies']],
    [
      'through two outlets',
      { source: 'kremlin', via: ['agency', 'wire'] },
      ['one@one ← agency@agency? ← wire@wire? ← kremlin@wire? denies'],
    ],
    [
      'through somebody who is no outlet',
      { source: 'kremlin', via: ['spokesman', 'wire', 'two'] },
      ['one@one ← spokesman@one ← wire@wire? ← two@two? ← kremlin@two? denies'],
    ],
    [
      'somebody behind an outlet',
      { source: 'kremlin', via: ['wire', 'spokesman'] },
      ['one@one ← wire@wire? ← spokesman@wire? ← kremlin@wire? denies'],
    ],
  ])('%s', async (_what, said, chains) => {
    await room.rows(report('one', said));
    expect(await chainsOf(room, claim)).toEqual(chains);
    expect(outcomes(await room.rows(report('one', said))).every((each) => each.endsWith('unchanged'))).toBe(true);
  });

  test('there is one unseen report for each outlet cited, with the date of the report that cites it', async () => {
    await room.rows(report('one', kremlin(), { source: 'wire', stance: 'asserts' }, kremlin({ stance: 'doubts' })));
    const unseen = await room.sql(
      `SELECT r.status, r.published, held.url FROM reports r JOIN reports held ON held.id = r.cited_in_id WHERE held.url = $1`,
      `https://one.example/${number}`,
    );
    expect(unseen).toEqual([{ status: 'cited_unseen', published: '2025-12', url: `https://one.example/${number}` }]);
    const moved = { ...report('one'), report: { ...report('one').report, published: '2025-12-11' } };
    expect(await room.rows(moved)).toMatchObject([
      { pointer: '/report', outcome: 'updated' },
      { pointer: '/report/published', outcome: 'updated' },
    ]);
    expect((await attributionOf('kremlin')).report.published).toBe('2025-12-11');
  });
});

describe('a link that is there already', () => {
  test('is relayed by the next outlet: the origin stays one', async () => {
    await room.rows(report('one', kremlin()));
    const rows = await room.rows(report('two', kremlin()));
    expect(outcomes(rows)).toEqual(['attribution unchanged', 'relay unchanged', 'relay created']);
    expect(await chainsOf(room, claim)).toEqual([
      'one@one ← wire@wire? ← kremlin@wire? denies',
      'two@two ← wire@wire? ← kremlin@wire? denies',
    ]);
    expect(await standing()).toMatchObject({ against: { positions: 1, origins: 1 } });
    expect((await room.get(`/v1/claims/${claim}`)).counts.attributions).toBe(4);
  });

  test('is taken from the report of that outlet that we hold', async () => {
    await room.rows(report('wire', { source: 'kremlin' }));
    await room.rows(report('one', kremlin()));
    expect(await chainsOf(room, claim)).toEqual(['one@one ← wire@wire ← kremlin@wire denies']);
  });

  test('is not taken where it says otherwise, or was withdrawn', async () => {
    await room.rows(report('one', kremlin()));
    await room.rows(report('two', kremlin({ emphasis: 'strong' })));
    await withdraw((await attributionOf('one')).relays);
    const rows = await room.rows(report('agency', kremlin()));
    expect(outcomes(rows)).toEqual(['attribution created', 'relay created', 'relay created']);
  });

  test('in the same bundle is taken as well', async () => {
    const rows = await room.rows(report('one', kremlin(), { source: 'kremlin', via: ['agency', 'wire'] }));
    expect(outcomes(rows).slice(3)).toEqual([
      'attribution unchanged',
      'relay unchanged',
      'relay created',
      'relay created',
    ]);
  });
});

describe('a row that says otherwise than before', () => {
  test.each([
    ['stance', { stance: 'asserts' }],
    ['certainty', { certainty: 'probable' }],
    ['emphasis', { emphasis: 'strong' }],
    ['date', { said: '2025-12-10' }],
    ['quote', { quote: 'No such thing.' }],
    ['whom it speaks for', { speakingFor: 'self' }],
  ])('supersedes the chain: %s', async (_what, change) => {
    await room.rows(report('one', kremlin()));
    const rows = await room.rows(report('one', kremlin(change)));
    expect(outcomes(rows)).toEqual(['attribution updated', 'relay updated', 'relay updated']);
    const closed = await room.sql(
      `SELECT count(*)::integer AS count FROM withdrawals w JOIN claims c ON c.id = w.claim_id
       WHERE c.slug = $1 AND w.kind = 'superseded' AND w.recorded_until IS NULL`,
      claim,
    );
    expect(closed).toEqual([{ count: 3 }]);
    expect(await chainsOf(room, claim)).toHaveLength(1);
    const { counts } = await room.get(`/v1/claims/${claim}`);
    expect([counts.attributions, counts.for.positions + counts.against.positions]).toEqual([3, 1]);
    const before = await room.changes();
    expect(outcomes(await room.rows(report('one', kremlin(change))))).toEqual([
      'attribution unchanged',
      'relay unchanged',
      'relay unchanged',
    ]);
    expect(await room.changes()).toBe(before);
  });

  test('leaves what another report rests on: its word is not changed', async () => {
    await room.rows(report('one', kremlin()));
    await room.rows(report('two', kremlin()));
    await room.rows(report('one', kremlin({ stance: 'doubts' })));
    expect(await chainsOf(room, claim)).toEqual([
      'one@one ← wire@wire? ← kremlin@wire? doubts',
      'two@two ← wire@wire? ← kremlin@wire? denies',
    ]);
    await checkNothingDead();
    // When the other says the same, nothing rests on the old chain any more.
    await room.rows(report('two', kremlin({ stance: 'doubts' })));
    expect(await chainsOf(room, claim)).toEqual([
      'one@one ← wire@wire? ← kremlin@wire? doubts',
      'two@two ← wire@wire? ← kremlin@wire? doubts',
    ]);
    expect((await room.get(`/v1/claims/${claim}`)).counts.attributions).toBe(4);
    expect(await standing()).toMatchObject({ standing: 'doubted', against: { positions: 1, origins: 1 } });
  });

  test('leaves the own report of the outlet that it no longer relays', async () => {
    await room.rows(report('wire', { source: 'kremlin' }));
    await room.rows(report('one', kremlin()));
    await room.rows(report('one', kremlin({ stance: 'doubts' })));
    expect(await chainsOf(room, claim)).toEqual([
      'one@one ← wire@wire? ← kremlin@wire? doubts',
      'wire@wire ← kremlin@wire denies',
    ]);
  });

  test('keeps its own link where another report relays it, and finds it again', async () => {
    await room.rows(report('wire', { source: 'kremlin' }));
    await room.rows(report('one', kremlin()));
    await room.rows(report('wire', { source: 'kremlin', stance: 'doubts' }));
    expect(await chainsOf(room, claim)).toEqual([
      'one@one ← wire@wire ← kremlin@wire denies',
      'wire@wire ← kremlin@wire doubts',
    ]);
    expect(outcomes(await room.rows(report('one', kremlin())))).not.toContain('relay created');
    await room.rows(report('wire', { source: 'kremlin' }));
    expect(await chainsOf(room, claim)).toEqual(['one@one ← wire@wire ← kremlin@wire denies']);
  });

  test('rows of one source are told apart by their order', async () => {
    const rows = [kremlin(), kremlin({ said: '2025-11' }), kremlin({ said: '2025-10' })];
    await room.rows(report('one', ...rows));
    expect(outcomes(await room.rows(report('one', ...rows))).every((each) => each.endsWith('unchanged'))).toBe(true);
    const changed = await room.rows(report('one', rows[0] as Said, kremlin({ said: '2025-11-03' }), rows[2] as Said));
    expect(outcomes(changed).filter((each) => each.startsWith('attribution'))).toEqual([
      'attribution unchanged',
      'attribution updated',
      'attribution unchanged',
    ]);
    const turned = await room.rows(report('one', ...rows.toReversed()));
    expect(outcomes(turned)).toContain('attribution updated');
    expect(await chainsOf(room, claim)).toHaveLength(3);
    await checkNothingDead();
  });

  test('a bundle whose report has another outlet moves its chains to it', async () => {
    await room.rows(report('one', kremlin()));
    const moved = { ...report('one', kremlin()), report: { ...report('one').report, outlet: 'two' } };
    await room.rows(moved);
    expect(await chainsOf(room, claim)).toEqual(['two@two ← wire@wire? ← kremlin@wire? denies']);
    expect(outcomes(await room.rows(moved)).every((each) => each.endsWith('unchanged'))).toBe(true);
  });

  test('an id of its own choice is kept by the first, and no obstacle to the next', async () => {
    const id = ledger.newId();
    await room.rows(report('one', kremlin({ id })));
    expect((await attributionOf('kremlin')).id).toBe(id);
    await room.rows(report('one', kremlin({ id, stance: 'doubts' })));
    expect((await attributionOf('kremlin')).id).not.toBe(id);
    expect(outcomes(await room.rows(report('one', kremlin({ id, stance: 'doubts' }))))).toEqual([
      'attribution unchanged',
      'relay unchanged',
      'relay unchanged',
    ]);
  });
});

describe('what stays', () => {
  test('what is absent from a later version', async () => {
    await room.rows(report('one', kremlin(), { source: 'one', stance: 'asserts' }));
    await room.rows(report('one', kremlin()));
    expect(await chainsOf(room, claim)).toHaveLength(2);
  });

  test.each(['one', 'wire', 'kremlin'])(
    'what was withdrawn by hand stays withdrawn: the link of %s',
    async (source) => {
      await room.rows(report('one', kremlin()));
      await withdraw((await attributionOf(source)).id);
      const before = await room.changes();
      for (const said of [kremlin(), kremlin({ stance: 'asserts' })]) {
        const rows = await room.rows(report('one', said));
        expect(outcomes(rows)).toEqual(['attribution unchanged', 'relay unchanged', 'relay unchanged']);
        expect(rows.find(({ type }) => type === 'attribution')?.detail).toContain('withdrawn');
      }
      expect(await room.changes()).toBe(before);
      expect((await standing()).standing).toBe('unattributed');
    },
  );
});

describe('somebody who comes twice in a chain', () => {
  const unchanged = async (bundle: object) =>
    expect(outcomes(await room.rows(bundle)).filter((each) => !each.endsWith('unchanged'))).toEqual([]);

  test.each([
    [
      'an outlet cited by one that it cites',
      { source: 'kremlin', via: ['wire', 'agency', 'wire'] },
      'one@one ← wire@wire? ← agency@agency? ← wire@wire? ← kremlin@wire? denies',
    ],
    [
      'an outlet as its own source',
      { source: 'wire', via: ['wire', 'agency'] },
      'one@one ← wire@wire? ← agency@agency? ← wire@wire? denies',
    ],
    ['the outlet of the report', { source: 'one', via: ['wire'] }, 'one@one ← wire@wire? ← one@one? denies'],
    [
      'somebody who is no outlet',
      { source: 'spokesman', via: ['spokesman', 'wire'] },
      'one@one ← spokesman@one ← wire@wire? ← spokesman@wire? denies',
    ],
  ])('is taken where they are two attributions: %s', async (_what, said, chain) => {
    await room.rows(report('one', said));
    expect(await chainsOf(room, claim)).toEqual([chain]);
    await checkNothingDead();
    expect(await standing()).toMatchObject({ standing: 'denied', against: { positions: 1, origins: 1 } });
    await unchanged(report('one', said));
  });

  test('what an outlet says in a report is not what another passes on to that report', async () => {
    const own = { source: 'one' };
    await room.rows(report('one', own));
    await room.rows(report('one', own, { source: 'one', via: ['wire'] }));
    expect(await chainsOf(room, claim)).toEqual(['one@one denies', 'one@one ← wire@wire? ← one@one? denies']);
    await unchanged(report('one', own, { source: 'one', via: ['wire'] }));
  });

  test('what an outlet said in an earlier report may come back to it', async () => {
    const earlier = report('one', { source: 'one' });
    await room.rows({ ...earlier, report: { ...earlier.report, url: `https://one.example/${number}/earlier` } });
    await room.rows(report('one', { source: 'one', via: ['wire'] }));
    expect(await chainsOf(room, claim)).toEqual(['one@one ← wire@wire? ← one@one denies']);
  });

  test.each([
    ['the outlet of the report again', ['one'], '/via/0', 'one ← one', 'out of `via`'],
    ['the outlet of the report again, and then others', ['one', 'wire'], '/via/0', 'one ← one', 'out of `via`'],
    ['the source itself', ['two', 'kremlin'], '/source', 'one ← two ← kremlin ← kremlin', 'Name it once'],
    ['another outlet', ['wire', 'wire'], '/via/1', 'one ← wire ← wire', 'Name it once'],
  ])('is refused where it is one attribution, and told what to do: %s', async (_what, via, place, chain, advice) => {
    const { status, body } = await room.post(report('one', { source: 'kremlin', via }));
    expect([status, body.errors]).toEqual([
      422,
      [{ pointer: `/attributions/0${place}`, detail: expect.stringMatching(/comes twice in this chain/) }],
    ]);
    expect(body.errors[0].detail).toContain(`${chain}.`);
    expect(body.errors[0].detail).toContain(advice);
  });

  test('is refused with every place where the outlet is said to pass on what it says itself', async () => {
    const { body } = await room.post(report('one', { source: 'one', via: ['one'] }));
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/attributions/0/via/0',
      '/attributions/0/source',
    ]);
  });
});

test('the longest chain has 32 hops', async () => {
  const via = Array.from({ length: 31 }, (_, index) => `hop-${index}`);
  const sources = via.map((slug) => ({ slug, name: slug, kind: 'outlet' }));
  await room.rows({ ...report('one', { source: 'kremlin', via }), sources });
  expect((await room.get(`/v1/claims/${claim}`)).counts).toMatchObject({ relays: 32, attributions: 33 });
});

describe('a later version of a report', () => {
  const denial = { source: 'kremlin', stance: 'denies', quote: 'No.' };
  const assertion = { source: 'kremlin', stance: 'asserts', quote: 'Yes.', said: '2026-01-12' };
  const doubt = { source: 'kremlin', stance: 'doubts', quote: 'Hardly.', said: '2025-01-01' };
  const said = async () =>
    (await room.get(`/v1/claims/${claim}/attributions?live=true&limit=100`)).data
      .filter(({ source }: { source: { slug: string } }) => source.slug === 'kremlin')
      .map(({ stance }: { stance: string }) => stance)
      .sort();
  const withdrawThe = async (stance: string) => {
    const { data } = await room.get(`/v1/claims/${claim}/attributions?stance=${stance}`);
    await withdraw(data[0].id);
  };

  test('that gained a row in front neither revives what was withdrawn nor loses what stands', async () => {
    await room.rows(report('one', denial, assertion));
    await withdrawThe('asserts');
    await room.rows(report('one', doubt, denial, assertion));
    expect(await said()).toEqual(['denies', 'doubts']);
    expect(await standing()).toMatchObject({ standing: 'denied' });
  });

  test('whose rows are in another order is unchanged, withdrawn ones included', async () => {
    await room.rows(report('one', denial, assertion));
    await withdrawThe('denies');
    const rows = await room.rows(report('one', assertion, denial));
    expect(new Set(rows.map(({ outcome }: { outcome: string }) => outcome))).toEqual(new Set(['unchanged']));
    expect(await said()).toEqual(['asserts']);
    expect(await standing()).toMatchObject({ standing: 'single_origin' });
  });

  test('that dropped its first row keeps both, and neither stands twice', async () => {
    await room.rows(report('one', denial, assertion));
    await room.rows(report('one', assertion));
    expect(await said()).toEqual(['asserts', 'denies']);
  });
});

test('an outlet that passes on a denial and asserts the claim all the same contests it on its own word', async () => {
  await room.rows(report('one', { source: 'one', stance: 'asserts' }, { source: 'kremlin', stance: 'denies' }));
  expect(await standing()).toMatchObject({ standing: 'contested', for: { origins: 1 }, against: { origins: 1 } });
});

test('a report in which its outlet speaks in its own voice is not given to another outlet', async () => {
  await room.rows(report('one', { source: 'one', stance: 'asserts' }));
  const moved = { ...report('one', { source: 'two', stance: 'asserts' }) };
  const authorization = `Bearer ${await ledger.key('write')}`;
  const payload = { ...moved, report: { ...moved.report, outlet: 'two' } };
  const answer = await ledger.http.post('/v1/imports').set({ authorization }).send(payload);
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ pointer: '/report/outlet' }]);
  expect(await standing()).toMatchObject({ standing: 'single_origin' });
});
