import { pagesOf } from '../../authorization/page.ts';
import { invalid } from './errors.ts';

export type { Page, PageRequest } from '../../authorization/page.ts';

/** A hundred is also the most (unverified that it is the default); the sentence is (unverified). */
export const { takePage, takePageOfRows, takePageOf } = pagesOf('sso', 100, () => invalid('The provided NextToken is invalid.'));
