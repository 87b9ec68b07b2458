import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { sentenceOf } from '../../src/domain/sentence.ts';
import { SENTENCES } from './sentence-cases.ts';

describe('the attribution sentence', () => {
  test.each(SENTENCES.map(({ shows, facts, sentence }) => [shows, facts, sentence] as const))(
    '%s',
    (_shows, facts, sentence) => {
      expect(sentenceOf(facts)).toBe(sentence);
    },
  );

  it('has a table in which every case has a name of its own', () => {
    const names = SENTENCES.map(({ shows }) => shows);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe('the house style in docs/sentences.md', () => {
  const text = readFileSync(new URL('../../docs/sentences.md', import.meta.url), 'utf8');
  const sections = text.split(/^## /m).slice(1);
  const examplesOf = (section: string) =>
    [...section.matchAll(/(?:^ *> .*\n)+/gm)].map(([block]) =>
      block.replace(/^ *> /gm, '').trim().replace(/\s+/g, ' '),
    );

  test.each(sections.map((section) => [section.split('\n')[0] ?? '', examplesOf(section)] as const))(
    'what “%s” shows is in the table',
    (_title, examples) => {
      expect(examples).not.toEqual([]);
      const sentences = SENTENCES.map(({ sentence }) => sentence);
      expect(examples.filter((example) => !sentences.includes(example))).toEqual([]);
    },
  );
});
