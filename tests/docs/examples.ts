import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLedger, type TestLedger } from '../harness.ts';

/** A request of a document (first line, headers, a body) and the part of its answer that is shown: JSON, or lines of a text. */
interface Example {
  readonly request: string;
  readonly shown: string | undefined;
}

/** What the service answered. */
interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * Holds a document of `docs/` to its examples: they run from top to bottom on an empty ledger, section by section, and each
 * answer has what is shown of it. Without a problem that is shown, each succeeds.
 */
export function holdExamples(document: string): void {
  const text = readFileSync(new URL(`../../docs/${document}`, import.meta.url), 'utf8');
  const sections = text.split(/^## /m).slice(1);
  const names = new Names();
  let ledger: TestLedger;
  let key: string;

  beforeAll(async () => {
    ledger = await openLedger();
    key = await ledger.key('write');
  });
  afterAll(() => ledger.close());

  test.each(sections.map((section) => [section.split('\n')[0] ?? '', examplesOf(section)] as const))(
    'what “%s” shows is what the service answers',
    async (_title, examples) => {
      for (const { request, shown } of examples) {
        const answer = await send(ledger, key, names.filled(request));
        check(answer, shown, { request, names });
      }
    },
  );

  test('the document has examples in every section', () => {
    expect(sections.map((section) => examplesOf(section).length)).not.toContain(0);
  });
}

function examplesOf(section: string): Example[] {
  const blocks = [...section.matchAll(/^```http\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    block.split(/^(?=(?:GET|POST|PATCH|DELETE) )/m).map((example) => {
      const [request = '', shown] = example.split(/^→ /m);
      return { request, shown };
    }),
  );
}

async function send({ http }: TestLedger, key: string, request: string): Promise<Answer> {
  const [head = '', body] = request.split(/^(?=\{)/m);
  const [line = '', ...headers] = head.trim().split('\n');
  const [method, url = ''] = line.split(' ');
  const answer = await http[method?.toLowerCase() as 'get' | 'post' | 'patch' | 'delete'](url)
    .set('authorization', `Bearer ${key}`)
    .set(Object.fromEntries(headers.map((header) => header.split(': ').map((part) => part.trim()))))
    .send(body === undefined ? undefined : JSON.parse(body));
  return { status: answer.status, text: answer.text };
}

function check(
  { status, text }: Answer,
  shown: string | undefined,
  { request, names }: { request: string; names: Names },
): void {
  const isText = shown !== undefined && !shown.startsWith('{');
  const part = shown === undefined || isText ? {} : JSON.parse(shown);
  const told = `${request}\n${text}`;
  if (typeof part.status === 'number') expect(status, told).toBe(part.status);
  else expect(Math.floor(status / 100), told).toBe(2);
  if (isText) {
    const lines = linesOf(shown);
    expect(
      linesOf(text).filter((line) => lines.includes(line)),
      told,
    ).toEqual(lines);
  }
  if (isText || text === '') return;
  const answer = JSON.parse(text);
  if (request.startsWith('POST /v1/imports')) expect(answer.failed).toBe(0);
  expect(answer, request).toMatchObject(names.named(part, answer) as object);
}

/** The lines of a text; `…` stands for those that are not shown. */
function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && line !== '…');
}

/** What the answers shown so far gave a name to: `{name}`. */
class Names {
  readonly #values = new Map<string, string>();

  /** The words with the values in the place of their names. */
  filled(words: string): string {
    return words.replaceAll(/\{([a-z]+)\}/g, (whole, name) => this.#values.get(name) ?? whole);
  }

  /** What is shown with the values of its names; a name that is new is that of the value that the answer has there. */
  named(shown: unknown, answer: unknown): unknown {
    if (typeof shown === 'string') {
      const name = /^\{([a-z]+)\}$/.exec(shown)?.[1];
      if (name === undefined) return shown;
      if (!this.#values.has(name)) this.#values.set(name, String(answer));
      return this.#values.get(name);
    }
    if (Array.isArray(shown))
      return shown.map((each, index) => this.named(each, (answer as unknown[] | undefined)?.[index]));
    if (typeof shown !== 'object' || shown === null) return shown;
    const members = answer as Record<string, unknown> | undefined;
    return Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, this.named(value, members?.[name])]));
  }
}
