import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useCallback } from 'react';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { ResourceTable } from '../parts/resource-table.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { trustedBy } from './trust.ts';
import type { Role } from './types.ts';

/** The account's roles. */
export default function Roles() {
  const { aws } = useSignedIn();
  const roles = useLoaded(useCallback(() => aws.iamList<Role>('ListRoles', 'Roles'), [aws]));
  return (
    <ResourceTable
      isPage
      title="Roles"
      noun={['role', 'roles']}
      description="A role has no credentials of its own: whom it trusts may take it on, for a time."
      loaded={roles}
      idOf={(role) => role.RoleName}
      columns={[
        {
          id: 'name',
          header: 'Role name',
          text: (role) => role.RoleName,
          cell: (role) => <Link href={pageAt('iam', 'roles', role.RoleName)}>{role.RoleName}</Link>,
        },
        { id: 'trusts', header: 'Trusts', text: trustedBy, cell: trustedBy },
        { id: 'created', header: 'Created', text: (role) => role.CreateDate, cell: (role) => <Moment iso={role.CreateDate} /> },
      ]}
      whenEmpty="SageMaker needs a role to work with: what its notebooks and jobs may do."
      actions={() => (
        <Button variant="primary" href={pageAt('iam', 'create-role')}>
          Create role
        </Button>
      )}
    />
  );
}
