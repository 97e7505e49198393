import { readFileSync, statSync } from 'node:fs';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { foldCase } from '../core/name.ts';
import { type Seed, seedShape } from './seed-schema.ts';
import { checkShape, formatPath, type Path, type Problem } from './shape.ts';

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
 * Reads the text of a seed. YAML 1.2 core schema: no tags of one's own, no merge keys, no dates, no member twice, aliases within bounds (V06).
 * @param file  how to name it in errors
 */
export function parseSeed(content: string, file: string): Seed {
  const lines = new LineCounter();
  const fail = (problems: readonly { line: number; sentence: string }[]): never => {
    throw new Error(problems.map(({ line, sentence }) => `${file}:${line}: ${sentence}`).join('\n'));
  };
  try {
    // `prettyErrors` would quote the file, secrets included.
    const document = parseDocument(content, {
      version: '1.2',
      schema: 'core',
      merge: false,
      uniqueKeys: true,
      prettyErrors: false,
      lineCounter: lines,
    });
    const found = [...document.errors, ...document.warnings];
    if (found.length > 0) fail(found.slice(0, 20).map((error) => ({ line: lines.linePos(error.pos[0]).line, sentence: error.message })));
    const value: unknown = document.toJS({ maxAliasCount: 100 });

    const lineOf = (path: Path): number => {
      for (let length = path.length; length >= 0; length--) {
        const parent = document.getIn(path.slice(0, length - 1), true);
        const pair = isMap(parent) && length > 0 ? parent.items.find((item) => String(item.key) === path[length - 1]) : undefined;
        const node = pair?.key ?? document.getIn(path.slice(0, length), true);
        const range = (node as { range?: readonly number[] } | undefined)?.range;
        if (range) return lines.linePos(range[0] ?? 0).line;
      }
      return 1;
    };
    const checked = checkShape(value, seedShape);
    const problems: readonly Problem[] = 'value' in checked ? duplicates(checked.value) : checked.problems;
    if (problems.length > 0)
      fail(problems.map(({ path, sentence }) => ({ line: lineOf(path), sentence: `${formatPath(path)}: ${sentence}` })));
    if ('value' in checked) return checked.value;
  } catch (error) {
    if (error instanceof RangeError) throw new Error(`${file}: nested too deeply.`);
    if (error instanceof ReferenceError) throw new Error(`${file}: too many aliases.`);
    throw error;
  }
  throw new Error(`${file}: cannot be read.`);
}

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
