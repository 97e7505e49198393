// `npm test`: installs what is missing and runs every test. Arguments are those of vitest: `npm test -- src/policy`.
import { join } from 'node:path';
import { ensureNode24, root, run } from './node24.mjs';
import { install } from './prepare.mjs';

ensureNode24();
install();
run('node', [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)]);
