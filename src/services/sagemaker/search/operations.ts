import { on, operationsOf } from '../rows.ts';
import { getSearchSuggestions, search } from './search.ts';

/** Search: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const searchOperations = operationsOf({
  Search:               on('*', search),
  GetSearchSuggestions: on('*', getSearchSuggestions),
});
