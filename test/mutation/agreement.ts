import { it } from 'vitest';
import { agreeOnElements, agreeOnLayers, agreeOnLongLists } from '../reference/agreement.ts';

/* The comparison of test/reference, short and always the same, for mutation testing. */

it('on layers', () => void agreeOnLayers({ numRuns: 800, seed: 1 }));
it('on elements', () => void agreeOnElements({ numRuns: 2000, seed: 1 }));
it('on very many statements', () => void agreeOnLongLists({ numRuns: 150, seed: 1 }));
