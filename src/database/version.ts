/**
 * The versions from which a caller agrees to make a change (`If-Match`, DESIGN §4): any at all, or one of a list. An empty
 * list agrees to none. Decided in SQL, by `expectedVersions`.
 */
export type ExpectedVersions = { readonly any: true } | { readonly versions: readonly number[] };

/**
 * As a parameter for SQL: `null` stands for any version.
 * `update … where id = $1 and ($2::int[] is null or version = any($2))`
 */
export function expectedVersions(expected: ExpectedVersions): number[] | null {
  return 'any' in expected ? null : [...expected.versions];
}

/** Whether a version is among those expected, where a row that is locked was read already. */
export function isExpected(expected: ExpectedVersions, version: number): boolean {
  return 'any' in expected || expected.versions.includes(version);
}
