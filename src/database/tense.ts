/**
 * How the SQL of an answer finds what it is made of: as it stands now, or as it stood at an instant of the recorded clock. Each
 * name gives what comes after `JOIN`: the thing that stands for the id, under the alias.
 */
export interface Tense {
  readonly source: (alias: string, id: string) => string;
  readonly report: (alias: string, id: string) => string;
  readonly claim: (alias: string, id: string) => string;
  readonly topic: (alias: string, id: string) => string;
  /** The condition that a recorded row (`recorded_from`, `recorded_until`) stands. */
  readonly stands: (alias: string) => string;
}

const joined = (table: string) => (alias: string, id: string) => `${table} ${alias} ON ${alias}.id = ${id}`;

/** As it stands now. */
export const PRESENT: Tense = {
  source: joined('sources'),
  report: joined('reports'),
  claim: joined('claims'),
  topic: joined('topics'),
  stands: (alias) => `${alias}.recorded_until IS NULL`,
};

/** As it stood at an instant, by its placeholder. */
export function pastAt(placeholder: string): Tense {
  const at = `${placeholder}::timestamptz`;
  const stood = (thing: string) => (alias: string, id: string) =>
    `LATERAL (
      SELECT found.* FROM (SELECT stood_for(${id}, ${at}) AS id OFFSET 0) stood CROSS JOIN LATERAL ${thing}_at(stood.id, ${at}) found
    ) ${alias} ON true`;
  return {
    source: stood('source'),
    report: stood('report'),
    claim: stood('claim'),
    topic: (alias, id) => `LATERAL topic_at(${id}, ${at}) ${alias} ON true`,
    stands: (alias) =>
      `${alias}.recorded_from <= ${at} AND (${alias}.recorded_until IS NULL OR ${alias}.recorded_until > ${at})`,
  };
}
