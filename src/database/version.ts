/**
 * The versions from which a caller agrees to make a change (`If-Match`, DESIGN §4): any at all, or one of a list. An empty
 * list agrees to none.
 */
export type ExpectedVersions = { readonly any: true } | { readonly versions: readonly number[] };

/** Whether a version is among those expected, where a row that is locked was read already. */
export function isExpected(expected: ExpectedVersions, version: number): boolean {
  return 'any' in expected || expected.versions.includes(version);
}
