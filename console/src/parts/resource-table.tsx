import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { type ReactNode, useState } from 'react';
import { FailureAlert } from './failure-alert.tsx';
import { useKeptFocus } from './kept-focus.ts';
import type { Loaded } from './loaded.ts';

export interface Column<Item> {
  readonly id: string;
  readonly header: string;
  /** What is shown. */
  readonly cell: (item: Item) => ReactNode;
  /** By what it is sorted and found; a column without is neither. */
  readonly text?: (item: Item) => string;
  /** Pixels, for what should not be broken into lines; on a narrow screen the table is scrolled. */
  readonly minWidth?: number;
}

export interface ResourceTableProps<Item> {
  /** `Users` */
  readonly title: string;
  /** One and many, in lower case: `user`, `users`. */
  readonly noun: readonly [string, string];
  readonly description?: string;
  readonly loaded: Loaded<readonly Item[]>;
  readonly idOf: (item: Item) => string;
  readonly columns: readonly Column<Item>[];
  /** What to do when there is none. */
  readonly whenEmpty?: ReactNode;
  readonly actions?: (chosen: readonly Item[]) => ReactNode;
  readonly choice?: 'single' | 'multi';
  /** Whether it is the page's own table, or one of several. */
  readonly isPage?: boolean;
  /** What else it can be narrowed by: one of the values that there are. */
  readonly narrow?: { readonly label: string; readonly by: (item: Item) => string };
}

const optionOf = (value: string, label: string) => ({ value, label: value === '' ? `Any ${label.toLowerCase()}` : value });

/** Pixels: narrower, words are broken in their midst; a narrow window scrolls the table instead. */
const LEAST = 110;

/** A list of resources: found by text, sorted, a page at a time; with what to say when it is empty, loading, or may not be seen. */
export function ResourceTable<Item>(props: ResourceTableProps<Item>) {
  const { title, noun, description, loaded, idOf, columns, whenEmpty, actions, choice, isPage = false, narrow } = props;
  const [one, many] = noun;
  const [wanted, setWanted] = useState('');
  const all = loaded.value ?? [];
  const narrowed = narrow && wanted !== '' ? all.filter((item) => narrow.by(item) === wanted) : all;
  const noMatch = (
    <Box textAlign="center" color="inherit">
      <SpaceBetween size="xs">
        <b>No {one} matches</b>
        <Button
          onClick={() => {
            filtering.setFiltering('');
            setWanted('');
          }}
        >
          Clear the filter
        </Button>
      </SpaceBetween>
    </Box>
  );
  const {
    items,
    filterProps,
    paginationProps,
    collectionProps,
    filteredItemsCount,
    actions: filtering,
  } = useCollection(narrowed, {
    filtering: {
      filteringFunction: (item, text) => columns.some((column) => column.text?.(item).toLowerCase().includes(text.toLowerCase())),
      empty:
        narrowed.length < all.length ? (
          noMatch
        ) : (
          <Box textAlign="center" color="inherit">
            <SpaceBetween size="xs">
              <b>No {many}</b>
              {whenEmpty}
            </SpaceBetween>
          </Box>
        ),
      noMatch,
    },
    pagination: { pageSize: 25 },
    sorting: {},
    selection: { trackBy: idOf },
  });
  const chosen = collectionProps.selectedItems ?? [];
  const count = loaded.value === undefined ? undefined : `(${loaded.value.length})`;
  const definitions: TableProps.ColumnDefinition<Item>[] = columns.map(({ id, header, cell, text, minWidth }, i) => ({
    id,
    header,
    cell,
    isRowHeader: i === 0,
    minWidth: minWidth ?? LEAST,
    ...(text && { sortingComparator: (a: Item, b: Item) => text(a).localeCompare(text(b), 'en', { numeric: true }), sortingField: id }),
  }));
  const focus = useKeptFocus();
  return (
    <SpaceBetween size="m">
      <FailureAlert failure={loaded.failure} again={loaded.reload} />
      {loaded.failure === undefined && (
        <div {...focus}>
          <Table
            {...collectionProps}
            items={items}
            columnDefinitions={definitions}
            variant="container"
            loading={loaded.isLoading && loaded.value === undefined}
            loadingText={`Loading ${many}`}
            {...(choice && { selectionType: choice })}
            wrapLines
            ariaLabels={{
              tableLabel: title,
              selectionGroupLabel: `Choose ${many}`,
              allItemsSelectionLabel: () => `Choose all ${many}`,
              itemSelectionLabel: (_, item) => `Choose ${idOf(item)}`,
            }}
            renderAriaLive={({ firstIndex, lastIndex, totalItemsCount }) =>
              `Showing ${many} ${firstIndex} to ${lastIndex} of ${totalItemsCount ?? items.length}`
            }
            header={
              <Header
                variant={isPage ? 'h1' : 'h2'}
                {...(count !== undefined && { counter: count })}
                {...(description !== undefined && { description })}
                actions={
                  <SpaceBetween direction="horizontal" size="xs">
                    <Button iconName="refresh" ariaLabel={`Load the ${many} anew`} loading={loaded.isLoading} onClick={loaded.reload} />
                    {actions?.(chosen)}
                  </SpaceBetween>
                }
              >
                {title}
              </Header>
            }
            filter={
              <div className="filters">
                <TextFilter
                  {...filterProps}
                  filteringPlaceholder={`Find ${many}`}
                  filteringAriaLabel={`Find ${many}`}
                  countText={`${filteredItemsCount ?? 0} found`}
                />
                {narrow && (
                  <Select
                    ariaLabel={narrow.label}
                    selectedOption={optionOf(wanted, narrow.label)}
                    options={['', ...new Set(all.map(narrow.by).sort())].map((value) => optionOf(value, narrow.label))}
                    onChange={({ detail }) => setWanted(detail.selectedOption.value ?? '')}
                  />
                )}
              </div>
            }
            pagination={
              <Pagination
                {...paginationProps}
                ariaLabels={{ nextPageLabel: 'Next page', previousPageLabel: 'Previous page', pageLabel: (n) => `Page ${n}` }}
              />
            }
          />
        </div>
      )}
    </SpaceBetween>
  );
}
