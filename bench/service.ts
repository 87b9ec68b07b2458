import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedServer, startEmbedded } from '../src/database/embedded.ts';
import { migrate } from '../src/database/migrations.ts';
import { startServer } from './processes.ts';

/** A service that answers at an address, to whoever has the key. */
interface Service {
  readonly url: string;
  readonly key: string;
}

/**
 * Starts an embedded PostgreSQL with the migrations, lets `load` fill it, starts the service on it as it is in production, and lets
 * `ask` ask it what `load` gave. Everything ends with that, and the temporary folder goes.
 */
export async function withService<Loaded>(
  name: string,
  load: (database: EmbeddedServer) => Promise<Loaded>,
  ask: (service: Service, loaded: Loaded, database: EmbeddedServer) => Promise<void>,
  options: Parameters<typeof startEmbedded>[1] = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `onrecord-${name}-`));
  chmodSync(folder, 0o711); // Where we are root, the database server's own user passes through it.
  const database = await startEmbedded(folder, options);
  try {
    await migrate({ ownerUrl: database.ownerUrl, serviceRole: 'onrecord' });
    const loaded = await load(database);
    const key = `orec_${randomBytes(32).toString('base64url')}`;
    const settings = {
      ...{ DATABASE_URL: database.serviceUrl, DATABASE_OWNER_URL: database.ownerUrl },
      ...{ DATA_DIR: folder, ADMIN_KEY: key },
    };
    const place = { name: 'service', folder, settings, readyPath: '/health/ready' };
    const service = await startServer('../src/main.ts', place);
    try {
      await keyInForce(service.url, key);
      await ask({ url: service.url, key }, loaded, database);
    } finally {
      await service.stop();
    }
  } finally {
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The service answers before it has made the key that it is given. */
async function keyInForce(url: string, key: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await fetch(`${url}/v1/topics`, { headers: { authorization: `Bearer ${key}` } });
    await answer.arrayBuffer();
    if (answer.status === 200) return;
    await sleep(100);
  }
  throw new Error('the key does not come into force');
}

/** Prints what each question took, in milliseconds: the middle one, and the longest. */
export function printTimes(took: Readonly<Record<string, readonly number[]>>, digits = 1): void {
  for (const [name, values] of Object.entries(took)) {
    process.stdout.write(
      `${name} ${median(values).toFixed(digits)} ms (at most ${Math.max(...values).toFixed(digits)})\n`,
    );
  }
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
