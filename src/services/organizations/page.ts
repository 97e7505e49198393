import { pagesOf } from '../../authorization/page.ts';
import { invalidInput } from './errors.ts';

export type { Page, PageRequest } from '../../authorization/page.ts';

/** Twenty is also the most (unverified that it is the default). */
export const { takePage, takePageOfRows, takePageOf } = pagesOf('organizations', 20, () => invalidInput('INVALID_NEXT_TOKEN'));
