import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { lazy, Suspense, useCallback, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { Copyable, DetailPage } from '../parts/detail-page.tsx';
import { DeleteDialog } from '../parts/dialog.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useAction, useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { PartsTabs } from '../parts/parts-tabs.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { laidOut } from './blank-policy.ts';
import { Boundary } from './boundary.tsx';
import { LastAccessed } from './last-accessed.tsx';
import { Permissions } from './permissions.tsx';
import { deleteRole } from './principal.ts';
import { Tags } from './tags.tsx';
import type { Role as RoleData } from './types.ts';

const PolicyEditor = lazy(() => import('../parts/policy-editor.tsx'));

/** One role. */
export default function Role({ name }: { name: string }) {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [isDeleting, setDeleting] = useState(false);
  const role = useLoaded(useCallback(async () => (await aws.iam<{ Role: RoleData }>('GetRole', { RoleName: name })).Role, [aws, name]));
  return (
    <DetailPage
      title={name}
      loaded={role}
      actions={<Button onClick={() => setDeleting(true)}>Delete role</Button>}
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
  const [isEditing, setEditing] = useState(false);
  const [text, setText] = useState('');
  const [isValid, setValid] = useState(false);
  const save = useAction(async () => {
    await aws.iam('UpdateAssumeRolePolicy', { RoleName: role.RoleName, PolicyDocument: text });
    say(`The trust policy of ${role.RoleName} was saved.`);
    setEditing(false);
    changed();
  });
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Who may take this role on."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {!isEditing && <Button onClick={() => setEditing(true)}>Edit trust policy</Button>}
              {isEditing && (
                <Button variant="link" onClick={() => setEditing(false)}>
                  Cancel
                </Button>
              )}
              {isEditing && (
                <Button variant="primary" disabled={!isValid} loading={save.isRunning} onClick={() => save.run()}>
                  Save
                </Button>
              )}
            </SpaceBetween>
          }
        >
          Trust policy
        </Header>
      }
    >
      <SpaceBetween size="s">
        <FailureAlert failure={save.failure} />
        <Suspense fallback="Loading the editor">
          <PolicyEditor
            label="Trust policy"
            kind="trust"
            initial={laidOut(decodeURIComponent(role.AssumeRolePolicyDocument))}
            readOnly={!isEditing}
            onChange={(next, problem) => {
              setText(next);
              setValid(problem === undefined);
            }}
          />
        </Suspense>
      </SpaceBetween>
    </Container>
  );
}
