import Link from '@cloudscape-design/components/link';
import { useCallback } from 'react';
import { isoOf } from '../aws/json-call.ts';
import { Copyable, DetailPage } from '../parts/detail-page.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { PartsTabs } from '../parts/parts-tabs.tsx';
import { useRefresh } from '../parts/refresh.ts';
import { useSignedIn } from '../signed-in.tsx';
import { Everything } from './described.tsx';
import { policiesTab } from './resource-page.tsx';
import { Failed, isUnderWay, Status } from './status.tsx';
import { type App as AppData, type AppOwner, ownerAt } from './studio.ts';
import { Tags } from './tags.tsx';

/** One app. */
export default function App({ owner, type, name }: { owner: AppOwner; type: string; name: string }) {
  const { aws } = useSignedIn();
  const identity = JSON.stringify({ ...owner, AppType: type, AppName: name });
  const app = useLoaded(useCallback(() => aws.json<AppData>('sagemaker', 'DescribeApp', JSON.parse(identity)), [aws, identity]));
  useRefresh(app, isUnderWay(app.value?.Status));
  return (
    <DetailPage
      title={`${type} ${name}`}
      loaded={app}
      facts={(value) => [
        { label: 'Status', value: <Status of={value.Status} /> },
        { label: 'ARN', value: <Copyable text={value.AppArn ?? ''} /> },
        {
          label: owner.SpaceName === undefined ? 'User profile' : 'Space',
          value: <Link href={ownerAt(owner)}>{owner.SpaceName ?? owner.UserProfileName}</Link>,
        },
        { label: 'Instance type', value: value.ResourceSpec?.InstanceType ?? '–' },
        { label: 'Created', value: <Moment iso={isoOf(value.CreationTime)} /> },
        { label: 'Last used', value: <Moment iso={isoOf(value.LastUserActivityTimestamp)} /> },
      ]}
    >
      {(value) => (
        <>
          <Failed what="The app" reason={value.FailureReason} />
          <PartsTabs
            of="app"
            tabs={[
              policiesTab({ operation: 'CreateApp' }, value),
              { id: 'tags', label: 'Tags', content: <Tags arn={value.AppArn ?? ''} /> },
              { id: 'all', label: 'Everything', content: <Everything of={value} /> },
            ]}
          />
        </>
      )}
    </DetailPage>
  );
}
