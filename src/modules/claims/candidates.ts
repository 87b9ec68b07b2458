import type { Database } from '../../database/context.ts';
import { readLedgersOf } from '../../database/ledger.ts';
import { read } from '../../database/pool.ts';
import { Parameters, prepared } from '../../database/statement.ts';
import { type Past, pastAt } from '../../database/tense.ts';
import type { Batch, BatchSize } from '../../database/walk.ts';
import { instantText } from '../../domain/clocks.ts';
import type { Stance, Standing } from '../../domain/vocabulary.ts';
import { start, touches } from './filter.ts';
import { mayFind, type Named, type PastFilter, speakersOf } from './past-filter.ts';

/** Where in the list the candidates are: after a claim, or from it on. */
interface Place {
  readonly after: string | undefined;
  readonly size: BatchSize;
  readonly ascending?: boolean;
  readonly inclusive?: boolean;
}

const SIDES = { for: ['asserts', 'confirms'], against: ['denies', 'doubts'] } as const;

/** Stances of each of which something must have been said, for a claim to stand so. */
const NEEDED_FOR: Readonly<Record<Standing, readonly (readonly Stance[])[]>> = {
  contested: [SIDES.for, SIDES.against],
  corroborated: [SIDES.for],
  single_origin: [SIDES.for],
  denied: [['denies']],
  doubted: [['doubts']],
  unattributed: [],
};

/** An outlet with more reports than this is looked for among all claims. */
const MANY_REPORTS = 500;

/**
 * What reads the claims that a filter may find, in the order of their ids. Decided here is all that the rules need not be asked for; and where a filter is about
 * what somebody said, the rules are asked first about that alone: most claims on which many speak are of no interest then.
 */
export async function candidatesOf(
  database: Database,
  filter: PastFilter,
): Promise<(place: Place) => Promise<Batch<string, string>>> {
  const busy = filter.outlet !== undefined && (await isBusy(database, filter.outlet));
  const speakers = speakersOf(filter);
  const { knownAt } = filter.clocks;
  return async (place) => {
    const parameters = new Parameters();
    const sql = new CandidateSql(filter, parameters, place);
    const text = `SELECT stream.id, ${sql.conditions().join(' AND ')} AS holds
      FROM (${sql.stream({ busy })}) stream ORDER BY stream.id ${sql.direction}`;
    const rows = await read<{ id: string; holds: boolean }>(database.pool, prepared(text, parameters.values));
    const ids = rows.filter(({ holds }) => holds).map(({ id }) => id);
    const last = rows.length < place.size ? undefined : rows.at(-1)?.id;
    if (speakers.length === 0) return { candidates: ids, last };
    const ledgers = await readLedgersOf(database, ids, speakers, knownAt);
    return { candidates: [...ledgers].filter(([, ledger]) => mayFind(filter, ledger)).map(([id]) => id), last };
  };
}

async function isBusy({ pool }: Database, { members }: Named): Promise<boolean> {
  const text = `SELECT EXISTS (SELECT FROM report_states WHERE outlet_id = ANY ($1::uuid[]) OFFSET ${MANY_REPORTS}) AS busy`;
  const [found] = await read<{ busy: boolean }>(pool, prepared(text, [members]));
  return found?.busy === true;
}

/** The SQL of one batch of candidates. */
class CandidateSql {
  readonly direction: 'ASC' | 'DESC';
  readonly #filter: PastFilter;
  readonly #parameters: Parameters;
  readonly #past: Past;
  readonly #size: BatchSize;
  readonly #beyond: readonly [comparison: string, id: string, exactly: string] | undefined;
  readonly #asOf: string;

  constructor(
    filter: PastFilter,
    parameters: Parameters,
    { after, size, ascending = false, inclusive = false }: Place,
  ) {
    this.#filter = filter;
    this.#parameters = parameters;
    this.direction = ascending ? 'ASC' : 'DESC';
    this.#past = pastAt(parameters.add(filter.clocks.knownAt));
    this.#size = size;
    if (after !== undefined)
      this.#beyond = [
        ascending ? '>=' : '<=',
        `${parameters.add(after)}::uuid`,
        `${ascending ? '>' : '<'}${inclusive ? '=' : ''}`,
      ];
    const { asOf } = filter.clocks;
    this.#asOf = asOf === null ? "'infinity'::timestamptz" : `${parameters.add(instantText(asOf))}::timestamptz`;
  }

  /** The next ids in their order, from the set that is likely to be the smallest. */
  stream({ busy }: { busy: boolean }): string {
    const { query, positions, by, topic, report, outlet } = this.#filter;
    const [position] = positions;
    if (report !== undefined) return this.#saidIn(`unnest(${this.#uuids(report.members)}) report (id)`);
    if (topic !== undefined)
      return this.#page('claim_states c', 'c.claim_id', [`c.topic_id = ${this.#uuid(topic.id)}`]);
    if (position !== undefined) return this.#spokenBy(position.voice, this.#stance(position.stances));
    if (by !== undefined) return this.#spokenBy(by, this.#ofOneAttribution());
    if (outlet !== undefined && !busy) {
      const reports = `SELECT DISTINCT report_id AS id FROM report_states WHERE outlet_id = ANY (${this.#uuids(outlet.members)})`;
      return this.#saidIn(`(${reports} OFFSET 0) report`);
    }
    if (query.q !== undefined) return this.#withWords(query.q);
    return this.#filter.clocks.asOf === null ? this.#page('claims c', 'c.id', []) : this.#saidByThen();
  }

  /** Whether a claim `stream.id` was there, and what decides without the rules; else whether the rules must be asked. */
  conditions(): string[] {
    const { query, topic } = this.#filter;
    const state = [
      'c.claim_id = stream.id',
      this.#stood('c'),
      ...(topic === undefined ? [] : [`c.topic_id = ${this.#uuid(topic.id)}`]),
      ...(query.kind === undefined ? [] : [`c.kind = ${this.#parameters.add(query.kind)}`]),
      ...(query.language === undefined ? [] : [`c.language = ${this.#parameters.add(query.language)}`]),
      ...(query.dueBefore === undefined ? [] : [this.#isOverdue(start(query.dueBefore, this.#parameters))]),
      ...(query.flag === 'overdue' ? [this.#isOverdue(this.#judgedAt())] : []),
    ];
    return [
      `EXISTS (SELECT FROM claim_states c WHERE ${state.join(' AND ')})`,
      `NOT EXISTS (SELECT FROM merges m WHERE m.from_id = stream.id AND ${this.#stood('m')})`,
      ...(query.q === undefined
        ? []
        : [
            `EXISTS (SELECT FROM ${this.#past.thing('claim', 'stream.id')} c WHERE ${this.#hasWords('c.text', query.q)})`,
          ]),
      ...this.#spoken(),
    ];
  }

  /** What must have been said about a claim, so that the rules can find it; what was merged into one is left to the rules. */
  #spoken(): string[] {
    const { positions, by, report, outlet } = this.#filter;
    const sets = [
      ...positions.map(({ voice, stances }) => [this.#speaker(voice), ...this.#stance(stances)]),
      [...(by === undefined ? [] : [this.#speaker(by)]), ...this.#ofOneAttribution()],
      ...(report === undefined ? [] : [[this.#inReport(report)]]),
      ...this.#needed().map((stances) => this.#stance(stances)),
      ...(outlet === undefined
        ? []
        : [
            [
              `EXISTS (SELECT FROM report_states r WHERE r.report_id = a.report_id AND r.outlet_id = ANY (${this.#uuids(outlet.members)}) OFFSET 0)`,
            ],
          ]),
    ].filter((conditions) => conditions.length > 0);
    const said = (conditions: string[]) =>
      `EXISTS (SELECT FROM attributions a WHERE a.claim_id = stream.id AND ${[...conditions, this.#recorded()].join(' AND ')})`;
    const flagged = this.#flagged();
    const first = `EXISTS (SELECT FROM claim_firsts f WHERE f.claim_id = stream.id AND ${this.#wasSaid('f.first_said')})`;
    const needed = [...(this.#filter.clocks.asOf === null ? [] : [first]), ...sets.map(said), ...flagged];
    if (needed.length === 0) return [];
    return [`(${needed.join(' AND ')} OR EXISTS (SELECT FROM merges m WHERE m.into_id = stream.id))`];
  }

  /** An open prediction past its horizon at an instant; with `asOf` an outcome counts from when it was resolved. */
  #isOverdue(at: string): string {
    const open =
      this.#filter.clocks.asOf === null
        ? "c.outcome = 'open'"
        : `(c.outcome = 'open' OR c.resolved_at > ${this.#asOf})`;
    return `(${open} AND c.horizon_until <= ${at})`;
  }

  /** When it is asked whether a prediction is overdue. */
  #judgedAt(): string {
    return this.#filter.clocks.asOf === null ? this.#past.at : this.#asOf;
  }

  /** What a flag needs beside what was said. */
  #flagged(): string[] {
    const { flag } = this.#filter.query;
    const bears = (...ends: string[]) =>
      `EXISTS (SELECT FROM claim_relations r WHERE ${this.#stood('r')} AND stream.id IN (${ends.join(', ')}))`;
    if (flag === 'contradicted') return [bears('r.from_id', 'r.to_id')];
    if (flag === 'undermined') return [bears('r.from_id')];
    if (flag === 'uncontacted')
      return [`EXISTS (SELECT FROM claim_about b WHERE b.claim_id = stream.id AND ${this.#stood('b')})`];
    return [];
  }

  /** Claims about which anything had been said. */
  #saidByThen(): string {
    // The index gives them in the order of `place`, as near as that is to one end.
    const end = this.direction === 'ASC' ? '0::bigint' : `(2 ^ 48)::bigint`;
    const bounds = this.#bounds().map(([comparison, id]) => `f.place ${comparison} place_of(${id})`);
    const where = [this.#wasSaid('f.first_said'), ...bounds, ...this.#within('f.claim_id')].join(' AND ');
    return this.#withMerged([
      `SELECT f.claim_id AS id FROM claim_firsts f WHERE ${where} AND f.place IS NOT NULL
       ORDER BY f.place <-> ${end}, f.claim_id ${this.direction} LIMIT ${this.#size}`,
    ]);
  }

  /** A page of each speaker, so that as much is read as is asked for, however much they said. */
  #spokenBy(voice: Named, conditions: string[]): string {
    const members = this.#uuids(voice.members);
    const pageOf = (column: string) => `SELECT own.id FROM unnest(${members}) AS member (id) CROSS JOIN LATERAL (
      ${this.#page('attributions a', 'a.claim_id', [`a.${column} = member.id`, this.#recorded(), ...conditions])}) own`;
    const exact = this.#filter.query.exact === true;
    return this.#withMerged([pageOf('source_id'), ...(exact ? [] : [pageOf('speaking_for_id')])]);
  }

  /** Claims of which one of the reports says something. */
  #saidIn(reports: string): string {
    const own = `SELECT a.claim_id AS id FROM attributions a WHERE a.report_id = report.id OFFSET 0`;
    return this.#withMerged([this.#page(`${reports} CROSS JOIN LATERAL (${own}) own`, 'own.id', [])]);
  }

  /** Claims that have the words, or had them once. */
  #withWords(words: string): string {
    return this.#page(
      `(SELECT c.id FROM claims c WHERE ${this.#hasWords('c.text', words)}
        UNION ALL
        SELECT r.entity_id FROM revisions r WHERE r.type = 'claim' AND ${this.#hasWords("(r.before ->> 'text')", words)}) c`,
      'c.id',
      [],
    );
  }

  /** With the claims into which others were merged: what was said about those is theirs. */
  #withMerged(pages: string[]): string {
    const merged = this.#page('merges m', 'm.into_id', ["m.kind = 'claim'"]);
    const all = [...pages, merged].map((page) => `(${page})`).join(' UNION ');
    return `SELECT id FROM (${all}) each ORDER BY id ${this.direction} LIMIT ${this.#size}`;
  }

  #page(from: string, column: string, conditions: string[]): string {
    const where = [...conditions, ...this.#within(column)].join(' AND ');
    return `SELECT DISTINCT ${column} AS id FROM ${from} WHERE ${where} ORDER BY id ${this.direction} LIMIT ${this.#size}`;
  }

  /** Beyond the cursor, and not beyond the last claim that was recorded by then. */
  #within(column: string): string[] {
    return this.#bounds().map(([comparison, id, exactly = comparison]) => `${column} ${exactly} ${id}`);
  }

  #bounds(): (readonly [comparison: string, id: string, exactly?: string])[] {
    const newest = `(
      SELECT newest_id FROM claims WHERE created_at <= ${this.#past.at} ORDER BY created_at DESC, newest_id DESC LIMIT 1)`;
    return [['<=', newest], ...(this.#beyond === undefined ? [] : [this.#beyond])];
  }

  /** The end of a time had come, where the question has that clock. */
  #wasSaid(until: string): string {
    return `${until} <= ${this.#asOf}`;
  }

  #speaker({ members }: Named): string {
    const ids = this.#uuids(members);
    const self = `a.source_id = ANY (${ids})`;
    return this.#filter.query.exact === true ? self : `(${self} OR a.speaking_for_id = ANY (${ids}))`;
  }

  #ofOneAttribution(): string[] {
    const { query } = this.#filter;
    return [
      ...(query.stance === undefined ? [] : this.#stance([query.stance])),
      ...touches('a.said', query['said.gte'], query['said.lt'], this.#parameters),
    ];
  }

  /** Stances of each of which something must have been said, for the claim to have the standing or the flag. */
  #needed(): (readonly Stance[])[] {
    const { standing, flag } = this.#filter.query;
    return [...(standing === undefined ? [] : NEEDED_FOR[standing]), ...(flag === 'anonymous_only' ? [SIDES.for] : [])];
  }

  #stance(stances: readonly string[]): string[] {
    return [`a.stance = ANY (${this.#parameters.add(stances)}::text[])`];
  }

  #inReport({ members }: Named): string {
    return `a.report_id = ANY (${this.#uuids(members)})`;
  }

  /** It was recorded by then, and may have been said: reports can have had other dates. */
  #recorded(): string {
    const recorded = `a.recorded_at <= ${this.#past.at}`;
    if (this.#filter.clocks.asOf === null) return recorded;
    const state = `r.report_id = a.report_id AND (r.published_until IS NULL OR ${this.#wasSaid('r.published_until')})`;
    return `${recorded} AND CASE WHEN a.said IS NOT NULL THEN ${this.#wasSaid('a.said_until')} ELSE
      ${this.#wasSaid('a.stance_until')} OR EXISTS (SELECT FROM report_states r WHERE ${state})
      OR EXISTS (SELECT FROM merges m WHERE m.from_id = a.report_id) END`;
  }

  #hasWords(text: string, words: string): string {
    return `to_tsvector('simple', ${text}) @@ websearch_to_tsquery('simple', ${this.#parameters.add(words)})`;
  }

  #stood(alias: string): string {
    return this.#past.stands(alias);
  }

  #uuid(id: string): string {
    return `${this.#parameters.add(id)}::uuid`;
  }

  #uuids(ids: readonly string[]): string {
    return `${this.#parameters.add(ids)}::uuid[]`;
  }
}
