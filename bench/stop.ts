/**
 * How long every other writer waits while one client sends the largest that the service takes of something, or what is made to take
 * long: what each request takes, and the longest that a small write took beside it.
 *
 *   node scripts/bootstrap.mjs bench/stop.ts [name…]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { withService } from './service.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read by their documented members
type Json = any;

/** Sends one request. @throws Error unless the answer is 2xx or `expected` */
type Send = (method: string, path: string, body?: object | string, expected?: number) => Promise<Json>;

/** What is made ready, and what is then sent while others write. */
type Case = (send: Send) => Promise<() => Promise<unknown>>;

const PEOPLE = ['Ada', 'Ben', 'Cem', 'Dora', 'Eva', 'Finn', 'Gül', 'Hans'];
const list = <Item>(count: number, item: (n: number) => Item): Item[] =>
  Array.from({ length: count }, (_, n) => item(n));
let made = 0;
const unique = () => {
  made += 1;
  return `stop-${process.pid}-${made}`;
};

/** A bundle of so many attributions, one a claim, each claim about somebody who is not asked. */
function bundle(count: number, more: { text?: string; quote?: (n: number) => object | string; via?: string[] } = {}) {
  const name = unique();
  return {
    report: {
      url: `https://paper.example/${name}`,
      title: name,
      outlet: 'paper',
      ...(more.text ? { text: more.text } : {}),
    },
    sources: [
      { slug: 'paper', name: 'Paper', kind: 'outlet' },
      { slug: 'palace', name: 'Palace', kind: 'government' },
      ...PEOPLE.map((person) => ({
        slug: `person-${person.toLowerCase().replace('ü', 'u')}`,
        name: person,
        kind: 'person',
      })),
      ...(more.via ?? []).map((slug) => ({ slug, name: slug, kind: 'person' })),
    ],
    claims: list(count, (n) => ({ slug: `${name}-${n}`, text: `Claim ${n}`, kind: 'fact', about: ['palace'] })),
    attributions: list(count, (n) => ({
      claim: `${name}-${n}`,
      source: PEOPLE[n % PEOPLE.length],
      stance: 'asserts',
      ...(more.via ? { via: more.via } : {}),
      ...(more.quote ? { quote: more.quote(n) } : {}),
    })),
  };
}

/** Imports it, and gives the report. */
async function imported(send: Send, given: ReturnType<typeof bundle>): Promise<string> {
  await send('POST', '/v1/imports', given);
  const { data } = await send('GET', `/v1/reports?url=${encodeURIComponent(given.report.url)}`);
  return data[0].id;
}

async function reportOf(send: Send, text?: string): Promise<string> {
  await send('POST', '/v1/imports', bundle(1));
  return (await send('POST', '/v1/reports', { title: unique(), outlet: 'paper', ...(text ? { text } : {}) })).id;
}

const MARKS = `He said yes to us. A${'\u0301'.repeat(60_000)}${'\u0323'.repeat(60_000)}`;
const words = (from: number, count: number) => list(count, (n) => (from + n).toString(36)).join(' ');
const ARTICLE = words(46_656, 124_000).slice(0, 500_000);

const CASES: Readonly<Record<string, Case>> = {
  'a text of marks, then a quote in it': async (send) => {
    const report = await reportOf(send);
    return async () => {
      await send('PATCH', `/v1/reports/${report}`, { text: MARKS });
      const [claim, source] = [bundle(1).claims[0]?.slug, 'palace'];
      await send('POST', '/v1/claims', { slug: claim, text: 'One', kind: 'fact' });
      await send('POST', '/v1/attributions', { claim, source, report, stance: 'asserts', quote: 'He said yes to us.' });
    };
  },
  'a text for 1,000 quotes of one letter': async (send) => {
    const report = await imported(send, bundle(1000, { quote: () => 'z' }));
    return () => send('PATCH', `/v1/reports/${report}`, { text: 'z'.repeat(500_000) });
  },
  'a text for 1,000 quotes that nearly match everywhere': async (send) => {
    const quote = (n: number) => `${'a'.repeat(1000 + n)}b${'a'.repeat(2000)}`;
    const report = await imported(send, bundle(1000, { quote }));
    return () => send('PATCH', `/v1/reports/${report}`, { text: 'a'.repeat(500_000) });
  },
  'an article for 1,000 quotes, and another': async (send) => {
    const quote = (n: number) => ARTICLE.slice(n * 400, n * 400 + 200);
    const report = await imported(send, bundle(1000, { quote }));
    return async () => {
      await send('PATCH', `/v1/reports/${report}`, { text: ARTICLE });
      await send('PATCH', `/v1/reports/${report}`, { text: 'Nothing.' });
    };
  },
  'an import of 5,000 attributions': async (send) => {
    const given = bundle(5000);
    return (
      (send0) => () =>
        send0('POST', '/v1/imports', given)
    )(send);
  },
};

if (import.meta.main) {
  const wanted = process.argv.slice(2);
  await withService(
    'stop',
    async () => undefined,
    async ({ url, key }) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'if-match': '*' };
      const send: Send = async (method, path, body, expected) => {
        const answer = await fetch(`${url}${path}`, {
          method,
          headers: { ...headers, ...(method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {}) },
          ...(body ? { body: JSON.stringify(body) } : {}),
        });
        const text = await answer.text();
        if (!answer.ok && answer.status !== expected)
          throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
        return JSON.parse(text);
      };
      for (const [name, prepare] of Object.entries(CASES)) {
        if (wanted.length > 0 && !wanted.some((each) => name.includes(each))) continue;
        const work = await prepare(send);
        const waits: number[] = [];
        let running = true;
        const probe = (async () => {
          while (running) {
            const began = performance.now();
            await send('POST', '/v1/topics', { name: unique() }, 503).catch((e) =>
              process.stdout.write(`  probe: ${e.message.slice(0, 120)}\n`),
            );
            waits.push(performance.now() - began);
            await sleep(5);
          }
        })();
        const began = performance.now();
        try {
          await work();
        } catch (error) {
          process.stdout.write(`  ${name}: ${(error as Error).message.slice(0, 300)}\n`);
        }
        const took = performance.now() - began;
        running = false;
        await probe;
        process.stdout.write(
          `${name}: ${took.toFixed(0)} ms, the others waited ${Math.max(...waits).toFixed(0)} ms at most\n`,
        );
      }
    },
  );
}
