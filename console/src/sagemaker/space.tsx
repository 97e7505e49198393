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
import { policiesTab } from './resource-page.tsx';
import { Failed, isUnderWay, Status } from './status.tsx';
import { domainAt, isEditable, type Space as SpaceData } from './studio.ts';
import { Tags } from './tags.tsx';

/** One space, with what runs in it. */
export default function Space({ domainId, name }: { domainId: string; name: string }) {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [isDeleting, setDeleting] = useState(false);
  const space = useLoaded(
    useCallback(() => aws.json<SpaceData>('sagemaker', 'DescribeSpace', { DomainId: domainId, SpaceName: name }), [aws, domainId, name]),
  );
  useRefresh(space, isUnderWay(space.value?.Status));
  const owner = space.value?.OwnershipSettings?.OwnerUserProfileName;
  return (
    <DetailPage
      title={name}
      loaded={space}
      actions={
        <>
          <Button disabled={!isEditable(space.value?.Status)} href={domainAt(domainId, 'spaces', name, 'edit')}>
            Edit
          </Button>
          <Button onClick={() => setDeleting(true)}>Delete space</Button>
        </>
      }
      facts={(value) => [
        { label: 'Status', value: <Status of={value.Status} /> },
        { label: 'ARN', value: <Copyable text={value.SpaceArn ?? ''} /> },
        { label: 'Domain', value: <Link href={domainAt(domainId)}>{domainId}</Link> },
        { label: 'Sharing', value: value.SpaceSharingSettings?.SharingType ?? '–' },
        { label: 'Owner', value: owner === undefined ? '–' : <Link href={domainAt(domainId, 'user-profiles', owner)}>{owner}</Link> },
        { label: 'For', value: value.SpaceSettings?.AppType ?? '–' },
        { label: 'Shown as', value: value.SpaceDisplayName ?? '–' },
        { label: 'Remote access', value: value.SpaceSettings?.RemoteAccess === 'ENABLED' ? 'Yes' : 'No' },
        { label: 'Created', value: <Moment iso={isoOf(value.CreationTime)} /> },
      ]}
    >
      {(value) => (
        <>
          <Failed what="The space" reason={value.FailureReason} />
          <PartsTabs
            of="space"
            tabs={[
              {
                id: 'apps',
                label: 'Apps',
                content: <Apps domainId={domainId} owner={{ DomainId: domainId, SpaceName: name }} openAs={owner} />,
              },
              policiesTab({ operation: 'CreateSpace' }, value),
              { id: 'tags', label: 'Tags', content: <Tags arn={value.SpaceArn ?? ''} /> },
              { id: 'all', label: 'Everything', content: <Everything of={value} /> },
            ]}
          />
          {isDeleting && (
            <DeleteDialog
              noun="space"
              name={name}
              close={() => setDeleting(false)}
              work={async () => {
                await aws.json('sagemaker', 'DeleteSpace', { DomainId: domainId, SpaceName: name });
                say(`Space ${name} is being deleted.`);
                go(domainAt(domainId));
              }}
            >
              Its apps must be gone before. Its storage goes with it.
            </DeleteDialog>
          )}
        </>
      )}
    </DetailPage>
  );
}
