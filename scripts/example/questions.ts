import { z } from 'zod';
import { StartError } from '../../src/start-error.ts';
import type { Client } from './client.ts';
import { CLAIMS, TOPIC } from './data.ts';

const Claims = z.object({ data: z.array(z.object({ slug: z.string(), flags: z.array(z.string()) })) });
const Predictions = z.object({
  data: z.array(z.object({ slug: z.string(), prediction: z.object({ horizon: z.string().nullable() }) })),
});
const Dossier = z.object({ sentence: z.string() });
const Named = z.object({ id: z.string(), slug: z.string(), name: z.string() });
const Chain = z.object({
  nodes: z.array(z.object({ report: z.object({ id: z.string(), outlet: Named }) })),
  origins: z.array(z.object({ source: Named, anonymous: z.boolean(), side: z.string(), echoes: z.number() })),
});
const Attributions = z.object({
  data: z.array(z.object({ source: Named, claim: z.object({ slug: z.string() }) })),
});
const Standing = z.object({ standing: z.string() });
const Consequences = z.object({
  attributions: z.array(z.unknown()),
  claims: z.array(z.object({ claim: z.object({ slug: z.string() }), before: Standing, after: Standing })),
});

const ASKED = '/v1/claims?sort=createdAt&limit=1000';

/** What the ledger holds beside the founding case is no answer. */
const ofCase = <T extends { slug: string }>(claims: readonly T[]): T[] =>
  claims.filter(({ slug }) => CLAIMS.includes(slug));

/** The questions of the founding case, each answered by one request. */
export async function answers(client: Client): Promise<[question: string, answer: string][]> {
  const slugs = async (query: string) => {
    const { data } = await client.get(Claims, `${ASKED}&${query}`);
    return (
      ofCase(data)
        .map(({ slug }) => slug)
        .join(', ') || 'none'
    );
  };
  const chain = await client.get(Chain, '/v1/claims/refund/chain');
  const today = new Date().toISOString().slice(0, 10);
  return [
    ['1. What does the Kremlin deny?', await slugs('deniedBy=kremlin')],
    ['2. Which claims are contested?', await slugs('standing=contested')],
    ['3. On whose word does refund rest?', originsOf(chain)],
    ['4. Who was asked and said nothing?', await silent(client)],
    ['5. What rests on unnamed people alone?', await slugs('flag=anonymous_only')],
    ['6. What falls due by 2026-07-01?', await due(client, 'dueBefore=2026-07-01')],
    ['   … and what is open still?', await due(client, 'kind=prediction')],
    ['7. What did we know on 2025-12-11?', await slugs('knownAt=2025-12-11')],
    ['   … and what do we know today?', await slugs(`topic=${TOPIC}&knownAt=${today}`)],
    ['   What had been said by 2025-10-01?', await slugs(`topic=${TOPIC}&asOf=2025-10-01`)],
    ['8. If Bloomberg retracts its report?', await ifRetracted(client, reportOf(chain, 'bloomberg'))],
    ['9. Say it in a sentence.', (await client.get(Dossier, '/v1/claims/refund/dossier')).sentence],
  ];
}

/** The flags of each claim of the founding case. */
export async function flags(client: Client): Promise<[claim: string, flags: string][]> {
  const { data } = await client.get(Claims, `${ASKED}&topic=${TOPIC}`);
  return ofCase(data).map((claim) => [claim.slug, claim.flags.join(', ') || 'none']);
}

async function due(client: Client, query: string): Promise<string> {
  const { data } = await client.get(Predictions, `${ASKED}&topic=${TOPIC}&${query}`);
  return (
    ofCase(data)
      .map(({ slug, prediction }) => `${slug} (${prediction.horizon})`)
      .join(', ') || 'none'
  );
}

function originsOf({ origins }: z.output<typeof Chain>): string {
  const words = origins.map(({ side, source, anonymous, echoes }) => {
    const whose = anonymous ? `unnamed people, hosted by ${source.name}` : source.name;
    return `${side}: ${whose}, through ${echoes} relays`;
  });
  return words.join('; ');
}

/** The report of an outlet in which something of the chain lies. */
function reportOf({ nodes }: z.output<typeof Chain>, outlet: string): string {
  const node = nodes.find(({ report }) => report.outlet.slug === outlet);
  if (node === undefined) throw new StartError(`The chain of refund leads through no report of ${outlet}.`);
  return node.report.id;
}

async function silent(client: Client): Promise<string> {
  const { data } = await client.get(Attributions, '/v1/attributions?stance=declines_to_comment&live=true&limit=1000');
  const onCase = data.filter(({ claim }) => CLAIMS.includes(claim.slug));
  return onCase.map(({ source, claim }) => `${source.slug}, on ${claim.slug}`).join('; ') || 'nobody';
}

async function ifRetracted(client: Client, report: string): Promise<string> {
  const { body } = await client.send('POST', `/v1/reports/${report}/retract?dryRun=true`, {
    body: { reason: 'What if?' },
    allowed: [409],
  });
  const answer = Consequences.safeParse(body);
  if (!answer.success) return 'it has retracted it already';
  const { attributions, claims } = answer.data;
  const moved = claims.map(({ claim, before, after }) => `${claim.slug} (${before.standing} → ${after.standing})`);
  return `${attributions.length} attributions fall, and with them ${moved.join(', ')}`;
}
