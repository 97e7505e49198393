// Builds the console when it must be: `npm run console`.
import { ensureNode24 } from './node24.mjs';
import { buildConsole } from './prepare.mjs';

ensureNode24();
buildConsole();
