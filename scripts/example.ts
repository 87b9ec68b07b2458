/**
 * Posts the founding scenario to a running service and prints what it answers to the first five questions about it:
 *
 *   npm run example
 *
 * The service is that of ONRECORD_URL, or the one on this machine's PORT; the key that of ONRECORD_KEY, or the one that the
 * service keeps in DATA_DIR/admin-key. It may be run again and again: what is there already stays as it is.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Config, localUrl, readConfig } from '../src/config.ts';
import { StartError } from '../src/start-error.ts';

const Claims = z.object({ data: z.array(z.object({ slug: z.string() })) });
const Claim = z.object({ standing: z.string(), counts: z.object({ for: z.object({ origins: z.number() }) }) });
const Positions = z.object({
  data: z.array(
    z.object({
      source: z.object({ name: z.string() }),
      stance: z.string(),
      side: z.string(),
      origin: z.object({ source: z.object({ name: z.string() }), anonymous: z.boolean() }),
    }),
  ),
});
const Receipt = z.object({ counts: z.record(z.string(), z.number()) });
const Refusal = z.object({ detail: z.string() });

/** One request to the service: 2xx and the statuses that are `allowed` give the body, anything else stops with its words. */
type Send = (method: 'GET' | 'POST', path: string, options?: { body?: string; allowed?: number[] }) => Promise<unknown>;

function service(config: Config): Send {
  const base = process.env.ONRECORD_URL ?? localUrl(config.host, config.port);
  const key = keyOf(config);
  return async (method, path, { body, allowed = [] } = {}) => {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const request = body === undefined ? { method, headers } : { method, headers, body };
    const response = await fetch(new URL(path, base), request).catch((cause: unknown) => {
      throw new StartError(`No service answers at ${base}: start it with "npm start", or set ONRECORD_URL.`, { cause });
    });
    const answer: unknown = await response.json().catch(() => ({}));
    if (response.ok || allowed.includes(response.status)) return answer;
    const refusal = Refusal.safeParse(answer);
    throw new StartError(
      `${base} answered ${method} ${path} with ${response.status}: ${refusal.success ? refusal.data.detail : 'no reason given'}`,
    );
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

async function load(send: Send): Promise<void> {
  for (const [name, file] of [
    ['s400', 's400.bundle.json'],
    ['spare', 'spare.bundle.json'],
  ]) {
    const body = readFileSync(new URL(`../examples/${file}`, import.meta.url), 'utf8');
    const { counts } = Receipt.parse(await send('POST', `/v1/imports?name=${name}`, { body }));
    const told = Object.entries(counts).flatMap(([outcome, count]) => (count > 0 ? `${count} ${outcome}` : []));
    process.stdout.write(`examples/${file}: ${told.join(', ')}\n`);
  }
  const body = JSON.stringify({ name: 'example-reader', scopes: ['read'] });
  await send('POST', '/v1/keys', { body, allowed: [409] });
}

async function answers(send: Send): Promise<[question: string, answer: string][]> {
  const slugs = async (query: string) => {
    const { data } = Claims.parse(await send('GET', `/v1/claims?sort=createdAt&${query}`));
    return data.map(({ slug }) => slug).join(', ') || 'none';
  };
  return [
    ['1. What does the Kremlin deny?', await slugs('deniedBy=kremlin')],
    ['2. Which claims are contested?', await slugs('standing=contested')],
    ['3. On whose word does refund rest?', await originsOf(send, 'refund')],
    ['4. What did Turkish officials not comment on?', await slugs('declinedBy=turkish-officials')],
    ['5. What rests on unnamed people alone?', await slugs('flag=anonymous_only')],
  ];
}

async function originsOf(send: Send, claim: string): Promise<string> {
  const { counts } = Claim.parse(await send('GET', `/v1/claims/${claim}`));
  const { data } = Positions.parse(await send('GET', `/v1/claims/${claim}/positions`));
  const words = data
    .filter(({ side }) => side === 'for')
    .map(({ source, stance, origin }) => {
      const whose = origin.anonymous ? `unnamed, hosted by ${origin.source.name}` : origin.source.name;
      return `“${source.name}” ${stance} it (${whose})`;
    });
  return `${counts.for.origins} origin: ${words.join('; ')}`;
}

async function main(): Promise<void> {
  const send = service(readConfig());
  await load(send);
  const rows = await answers(send);
  const width = Math.max(...rows.map(([question]) => question.length));
  process.stdout.write(`\n${rows.map(([question, answer]) => `${question.padEnd(width)}  ${answer}\n`).join('')}`);
}

main().catch((error: unknown) => {
  const words = error instanceof StartError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${words}\n`);
  process.exitCode = 1;
});
