// `npm start`: from a fresh clone to a running server. Arguments are those of `sagegate serve`: `npm start -- --port 5000`.
import { join } from 'node:path';
import { ensureNode24, handOver, root } from './node24.mjs';
import { build, buildConsole, install } from './prepare.mjs';

ensureNode24();
install();
build();
buildConsole({ tolerate: true });
handOver([join(root, 'dist', 'cli.js'), 'serve', ...process.argv.slice(2)]);
