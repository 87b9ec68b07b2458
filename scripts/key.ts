/**
 * Makes another key and prints it, once:
 *
 *   npm run key -- --name archive-desk --scope write [--scope read] [--expires 2027-05-04T00:00:00Z]
 *
 * Works on the database of DATABASE_URL, or on the embedded one, whether the service runs or not. Without a name it makes an
 * admin key. Only the key goes to standard output.
 */
import { randomUUIDv7 } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Config, readConfig } from '../src/config.ts';
import { runningEmbedded } from '../src/database/embedded.ts';
import { createDatabase } from '../src/database/pool.ts';
import { prepareDatabase } from '../src/database/prepare.ts';
import { Problem } from '../src/domain/problem.ts';
import { createKey } from '../src/modules/keys/commands.ts';
import { createKeySchema } from '../src/modules/keys/schema.ts';
import { StartError } from '../src/start-error.ts';

const Answer = z.object({ key: z.string(), name: z.string(), scopes: z.array(z.string()) });

/** The database: the one in use, or else the embedded one, brought up for as long as this takes. */
async function reach(config: Config): Promise<{ url: string; close(): Promise<void> }> {
  const url = config.databaseUrl ?? (await runningEmbedded(config.dataDir))?.serviceUrl;
  return url === undefined ? prepareDatabase(config) : { url, close: async () => {} };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { name: { type: 'string' }, scope: { type: 'string', multiple: true }, expires: { type: 'string' } },
  });
  const asked = createKeySchema.safeParse({
    name: values.name ?? `admin-${Date.now().toString(36)}`,
    scopes: values.scope ?? (values.name ? ['write'] : ['admin']),
    expiresAt: values.expires,
  });
  if (!asked.success) throw new StartError(z.prettifyError(asked.error));
  const { url, close } = await reach(readConfig());
  const database = createDatabase({ url, max: 1 });
  try {
    const answer = await createKey(
      {
        database,
        actor: { id: null, name: 'command-line', scopes: ['admin'] },
        requestId: randomUUIDv7(),
        clock: () => new Date(),
        newId: randomUUIDv7,
        quotesFound: new Map(),
      },
      asked.data,
    );
    const made = Answer.parse(JSON.parse(answer.body));
    process.stderr.write(`The key "${made.name}" (${made.scopes.join(', ')}), shown this once:\n`);
    process.stdout.write(`${made.key}\n`);
  } finally {
    await database.close();
    await close();
  }
}

main().catch((error: unknown) => {
  const known = error instanceof StartError || error instanceof Problem;
  process.stderr.write(`No key was made. ${known ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
