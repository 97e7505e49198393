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

function remember(hash) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== hash) writeFileSync(STAMP, hash);
}

/** Builds when dist/ is missing or older than a source. Types are for publishing only, and left out. */
export function build() {
  const newest = Math.max(newestIn(join(root, 'src')), timeOf(join(root, 'package.json')), timeOf(join(root, 'scripts', 'build.mjs')));
  if (timeOf(BUILT) > newest) return;
  say('Building ...');
  run('node', [join(root, 'scripts', 'build.mjs'), '--no-types'], { output: 'stderr' });
}

function newestIn(directory) {
  let newest = statSync(directory).mtimeMs;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestIn(path) : statSync(path).mtimeMs);
  }
  return newest;
}
