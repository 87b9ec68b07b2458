import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { inTransaction } from '../../src/database/first-key.ts';
import { migrate } from '../../src/database/migrations.ts';
import { databaseUrl, withClient } from '../global-setup.ts';
import { cloneDatabase } from '../harness.ts';

const server = inject('server');
let role: string;
let drop: () => Promise<unknown>;

/** The role's address of a database, with the password that all roles of the tests share. */
const urlOf = (database: string): string => databaseUrl(server, role, database);
const administer = (database: string, sql: string) =>
  withClient(databaseUrlOfSuperuser(database), (client) => client.query(sql));

function databaseUrlOfSuperuser(database: string): string {
  const url = new URL(server.superuserUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** What a start says when it cannot migrate, and must say in one line. */
async function refusal(database: string): Promise<string> {
  const error = await migrate({ ownerUrl: urlOf(database), serviceRole: undefined }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'StartError', message: expect.not.stringContaining('\n') });
  return (error as Error).message;
}

beforeEach(async () => {
  // A name that SQL must put in quotation marks.
  role = `${server.template}-Desk-${randomBytes(4).toString('hex')}`;
  await administer('postgres', `CREATE ROLE "${role}" LOGIN PASSWORD '${server.password}'`);
});

afterEach(async () => {
  await drop();
  await administer('postgres', `DROP ROLE "${role}"`);
});

describe('a role that may not make tables is told the SQL that lets it, and then migrates', () => {
  test.each([
    ['neither in the schema nor in the database', 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'],
    ['in the schema, but no extensions in the database', 'GRANT CREATE ON SCHEMA public TO %I'],
    ['in the database, but not in the schema', 'GRANT CREATE ON DATABASE %D TO %I'],
  ])('%s', async (_, rights) => {
    const database = `${server.template}_${randomBytes(4).toString('hex')}`;
    await administer('postgres', `CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'UTF8'`);
    drop = () => administer('postgres', `DROP DATABASE ${database} WITH (FORCE)`);
    await administer(database, rights.replace('%I', `"${role}"`).replace('%D', database));

    const told = await refusal(database);
    expect(told).toContain(role);
    await administer(database, told.slice(told.indexOf('GRANT ')));
    expect(await migrate({ ownerUrl: urlOf(database), serviceRole: undefined })).not.toEqual([]);
  });
});

test('a service’s own role that the database does not let in is told in one line', async () => {
  const clone = await cloneDatabase();
  drop = clone.drop;
  const url = new URL(urlOf(clone.name));
  url.password = 'wrong';
  await expect(inTransaction(url.href, async () => {})).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(/^The database that DATABASE_URL names does not let us in: .*password.*$/),
  });
});

test('a role that does not own the tables is told whose address to set as DATABASE_OWNER_URL', async () => {
  const clone = await cloneDatabase();
  drop = clone.drop;
  const told = await refusal(clone.name);
  expect(told).toContain('DATABASE_OWNER_URL');
  expect(told).toContain(server.owner);
});
