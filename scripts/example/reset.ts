import { z } from 'zod';
import type { Client } from './client.ts';
import { ASSESSMENTS, BUNDLES, CLAIMS, type ExampleBundle, FOUNDING, REQUESTS, SCHEMES } from './data.ts';
import { type Kind, surveyFeed } from './feed.ts';
import { importBundle } from './load.ts';

const REASON = 'The founding case is brought back.';

const Row = z.object({ type: z.string(), id: z.string().nullable() });
const Attribution = z.object({ id: z.string(), withdrawn: z.object({}).nullable() });
const Relation = z.object({
  id: z.string(),
  from: z.object({ slug: z.string() }),
  type: z.string(),
  to: z.object({ slug: z.string() }),
  status: z.string(),
});
const Report = z.object({ status: z.string() });
const Identified = z.object({ id: z.string() });

/**
 * Brings the founding case back to what its bundle says, by what the API offers to everyone: merges are ended, reports and
 * attributions restored, what was added on its claims withdrawn or rejected, fields set anew. Nothing recorded is lost: all of
 * it stays in the histories, this included. Other claims stay as they are, in its topic too.
 * @param tell is given a line for each kind of thing that was changed.
 */
export async function reset(client: Client, tell: (line: string) => void): Promise<void> {
  const survey = await surveyFeed(client, namesOfExample());
  await rename(client, survey.renamed, tell);
  await unmerge(client, survey.merged, tell);
  await restoreReports(client, survey.unseen, tell);
  const own = await importAnew(client, tell);
  await restoreAttributions(client, own, tell);
  await rejectRelations(client, tell);
  await bringBack(client, SCHEMES);
  for (const recorded of [REQUESTS, ASSESSMENTS]) await resetRecorded(client, recorded, tell);
}

/** The slugs and ids of the example's things, by kind. */
function namesOfExample(): Readonly<Record<Kind, ReadonlySet<string>>> {
  const slugsOf = (things: readonly { slug: string }[]) => things.map(({ slug }) => slug);
  const all = BUNDLES.map(({ bundle }) => bundle);
  return {
    source: new Set(all.flatMap(({ sources }) => slugsOf(sources))),
    claim: new Set(all.flatMap(({ claims }) => slugsOf(claims))),
    topic: new Set(all.flatMap(({ topics }) => slugsOf(topics))),
    report: new Set(all.map(({ report }) => report.id)),
  };
}

type Tell = (line: string) => void;
const count = (tell: Tell, number: number, what: string) => number > 0 && tell(`${number} ${what}`);

async function rename(client: Client, renamed: readonly { path: string; slug: string }[], tell: Tell): Promise<void> {
  for (const { path, slug } of renamed) await client.send('PATCH', path, { body: { slug } });
  count(tell, renamed.length, 'slugs changed back');
}

/** What was merged last is taken apart first. */
async function unmerge(client: Client, merged: readonly string[], tell: Tell): Promise<void> {
  for (const path of merged) await client.send('POST', `${path}/unmerge`, { body: { reason: REASON } });
  count(tell, merged.length, 'merges ended');
}

/** The reports of the founding case stand again, and those that it cites are unseen and dated by it. */
async function restoreReports(client: Client, unseen: readonly string[], tell: Tell): Promise<void> {
  const { id, ...held } = FOUNDING.bundle.report;
  const { published, language } = held;
  const documents = [
    [id, { ...BLANK.report, ...held, status: 'held' }],
    ...unseen.map((each) => [each, { ...BLANK.report, published, language, status: 'cited_unseen' }] as const),
  ] as const;
  let restored = 0;
  for (const [report, document] of documents) {
    const path = `/v1/reports/${report}`;
    const { status, body } = await client.send('GET', path, { allowed: [404] });
    if (status === 404) continue;
    if (Report.parse(body).status === 'retracted') {
      await client.send('POST', `${path}/restore`);
      restored += 1;
    }
    await client.send('PATCH', path, { body: document });
  }
  count(tell, restored, 'retractions of reports taken back');
}

/** Every field that a bundle may give of a thing, as it is when the bundle does not: so nothing else is left in them. */
const BLANK = {
  report: { url: null, title: null, authors: null, kind: null, retrievedAt: null, archiveUrl: null, text: null },
  topic: { description: null },
  source: {
    ...{ description: null, country: null, aliases: null, externalIds: null, reliability: null, partOf: null },
    ...{ speaksFor: null, host: null, descriptor: null, people: null, access: null, reason: null, terms: null },
  },
  claim: { occurred: null, about: null, topic: null },
  prediction: { criteria: null, outcome: 'open', resolvedAt: null, evidence: null },
} as const;

function inFull({ report, topics, sources, claims, attributions, relations }: ExampleBundle): ExampleBundle {
  return {
    report: { ...BLANK.report, ...report },
    topics: topics.map((topic) => ({ ...BLANK.topic, ...topic })),
    sources: sources.map((source) => ({ ...BLANK.source, ...source })),
    claims: claims.map(({ prediction, ...claim }) => ({
      ...BLANK.claim,
      ...claim,
      ...(prediction === undefined ? {} : { prediction: { ...BLANK.prediction, ...prediction } }),
    })),
    attributions,
    relations: relations.map((relation) => ({ ...relation, status: 'confirmed' })),
  };
}

/** Imports the bundles with every field that they leave out; answers with the ids of the founding case's attributions. */
async function importAnew(client: Client, tell: Tell): Promise<ReadonlySet<string>> {
  const own = new Set<string>();
  let changed = 0;
  for (const { name, bundle } of BUNDLES) {
    const { id, counts } = await importBundle(client, name, inFull(bundle));
    changed += (counts.created ?? 0) + (counts.updated ?? 0);
    for (const row of await client.all(Row, `/v1/imports/${id}/rows?`))
      if (row.id !== null && (row.type === 'attribution' || row.type === 'relay')) own.add(row.id);
  }
  count(tell, changed, 'things brought back to what the bundles say');
  return own;
}

/** First what was added goes, since it may stand in the place of what comes back. */
async function restoreAttributions(client: Client, own: ReadonlySet<string>, tell: Tell): Promise<void> {
  const lists = CLAIMS.map((claim) => client.all(Attribution, `/v1/claims/${claim}/attributions?`));
  const there = (await Promise.all(lists)).flat();
  const added = there.filter(({ id, withdrawn }) => !own.has(id) && withdrawn === null);
  const gone = there.filter(({ id, withdrawn }) => own.has(id) && withdrawn !== null);
  for (const { id } of added)
    await client.send('POST', `/v1/attributions/${id}/withdraw`, { body: { reason: REASON } });
  for (const { id } of gone) await client.send('POST', `/v1/attributions/${id}/restore`);
  count(tell, added.length, 'attributions withdrawn that were added');
  count(tell, gone.length, 'attributions restored');
}

async function rejectRelations(client: Client, tell: Tell): Promise<void> {
  const nameOf = (from: string, type: string, to: string) =>
    [type, ...(type === 'contradicts' ? [from, to].sort() : [from, to])].join(' ');
  const own = new Set(FOUNDING.bundle.relations.map(({ from, type, to }) => nameOf(from, type, to)));
  let rejected = 0;
  for (const claim of CLAIMS) {
    for (const { id, from, type, to, status } of await client.all(Relation, `/v1/claims/${claim}/relations?`)) {
      if (status === 'rejected' || own.has(nameOf(from.slug, type, to.slug))) continue;
      await client.send('PATCH', `/v1/claims/${claim}/relations/${id}`, { body: { status: 'rejected' } });
      rejected += 1;
    }
  }
  count(tell, rejected, 'relations rejected that were added');
}

/** What was recorded beside the bundles: what was added on the claims goes, what was deleted comes back under a new id. */
async function resetRecorded(
  client: Client,
  { path, documents }: { readonly path: string; readonly documents: readonly { readonly id: string }[] },
  tell: Tell,
): Promise<void> {
  const own = new Set(documents.map(({ id }) => id));
  const lists = CLAIMS.map((claim) => client.all(Identified, `${path}?claim=${claim}`));
  const added = (await Promise.all(lists)).flat().filter(({ id }) => !own.has(id));
  for (const { id } of added) await client.send('DELETE', `${path}/${id}`);
  await bringBack(client, { path, documents });
  count(tell, added.length, `deleted of ${path} that were added`);
}

/** What a document can never change: what it is on, and who was asked or judged. */
const FIXED = new Set(['id', 'claim', 'source', 'askedAt', 'reviewer']);

async function bringBack(
  client: Client,
  { path, documents }: { readonly path: string; readonly documents: readonly { readonly id: string }[] },
): Promise<void> {
  for (const { id, ...document } of documents) {
    const changes = Object.fromEntries(Object.entries(document).filter(([name]) => !FIXED.has(name)));
    const { status } = await client.send('GET', `${path}/${id}`, { allowed: [404] });
    // Of a request that is answered or has lapsed only the note can change; a reviewer has one scheme.
    if (status === 200) await client.send('PATCH', `${path}/${id}`, { body: changes, allowed: [409] });
    else await client.send('POST', path, { body: document, allowed: [409] });
  }
}
