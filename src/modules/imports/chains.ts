import { chainOf } from '../../domain/chain.ts';
import type { Content, Link, Relay } from './links.ts';
import { contentKey } from './links.ts';

/**
 * How the attributions of a bundle become chains of links (DESIGN §5: where each link lies, what a repeat matches). Pure:
 * everything that is there was read before.
 */

/** Someone who speaks in a chain: a source that stands. */
export interface Speaker {
  readonly id: string;
  readonly isOutlet: boolean;
  /** Where the bundle names it. */
  readonly pointer: string;
}

/** An attribution of the bundle, looked up. */
export interface Spoken {
  /** Its place in `attributions`. */
  readonly index: number;
  /** The claim that stands. */
  readonly claimId: string;
  /**
   * The chain from the report's own outlet to the origin; one alone where the outlet itself is the source. Nobody passes on
   * what it says itself: neighbours that are merged into one are one.
   */
  readonly speakers: readonly Speaker[];
  /** The claim and the sources as the bundle names them, before any merge (`writtenKey`). */
  readonly writtenAs: string;
  readonly content: Content;
  /** The id that the bundle wants for the origin, if it is free. */
  readonly originId: string | null;
}

/** A link of a planned chain. `report` says where a new one lies; null for one that is there, or that an earlier chain makes. */
export interface PlannedLink {
  readonly id: string;
  /** The claim that its chain is recorded with, be that merged. */
  readonly claimId: string;
  readonly sourceId: string;
  readonly report: 'imported' | { readonly unseenOf: string } | null;
}

/** What becomes of one attribution of the bundle. */
export interface ChainPlan {
  readonly spoken: Spoken;
  readonly ordinal: number;
  /** From the report's own outlet to the origin. */
  readonly links: readonly PlannedLink[];
  /** The chain whose place it takes. */
  readonly replaces: readonly Link[] | null;
  /** Where a person took the row out of what counts: the links are what they were, and stay so. */
  readonly byHand: 'withdrawn' | 'corrected' | null;
}

/**
 * The report that is imported, and its outlet, which both stand; `formerOutletId` where the bundle has changed it. `namedId` is
 * the report that the bundle names, be it merged.
 */
export interface Imported {
  readonly reportId: string;
  readonly namedId: string;
  readonly outletId: string;
  readonly formerOutletId: string | null;
}

/** Plans the chain of every attribution, in their order; `relays` are those of the links in the imported report. */
export function planChains(
  all: readonly Spoken[],
  { links, relays }: { links: readonly Link[]; relays: readonly Relay[] },
  imported: Imported,
  newId: () => string,
): ChainPlan[] {
  const byId = new Map(links.map((link) => [link.id, link]));
  const chains = links.map((link) => chainOf(link, byId));
  const rows = chainsByRow(chains, imported);
  const reusable = reusableChains(chains, imported);
  const relayed = new Set(relays.map(({ relaysId }) => relaysId));
  const matches = matchRows(all, rows);

  return all.map((spoken): ChainPlan => {
    const { ordinal, chains: found } = matches.get(spoken) ?? { ordinal: 0, chains: [] };
    const plan = { spoken, ordinal, byHand: null };

    const current = found.findLast(isStanding) ?? found.findLast((chain) => !isWithdrawn(chain) && !isCorrected(chain));
    const content = contentKey(spoken.content);
    const same = found.find(
      (chain) => isStanding(chain) && says(chain, content) && startsWith(chain, imported.outletId),
    );
    if (same !== undefined) {
      // Two chains of one row stand side by side only where another report still rests on the earlier one.
      const reverted = current !== undefined && current !== same && relayed.has(same[0]?.id ?? '');
      return { ...plan, links: same.map(planned), replaces: reverted ? current : null };
    }
    const byHand =
      found.findLast((chain) => isCorrected(chain) && says(chain, content)) ??
      (current === undefined ? found.findLast(isWithdrawn) : undefined);
    if (byHand !== undefined)
      return {
        ...plan,
        links: byHand.map(planned),
        replaces: null,
        byHand: isCorrected(byHand) ? 'corrected' : 'withdrawn',
      };
    return { ...plan, links: build(spoken, content, reusable, newId), replaces: current ?? null };
  });
}

/** What a stored row is to an attribution of the bundle: its ordinal and its chains, none where there is no such row. */
type Match = Pick<Row, 'ordinal' | 'chains'>;

/**
 * Which row of the ledger each attribution of the bundle is. Attributions of one claim by the same sources are
 * first matched by what they say, standing rows before withdrawn ones: whoever adds, drops or reorders them means the same
 * ones still. What is left is the row of its own place, if nothing else is: it says otherwise now. The rest is new.
 * Where rows that were apart are one by a merge, the one that is recorded as it is written goes first.
 */
function matchRows(all: readonly Spoken[], rows: Rows): Map<Spoken, Match> {
  const matches = new Map<Spoken, Match>();
  for (const [said, group] of Map.groupBy(all, rowKey)) {
    const stored = rows.get(said) ?? [];
    const taken = new Set<Row>();
    const take = (spoken: Spoken, row: Row) => {
      matches.set(spoken, row);
      taken.add(row);
    };
    const firstFit = (spoken: Spoken, fits: (row: Row) => boolean) => {
      const free = stored.filter((row) => !taken.has(row) && fits(row));
      return free.find(({ recordedAs, isOwn }) => isOwn && recordedAs === spoken.writtenAs) ?? free[0];
    };
    for (const fits of [isStanding, isWithdrawn, isCorrected]) {
      for (const spoken of group) {
        if (matches.has(spoken)) continue;
        const content = contentKey(spoken.content);
        const same = firstFit(
          spoken,
          ({ isOwn, chains }) =>
            (isOwn || fits === isStanding) && chains.some((chain) => fits(chain) && says(chain, content)),
        );
        if (same !== undefined) take(spoken, same);
      }
    }
    const ordinals = new Set([...taken].map(({ ordinal }) => ordinal));
    let next = Math.max(group.length, ...stored.map(({ ordinal }) => ordinal + 1));
    for (const [place, spoken] of group.entries()) {
      if (matches.has(spoken)) continue;
      const row = firstFit(spoken, ({ isOwn, ordinal }) => isOwn && ordinal === place);
      if (row !== undefined) take(spoken, row);
      else matches.set(spoken, { ordinal: ordinals.has(place) ? next++ : place, chains: [] });
    }
  }
  return matches;
}

/** What the attributions of one claim by the same sources have in common. */
function rowKey({ claimId, speakers }: Spoken): string {
  return restKey(
    claimId,
    speakers.map(({ id }) => id),
    '',
  );
}

/** The chains of one row of an imported report: of attributions with the same claim, sources and ordinal. */
interface Row {
  readonly ordinal: number;
  /** The claim and the sources that it was recorded with (`writtenKey`). */
  readonly recordedAs: string;
  /** Whether it lies in the imported report itself, not in one that is the same by a merge. */
  readonly isOwn: boolean;
  readonly chains: Link[][];
}

/** Rows by what their attributions have in common (`rowKey`), those of the imported report itself first. */
type Rows = ReadonlyMap<string, readonly Row[]>;

/** The chains whose front is what the outlet says in the imported report. */
function chainsByRow(chains: readonly Link[][], imported: Imported): Rows {
  const { reportId, namedId, outletId, formerOutletId } = imported;
  const rows = new Map<string, Row[]>();
  for (const chain of chains) {
    const [top, ...rest] = chain;
    if (top?.reportId !== reportId || top.state === 'superseded') continue;
    const isFormer = top.sourceId === formerOutletId && rest.length > 0;
    if (top.sourceId !== outletId && !isFormer) continue;
    const key = restKey(top.claimId, [outletId, ...rest.map(({ sourceId }) => sourceId)], '');
    const { claimId, reportId: lies } = top.recorded;
    const [front, ...others] = chain.map(({ recorded }) => recorded.sourceId);
    const recordedAs = writtenKey(claimId, [isFormer ? outletId : (front ?? ''), ...others]);
    const ofKey = rows.get(key) ?? [];
    const isOwn = lies === namedId;
    const row = ofKey.find(
      (other) => other.ordinal === top.ordinal && other.recordedAs === recordedAs && other.isOwn === isOwn,
    );
    if (row !== undefined) row.chains.push(chain);
    else ofKey.push({ ordinal: top.ordinal, recordedAs, isOwn, chains: [chain] });
    rows.set(key, ofKey);
  }
  for (const ofKey of rows.values()) ofKey.sort((a, b) => Number(b.isOwn) - Number(a.isOwn));
  return rows;
}

/**
 * What outlets say in reports of their own, by claim, sources and content: what is live rather than not, else the oldest. What
 * comes back to the outlet of the imported report was said in an earlier one.
 */
function reusableChains(chains: readonly Link[][], { reportId }: Imported): Map<string, PlannedLink[]> {
  const reusable = new Map<string, Link[]>();
  for (const chain of chains) {
    const [top] = chain;
    if (top?.inOwnReport !== true || top.reportId === reportId || !isStanding(chain)) continue;
    const key = restKey(
      top.claimId,
      chain.map(({ sourceId }) => sourceId),
      chain.at(-1)?.content ?? '',
    );
    const other = reusable.get(key)?.[0];
    if (other === undefined || (top.live && !other.live)) reusable.set(key, chain);
  }
  return new Map([...reusable].map(([key, chain]) => [key, chain.map(planned)]));
}

/**
 * A new chain. From the first outlet behind the front on that has the same rest of the chain already, it is that rest; what
 * other outlets pass on is kept in `reusable` for the attributions that follow.
 */
function build(
  { claimId, speakers, originId }: Spoken,
  content: string,
  reusable: Map<string, PlannedLink[]>,
  newId: () => string,
): PlannedLink[] {
  const keyAt = (index: number) =>
    restKey(
      claimId,
      speakers.slice(index).map(({ id }) => id),
      content,
    );
  const joint = speakers.findIndex(({ isOutlet }, index) => index > 0 && isOutlet && reusable.has(keyAt(index)));
  let chain =
    (joint === -1 ? undefined : reusable.get(keyAt(joint)))?.map((link): PlannedLink => ({ ...link, report: null })) ??
    [];
  for (let index = (joint === -1 ? speakers.length : joint) - 1; index >= 0; index -= 1) {
    const owner = speakers.findLastIndex(({ isOutlet }, place) => place <= index && (isOutlet || place === 0));
    const { id: sourceId, isOutlet } = speakers[index] as Speaker;
    const id = chain.length === 0 ? (originId ?? newId()) : newId();
    const report = owner === 0 ? 'imported' : { unseenOf: (speakers[owner] as Speaker).id };
    chain = [{ id, claimId: chain[0]?.claimId ?? claimId, sourceId, report }, ...chain];
    if (index > 0 && isOutlet) reusable.set(keyAt(index), chain);
  }
  return chain;
}

/** What is superseded, and by what. */
export interface Supersession {
  readonly id: string;
  readonly byId: string;
}

/**
 * Which links of the replaced chains go: from the front on, those that nothing relays any more but what goes as well. What
 * another chain rests on stays as it is, with all that lies behind it.
 */
export function supersessions(plans: readonly ChainPlan[], relays: readonly Relay[]): Supersession[] {
  const relaysOf = new Map<string, string[]>();
  const add = (id: string, relaysId: string) => relaysOf.set(relaysId, [...(relaysOf.get(relaysId) ?? []), id]);
  for (const { id, relaysId } of relays) add(id, relaysId);
  for (const { links } of plans) {
    for (const [index, { id, report }] of links.entries()) {
      const behind = links[index + 1];
      if (report !== null && behind !== undefined) add(id, behind.id);
    }
  }

  const kept = new Set(plans.flatMap(({ links }) => links.map(({ id }) => id)));
  const candidates = plans.flatMap(({ replaces, links }) =>
    (replaces ?? []).map((link, index, all) => {
      const successor = links[Math.min(index, links.length - 1)];
      return { link, behind: all.length - index, byId: successor?.id ?? '' };
    }),
  );
  const gone = new Map<string, Supersession>();
  // A relay is always farther from its origin than what it relays, so it is decided first.
  for (const { link, byId } of candidates.sort((a, b) => b.behind - a.behind)) {
    const isFree = (relaysOf.get(link.id) ?? []).every((id) => gone.has(id));
    if (link.state === 'standing' && link.replaceable && isFree && !kept.has(link.id))
      gone.set(link.id, { id: link.id, byId });
  }
  return [...gone.values()];
}

function planned({ id, recorded, sourceId }: Link): PlannedLink {
  return { id, claimId: recorded.claimId, sourceId, report: null };
}

function isStanding(chain: readonly Link[]): boolean {
  return chain.every(({ state }) => state === 'standing');
}

function isWithdrawn(chain: readonly Link[]): boolean {
  return chain.some(({ state }) => state === 'withdrawn');
}

function isCorrected(chain: readonly Link[]): boolean {
  return chain.some(({ state }) => state === 'corrected');
}

function says(chain: readonly Link[], content: string): boolean {
  return chain.at(-1)?.content === content;
}

function startsWith(chain: readonly Link[], sourceId: string): boolean {
  return chain[0]?.sourceId === sourceId;
}

/** A claim, the sources of a chain from some link on, neighbours that are one taken as one, and what the origin says. */
function restKey(claimId: string, sourceIds: readonly string[], content: string): string {
  const ids = collapsed(sourceIds.map((id) => ({ id }))).map(({ id }) => id);
  return `${claimId} ${ids.join(' ')} ${content}`;
}

/** A claim and the sources of a chain as they were named or recorded, before any merge. */
export function writtenKey(claimId: string, sourceIds: readonly string[]): string {
  return `${claimId} ${sourceIds.join(' ')}`;
}

/** The speakers of a chain, of neighbours that are one the one nearest the origin. */
export function collapsed<T extends { readonly id: string }>(speakers: readonly T[]): T[] {
  return speakers.filter(({ id }, index) => speakers[index + 1]?.id !== id);
}
