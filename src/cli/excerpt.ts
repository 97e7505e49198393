import type { Position } from '../policy/index.ts';
import { plain } from './terminal.ts';

/** Characters of a line that are shown; of longer ones, those around the place. */
const WIDTH = 96;

/**
 * The line of a place, and a caret under it:
 *
 *     3 │   "Effect": "Alow",
 *       │             ^
 */
export function excerpt(text: string, { line, column }: Position): string {
  const whole = text.split(/\r\n|\r|\n/)[line - 1] ?? '';
  const start = whole.length <= WIDTH ? 0 : Math.max(0, Math.min(column - 1 - WIDTH / 2, whole.length - WIDTH));
  const before = shown(whole.slice(start, Math.max(start, column - 1)));
  const after = shown(whole.slice(Math.max(start, column - 1), start + WIDTH));
  const number = String(line);
  const lead = start > 0 ? '…' : '';
  const tail = start + WIDTH < whole.length ? '…' : '';
  return `${number} │ ${lead}${before}${after}${tail}\n${' '.repeat(number.length)} │ ${' '.repeat(lead.length + before.length)}^`;
}

/** A tab is one column of the position and two of the terminal, for the caret's sake. */
const shown = (text: string): string => plain(text.replaceAll('\t', '  '));
