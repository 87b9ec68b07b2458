import { setTimeout as sleep } from 'node:timers/promises';
import { startLoad } from './factories/load.ts';
import { makeDataDir, pgCtl, postgresOf, removeDataDir, startService } from './factories/process.ts';
const dir = makeDataDir();
const s = await startService(dir);
try {
  const load = await startLoad(s);
  await sleep(1500);
  const t0 = performance.now();
  await pgCtl(dir, 'restart', (process.argv[2] ?? 'immediate') as 'fast');
  console.log('restarted after', performance.now() - t0, postgresOf(dir));
  await sleep(2500);
  const done = await Promise.race([load.stop().then(() => true), sleep(8000)]);
  console.log('stopped', done);
  const tally: Record<string, number> = {};
  for (const a of load.answers) tally[a.request.replace(/[0-9a-f-]{36}/, 'X') + ' ' + a.status + a.problem] = (tally[a.request.replace(/[0-9a-f-]{36}/, 'X') + ' ' + a.status + a.problem] ?? 0) + 1;
  console.log(tally, Math.max(...load.answers.map((a) => a.seen - a.sent)));
  console.log(s.said().slice(-6000));
} finally { await removeDataDir(dir, s); process.exit(0); }
