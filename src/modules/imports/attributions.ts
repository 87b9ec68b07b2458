import type { Context } from '../../database/context.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Bundle, BundleAttribution } from '../../formats/bundle.ts';
import { insertAttributions } from '../attributions/commands.ts';
import type { NewAttribution } from '../attributions/insert.ts';
import { findAttributions } from '../attributions/queries.ts';
import { findMisquotations } from '../attributions/quotes.ts';
import { closeAttributions, recordedAttribution } from '../attributions/withdrawals.ts';
import { insertReport } from '../reports/commands.ts';
import { reportInput } from '../reports/schema.ts';
import {
  type ChainPlan,
  collapsed,
  planChains,
  type Speaker,
  type Spoken,
  supersessions,
  writtenKey,
} from './chains.ts';
import type { ClaimNames, ClaimTarget } from './claim-names.ts';
import { type Content, readLinks, readRelays } from './links.ts';
import type { Names, Target } from './names.ts';
import { type BundleError, refuse } from './problems.ts';
import type { WrittenReport } from './report.ts';
import { type BundleRow, changeRow, rowOf } from './rows.ts';

/** An attribution of the bundle with its names looked up. */
export interface Resolved {
  readonly index: number;
  readonly given: BundleAttribution;
  readonly claim: ClaimTarget | undefined;
  /** The chain from the report's own outlet to the origin. */
  readonly speakers: readonly Target[];
  readonly speakingFor: Target | 'self' | null;
}

/** Looks up the claim of every attribution and who speaks in it; whoever passes on its own words is an error: that would be one attribution twice. */
export function planAttributions(
  bundle: Bundle,
  outlet: Target | undefined,
  { sources: names, claims }: { readonly sources: Names; readonly claims: ClaimNames },
  errors: BundleError[],
): Resolved[] {
  const ids = new Set<string>();
  return bundle.attributions.map((given, index) => {
    const pointer = `/attributions/${index}`;
    if (given.id !== undefined && ids.has(given.id))
      errors.push({ pointer: `${pointer}/id`, detail: 'Is given twice.' });
    if (given.id !== undefined) ids.add(given.id);
    const claim = claims.claim(given.claim, `${pointer}/claim`);
    const via = (given.via ?? []).map((name, place) => {
      return { target: names.source(name, `${pointer}/via/${place}`), pointer: `${pointer}/via/${place}` };
    });
    const source = { target: names.source(given.source, `${pointer}/source`), pointer: `${pointer}/source` };
    const isAlone = via.length === 0 && source.target !== undefined && source.target === outlet;
    const speakers = outlet === undefined ? [] : [outlet];
    let front = outlet;
    for (const { target, pointer: place } of isAlone ? [] : [...via, source]) {
      if (target !== undefined && target === front) errors.push({ pointer: place, detail: repeated(target, speakers) });
      if (target !== undefined) speakers.push(target);
      front = target;
    }
    const { speakingFor = null } = given;
    const spokenFor =
      speakingFor === null || speakingFor === 'self'
        ? speakingFor
        : (names.source(speakingFor, `${pointer}/speakingFor`) ?? null);
    return { index, given, claim, speakers, speakingFor: spokenFor };
  });
}

/** What is told of a chain in which somebody comes right behind itself: the chain as far as there, its front first. */
function repeated(target: Target, before: readonly Target[]): string {
  const chain = [...before, target].map(({ label }) => label).join(' ← ');
  const advice = before.every((each) => each === target)
    ? 'Every chain begins with the outlet of the report: leave that out of `via`.'
    : 'Nobody passes on what it says itself. Name it once.';
  return `${target.label} comes twice in this chain, once right behind the other: ${chain}. ${advice}`;
}

/** Writes the chains of a bundle, when its sources, claims and report are there. */
export async function writeAttributions(
  transaction: Transaction,
  context: Context,
  resolved: readonly Resolved[],
  { report, namedId, formerOutletId }: WrittenReport,
): Promise<BundleRow[]> {
  const taken = await takenIds(transaction, resolved);
  const spoken = resolved.map((each) => spokenOf(each, taken));
  const links = await readLinks(transaction, {
    claimIds: [...new Set(spoken.map(({ claimId }) => claimId))],
    reportId: report.id,
    namedId,
    outletIds: [...new Set(spoken.flatMap(citedOutlets))],
  });
  const imported = { reportId: report.id, namedId, outletId: report.outlet.id, formerOutletId };
  const own = links.filter(({ reportId }) => reportId === report.id);
  const there = { links, relays: await readRelays(transaction, own) };
  const plans = planChains(spoken, there, imported, context.newId);
  const unseen = await unseenReports(transaction, context, plans, { ...report, namedId });
  const reports = { report: report.id, unseen: unseen.ids };
  const made = plans.flatMap((plan) => newLinks(plan, reports).map((row) => ({ row, index: plan.spoken.index })));
  await refuseMisquotations(transaction, context, made);
  // All in one statement: what is derived is brought up to date once for each.
  await insertAttributions(
    transaction,
    context,
    made.map(({ row }) => row),
  );
  const relays = await readRelays(
    transaction,
    plans.flatMap(({ replaces }) => replaces ?? []),
  );
  const recorded = await recordedOf(transaction, plans);
  const reason = 'The report was imported again and says otherwise.';
  const gone = supersessions(plans, relays).map((each) => ({ kind: 'superseded' as const, reason, ...each }));
  await closeAttributions(transaction, context, gone);
  return [...unseen.rows, ...plans.flatMap((plan) => rowsOf(plan, recorded))];
}

/** What is recorded of an attribution, by its id. */
type RecordedById = ReadonlyMap<string, ReturnType<typeof recordedAttribution>>;

/** The links that take the place of others and these others, as long as they stand. */
async function recordedOf(transaction: Transaction, plans: readonly ChainPlan[]): Promise<RecordedById> {
  const moved = plans.flatMap(({ links, replaces }) => (replaces === null ? [] : [...links, ...replaces]));
  const found = await findAttributions(
    transaction,
    moved.map(({ id }) => id),
  );
  return new Map(found.map((attribution) => [attribution.id, recordedAttribution(attribution)]));
}

/**
 * A quote has its place in the bundle; a relay has none of its own.
 *
 * @throws {Problem} `rule-broken` with every quote that the text of its report does not have, or more than once
 */
async function refuseMisquotations(
  transaction: Transaction,
  context: Context,
  made: readonly { readonly row: NewAttribution; readonly index: number }[],
): Promise<void> {
  const wrong = await findMisquotations(
    transaction,
    context,
    made.map(({ row }) => row),
  );
  refuse(wrong.map(({ index, detail }) => ({ pointer: `/attributions/${made[index]?.index ?? 0}/quote`, detail })));
}

function spokenOf({ index, given, claim, speakers, speakingFor }: Resolved, taken: ReadonlySet<string>): Spoken {
  const content: Content = {
    stance: given.stance,
    certainty: given.certainty ?? 'unstated',
    emphasis: given.emphasis ?? 'plain',
    said: given.said ?? null,
    speakingFor: speakingFor === null || speakingFor === 'self' ? speakingFor : speakingFor.id,
    quote: given.quote ?? null,
  };
  return {
    index,
    claimId: claim?.known?.stands.id ?? '',
    speakers: collapsed(speakers.map(speakerOf(given, index))),
    writtenAs: writtenKey(
      claim?.known?.id ?? '',
      speakers.map(({ id, namedId }) => namedId ?? id ?? ''),
    ),
    content,
    originId: given.id === undefined || taken.has(given.id) ? null : given.id,
  };
}

/** A speaker of a chain, with its place in the bundle: the outlet of the report, those of `via`, and the source. */
function speakerOf(given: BundleAttribution, index: number) {
  return ({ id, kind }: Target, place: number): Speaker => {
    const pointer = `/attributions/${index}`;
    const isVia = place > 0 && place <= (given.via ?? []).length;
    const written = isVia ? `${pointer}/via/${place - 1}` : place === 0 ? pointer : `${pointer}/source`;
    return { id: id ?? '', isOutlet: kind === 'outlet', pointer: written };
  };
}

function citedOutlets({ speakers }: Spoken): string[] {
  return speakers.slice(1).flatMap(({ id, isOutlet }) => (isOutlet ? id : []));
}

/**
 * The ids that the bundle wants and an attribution has already. A repeat finds its own; that of another claim or source is
 * an error.
 */
async function takenIds(transaction: Transaction, resolved: readonly Resolved[]): Promise<Set<string>> {
  const wanted = resolved.filter(({ given }) => given.id !== undefined);
  if (wanted.length === 0) return new Set();
  const rows = await transaction.$queryRaw<{ id: string; claimId: string; sourceId: string }[]>`
    SELECT a.id, coalesce(c.stands_id, a.claim_id) AS "claimId", coalesce(s.stands_id, a.source_id) AS "sourceId"
    FROM attributions a LEFT JOIN merged_ids c ON c.id = a.claim_id LEFT JOIN merged_ids s ON s.id = a.source_id
    WHERE a.id = ANY (${wanted.flatMap(({ given }) => given.id ?? [])}::uuid[])`;
  const there = new Map(rows.map((row) => [row.id, row]));
  refuse(
    wanted.flatMap(({ index, given, claim, speakers }) => {
      const row = there.get(given.id ?? '');
      if (row === undefined) return [];
      if (row.claimId === claim?.known?.stands.id && row.sourceId === speakers.at(-1)?.id) return [];
      return [{ pointer: `/attributions/${index}/id`, detail: 'Another attribution has this id already.' }];
    }),
  );
  return new Set(there.keys());
}

/**
 * One unseen report for each outlet that is cited in the imported one (DESIGN §5): those that are there, and new ones. Where we
 * came to hold one, and it is merged into that, it is the one that we hold.
 */
async function unseenReports(
  transaction: Transaction,
  context: Context,
  plans: readonly ChainPlan[],
  { id: citedInId, namedId, published, language }: WrittenReport['report'] & { namedId: string },
): Promise<{ ids: Map<string, string>; rows: BundleRow[] }> {
  const places = new Map<string, string>();
  for (const { spoken, links } of plans) {
    for (const { report } of links) {
      if (report === null || report === 'imported' || places.has(report.unseenOf)) continue;
      const speaker = spoken.speakers.find(({ id }, place) => place > 0 && id === report.unseenOf);
      places.set(report.unseenOf, speaker?.pointer ?? `/attributions/${spoken.index}`);
    }
  }
  if (places.size === 0) return { ids: new Map(), rows: [] };
  const there = await transaction.$queryRaw<{ id: string; outletId: string }[]>`
    SELECT coalesce(m.stands_id, r.id) AS id, coalesce(o.stands_id, r.outlet_id) AS "outletId"
    FROM reports r LEFT JOIN merged_ids m ON m.id = r.id LEFT JOIN merged_ids o ON o.id = r.outlet_id
    WHERE r.cited_in_id = ANY (${[citedInId, namedId]}::uuid[]) AND r.deleted_at IS NULL
      AND coalesce(o.stands_id, r.outlet_id) = ANY (${[...places.keys()]}::uuid[])
    ORDER BY r.id DESC`;
  const ids = new Map(there.map(({ id, outletId }) => [outletId, id]));
  const rows: BundleRow[] = [];
  for (const [outlet, pointer] of places) {
    if (ids.has(outlet)) continue;
    const input = reportInput.parse({ outlet, published, language, status: 'cited_unseen' });
    const made = await insertReport(transaction, context, { ...input, citedInId });
    ids.set(outlet, made.id);
    rows.push(rowOf(pointer, 'report', 'created', made, `Cited, and not seen: a report by ${made.outlet.name}.`));
  }
  return { ids, rows };
}

/** The links of a chain that are new, the origin first. */
function newLinks(
  { spoken, ordinal, links }: ChainPlan,
  reports: { readonly report: string; readonly unseen: ReadonlyMap<string, string> },
): NewAttribution[] {
  return links
    .flatMap(({ id, sourceId, report }, index): NewAttribution[] => {
      if (report === null) return [];
      const reportId = report === 'imported' ? reports.report : (reports.unseen.get(report.unseenOf) ?? '');
      const behind = links[index + 1];
      const place = { id, claim: spoken.claimId, source: sourceId, reportId, ordinal };
      return [
        behind === undefined
          ? { ...place, ...spoken.content, relaysId: null }
          : { ...place, ...RELAY, relaysId: behind.id, chainClaimId: behind.claimId },
      ];
    })
    .reverse();
}

/** What is passed on has its certainty, its words and its date from the origin. */
const RELAY = {
  stance: 'reports',
  certainty: 'unstated',
  emphasis: 'plain',
  speakingFor: null,
  quote: null,
  said: null,
} as const;

/** A row for the attribution itself, which is the origin, and one for each relay in front of it. */
function rowsOf({ spoken, links, replaces, byHand }: ChainPlan, recorded: RecordedById): BundleRow[] {
  const pointer = `/attributions/${spoken.index}`;
  const origin = links.length - 1;
  const formers = replaces ?? [];
  return links
    .map((link, index): BundleRow => {
      const former = index === origin ? formers.at(-1) : formers.slice(0, -1)[index];
      const isWritten = index > 0 && links.length === spoken.speakers.length;
      const place = index < origin && isWritten ? (spoken.speakers[index]?.pointer ?? pointer) : pointer;
      const type = index === origin ? 'attribution' : 'relay';
      if (former !== undefined && former.id !== link.id) {
        const change = { before: recorded.get(former.id), after: recorded.get(link.id) ?? link };
        return changeRow(place, type, change, `Takes the place of ${former.id}.`);
      }
      const detail = byHand === null || index < origin ? null : `It was ${byHand}, and stays so.`;
      return rowOf(place, type, link.report === null ? 'unchanged' : 'created', link, detail);
    })
    .reverse();
}
