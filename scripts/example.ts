/**
 * Posts the founding scenario to a running service and prints what it answers to the questions about it, each in one request:
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

const Claims = z.object({ data: z.array(z.object({ slug: z.string(), flags: z.array(z.string()) })) });
const Predictions = z.object({
  data: z.array(z.object({ slug: z.string(), prediction: z.object({ horizon: z.string().nullable() }) })),
});
const Dossier = z.object({ sentence: z.string() });
const Named = z.object({ id: z.string(), slug: z.string(), name: z.string() });
const Chain = z.object({
  nodes: z.array(z.object({ report: z.object({ id: z.string(), outlet: Named }) })),
  origins: z.array(z.object({ source: Named, anonymous: z.boolean(), side: z.string(), echoes: z.number() })),
});
const Attributions = z.object({
  data: z.array(z.object({ source: Named, claim: z.object({ slug: z.string() }) })),
});
const Standing = z.object({ standing: z.string() });
const Consequences = z.object({
  attributions: z.array(z.unknown()),
  claims: z.array(z.object({ claim: z.object({ slug: z.string() }), before: Standing, after: Standing })),
});
const Verdicts = z.object({ ratingSchemes: z.array(z.unknown()), assessments: z.array(z.unknown()) });
const Receipt = z.object({ counts: z.record(z.string(), z.number()) });
const Refusal = z.object({ detail: z.string() });

/** One request to the service: 2xx and the statuses that are `allowed` give the body, anything else stops with its words. */
type Send = (
  method: 'GET' | 'POST',
  path: string,
  options?: { body?: string; headers?: Record<string, string>; allowed?: number[] },
) => Promise<unknown>;

function service(config: Config): Send {
  const base = process.env.ONRECORD_URL ?? localUrl(config.host, config.port);
  const key = keyOf(config);
  return async (method, path, { body, headers: more = {}, allowed = [] } = {}) => {
    const headers = {
      ...more,
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
    ['unseen', 'unseen.bundle.json'],
    ['reviewers', 'reviewers.bundle.json'],
  ] as const) {
    const body = readExample(file);
    const { counts } = Receipt.parse(await send('POST', `/v1/imports?name=${name}`, { body }));
    const told = Object.entries(counts).flatMap(([outcome, count]) => (count > 0 ? `${count} ${outcome}` : []));
    process.stdout.write(`examples/${file}: ${told.join(', ')}\n`);
  }
  const requests: unknown[] = JSON.parse(readExample('reply-requests.json'));
  for (const request of requests)
    await send('POST', '/v1/reply-requests', { body: JSON.stringify(request), allowed: [409] });
  process.stdout.write(`examples/reply-requests.json: ${requests.length} requests for a reply\n`);
  const body = JSON.stringify({ name: 'example-reader', scopes: ['read'] });
  await send('POST', '/v1/keys', { body, allowed: [409] });
  await loadVerdicts(send);
}

/** The verdicts of a made-up reviewer, with ids of their own: what is there already is a conflict, and stays. */
async function loadVerdicts(send: Send): Promise<void> {
  const { ratingSchemes, assessments } = Verdicts.parse(JSON.parse(readExample('assessments.json')));
  for (const scheme of ratingSchemes)
    await send('POST', '/v1/rating-schemes', { body: JSON.stringify(scheme), allowed: [409] });
  for (const assessment of assessments)
    await send('POST', '/v1/assessments', { body: JSON.stringify(assessment), allowed: [409] });
}

function readExample(file: string): string {
  return readFileSync(new URL(`../examples/${file}`, import.meta.url), 'utf8');
}

/** The questions of the founding case, each answered by one request. */
async function answers(send: Send): Promise<[question: string, answer: string][]> {
  const slugs = async (query: string) => {
    const { data } = Claims.parse(await send('GET', `/v1/claims?sort=createdAt&${query}`));
    return data.map(({ slug }) => slug).join(', ') || 'none';
  };
  const chain = Chain.parse(await send('GET', '/v1/claims/refund/chain'));
  const today = new Date().toISOString().slice(0, 10);
  return [
    ['1. What does the Kremlin deny?', await slugs('deniedBy=kremlin')],
    ['2. Which claims are contested?', await slugs('standing=contested')],
    ['3. On whose word does refund rest?', originsOf(chain)],
    ['4. Who was asked and said nothing?', await silent(send)],
    ['5. What rests on unnamed people alone?', await slugs('flag=anonymous_only')],
    ['6. What falls due by 2026-07-01?', await due(send, 'dueBefore=2026-07-01')],
    ['   … and what is open still?', await due(send, 'kind=prediction')],
    ['7. What did we know on 2025-12-11?', await slugs('knownAt=2025-12-11')],
    ['   … and what do we know today?', await slugs(`knownAt=${today}`)],
    ['   What had been said by 2025-10-01?', await slugs('asOf=2025-10-01')],
    ['8. If Bloomberg retracts its report?', await ifRetracted(send, reportOf(chain, 'bloomberg'))],
    ['9. Say it in a sentence.', Dossier.parse(await send('GET', '/v1/claims/refund/dossier')).sentence],
  ];
}

/** The flags of each claim of the founding case. */
async function flags(send: Send): Promise<[claim: string, flags: string][]> {
  const { data } = Claims.parse(await send('GET', '/v1/claims?sort=createdAt&topic=s-400-return&limit=1000'));
  return data.map((claim) => [claim.slug, claim.flags.join(', ') || 'none']);
}

async function due(send: Send, query: string): Promise<string> {
  const { data } = Predictions.parse(await send('GET', `/v1/claims?sort=createdAt&${query}`));
  return data.map(({ slug, prediction }) => `${slug} (${prediction.horizon})`).join(', ') || 'none';
}

function originsOf({ origins }: z.output<typeof Chain>): string {
  const words = origins.map(({ side, source, anonymous, echoes }) => {
    const whose = anonymous ? `unnamed people, hosted by ${source.name}` : source.name;
    return `${side}: ${whose}, through ${echoes} relays`;
  });
  return words.join('; ');
}

/** The report of an outlet in which something of the chain lies. */
function reportOf({ nodes }: z.output<typeof Chain>, outlet: string): string {
  const node = nodes.find(({ report }) => report.outlet.slug === outlet);
  if (node === undefined) throw new StartError(`The chain of refund leads through no report of ${outlet}.`);
  return node.report.id;
}

async function silent(send: Send): Promise<string> {
  const { data } = Attributions.parse(await send('GET', '/v1/attributions?stance=declines_to_comment'));
  return data.map(({ source, claim }) => `${source.slug}, on ${claim.slug}`).join('; ');
}

async function ifRetracted(send: Send, report: string): Promise<string> {
  const body = JSON.stringify({ reason: 'What if?' });
  const answer = await send('POST', `/v1/reports/${report}/retract?dryRun=true`, {
    body,
    headers: { 'if-match': '*' },
  });
  const { attributions, claims } = Consequences.parse(answer);
  const moved = claims.map(({ claim, before, after }) => `${claim.slug} (${before.standing} → ${after.standing})`);
  return `${attributions.length} attributions fall, and with them ${moved.join(', ')}`;
}

function table(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}\n`).join('');
}

async function main(): Promise<void> {
  const send = service(readConfig());
  await load(send);
  process.stdout.write(`\n${table(await answers(send))}`);
  process.stdout.write(`\nThe flags of the seventeen claims:\n${table(await flags(send))}`);
}

main().catch((error: unknown) => {
  const words = error instanceof StartError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${words}\n`);
  process.exitCode = 1;
});
