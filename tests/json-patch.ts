import { applyPatch, type Operation } from 'rfc6902';

/**
 * What a JSON Patch (RFC 6902) makes of a document, by a library that is not ours; the document stays as it is.
 * @throws the error of the first operation that cannot be carried out
 */
export function patched(document: unknown, patch: readonly Operation[]): unknown {
  // The library cannot replace the document itself, so it is given one level up.
  const held = { document: structuredClone(document) };
  const errors = applyPatch(
    held,
    patch.map((operation) => ({ ...operation, path: `/document${operation.path}` })),
  );
  for (const error of errors) if (error) throw error;
  return held.document;
}
