import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

// Whoever builds it, test runners included, it is for people: without React's checks for those who write it, which weigh as much again.
process.env.NODE_ENV = 'production';

const outDir = join(import.meta.dirname, '..', 'dist', 'console');

/** Leaves each text file compressed beside itself, so that the server has nothing to do but send it. */
const compressed: Plugin = {
  name: 'compressed',
  writeBundle() {
    const assets = join(outDir, 'assets');
    for (const name of readdirSync(assets)) {
      if (!/\.(js|css|svg)$/.test(name)) continue;
      const bytes = readFileSync(join(assets, name));
      if (bytes.length < 1024) continue;
      writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
    }
  },
};

/** Leaves the licences of all that was bundled beside it: they ask to go where their code goes. */
const licences: Plugin = {
  name: 'licences',
  writeBundle(_, bundle) {
    const packages = new Set<string>();
    for (const output of Object.values(bundle)) {
      if (output.type !== 'chunk') continue;
      for (const id of Object.keys(output.modules)) {
        const found = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replace(/^\0/, ''))?.[0];
        if (found !== undefined && existsSync(join(found, 'package.json'))) packages.add(found);
      }
    }
    const texts = [...packages].sort().map((directory) => {
      const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
      const files = readdirSync(directory).filter((file) => /^(licen[cs]e|notice)/i.test(file));
      return [`${name} ${version} (${license})`, ...files.map((file) => readFileSync(join(directory, file), 'utf8').trim())].join('\n\n');
    });
    if (texts.length === 0) throw new Error('no licences were found');
    writeFileSync(join(outDir, 'THIRD-PARTY-LICENSES.txt'), `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
  },
};

/** Leaves out the fonts that Cloudscape carries inside its style sheet: 150 KB on the way to a first page, and the system's own read as well. */
const withoutFonts: Plugin = {
  name: 'without-fonts',
  enforce: 'pre',
  transform: (code, id) => (id.includes('global-styles') && id.endsWith('.css') ? code.replace(/@font-face\s*\{[^}]*\}/g, '') : undefined),
};

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    // An inlined font or picture would need more of the content security policy than a file does.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      output: {
        // Each file costs the browser work before a page is shown, and there were a hundred small ones: what the first page needs is one, and what
        // several pages share is in few, though a page then fetches somewhat more than it needs.
        codeSplitting: {
          groups: [{ name: 'first', tags: ['$initial'], priority: 2 }],
        },
      },
      // Cloudscape marks its modules for frameworks that render on a server; that nobody here does is no news.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
  plugins: [withoutFonts, compressed, licences],
});
