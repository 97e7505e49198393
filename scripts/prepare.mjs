// Brings a checkout to where it can run: packages installed as the lockfile says, and built when sources are newer. Plain JavaScript for any
// Node from 18 up.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, root, run } from './node24.mjs';

const STAMP = join(root, '.cache', 'installed');
const BUILT = join(root, 'dist', '.built');

const say = (text) => process.stderr.write(`${text}\n`);
const timeOf = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** Installs packages when there are none, or when the lockfile has changed since. */
export function install() {
  const lockfile = join(root, 'package-lock.json');
  const wanted = createHash('sha256').update(readFileSync(lockfile)).digest('hex');
  // npm writes this file at the end of an installation.
  const done = timeOf(join(root, 'node_modules', '.package-lock.json'));
  const isKnown = existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted;
  if (done > 0 && (isKnown || done >= timeOf(lockfile))) return remember(wanted);
  say(done > 0 ? 'Installing packages: the lockfile has changed ...' : 'Installing packages ...');
  npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { output: 'stderr' });
  remember(wanted);
}

function remember(hash, stamp = STAMP) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) writeFileSync(stamp, hash);
}

/** Builds when dist/ is missing or older than a source. Types are for publishing only, and left out. */
export function build() {
  const newest = Math.max(newestIn(join(root, 'src')), timeOf(join(root, 'package.json')), timeOf(join(root, 'scripts', 'build.mjs')));
  if (timeOf(BUILT) > newest) return;
  say('Building ...');
  run('node', [join(root, 'scripts', 'build.mjs'), '--no-types'], { output: 'stderr' });
}

const CONSOLE = join(root, 'console');
const CONSOLE_STAMP = join(root, '.cache', 'console-installed');
const CONSOLE_BUILT = join(root, 'dist', 'console', 'index.html');

/**
 * Builds the console when dist/console is missing or older than a source. Its packages are its own, and installed only for this. With `tolerate` a
 * failure is told and the server does without: everything but the console's pages is there.
 */
export function buildConsole(options = {}) {
  const sources = [join(CONSOLE, 'src'), join(root, 'src', 'policy'), join(root, 'src', 'services', 'sagemaker')].map(newestIn);
  const files = ['package-lock.json', 'index.html', 'vite.config.ts'].map((name) => timeOf(join(CONSOLE, name)));
  if (timeOf(CONSOLE_BUILT) > Math.max(...sources, ...files)) return;
  const wanted = createHash('sha256')
    .update(readFileSync(join(CONSOLE, 'package-lock.json')))
    .digest('hex');
  const isInstalled = existsSync(join(CONSOLE, 'node_modules', '.package-lock.json'));
  if (!isInstalled || !existsSync(CONSOLE_STAMP) || readFileSync(CONSOLE_STAMP, 'utf8') !== wanted) {
    say("Installing the console's packages (once) ...");
    const args = ['ci', '--prefix', CONSOLE, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    if (npm(args, { output: 'stderr', tolerate: options.tolerate }) !== 0) return say(WITHOUT_CONSOLE);
    remember(wanted, CONSOLE_STAMP);
  }
  say('Building the console ...');
  const vite = join(CONSOLE, 'node_modules', 'vite', 'bin', 'vite.js');
  const status = run('node', [vite, 'build', CONSOLE, '--logLevel', 'warn'], { output: 'stderr', tolerate: options.tolerate });
  if (status !== 0) say(WITHOUT_CONSOLE);
}

const WITHOUT_CONSOLE = "The console's pages could not be built; starting without them. The next start tries again.";

function newestIn(directory) {
  let newest = statSync(directory).mtimeMs;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestIn(path) : statSync(path).mtimeMs);
  }
  return newest;
}
