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
import { momentColumn, statusColumn } from './columns.tsx';
import { Everything } from './described.tsx';
import { policiesTab } from './resource-page.tsx';
import { RoleLink } from './role-link.tsx';
import { Spaces } from './spaces.tsx';
import { Failed, isUnderWay, Status } from './status.tsx';
import { appsOf, type Domain as DomainData, domainAt, isEditable, profilesOf, spacesOf, type UserProfileEntry } from './studio.ts';
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
          <Button disabled={!isEditable(domain.value?.Status)} href={domainAt(id, 'edit')}>
            Edit
          </Button>
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
        {
          label: 'Source identity of sessions',
          value: value.DomainSettings?.ExecutionRoleIdentityConfig === 'USER_PROFILE_NAME' ? 'The name of the user profile' : 'None',
        },
        { label: 'Encryption key', value: value.KmsKeyId ?? 'A key of AWS' },
        { label: 'Home file system', value: value.HomeEfsFileSystemId ?? '–' },
        { label: 'Created', value: <Moment iso={isoOf(value.CreationTime)} /> },
        { label: 'Changed', value: <Moment iso={isoOf(value.LastModifiedTime)} /> },
      ]}
    >
      {(value) => (
        <>
          <Failed what="The domain" reason={value.FailureReason} />
          <PartsTabs
            of="domain"
            tabs={[
              { id: 'profiles', label: 'User profiles', content: <Profiles domain={value} id={id} /> },
              { id: 'spaces', label: 'Spaces', content: <Spaces domainId={id} isReady={value.Status === 'InService'} /> },
              { id: 'apps', label: 'Apps', content: <Apps domainId={id} /> },
              policiesTab({ operation: 'CreateDomain' }, value),
              { id: 'tags', label: 'Tags', content: <Tags arn={value.DomainArn ?? ''} /> },
              { id: 'all', label: 'Everything', content: <Everything of={value} /> },
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
        statusColumn(({ Status: status }: UserProfileEntry) => status),
        momentColumn('Created', ({ CreationTime: at }: UserProfileEntry) => at),
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
