import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeDataDir, removeDataDir, runScript, type ServiceProcess, startService } from '../factories/process.ts';
import { databaseUrl } from '../global-setup.ts';
import { cloneDatabase } from '../harness.ts';

// It waits for processes that start, on machines that may be busy with other things.
vi.setConfig({ testTimeout: 240_000 });

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

let dataDir = '';
let service: ServiceProcess;
let drop: () => Promise<unknown>;

beforeEach(async () => {
  const clone = await cloneDatabase();
  drop = clone.drop;
  dataDir = makeDataDir();
  const settings = { DATABASE_URL: databaseUrl(clone.server, clone.server.service, clone.name), WORKERS: '2' };
  service = await startService(dataDir, { settings });
});

afterEach(async () => {
  await removeDataDir(dataDir, service);
  await drop();
});

/** The answers and the flags that `npm run example` prints: it finds the service, on whatever port, by its data folder. */
async function example(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runScript(dataDir, ['scripts/example.ts', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('\n1. What does the Kremlin deny?');
  return stdout.slice(stdout.indexOf('\n1. '));
}

/** A write that must succeed; answers with what came back. */
// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
async function write(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<any> {
  const headers = { ...service.authorization, 'if-match': '*', 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${service.url}/v1/${path}`, { method, headers, ...sent });
  const text = await answer.text();
  expect(answer.ok, `${method} ${path}: ${text}`).toBe(true);
  return text === '' ? {} : JSON.parse(text);
}

// biome-ignore lint/suspicious/noExplicitAny: as above
async function list(path: string): Promise<any[]> {
  const answer = await fetch(`${service.url}/v1/${path}`, { headers: service.authorization });
  return ((await answer.json()) as { data: never[] }).data;
}

/** The claims of the case and all sources in full, but for their versions. */
async function things(): Promise<unknown[]> {
  const lists = [await list('claims?topic=s-400-return&sort=createdAt&limit=1000'), await list('sources?limit=1000')];
  return lists.flat().map(({ version: _version, updatedAt: _updatedAt, ...thing }) => thing);
}

/** The shell of the README's tour, as whoever follows it would type it. */
function tour(): string {
  const sections = README.slice(README.indexOf('## A tour'), README.indexOf('## Importing'));
  const shell = [...sections.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block).join('\n');
  const key = service.authorization.authorization.replace('Bearer ', '');
  return shell
    .replace(/^URL=.*$/m, `URL=${service.url}/v1`)
    .replace(/^KEY=.*$/m, `KEY=${key}`)
    .replaceAll('curl -s ', `curl -s -H "Authorization: Bearer ${key}" `);
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;

test.skipIf(!hasCurl)(
  'after the README’s tour, --reset gives the answers and flags of a fresh load (needs curl)',
  async () => {
    const fresh = await example();
    const { status, stderr } = spawnSync('bash', ['-euc', tour()], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(await example()).not.toBe(fresh);
    expect(await example('--reset')).toBe(fresh);
  },
);

test('after everything that the API can do to the founding case, --reset gives the answers and flags of a fresh load', async () => {
  const fresh = await example();
  const before = await things();
  const s400 = '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a51';
  const [bloomberg] = await list('reports?outlet=bloomberg');
  const [erdogan] = await list('attributions?claim=raised-with-putin&source=bloomberg-people-familiar');
  const denial = '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a61';
  const bundle = JSON.parse(readFileSync(new URL('../../examples/s400.bundle.json', import.meta.url), 'utf8'));
  for (const each of bundle.attributions) if (each.claim === 'energy-discount') each.stance = 'doubts';
  await write('POST', 'imports', bundle);
  await write('POST', `attributions/${denial}/withdraw`, { reason: 'A try.' });
  await write('POST', `attributions/${erdogan.id}/withdraw`, { reason: 'A try.' });
  await write('POST', `reports/${s400}/correct`, {
    reason: 'A try.',
    title: 'Another title',
    supersedes: [{ attribution: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a62', by: { stance: 'denies' } }],
  });
  await write('PATCH', `reports/${s400}`, { text: 'So it was.', archiveUrl: 'https://archive.example/1' });
  await write('POST', 'attributions', {
    ...{ claim: 'return', source: 'nato', report: s400, stance: 'denies', quote: { exact: 'So it was' } },
  });
  await write('PATCH', `reports/${bloomberg.id}`, { archiveUrl: 'https://archive.example/2', published: '2024' });
  await write('POST', `reports/${bloomberg.id}/retract`, { reason: 'A try.' });
  await write('POST', 'sources/kremlin/merge', { into: 'russia-government', reason: 'A try.' });
  await write('POST', 'sources/tom-barrack/merge', { into: 'donald-trump', reason: 'A try.' });
  await write('POST', 'sources/donald-trump/merge', { into: 'us-government', reason: 'A try.' });
  await write('POST', 'claims/us-demand/merge', { into: 'us-pressure', reason: 'A try.' });
  await write('PATCH', 'claims/resolved-in-months', {
    ...{ about: ['nato'], occurred: '2025', prediction: { horizon: '2030', outcome: 'void' } },
  });
  await write('PATCH', 'claims/sanctions-lifted', {
    kind: 'fact',
    prediction: null,
    text: 'Other words',
    topic: null,
  });
  await write('PATCH', 'claims/return', { slug: 'return-of-the-s400' });
  await write('PATCH', 'sources/turkish-officials', {
    partOf: 'us-government',
    name: 'Officials',
    slug: 'officials',
  });
  await write('PATCH', 'sources/bloomberg-people-familiar', { speaksFor: 'nato' });
  const claim = await write('POST', 'claims', { text: 'One more', kind: 'fact', topic: 's-400-return' });
  await write('POST', `claims/${claim.slug}/relations`, { type: 'contradicts', to: 'refund', status: 'confirmed' });
  await write('POST', 'attributions', { claim: claim.slug, source: 'nato', report: s400, stance: 'denies' });
  const [depends] = await list('claims/refund/relations?type=depends_on');
  await write('PATCH', `claims/refund/relations/${depends.id}`, { status: 'rejected' });
  const [due] = await list('reply-requests?claim=energy-discount');
  await write('POST', `reply-requests/${due.id}/lapse`, {});
  await write('DELETE', 'reply-requests/019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9c03');
  await write('DELETE', 'assessments/019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9aa2');
  await write('DELETE', 'reports/019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a52');
  await write('DELETE', 'claims/spare-claim');

  expect(await example('--reset')).toBe(fresh);
  expect(await things()).toEqual(expect.arrayContaining(before));
  expect(await example('--reset')).toBe(fresh);
});
