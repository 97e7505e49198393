import { pagesOf } from '../../authorization/page.ts';
import { invalid } from './errors.ts';

/** A hundred is also the most; the sentence is (unverified). */
export const { takePageOfRows } = pagesOf('identitystore', 100, () => invalid('The provided NextToken is invalid.'));
