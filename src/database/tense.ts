import { standingId } from './merges.ts';
import type { Parameters } from './statement.ts';

/**
 * How the SQL of an answer finds what it is made of: as it stands now, or as it stood at an instant of the recorded clock. Each
 * name gives what comes after `JOIN`: the thing that stands for the id, under the alias.
 */
export interface Tense {
  readonly source: (alias: string, id: string) => string;
  readonly report: (alias: string, id: string) => string;
  readonly claim: (alias: string, id: string) => string;
  readonly topic: (alias: string, id: string) => string;
  readonly assessment: (alias: string, id: string) => string;
  readonly ratingScheme: (alias: string, id: string) => string;
  /** The condition that a recorded row (`recorded_from`, `recorded_until`) stands. */
  readonly stands: (alias: string) => string;
}

const standing = (table: string) => (alias: string, id: string) =>
  `${table} ${alias} ON ${alias}.id = ${standingId(id)}`;

/** As it stands now. */
export const PRESENT: Tense = {
  source: standing('sources'),
  report: standing('reports'),
  claim: standing('claims'),
  topic: (alias, id) => `topics ${alias} ON ${alias}.id = ${id}`,
  assessment: (alias, id) => `assessments ${alias} ON ${alias}.id = ${id} AND ${alias}.deleted_at IS NULL`,
  ratingScheme: (alias, id) => `rating_schemes ${alias} ON ${alias}.id = ${id} AND ${alias}.deleted_at IS NULL`,
  stands: (alias) => `${alias}.recorded_until IS NULL`,
};

/** As it stood at an instant of the recorded clock. */
export interface Past extends Tense {
  /** The SQL of the instant. */
  readonly at: string;
  /** The row of a thing as it was itself, merged or not; none where it was not recorded yet, or deleted. */
  readonly thing: (kind: 'source' | 'report' | 'claim' | 'topic' | 'attribution', id: string) => string;
}

/** As it stood at an instant, by its placeholder. */
export function pastAt(placeholder: string): Past {
  const at = `${placeholder}::timestamptz`;
  const thing: Past['thing'] = (kind, id) => `${kind}_at(${id}, ${at})`;
  const standing = (kind: 'source' | 'report' | 'claim') => (alias: string, id: string) =>
    `LATERAL (
      SELECT found.* FROM (SELECT stood_for(${id}, ${at}) AS id OFFSET 0) stood CROSS JOIN LATERAL ${thing(kind, 'stood.id')} found
    ) ${alias} ON true`;
  return {
    at,
    thing,
    source: standing('source'),
    report: standing('report'),
    claim: standing('claim'),
    topic: (alias, id) => `LATERAL ${thing('topic', id)} ${alias} ON true`,
    assessment: (alias, id) => `LATERAL assessment_at(${id}, ${at}) ${alias} ON true`,
    ratingScheme: (alias, id) => `LATERAL rating_scheme_at(${id}, ${at}) ${alias} ON true`,
    stands: (alias) =>
      `${alias}.recorded_from <= ${at} AND (${alias}.recorded_until IS NULL OR ${alias}.recorded_until > ${at})`,
  };
}

/** As it stood at an instant, which is put among the parameters; null: as it stands now. */
export function tenseAt(knownAt: string | null, parameters: Parameters): Tense {
  return knownAt === null ? PRESENT : pastAt(parameters.add(knownAt));
}
