import { escapePointer } from './json-pointer.ts';

/** A step of a JSON Patch (RFC 6902 §4), of the kinds that a difference needs. */
export type PatchStep =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * The JSON Patch (RFC 6902) that makes one JSON value into another. Of two lists, what they have in common at both ends is left
 * alone, and what lies between is compared place by place: short patches for what people do to lists, at a cost that grows no
 * faster than the lists.
 * @param path the JSON Pointer (RFC 6901) of the value in its document.
 */
export function jsonPatch(before: unknown, after: unknown, path = ''): PatchStep[] {
  if (Array.isArray(before) && Array.isArray(after)) return listPatch(before, after, path);
  if (isObject(before) && isObject(after)) return objectPatch(before, after, path);
  return before === after ? [] : [{ op: 'replace', path, value: after }];
}

type Members = Readonly<Record<string, unknown>>;

function objectPatch(before: Members, after: Members, path: string): PatchStep[] {
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  return [
    ...removed.map((name) => ({ op: 'remove', path: `${path}/${escapePointer(name)}` }) as const),
    ...Object.entries(after).flatMap(([name, value]): PatchStep[] => {
      const place = `${path}/${escapePointer(name)}`;
      return Object.hasOwn(before, name) ? jsonPatch(before[name], value, place) : [{ op: 'add', path: place, value }];
    }),
  ];
}

function listPatch(before: readonly unknown[], after: readonly unknown[], path: string): PatchStep[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && isSame(before[head], after[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && isSame(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  const [was, is] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const place = (index: number) => `${path}/${head + index}`;
  return [
    ...is.slice(0, was.length).flatMap((value, index) => jsonPatch(was[index], value, place(index))),
    ...was.slice(is.length).map(() => ({ op: 'remove', path: place(is.length) }) as const),
    ...is.slice(was.length).map((value, index) => ({ op: 'add', path: place(was.length + index), value }) as const),
  ];
}

function isSame(before: unknown, after: unknown): boolean {
  return jsonPatch(before, after).length === 0;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
