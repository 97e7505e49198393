import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback } from 'react';
import { useLoaded } from '../parts/loaded.ts';
import { useRefresh } from '../parts/refresh.ts';
import { ResourceTable } from '../parts/resource-table.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { Approval } from './approval.tsx';
import { momentColumn, statusColumn } from './columns.tsx';
import { secondsAt, textAt } from './described.tsx';
import { type Described, labelOf } from './family.ts';
import ResourcePage from './resource-page.tsx';
import { isUnderWay, Status } from './status.tsx';

/** One group of the registry, with the versions of its model. */
export default function ModelPackageGroup({ name }: { name: string }) {
  return (
    <ResourcePage
      section="model-package-groups"
      name={name}
      tabs={() => [{ id: 'versions', label: 'Versions', content: <Versions group={name} /> }]}
    />
  );
}

const arnOf = (version: Described): string => textAt(version, 'ModelPackageArn');

function Versions({ group }: { group: string }) {
  const { aws } = useSignedIn();
  const versions = useLoaded(
    useCallback(
      () =>
        aws.jsonList<Described>('sagemaker', 'ListModelPackages', 'ModelPackageSummaryList', {
          ModelPackageGroupName: group,
          SortBy: 'CreationTime',
          SortOrder: 'Descending',
          MaxResults: 100,
        }),
      [aws, group],
    ),
  );
  useRefresh(versions, versions.value?.some((version) => isUnderWay(textAt(version, 'ModelPackageStatus'))) ?? false);
  return (
    <ResourceTable
      title="Versions"
      noun={['version', 'versions']}
      description="Newest first. What deploys approved versions takes the newest of them."
      loaded={versions}
      idOf={arnOf}
      narrow={{ label: 'Approval', by: (version) => textAt(version, 'ModelApprovalStatus') }}
      columns={[
        {
          id: 'version',
          header: 'Version',
          text: (version) => String(version.ModelPackageVersion),
          cell: (version) => (
            <Link href={pageAt('sagemaker', 'model-packages', arnOf(version))} ariaLabel={labelOf(arnOf(version))}>
              {String(version.ModelPackageVersion)}
            </Link>
          ),
        },
        {
          id: 'approval',
          header: 'Approval',
          minWidth: 230,
          text: (version) => textAt(version, 'ModelApprovalStatus'),
          cell: (version) => <Status of={textAt(version, 'ModelApprovalStatus')} />,
        },
        statusColumn((version: Described) => textAt(version, 'ModelPackageStatus')),
        {
          id: 'description',
          header: 'Description',
          text: (version) => textAt(version, 'ModelPackageDescription'),
          cell: (version) => textAt(version, 'ModelPackageDescription') || '–',
        },
        momentColumn('Created', (version: Described) => secondsAt(version, 'CreationTime')),
        {
          id: 'actions',
          header: 'Actions',
          minWidth: 150,
          cell: (version) => (
            <SpaceBetween direction="horizontal" size="xs">
              <Approval arn={arnOf(version)} now={textAt(version, 'ModelApprovalStatus')} changed={versions.reload} variant="inline-link" />
            </SpaceBetween>
          ),
        },
      ]}
      whenEmpty="A training pipeline, the CLI or an SDK registers versions here, by CreateModelPackage with this group's name."
    />
  );
}
