import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useCallback } from 'react';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { type Column, ResourceTable } from '../parts/resource-table.tsx';
import { saveFile } from '../parts/save-file.ts';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import type { ReportLine } from './credential-findings.ts';
import { makeReport } from './report.ts';

/** What is no moment is told in words: `N/A`, `no_information`, `not_supported`. */
const moment = (value: string | undefined) =>
  value === undefined || !/^\d{4}-/.test(value) ? (value?.replaceAll('_', ' ') ?? '–') : <Moment iso={value} />;

const YES = { true: ['success', 'Yes'], false: ['stopped', 'No'] } as const;

function truth(value: string | undefined) {
  if (value !== 'true' && value !== 'false') return value?.replaceAll('_', ' ') ?? '–';
  const [type, text] = YES[value];
  return <StatusIndicator type={type}>{text}</StatusIndicator>;
}

const textColumn = (id: string, header: string, cell: Column<ReportLine>['cell']): Column<ReportLine> => ({
  id,
  header,
  text: (line) => line[id] ?? '',
  cell,
  // A moment in two lines; what is looked for, in one.
  minWidth: /_(used|used_date|changed|rotated)$/.test(id) ? 160 : 110,
});

const COLUMNS: readonly Column<ReportLine>[] = [
  textColumn('user', 'User', ({ user = '' }) =>
    user === '<root_account>' ? 'Root user' : <Link href={pageAt('iam', 'users', user)}>{user}</Link>,
  ),
  textColumn('password_enabled', 'Password', (line) => truth(line.password_enabled)),
  textColumn('mfa_active', 'Second factor', (line) => truth(line.mfa_active)),
  textColumn('password_last_used', 'Password last used', (line) => moment(line.password_last_used)),
  textColumn('password_last_changed', 'Password changed', (line) => moment(line.password_last_changed)),
  textColumn('access_key_1_active', 'Key 1', (line) => truth(line.access_key_1_active)),
  textColumn('access_key_1_last_rotated', 'Key 1 made', (line) => moment(line.access_key_1_last_rotated)),
  textColumn('access_key_1_last_used_date', 'Key 1 last used', (line) => moment(line.access_key_1_last_used_date)),
  textColumn('access_key_2_active', 'Key 2', (line) => truth(line.access_key_2_active)),
  textColumn('access_key_2_last_rotated', 'Key 2 made', (line) => moment(line.access_key_2_last_rotated)),
  textColumn('access_key_2_last_used_date', 'Key 2 last used', (line) => moment(line.access_key_2_last_used_date)),
];

/** Which credentials the account's users have, and when they were used. */
export default function CredentialReport() {
  const { aws, session } = useSignedIn();
  const report = useLoaded(useCallback(() => makeReport(aws), [aws]));
  const { value } = report;
  return (
    <ResourceTable
      isPage
      title="Credential report"
      noun={['user', 'users']}
      description={`Which credentials users have, and when they were used. A report is made at most every four hours${
        value === undefined ? '' : `; this one is of ${new Date(value.madeAt).toLocaleString()}`
      }.`}
      loaded={{ ...report, value: value?.lines }}
      idOf={({ user = '' }) => user}
      columns={COLUMNS}
      actions={() => (
        <Button
          iconName="download"
          disabled={value === undefined}
          onClick={() => value && saveFile(`credential-report-${session.account.id}.csv`, 'text/csv', value.text)}
        >
          Download .csv file
        </Button>
      )}
    />
  );
}
