import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ModelFile } from '../../src/model/model-file.ts';

export const VERDICTS = fileURLToPath(new URL('checked-patterns.json', import.meta.url));

/** Steps that matching one value may take, roughly: a millisecond or two. */
const STEPS = 2 ** 20;

/** Every pattern was analysed once, and the verdicts are kept in checked-patterns.json, so that building is quick and repeatable. */
export interface Verdicts {
  readonly checkedBy: string;
  /** JavaScript source → degree of the polynomial that bounds the steps; 1 is linear. */
  readonly degrees: Readonly<Record<string, number>>;
}

export const readVerdicts = (): Verdicts => JSON.parse(readFileSync(VERDICTS, 'utf8')) as Verdicts;

/** Each pattern with the longest value it meets. */
export function patternsOf(models: Iterable<ModelFile>): Map<string, number> {
  const longest = new Map<string, number>();
  for (const { shapes } of models) {
    for (const shape of Object.values(shapes)) {
      if (shape.type !== 'string' || shape.pattern === undefined) continue;
      const source = shape.test ?? shape.pattern;
      longest.set(source, Math.max(longest.get(source) ?? 0, shape.max ?? Number.POSITIVE_INFINITY));
    }
  }
  return longest;
}

/**
 * No pattern may be made to backtrack for long by the value it is asked about.
 * @throws Error naming the patterns that were never analysed, or that the lengths of the model do not bound
 */
export function refuseUnsafePatterns(models: Iterable<ModelFile>): void {
  const { degrees } = readVerdicts();
  const unsafe: string[] = [];
  for (const [source, longest] of patternsOf(models)) {
    const degree = degrees[source];
    if (degree === undefined) unsafe.push(`${source}: not analysed, run node tools/data/analyse-patterns.ts`);
    else if (degree > 1 && longest ** degree > STEPS)
      unsafe.push(`${source}: degree ${degree}, up to ${longest} characters: write it by hand`);
  }
  if (unsafe.length > 0) throw new Error(`Patterns that could backtrack too long:\n  ${unsafe.join('\n  ')}`);
}
