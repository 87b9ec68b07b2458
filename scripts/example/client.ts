import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Config, localUrl } from '../../src/config.ts';
import { findService } from '../../src/service-file.ts';
import { StartError } from '../../src/start-error.ts';

const Refusal = z.object({ detail: z.string() });
const Page = z.object({ data: z.array(z.unknown()), page: z.object({ nextCursor: z.string().nullable() }) });

/** One request to the service: 2xx and the statuses that are `allowed` give the answer, anything else stops with its words. */
export interface Client {
  send(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    options?: { body?: unknown; allowed?: readonly number[] },
  ): Promise<{ status: number; body: unknown }>;
  /** A GET of which the answer has this shape. */
  get<T extends z.ZodType>(shape: T, path: string): Promise<z.output<T>>;
  /** Every entry of a list, page after page; the path has a query. */
  all<T extends z.ZodType>(shape: T, path: string): Promise<z.output<T>[]>;
}

/**
 * The client of the service of ONRECORD_URL or, without that, of the one that runs on this DATA_DIR, else on this machine's PORT;
 * with the key of ONRECORD_KEY, else ADMIN_KEY, else the one that the service keeps in DATA_DIR.
 * @throws StartError when there is no key.
 */
export function openClient(config: Config): Client {
  const running = findService(config.dataDir);
  const base = process.env.ONRECORD_URL ?? running?.url ?? localUrl(config.host, config.port);
  const authorization = `Bearer ${keyOf(config)}`;
  const send: Client['send'] = async (method, path, { body, allowed = [] } = {}) => {
    const headers = {
      authorization,
      // Whatever version of a thing there is, it is the one meant.
      ...(method === 'GET' ? {} : { 'if-match': '*' }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const request = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(new URL(path, base), request).catch((cause: unknown) => {
      throw new StartError(`No service answers at ${base}: start it with "npm start", or set ONRECORD_URL.`, { cause });
    });
    const answer: unknown = await response.json().catch(() => ({}));
    if (response.ok || allowed.includes(response.status)) return { status: response.status, body: answer };
    const refusal = Refusal.safeParse(answer);
    throw new StartError(
      `${base} answered ${method} ${path} with ${response.status}: ${refusal.success ? refusal.data.detail : 'no reason given'}`,
    );
  };
  const get: Client['get'] = async (shape, path) => shape.parse((await send('GET', path)).body);
  return {
    send,
    get,
    all: async (shape, path) => {
      const rows = [];
      for (let cursor = ''; ; ) {
        const { data, page } = await get(Page, `${path}&limit=1000${cursor}`);
        rows.push(...data.map((row) => shape.parse(row)));
        if (page.nextCursor === null) return rows;
        cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
      }
    },
  };
}

function keyOf({ dataDir, adminKey }: Config): string {
  const file = join(dataDir, 'admin-key');
  const key =
    process.env.ONRECORD_KEY ?? adminKey ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined);
  if (key === undefined) {
    throw new StartError(`There is no key in ${file}: start the service once with "npm start", or set ONRECORD_KEY.`);
  }
  return key;
}
