import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const WHY = { reason: 'Its source was not who it claimed to be.' };
const post = (report: { id: string }, action: string, body?: object, ifMatch = '*') =>
  room.request('POST', `/v1/reports/${report.id}/${action}`, body, { 'if-match': ifMatch });
const idsOf = (things: { id: string }[]) => things.map(({ id }) => id).sort();
const rowsOf = async (sql: string, ...values: unknown[]) => (await ledger.database.pool.query(sql, values)).rows;
const actionsOn = async (id: string) =>
  (await rowsOf('SELECT action FROM changes WHERE entity_id = $1 ORDER BY id', id)).map(({ action }) => action);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('retracting a report', () => {
  test('that we have not seen: if Bloomberg retracts its report, this falls', async () => {
    const bundle = JSON.parse(readFileSync(new URL('../../examples/s400.bundle.json', import.meta.url), 'utf8'));
    expect((await room.request('POST', '/v1/imports', bundle)).status).toBe(201);
    const { data } = await room.get('/v1/reports?outlet=bloomberg&status=cited_unseen');
    const [bloomberg] = data;
    const told = await room.act(`reports/${bloomberg.id}/retract?dryRun=true`, WHY);
    const flagged = (standing: string, ...flags: string[]) => ({
      standing,
      flags: [...flags, 'no_quote', 'unarchived'],
    });
    const before = {
      return: flagged('single_origin', 'anonymous_only'),
      refund: flagged('contested', 'anonymous_only'),
      'raised-with-putin': flagged('contested', 'anonymous_only'),
      'energy-discount': flagged('single_origin'),
      'closer-to-giving-up': flagged('single_origin'),
      'resolved-in-months': flagged('single_origin'),
      'sanctions-lifted': flagged('single_origin', 'anonymous_only'),
      'expelled-2019': flagged('single_origin'),
      'caatsa-2020': flagged('single_origin'),
    };
    const listed = told.claims.map((each: { claim: { slug: string }; before: object; after: object }) => [
      each.claim.slug,
      each,
    ]);
    expect(Object.fromEntries(listed)).toEqual(
      Object.fromEntries(
        Object.entries(before).map(([slug, was]) => [
          slug,
          {
            claim: { id: expect.any(String), slug },
            before: was,
            // The refund depends on the return, of which nothing is left.
            after: { standing: 'unattributed', flags: slug === 'refund' ? ['undermined'] : [] },
          },
        ]),
      ),
    );
    // Nine chains of three and three of two run through it: outlet ← Bloomberg ← source, outlet ← Bloomberg.
    expect(told.attributions).toHaveLength(9 * 3 + 3 * 2);

    expect(await room.act(`reports/${bloomberg.id}/retract`, WHY)).toEqual(told);
    const fallen = await room.get('/v1/claims?standing=unattributed');
    expect(idsOf(fallen.data)).toEqual(idsOf(told.claims.map(({ claim }: { claim: { id: string } }) => claim)));
    expect((await room.get('/v1/claims?deniedBy=kremlin')).data).toEqual([]);
    expect(await room.get('/v1/claims/us-pressure')).toMatchObject({ standing: 'single_origin' });

    const rose = await room.act(`reports/${bloomberg.id}/restore`);
    expect(idsOf(rose.attributions)).toEqual(idsOf(told.attributions));
    expect(await room.get('/v1/claims/refund')).toMatchObject(before.refund);
    expect(await room.get(`/v1/reports/${bloomberg.id}`)).toMatchObject({ status: 'cited_unseen', version: 3 });
  });

  test('keeps when, why and by whom; today in UTC unless a date is given', async () => {
    ledger.clock.now = new Date('2026-02-03T23:59:59.999Z');
    const report = await room.report({ published: '2025-12' });
    await room.act(`reports/${report.id}/retract`, WHY);
    expect(await room.get(`/v1/reports/${report.id}`)).toMatchObject({
      status: 'retracted',
      statusBefore: 'held',
      retractedOn: '2026-02-03',
      version: 2,
    });
    await room.act(`reports/${report.id}/restore`);
    await room.act(`reports/${report.id}/retract`, { reason: 'Again.', retractedOn: '2026-01~' });
    expect(await room.get(`/v1/reports/${report.id}`)).toMatchObject({ retractedOn: '2026-01~', version: 4 });
    const events = await rowsOf(
      `SELECT version, kind, reason, actor, happened, happened_from, happened_until FROM report_events
       WHERE report_id = $1 ORDER BY recorded_at`,
      report.id,
    );
    const range = (happened: string, from: string, until: string) => ({
      happened,
      happened_from: new Date(from),
      happened_until: new Date(until),
    });
    expect(events).toEqual([
      { version: 2, kind: 'retracted', ...WHY, actor: 'test', ...range('2026-02-03', '2026-02-03', '2026-02-04') },
      {
        version: 3,
        kind: 'restored',
        reason: null,
        actor: 'test',
        happened: null,
        happened_from: null,
        happened_until: null,
      },
      {
        version: 4,
        kind: 'retracted',
        reason: 'Again.',
        actor: 'test',
        ...range('2026-01~', '2026-01-01', '2026-02-01'),
      },
    ]);
    expect(await actionsOn(report.id)).toEqual(['created', 'retracted', 'restored', 'retracted']);
    const states = await rowsOf(
      'SELECT status, status_before, retracted_until FROM report_states WHERE report_id = $1 ORDER BY recorded_from',
      report.id,
    );
    expect(states).toEqual([
      { status: 'held', status_before: null, retracted_until: null },
      { status: 'retracted', status_before: 'held', retracted_until: new Date('2026-02-04') },
      { status: 'held', status_before: null, retracted_until: null },
      { status: 'retracted', status_before: 'held', retracted_until: new Date('2026-02-01') },
    ]);
  });

  test('before its publication is refused, also when its publication moves', async () => {
    const report = await room.report({ published: '2026-01-10' });
    const early = await post(report, 'retract', { ...WHY, retractedOn: '2026-01-09' });
    expect(early).toMatchObject({ status: 422, body: { type: '/problems/rule-broken' } });
    expect(early.body.detail).toContain('retractedOn');
    expect(await post(report, 'retract', { ...WHY, retractedOn: '2026-01' })).toMatchObject({ status: 200 });
    const moved = await room.request(
      'PATCH',
      `/v1/reports/${report.id}`,
      { published: '2026-02' },
      { 'if-match': '*' },
    );
    expect(moved.status).toBe(422);
    expect(await room.get(`/v1/reports/${report.id}`)).toMatchObject({ published: '2026-01-10', version: 2 });
  });

  test('tells all its claims, and of each only what changes', async () => {
    const report = await room.report();
    const claims = [await room.claim(), await room.claim(), await room.claim()];
    const made = [];
    for (const { id } of claims) made.push(await room.attribution({ claim: id, report: report.id }));
    await room.attribution({ claim: claims[1].id, stance: 'denies' });
    const twin = await room.attribution({ claim: claims[2].id, source: made[2].source.id });
    const relay = await room.attribution({ claim: claims[0].id, relays: made[0] });
    const told = await room.act(`reports/${report.id}/retract`, WHY);
    expect(idsOf(told.attributions)).toEqual(idsOf([...made, relay]));
    const standings = told.claims.map(({ claim, before, after }: Record<string, { id: string; standing: string }>) => [
      claim?.id,
      before?.standing,
      after?.standing,
    ]);
    expect(standings).toEqual([
      [claims[0].id, 'single_origin', 'unattributed'],
      [claims[1].id, 'contested', 'denied'],
    ]);
    expect(await room.get(`/v1/attributions/${twin.id}`)).toMatchObject({ live: true });
  });

  test('needs If-Match, a reason, a date, and a report that is not retracted', async () => {
    const report = await room.report();
    expect(await room.request('POST', `/v1/reports/${report.id}/retract`, WHY)).toMatchObject({ status: 428 });
    expect(await post(report, 'retract', WHY, '"2"')).toMatchObject({ status: 412, body: { version: 1 } });
    for (const [body, pointer] of [
      [{}, '/reason'],
      [{ reason: ' ' }, '/reason'],
      [{ ...WHY, retractedOn: 'yesterday' }, '/retractedOn'],
      [{ ...WHY, retractedOn: null }, '/retractedOn'],
      [{ ...WHY, status: 'retracted' }, '/status'],
    ] as const) {
      expect(await post(report, 'retract', body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    }
    expect(await post({ id: ledger.newId() }, 'retract', WHY)).toMatchObject({ status: 404 });
    expect(await post(report, 'restore')).toMatchObject({ status: 409 });
    expect(await post(report, 'retract', WHY, '"1"')).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(await post(report, 'retract', WHY)).toMatchObject({ status: 409 });
    expect(await post(report, 'restore', undefined, '"1"')).toMatchObject({ status: 412 });
    expect(await post(report, 'restore', WHY)).toMatchObject({ status: 400 });
  });

  test('gives back on restoring what it was: corrected', async () => {
    const report = await room.report();
    await room.act(`reports/${report.id}/correct`, { ...WHY, title: 'Another title' });
    await room.act(`reports/${report.id}/retract`, WHY);
    expect(await room.get(`/v1/reports/${report.id}`)).toMatchObject({
      status: 'retracted',
      statusBefore: 'corrected',
    });
    await room.act(`reports/${report.id}/restore`);
    expect(await room.get(`/v1/reports/${report.id}`)).toMatchObject({
      status: 'corrected',
      statusBefore: null,
      retractedOn: null,
      title: 'Another title',
    });
  });

  test('we may come to hold it later: it stays retracted, and is held when it is restored', async () => {
    const unseen = await room.report({ status: 'cited_unseen', title: null });
    const told = await room.attribution({ report: unseen.id });
    await room.act(`reports/${unseen.id}/retract`, WHY);
    const found = { status: 'held', title: 'Found', text: 'Words' };
    const patched = await room.request('PATCH', `/v1/reports/${unseen.id}`, found, { 'if-match': '*' });
    expect(patched.body).toMatchObject({ status: 'retracted', statusBefore: 'held', text: 'Words' });
    const states = await rowsOf(
      'SELECT status_before FROM report_states WHERE report_id = $1 ORDER BY recorded_from',
      unseen.id,
    );
    expect(states.map(({ status_before }) => status_before)).toEqual([null, 'cited_unseen', 'held']);
    expect((await room.get(`/v1/attributions/${told.id}`)).live).toBe(false);
    const rose = await room.act(`reports/${unseen.id}/restore`);
    expect(idsOf(rose.attributions)).toEqual([told.id]);
    expect(await room.get(`/v1/reports/${unseen.id}`)).toMatchObject({ status: 'held' });
  });

  test.each([
    ['*', 409],
    ['"1"', 412],
  ])('twice at once with If-Match %s happens once', async (ifMatch, refused) => {
    const report = await room.report();
    const answers = await Promise.all([1, 2].map(() => post(report, 'retract', WHY, ifMatch)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, refused]);
    expect(await rowsOf('SELECT id FROM report_events WHERE report_id = $1', report.id)).toHaveLength(1);
  });
});

describe('correcting a report', () => {
  test('makes a new revision with the hash of the new text, however often', async () => {
    const report = await room.report({ text: 'Old words', published: '2025-12' });
    const answer = await post(report, 'correct', { ...WHY, text: 'New words', title: 'New title' }, '"1"');
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { attributions: [], claims: [] } });
    expect(await room.get(`/v1/reports/${report.id}`)).toMatchObject({
      status: 'corrected',
      text: 'New words',
      textHash: sha256('New words'),
      title: 'New title',
      published: '2025-12',
      version: 2,
    });
    await room.act(`reports/${report.id}/correct`, {
      reason: 'Once more.',
      text: null,
      archiveUrl: 'https://a.example/2',
    });
    const revisions = await rowsOf(
      `SELECT before ->> 'textHash' AS before, after ->> 'textHash' AS after, after ->> 'status' AS status
       FROM revisions WHERE entity_id = $1 ORDER BY version`,
      report.id,
    );
    expect(revisions).toEqual([
      { before: sha256('Old words'), after: sha256('New words'), status: 'corrected' },
      { before: sha256('New words'), after: null, status: 'corrected' },
    ]);
    expect(await actionsOn(report.id)).toEqual(['created', 'corrected', 'corrected']);
    expect(
      await rowsOf('SELECT version, kind, reason FROM report_events WHERE report_id = $1 ORDER BY version', report.id),
    ).toEqual([
      { version: 2, kind: 'corrected', ...WHY },
      { version: 3, kind: 'corrected', reason: 'Once more.' },
    ]);
  });

  test('supersedes what it says otherwise now; what relays the old words falls', async () => {
    const report = await room.report();
    const claim = await room.claim();
    const old = await room.attribution({
      claim: claim.id,
      report: report.id,
      quote: 'We said so',
      certainty: 'certain',
      said: '2025-12-01',
    });
    const relay = await room.attribution({ claim: claim.id, relays: old });
    const told = await room.act(`reports/${report.id}/correct`, {
      ...WHY,
      supersedes: [{ attribution: old.id, by: { stance: 'denies', emphasis: 'strong', quote: 'We never said so' } }],
    });
    const now = told.attributions.find(({ live }: { live: boolean }) => live);
    expect(now).toMatchObject({
      claim: old.claim,
      source: old.source,
      report: { id: report.id, status: 'corrected' },
      stance: 'denies',
      emphasis: 'strong',
      certainty: 'unstated',
      said: null,
      quote: { exact: 'We never said so' },
    });
    expect(idsOf(told.attributions)).toEqual(idsOf([old, relay, now]));
    expect(told.claims).toMatchObject([
      { claim: { id: claim.id }, before: { standing: 'single_origin' }, after: { standing: 'denied' } },
    ]);
    expect(await room.get(`/v1/attributions/${old.id}`)).toMatchObject({
      live: false,
      version: 2,
      withdrawn: { kind: 'superseded', supersededBy: now.id, ...WHY, by: 'test' },
    });
    expect(await actionsOn(old.id)).toEqual(['created', 'superseded']);
    expect(await actionsOn(now.id)).toEqual(['created']);
    expect(await actionsOn(relay.id)).toEqual(['created']);
    const [times] = await rowsOf(
      `SELECT count(DISTINCT at)::integer AS times FROM changes WHERE action IN ('corrected', 'superseded')
       AND entity_id IN ($1, $2)`,
      report.id,
      old.id,
    );
    expect(times).toEqual({ times: 1 });
  });

  test('a relay that is named too passes on the new words, in whatever order they are named', async () => {
    const report = await room.report();
    const claim = await room.claim();
    const said = { claim: claim.id, report: report.id };
    const origin = await room.attribution(said);
    const middle = await room.attribution({ ...said, relays: origin });
    const front = await room.attribution({ ...said, relays: middle, source: report.outlet.id });
    const told = await room.act(`reports/${report.id}/correct`, {
      ...WHY,
      supersedes: [
        { attribution: front.id, by: { stance: 'reports' } },
        { attribution: origin.id, by: { stance: 'confirms' } },
        { attribution: middle.id, by: { stance: 'reports' } },
      ],
    });
    const standing = told.attributions.filter(({ live }: { live: boolean }) => live);
    expect(told.attributions).toHaveLength(6);
    const bySource = (source: { id: string }) =>
      standing.find((each: { source: { id: string } }) => each.source.id === source.id);
    expect(bySource(front.source).relays).toBe(bySource(middle.source).id);
    expect(bySource(middle.source).relays).toBe(bySource(origin.source).id);
    expect(bySource(origin.source)).toMatchObject({ stance: 'confirms', relays: null });
    expect(told.claims).toEqual([]);
  });

  test('withdraws what it no longer says, or gives it to whom it was said by', async () => {
    const report = await room.report();
    const [gone, wrong] = [
      await room.attribution({ report: report.id, stance: 'denies' }),
      await room.attribution({ report: report.id }),
    ];
    const [speaker, id] = [await room.source(), ledger.newId()];
    const told = await room.act(`reports/${report.id}/correct`, {
      ...WHY,
      supersedes: [
        { attribution: gone.id },
        { attribution: wrong.id, by: { id, source: speaker.slug, stance: 'asserts', speakingFor: 'self' } },
      ],
    });
    expect(idsOf(told.attributions)).toEqual(idsOf([gone, wrong, { id }]));
    expect(await room.get(`/v1/attributions/${gone.id}`)).toMatchObject({ withdrawn: { kind: 'withdrawn', ...WHY } });
    expect(await room.get(`/v1/attributions/${id}`)).toMatchObject({
      source: { id: speaker.id },
      claim: wrong.claim,
      speakingFor: 'self',
    });
  });

  test('needs a report that we hold, and something that is corrected', async () => {
    const report = await room.report({ text: 'The same' });
    const title = { ...WHY, title: 'New' };
    for (const body of [WHY, { ...WHY, supersedes: [] }, { ...WHY, text: 'The same', title: report.title }]) {
      expect(await post(report, 'correct', body)).toMatchObject({ status: 422 });
    }
    expect(await post(report, 'correct', { title: 'New' })).toMatchObject({ status: 400 });
    expect(await post(report, 'correct', { ...title, url: 'https://example.com' })).toMatchObject({ status: 400 });
    expect(await post(report, 'correct', { ...WHY, title: null })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/title' }] },
    });
    expect(await post(report, 'correct', title, '"5"')).toMatchObject({ status: 412 });
    expect(await room.request('POST', `/v1/reports/${report.id}/correct`, title)).toMatchObject({ status: 428 });
    expect(await room.get(`/v1/reports/${report.id}`)).toEqual(report);
    const unseen = await room.report({ status: 'cited_unseen' });
    expect(await post(unseen, 'correct', title)).toMatchObject({ status: 409 });
    await room.act(`reports/${report.id}/retract`, WHY);
    const refused = await post(report, 'correct', title);
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('restore it first')]);
  });

  test('says at which place a supersession is wrong, and then nothing is corrected', async () => {
    const report = await room.report();
    const own = await room.attribution({ report: report.id });
    const relay = await room.attribution({ report: report.id, claim: own.claim.id, relays: own });
    const gone = await room.attribution({ report: report.id });
    const elsewhere = await room.attribution({});
    await room.withdraw(gone);
    const before = await traces(ledger.database);
    const stance = 'asserts';
    const wrong: [object[], number, string[]][] = [
      [[{ attribution: elsewhere.id }], 422, ['/supersedes/0/attribution']],
      [
        [{ attribution: own.id }, { attribution: gone.id }, { attribution: own.id }, { attribution: ledger.newId() }],
        422,
        ['/supersedes/1/attribution', '/supersedes/2/attribution', '/supersedes/3/attribution'],
      ],
      [[{ attribution: own.id, by: { stance, source: 'nobody' } }], 422, ['/supersedes/0/by/source']],
      [[{ attribution: own.id, by: { stance, speakingFor: 'nobody' } }], 422, ['/supersedes/0/by/speakingFor']],
      [[{ attribution: own.id }, { attribution: relay.id, by: { stance } }], 422, ['/supersedes/1/by/stance']],
      [[{ attribution: own.id, by: { stance: 'reports', relays: elsewhere.id } }], 422, ['/supersedes/0/by/relays']],
      [[{ attribution: own.id, by: { stance, id: gone.id } }], 409, ['/supersedes/0/by/id']],
      [[{ attribution: own.id, by: { id: ledger.newId() } }], 400, ['/supersedes/0/by/stance']],
      [[{ attribution: own.id, by: { stance, claim: own.claim.id } }], 400, ['/supersedes/0/by/claim']],
      [[{ attribution: own.id, by: { stance, said: 'once' } }], 400, ['/supersedes/0/by/said']],
    ];
    for (const [supersedes, status, pointers] of wrong) {
      const answer = await post(report, 'correct', { ...WHY, title: 'New', supersedes });
      expect([answer.status, answer.body.errors?.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
        status,
        pointers,
      ]);
    }
    expect(await traces(ledger.database)).toEqual(before);
  });

  test('two that relay each other are refused', async () => {
    const report = await room.report();
    const one = await room.attribution({ report: report.id });
    const other = await room.attribution({ report: report.id, claim: one.claim.id });
    const [first, second] = [ledger.newId(), ledger.newId()];
    const answer = await post(report, 'correct', {
      ...WHY,
      supersedes: [
        { attribution: one.id, by: { id: first, stance: 'reports', relays: second } },
        { attribution: other.id, by: { id: second, stance: 'reports', relays: first } },
      ],
    });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/supersedes/0/by/relays' }] } });
  });

  test('takes the place of what was said by a source that is merged, in the name of the one that stands', async () => {
    const report = await room.report();
    const old = await room.attribution({ report: report.id });
    const stands = await room.source();
    await rowsOf(
      "INSERT INTO merges (id, kind, from_id, into_id, reason, actor) VALUES ($1, 'source', $2, $3, 'The same.', 'test')",
      ledger.newId(),
      old.source.id,
      stands.id,
    );
    const supersedes = [{ attribution: old.id, by: { stance: 'doubts' } }];
    const told = await room.act(`reports/${report.id}/correct`, { ...WHY, supersedes });
    expect(told.attributions.find(({ live }: { live: boolean }) => live)).toMatchObject({ source: { id: stands.id } });
  });
});

describe('a dry run', () => {
  test('of each action tells what the action then tells, and leaves no trace', async () => {
    const report = await room.report();
    const own = await room.attribution({ report: report.id, stance: 'denies' });
    const relay = await room.attribution({ claim: own.claim.id, relays: own });
    const [first, second] = [ledger.newId(), ledger.newId()];
    const correction = (attribution: string, id: string, stance: string) => ({
      ...WHY,
      text: `The words of ${stance}`,
      supersedes: [{ attribution, by: { id, stance } }],
    });
    const timeless = (told: object) =>
      JSON.parse(JSON.stringify(told).replace(/"(at|recordedAt)":"[^"]*"/g, '"$1":null'));
    for (const [action, body, falls] of [
      ['retract', WHY, [own.id, relay.id]],
      ['restore', undefined, [own.id, relay.id]],
      ['correct', correction(own.id, first, 'doubts'), [own.id, relay.id, first]],
      ['correct', correction(first, second, 'asserts'), [first, second]],
    ] as const) {
      const before = await traces(ledger.database);
      const tried = await post(report, `${action}?dryRun=true`, body);
      expect(await traces(ledger.database)).toEqual(before);
      expect([tried.status, tried.headers.etag]).toEqual([200, undefined]);
      expect(idsOf(tried.body.attributions)).toEqual([...falls].sort());
      expect(timeless(await room.act(`reports/${report.id}/${action}`, body))).toEqual(timeless(tried.body));
    }
  });

  test('is refused as the action is', async () => {
    const report = await room.report();
    expect(await post(report, 'retract?dryRun=true', WHY, '"9"')).toMatchObject({ status: 412 });
    expect(await post(report, 'restore?dryRun=true')).toMatchObject({ status: 409 });
    expect(await post(report, 'correct?dryRun=true', WHY)).toMatchObject({ status: 422 });
    expect(await post(report, 'retract?dryRun=1', WHY)).toMatchObject({ status: 400 });
  });
});

describe('a report that was corrected by hand is imported again', () => {
  test('an earlier version changes nothing, a later one supersedes what it changes', async () => {
    const outlet = await room.outlet();
    const claim = await room.claim();
    const speaker = await room.source();
    const url = `https://example.com/${claim.slug}`;
    const bundle = (stance: string, title: string) => ({
      report: { url, title, outlet: outlet.slug, text: `${title} in full`, retrievedAt: '2026-01-05T10:00:00+01:00' },
      attributions: [
        { claim: claim.slug, source: speaker.slug, stance },
        { claim: claim.slug, source: outlet.slug, stance },
      ],
    });
    const importing = async (stance: string, title: string) => {
      const answer = await room.request('POST', '/v1/imports', bundle(stance, title));
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      return answer.body.counts;
    };
    await importing('asserts', 'First');
    const { data } = await room.get(`/v1/reports?url=${encodeURIComponent(url)}`);
    const own = await room.get(`/v1/reports/${data[0].id}/attributions?live=true`);
    const from = (source: { id: string }, stance: string) =>
      own.data.find(
        (each: { source: { id: string }; stance: string }) => each.source.id === source.id && each.stance === stance,
      );
    await room.act(`reports/${data[0].id}/correct`, {
      ...WHY,
      title: 'Second',
      text: 'Second in full',
      retrievedAt: '2026-01-08T09:00:00Z',
      supersedes: [
        { attribution: from(speaker, 'asserts').id, by: { stance: 'denies' } },
        { attribution: from(outlet, 'reports').id, by: { stance: 'reports' } },
        { attribution: from(outlet, 'asserts').id },
      ],
    });
    const corrected = await room.get(`/v1/reports/${data[0].id}`);
    const before = await traces(ledger.database);

    const again = await importing('asserts', 'First');
    expect(again).toMatchObject({ created: 0, updated: 0, failed: 0 });
    expect(await traces(ledger.database)).toEqual({ ...before, idempotency_records: before.idempotency_records });
    expect(await room.get(`/v1/reports/${data[0].id}`)).toEqual(corrected);
    expect(await room.get(`/v1/claims/${claim.id}`)).toMatchObject({ standing: 'denied' });

    expect(await importing('doubts', 'Third')).toMatchObject({ failed: 0 });
    expect(await room.get(`/v1/reports/${data[0].id}`)).toMatchObject({ title: 'Third', status: 'corrected' });
    const standing = await room.get(`/v1/claims/${claim.id}/attributions?live=true`);
    expect(standing.data.map(({ stance }: { stance: string }) => stance).sort()).toEqual(['doubts', 'reports']);
    expect(await importing('asserts', 'First')).toMatchObject({ failed: 0 });
  });

  test('what took the place of the old and was withdrawn stays withdrawn', async () => {
    const outlet = await room.outlet();
    const claim = await room.claim();
    const bundle = (stance: string) => ({
      report: { title: `Title ${claim.slug}`, outlet: outlet.slug },
      attributions: [{ claim: claim.slug, source: outlet.slug, stance }],
    });
    await room.request('POST', '/v1/imports', bundle('asserts'));
    const [old] = (await room.get(`/v1/claims/${claim.id}/attributions`)).data;
    const supersedes = [{ attribution: old.id, by: { stance: 'denies' } }];
    const { attributions } = await room.act(`reports/${old.report.id}/correct`, { ...WHY, supersedes });
    await room.withdraw(attributions.find(({ live }: { live: boolean }) => live));
    for (const stance of ['asserts', 'denies']) {
      const answer = await room.request('POST', '/v1/imports', bundle(stance));
      expect(answer.body.counts).toMatchObject({ created: 0, updated: 0, failed: 0 });
      expect(await room.get(`/v1/claims/${claim.id}`)).toMatchObject({ standing: 'unattributed' });
    }
  });
});
