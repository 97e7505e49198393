#!/usr/bin/env node
// The command `sagegate`. Starts on any Node from 18 up and goes on with Node 24, which is fetched through npm when this machine's is older. In
// a checkout, packages are installed and sources built first, when they must be.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileCache, ensureNode24, handOver, root } from '../scripts/node24.mjs';

const node = ensureNode24();
if (existsSync(join(root, 'src'))) {
  const { build, install } = await import('../scripts/prepare.mjs');
  install();
  build();
}
const cli = join(root, 'dist', 'cli.js');
if (node === process.execPath) {
  module.enableCompileCache(compileCache());
  await import(pathToFileURL(cli).href);
} else handOver([cli, ...process.argv.slice(2)]);
