import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync } from 'node:fs';
import { StartError } from '../start-error.ts';

/** The system account that the embedded server's programs run under: PostgreSQL refuses to run as root. */
export interface ServerAccount {
  /** Runs one of its programs to its end and answers with the exit code. `log` is a file descriptor for all that it says. */
  run(program: string, args: readonly string[], log: number): Promise<number>;
  /** Makes a file or folder its own. */
  give(path: string): void;
}

const ADVICE = 'run it as an ordinary user, or set DATABASE_URL to use another PostgreSQL';

/**
 * An ordinary user runs the server itself. Root runs it as the owner of the data that is there, or as the user `postgres`,
 * who is made when missing. Where that user cannot get into the folder (a clone under /root), it is lent the one capability
 * that lets it pass: to read what is closed to it, or, where root has not got that itself (in most containers), to write too.
 * @param owner the user id that the data folder belongs to, if there is one already.
 * @param places what the account must be able to reach: programs and folders, as absolute paths.
 * @throws StartError when there is no way.
 */
export function serverAccount(owner: number | undefined, places: readonly string[]): ServerAccount {
  const own = process.getuid?.();
  if (own !== 0) {
    if (own !== undefined && owner !== undefined && owner !== own) {
      throw new StartError(
        `The embedded database belongs to another user (uid ${owner}): run as that user, or set DATA_DIR to another folder.`,
      );
    }
    return { give: () => {}, run: (program, args, log) => run(program, args, log, {}) };
  }
  const account = owner ? { uid: owner, gid: groupOf(owner) } : postgresUser();
  const give = (path: string) => chownSync(path, account.uid, account.gid);
  if (canReach(places, (program, args) => spawnSync(program, args, { ...account, cwd: '/' }).status === 0)) {
    return { give, run: (program, args, log) => run(program, args, log, account) };
  }
  for (const capability of ['dac_read_search', 'dac_override']) {
    const lend = lending(account, capability);
    if (
      canReach(places, (program, args) => spawnSync('setpriv', [...lend, program, ...args], { cwd: '/' }).status === 0)
    ) {
      return { give, run: (program, args, log) => run('setpriv', [...lend, program, ...args], log, {}) };
    }
  }
  throw new StartError(
    `The user that the database must run as (uid ${account.uid}) cannot reach ${places[0]}: open the folders above it (chmod o+x), ${ADVICE}.`,
  );
}

/**
 * setpriv(1): another user with this capability (capabilities(7)) and no other. PostgreSQL asks access(2) for its programs,
 * which looks away from the capabilities of all users but root, unless the securebit `no_setuid_fixup` is set.
 */
const lending = ({ uid, gid }: { uid: number; gid: number }, capability: string): string[] => [
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--clear-groups',
  `--inh-caps=-all,+${capability}`,
  `--ambient-caps=-all,+${capability}`,
  `--bounding-set=-all,+${capability}`,
  '--securebits=+no_setuid_fixup',
  '--no-new-privs',
];

const canReach = (places: readonly string[], succeeds: (program: string, args: string[]) => boolean): boolean =>
  succeeds('/bin/sh', ['-c', 'for place in "$@"; do test -x "$place" || exit 1; done', 'sh', ...places]);

function postgresUser(): { uid: number; gid: number } {
  if (id('-u', 'postgres') === undefined) {
    const made = spawnSync('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/bin/false',
      'postgres',
    ]);
    if (made.status !== 0) {
      throw new StartError(
        `PostgreSQL does not run as root, and a user "postgres" could not be made for it: ${ADVICE}.`,
      );
    }
  }
  const [uid, gid] = [id('-u', 'postgres'), id('-g', 'postgres')];
  if (!uid || !gid) throw new StartError(`The user "postgres" has no id that PostgreSQL could run under: ${ADVICE}.`);
  return { uid, gid };
}

const groupOf = (uid: number): number => id('-g', String(uid)) ?? uid;

function id(what: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [what, name], { encoding: 'utf8' });
  return status === 0 ? Number.parseInt(stdout, 10) : undefined;
}

/** Away from our process group, so that the terminal's Ctrl-C does not reach it, and with none of our environment. */
async function run(program: string, args: readonly string[], log: number, options: SpawnOptions): Promise<number> {
  const child = spawn(program, args, {
    ...options,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' },
  });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}
