import { z } from 'zod';
import type { Client } from './client.ts';

const Named = z.object({ id: z.string(), slug: z.string().nullable() });
const Entry = z.object({
  type: z.string(),
  action: z.string(),
  entity: z.string(),
  slug: z.string().nullable(),
  after: z.looseObject({ mergedInto: Named.optional(), citedIn: z.string().nullish() }),
});
const Feed = z.object({
  data: z.array(Entry),
  page: z.object({ nextCursor: z.string(), hasMore: z.boolean() }),
});

const KINDS = ['source', 'claim', 'topic', 'report'] as const;
export type Kind = (typeof KINDS)[number];

/** What the feed tells of the things of an example. */
export interface Survey {
  /** What is merged into one of them, or is one of them and merged: paths, the one that was merged last first. */
  readonly merged: readonly string[];
  /** Those of which the slug was changed: their paths, and the slugs that they had at first. */
  readonly renamed: readonly { readonly path: string; readonly slug: string }[];
  /** The ids of the reports that are cited in one of them, and were not seen when they were recorded. */
  readonly unseen: readonly string[];
}

/**
 * Reads the whole change feed for what no list shows: what is merged, and what was called otherwise.
 * @param names the slugs, and of reports the ids, of the example's things as they were made.
 */
export async function surveyFeed(client: Client, names: Readonly<Record<Kind, ReadonlySet<string>>>): Promise<Survey> {
  const own = new Map<string, { path: string; first: string | null; slug: string | null }>();
  const merges = new Map<string, { path: string; into: string }>();
  const unseen = new Set<string>();
  for await (const { type, action, entity, slug, after } of entries(client)) {
    const kind = KINDS.find((each) => each === type);
    if (kind === undefined) continue;
    const path = `/v1/${kind}s/${entity}`;
    if (action === 'created' && (names[kind].has(slug ?? '') || names[kind].has(entity)))
      own.set(entity, { path, first: slug, slug });
    const named = own.get(entity);
    if (named) named.slug = slug;
    if (action === 'deleted') own.delete(entity);
    if (after.citedIn != null && names.report.has(after.citedIn)) unseen.add(entity);
    if (action === 'unmerged') merges.delete(entity);
    if (action === 'merged' && after.mergedInto) merges.set(entity, { path, into: after.mergedInto.id });
  }
  const isOwn = (id: string) => own.has(id) || unseen.has(id);
  return {
    merged: [...merges].flatMap(([id, { path, into }]) => (isOwn(id) || isOwn(into) ? path : [])).reverse(),
    renamed: [...own.values()].flatMap(({ path, first, slug }) =>
      first !== null && first !== slug ? { path, slug: first } : [],
    ),
    unseen: [...unseen],
  };
}

async function* entries(client: Client): AsyncGenerator<z.output<typeof Entry>> {
  for (let after = '0'; ; ) {
    const { data, page } = await client.get(Feed, `/v1/changes?limit=1000&after=${after}`);
    yield* data;
    if (!page.hasMore) return;
    after = page.nextCursor;
  }
}
