import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useCallback, useState } from 'react';
import { isoOf } from '../aws/json-call.ts';
import { useNotices } from '../notices.tsx';
import { Copyable, DetailPage } from '../parts/detail-page.tsx';
import { DeleteDialog } from '../parts/dialog.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { PartsTabs } from '../parts/parts-tabs.tsx';
import { useRefresh } from '../parts/refresh.ts';
import { useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { Apps } from './apps.tsx';
import { Everything } from './described.tsx';
import { Presigned } from './presigned.tsx';
import { policiesTab } from './resource-page.tsx';
import { RoleLink } from './role-link.tsx';
import { Spaces } from './spaces.tsx';
import { Failed, isUnderWay, Status } from './status.tsx';
import { domainAt, isEditable, type UserProfile as UserProfileData } from './studio.ts';
import { Tags } from './tags.tsx';

export interface UserProfileProps {
  readonly domainId: string;
  readonly name: string;
}

/** One user profile, with its apps and spaces. */
export default function UserProfile({ domainId, name }: UserProfileProps) {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [open, setOpen] = useState<'studio' | 'delete' | undefined>();
  const close = () => setOpen(undefined);
  const profile = useLoaded(
    useCallback(
      () => aws.json<UserProfileData>('sagemaker', 'DescribeUserProfile', { DomainId: domainId, UserProfileName: name }),
      [aws, domainId, name],
    ),
  );
  useRefresh(profile, isUnderWay(profile.value?.Status));
  return (
    <DetailPage
      title={name}
      loaded={profile}
      actions={
        <>
          <Button disabled={profile.value?.Status !== 'InService'} onClick={() => setOpen('studio')}>
            Open Studio
          </Button>
          <Button disabled={!isEditable(profile.value?.Status)} href={domainAt(domainId, 'user-profiles', name, 'edit')}>
            Edit
          </Button>
          <Button onClick={() => setOpen('delete')}>Delete user profile</Button>
        </>
      }
      facts={(value) => [
        { label: 'Status', value: <Status of={value.Status} /> },
        { label: 'ARN', value: <Copyable text={value.UserProfileArn ?? ''} /> },
        { label: 'Domain', value: <Link href={domainAt(domainId)}>{domainId}</Link> },
        {
          label: 'Execution role',
          value: value.UserSettings?.ExecutionRole ? <RoleLink arn={value.UserSettings.ExecutionRole} /> : 'The default of the domain',
        },
        { label: 'Security groups', value: value.UserSettings?.SecurityGroups?.join(', ') || 'Those of the domain' },
        { label: 'User of IAM Identity Center', value: value.SingleSignOnUserValue ?? '–' },
        { label: 'Created', value: <Moment iso={isoOf(value.CreationTime)} /> },
      ]}
    >
      {(value) => (
        <>
          <Failed what="The user profile" reason={value.FailureReason} />
          <PartsTabs
            of="user profile"
            tabs={[
              { id: 'apps', label: 'Apps', content: <Apps domainId={domainId} owner={{ DomainId: domainId, UserProfileName: name }} /> },
              {
                id: 'spaces',
                label: 'Spaces',
                content: <Spaces domainId={domainId} owner={name} isReady={value.Status === 'InService'} />,
              },
              policiesTab({ operation: 'CreateUserProfile' }, value),
              { id: 'tags', label: 'Tags', content: <Tags arn={value.UserProfileArn ?? ''} /> },
              { id: 'all', label: 'Everything', content: <Everything of={value} /> },
            ]}
          />
          {open === 'studio' && (
            <Presigned
              what={`Studio as ${name}`}
              operation="CreatePresignedDomainUrl"
              input={{ DomainId: domainId, UserProfileName: name }}
              close={close}
            />
          )}
          {open === 'delete' && (
            <DeleteDialog
              noun="user profile"
              name={name}
              close={close}
              work={async () => {
                await aws.json('sagemaker', 'DeleteUserProfile', { DomainId: domainId, UserProfileName: name });
                say(`User profile ${name} is being deleted.`);
                go(domainAt(domainId));
              }}
            >
              Its apps and spaces must be gone before. Files in the home directory stay on the domain's file system.
            </DeleteDialog>
          )}
        </>
      )}
    </DetailPage>
  );
}
