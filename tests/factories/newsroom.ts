import { expect } from 'vitest';
import type { TestLedger } from '../harness.ts';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
  readonly body: any;
}

type Fields = Record<string, unknown>;

/** A newsroom that uses the service over HTTP, with a key that may write. Each maker makes a thing of its own. */
export interface Newsroom {
  request(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  get(url: string): Promise<Answer['body']>;
  source(fields?: Fields): Promise<Answer['body']>;
  outlet(fields?: Fields): Promise<Answer['body']>;
  report(fields?: Fields): Promise<Answer['body']>;
  claim(fields?: Fields): Promise<Answer['body']>;
  /** `relays` may be the attribution itself. Gives the attribution without the warnings of its creation. */
  attribution(fields: Fields): Promise<Answer['body']>;
  withdraw(attribution: { id: string }): Promise<Answer['body']>;
  /** Does an action to whatever is there: `attributions/{id}/restore`, for instance. It must succeed. */
  act(path: string, body?: object): Promise<Answer['body']>;
}

/** Opens a newsroom on a ledger. */
export async function newsroom(ledger: Pick<TestLedger, 'http' | 'key'>): Promise<Newsroom> {
  const authorization = `Bearer ${await ledger.key('write')}`;
  let made = 0;

  const request: Newsroom['request'] = async (method, url, body, headers = {}) => {
    const verb = method.toLowerCase() as Lowercase<typeof method>;
    const answer = await ledger.http[verb](url)
      .set({ authorization, ...headers })
      .send(body);
    return { status: answer.status, headers: answer.headers, body: answer.text ? answer.body : null };
  };
  const create = async (url: string, body: object) => {
    const answer = await request('POST', url, body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body;
  };
  const name = (what: string) => {
    made += 1;
    return `${what} ${made}`;
  };

  const room: Newsroom = {
    request,
    get: async (url) => {
      const answer = await request('GET', url);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body;
    },
    source: (fields = {}) => create('/v1/sources', { name: name('Source'), kind: 'person', ...fields }),
    outlet: (fields = {}) => create('/v1/sources', { name: name('Outlet'), kind: 'outlet', ...fields }),
    report: async (fields = {}) =>
      create('/v1/reports', { title: name('Report'), outlet: fields.outlet ?? (await room.outlet()).id, ...fields }),
    claim: (fields = {}) => create('/v1/claims', { text: name('Claim'), kind: 'fact', ...fields }),
    attribution: async ({ relays, ...fields }) => {
      const { warnings: _told, ...attribution } = await create('/v1/attributions', {
        claim: fields.claim ?? (await room.claim()).id,
        source: fields.source ?? (await room.source()).id,
        report: fields.report ?? (await room.report()).id,
        stance: relays === undefined ? 'asserts' : 'reports',
        ...(relays === undefined ? {} : { relays: (relays as { id: string }).id }),
        ...fields,
      });
      return attribution;
    },
    withdraw: ({ id }) => room.act(`attributions/${id}/withdraw`, { reason: 'Misheard.' }),
    act: async (path, body) => {
      const answer = await request('POST', `/v1/${path}`, body, { 'if-match': '*' });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body;
    },
  };
  return room;
}
