/**
 * A JSON object put together where the rows are: SQL of a row whose columns are the members, in their order. Within another
 * row it becomes an object in it; at the top, `json` makes text of it. As rows PostgreSQL writes JSON a third faster, and
 * without spaces, than by json_build_object.
 */
export function row(members: Readonly<Record<string, string>>): string {
  const columns = Object.entries(members).map(([name, sql]) => `${sql} AS "${name}"`);
  return `(SELECT row_ FROM (SELECT ${columns.join(', ')}) row_)`;
}

/** The JSON of a row. */
export function json(members: Readonly<Record<string, string>>): string {
  return `row_to_json(${row(members)})`;
}

/** The id, slug and name of a row of sources or topics: how other things name it. */
export function reference(alias: string, more: Readonly<Record<string, string>> = {}): string {
  return row({ id: `${alias}.id`, slug: `${alias}.slug`, name: `${alias}.name`, ...more });
}

/** A JSON array of an item for each row of `from`, in an `order` that leaves no two different items to the chance of how rows lie. */
export function list(item: string, from: string, order: string): string {
  return `coalesce((SELECT json_agg(${item} ORDER BY ${order}) FROM ${from}), '[]')`;
}

/** An instant as the rules count: a number of microseconds since the epoch. */
export function micros(instant: string): string {
  return `(extract(epoch FROM ${instant}) * 1000000)::float8`;
}
