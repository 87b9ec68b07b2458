/** `npm run example`: the founding case on a running service, and what it answers to the questions about it. */
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config.ts';
import { StartError } from '../src/start-error.ts';
import { openClient } from './example/client.ts';
import { load } from './example/load.ts';
import { answers, flags } from './example/questions.ts';
import { reset } from './example/reset.ts';

const USAGE = `Loads the founding case into the service that runs here, and asks its questions.

  npm run example               may be run again and again: what is there already stays as it is
  npm run example -- --reset    brings the founding case back after it was changed; all that was done stays in the histories

The service is that of ONRECORD_URL, else the one that runs on this DATA_DIR, else the one on this machine's PORT; the key that
of ONRECORD_KEY, else ADMIN_KEY, else the one that the service keeps in DATA_DIR/admin-key.
`;

function table(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}\n`).join('');
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { reset: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const client = openClient(readConfig());
  const tell = (line: string) => process.stdout.write(`${line}\n`);
  if (values.reset) await reset(client, tell);
  await load(client, tell);
  process.stdout.write(`\n${table(await answers(client))}`);
  process.stdout.write(`\nThe flags of the seventeen claims:\n${table(await flags(client))}`);
}

// Whoever reads what we print may go away, as `head` does.
process.stdout.on('error', () => process.exit());

main().catch((error: unknown) => {
  const isKnown = error instanceof StartError || (error instanceof Error && 'code' in error);
  process.stderr.write(`${isKnown ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
