import pg from 'pg';
import { StartError } from '../start-error.ts';

/** SQLSTATE `insufficient_privilege`, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const INSUFFICIENT_PRIVILEGE = '42501';

/** What to say to a start that the database of this setting did not let in. */
export function notLetIn(setting: string, error: unknown): StartError {
  const reason = error instanceof AggregateError ? error.errors.join('; ') : String(error);
  return new StartError(`The database that ${setting} names does not let us in: ${reason}`, { cause: error });
}

interface Rights {
  readonly role: string;
  readonly database: string;
  readonly schema: string;
  /** Who owns the tables, when it is somebody else. */
  readonly owner: string | null;
  readonly makes_tables: boolean;
  readonly makes_extensions: boolean;
}

/**
 * What to say to a start that the database refused for lack of rights: the SQL that gives the connected role what migrations
 * need, or the role that has it.
 * @param error what the migrations failed with; anything but a lack of rights is given back as it is.
 */
export async function orLackOfRights(error: unknown, client: pg.Client): Promise<unknown> {
  if (!isRefused(error) && !(error instanceof StartError && isRefused(error.cause))) return error;
  const { rows } = await client.query<Rights>(`
    SELECT current_user AS role, current_database() AS database, s.schema,
      (SELECT pg_get_userbyid(c.relowner) FROM pg_class c
        WHERE c.oid = to_regclass('_prisma_migrations') AND NOT pg_has_role(c.relowner, 'USAGE')) AS owner,
      has_schema_privilege(s.schema, 'CREATE') AS makes_tables,
      has_database_privilege(current_database(), 'CREATE') AS makes_extensions
    FROM (SELECT coalesce(current_schema(), 'public') AS schema) s`);
  const words = rows[0] && wordsFor(rows[0], client);
  return words ? new StartError(words, { cause: error }) : error;
}

function wordsFor(rights: Rights, client: pg.Client): string | undefined {
  const [role, database, schema] = [rights.role, rights.database, rights.schema].map((name) =>
    client.escapeIdentifier(name),
  );
  if (rights.owner !== null) {
    return `The role ${role} may not migrate the tables in the database ${database}, which belong to ${client.escapeIdentifier(rights.owner)}: set DATABASE_OWNER_URL to the address for that role.`;
  }
  const grants = [
    ...(rights.makes_tables ? [] : [`GRANT CREATE ON SCHEMA ${schema} TO ${role};`]),
    ...(rights.makes_extensions ? [] : [`GRANT CREATE ON DATABASE ${database} TO ${role};`]),
  ];
  if (grants.length === 0) return undefined;
  return `The role ${role} may not make its tables in the database ${database}. As an administrator of that database, run: ${grants.join(' ')}`;
}

const isRefused = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE;
