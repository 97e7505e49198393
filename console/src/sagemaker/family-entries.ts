import type { AwsClient } from '../aws/client.ts';
import type { Described, Family } from './family.ts';

/** All resources of a kind in the client's region, as its list tells of them. @throws AwsFailure */
export const entriesOf = (aws: AwsClient, { list: [operation, member], listed }: Family): Promise<readonly Described[]> =>
  aws.jsonList('sagemaker', operation, member, { ...listed, MaxResults: 100 });
