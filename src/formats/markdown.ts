import { onOneLine } from '../domain/names.ts';

/**
 * Parts of Markdown documents (CommonMark 0.31 with the tables and task lists of GFM). Whatever a document quotes is text, never
 * markup: names, titles and words of others go through `escaped`.
 */

/** A text as Markdown that shows it literally, on one line. */
export function escaped(text: string): string {
  return onOneLine(text)
    .replace(/[\\`*_[\]<>|~]/g, '\\$&')
    .replace(/#+$/, (marks) => marks.replaceAll('#', '\\#'))
    .replace(/&(?=#?\w+;)/g, '\\&')
    .replace(/^(?:[#+=-]|\d+(?=[.)]))/, (mark) => (/\d/.test(mark) ? mark : `\\${mark}`))
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

/** A link, or the text alone where there is no address. */
export function link(text: string, url: string | null): string {
  if (url === null) return escaped(text);
  return `[${escaped(text)}](<${url.replace(/[<>\s\\]/gu, (character) => encodeURIComponent(character))}>)`;
}

/** A word of the vocabulary (`single_origin`) as people read it. */
export function words(term: string): string {
  return escaped(term.replaceAll('_', ' '));
}

/** The clocks that a document was asked by, as they were given. */
export interface AskedClocks {
  readonly asOf?: string | undefined;
  readonly knownAt?: string | undefined;
}

/** The clocks as lines of a list; none where it is about now. */
export function askedBy({ asOf, knownAt }: AskedClocks): string[] {
  return [
    ...(asOf === undefined ? [] : [`- **As of**: what had been said by ${escaped(asOf)}`]),
    ...(knownAt === undefined ? [] : [`- **Known at**: what we had recorded by ${escaped(knownAt)}`]),
  ];
}

/** A section with its heading; nothing where it has no lines. */
export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

/** A table; nothing where it has no rows. Cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** A block quote. */
export function blockQuote(text: string): string {
  return text
    .trim()
    .split(/\r?\n/)
    .map((line) => `> ${escaped(line)}`.trimEnd())
    .join('\n');
}

/** The whole document. */
export function page(lines: readonly string[]): string {
  return `${lines.join('\n').trimEnd()}\n`;
}
