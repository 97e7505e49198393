import { useCallback } from 'react';
import type { AwsClient } from '../aws/client.ts';
import { AwsFailure } from '../aws/failure.ts';
import { listOf } from '../aws/query-answer.ts';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { ResourceTable } from '../parts/resource-table.tsx';
import { nameOf } from '../session.ts';
import { useSignedIn } from '../signed-in.tsx';

interface Accessed {
  readonly ServiceName: string;
  readonly ServiceNamespace: string;
  readonly LastAuthenticated?: string;
  readonly LastAuthenticatedEntity?: string;
  readonly LastAuthenticatedRegion?: string;
}

/** Milliseconds between two questions whether a report is made, and how often it is asked. */
const PAUSE = 500;
const ROUNDS = 60;

async function lastAccessed(aws: AwsClient, arn: string): Promise<readonly Accessed[]> {
  const { JobId } = await aws.iam<{ JobId: string }>('GenerateServiceLastAccessedDetails', { Arn: arn });
  const found: Accessed[] = [];
  let marker: string | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const report = await aws.iam<{
      JobStatus: string;
      ServicesLastAccessed: readonly Accessed[] | '';
      IsTruncated?: string;
      Marker?: string;
      Error?: { Message: string; Code: string };
    }>('GetServiceLastAccessedDetails', { JobId, Marker: marker, MaxItems: 1000 });
    if (report.JobStatus === 'FAILED') throw new AwsFailure(0, report.Error?.Code ?? 'Failed', report.Error?.Message ?? 'It failed.', {});
    if (report.JobStatus === 'COMPLETED') {
      found.push(...listOf(report.ServicesLastAccessed));
      marker = report.IsTruncated === 'true' ? report.Marker : undefined;
      if (marker === undefined) return found.toSorted((a, b) => (b.LastAuthenticated ?? '').localeCompare(a.LastAuthenticated ?? ''));
    } else await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  throw new AwsFailure(0, 'NotReady', 'The report is still being made. Try again in a while.', {});
}

/** Which of the services that policies allow have been called, and when: what was never called can be taken away. */
export function LastAccessed({ arn }: { arn: string }) {
  const { aws } = useSignedIn();
  const services = useLoaded(useCallback(() => lastAccessed(aws, arn), [aws, arn]));
  return (
    <ResourceTable
      title="Last accessed"
      noun={['service', 'services']}
      description="The services that policies allow, and when they were called last. What was never called can perhaps be taken away."
      loaded={services}
      idOf={({ ServiceNamespace }) => ServiceNamespace}
      columns={[
        {
          id: 'service',
          header: 'Service',
          text: ({ ServiceName, ServiceNamespace }) => `${ServiceName} ${ServiceNamespace}`,
          cell: ({ ServiceName, ServiceNamespace }) => `${ServiceName} (${ServiceNamespace})`,
        },
        {
          id: 'when',
          header: 'Last accessed',
          text: ({ LastAuthenticated }) => LastAuthenticated ?? '',
          cell: ({ LastAuthenticated }) => <Moment iso={LastAuthenticated} never="Never" />,
        },
        {
          id: 'by',
          header: 'By',
          text: ({ LastAuthenticatedEntity }) => LastAuthenticatedEntity ?? '',
          cell: ({ LastAuthenticatedEntity }) => (LastAuthenticatedEntity ? nameOf(LastAuthenticatedEntity) : '–'),
        },
        {
          id: 'region',
          header: 'Region',
          text: ({ LastAuthenticatedRegion }) => LastAuthenticatedRegion ?? '',
          cell: ({ LastAuthenticatedRegion }) => LastAuthenticatedRegion || '–',
        },
      ]}
      whenEmpty="No policy allows anything."
    />
  );
}
