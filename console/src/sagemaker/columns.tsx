import { isoOf } from '../aws/json-call.ts';
import { Moment } from '../parts/moment.tsx';
import type { Column } from '../parts/resource-table.tsx';
import { Status } from './status.tsx';

/** The column with an entry's state. */
export const statusColumn = <Entry,>(of: (entry: Entry) => string | undefined): Column<Entry> => ({
  id: 'status',
  header: 'Status',
  minWidth: 150,
  text: (entry) => of(entry) ?? '',
  cell: (entry) => <Status of={of(entry)} />,
});

/** A column with a moment, which comes as seconds since the epoch. */
export const momentColumn = <Entry,>(header: string, of: (entry: Entry) => number | undefined): Column<Entry> => ({
  id: header.toLowerCase(),
  header,
  text: (entry) => isoOf(of(entry)) ?? '',
  cell: (entry) => <Moment iso={isoOf(of(entry))} />,
});
