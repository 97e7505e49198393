// Finds a Node.js that is new enough, or fetches one through npm. Runs on any Node from 18 up, so: plain old JavaScript only.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const REQUIRED_MAJOR = 24;
const PINNED = '24.21.0';

const isNewEnough = (version) => Number(version.split('.')[0]) >= REQUIRED_MAJOR;

/** What can be made again: in the checkout's own cache, or the user's when installed as a package. Never where others can write. */
function cacheDirectory(name) {
  if (existsSync(join(root, '.git')) || existsSync(join(root, 'src'))) return join(root, '.cache', name);
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sagegate', name);
}

/** Where Node keeps our modules compiled: a fifth of a start is saved. */
export const compileCache = () => cacheDirectory('compiled');

/** npm's command line, whichever way this script was started. */
function npmCommand() {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js') && existsSync(cli)) return [process.execPath, [cli]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
}

/** The path of a Node.js >= 24; fetches the pinned one from the npm registry when this machine's is older. */
export function ensureNode24() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const cache = cacheDirectory('node24');
  const binary = join(cache, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(binary)) {
    console.error(
      `This machine has Node ${process.versions.node}; Sagegate runs on Node ${REQUIRED_MAJOR}. Fetching ${PINNED} through npm (once) ...`,
    );
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'package.json'), '{ "private": true }\n');
    const [command, prefix] = npmCommand();
    const result = spawnSync(
      command,
      [
        ...prefix,
        'install',
        '--prefix',
        cache,
        '--ignore-scripts',
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        `${name}@${PINNED}`,
      ],
      { stdio: ['ignore', 2, 'inherit'], cwd: cache },
    );
    if (result.status !== 0 || !existsSync(binary)) {
      console.error(`Could not fetch ${name}@${PINNED} through npm. Install Node ${REQUIRED_MAJOR} or newer and try again.`);
      process.exit(1);
    }
  }
  return binary;
}

/** The environment for a child: its node first on the PATH, so that npm and tools pick the same one. */
export function node24Environment(node) {
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...process.env, PATH: `${dirname(node)}${separator}${process.env.PATH || ''}` };
}

/**
 * Runs a command to its end with Node 24 first on the PATH; exits the process with its code when it fails, unless `tolerate`. With
 * `output: 'stderr'` what it prints goes there: progress must not get into what somebody pipes.
 */
export function run(command, args, options = {}) {
  const node = ensureNode24();
  const result = spawnSync(command === 'node' ? node : command, args, {
    stdio: ['inherit', options.output === 'stderr' ? 2 : 'inherit', 'inherit'],
    cwd: root,
    env: { ...node24Environment(node), ...options.env },
  });
  if (result.status !== 0 && !options.tolerate) process.exit(result.status === null ? 1 : result.status);
  return result.status;
}

/** Runs npm under Node 24. */
export function npm(args, options = {}) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js') && existsSync(cli)) return run('node', [cli, ...args], options);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}

/** Replaces this process, as far as Node can: same arguments, signals passed on, same exit code. */
export function handOver(args) {
  const node = ensureNode24();
  const child = spawn(node, args, { stdio: 'inherit', env: { NODE_COMPILE_CACHE: compileCache(), ...node24Environment(node) } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
