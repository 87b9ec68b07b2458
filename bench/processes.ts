import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Order, Outcome } from './drive.ts';

/** A server in a process of its own. */
export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;

const scriptAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Starts a server script with a free PORT and these settings, in `folder`, where its log goes to the file `name`.log, and
 * waits until `readyPath` is answered at all.
 */
export async function startServer(
  script: string,
  {
    name,
    folder,
    settings,
    readyPath,
  }: { name: string; folder: string; settings: NodeJS.ProcessEnv; readyPath: string },
): Promise<Server> {
  const port = await freePort();
  const log = openSync(join(folder, `${name}.log`), 'a');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', scriptAt(script)], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...settings },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const url = `http://127.0.0.1:${port}`;
  await answered(`${url}${readyPath}`, child, join(folder, `${name}.log`));
  return { url, stop: () => stop(child) };
}

/** The process that sends the requests; one order at a time. */
export function startDriver(): { drive(order: Order): Promise<Outcome>; stop(): Promise<void> } {
  const child = fork(scriptAt('./drive.ts'), { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const drive = (order: Order) =>
    new Promise<Outcome>((resolve, reject) => {
      const died = () => reject(new Error('the driver died'));
      child.once('exit', died);
      child.once('message', (outcome) => {
        child.off('exit', died);
        resolve(outcome as Outcome);
      });
      child.send(order);
    });
  return { drive, stop: () => stop(child) };
}

async function answered(url: string, child: ChildProcess, log: string): Promise<void> {
  for (const began = Date.now(); Date.now() - began < READY_WITHIN_MS; await sleep(50)) {
    if (child.exitCode !== null) break;
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response !== undefined && response.status < 500) return;
  }
  await stop(child);
  throw new Error(`a server did not start: see ${log}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
