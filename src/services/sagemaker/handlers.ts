import { remove } from './change.ts';
import { describe } from './describe.ts';
import type { Family } from './family.ts';
import { list } from './list.ts';

/** The operations that a family's description makes by itself. */
export const handlersOf = <Identity extends object, Settings extends object>(family: Family<Identity, Settings>) => ({
  describe: describe(family),
  list: list(family),
  remove: remove(family),
});
