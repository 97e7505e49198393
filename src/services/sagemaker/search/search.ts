import type { GetSearchSuggestionsRequest, SearchRequest } from '@aws-sdk/client-sagemaker';
import type { Handler } from '../../../authorization/operation.ts';
import { memberShape, projectionOf } from '../../../model/project.ts';
import type { Valid } from '../../../model/valid.ts';
import { modifiedAt, type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { liveIn } from '../family.ts';
import { lookThrough } from '../gather.ts';
import { pageOf } from '../page.ts';
import type { Found } from '../resources.ts';
import { matcherOf, requireProperty, type Subject } from './expression.ts';
import { type Leaf, propertyNames } from './property.ts';
import { searchableOf } from './searchable.ts';
import { visibilityOf } from './visibility.ts';

/*
 * Search over what an account has in a region. Whoever may search sees descriptions that he may not be allowed to ask for one by one: that is
 * so on AWS, and what VisibilityConditions with their condition key are for.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Search.html
 */

type Input = Valid<SearchRequest>;

/** A match, with what it is put in order by. Not the thing itself: there may be many, and large ones; those of a page are read again. */
interface Hit {
  readonly id: string;
  /** Which of the row's records. */
  readonly at: number;
  readonly key: Leaf | undefined;
}

/** As much of a text as orders are told by. */
const KEY_LENGTH = 256;

const keyOf = (leaf: Leaf | undefined): Leaf | undefined => (typeof leaf === 'string' ? leaf.slice(0, KEY_LENGTH) : leaf);

/** Those without the property come last, in either order. */
function inOrder(descending: boolean): (a: Hit, b: Hit) => number {
  return (a, b) => {
    if (a.key === undefined || b.key === undefined) return a.key === b.key ? 0 : a.key === undefined ? 1 : -1;
    const order = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
    return descending ? -order : order;
  };
}

/**
 * Time O(all of the kind) for each page, memory O(matches).
 * @throws ValidationException  a property that the kind does not have; an expression that is too deep or too long; a token of another search
 */
export const search: Handler<Input, Found> = async (input, context) => {
  const { Resource, SearchExpression, SortBy, SortOrder = 'Descending', CrossAccountFilterOption, VisibilityConditions } = input;
  const { account, region, now } = context;
  const searchable = searchableOf(Resource, now);
  // Other accounts' are found when AWS RAM shares them, and nothing is shared so here.
  if (!searchable || CrossAccountFilterOption === 'CrossAccount') return { Results: [], TotalHits: { Value: 0, Relation: 'EqualTo' } };
  const model = context.installation.model('sagemaker');
  const shape = memberShape(model, 'SearchRecord', searchable.member);
  const project = projectionOf(model, shape);
  const subject: Subject = { model, shape };
  const matches = matcherOf(SearchExpression, subject);
  const visible = visibilityOf(VisibilityConditions, subject);
  const sort = SortBy === undefined ? undefined : requireProperty(subject, SortBy);
  const extras = await searchable.extras?.(context);
  const recordsOf = (row: SageMakerResource) =>
    searchable.recordsOf(row, extras?.get(row.id) ?? {}).map((record) => project(record) as object);
  const hits: Hit[] = [];
  const rows = liveIn(context, 'name', [account, region, searchable.family.type]);
  // Nothing is asked of the records: they need not be made.
  const all = !SearchExpression && !VisibilityConditions?.length && !sort && !searchable.many;
  const complete = await lookThrough(rows, (row) => {
    if (all) hits.push({ id: row.id, at: 0, key: modifiedAt(row, now) });
    else
      for (const [at, record] of recordsOf(row).entries())
        if (visible(record) && matches(record)) hits.push({ id: row.id, at, key: sort ? keyOf(sort(record)[0]) : modifiedAt(row, now) });
  });
  hits.sort(inOrder(SortOrder === 'Descending'));
  const { page, next } = pageOf(hits, 'Search', input, context);
  const Results: object[] = [];
  for (const { id, at } of page) {
    const row = await context.reader.get(sageMakerResources, [account, region, searchable.family.type, id]);
    const record = row && recordsOf(row)[at];
    // Deleted since it was found.
    if (record) Results.push({ [searchable.member]: record });
  }
  return {
    Results,
    TotalHits: { Value: hits.length, Relation: complete ? 'EqualTo' : 'GreaterThanOrEqualTo' },
    ...next,
  };
};

/** Names that one call suggests at most (unverified). */
const MAX_SUGGESTIONS = 100;

/**
 * Names of properties that begin so.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_GetSearchSuggestions.html
 */
export const getSearchSuggestions: Handler<Valid<GetSearchSuggestionsRequest>, Found> = async ({ Resource, SuggestionQuery }, context) => {
  const searchable = searchableOf(Resource, context.now);
  if (!searchable) return { PropertyNameSuggestions: [] };
  const hint = SuggestionQuery?.PropertyNameQuery?.PropertyNameHint ?? '';
  const model = context.installation.model('sagemaker');
  const names = [...propertyNames(model, memberShape(model, 'SearchRecord', searchable.member))].filter((name) => name.startsWith(hint));
  return {
    PropertyNameSuggestions: names
      .sort()
      .slice(0, MAX_SUGGESTIONS)
      .map((PropertyName) => ({ PropertyName })),
  };
};
