/**
 * Which test calls which operation: found in the texts of test/, so that docs/compatibility.md can name one for each operation that is built,
 * and a test can tell of one that none calls.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Packages and folders that are not named after the service. */
const CLIENTS: Readonly<Record<string, string>> = { servicecatalog: 'service-catalog' };
const FOLDERS: Readonly<Record<string, string>> = { 'sagemaker-runtime': 'sagemaker', 'sagemaker-a2i-runtime': 'sagemaker' };

interface TestFile {
  /** From the root: `test/services/iam/user.test.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Those in folders: what stands in test/ itself is about tables and texts, and calls nothing. */
function testFiles(): TestFile[] {
  const paths = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((path) => /\/[^/]+\.test\.ts$/.test(path));
  return paths.sort().map((path) => ({ path: `test/${path}`, text: readFileSync(join(root, 'test', path), 'utf8') }));
}

/**
 * How often a file calls an operation: as a method of the official client, as one of its commands, in process, or as the bytes of a request.
 * Of a service the file must speak somehow, as several services have operations of one name.
 */
function callsIn({ path, text }: TestFile, service: string, operation: string): number {
  const client = `@aws-sdk/client-${CLIENTS[service] ?? service}'`;
  const own = path.startsWith(`test/services/${FOLDERS[service] ?? service}/`);
  if (!own && !text.includes(client) && !text.includes(`'${service}'`)) return 0;
  const method = operation[0]?.toLowerCase() + operation.slice(1);
  // `listAWSServiceAccess…`, but `listSAMLProviders` and `createSAMLProvider`: the SDK lowers the first letter alone.
  const patterns = [
    `\\.${method}\\(`,
    `\\b${operation}Command\\b`,
    `'${operation}'`,
    `\\b${method}: `,
    `Action=${operation}\\b`,
    `\\.${operation}\\b`,
  ];
  return patterns.reduce((sum, pattern) => sum + (text.match(new RegExp(pattern, 'g'))?.length ?? 0), 0);
}

let files: readonly TestFile[] | undefined;

/** The test that calls an operation most, one of the service's own folder if there is any; undefined when none calls it. */
export function coveringTest(service: string, operation: string): string | undefined {
  files ??= testFiles();
  const folder = `test/services/${FOLDERS[service] ?? service}/`;
  let best: { readonly path: string; readonly weight: number } | undefined;
  for (const file of files) {
    const calls = callsIn(file, service, operation);
    const weight = calls + (calls > 0 && file.path.startsWith(folder) ? 1000 : 0);
    if (weight > (best?.weight ?? 0)) best = { path: file.path, weight };
  }
  return best?.path;
}
