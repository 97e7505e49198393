// Runs a script of this checkout with Node 24: `node scripts/with-node24.mjs tools/floors.ts …`.
import { run } from './node24.mjs';

run('node', process.argv.slice(2));
