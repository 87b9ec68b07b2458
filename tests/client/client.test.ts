import { createParser } from 'eventsource-parser';
import createClient, { type Client } from 'openapi-fetch';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { openLedger, type TestLedger } from '../harness.ts';
import type { components, paths } from './openapi.ts';

let ledger: TestLedger;
let api: Client<paths>;

beforeAll(async () => {
  ledger = await openLedger();
  api = createClient<paths>({ baseUrl: ledger.url, headers: { authorization: `Bearer ${await ledger.key('write')}` } });
});

afterAll(() => ledger.close());

/** The body of an answer that must be a success. */
function success<Body>({ data, error }: { data?: Body | undefined; error?: unknown }): Body {
  expect(error).toBeUndefined();
  if (data === undefined) throw new Error('the answer has no body');
  return data;
}

describe('a client made from openapi.json', () => {
  test('records who said what, and reads it again', async () => {
    const outlet = success(await api.POST('/v1/sources', { body: { name: 'Bloomberg', kind: 'outlet' } }));
    const kremlin = success(await api.POST('/v1/sources', { body: { name: 'Kremlin', kind: 'government' } }));
    const report = success(
      await api.POST('/v1/reports', { body: { title: 'Ankara asks', outlet: outlet.slug, published: '2025-12' } }),
    );
    const claim = success(
      await api.POST('/v1/claims', {
        body: { text: 'Ankara asked for its money', kind: 'fact', about: [kremlin.id] },
        params: { header: { 'Idempotency-Key': 'a-claim-of-its-own' } },
      }),
    );
    const attribution = success(
      await api.POST('/v1/attributions', {
        body: { claim: claim.slug, source: kremlin.slug, report: report.id, stance: 'denies', emphasis: 'strong' },
      }),
    );
    expect(attribution).toMatchObject({ stance: 'denies', emphasis: 'strong', certainty: 'unstated', live: true });

    const read = success(await api.GET('/v1/claims/{claim}', { params: { path: { claim: claim.slug } } }));
    const standing: components['schemas']['Claim']['standing'] = read.standing;
    expect(standing).toBe('denied');
    expect(read.counts.against).toEqual({ positions: 1, origins: 1 });
    const denied = success(await api.GET('/v1/claims', { params: { query: { deniedBy: 'kremlin', limit: 10 } } }));
    expect(denied.data.map(({ slug }) => slug)).toEqual([claim.slug]);
    expect(denied.page).toEqual({ nextCursor: null, hasMore: false });
    const path = { source: 'kremlin' };
    const positions = success(await api.GET('/v1/sources/{source}/positions', { params: { path } }));
    expect(positions.data.map(({ stance }) => stance)).toEqual(['denies']);
  });

  test('hears what changes, each event typed as the entry that its data is', async () => {
    type Change = paths['/v1/changes/stream']['get']['responses'][200]['content']['text/event-stream'];
    success(await api.POST('/v1/claims', { body: { text: 'It is heard', kind: 'fact' } }));
    const query = { after: 0, limit: 2 };
    const { data } = await api.GET('/v1/changes/stream', { params: { query }, parseAs: 'text' });
    const heard: Change[] = [];
    const events: string[] = [];
    const parser = createParser({
      onEvent: ({ event = '', data }) => {
        if (event !== '') heard.push(JSON.parse(data));
        if (event !== '') events.push(event);
      },
    });
    parser.feed(String(data));
    const listed = success(await api.GET('/v1/changes', { params: { query } }));
    expect(heard).toEqual(listed.data);
    expect(events).toEqual(listed.data.map(({ type, action }) => `${type}.${action}`));
    expectTypeOf<Change>().toEqualTypeOf<components['schemas']['Change']>();
    expectTypeOf<Change['type']>().toEqualTypeOf<components['schemas']['RecordedType']>();
  });

  test('names every vocabulary', () => {
    type Named = components['schemas'];
    type Query = NonNullable<paths['/v1/claims']['get']['parameters']['query']>;
    expectTypeOf<Named['Attribution']['stance']>().toEqualTypeOf<Named['Stance']>();
    expectTypeOf<Named['Claim']['flags']>().toEqualTypeOf<Named['Flag'][]>();
    expectTypeOf<Query['standing']>().toEqualTypeOf<Named['Standing'] | undefined>();
  });

  test('changes what it has read, and learns when somebody was faster', async () => {
    const made = await api.POST('/v1/claims', { body: { text: 'The talks go on', kind: 'prediction' } });
    const { slug } = success(made);
    const change = (ifMatch: string, occurred: string) =>
      api.PATCH('/v1/claims/{claim}', {
        params: { path: { claim: slug }, header: { 'If-Match': ifMatch } },
        body: { occurred },
      });
    const etag = made.response.headers.get('etag') ?? '';
    expect(success(await change(etag, '2026'))).toMatchObject({ occurred: '2026', version: 2 });
    const late = await change(etag, '2027');
    expect(late.response.status).toBe(412);
    const problem: components['schemas']['Problem'] | undefined = late.error;
    expect(problem).toMatchObject({ type: '/problems/stale', version: 2 });
  });

  test('gets a typed problem that says where and what', async () => {
    const { data, error, response } = await api.POST('/v1/attributions', {
      body: { claim: 'nothing', source: 'nobody', report: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51', stance: 'asserts' },
    });
    expect(data).toBeUndefined();
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(error?.status).toBe(422);
    expect(error?.requestId).toBe(response.headers.get('x-request-id'));
    expect(error?.errors.map(({ pointer }) => pointer)).toEqual(['/claim', '/source']);
  });

  test('does not compile with a wrong name or a wrong word, and the service refuses them too', async () => {
    const answers = await Promise.all([
      // @ts-expect-error: no such kind of claim
      api.POST('/v1/claims', { body: { text: 'It rains', kind: 'rumour' } }),
      // @ts-expect-error: no such field
      api.POST('/v1/claims', { body: { text: 'It rains', kind: 'fact', colour: 'grey' } }),
      // @ts-expect-error: a claim has a text
      api.POST('/v1/claims', { body: { kind: 'fact' } }),
      // @ts-expect-error: no such standing
      api.GET('/v1/claims', { params: { query: { standing: 'undisputed' } } }),
      // @ts-expect-error: no such filter
      api.GET('/v1/claims', { params: { query: { saidBy: 'kremlin' } } }),
      // @ts-expect-error: no such kind of source
      api.POST('/v1/sources', { body: { name: 'Ivan', kind: 'human' } }),
    ]);
    expect(answers.map(({ response }) => response.status)).toEqual([400, 400, 400, 400, 400, 400]);
    // @ts-expect-error: a change needs If-Match
    const unconditional = await api.PATCH('/v1/claims/{claim}', { params: { path: { claim: 'any' } }, body: {} });
    expect(unconditional.response.status).toBe(428);
    // @ts-expect-error: no such address
    const nowhere = await api.GET('/v1/verdicts');
    expect(nowhere.response.status).toBe(404);
    const read = await api.GET('/v1/claims');
    // @ts-expect-error: no such field in the answer
    expect(read.data?.data[0]?.verdict).toBeUndefined();
  });
});
