/**
 * Writes everything under data/ from the packages pinned in tools/data/package-lock.json and, for the SDK's schemas, the root's.
 *   npm ci --prefix tools/data && node tools/data/build.ts            regenerate
 *   node tools/data/build.ts --check                                  exit 1 and name the files that differ
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBotocoreData } from './botocore.ts';
import { buildManagedPolicies } from './managed-policies.ts';
import { buildModels } from './models.ts';
import { buildServiceAuthorization } from './service-authorization.ts';

const root = fileURLToPath(new URL('../../data/', import.meta.url));
const check = process.argv.includes('--check');

/** Path below data/ → content. */
const files = new Map<string, string | Uint8Array>();
const add = (folder: string, built: ReadonlyMap<string, string | Uint8Array>) => {
  for (const [name, content] of built) files.set(join(folder, name), content);
};
add('models', await buildModels(openBotocoreData()));
add('managed-policies', buildManagedPolicies());
add('service-authorization', buildServiceAuthorization());

const folders = new Set([...files.keys()].map((path) => dirname(path)));
const existing = [...folders]
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(folder, entry.name)),
  );
const stale = existing.filter((path) => !files.has(path));
const differing = [...files].filter(
  ([path, content]) => !existing.includes(path) || !readFileSync(join(root, path)).equals(Buffer.from(content)),
);

if (check) {
  for (const path of [...differing.map(([path]) => path), ...stale]) console.error(`differs: data/${path}`);
  if (differing.length + stale.length > 0) process.exit(1);
  console.log(`data/ is as its packages say (${files.size} files).`);
} else {
  for (const path of stale) rmSync(join(root, path));
  for (const [path, content] of differing) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  console.log(
    `data/: ${files.size} files, ${differing.length} written, ${stale.length} removed (${relative(process.cwd(), root) || '.'}).`,
  );
}
