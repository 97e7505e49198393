import { chmodSync, closeSync, constants, existsSync, fstatSync, lstatSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Where data is kept when nobody says otherwise: `$XDG_DATA_HOME/sagegate`, or `~/.local/share/sagegate`. */
export function standardDataDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const base = environment.XDG_DATA_HOME;
  // The specification ignores relative paths here.
  return join(base?.startsWith('/') ? base : join(homedir(), '.local', 'share'), 'sagegate');
}

/** A directory of the installation's own: nobody else may enter it, and no other process serves from it at the same time. */
export interface DataDirectory {
  readonly path: string;
  has(name: string): boolean;
  /** A file's text; undefined when there is none. @throws Error  when others may read it: it holds a secret */
  read(name: string): string | undefined;
  /** Makes a file that its owner alone may read. @throws Error  when there is one already */
  create(name: string, text: string): void;
  /** Lets another process have it. */
  close(): void;
}

/**
 * Opens the directory, making it when it is not there: mode 0700, files 0600 whatever the umask, links followed nowhere below it (threat G09).
 * @throws Error  with a sentence for the operator: it is a link, another user's, or in use
 */
export function openDataDirectory(path: string): DataDirectory {
  const directory = resolve(path);
  if (!existsSync(directory)) mkdirSync(directory, { recursive: true, mode: 0o700 });
  checkDirectory(directory);
  process.umask(0o077);
  const lock = lockDirectory(directory);
  const file = (name: string): string => join(directory, name);
  refuseLink(file('sagegate.db'));
  return {
    path: directory,
    has: (name) => existsSync(file(name)),
    read(name) {
      refuseLink(file(name));
      if (!existsSync(file(name))) return undefined;
      const descriptor = openSync(file(name), constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        if ((fstatSync(descriptor).mode & 0o077) !== 0) {
          throw new Error(`${file(name)} may be read by other users. Make it private: chmod 600 ${file(name)}`);
        }
        return readFileSync(descriptor, 'utf8');
      } finally {
        closeSync(descriptor);
      }
    },
    create(name, text) {
      const descriptor = openSync(file(name), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
      try {
        writeSync(descriptor, text);
      } finally {
        closeSync(descriptor);
      }
    },
    close: () => lock.close(),
  };
}

function checkDirectory(directory: string): void {
  const found = lstatSync(directory);
  if (found.isSymbolicLink()) throw new Error(`${directory} is a symbolic link. Name the directory itself as the data directory.`);
  if (!found.isDirectory()) throw new Error(`${directory} is not a directory.`);
  const own = process.getuid?.();
  if (own !== undefined && found.uid !== own) throw new Error(`${directory} belongs to another user.`);
  if ((found.mode & 0o077) !== 0) chmodSync(directory, 0o700);
}

function refuseLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) throw new Error(`${path} is a symbolic link; that is not followed.`);
}

/**
 * One process a directory: caches hear of changes from the store of their own process only. The lock is SQLite's on a file of its own, so the
 * system lets go of it when the process ends, however it ends.
 */
function lockDirectory(directory: string): { close(): void } {
  const path = join(directory, 'lock.db');
  refuseLink(path);
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && error.message.includes('locked')) {
      throw new Error(`Another Sagegate is running on ${directory}. Stop it, or give this one another directory with --data.`);
    }
    throw error;
  }
  return { close: () => database.close() };
}

/** The directory that a path would be made in: the nearest one that is there. */
export function nearestDirectory(path: string): string {
  let directory = resolve(path);
  while (!existsSync(directory) && directory !== dirname(directory)) directory = dirname(directory);
  return directory;
}
