import pg from 'pg';
import { type Row, speakers, stanceOf, subjects, type World } from './generate.ts';
import { Random } from './random.ts';

/** One request, the same for the service and for the reference. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
}

/** A kind of request that is measured, many of the kind, and what share of the reference's requests/s it is to reach. */
export interface Load {
  readonly name: string;
  readonly title: string;
  readonly target: number;
  readonly requests: readonly BenchRequest[];
}

const PAGE = 50;
const DIFFERENT_READS = 2000;
const DIFFERENT_CREATES = 8000;

/** The four loads of a ledger that was generated and loaded into the database at `url`. */
export async function makeLoads(url: string, world: World, seed: number): Promise<Load[]> {
  const random = new Random(seed);
  const requests = (count: number, make: () => BenchRequest) => Array.from({ length: count }, make);
  const get = (path: string): BenchRequest => ({ method: 'GET', path });
  const muchTalkedOf = claimsWithAPage(world);
  const denying = await frequentDeniers(url);
  const create = creator(random, world);
  return [
    {
      name: 'claim',
      title: 'a claim by id',
      target: 0.8,
      requests: requests(DIFFERENT_READS, () => get(`/v1/claims/${random.pick(world.claims).id}`)),
    },
    {
      name: 'attributions',
      title: `${PAGE} attributions of a claim, with source and report`,
      target: 0.8,
      requests: requests(DIFFERENT_READS, () =>
        get(`/v1/claims/${random.pick(muchTalkedOf)}/attributions?limit=${PAGE}`),
      ),
    },
    {
      name: 'denied',
      title: `${PAGE} claims denied by a source, newest first`,
      target: 0.8,
      requests: requests(DIFFERENT_READS, () => get(`/v1/claims?deniedBy=${random.pick(denying)}&limit=${PAGE}`)),
    },
    {
      name: 'create',
      title: 'an attribution created, with change entry and summary (reference: a bare INSERT)',
      target: 0.5,
      requests: requests(DIFFERENT_CREATES, create),
    },
  ];
}

/** The ids of the claims that have a full page of attributions. */
function claimsWithAPage({ attributions }: World): string[] {
  const counts = new Map<string, number>();
  for (const { claim_id } of attributions) counts.set(String(claim_id), (counts.get(String(claim_id)) ?? 0) + 1);
  const found = [...counts].flatMap(([id, count]) => (count >= PAGE ? id : []));
  if (found.length === 0) throw new Error(`no claim has ${PAGE} attributions: generate more of them`);
  return found;
}

/** The ids of the sources that deny a full page of claims, in person or through those who speak for them. */
async function frequentDeniers(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ voice_id: string }>(
      `SELECT voice_id FROM claim_voices WHERE stance = 'denies'
       GROUP BY voice_id HAVING count(DISTINCT claim_id) >= $1 ORDER BY voice_id`,
      [PAGE],
    );
    if (rows.length === 0) throw new Error(`no source denies ${PAGE} claims: generate more attributions`);
    return rows.map(({ voice_id }) => voice_id);
  } finally {
    await client.end();
  }
}

/** Makes requests that create attributions with the same skew as those that are there; a fifth are relays. */
function creator(random: Random, world: World): () => BenchRequest {
  const [speaking, talkedOf] = [speakers(world.sources), subjects(world.claims)];
  const held = world.reports.filter(({ status }) => status === 'held');
  const latest = new Map<unknown, Row>(world.attributions.map((row) => [row.claim_id, row]));
  return () => {
    const claim = talkedOf.draw(random);
    const { quote_exact, ...said } = stanceOf(random, Date.UTC(2026, 0, 1));
    const relays = random.chance(0.2) ? latest.get(claim.id)?.id : undefined;
    const body = {
      claim: claim.id,
      source: speaking.draw(random).id,
      report: random.pick(held).id,
      ...said,
      ...(quote_exact === null ? {} : { quote: { exact: quote_exact, language: 'en' } }),
      ...(relays === undefined ? {} : { relays, stance: 'reports' }),
    };
    return { method: 'POST', path: '/v1/attributions', body: JSON.stringify(body) };
  };
}
