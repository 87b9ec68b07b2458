import { readFileSync, writeFileSync } from 'node:fs';
import { pino } from 'pino';
import { buildApp } from '../src/app.ts';
import { createDatabase } from '../src/database/pool.ts';

/** Writes openapi/openapi.json from the routes; with `--check` only says whether the file is what it would write. */
const FILE = new URL('../openapi/openapi.json', import.meta.url);

const text = await document();
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text);
} else if (readFileSync(FILE, 'utf8') !== text) {
  console.error('openapi/openapi.json is not what the routes say: run "npm run openapi" and commit it.');
  process.exitCode = 1;
}

/** The document as it is committed. The app is built, but neither listens nor connects to the database that it is given. */
async function document(): Promise<string> {
  const database = createDatabase({ url: 'postgresql://nobody@127.0.0.1:1/none' });
  const app = await buildApp({
    database,
    logger: pino({ level: 'silent' }),
    anonymousRead: false,
    clock: () => new Date(),
    newId: () => crypto.randomUUID(),
    pendingMigrations: async () => [],
  });
  await app.ready();
  const json = JSON.stringify(app.swagger(), null, 2);
  await app.close();
  await database.close();
  return `${json}\n`;
}
