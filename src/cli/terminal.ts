import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Failure } from './failure.ts';

/**
 * Text from elsewhere made harmless for a terminal: what would move the cursor, change colours or reorder the line is shown as `\u{1b}`
 * (threat V09). Line ends stay when `multiline`.
 */
export function plain(text: string, multiline = false): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    multiline && character === '\n' ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** Where a command speaks, and asks. */
export interface Terminal {
  /** What was asked for; goes where pipes lead. */
  print(text: string): void;
  /** What is said meanwhile. */
  note(text: string): void;
  /** Whether somebody can be asked. */
  readonly isInteractive: boolean;
  ask(question: string, preset?: string): Promise<string>;
  askSecret(question: string): Promise<string>;
  /** Yes or no; Enter alone is `preset`. */
  confirm(question: string, preset: boolean): Promise<boolean>;
}

export const processTerminal: Terminal = {
  print: (text) => void process.stdout.write(`${text}\n`),
  note: (text) => void process.stderr.write(`${text}\n`),
  isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  async ask(question, preset) {
    const answer = (await readLine(`${question}${preset === undefined ? '' : ` [${preset}]`}: `, false)).trim();
    return answer === '' ? (preset ?? '') : answer;
  },
  askSecret: (question) => readLine(`${question}: `, true),
  async confirm(question, preset) {
    for (;;) {
      const answer = (await readLine(`${question} [${preset ? 'Y/n' : 'y/N'}] `, false)).trim().toLowerCase();
      if (answer === '') return preset;
      if (answer === 'y' || answer === 'yes') return true;
      if (answer === 'n' || answer === 'no') return false;
    }
  },
};

async function readLine(question: string, hidden: boolean): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: hidden ? nowhere : process.stderr, terminal: true });
  const ended = Promise.withResolvers<never>();
  lines.once('close', () => ended.reject(new Failure('Stopped.')));
  lines.once('SIGINT', () => lines.close());
  try {
    return await Promise.race([lines.question(''), ended.promise]);
  } finally {
    ended.promise.catch(() => undefined);
    lines.close();
    if (hidden) process.stderr.write('\n');
  }
}

/** A list of rows as aligned columns. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  ')).join('\n');
}
