import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process as it can be told from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Its program's short name, as the system knows it. */
  readonly program: string;
  /** When it was started, in the system's own notation: only to be compared. */
  readonly startedAt: string;
}

/** What runs under this process id now, or undefined when nothing does (a zombie is nothing). */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** Linux: /proc/[pid]/stat, see proc_pid_stat(5). The name stands in brackets and may itself hold spaces and brackets. */
function fromProc(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const close = stat.lastIndexOf(')');
    const fields = stat.slice(close + 2).split(' ');
    const [state, startedAt] = [fields[0], fields[19]];
    if (state === 'Z' || startedAt === undefined) return undefined;
    return { pid, program: stat.slice(stat.indexOf('(') + 1, close), startedAt };
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): ProcessIdentity | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'lstart=,comm=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const found = /^\s*(\w+ +\w+ +\d+ [\d:]+ \d+)\s+(.+?)\s*$/.exec(stdout ?? '');
  return found?.[1] && found[2] ? { pid, program: found[2], startedAt: found[1] } : undefined;
}
