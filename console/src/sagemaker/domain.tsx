import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Link from '@cloudscape-design/components/link';
import Spinner from '@cloudscape-design/components/spinner';
import { useCallback, useState } from 'react';
import { isoOf } from '../aws/json-call.ts';
import { useNotices } from '../notices.tsx';
import { Copyable, DetailPage } from '../parts/detail-page.tsx';
import { DeleteDialog } from '../parts/dialog.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { PartsTabs } from '../parts/parts-tabs.tsx';
import { useRefresh } from '../parts/refresh.ts';
import { ResourceTable } from '../parts/resource-table.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { Apps } from './apps.tsx';
import { CreateSpaceDialog } from './create-space.tsx';
import { Everything } from './described.tsx';
import { policiesTab } from './resource-page.tsx';
import { RoleLink } from './role-link.tsx';
import { isUnderWay, Status } from './status.tsx';
import { appsOf, type Domain as DomainData, domainAt, profilesOf, spacesOf } from './studio.ts';
import { Tags } from './tags.tsx';

/** One domain, with who and what is in it. */
export default function Domain({ id }: { id: string }) {
  const { aws } = useSignedIn();
  const [isDeleting, setDeleting] = useState(false);
  const domain = useLoaded(useCallback(() => aws.json<DomainData>('sagemaker', 'DescribeDomain', { DomainId: id }), [aws, id]));
  useRefresh(domain, isUnderWay(domain.value?.Status));
  return (
    <DetailPage
      title={domain.value?.DomainName ?? id}
      loaded={domain}
      actions={
        <>
          <Button iconName="refresh" ariaLabel="Load the domain anew" loading={domain.isLoading} onClick={domain.reload} />
          <Button onClick={() => setDeleting(true)}>Delete domain</Button>
        </>
      }
      facts={(value) => [
        { label: 'Status', value: <Status of={value.Status} /> },
        { label: 'Domain ID', value: <Copyable text={id} /> },
        { label: 'ARN', value: <Copyable text={value.DomainArn ?? ''} /> },
        { label: 'Sign-in', value: value.AuthMode === 'SSO' ? 'IAM Identity Center' : 'IAM' },
        { label: 'Default execution role', value: <RoleLink arn={value.DefaultUserSettings?.ExecutionRole} /> },
        { label: 'Execution role of shared spaces', value: <RoleLink arn={value.DefaultSpaceSettings?.ExecutionRole} /> },
        { label: 'VPC', value: value.VpcId ?? '–' },
        { label: 'Subnets', value: value.SubnetIds?.join(', ') ?? '–' },
        { label: 'Security groups', value: value.DefaultUserSettings?.SecurityGroups?.join(', ') ?? '–' },
        { label: 'Network access of apps', value: value.AppNetworkAccessType === 'VpcOnly' ? 'VPC only' : 'Internet' },
        { label: 'Encryption key', value: value.KmsKeyId ?? 'A key of AWS' },
        { label: 'Home file system', value: value.HomeEfsFileSystemId ?? '–' },
        { label: 'Created', value: <Moment iso={isoOf(value.CreationTime)} /> },
        { label: 'Changed', value: <Moment iso={isoOf(value.LastModifiedTime)} /> },
      ]}
    >
      {(value) => (
        <>
          {value.FailureReason !== undefined && value.FailureReason !== '' && (
            <Alert type="error" header="The domain failed">
              {value.FailureReason}
            </Alert>
          )}
          <PartsTabs
            of="domain"
            tabs={[
              { id: 'profiles', label: 'User profiles', content: <Profiles domain={value} id={id} /> },
              { id: 'spaces', label: 'Spaces', content: <Spaces domain={value} id={id} /> },
              { id: 'apps', label: 'Apps', content: <Apps domainId={id} /> },
              policiesTab({ operation: 'CreateDomain' }, value as never),
              { id: 'tags', label: 'Tags', content: <Tags arn={value.DomainArn ?? ''} /> },
              { id: 'all', label: 'Everything', content: <Everything of={value as never} /> },
            ]}
          />
          {isDeleting && <DeleteDomain domain={value} id={id} close={() => setDeleting(false)} />}
        </>
      )}
    </DetailPage>
  );
}

function Profiles({ domain, id }: { domain: DomainData; id: string }) {
  const { aws } = useSignedIn();
  const profiles = useLoaded(useCallback(() => profilesOf(aws, id), [aws, id]));
  useRefresh(profiles, profiles.value?.some(({ Status: status }) => isUnderWay(status)) ?? false);
  return (
    <ResourceTable
      title="User profiles"
      noun={['user profile', 'user profiles']}
      description="Each person has one: a home directory, and the role that they work with."
      loaded={profiles}
      idOf={(profile) => profile.UserProfileName ?? ''}
      columns={[
        {
          id: 'name',
          header: 'Name',
          text: (profile) => profile.UserProfileName ?? '',
          cell: (profile) => <Link href={domainAt(id, 'user-profiles', profile.UserProfileName ?? '')}>{profile.UserProfileName}</Link>,
        },
        {
          id: 'status',
          header: 'Status',
          minWidth: 130,
          text: (profile) => profile.Status ?? '',
          cell: (profile) => <Status of={profile.Status} />,
        },
        {
          id: 'created',
          header: 'Created',
          text: (profile) => isoOf(profile.CreationTime) ?? '',
          cell: (profile) => <Moment iso={isoOf(profile.CreationTime)} />,
        },
      ]}
      whenEmpty="Nobody can work in this domain yet."
      actions={() => (
        <Button disabled={domain.Status !== 'InService'} href={domainAt(id, 'create-user-profile')}>
          Add user profile
        </Button>
      )}
    />
  );
}

function Spaces({ domain, id }: { domain: DomainData; id: string }) {
  const { aws } = useSignedIn();
  const [isCreating, setCreating] = useState(false);
  const spaces = useLoaded(useCallback(() => spacesOf(aws, id), [aws, id]));
  useRefresh(spaces, spaces.value?.some(({ Status: status }) => isUnderWay(status)) ?? false);
  return (
    <>
      <ResourceTable
        title="Spaces"
        noun={['space', 'spaces']}
        description="Where JupyterLab and Code Editor run: private to one profile, or shared."
        loaded={spaces}
        idOf={(space) => space.SpaceName ?? ''}
        columns={[
          {
            id: 'name',
            header: 'Name',
            text: (space) => space.SpaceName ?? '',
            cell: (space) => <Link href={domainAt(id, 'spaces', space.SpaceName ?? '')}>{space.SpaceName}</Link>,
          },
          {
            id: 'status',
            header: 'Status',
            minWidth: 130,
            text: (space) => space.Status ?? '',
            cell: (space) => <Status of={space.Status} />,
          },
          {
            id: 'sharing',
            header: 'Sharing',
            text: (space) => space.SpaceSharingSettingsSummary?.SharingType ?? '',
            cell: (space) => space.SpaceSharingSettingsSummary?.SharingType ?? 'Shared',
          },
          {
            id: 'owner',
            header: 'Owner',
            text: (space) => space.OwnershipSettingsSummary?.OwnerUserProfileName ?? '',
            cell: (space) => space.OwnershipSettingsSummary?.OwnerUserProfileName ?? '–',
          },
          {
            id: 'kind',
            header: 'For',
            text: (space) => space.SpaceSettingsSummary?.AppType ?? '',
            cell: (space) => space.SpaceSettingsSummary?.AppType ?? '–',
          },
        ]}
        whenEmpty="Create one to run JupyterLab or Code Editor in."
        actions={() => (
          <Button disabled={domain.Status !== 'InService'} onClick={() => setCreating(true)}>
            Create space
          </Button>
        )}
      />
      {isCreating && (
        <CreateSpaceDialog
          domainId={id}
          close={() => {
            setCreating(false);
            spaces.reload();
          }}
        />
      )}
    </>
  );
}

/** Asks for the domain's name, and tells what must go before it: AWS deletes no domain that holds anything. */
function DeleteDomain({ domain, id, close }: { domain: DomainData; id: string; close: () => void }) {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [keepsFiles, setKeepsFiles] = useState(true);
  const held = useLoaded(
    useCallback(async () => {
      const [profiles, spaces, apps] = await Promise.all([profilesOf(aws, id), spacesOf(aws, id), appsOf(aws, { DomainId: id })]);
      return [
        ...apps
          .filter(({ Status: status }) => status !== 'Deleted')
          .map((app) => `App ${app.AppType} ${app.AppName} of ${app.UserProfileName ?? `space ${app.SpaceName}`}`),
        ...spaces.map(({ SpaceName }) => `Space ${SpaceName}`),
        ...profiles.map(({ UserProfileName }) => `User profile ${UserProfileName}`),
      ];
    }, [aws, id]),
  );
  const name = domain.DomainName ?? id;
  return (
    <DeleteDialog
      noun="domain"
      name={name}
      close={close}
      isReady={held.value?.length === 0}
      work={async () => {
        await aws.json('sagemaker', 'DeleteDomain', {
          DomainId: id,
          RetentionPolicy: { HomeEfsFileSystem: keepsFiles ? 'Retain' : 'Delete' },
        });
        say(`Domain ${name} is being deleted.`);
        go(pageAt('sagemaker', 'domains'));
      }}
    >
      <FailureAlert failure={held.failure} again={held.reload} />
      {held.isLoading && held.value === undefined && <Spinner />}
      {held.value && held.value.length > 0 && (
        <Alert type="warning" header="This must be deleted first, in this order">
          <ul>
            {held.value.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </Alert>
      )}
      <Checkbox checked={keepsFiles} onChange={({ detail }) => setKeepsFiles(detail.checked)}>
        Keep the file system with everybody's files
      </Checkbox>
    </DeleteDialog>
  );
}
