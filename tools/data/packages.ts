import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Provenance } from '../../src/model/model-file.ts';

const MODULES = join(dirname(fileURLToPath(import.meta.url)), 'node_modules');

/** A file of a data package, by its path. The packages' own JavaScript is never run. */
export const readPackageFile = (name: string, path: string): Buffer => readFileSync(join(MODULES, name, path));

export const readPackageJson = <Value>(name: string, path: string): Value =>
  JSON.parse(readPackageFile(name, path).toString('utf8')) as Value;

/** Where data comes from, for the file it goes to. */
export function provenanceOf(name: string, date?: string): Provenance {
  const { version, license, name: published } = readPackageJson<{ name: string; version: string; license: string }>(name, 'package.json');
  return { package: published, version, license, ...(date !== undefined && { date }) };
}
