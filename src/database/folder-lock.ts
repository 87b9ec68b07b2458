import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../start-error.ts';
import { processIdentity } from './process-identity.ts';

/**
 * Takes a data folder for this process alone, until the function that it answers with is called or the process ends in
 * whatever way. The file `service.pid` holds the process id and when that process was started, so that neither a file left by
 * a killed service nor a later process under the same number keeps anyone out.
 * @throws StartError when another live service has it.
 */
export async function lockFolder(dataDir: string): Promise<() => void> {
  const path = join(dataDir, 'service.pid');
  const mine = lineOf(process.pid);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (create(path, mine)) return () => release(path, mine);
    const holder = Number.parseInt(read(path), 10);
    if (read(path) === lineOf(holder)) {
      throw new StartError(
        `Another OnRecord (process ${holder}) uses the data folder ${dataDir}: stop it, or set DATA_DIR to another folder.`,
      );
    }
    rmSync(path, { force: true });
    if (create(path, mine)) {
      // Two that found the same stale file: the later one has removed the earlier one's. Only one still finds its own.
      await sleep(50);
      if (read(path) === mine) return () => release(path, mine);
    }
  }
  throw new StartError(`The data folder ${dataDir} is being taken by several services at once: start one of them.`);
}

/** The process that holds the folder now, if it is alive. */
export function folderHolder(dataDir: string): number | undefined {
  const line = read(join(dataDir, 'service.pid'));
  const holder = Number.parseInt(line, 10);
  return line !== '' && line === lineOf(holder) ? holder : undefined;
}

const lineOf = (pid: number): string => `${pid} ${processIdentity(pid)?.startedAt ?? 'gone'}\n`;

function create(path: string, line: string): boolean {
  try {
    writeFileSync(path, line, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function release(path: string, mine: string): void {
  if (read(path) === mine) rmSync(path, { force: true });
}
