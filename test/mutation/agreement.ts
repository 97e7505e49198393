import { it } from 'vitest';
import { agreeOnElements, agreeOnLayers, agreeOnLongLists } from '../reference/agreement.ts';

/* The comparison of test/reference, short, always the same, and over at the first difference: nobody reads the case that kills a mutant. */

const options = { seed: 1, endOnFailure: true };

it('on elements', () => void agreeOnElements({ ...options, numRuns: 150 }));
it('on layers', () => void agreeOnLayers({ ...options, numRuns: 100 }));
it('on very many statements', () => void agreeOnLongLists({ ...options, numRuns: 15 }));
