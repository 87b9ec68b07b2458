/**
 * What the service is measured against: Fastify and pg, and nothing else. One prepared statement a request, the same bytes
 * as the service, and no keys, log, validation, entity tags, metrics, summaries or change entries.
 * Started by `run.ts` with PORT and DATABASE_URL.
 */
import Fastify from 'fastify';
import pg from 'pg';
import { v7 } from 'uuid';
import { encodeCursor } from '../src/http/pagination.ts';
import { ATTRIBUTION_JOINS, ATTRIBUTION_JSON } from '../src/modules/attributions/json.ts';
import { CLAIM_FROM, presentClaimJson } from '../src/modules/claims/json.ts';

interface PageRow {
  readonly id: string;
  readonly json: string;
}

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const app = Fastify();

const CLAIM = `SELECT ${presentClaimJson('now()')}::text AS json FROM ${CLAIM_FROM} WHERE c.id = $1 AND c.deleted_at IS NULL`;

app.get<{ Params: { claim: string } }>('/v1/claims/:claim', async (request, reply) => {
  const values = [request.params.claim];
  const { rows } = await pool.query<{ json: string }>({ name: 'claim', text: CLAIM, values });
  return reply.type('application/json; charset=utf-8').send(rows[0]?.json);
});

const ATTRIBUTIONS = `SELECT a.id, ${ATTRIBUTION_JSON}::text AS json FROM attributions a ${ATTRIBUTION_JOINS}
  WHERE a.claim_id = $1 ORDER BY a.id DESC LIMIT $2`;

app.get<{ Params: { claim: string }; Querystring: { limit: string } }>(
  '/v1/claims/:claim/attributions',
  async (request, reply) => {
    const { claim } = request.params;
    const limit = Number(request.query.limit);
    const { rows } = await pool.query<PageRow>({ name: 'page', text: ATTRIBUTIONS, values: [claim, limit + 1] });
    const binding = JSON.stringify([`/v1/claims/${claim}/attributions`, [['claim', claim]]]);
    return reply.type('application/json; charset=utf-8').send(page(rows, limit, binding));
  },
);

const DENIED = `SELECT c.id, ${presentClaimJson('now()')}::text AS json
  FROM (
    SELECT DISTINCT claim_id FROM claim_voices WHERE voice_id = $1 AND stance = 'denies' ORDER BY claim_id DESC LIMIT $2
  ) denied
  JOIN ${CLAIM_FROM} ON c.id = denied.claim_id
  WHERE c.deleted_at IS NULL ORDER BY c.id DESC`;

app.get<{ Querystring: { deniedBy: string; limit: string } }>('/v1/claims', async (request, reply) => {
  const { deniedBy } = request.query;
  const limit = Number(request.query.limit);
  const { rows } = await pool.query<PageRow>({ name: 'denied', text: DENIED, values: [deniedBy, limit + 1] });
  const binding = JSON.stringify([
    'claims',
    [
      ['deniedBy', deniedBy],
      ['exact', false],
      ['sort', '-createdAt'],
    ],
  ]);
  return reply.type('application/json; charset=utf-8').send(page(rows, limit, binding));
});

const INSERT = `INSERT INTO bare_attributions
  (claim_id, id, source_id, report_id, stance, certainty, emphasis, relays_id, quote_exact, quote_language, said)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`;

interface NewAttribution {
  readonly claim: string;
  readonly source: string;
  readonly report: string;
  readonly stance: string;
  readonly certainty: string;
  readonly emphasis: string;
  readonly relays?: string;
  readonly quote?: { readonly exact: string; readonly language: string };
  readonly said: string | null;
}

app.post<{ Body: NewAttribution }>('/v1/attributions', async (request, reply) => {
  const { claim, source, report, stance, certainty, emphasis, relays, quote, said } = request.body;
  const what = [claim, v7(), source, report, stance, certainty, emphasis, relays, quote?.exact, quote?.language, said];
  const { rows } = await pool.query<{ id: string }>({ name: 'insert', text: INSERT, values: what });
  return reply.code(201).send({ id: rows[0]?.id });
});

function page(rows: readonly PageRow[], limit: number, binding: string): string {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  const nextCursor = hasMore ? encodeCursor([last.id], binding) : null;
  return `{"data":[${data.map(({ json }) => json).join(',')}],"page":${JSON.stringify({ nextCursor, hasMore })}}`;
}

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
process.once('SIGTERM', () => process.exit());
