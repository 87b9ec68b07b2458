import type { Context } from '../../database/context.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Bundle, BundleAttribution } from '../../formats/bundle.ts';
import { insertAttributions } from '../attributions/commands.ts';
import type { NewAttribution } from '../attributions/insert.ts';
import { closeAttributions } from '../attributions/withdrawals.ts';
import { insertReport } from '../reports/commands.ts';
import { reportInput } from '../reports/schema.ts';
import { type ChainPlan, planChains, type Speaker, type Spoken, supersessions } from './chains.ts';
import type { ClaimsPlan } from './claims.ts';
import { type Content, readLinks, readRelays } from './links.ts';
import type { Names, Target } from './names.ts';
import { type BundleError, refuse } from './problems.ts';
import type { WrittenReport } from './report.ts';
import { type BundleRow, rowOf } from './rows.ts';

/** An attribution of the bundle with its names looked up. */
export interface Resolved {
  readonly index: number;
  readonly given: BundleAttribution;
  /** The chain from the report's own outlet to the origin. */
  readonly speakers: readonly Target[];
  readonly speakingFor: Target | 'self' | null;
}

/** Looks up who speaks in every attribution; whoever comes twice in a chain is an error. */
export function planAttributions(
  bundle: Bundle,
  outlet: Target | undefined,
  names: Names,
  errors: BundleError[],
): Resolved[] {
  const ids = new Set<string>();
  return bundle.attributions.map((given, index) => {
    const pointer = `/attributions/${index}`;
    if (given.id !== undefined && ids.has(given.id))
      errors.push({ pointer: `${pointer}/id`, detail: 'Is given twice.' });
    if (given.id !== undefined) ids.add(given.id);
    const via = (given.via ?? []).map((name, place) => {
      return { target: names.source(name, `${pointer}/via/${place}`), pointer: `${pointer}/via/${place}` };
    });
    const source = { target: names.source(given.source, `${pointer}/source`), pointer: `${pointer}/source` };
    const isAlone = via.length === 0 && source.target !== undefined && source.target === outlet;
    const speakers = outlet === undefined ? [] : [outlet];
    for (const { target, pointer: place } of isAlone ? [] : [...via, source]) {
      if (target === undefined) continue;
      if (speakers.includes(target)) errors.push({ pointer: place, detail: circular(target, speakers) });
      speakers.push(target);
    }
    const { speakingFor = null } = given;
    const spokenFor =
      speakingFor === null || speakingFor === 'self'
        ? speakingFor
        : (names.source(speakingFor, `${pointer}/speakingFor`) ?? null);
    return { index, given, speakers, speakingFor: spokenFor };
  });
}

/** What is told of a chain in which somebody comes a second time: the chain as far as there, its front first. */
function circular(target: Target, before: readonly Target[]): string {
  const chain = [...before, target].map(({ label }) => label).join(' ← ');
  return `${target.label} comes twice in this chain, which begins with the outlet of the report: ${chain}.`;
}

/** Writes the chains of a bundle, when its sources, claims and report are there. */
export async function writeAttributions(
  transaction: Transaction,
  context: Context,
  resolved: readonly Resolved[],
  { known }: ClaimsPlan,
  { report, formerOutletId }: WrittenReport,
): Promise<BundleRow[]> {
  const taken = await takenIds(transaction, resolved, known);
  const spoken = resolved.map((each) => spokenOf(each, known, taken));
  const links = await readLinks(transaction, {
    claimIds: [...new Set(spoken.map(({ claimId }) => claimId))],
    reportId: report.id,
    outletIds: [...new Set(spoken.flatMap(citedOutlets))],
  });
  const imported = { reportId: report.id, outletId: report.outlet.id, formerOutletId };
  const own = links.filter(({ reportId }) => reportId === report.id);
  const there = { links, relays: await readRelays(transaction, own) };
  const plans = planChains(spoken, there, imported, context.newId);
  const unseen = await unseenReports(transaction, context, plans, report);
  const reports = { report: report.id, unseen: unseen.ids };
  // All in one statement: what is derived is brought up to date once for each.
  await insertAttributions(
    transaction,
    context,
    plans.flatMap((plan) => newLinks(plan, reports)),
  );
  const relays = await readRelays(
    transaction,
    plans.flatMap(({ replaces }) => replaces ?? []),
  );
  const reason = 'The report was imported again and says otherwise.';
  const gone = supersessions(plans, relays).map((each) => ({ kind: 'superseded' as const, reason, ...each }));
  await closeAttributions(transaction, context, gone);
  return [...unseen.rows, ...plans.flatMap(rowsOf)];
}

function spokenOf(
  { index, given, speakers, speakingFor }: Resolved,
  known: ClaimsPlan['known'],
  taken: ReadonlySet<string>,
): Spoken {
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
    claimId: known.get(given.claim)?.id ?? '',
    speakers: speakers.map(({ id, kind }): Speaker => ({ id: id ?? '', isOutlet: kind === 'outlet' })),
    content,
    originId: given.id === undefined || taken.has(given.id) ? null : given.id,
  };
}

function citedOutlets({ speakers }: Spoken): string[] {
  return speakers.slice(1).flatMap(({ id, isOutlet }) => (isOutlet ? id : []));
}

/**
 * The ids that the bundle wants and an attribution has already. A repeat finds its own; that of another claim or source is
 * an error.
 */
async function takenIds(
  transaction: Transaction,
  resolved: readonly Resolved[],
  known: ClaimsPlan['known'],
): Promise<Set<string>> {
  const wanted = resolved.filter(({ given }) => given.id !== undefined);
  if (wanted.length === 0) return new Set();
  const rows = await transaction.attribution.findMany({
    where: { id: { in: wanted.flatMap(({ given }) => given.id ?? []) } },
    select: { id: true, claimId: true, sourceId: true },
  });
  const there = new Map(rows.map((row) => [row.id, row]));
  refuse(
    wanted.flatMap(({ index, given, speakers }) => {
      const row = there.get(given.id ?? '');
      if (row === undefined) return [];
      if (row.claimId === known.get(given.claim)?.id && row.sourceId === speakers.at(-1)?.id) return [];
      return [{ pointer: `/attributions/${index}/id`, detail: 'Another attribution has this id already.' }];
    }),
  );
  return new Set(there.keys());
}

/** One unseen report for each outlet that is cited in the imported one (DESIGN §5): those that are there, and new ones. */
async function unseenReports(
  transaction: Transaction,
  context: Context,
  plans: readonly ChainPlan[],
  { id: citedInId, published, language }: WrittenReport['report'],
): Promise<{ ids: Map<string, string>; rows: BundleRow[] }> {
  const places = new Map<string, string>();
  for (const { spoken, links } of plans) {
    for (const { report } of links) {
      if (report === null || report === 'imported' || places.has(report.unseenOf)) continue;
      const index = spoken.speakers.findIndex(({ id }) => id === report.unseenOf);
      const isSource = index === spoken.speakers.length - 1;
      places.set(report.unseenOf, `/attributions/${spoken.index}/${isSource ? 'source' : `via/${index - 1}`}`);
    }
  }
  if (places.size === 0) return { ids: new Map(), rows: [] };
  const there = await transaction.report.findMany({
    where: { citedInId, outletId: { in: [...places.keys()] }, deletedAt: null },
    select: { id: true, outletId: true },
    orderBy: { id: 'desc' },
  });
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
          : { ...place, ...RELAY, relaysId: behind.id },
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
function rowsOf({ spoken, links, replaces, byHand }: ChainPlan): BundleRow[] {
  const pointer = `/attributions/${spoken.index}`;
  return links
    .map((link, index): BundleRow => {
      const isNew = link.report !== null;
      const moved = replaces === null ? 'created' : 'updated';
      if (index < links.length - 1) {
        const place = index === 0 ? pointer : `${pointer}/via/${index - 1}`;
        return rowOf(place, 'relay', isNew ? moved : 'unchanged', link);
      }
      const former = replaces?.at(-1)?.id;
      if (former !== undefined) return rowOf(pointer, 'attribution', 'updated', link, `Takes the place of ${former}.`);
      const detail = byHand === null ? null : `It was ${byHand}, and stays so.`;
      return rowOf(pointer, 'attribution', isNew ? 'created' : 'unchanged', link, detail);
    })
    .reverse();
}
