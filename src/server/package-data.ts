import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The `data/` directory that comes with the package: beside `dist/` when built, beside `src/` in a checkout. */
export function packageData(): string {
  for (let directory = import.meta.dirname; ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'data', 'models'))) return join(directory, 'data');
    if (directory === dirname(directory)) throw new Error('The data directory of the package is missing: install Sagegate anew.');
  }
}

/** Where the console is when it was built: beside `data/`, whether this is a package or a checkout. */
export const packageConsole = (): string => join(dirname(packageData()), 'dist', 'console');
