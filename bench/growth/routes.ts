import pg from 'pg';
import { FLAGS, STANDINGS } from '../../src/domain/vocabulary.ts';
import { place } from '../words.ts';
import { BEGIN, SPAN } from './ledger.ts';

/** A kind of request: many different ones of it, each a path. */
export interface GrowthRoute {
  readonly name: string;
  readonly paths: readonly string[];
}

/** So many different requests of a kind. */
const DIFFERENT = 24;

const dayAt = (share: number) => new Date(BEGIN + share * SPAN).toISOString().slice(0, 10);

/** The clocks that every route with a past is asked with. */
const CLOCKS: readonly (readonly [name: string, query: string])[] = [
  ['knownAt in the middle', `knownAt=${dayAt(0.5)}`],
  ['knownAt near the end', `knownAt=${dayAt(0.98)}`],
  ['asOf in the middle', `asOf=${dayAt(0.5)}`],
  ['asOf in the middle, knownAt near the end', `asOf=${dayAt(0.5)}&knownAt=${dayAt(0.98)}`],
];

/** Things that are there at two fifths of the history, and so on every clock that is asked; the same kind of them at every size. */
const EARLY = `'${dayAt(0.4)}'::timestamptz`;

/** Lists of things to ask for, each a query of one column in an order of chance that is always the same. */
const POOLS = {
  claim: `SELECT id FROM claims WHERE created_at < ${EARLY} ORDER BY md5(slug)`,
  claimSlug: `SELECT slug FROM claims WHERE created_at < ${EARLY} ORDER BY md5(slug)`,
  muchTalkedOf: `SELECT c.id FROM claims c JOIN claim_summaries s ON s.claim_id = c.id
    WHERE c.created_at < ${EARLY} AND s.attributions BETWEEN 100 AND 500 ORDER BY md5(c.slug)`,
  story: `SELECT t.slug FROM topics t WHERE t.created_at < ${EARLY}
    AND (SELECT count(*) FROM claims WHERE topic_id = t.id) BETWEEN 20 AND 100 ORDER BY md5(t.slug)`,
  bigStory: `SELECT t.slug FROM topics t WHERE t.created_at < ${EARLY}
    AND (SELECT count(*) FROM claims WHERE topic_id = t.id) > 500 ORDER BY md5(t.slug)`,
  report: `SELECT r.id FROM reports r WHERE r.created_at < ${EARLY} AND r.status = 'held'
    AND EXISTS (SELECT FROM attributions WHERE report_id = r.id AND live) ORDER BY md5(r.url)`,
  busyOutlet: `SELECT s.slug FROM sources s JOIN (
      SELECT outlet_id, count(*) AS reports FROM reports GROUP BY outlet_id ORDER BY reports DESC LIMIT 10
    ) busy ON busy.outlet_id = s.id ORDER BY md5(s.slug)`,
  quietOutlet: `SELECT s.slug FROM sources s JOIN (
      SELECT outlet_id FROM reports GROUP BY outlet_id HAVING count(*) BETWEEN 5 AND 80
    ) quiet ON quiet.outlet_id = s.id WHERE s.created_at < ${EARLY} ORDER BY md5(s.slug)`,
  frequentSpeaker: `SELECT s.slug FROM sources s JOIN (
      SELECT source_id, count(*) AS said FROM attributions WHERE stance <> 'reports' GROUP BY source_id ORDER BY said DESC LIMIT 10
    ) frequent ON frequent.source_id = s.id ORDER BY md5(s.slug)`,
  rareSpeaker: `SELECT s.slug FROM sources s JOIN (
      SELECT source_id FROM attributions WHERE stance <> 'reports' GROUP BY source_id HAVING count(*) BETWEEN 3 AND 30
    ) rare ON rare.source_id = s.id WHERE s.created_at < ${EARLY} ORDER BY md5(s.slug)`,
  organization: `SELECT s.slug FROM sources s JOIN (
      SELECT organization_id FROM affiliations WHERE recorded_until IS NULL GROUP BY organization_id HAVING count(*) BETWEEN 10 AND 100
    ) large ON large.organization_id = s.id WHERE s.created_at < ${EARLY} ORDER BY md5(s.slug)`,
  ...frequent('frequentAsserter', 'asserts'),
  ...frequent('frequentDenier', 'denies'),
  ...frequent('frequentDecliner', 'declines_to_comment'),
  ...rare('rareAsserter', 'asserts'),
  ...rare('rareDenier', 'denies'),
  ...rare('rareDecliner', 'declines_to_comment'),
} as const;
type Pool = keyof typeof POOLS;

function frequent<const Name extends string>(name: Name, stance: string): Record<Name, string> {
  const text = `SELECT s.slug FROM sources s JOIN (
      SELECT voice_id, count(*) AS claims FROM claim_voices WHERE stance = '${stance}' GROUP BY voice_id ORDER BY claims DESC LIMIT 10
    ) often ON often.voice_id = s.id ORDER BY md5(s.slug)`;
  return { [name]: text } as Record<Name, string>;
}

function rare<const Name extends string>(name: Name, stance: string): Record<Name, string> {
  const text = `SELECT s.slug FROM sources s JOIN (
      SELECT voice_id FROM claim_voices WHERE stance = '${stance}' GROUP BY voice_id HAVING count(*) BETWEEN 1 AND 8
    ) seldom ON seldom.voice_id = s.id WHERE s.created_at < ${EARLY} ORDER BY md5(s.slug)`;
  return { [name]: text } as Record<Name, string>;
}

/** Words by how many claims have them: of ten at least one, of a hundred one, of ten thousand one. */
const COMMON_WORDS = ['ministry', 'loan', 'summit', 'contract', 'bank', 'court', 'moscow', 'delayed'];
const MIDDLING_WORDS = Array.from({ length: DIFFERENT }, (_, n) => place(6 + (n % 10)));
const RARE_WORDS = Array.from({ length: DIFFERENT }, (_, n) => place(800 + n * 40));

/** A route: `{pool}` in its path is replaced by things of that pool. */
type Template = readonly [name: string, path: string];

const perValue = (values: readonly string[], name: string, path: (value: string) => string): Template[] =>
  values.map((value) => [`${name} ${value}`, path(value)]);

/** Routes that are asked with clocks too. */
const WITH_A_PAST: readonly Template[] = [
  ['a claim by id', '/v1/claims/{claim}'],
  ['a claim by slug', '/v1/claims/{claimSlug}'],
  ['claims, newest first', '/v1/claims?limit=50'],
  ['claims, oldest first', '/v1/claims?sort=createdAt'],
  ['claims of a topic', '/v1/claims?topic={story}'],
  ['claims of a big topic', '/v1/claims?topic={bigStory}'],
  ['claims of a kind', '/v1/claims?kind=prediction'],
  ['claims by a common word', '/v1/claims?q={commonWord}'],
  ['claims by a middling word', '/v1/claims?q={middlingWord}'],
  ['claims by a rare word', '/v1/claims?q={rareWord}'],
  ['claims due', `/v1/claims?dueBefore=${dayAt(0.9)}`],
  ['assertedBy, frequent', '/v1/claims?assertedBy={frequentAsserter}'],
  ['assertedBy, rare', '/v1/claims?assertedBy={rareAsserter}'],
  ['deniedBy, frequent', '/v1/claims?deniedBy={frequentDenier}'],
  ['deniedBy, rare', '/v1/claims?deniedBy={rareDenier}'],
  ['declinedBy, frequent', '/v1/claims?declinedBy={frequentDecliner}'],
  ['declinedBy, rare', '/v1/claims?declinedBy={rareDecliner}'],
  ['by, frequent', '/v1/claims?by={frequentSpeaker}'],
  ['by, rare', '/v1/claims?by={rareSpeaker}'],
  ['by, an organization of many', '/v1/claims?by={organization}'],
  ['by, exact', '/v1/claims?by={frequentSpeaker}&exact=true'],
  ['by and stance, frequent', '/v1/claims?by={frequentSpeaker}&stance=denies'],
  ['by and stance, rare', '/v1/claims?by={rareSpeaker}&stance=asserts'],
  ['by with said.gte', `/v1/claims?by={frequentSpeaker}&said.gte=${dayAt(0.3)}`],
  ['outlet, busy', '/v1/claims?outlet={busyOutlet}'],
  ['outlet, quiet', '/v1/claims?outlet={quietOutlet}'],
  ['claims of a report', '/v1/claims?report={report}'],
  ['topic and standing', '/v1/claims?topic={story}&standing=contested'],
  ['big topic and standing', '/v1/claims?topic={bigStory}&standing=denied'],
  ['deniedBy and topic', '/v1/claims?deniedBy={frequentDenier}&topic={bigStory}'],
  ['topic and flag', '/v1/claims?topic={bigStory}&flag=anonymous_only'],
  ['report and standing', '/v1/claims?report={report}&standing=contested'],
  ['deniedBy and standing', '/v1/claims?deniedBy={frequentDenier}&standing=denied'],
  ['attributions of a claim', '/v1/claims/{claim}/attributions'],
  ['attributions of a much talked-of claim', '/v1/claims/{muchTalkedOf}/attributions'],
  ['attributions of a report', '/v1/reports/{report}/attributions'],
  ['attributions of a source, frequent', '/v1/attributions?source={frequentSpeaker}'],
  ['attributions of a source, rare', '/v1/attributions?source={rareSpeaker}'],
  ['positions on a claim', '/v1/claims/{claim}/positions'],
  ['positions on a much talked-of claim', '/v1/claims/{muchTalkedOf}/positions'],
  ['positions of a source, frequent', '/v1/sources/{frequentSpeaker}/positions'],
  ['positions of a source, rare', '/v1/sources/{rareSpeaker}/positions'],
  ['positions of an organization of many', '/v1/sources/{organization}/positions'],
  ['positions of a source on one side', '/v1/sources/{frequentSpeaker}/positions?side=against'],
  ['chain of a claim', '/v1/claims/{claim}/chain'],
  ['chain of a much talked-of claim', '/v1/claims/{muchTalkedOf}/chain'],
  ['reversals of a source, frequent', '/v1/sources/{frequentSpeaker}/reversals'],
  ['reversals of a source, rare', '/v1/sources/{rareSpeaker}/reversals'],
];

/** Routes about the present only, or about what has no past. */
const OF_THE_PRESENT: readonly Template[] = [
  ...perValue(STANDINGS, 'standing', (standing) => `/v1/claims?standing=${standing}`),
  ...perValue(FLAGS, 'flag', (flag) => `/v1/claims?flag=${flag}`),
  ['standing and flag', '/v1/claims?standing=single_origin&flag=anonymous_only'],
  ['standing and kind', '/v1/claims?standing=denied&kind=intention'],
  ['stance of anybody', '/v1/claims?stance=doubts'],
  ['said within a month', `/v1/claims?said.gte=${dayAt(0.5)}&said.lt=${dayAt(0.54)}`],
  ['published within a month', `/v1/claims?published.gte=${dayAt(0.5)}&published.lt=${dayAt(0.54)}`],
  ['timeline of a claim', '/v1/claims/{claim}/timeline'],
  ['timeline of a much talked-of claim', '/v1/claims/{muchTalkedOf}/timeline'],
  ['relations of a claim', '/v1/claims/{claim}/relations'],
  ['attributions, newest first', '/v1/attributions?limit=50'],
  ['attributions of a stance', '/v1/attributions?stance=doubts'],
  ['attributions not live', '/v1/attributions?live=false'],
  ['a source', '/v1/sources/{frequentSpeaker}'],
  ['sources, newest first', '/v1/sources?limit=50'],
  ['sources of a kind', '/v1/sources?kind=document'],
  ['sources of a host', '/v1/sources?host={busyOutlet}'],
  ['a report', '/v1/reports/{report}'],
  ['reports, newest first', '/v1/reports?limit=50'],
  ['reports of an outlet, busy', '/v1/reports?outlet={busyOutlet}'],
  ['reports of an outlet, quiet', '/v1/reports?outlet={quietOutlet}'],
  ['reports of a status', '/v1/reports?status=retracted'],
  ['reports published within a week', `/v1/reports?published.gte=${dayAt(0.5)}&published.lt=${dayAt(0.51)}`],
  ['topics', '/v1/topics?limit=50'],
  ['history of a claim', '/v1/claims/{claim}/history'],
  ['history of a report', '/v1/reports/{report}/history'],
  ['history of a source', '/v1/sources/{frequentSpeaker}/history'],
  ['changes from the beginning', '/v1/changes?limit=50'],
];

/** Lists that are also asked for a page far down. */
const DEEP: readonly Template[] = [
  ['claims, far down', '/v1/claims?limit=1000'],
  ['deniedBy, frequent, far down', '/v1/claims?deniedBy={frequentDenier}&limit=1000'],
  ['positions of a source, far down', '/v1/sources/{frequentSpeaker}/positions?limit=1000'],
  ['changes, far down', '/v1/changes?limit=1000'],
];
const PAGES_DOWN = 3;

/** All routes, with the paths that fit the ledger at `url`; `get` asks the service on it. */
export async function makeRoutes(
  url: string,
  get: (path: string) => Promise<{ status: number; body: string }>,
): Promise<GrowthRoute[]> {
  const pools = await readPools(url);
  const pathsOf = (template: string): string[] => {
    const paths = Array.from({ length: DIFFERENT }, (_, n) =>
      template.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
        const pool = pools.get(name) ?? [];
        if (pool.length === 0) throw new Error(`the ledger has no ${name}`);
        return encodeURIComponent(pool[n % pool.length] as string);
      }),
    );
    return [...new Set(paths)];
  };
  const withClock = (path: string, clock: string) => `${path}${path.includes('?') ? '&' : '?'}${clock}`;
  const route = ([name, path]: Template): GrowthRoute => ({ name, paths: pathsOf(path) });
  const deep = DEEP.map(async ([name, path]): Promise<GrowthRoute> => {
    const found = await Promise.all(pathsOf(path).map((first) => farDown(first, get)));
    return { name, paths: found };
  });
  return [
    ...WITH_A_PAST.map(route),
    ...OF_THE_PRESENT.map(route),
    ...(await Promise.all(deep)),
    ...CLOCKS.flatMap(([clock, query]) =>
      WITH_A_PAST.map(([name, path]) => route([`${name}, ${clock}`, withClock(path, query)])),
    ),
  ];
}

/** The path of a page of 50 some pages of a thousand down the list, or of the last one before its end. */
async function farDown(
  first: string,
  get: (path: string) => Promise<{ status: number; body: string }>,
): Promise<string> {
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_DOWN; page += 1) {
    const { status, body } = await get(cursor === null ? first : `${first}&cursor=${cursor}`);
    const { nextCursor = null } = status === 200 ? (JSON.parse(body).page as { nextCursor: string | null }) : {};
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  const path = first.replace('limit=1000', 'limit=50');
  return cursor === null ? path : `${path}&cursor=${cursor}`;
}

async function readPools(url: string): Promise<Map<string, string[]>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const pools = new Map<string, string[]>([
      ['commonWord', COMMON_WORDS],
      ['middlingWord', MIDDLING_WORDS],
      ['rareWord', RARE_WORDS],
    ]);
    for (const name of Object.keys(POOLS) as Pool[]) {
      const { rows } = await client.query<[string]>({ text: `${POOLS[name]} LIMIT ${DIFFERENT}`, rowMode: 'array' });
      pools.set(
        name,
        rows.map(([value]) => value),
      );
    }
    return pools;
  } finally {
    await client.end();
  }
}
