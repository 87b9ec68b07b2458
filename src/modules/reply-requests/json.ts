import { json, reference, row } from '../../database/json.ts';
import type { Parameters } from '../../database/statement.ts';
import { type Past, PRESENT, pastAt, type Tense } from '../../database/tense.ts';
import { instantText } from '../../domain/clocks.ts';

/**
 * The instants by which requests are told (RFC 3339): `at`, by which a deadline is past; `asOf`, by which they were asked and
 * closed, where the question has that clock; `knownAt`, by which they were recorded, null for the present.
 */
export interface Moment {
  readonly at: string;
  readonly asOf: string | null;
  readonly knownAt: string | null;
}

/** The moment that is now by the service's clock. */
export function presentAt(now: Date): Moment {
  return { at: now.toISOString(), asOf: null, knownAt: null };
}

/** A moment of the past: `asOf` in microseconds since the epoch, `knownAt` settled. */
export function pastMoment({ asOf, knownAt }: { asOf: number | null; knownAt: string }): Moment {
  const said = asOf === null ? null : instantText(asOf);
  return { at: said ?? knownAt, asOf: said, knownAt };
}

/** The SQL of a moment's instants. */
export interface InstantsSql {
  readonly past: Past | null;
  readonly asOf: string | null;
  /** That of `at`: among the parameters only where it is asked for, since PostgreSQL takes none that stands nowhere. */
  readonly at: () => string;
}

/** The SQL of a moment's instants, which are put among the parameters. */
export function instantsSql(moment: Moment, parameters: Parameters): InstantsSql {
  const asOf = moment.asOf === null ? null : `${parameters.add(moment.asOf)}::timestamptz`;
  const past = moment.knownAt === null ? null : pastAt(parameters.add(moment.knownAt));
  let at: string | undefined;
  return {
    past,
    asOf,
    at: () => {
      at ??= `${parameters.add(moment.at)}::timestamptz`;
      return at;
    },
  };
}

/** The SQL of how requests are told by a moment; `r` is a request. One definition for the present and the past. */
export interface RequestSql {
  /** What comes after `JOIN`: the request of an id as it was recorded, if it was there. */
  readonly request: (id: string) => string;
  /** The condition that it had been asked, and was there. */
  readonly exists: string;
  readonly state: string;
  /** The sources that were asked with the one that was: itself, and those that it is raised to at the time of asking. */
  readonly asked: string;
  /** The request (`requestAnswer`) as JSON, of `r` and `joins`. */
  readonly json: string;
  readonly joins: string;
}

/** The SQL of a moment, with its instants among the parameters. */
export function requestSql(moment: Moment, parameters: Parameters): RequestSql {
  const { past, asOf, at } = instantsSql(moment, parameters);
  const tense: Tense = past ?? PRESENT;
  const closed = (column: string) => (asOf === null ? column : `CASE WHEN r.closed_at <= ${asOf} THEN ${column} END`);
  const state = `coalesce(${closed('r.outcome')}, CASE WHEN r.deadline < ${at()} THEN 'overdue' ELSE 'open' END)`;
  return {
    request: (id) =>
      past === null
        ? `reply_requests r ON r.id = ${id} AND r.deleted_at IS NULL`
        : `LATERAL reply_request_at(${id}, ${past.at}) r ON true`,
    exists: asOf === null ? 'true' : `r.asked_at <= ${asOf}`,
    state,
    asked: past === null ? `raise_source(s.id, r.asked_at, NULL, false)` : `raised_at(s.id, r.asked_at, ${past.at})`,
    json: json({
      id: 'r.id',
      claim: row({ id: 'c.id', slug: 'c.slug', text: 'c.text' }),
      source: reference('s', { kind: 's.kind' }),
      askedAt: 'to_rfc3339(r.asked_at)',
      channel: 'r.channel',
      deadline: 'to_rfc3339(r.deadline)',
      note: 'r.note',
      askedBy: 'r.actor',
      state,
      attribution: closed('r.attribution_id'),
      closedAt: `to_rfc3339(${closed('r.closed_at')})`,
      createdAt: 'to_rfc3339(r.created_at)',
      updatedAt: 'to_rfc3339(r.updated_at)',
      version: 'r.version',
    }),
    joins: `JOIN ${tense.claim('c', 'r.claim_id')} JOIN ${tense.source('s', 'r.source_id')}`,
  };
}
