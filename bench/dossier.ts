/**
 * How long the dossier of a claim with 200 attributions takes, as JSON and as Markdown, now and by the clocks, beside plain SQL that
 * reads the same rows:
 *
 *   node scripts/bootstrap.mjs bench/dossier.ts
 */
import pg from 'pg';
import { foldName } from '../src/domain/names.ts';
import { generate, type Row, type World } from './generate.ts';
import { load } from './load.ts';
import { Random } from './random.ts';
import { printTimes, withService } from './service.ts';

const ATTRIBUTIONS = 200;
const SPEAKERS = 40;
const OUTLETS = 40;
const REPORTS = 60;
const ROUNDS = 101;

/**
 * A claim on which forty sources speak through forty outlets: 200 attributions, two thirds of which pass on others, every tenth
 * with a quote, eight requests for a reply, six verdicts and five relations to claims of the ledger.
 */
export function dossierWorld(seed: number, claims: readonly Row[]) {
  const random = new Random(seed);
  const made = (count: number, row: (n: number) => Record<string, unknown>): Row[] =>
    Array.from({ length: count }, (_, n) => ({ id: random.uuid(Date.UTC(2026, 0, 1) + n), ...row(n) }));
  const outlets = made(OUTLETS, (n) => ({ ...named(`Dossier outlet ${n}`, 'outlet'), host_id: null }));
  const speakers = made(SPEAKERS, (n) => ({
    ...named(`Dossier speaker ${n}`, n % 5 === 0 ? 'anonymous' : random.pick(['person', 'government', 'organization'])),
    host_id: n % 5 === 0 ? random.pick(outlets).id : null,
  }));
  const reports = made(REPORTS, (n) => ({
    ...{ title: `Report ${n}`, outlet_id: random.pick(outlets).id, status: 'held', language: 'en' },
    ...dated('published', 2025, n),
  }));
  const [claim] = made(1, () => ({
    slug: 'dossier-claim',
    text: 'The port is leased to another country',
    kind: 'fact',
  }));
  const attributions: Row[] = [];
  for (let n = 0; n < ATTRIBUTIONS; n += 1) {
    const relayed = attributions.length > 5 && random.chance(2 / 3) ? random.pick(attributions) : undefined;
    const stance = relayed ? 'reports' : random.pick(['asserts', 'asserts', 'denies', 'declines_to_comment', 'doubts']);
    attributions.push({
      ...{ id: random.uuid(Date.UTC(2026, 0, 2) + n), claim_id: claim?.id, report_id: random.pick(reports).id, stance },
      ...{ source_id: random.pick(relayed ? outlets : speakers).id, relays_id: relayed?.id ?? null },
      quote_exact: n % 10 === 0 ? `These are the words ${n}` : null,
      ...(n % 3 === 0 ? dated('said', 2025, n) : { said: null, said_from: null, said_until: null }),
    });
  }
  const world: World = {
    ...{ topics: [], affiliations: [], claim_about: [], withdrawals: [] },
    ...{ sources: [...outlets, ...speakers], reports, claims: claim === undefined ? [] : [claim], attributions },
  };
  const desk = {
    claim_about: made(3, (n) => ({ claim_id: claim?.id, source_id: speakers[n + 1]?.id })),
    reply_requests: made(8, (n) => ({
      ...{ claim_id: claim?.id, source_id: speakers[n]?.id, asked_at: '2025-12-01', deadline: '2025-12-05' },
      ...{ channel: 'email', actor: 'bench' },
    })),
    assessments: made(6, (n) => ({
      ...{ claim_id: claim?.id, reviewer_id: outlets[n % 3]?.id, rating_value: 1 + (n % 5), best_rating: 5 },
      ...{ worst_rating: 1, verdict: 'mixed', language: 'en', ...dated('published', 2025, n) },
    })),
    claim_relations: made(5, (n) => ({
      ...{ version: 1, from_id: claim?.id, to_id: claims[n]?.id, status: 'confirmed', actor: 'bench' },
      type: ['contradicts', 'depends_on', 'supports'][n % 3],
    })).map((row) => ({ ...row, relation_id: row.id })),
  };
  return { world, desk };
}

function named(name: string, kind: string) {
  return { slug: name.toLowerCase().replaceAll(' ', '-'), name, name_folded: foldName(name), kind };
}

/** A day of a year as its EDTF text and range. */
function dated(name: string, year: number, n: number) {
  const from = new Date(Date.UTC(year, 0, 1 + (n % 360)));
  const until = new Date(from.getTime() + 86_400_000);
  return { [name]: from.toISOString().slice(0, 10), [`${name}_from`]: from, [`${name}_until`]: until };
}

/**
 * What the service takes for the dossier, in milliseconds, one request after the other on one connection.
 * @throws Error when an answer is not the whole dossier
 */
export async function measureDossier(
  url: string,
  key: string,
  { query = '', accept = 'application/json', rounds = ROUNDS } = {},
): Promise<number[]> {
  const took: number[] = [];
  for (let round = -10; round < rounds; round += 1) {
    const began = performance.now();
    const answer = await fetch(`${url}/v1/claims/dossier-claim/dossier${query}`, {
      headers: { authorization: `Bearer ${key}`, accept },
    });
    const text = await answer.text();
    if (round >= 0) took.push(performance.now() - began);
    if (answer.status !== 200 || text.length < 10_000) throw new Error(`${answer.status}: ${text.slice(0, 500)}`);
    if (accept !== 'application/json') continue;
    const { chain, timeline, replyRequests, relations, assessments } = JSON.parse(text);
    const found = [chain.nodes.length, replyRequests.length, relations.length, assessments.length];
    if (found.join() !== `${ATTRIBUTIONS},8,5,6` || timeline.length < ATTRIBUTIONS)
      throw new Error(`the dossier has ${found}, and ${timeline.length} events`);
  }
  return took;
}

/** Plain SQL for the same rows, one statement. */
const REFERENCE = `
  SELECT row_to_json(c)::text,
    (SELECT json_agg(row_to_json(node))::text FROM (
      SELECT a.*, s.slug, s.name, s.kind, r.title, r.url, r.published, r.status, o.slug AS outlet_slug, o.name AS outlet_name
      FROM attributions a JOIN sources s ON s.id = a.source_id JOIN reports r ON r.id = a.report_id
      JOIN sources o ON o.id = r.outlet_id WHERE a.claim_id = c.id
    ) node) AS nodes,
    (SELECT json_agg(row_to_json(p)) FROM claim_positions p WHERE p.claim_id = c.id) AS positions,
    (SELECT json_agg(row_to_json(q)) FROM reply_requests q WHERE q.claim_id = c.id) AS requests,
    (SELECT json_agg(row_to_json(v)) FROM assessments v WHERE v.claim_id = c.id) AS assessments,
    (SELECT json_agg(row_to_json(r)) FROM claim_relations r WHERE c.id IN (r.from_id, r.to_id)) AS relations
  FROM claims c WHERE c.slug = 'dossier-claim'`;

/** What the reference takes, in milliseconds. */
async function measureReference(url: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const took: number[] = [];
  for (let round = -10; round < ROUNDS; round += 1) {
    const began = performance.now();
    await client.query({ name: 'dossier', text: REFERENCE });
    if (round >= 0) took.push(performance.now() - began);
  }
  await client.end();
  return took;
}

if (import.meta.main) {
  await withService(
    'dossier',
    async ({ ownerUrl }) => {
      const ledger = generate({ sources: 2000, reports: 20_000, claims: 10_000, attributions: 100_000 }, 1);
      await load(ownerUrl, ledger);
      const { world, desk } = dossierWorld(2, ledger.claims);
      await load(ownerUrl, world);
      await load(ownerUrl, desk);
    },
    async ({ url, key }, _, { ownerUrl }) => {
      const now = new Date().toISOString();
      printTimes({
        now: await measureDossier(url, key),
        markdown: await measureDossier(url, key, { accept: 'text/markdown' }),
        asOf: await measureDossier(url, key, { query: '?asOf=2999-01-01' }),
        knownAt: await measureDossier(url, key, { query: `?knownAt=${now}` }),
        reference: await measureReference(ownerUrl),
      });
    },
  );
}
