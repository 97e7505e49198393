import Button from '@cloudscape-design/components/button';
import { useCallback, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { Copyable, DetailPage } from '../parts/detail-page.tsx';
import { DeleteDialog } from '../parts/dialog.tsx';
import { EditedDocument } from '../parts/edited-document.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { PartsTabs } from '../parts/parts-tabs.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { laidOut } from './blank-policy.ts';
import { Boundary } from './boundary.tsx';
import { EditRole } from './edit-role.tsx';
import { LastAccessed } from './last-accessed.tsx';
import { Permissions } from './permissions.tsx';
import { deleteRole } from './principal.ts';
import { Tags } from './tags.tsx';
import type { Role as RoleData } from './types.ts';

/** One role. */
export default function Role({ name }: { name: string }) {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [isDeleting, setDeleting] = useState(false);
  const [isEditing, setEditing] = useState(false);
  const role = useLoaded(useCallback(async () => (await aws.iam<{ Role: RoleData }>('GetRole', { RoleName: name })).Role, [aws, name]));
  return (
    <DetailPage
      title={name}
      loaded={role}
      actions={
        <>
          <Button onClick={() => setEditing(true)}>Edit</Button>
          <Button onClick={() => setDeleting(true)}>Delete role</Button>
        </>
      }
      facts={(value) => [
        { label: 'ARN', value: <Copyable text={value.Arn} /> },
        { label: 'Description', value: value.Description ?? '–' },
        { label: 'Created', value: <Moment iso={value.CreateDate} /> },
        { label: 'Last used', value: <Moment iso={lastUsed(value)} never="Never" /> },
        { label: 'Longest session', value: `${Number(value.MaxSessionDuration ?? 3600) / 3600} h` },
        {
          label: 'Permissions boundary',
          value: (
            <Boundary
              of={{ kind: 'Role', name: value.RoleName }}
              arn={value.PermissionsBoundary?.PermissionsBoundaryArn}
              changed={role.reload}
            />
          ),
        },
      ]}
    >
      {(value) => (
        <>
          <PartsTabs
            of="role"
            tabs={[
              { id: 'permissions', label: 'Permissions', content: <Permissions of={{ kind: 'Role', name: value.RoleName }} /> },
              { id: 'trust', label: 'Trust', content: <Trust role={value} changed={role.reload} /> },
              { id: 'accessed', label: 'Last accessed', content: <LastAccessed arn={value.Arn} /> },
              { id: 'tags', label: 'Tags', content: <Tags of={{ kind: 'Role', id: value.RoleName }} /> },
            ]}
          />
          {isEditing && <EditRole role={value} close={() => setEditing(false)} changed={role.reload} />}
          {isDeleting && (
            <DeleteDialog
              noun="role"
              name={value.RoleName}
              close={() => setDeleting(false)}
              work={async () => {
                await deleteRole(aws, value.RoleName);
                say(`Role ${value.RoleName} was deleted.`);
                go(pageAt('iam', 'roles'));
              }}
            >
              Sessions of it are refused from the next request on, and what works with it (notebooks, jobs, endpoints) can do nothing any
              more.
            </DeleteDialog>
          )}
        </>
      )}
    </DetailPage>
  );
}

const lastUsed = ({ RoleLastUsed }: RoleData): string | undefined =>
  RoleLastUsed === undefined || RoleLastUsed === '' ? undefined : RoleLastUsed.LastUsedDate;

/** Who may take the role on. */
function Trust({ role, changed }: { role: RoleData; changed: () => void }) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  return (
    <EditedDocument
      title="Trust policy"
      description="Who may take this role on."
      label="Trust policy"
      kind="trust"
      text={laidOut(decodeURIComponent(role.AssumeRolePolicyDocument))}
      save={async (text) => {
        await aws.iam('UpdateAssumeRolePolicy', { RoleName: role.RoleName, PolicyDocument: text });
        say(`The trust policy of ${role.RoleName} was saved.`);
        changed();
      }}
    />
  );
}
