import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback, useState } from 'react';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { ResourceTable } from '../parts/resource-table.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import type { Policy } from './types.ts';

/** The managed policies: of this account, or of AWS. */
export default function Policies() {
  const { aws } = useSignedIn();
  const [scope, setScope] = useState<'Local' | 'AWS'>('Local');
  const policies = useLoaded(
    useCallback(() => aws.iamList<Policy>('ListPolicies', 'Policies', { Scope: scope, MaxItems: 1000 }), [aws, scope]),
  );
  return (
    <SpaceBetween size="m">
      <SegmentedControl
        label="Whose policies"
        selectedId={scope}
        onChange={({ detail }) => setScope(detail.selectedId as 'Local' | 'AWS')}
        options={[
          { id: 'Local', text: 'Of this account' },
          { id: 'AWS', text: 'Of AWS' },
        ]}
      />
      <ResourceTable
        key={scope}
        isPage
        title="Policies"
        noun={['policy', 'policies']}
        description="A managed policy says what is allowed, to every user, group and role that it is attached to."
        loaded={policies}
        idOf={(policy) => policy.Arn}
        columns={[
          {
            id: 'name',
            header: 'Policy name',
            text: (policy) => policy.PolicyName,
            cell: (policy) => <Link href={pageAt('iam', 'policies', policy.Arn)}>{policy.PolicyName}</Link>,
          },
          { id: 'used', header: 'Attached to', text: (policy) => policy.AttachmentCount, cell: (policy) => policy.AttachmentCount },
          { id: 'about', header: 'Description', text: (policy) => policy.Description ?? '', cell: (policy) => policy.Description ?? '–' },
          { id: 'updated', header: 'Changed', text: (policy) => policy.UpdateDate, cell: (policy) => <Moment iso={policy.UpdateDate} /> },
        ]}
        whenEmpty="AWS's own policies are there already. Write one of your own where they allow too much."
        actions={() => (
          <Button variant="primary" href={pageAt('iam', 'create-policy')}>
            Create policy
          </Button>
        )}
      />
    </SpaceBetween>
  );
}
