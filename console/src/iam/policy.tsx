import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { lazy, Suspense, useCallback, useState } from 'react';
import { lastOf } from '../aws/arn.ts';
import type { AwsClient } from '../aws/client.ts';
import { listOf } from '../aws/query-answer.ts';
import { useNotices } from '../notices.tsx';
import { Copyable, DetailPage } from '../parts/detail-page.tsx';
import { DeleteDialog, Dialog } from '../parts/dialog.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useAction, useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { PartsTabs } from '../parts/parts-tabs.tsx';
import { ResourceTable } from '../parts/resource-table.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { AttachTo } from './attach-to.tsx';
import { laidOut } from './blank-policy.ts';
import { Compared } from './compared.tsx';
import { Granted } from './granted.tsx';
import { LastAccessed } from './last-accessed.tsx';
import { deletePolicy, detachPolicy, principalAt } from './principal.ts';
import { Tags } from './tags.tsx';
import type { Policy as PolicyData } from './types.ts';

const PolicyEditor = lazy(() => import('../parts/policy-editor.tsx'));

/** One managed policy, of this account or of AWS. */
export default function Policy({ arn }: { arn: string }) {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [isDeleting, setDeleting] = useState(false);
  const policy = useLoaded(
    useCallback(async () => (await aws.iam<{ Policy: PolicyData }>('GetPolicy', { PolicyArn: arn })).Policy, [aws, arn]),
  );
  const isOwn = !arn.includes(':iam::aws:');
  return (
    <DetailPage
      title={lastOf(arn)}
      loaded={policy}
      actions={isOwn && <Button onClick={() => setDeleting(true)}>Delete policy</Button>}
      facts={(value) => [
        { label: 'ARN', value: <Copyable text={value.Arn} /> },
        { label: 'Whose', value: isOwn ? 'This account' : 'AWS' },
        { label: 'Description', value: value.Description ?? '–' },
        { label: 'In force', value: `Version ${value.DefaultVersionId}` },
        { label: 'Attached to', value: value.AttachmentCount },
        { label: 'Changed', value: <Moment iso={value.UpdateDate} /> },
      ]}
    >
      {(value) => (
        <>
          <PartsTabs
            of="policy"
            tabs={[
              { id: 'granted', label: 'What it grants', content: <GrantedByVersion policy={value} /> },
              { id: 'document', label: 'Document', content: <Versions policy={value} isOwn={isOwn} changed={policy.reload} /> },
              { id: 'entities', label: 'Attached to', content: <Entities arn={value.Arn} changed={policy.reload} /> },
              { id: 'accessed', label: 'Last accessed', content: <LastAccessed arn={value.Arn} /> },
              ...(isOwn ? [{ id: 'tags', label: 'Tags', content: <Tags of={{ kind: 'Policy', id: value.Arn }} /> }] : []),
            ]}
          />
          {isDeleting && (
            <DeleteDialog
              noun="policy"
              name={value.PolicyName}
              close={() => setDeleting(false)}
              work={async () => {
                await deletePolicy(aws, value.Arn);
                say(`Policy ${value.PolicyName} was deleted.`);
                go(pageAt('iam', 'policies'));
              }}
            >
              Its versions go with it. A policy that is still attached is not deleted: detach it first.
            </DeleteDialog>
          )}
        </>
      )}
    </DetailPage>
  );
}

async function readVersion(aws: AwsClient, PolicyArn: string, VersionId: string): Promise<string> {
  const { PolicyVersion } = await aws.iam<{ PolicyVersion: { Document: string } }>('GetPolicyVersion', { PolicyArn, VersionId });
  return laidOut(decodeURIComponent(PolicyVersion.Document));
}

/** What the version grants that is in force. */
function GrantedByVersion({ policy: { Arn, DefaultVersionId } }: { policy: PolicyData }) {
  const { aws } = useSignedIn();
  const document = useLoaded(useCallback(() => readVersion(aws, Arn, DefaultVersionId), [aws, Arn, DefaultVersionId]));
  if (document.value !== undefined) return <Granted text={document.value} />;
  return document.failure ? <FailureAlert failure={document.failure} again={document.reload} /> : <Spinner />;
}

interface Version {
  readonly VersionId: string;
  readonly IsDefaultVersion: string;
  readonly CreateDate: string;
}

/** AWS keeps no more. */
const MAX_VERSIONS = 5;

function Versions({ policy, isOwn, changed }: { policy: PolicyData; isOwn: boolean; changed: () => void }) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const { Arn: PolicyArn, DefaultVersionId } = policy;
  const [shown, setShown] = useState(DefaultVersionId);
  const [isEditing, setEditing] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const [text, setText] = useState('');
  const [isValid, setValid] = useState(false);
  const versions = useLoaded(useCallback(() => aws.iamList<Version>('ListPolicyVersions', 'Versions', { PolicyArn }), [aws, PolicyArn]));
  const document = useLoaded(useCallback(() => readVersion(aws, PolicyArn, shown), [aws, PolicyArn, shown]));
  const [comparedTo, setComparedTo] = useState<string | undefined>();
  const other = useLoaded(
    useCallback(
      () => (comparedTo === undefined ? Promise.resolve(undefined) : readVersion(aws, PolicyArn, comparedTo)),
      [aws, PolicyArn, comparedTo],
    ),
  );
  const show = (version: string) => {
    setShown(version);
    setEditing(false);
    versions.reload();
    changed();
  };
  const save = useAction(async () => {
    const input = { PolicyArn, PolicyDocument: text, SetAsDefault: true };
    const { PolicyVersion } = await aws.iam<{ PolicyVersion: Version }>('CreatePolicyVersion', input);
    say(`Version ${PolicyVersion.VersionId} is in force.`);
    show(PolicyVersion.VersionId);
  });
  const enforce = useAction(async () => {
    await aws.iam('SetDefaultPolicyVersion', { PolicyArn, VersionId: shown });
    say(`Version ${shown} is in force.`);
    show(shown);
  });
  const optionOf = ({ VersionId, IsDefaultVersion }: Version) => ({
    value: VersionId,
    label: `Version ${VersionId}${IsDefaultVersion === 'true' ? ', in force' : ''}`,
  });
  const list = versions.value ?? [];
  const chosen = list.find(({ VersionId }) => VersionId === shown);
  const isInForce = shown === DefaultVersionId;
  const comparison =
    !isEditing && comparedTo !== undefined && comparedTo !== shown && other.value !== undefined && document.value !== undefined
      ? { before: other.value, after: document.value }
      : undefined;
  const isFull = list.length >= MAX_VERSIONS;
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Select
                ariaLabel="Version"
                options={list.map(optionOf)}
                selectedOption={chosen ? optionOf(chosen) : null}
                placeholder="Version"
                onChange={({ detail }) => {
                  setShown(detail.selectedOption.value ?? DefaultVersionId);
                  setEditing(false);
                }}
              />
              {list.length > 1 && !isEditing && (
                <Select
                  ariaLabel="Compare with"
                  options={[
                    { value: '', label: 'Compare with no other' },
                    ...list.filter(({ VersionId }) => VersionId !== shown).map(optionOf),
                  ]}
                  selectedOption={comparedTo === undefined ? null : { value: comparedTo, label: `Compared with ${comparedTo}` }}
                  placeholder="Compare with"
                  onChange={({ detail }) => setComparedTo(detail.selectedOption.value || undefined)}
                />
              )}
              {isOwn && !isInForce && !isEditing && (
                <Button loading={enforce.isRunning} onClick={() => enforce.run()}>
                  Put in force
                </Button>
              )}
              {isOwn && !isInForce && !isEditing && <Button onClick={() => setDeleting(true)}>Delete version</Button>}
              {isOwn && !isEditing && (
                <Button variant="primary" disabled={isFull} onClick={() => setEditing(true)}>
                  Edit
                </Button>
              )}
              {isEditing && (
                <Button variant="link" onClick={() => setEditing(false)}>
                  Cancel
                </Button>
              )}
              {isEditing && (
                <Button variant="primary" disabled={!isValid} loading={save.isRunning} onClick={() => save.run()}>
                  Save as new version
                </Button>
              )}
            </SpaceBetween>
          }
          {...(isOwn && isFull && { description: 'A policy has five versions at most: to edit it, delete one that is not in force.' })}
        >
          Document
        </Header>
      }
    >
      <SpaceBetween size="s">
        <FailureAlert failure={versions.failure ?? document.failure ?? other.failure ?? save.failure ?? enforce.failure} />
        {comparison && (
          <Compared before={comparison.before} after={comparison.after} label={`From version ${comparedTo} to version ${shown}`} />
        )}
        {document.value !== undefined && !comparison && (
          <Suspense fallback="Loading the editor">
            <PolicyEditor
              label={`Policy document, version ${shown}`}
              kind="managed"
              initial={document.value}
              readOnly={!isEditing}
              onChange={(next, problem) => {
                setText(next);
                setValid(problem === undefined);
              }}
            />
          </Suspense>
        )}
      </SpaceBetween>
      {isDeleting && (
        <Dialog
          title={`Delete version ${shown}?`}
          verb="Delete"
          close={() => setDeleting(false)}
          work={async () => {
            await aws.iam('DeletePolicyVersion', { PolicyArn, VersionId: shown });
            show(DefaultVersionId);
          }}
        >
          It is not in force; nothing is decided otherwise without it.
        </Dialog>
      )}
    </Container>
  );
}

interface Entity {
  readonly kind: 'User' | 'Group' | 'Role';
  readonly name: string;
  readonly use: keyof typeof USES;
}

/** How a policy holds for somebody, as IAM names it. */
const USES = { Permissions: 'PermissionsPolicy', Boundary: 'PermissionsBoundary' } as const;

function Entities({ arn, changed }: { arn: string; changed: () => void }) {
  const { aws } = useSignedIn();
  const [isAttaching, setAttaching] = useState(false);
  const [detaching, setDetaching] = useState<Entity | undefined>();
  const entities = useLoaded(
    useCallback(async (): Promise<readonly Entity[]> => {
      const uses = (Object.keys(USES) as (keyof typeof USES)[]).map(async (use) => {
        const input = { PolicyArn: arn, PolicyUsageFilter: USES[use], MaxItems: 1000 };
        const found = await aws.iam<{
          PolicyUsers: readonly { UserName: string }[] | '';
          PolicyGroups: readonly { GroupName: string }[] | '';
          PolicyRoles: readonly { RoleName: string }[] | '';
        }>('ListEntitiesForPolicy', input);
        return [
          ...listOf(found.PolicyUsers).map(({ UserName }): Entity => ({ kind: 'User', name: UserName, use })),
          ...listOf(found.PolicyGroups).map(({ GroupName }): Entity => ({ kind: 'Group', name: GroupName, use })),
          ...listOf(found.PolicyRoles).map(({ RoleName }): Entity => ({ kind: 'Role', name: RoleName, use })),
        ];
      });
      return (await Promise.all(uses)).flat();
    }, [aws, arn]),
  );
  const again = () => {
    entities.reload();
    changed();
  };
  return (
    <>
      <ResourceTable
        title="Attached to"
        noun={['user, group or role', 'users, groups and roles']}
        loaded={entities}
        idOf={({ kind, name, use }) => `${kind} ${name} ${use}`}
        columns={[
          {
            id: 'name',
            header: 'Name',
            text: ({ name }) => name,
            cell: ({ kind, name }) => <Link href={principalAt({ kind, name })}>{name}</Link>,
          },
          { id: 'kind', header: 'Kind', text: ({ kind }) => kind, cell: ({ kind }) => kind },
          {
            id: 'use',
            header: 'As',
            text: ({ use }) => use,
            cell: ({ use }) => (use === 'Boundary' ? 'Permissions boundary' : 'Permissions'),
          },
          {
            id: 'actions',
            header: 'Actions',
            // A boundary is set and removed where somebody's own page shows it.
            cell: (entity) =>
              entity.use === 'Permissions' && (
                <Button variant="inline-link" ariaLabel={`Detach from ${entity.name}`} onClick={() => setDetaching(entity)}>
                  Detach
                </Button>
              ),
          },
        ]}
        whenEmpty="It allows nothing to anybody until it is attached."
        actions={() => <Button onClick={() => setAttaching(true)}>Attach</Button>}
      />
      {isAttaching && (
        <AttachTo
          arn={arn}
          holders={(entities.value ?? []).filter(({ use }) => use === 'Permissions')}
          close={() => setAttaching(false)}
          attached={again}
        />
      )}
      {detaching && (
        <Dialog
          title={`Detach from ${detaching.name}?`}
          verb="Detach"
          close={() => setDetaching(undefined)}
          work={async () => {
            await detachPolicy(aws, detaching, arn);
            again();
          }}
        >
          What it allows to {detaching.name} is no longer allowed from the next request on, unless another policy allows it too. What it
          denies is no longer denied.
        </Dialog>
      )}
    </>
  );
}
