import { readFileSync, statSync } from 'node:fs';
import { foldCase } from '../core/name.ts';
import { readDocument } from './checked-document.ts';
import { type Seed, seedShape } from './seed-schema.ts';
import { formatPath, type Path, type Problem } from './shape.ts';

export interface SeedFile {
  readonly seed: Seed;
  /** Sentences for the operator. */
  readonly warnings: readonly string[];
}

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads a seed from a YAML or JSON file.
 * @throws Error  with everything that is wrong, a line each: `seed.yaml:12: accounts[0].users[1].name: is missing`
 */
export function readSeedFile(path: string): SeedFile {
  let mode: number;
  let content: string;
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new Error('it is not a file');
    if (found.size > MAX_BYTES) throw new Error('it is larger than 4 MB');
    mode = found.mode;
    content = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`The seed ${path} cannot be read: ${error instanceof Error ? error.message : 'unknown error'}.`);
  }
  const seed = parseSeed(content, path);
  const exposed = process.platform !== 'win32' && (mode & 0o044) !== 0 && holdsSecrets(seed);
  const warnings = exposed ? [`${path} holds passwords or secret keys and may be read by other users: chmod 600 ${path}`] : [];
  return { seed, warnings };
}

/**
 * Reads the text of a seed.
 * @param file  how to name it in errors
 */
export const parseSeed = (content: string, file: string): Seed => readDocument(content, file, seedShape, duplicates).value;

/** What must be there once, over the whole file. */
function duplicates(seed: Seed): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, Path>();
  const once = (kind: string, value: string, path: Path): void => {
    const key = `${kind}\0${value}`;
    const first = seen.get(key);
    if (first) problems.push({ path, sentence: `is there already, at ${formatPath(first)}` });
    else seen.set(key, path);
  };
  for (const [i, account] of seed.accounts.entries()) {
    const at: Path = ['accounts', i];
    once('account', account.id, [...at, 'id']);
    once('email', foldCase(account.root.email), [...at, 'root', 'email']);
    if (account.alias !== undefined) once('alias', account.alias, [...at, 'alias']);
    const keys = (owner: Path, list: readonly { id: string }[] | undefined): void => {
      for (const [j, key] of (list ?? []).entries()) once('key', key.id, [...owner, 'accessKeys', j, 'id']);
    };
    keys([...at, 'root'], account.root.accessKeys);
    for (const kind of ['policies', 'groups', 'users', 'roles', 'instanceProfiles'] as const) {
      for (const [j, entity] of (account[kind] ?? []).entries())
        once(`${account.id} ${kind}`, foldCase(entity.name), [...at, kind, j, 'name']);
    }
    for (const [j, user] of (account.users ?? []).entries()) keys([...at, 'users', j], user.accessKeys);
  }
  return problems;
}

const holdsSecrets = (seed: Seed): boolean =>
  seed.accounts.some(
    ({ root, users = [] }) =>
      root.password !== undefined || root.accessKeys !== undefined || users.some((user) => user.password ?? user.accessKeys ?? user.mfa),
  );
