import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';

/** Bytes by which the log is made longer at once. */
const STEP = 2 ** 20;
/** Length beyond which nothing is added: by then SQLite begins again at the front (CHECKPOINT_PAGES). */
const ENOUGH = 17 * 2 ** 20;

/**
 * Room at the end of SQLite's write-ahead log. A commit that makes the file longer waits for the disk twice, for its bytes and for the file's new
 * length; one that writes over what is there waits once. So when SQLite has outgrown the file, a good piece is added. To SQLite the zeros in it are
 * what a longer log has left behind: frames that count begin with the log's salt and carry a checksum.
 * INVARIANT: `make` is called between transactions, on the thread that makes them, and by the file's only writer.
 */
export class LogRoom {
  readonly #file: number;
  /** Up to here there is room, as far as it is known. */
  #length: number;

  /** `path` is the database's; its log exists. */
  constructor(path: string) {
    this.#file = openSync(`${path}-wal`, 'r+');
    this.#length = fstatSync(this.#file).size;
  }

  /** Adds a piece where SQLite has outgrown the last one. @throws Error when the disk is full */
  make(): void {
    const { size } = fstatSync(this.#file);
    if (size <= this.#length || size >= ENOUGH) return;
    const zeros = Buffer.alloc(STEP);
    for (let done = 0; done < STEP; ) done += writeSync(this.#file, zeros, done, STEP - done, size + done);
    this.#length = size + STEP;
  }

  close(): void {
    closeSync(this.#file);
  }
}
