import { isMap, LineCounter, parseDocument } from 'yaml';
import { checkShape, formatPath, type Path, type Problem, type Shape } from './shape.ts';

/** Something wrong at a place, both counting from 1. */
export interface Flaw {
  readonly line: number;
  readonly column: number;
  readonly sentence: string;
}

/** A document that is not what it should be. The message is a line for each flaw: `seed.yaml:12: accounts[0].users[1].name: is missing`. */
export class DocumentError extends Error {
  readonly flaws: readonly Flaw[];

  constructor(file: string, flaws: readonly Flaw[]) {
    super(flaws.map(({ line, sentence }) => `${file}:${line}: ${sentence}`).join('\n'));
    this.name = 'DocumentError';
    this.flaws = flaws;
  }
}

export interface CheckedDocument<T> {
  readonly value: T;
  /** Where a member stands, or what holds it when it is not there. */
  readonly placeOf: (path: Path) => { readonly line: number; readonly column: number };
}

const MAX_FLAWS = 20;

/**
 * Reads YAML or JSON of a known shape. YAML 1.2 core schema: no tags of one's own, no merge keys, no dates, no member twice, aliases within
 * bounds (V06).
 * @param file  how to name it in errors
 * @param check  what the shape cannot say
 * @throws DocumentError  with everything that is wrong
 */
export function readDocument<T>(
  content: string,
  file: string,
  shape: Shape<T>,
  check: (value: T) => readonly Problem[] = () => [],
): CheckedDocument<T> {
  const lines = new LineCounter();
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const whole = (sentence: string) => new DocumentError(file, [{ line: 1, column: 1, sentence }]);
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
    const found = [...document.errors, ...document.warnings].slice(0, MAX_FLAWS);
    if (found.length > 0)
      throw new DocumentError(
        file,
        found.map(({ pos, message }) => ({ ...placeAt(pos[0]), sentence: message })),
      );
    const value: unknown = document.toJS({ maxAliasCount: 100 });

    const placeOf = (path: Path) => {
      for (let length = path.length; length >= 0; length--) {
        const parent = document.getIn(path.slice(0, length - 1), true);
        const pair = isMap(parent) && length > 0 ? parent.items.find((item) => String(item.key) === path[length - 1]) : undefined;
        const node = pair?.key ?? document.getIn(path.slice(0, length), true);
        const range = (node as { range?: readonly number[] } | undefined)?.range;
        if (range) return placeAt(range[0] ?? 0);
      }
      return { line: 1, column: 1 };
    };
    const checked = checkShape(value, shape);
    const problems = 'value' in checked ? check(checked.value) : checked.problems;
    if (problems.length > 0)
      throw new DocumentError(
        file,
        problems.map(({ path, sentence }) => ({ ...placeOf(path), sentence: `${formatPath(path)}: ${sentence}` })),
      );
    if ('value' in checked) return { value: checked.value, placeOf };
  } catch (error) {
    if (error instanceof RangeError) throw whole('nested too deeply.');
    if (error instanceof ReferenceError) throw whole('too many aliases.');
    throw error;
  }
  throw whole('cannot be read.');
}
