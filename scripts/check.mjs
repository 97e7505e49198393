// `npm run check`: everything that can be checked without running the product. All of it, then a verdict.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './node24.mjs';
import { install } from './prepare.mjs';

install();
const bin = (name, ...path) => join(root, 'node_modules', name, ...path);
const checks = [
  ['lint and format', [bin('@biomejs', 'biome', 'bin', 'biome'), 'check', '.']],
  ['types', [bin('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']],
  // Its packages are there once it was built.
  ...(existsSync(join(root, 'console', 'node_modules'))
    ? [['types of the console', [bin('typescript', 'bin', 'tsc'), '-p', 'console/tsconfig.json']]]
    : []),
  ['floors', ['tools/floors.ts']],
  ...(existsSync(join(root, 'tools', 'docs.ts')) ? [['generated pages', ['tools/docs.ts', '--check']]] : []),
];

const failed = checks.filter(([name, args]) => {
  console.log(`\n── ${name}`);
  return run('node', args, { tolerate: true }) !== 0;
});
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.map(([name]) => name).join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
