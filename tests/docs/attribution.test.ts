import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
});
afterAll(() => ledger.close());

/** A request of the document (first line, headers, a body) and the part of its answer that is shown. */
interface Example {
  readonly request: string;
  readonly shown: string | undefined;
}

const text = readFileSync(new URL('../../docs/attribution.md', import.meta.url), 'utf8');
const sections = text.split(/^## /m).slice(1);

function examplesOf(section: string): Example[] {
  const blocks = [...section.matchAll(/^```http\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    block.split(/^(?=(?:GET|POST) )/m).map((example) => {
      const [request = '', shown] = example.split(/^→ /m);
      return { request, shown };
    }),
  );
}

/** What the answers shown so far gave a name to: `{name}`. */
const names = new Map<string, string>();
const filled = (words: string) => words.replaceAll(/\{([a-z]+)\}/g, (whole, name) => names.get(name) ?? whole);

/** Takes the values of an answer that the document gives a name to, and puts them into what is shown. */
function named(shown: unknown, answer: unknown): unknown {
  if (typeof shown === 'string') {
    const name = /^\{([a-z]+)\}$/.exec(shown)?.[1];
    if (name === undefined) return shown;
    names.set(name, String(answer));
    return answer;
  }
  if (Array.isArray(shown)) return shown.map((each, index) => named(each, (answer as unknown[] | undefined)?.[index]));
  if (typeof shown !== 'object' || shown === null) return shown;
  const members = answer as Record<string, unknown> | undefined;
  return Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, named(value, members?.[name])]));
}

async function send({ request }: Example) {
  const [head = '', body] = filled(request).split(/^(?=\{)/m);
  const [line = '', ...headers] = head.trim().split('\n');
  const [method, path = ''] = line.split(' ');
  return room.request(
    method as 'GET' | 'POST',
    path,
    body === undefined ? undefined : JSON.parse(body),
    Object.fromEntries(headers.map((header) => header.split(': ').map((part) => part.trim()))),
  );
}

test.each(sections.map((section) => [section.split('\n')[0] ?? '', examplesOf(section)] as const))(
  'what “%s” shows is what the service answers',
  async (_title, examples) => {
    for (const example of examples) {
      const answer = await send(example);
      const shown = example.shown === undefined ? {} : JSON.parse(example.shown);
      const status = shown.status ?? (example.request.includes('/v1/imports') ? 201 : 200);
      expect(answer.status, `${example.request}\n${JSON.stringify(answer.body)}`).toBe(status);
      if (status === 201) expect(answer.body.failed).toBe(0);
      expect(answer.body, example.request).toMatchObject(named(shown, answer.body) as object);
    }
  },
);

test('the document has examples in every section', () => {
  expect(sections.map((section) => examplesOf(section).length)).not.toContain(0);
});
