import type { ServiceProcess } from './process.ts';

/**
 * The n-th bundle of a long import: a report of the outlet `wire` with a claim of its own, which passes on what one minister
 * says of it, once directly and once through another agency. The sources come in with number 0.
 */
function bundle(number: number): object {
  const slug = `claim-${number}`;
  const sources = [
    { slug: 'wire', name: 'Wire', kind: 'outlet' },
    { slug: 'agency', name: 'Agency', kind: 'outlet' },
    { slug: 'minister', name: 'The minister', kind: 'person' },
  ];
  return {
    report: { url: `https://wire.example.com/${number}`, title: `Report ${number}`, outlet: 'wire', published: '2026' },
    ...(number === 0 ? { sources } : {}),
    claims: [{ slug, text: `Text of ${slug}`, kind: 'fact' }],
    attributions: [
      { claim: slug, source: 'minister', stance: 'asserts' },
      { claim: slug, source: 'minister', stance: 'denies', via: ['agency'] },
    ],
  };
}

/** The number of the bundle that a claim or a report came in. */
export function bundleOf({ slug, url }: { slug?: string; url?: string | null }): number {
  return Number(/\d+$/.exec(slug ?? url ?? '')?.[0]);
}

/** The receipt of an import, as far as the tests look at it. */
export interface SeenReceipt {
  readonly bundles: number;
  readonly failed: number;
  readonly counts: { readonly created: number; readonly updated: number };
}

/** Imports bundles as NDJSON. Rejects when the connection breaks. */
export async function importBundles(
  { url, authorization }: ServiceProcess,
  numbers: readonly number[],
): Promise<SeenReceipt> {
  const answer = await fetch(`${url}/v1/imports`, {
    method: 'POST',
    headers: { ...authorization, 'content-type': 'application/x-ndjson' },
    body: numbers.map((number) => `${JSON.stringify(bundle(number))}\n`).join(''),
  });
  const receipt = (await answer.json()) as SeenReceipt;
  if (answer.status !== 201) throw new Error(`the import was answered with ${JSON.stringify(receipt)}`);
  return receipt;
}
