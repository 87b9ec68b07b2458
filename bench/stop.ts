/**
 * How long every other writer waits while one client sends the largest that the service takes of something, or what is made to take
 * long: what each takes, and the longest that a small write took beside it.
 *
 *   node scripts/bootstrap.mjs bench/stop.ts [part of a name…]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { generate, type Row, type World } from './generate.ts';
import { load } from './load.ts';
import { withService } from './service.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read by their documented members
type Json = any;

/** Sends one request. @throws Error unless the answer is 2xx */
type Send = (method: string, path: string, body?: object) => Promise<Json>;

/** Makes something ready, and gives what is then sent while others write. */
type Case = (send: Send, world: World) => Promise<() => Promise<unknown>>;

const list = <Item>(count: number, item: (n: number) => Item) => Array.from({ length: count }, (_, n) => item(n));
const text = (row: Row | undefined, column: string) => String(row?.[column]);

/** A report of an outlet, without a text or with one. */
async function reportOf(send: Send, world: World, more: object = {}): Promise<string> {
  const outlet = world.sources.find(({ kind }) => kind === 'outlet');
  return (await send('POST', '/v1/reports', { title: 'A report', outlet: outlet?.id, ...more })).id;
}

/** A report with so many quotes in it, of one source on one claim. */
async function quoted(send: Send, world: World, count: number, quote: (n: number) => object | string): Promise<string> {
  const report = await reportOf(send, world);
  const said = { claim: world.claims[0]?.id, source: world.sources[0]?.id, report, stance: 'asserts' };
  await Promise.all(list(count, (n) => send('POST', '/v1/attributions', { ...said, quote: quote(n) })));
  return report;
}

/** A bundle of so many attributions, each on another claim, in a report of its own. */
function bundle(world: World, count: number, via: readonly string[] = []) {
  const named = world.sources.filter(({ kind }) => kind === 'person');
  const outlet = world.sources.find(({ kind }) => kind === 'outlet');
  return {
    report: {
      title: `A report of ${count}`,
      outlet: text(outlet, 'slug'),
      url: `https://stop.example/${count}-${via.length}`,
    },
    attributions: list(count, (n) => ({
      claim: text(world.claims[n], 'slug'),
      source: text(named[n % named.length], 'slug'),
      stance: 'asserts',
      via,
    })),
  };
}

const MARKS = `He said yes to us. A${'\u0301'.repeat(60_000)}${'\u0323'.repeat(60_000)}`;
const ARTICLE = list(124_000, (n) => (46_656 + n).toString(36))
  .join(' ')
  .slice(0, 500_000);

const CASES: Readonly<Record<string, Case>> = {
  'an import of 5,000 attributions': async (send, world) => () => send('POST', '/v1/imports', bundle(world, 5000)),
  'its retraction': async (send) => {
    const { data } = await send('GET', `/v1/reports?url=${encodeURIComponent('https://stop.example/5000-0')}`);
    return () => send('POST', `/v1/reports/${data[0].id}/retract`, { reason: 'It was not so.' });
  },
  'an import of 20,000 links in chains': async (send, world) => {
    const people = world.sources.filter(({ kind }) => kind === 'organization').slice(0, 31);
    return () =>
      send(
        'POST',
        '/v1/imports',
        bundle(
          world,
          606,
          people.map((each) => text(each, 'slug')),
        ),
      );
  },
  'a text of half a million characters': async (send, world) => {
    const report = await reportOf(send, world);
    return () => send('PATCH', `/v1/reports/${report}`, { text: ARTICLE });
  },
  'a text for 1,000 quotes': async (send, world) => {
    const report = await quoted(send, world, 1000, (n) => ARTICLE.slice(n * 400, n * 400 + 200));
    return () => send('PATCH', `/v1/reports/${report}`, { text: ARTICLE });
  },
  'a text for 1,000 quotes of one letter': async (send, world) => {
    const report = await quoted(send, world, 1000, () => 'z');
    return () => send('PATCH', `/v1/reports/${report}`, { text: 'z'.repeat(500_000) });
  },
  'a text for 100 quotes that are nearly everywhere': async (send, world) => {
    const report = await quoted(send, world, 100, (n) => `${'a'.repeat(1000 + n)}b${'a'.repeat(2000)}`);
    return () => send('PATCH', `/v1/reports/${report}`, { text: 'a'.repeat(500_000) });
  },
  'another organization of who speaks most often': async (send, world) => {
    const counts = new Map<unknown, number>();
    for (const { source_id } of world.attributions) counts.set(source_id, (counts.get(source_id) ?? 0) + 1);
    const [most] = [...counts].sort((a, b) => b[1] - a[1]).map(([id]) => id);
    const party = await send('POST', '/v1/sources', { name: 'A party', kind: 'organization' });
    return () => send('PATCH', `/v1/sources/${most}`, { partOf: [{ organization: party.id }] });
  },
  'a text of marks, then a quote in it': async (send, world) => {
    const report = await reportOf(send, world);
    const said = { claim: world.claims[1]?.id, source: world.sources[0]?.id, report, stance: 'asserts' };
    return async () => {
      await send('PATCH', `/v1/reports/${report}`, { text: MARKS });
      await send('POST', '/v1/attributions', { ...said, quote: 'He said yes to us.' });
    };
  },
};

/** Sends something small again and again while `work` runs; gives the longest that it waited, in milliseconds. */
async function longestWait(send: Send, work: Promise<unknown>): Promise<number> {
  let longest = 0;
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  for (let n = 0; !isOver; n += 1) {
    const began = performance.now();
    await send('POST', '/v1/topics', { name: `Meanwhile ${n}` }).catch((error) => process.stdout.write(`  ${error}\n`));
    longest = Math.max(longest, performance.now() - began);
    await sleep(5);
  }
  await over;
  return longest;
}

const wanted = process.argv.slice(2);
await withService(
  'stop',
  async ({ ownerUrl }) => {
    const world = generate({ sources: 2000, reports: 2000, claims: 10_000, attributions: 50_000 }, 1);
    await load(ownerUrl, world);
    return world;
  },
  async ({ url, key }, world) => {
    const headers = { authorization: `Bearer ${key}`, 'if-match': '*' };
    const send: Send = async (method, path, body) => {
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      const content = body && { body: JSON.stringify(body), headers: { ...headers, 'content-type': type } };
      const answer = await fetch(`${url}${path}`, { method, headers, ...content });
      const answered = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${answered.slice(0, 300)}`);
      return JSON.parse(answered);
    };
    for (const [name, prepare] of Object.entries(CASES)) {
      if (wanted.length > 0 && !wanted.some((each) => name.includes(each))) continue;
      const work = await prepare(send, world);
      const began = performance.now();
      const working = work().catch((error) => process.stdout.write(`  ${error}\n`));
      const waited = await longestWait(send, working);
      process.stdout.write(
        `${name}: ${(performance.now() - began).toFixed(0)} ms, others waited ${waited.toFixed(0)} ms at most\n`,
      );
    }
  },
);
