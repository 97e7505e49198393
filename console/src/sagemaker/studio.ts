import type {
  AppDetails,
  DescribeAppResponse,
  DescribeDomainResponse,
  DescribeSpaceResponse,
  DescribeUserProfileResponse,
  DomainDetails,
  SpaceDetails,
  UserProfileDetails,
} from '@aws-sdk/client-sagemaker';
import type { AwsClient } from '../aws/client.ts';
import { pageAt } from '../router.tsx';
import type { Wire } from './wire.ts';

/** What SageMaker answers about Studio. */
export type DomainEntry = Wire<DomainDetails>;
export type Domain = Wire<DescribeDomainResponse>;
export type UserProfileEntry = Wire<UserProfileDetails>;
export type UserProfile = Wire<DescribeUserProfileResponse>;
export type SpaceEntry = Wire<SpaceDetails>;
export type Space = Wire<DescribeSpaceResponse>;
export type AppEntry = Wire<AppDetails>;
export type App = Wire<DescribeAppResponse>;

/** Whose apps: those of a user profile, or those in a space. */
export type AppOwner = { readonly DomainId: string } & (
  | { readonly UserProfileName: string; readonly SpaceName?: undefined }
  | { readonly SpaceName: string; readonly UserProfileName?: undefined }
);

const everyPage = { MaxResults: 100 };

export const domainsOf = (aws: AwsClient): Promise<readonly DomainEntry[]> =>
  aws.jsonList('sagemaker', 'ListDomains', 'Domains', everyPage);

export const profilesOf = (aws: AwsClient, DomainIdEquals: string): Promise<readonly UserProfileEntry[]> =>
  aws.jsonList('sagemaker', 'ListUserProfiles', 'UserProfiles', { DomainIdEquals, ...everyPage });

export const spacesOf = (aws: AwsClient, DomainIdEquals: string): Promise<readonly SpaceEntry[]> =>
  aws.jsonList('sagemaker', 'ListSpaces', 'Spaces', { DomainIdEquals, ...everyPage });

/** The apps of a domain, or only of one profile or space; those that were deleted stay listed for a day. */
export const appsOf = (aws: AwsClient, { DomainId, UserProfileName, SpaceName }: AppOwner | ({ DomainId: string } & Partial<AppOwner>)) =>
  aws.jsonList<AppEntry>('sagemaker', 'ListApps', 'Apps', {
    DomainIdEquals: DomainId,
    UserProfileNameEquals: UserProfileName,
    SpaceNameEquals: SpaceName,
    ...everyPage,
  });

/** Whether what Studio has may be changed in a state. */
export const isEditable = (status: string | undefined): boolean => status === 'InService' || status === 'Update_Failed';

export const domainAt = (domainId: string, ...parts: readonly string[]): string => pageAt('sagemaker', 'domains', domainId, ...parts);

export const ownerAt = ({ DomainId, UserProfileName, SpaceName }: AppOwner): string =>
  UserProfileName === undefined ? domainAt(DomainId, 'spaces', SpaceName) : domainAt(DomainId, 'user-profiles', UserProfileName);

/** The owner of an app, as an entry of a list names it. */
export const ownerOf = ({ DomainId = '', UserProfileName, SpaceName = '' }: AppEntry): AppOwner =>
  UserProfileName === undefined ? { DomainId, SpaceName } : { DomainId, UserProfileName };
