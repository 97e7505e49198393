import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback } from 'react';
import { useLoaded } from '../parts/loaded.ts';
import { useRefresh } from '../parts/refresh.ts';
import { type Column, ResourceTable } from '../parts/resource-table.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { momentColumn, statusColumn } from './columns.tsx';
import { isUnderWay } from './status.tsx';
import { type DomainEntry, domainAt, domainsOf } from './studio.ts';

const COLUMNS: readonly Column<DomainEntry>[] = [
  {
    id: 'name',
    header: 'Name',
    text: (domain) => domain.DomainName ?? '',
    cell: (domain) => <Link href={domainAt(domain.DomainId ?? '')}>{domain.DomainName}</Link>,
  },
  { id: 'id', header: 'Domain ID', text: (domain) => domain.DomainId ?? '', cell: (domain) => <code>{domain.DomainId}</code> },
  statusColumn(({ Status: status }) => status),
  momentColumn('Created', ({ CreationTime: at }) => at),
];

/** The domains of this region. */
export default function Domains() {
  const { aws } = useSignedIn();
  const domains = useLoaded(useCallback(() => domainsOf(aws), [aws]));
  useRefresh(domains, domains.value?.some(({ Status: status }) => isUnderWay(status)) ?? false);
  return (
    <ResourceTable
      isPage
      title="Domains"
      noun={['domain', 'domains']}
      description="A domain is where people work in Studio: a network, a file system, and a profile for each of them."
      loaded={domains}
      idOf={(domain) => domain.DomainId ?? ''}
      columns={COLUMNS}
      whenEmpty={
        <SpaceBetween size="xs">
          <span>Nobody can work in Studio in this region before a domain is set up.</span>
          <Button href={pageAt('sagemaker', 'create-domain')}>Set up the first one</Button>
        </SpaceBetween>
      }
      narrow={{ label: 'Status', by: (domain) => domain.Status ?? '' }}
      actions={() => (
        <Button variant="primary" href={pageAt('sagemaker', 'create-domain')}>
          Set up domain
        </Button>
      )}
    />
  );
}
