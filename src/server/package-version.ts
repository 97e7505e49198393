import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of this package, from its package.json: beside `dist/` when built, beside `src/` in a checkout. */
export function packageVersion(): string {
  for (let directory = import.meta.dirname; directory !== dirname(directory); directory = dirname(directory)) {
    const file = join(directory, 'package.json');
    const found = JSON.parse(readIfThere(file) ?? '{}') as { name?: string; version?: string };
    if (found.name === 'sagegate' && found.version !== undefined) return found.version;
  }
  return 'unknown';
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
