import { readFileSync } from 'node:fs';
import type { TestLedger } from '../harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
type Json = any;

/** A row of a receipt, as far as tests look at it. */
export interface Row {
  readonly number: number;
  readonly bundle: number;
  readonly pointer: string;
  readonly type: string;
  readonly outcome: string;
  readonly id: string | null;
  readonly slug: string | null;
  readonly detail: string | null;
  readonly patch: readonly { op: string; path: string; value?: unknown }[] | null;
  readonly errors: readonly { pointer?: string; detail: string; candidates?: readonly string[] }[];
  readonly warnings: readonly { type: string; pointer: string; detail: string }[];
}

/** Someone who imports into a ledger over HTTP. */
export interface Importer {
  /** Posts a bundle, or NDJSON where it is a text or bytes. */
  post(
    body: object | string | Buffer,
    query?: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Json; body: Json }>;
  /** Posts what must go in, and gives its rows. */
  rows(body: object | string, query?: string): Promise<Row[]>;
  get(url: string): Promise<Json>;
  /** Does something to whatever version is there (POST /v1/…); false where it is refused. */
  act(path: string, body: object): Promise<boolean>;
  /** How many change entries there are. */
  changes(): Promise<number>;
  sql(text: string, ...values: unknown[]): Promise<Json[]>;
}

/** Opens an importer with a key of its own. */
export async function importer(ledger: TestLedger): Promise<Importer> {
  const authorization = `Bearer ${await ledger.key('write')}`;
  const { http, database } = ledger;
  const post: Importer['post'] = async (body, query = '', headers = {}) => {
    const isFile = typeof body === 'string' || Buffer.isBuffer(body);
    const answer = await http
      .post(`/v1/imports${query}`)
      .set({ authorization, ...(isFile ? { 'content-type': 'application/x-ndjson' } : {}), ...headers })
      .send(body);
    return { status: answer.status, headers: answer.headers, body: answer.body };
  };
  const get: Importer['get'] = async (url) => {
    const answer = await http.get(url).set({ authorization });
    if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const act: Importer['act'] = async (path, body) => {
    const answer = await http.post(`/v1/${path}`).set({ authorization, 'if-match': '*' }).send(body);
    if (![200, 404, 409, 422].includes(answer.status)) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.status === 200;
  };
  const sql: Importer['sql'] = async (text, ...values) => (await database.pool.query(text, values)).rows;
  return {
    post,
    get,
    act,
    sql,
    rows: async (body, query = '') => {
      const answer = await post(body, query);
      if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
      return (await get(`/v1/imports/${answer.body.id}/rows?limit=1000`)).data;
    },
    changes: async () => (await sql('SELECT count(*)::integer AS count FROM changes'))[0].count,
  };
}

/** The founding scenario as a bundle, a fresh copy each time. */
export function scenario(): Json {
  return JSON.parse(readFileSync(new URL('../../examples/s400.bundle.json', import.meta.url), 'utf8'));
}

/** One chain of a claim as it stands: `outlet ← bloomberg ← kremlin denies`, with the reports that its links lie in. */
export async function chainsOf(room: Importer, claim: string): Promise<string[]> {
  const { data } = await room.get(`/v1/claims/${claim}/attributions?limit=1000`);
  const byId = new Map<string, Json>(data.map((each: Json) => [each.id, each]));
  const relayed = new Set(
    data.filter((each: Json) => each.withdrawn?.kind !== 'superseded').map((each: Json) => each.relays),
  );
  const tops = data.filter((each: Json) => each.withdrawn?.kind !== 'superseded' && !relayed.has(each.id));
  return tops
    .map((top: Json) => {
      const links = [];
      for (let link = top; link !== undefined; link = byId.get(link.relays)) links.push(link);
      const origin = links.at(-1);
      const names = links.map(
        ({ source, report }) => `${source.slug}@${report.outlet.slug}${report.status === 'held' ? '' : '?'}`,
      );
      return `${names.join(' ← ')} ${origin.stance}${links.every(({ live }) => live) ? '' : ' (dead)'}`;
    })
    .sort();
}
