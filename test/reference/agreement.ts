import * as fc from 'fast-check';
import { decide } from '../../src/policy/index.ts';
import { elementCase, longListRequest, longLists, request, sources, toEngine } from './arbitraries.ts';
import { evaluate, type ReferenceRequest, type ReferenceSources } from './evaluator.ts';

/** How many of the cases compared came to what, so that a run that only ever denies does not pass for a test. */
export type Tally = Record<string, number>;

interface Options {
  readonly numRuns: number;
  readonly seed?: number;
  /** Leave the first difference as it is found. */
  readonly endOnFailure?: boolean;
}

/** Random policies in all layers, random requests. Throws at the first case on which the two evaluators differ, made as small as it can be. */
export const agreeOnLayers = (options: Options): Tally => agree(fc.tuple(request, sources), options);

/** One statement with one random element. */
export const agreeOnElements = (options: Options): Tally => agree(elementCase, options);

/** Policies of very many statements. */
export const agreeOnLongLists = (options: Options): Tally => agree(fc.tuple(longListRequest, longLists), options);

function agree(cases: fc.Arbitrary<[ReferenceRequest, ReferenceSources]>, options: Options): Tally {
  const tally: Tally = {};
  fc.assert(
    fc.property(cases, ([asked, from]) => {
      const expected = evaluate(asked, from);
      const { outcome, decidedBy } = decide(...toEngine(asked, from));
      const found = `${outcome} ${decidedBy}`;
      const differs = found !== `${expected.outcome} ${expected.decidedBy}`;
      if (differs) throw new Error(`the engine says "${found}", the reference "${expected.outcome} ${expected.decidedBy}"`);
      tally[found] = (tally[found] ?? 0) + 1;
    }),
    options,
  );
  return tally;
}
