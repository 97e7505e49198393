// Bundles src/ into dist/: the command line, split so that `serve` loads only what it needs, and the three rooms that can be used alone, with
// their types; for publishing, the console too. Run with Node 24: `npm run build`.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { root, run } from './node24.mjs';
import { buildConsole } from './prepare.mjs';

/**
 * Importing node:http as an ES module reads all its exports, and one of them makes Node load its whole fetch client: a quarter of our start.
 * Taken as the built-in module that it is, it costs what it should.
 */
const lightHttp = {
  name: 'light-http',
  setup(plugin) {
    plugin.onResolve({ filter: /^node:http$/ }, () => ({ path: 'node:http', namespace: 'light-http' }));
    plugin.onLoad({ filter: /.*/, namespace: 'light-http' }, () => ({
      contents: "export const { createServer, IncomingMessage, request } = process.getBuiltinModule('node:http');",
    }));
  },
};

const dist = join(root, 'dist');
mkdirSync(dist, { recursive: true });

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: {
    cli: 'src/cli/main.ts',
    policy: 'src/policy/index.ts',
    sigv4: 'src/sigv4/index.ts',
    protocol: 'src/protocol/index.ts',
  },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  packages: 'external',
  plugins: [lightHttp],
  sourcemap: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

// What an earlier build has left; not before, as a running server may still have to load a piece of it.
const made = new Set(Object.keys(metafile.outputs).map((path) => relative('dist', path)));
const chunks = join(dist, 'chunks');
for (const name of existsSync(chunks) ? readdirSync(chunks) : []) {
  if (!made.has(join('chunks', name))) rmSync(join(chunks, name));
}

// A start builds the console by itself, and can do without; a package cannot.
if (!process.argv.includes('--no-types')) {
  buildConsole();
  rmSync(join(dist, 'types'), { recursive: true, force: true });
  run('node', [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
}

const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
writeFileSync(join(dist, '.built'), `${bytes}\n`);
