import fc from 'fast-check';
import pg from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Affiliation, Attribution, TimeRange } from '../../src/domain/attribution.ts';
import type { ClaimLedger } from '../../src/domain/claim-ledger.ts';
import { type Circumstances, isRetracted } from '../../src/domain/flags.ts';
import { summarize } from '../../src/domain/summary.ts';
import { FLAGS } from '../../src/domain/vocabulary.ts';
import { databaseUrl } from '../global-setup.ts';
import { cloneDatabase } from '../harness.ts';
import { arbitraryClaim } from './arbitrary-ledger.ts';

let client: pg.Client;
let drop: () => Promise<unknown>;

beforeAll(async () => {
  const clone = await cloneDatabase();
  drop = clone.drop;
  client = new pg.Client({ connectionString: databaseUrl(clone.server, clone.server.service, clone.name) });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await drop();
});

const DAY = 86_400_000;
/** Small times lie on both sides of the moment at which the rows are recorded. */
const instant = (time: number | null) =>
  time === null ? null : new Date(Math.floor(Date.now() / DAY) * DAY + (time - 4) * DAY);
const microseconds = (time: number | null) => {
  const at = instant(time);
  return at === null ? null : at.getTime() * 1000;
};
const rangeOf = (range: TimeRange | null) =>
  range && { from: microseconds(range.from), until: microseconds(range.until) };

interface Written {
  readonly claim: string;
  readonly ids: ReadonlyMap<string, string>;
  readonly names: ReadonlyMap<string, string>;
}

/** Which changes come before the attributions and which after them, and how many rows one INSERT holds. */
interface Order {
  readonly statusFirst: boolean;
  readonly affiliationsFirst: boolean;
  readonly rowsAtOnce: number;
}

/** What the flags look at beside the ledger. */
type Beside = Pick<Circumstances, 'about' | 'asked'>;

async function writeLedger(ledger: ClaimLedger, beside: Beside, order: Order): Promise<Written> {
  const claim = v7();
  const ids = new Map([...ledger.sources, ...ledger.reports, ...ledger.attributions].map(({ id }) => [id, v7()]));
  const idOf = (name: string) => ids.get(name) as string;
  await client.query("INSERT INTO claims (id, slug, text, kind) VALUES ($1, 'c', 'c', 'fact')", [claim]);
  for (const { id, kind, hostId } of ledger.sources) {
    await client.query(
      'INSERT INTO sources (id, slug, name, name_folded, kind, host_id) VALUES ($1, $2, $2, $2, $3, $4)',
      [idOf(id), id, kind, hostId && idOf(hostId)],
    );
  }
  for (const { id, status, statusBefore = null, published, archived } of ledger.reports) {
    await client.query(
      `INSERT INTO reports (id, title, outlet_id, archive_url, status, status_before, published, published_from, published_until)
       VALUES ($1, 't', $2, $3, $4, $5, $6, $7, $8)`,
      [
        idOf(id),
        idOf('outlet'),
        archived && order.statusFirst ? 'https://archive.example/' : null,
        order.statusFirst ? status : 'held',
        order.statusFirst ? statusBefore : null,
        published && 'edtf',
        instant(published?.from ?? null),
        instant(published?.until ?? null),
      ],
    );
  }
  if (order.affiliationsFirst) await writeAffiliations(ledger.affiliations, idOf);
  if (order.statusFirst) await writeBeside(claim, beside, idOf);
  for (let at = 0; at < ledger.attributions.length; at += order.rowsAtOnce) {
    await writeAttributions(claim, ledger.attributions.slice(at, at + order.rowsAtOnce), idOf);
  }
  if (!order.affiliationsFirst) await writeAffiliations(ledger.affiliations, idOf);
  for (const { id } of ledger.attributions.filter(({ withdrawn }) => withdrawn)) {
    await client.query(
      "INSERT INTO withdrawals (id, claim_id, attribution_id, kind, reason, actor) VALUES ($1, $2, $3, 'withdrawn', 'wrong', 'test')",
      [v7(), claim, idOf(id)],
    );
  }
  if (!order.statusFirst) {
    for (const { id, status, statusBefore = null, archived } of ledger.reports)
      await client.query('UPDATE reports SET status = $2, status_before = $3, archive_url = $4 WHERE id = $1', [
        idOf(id),
        status,
        statusBefore,
        archived ? 'https://archive.example/' : null,
      ]);
    await writeBeside(claim, beside, idOf);
  }
  for (const { id } of ledger.attributions.filter(({ quoteLost }) => quoteLost))
    await client.query("INSERT INTO quote_states (attribution_id, health) VALUES ($1, 'lost')", [idOf(id)]);
  return { claim, ids, names: new Map([...ids].map(([name, id]) => [id, name])) };
}

async function writeBeside(claim: string, { about, asked }: Beside, idOf: (name: string) => string): Promise<void> {
  for (const source of about)
    await client.query('INSERT INTO claim_about (id, claim_id, source_id) VALUES ($1, $2, $3)', [
      v7(),
      claim,
      idOf(source),
    ]);
  for (const { sourceId, askedAt } of asked)
    await client.query(
      "INSERT INTO reply_requests (id, claim_id, source_id, asked_at, channel, actor) VALUES ($1, $2, $3, $4, 'email', 'a')",
      [v7(), claim, idOf(sourceId), instant(askedAt)],
    );
}

async function writeAffiliations(affiliations: readonly Affiliation[], idOf: (name: string) => string): Promise<void> {
  for (const { sourceId, kind, organizationId, validFrom, validUntil } of affiliations) {
    await client.query(
      'INSERT INTO affiliations (id, source_id, kind, organization_id, valid_from, valid_until) VALUES ($1, $2, $3, $4, $5, $6)',
      [v7(), idOf(sourceId), kind, idOf(organizationId), instant(validFrom), instant(validUntil)],
    );
  }
}

async function writeAttributions(
  claim: string,
  rows: readonly Attribution[],
  idOf: (name: string) => string,
): Promise<void> {
  const items = rows.map((row) => ({
    claim_id: claim,
    id: idOf(row.id),
    source_id: idOf(row.sourceId),
    report_id: idOf(row.reportId),
    stance: row.stance,
    certainty: row.certainty,
    relays_id: row.relaysId && idOf(row.relaysId),
    speaking_for_self: row.speakingFor === 'self',
    speaking_for_id: row.speakingFor === null || row.speakingFor === 'self' ? null : idOf(row.speakingFor),
    quote_exact: row.hasQuote ? 'words' : null,
    said: row.said && 'edtf',
    said_from: instant(row.said?.from ?? null),
    said_until: instant(row.said?.until ?? null),
  }));
  const columns =
    'claim_id, id, source_id, report_id, stance, certainty, relays_id, speaking_for_self, speaking_for_id, quote_exact, said, said_from, said_until';
  await client.query(
    `INSERT INTO attributions (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::attributions, $1)`,
    [JSON.stringify(items)],
  );
}

/** The ledger as the database recorded it: real instants, and the order of commits. */
async function recordedLedger(ledger: ClaimLedger, { ids }: Written): Promise<ClaimLedger> {
  const { rows } = await client.query<{ id: string; recorded: string }>(
    'SELECT id, (extract(epoch FROM recorded_at) * 1000000)::bigint AS recorded FROM attributions WHERE id = ANY ($1)',
    [[...ids.values()]],
  );
  const recorded = new Map(rows.map((row) => [row.id, Number(row.recorded)]));
  return {
    sources: ledger.sources,
    reports: ledger.reports.map((report) => ({ ...report, published: rangeOf(report.published) })),
    affiliations: ledger.affiliations.map((row) => ({
      ...row,
      validFrom: microseconds(row.validFrom),
      validUntil: microseconds(row.validUntil),
    })),
    attributions: ledger.attributions.map((row) => ({
      ...row,
      said: rangeOf(row.said),
      recordedAt: recorded.get(ids.get(row.id) as string) ?? 0,
    })),
  };
}

/** Everything that is stored of the claim, in the words of the pure rules. */
async function stored({ claim, names }: Written) {
  const live = await client.query<{ id: string }>('SELECT id FROM attributions WHERE claim_id = $1 AND live', [claim]);
  const positions = await client.query('SELECT * FROM claim_positions WHERE claim_id = $1', [claim]);
  const summary = await client.query('SELECT * FROM claim_summaries WHERE claim_id = $1', [claim]);
  const voices = await client.query('SELECT voice_id, stance, source_id FROM claim_voices WHERE claim_id = $1', [
    claim,
  ]);
  const name = (id: string) => names.get(id) as string;
  const [s] = summary.rows;
  return {
    live: live.rows.map(({ id }) => name(id)).sort(),
    positions: positions.rows
      .map((p) => ({
        sourceId: name(p.source_id),
        attributionId: name(p.attribution_id),
        stance: p.stance,
        side: p.side,
        certainty: p.certainty,
        order: p.order,
        path: p.path.map(name),
        origin: { sourceId: name(p.origin_id), anonymous: p.origin_anonymous },
        isOrigin: p.is_origin,
      }))
      .sort((a, b) => (a.sourceId < b.sourceId ? -1 : 1)),
    voices: voices.rows.map((v) => `${name(v.voice_id)} ${v.stance} ${name(v.source_id)}`).sort(),
    standing: s.standing,
    flags: FLAGS.filter((flag) => s[flag]),
    isRetracted: s.retracted,
    counts: {
      for: { positions: s.for_positions, origins: s.for_origins, firm: s.for_firm },
      against: { positions: s.against_positions, origins: s.against_origins },
      declined: s.declined,
      noResponse: s.no_response,
      relays: s.relays,
      attributions: s.attributions,
    },
  };
}

function derived(ledger: ClaimLedger, { about, asked }: Beside) {
  const askedThen = asked.map(({ sourceId, askedAt }) => ({ sourceId, askedAt: microseconds(askedAt) ?? 0 }));
  const circumstances = { about, asked: askedThen, prediction: null, bearings: [], at: 0 };
  const summary = summarize(ledger, null, circumstances);
  const { live, positions, standing, flags, counts } = summary;
  return {
    live: [...live].sort(),
    positions: positions.map(({ time: _time, ...position }) => position),
    voices: positions
      .flatMap(({ path, stance, sourceId }) => path.map((voice) => `${voice} ${stance} ${sourceId}`))
      .sort(),
    standing,
    flags,
    isRetracted: isRetracted(ledger, summary, null),
    counts,
  };
}

const order: fc.Arbitrary<Order> = fc.record({
  statusFirst: fc.boolean(),
  affiliationsFirst: fc.boolean(),
  rowsAtOnce: fc.constantFrom(1, 1, 3, 20),
});

/** The database insists that an anonymous source has a host. */
const hosted = (ledger: ClaimLedger): ClaimLedger => ({
  ...ledger,
  sources: ledger.sources.map((source) => (source.kind === 'anonymous' ? { ...source, hostId: 'outlet' } : source)),
});

test('what is stored is what the rules say, however the rows came in', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryClaim, order, async ({ ledger: found, ...beside }, given) => {
      const ledger = hosted(found);
      await client.query('BEGIN');
      try {
        const written = await writeLedger(ledger, beside, given);
        expect(await stored(written)).toEqual(derived(await recordedLedger(ledger, written), beside));
      } finally {
        await client.query('ROLLBACK');
      }
    }),
    { numRuns: 150 },
  );
});

test('a summary that is derived anew from scratch is the one that was kept change by change', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryClaim, order, async ({ ledger: found, ...beside }, given) => {
      await client.query('BEGIN');
      try {
        const written = await writeLedger(hosted(found), beside, given);
        const kept = await stored(written);
        await client.query('SELECT refresh_claims(ARRAY[$1::uuid])', [written.claim]);
        expect(await stored(written)).toEqual(kept);
      } finally {
        await client.query('ROLLBACK');
      }
    }),
    { numRuns: 30 },
  );
});
