import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartError } from '../start-error.ts';
import { processIdentity } from './process-identity.ts';

/** The server process on a data folder, as `postmaster.pid` in it tells: process id, folder, start, port, … one a line. */
interface Postmaster {
  readonly pid: number;
  /** 0 until it is known. */
  readonly port: number;
}

function written(data: string): Postmaster | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    return pid > 0 ? { pid, port: port || 0 } : undefined;
  } catch {
    return undefined;
  }
}

/** The server that lives on this data now. Another program that was given its number since does not count. */
export function livePostmaster(data: string): Postmaster | undefined {
  const found = written(data);
  return found && processIdentity(found.pid)?.program === 'postgres' ? found : undefined;
}

/**
 * The port of the server that lives on this data, once it takes connections; one that is starting, or on its way down, is
 * waited for. Undefined when there is none; a `postmaster.pid` that a power cut left is then put out of the way.
 * @param superuserUrl the address to knock at, for a port.
 * @throws StartError when it lives but does not answer in that time.
 */
export async function answeringPort(
  data: string,
  superuserUrl: (port: number) => string,
  withinMs: number,
): Promise<number | undefined> {
  for (const began = Date.now(); Date.now() - began < withinMs; await sleep(100)) {
    const found = livePostmaster(data);
    if (!found) {
      rmSync(join(data, 'postmaster.pid'), { force: true });
      return undefined;
    }
    if (found.port && (await answers(superuserUrl(found.port), data))) return found.port;
  }
  throw new StartError(`The database server on ${data} runs but does not answer: see postgres.log beside it.`);
}

/** Whether the server at this address takes connections and is the one on this data. */
async function answers(address: string, data: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory === data;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
