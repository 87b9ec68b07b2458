import { z } from 'zod';
import type { Client } from './client.ts';
import { ASSESSMENTS, BUNDLES, type ExampleBundle, REQUESTS, SCHEMES } from './data.ts';

const Receipt = z.object({ id: z.string(), counts: z.record(z.string(), z.number()) });

/** Loads the example, or what of it is not there; tells what became of each bundle. */
export async function load(client: Client, tell: (line: string) => void): Promise<void> {
  for (const { name, file, bundle } of BUNDLES) {
    const { counts } = await importBundle(client, name, bundle);
    const told = Object.entries(counts).flatMap(([outcome, count]) => (count > 0 ? `${count} ${outcome}` : []));
    tell(`examples/${file}: ${told.join(', ')}`);
  }
  // What is there already is a conflict, and stays.
  for (const { path, documents } of [REQUESTS, SCHEMES, ASSESSMENTS])
    for (const body of documents) await client.send('POST', path, { body, allowed: [409] });
  tell(`examples/reply-requests.json: ${REQUESTS.documents.length} requests for a reply`);
  await client.send('POST', '/v1/keys', { body: { name: 'example-reader', scopes: ['read'] }, allowed: [409] });
}

/** Imports a bundle; its report gets another id where one with this id was deleted, which nothing can have again. */
export async function importBundle(
  { send }: Client,
  name: string,
  { report, ...bundle }: ExampleBundle,
): Promise<z.output<typeof Receipt>> {
  const path = `/v1/imports?name=${name}`;
  const Refused = z.object({ errors: z.tuple([z.object({ pointer: z.literal('/report/id') })]) });
  const { status, body } = await send('POST', path, { body: { report, ...bundle }, allowed: [422] });
  if (status !== 422) return Receipt.parse(body);
  const { id: _deleted, ...rest } = report;
  const again = Refused.safeParse(body).success ? { report: rest, ...bundle } : { report, ...bundle };
  return Receipt.parse((await send('POST', path, { body: again })).body);
}
