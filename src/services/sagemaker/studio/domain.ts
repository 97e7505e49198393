import type { CreateDomainRequest, UpdateDomainRequest } from '@aws-sdk/client-sagemaker';
import { instanceOfAccount } from '../../../authorization/identity-center.ts';
import { hexadecimal } from '../../../core/id.ts';
import type { Valid } from '../../../model/valid.ts';
import { type SecurityGroup, securityGroups, subnets, vpcs } from '../../../store/tables/ec2.ts';
import { GONE, phaseAt } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { invalid, missingMember, resourceInUse, resourceNotFound } from '../errors.ts';
import { SAGEMAKER } from '../execution-role.ts';
import { type Family, liveIn } from '../family.ts';
import { requireQuota } from '../quota.ts';
import { makeServiceLinkedRole } from '../service-linked-role.ts';
import { appSettingsIn, requireAppReferences } from './app-references.ts';
import type { DomainRequest } from './studio-settings.ts';

type Input = Valid<CreateDomainRequest>;
type Identity = { readonly DomainId: string };
export type DomainSettings = Omit<Input, 'Tags'> & {
  readonly HomeEfsFileSystemId: string;
  readonly SecurityGroupIdForDomainBoundary?: string;
  /** The POSIX user id of the next profile or space: none is given twice. */
  readonly nextUid: number;
};

/** Families of what a domain holds, as the sentence about a domain in use names them. */
const CONTENTS = { 'user-profile': 'UserProfile(s)', space: 'Space(s)', app: 'App(s)' } as const;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateDomain.html */
export const domain: Family<Identity, DomainSettings> = {
  type: 'domain',
  noun: 'Domain',
  path: (input) => input.DomainId,
  arnPath: '${DomainId}',
  names: 'as typed',
  status: 'Status',
  // (unverified) sentence
  missing: ({ name }) => resourceNotFound(`Domain [${name}] does not exist.`),
  taken: ({ name }) => resourceInUse(`Domain [${name}] already exists.`),
  describe: ({ name, region, settings: { nextUid: _, ...settings } }) => ({ DomainId: name, Url: urlOf(name, region), ...settings }),
  list: {
    operation: 'ListDomains',
    result: 'Domains',
    sort: 'CreationTime',
    order: 'Descending',
  },
  deletion: {
    refuse: async ({ arn, id }, _, scope) => {
      for (const [type, words] of Object.entries(CONTENTS)) {
        for await (const held of liveIn(scope, 'child_created', [scope.account, scope.region, type, id])) {
          // An app that is no more stays listed for a day.
          if (phaseAt(held, scope.now)?.status === 'Deleted') continue;
          throw resourceInUse(`Unable to delete Domain [${arn}] because ${words} are associated with it.`);
        }
      }
    },
    course: [{ status: 'Deleting', seconds: 60 }, { status: GONE }],
  },
};

const urlOf = (domainId: string, region: string): string => `https://${domainId}.studio.${region}.sagemaker.aws`;

/** The role that SageMaker keeps for notebooks and Studio in every account that has a domain. */
export const SERVICE_LINKED_ROLE = 'AWSServiceRoleForAmazonSageMakerNotebooks';

export const FIRST_UID = 200_000;

/** A domain in this region; AWS's standard is one, on request more. */
const TOTAL_DOMAINS = { name: 'Total domains', unit: 'Domains', standard: 1, types: ['domain'], takes: () => 1 };

/**
 * Creates a domain. A network that is not there shows only later: the domain becomes Failed.
 * @throws ValidationException    no execution role for users, or one that cannot be taken up; images or scripts that are not there; sign-in by Identity Center, of which there is no instance in the region
 * @throws ResourceLimitExceeded  more domains than the account may have in the region
 */
export const createDomain = create<Input, DomainSettings>(domain, {
  before: async (input, context) => {
    if (input.DefaultUserSettings.ExecutionRole === undefined) throw missingMember('defaultUserSettings.executionRole');
    // (unverified) sentence
    if (input.AuthMode === 'SSO' && !(await instanceOfAccount(context.reader, context.account, context.region)))
      throw invalid('AWS IAM Identity Center is not enabled in this region: AuthMode SSO cannot be used.');
    await requireQuota(TOTAL_DOMAINS, 1, context);
    await makeServiceLinkedRole(SERVICE_LINKED_ROLE, SAGEMAKER, context);
  },
  draft: async (input, call) => {
    await requireQuota(TOTAL_DOMAINS, 1, call);
    await requireAppReferences(appsIn(input), call);
    const failure = await missingNetwork(input, call);
    const domainId = call.target.arn.slice(call.target.arn.lastIndexOf('/') + 1);
    if (failure === undefined && input.VpcId !== undefined) await insertFileSystemGroups(domainId, input.VpcId, call);
    return {
      settings: {
        AppNetworkAccessType: 'PublicInternetOnly',
        ...withoutTags(input),
        HomeEfsFileSystemId: `fs-${hexadecimal(17, call.installation.random)}`,
        nextUid: FIRST_UID,
      },
      course: [
        { status: 'Pending', seconds: 180 },
        failure === undefined ? { status: 'InService' } : { status: 'Failed', reason: failure },
      ],
    };
  },
  answer: ({ arn, name, region }) => ({ DomainArn: arn, DomainId: name, Url: urlOf(name, region) }),
});

/** Settings of apps in a domain's. */
const appsIn = ({ DefaultUserSettings, DefaultSpaceSettings, DomainSettings, DomainSettingsForUpdate }: DomainRequest) => {
  const rstudio = DomainSettings?.RStudioServerProDomainSettings ?? DomainSettingsForUpdate?.RStudioServerProDomainSettingsForUpdate;
  return [
    ...appSettingsIn(DefaultUserSettings),
    ...appSettingsIn(DefaultSpaceSettings),
    ...appSettingsIn({ RStudioServerProAppSettings: rstudio }),
  ];
};

/** Why a domain cannot be built in the network that a request names. */
async function missingNetwork(
  { VpcId, SubnetIds }: Pick<Input, 'VpcId' | 'SubnetIds'>,
  { account, region, reader }: Writing,
): Promise<string | undefined> {
  if (VpcId === undefined) return undefined;
  if (!(await reader.get(vpcs, [account, region, VpcId]))) {
    return `ResourceNotFoundError: The VPC ID '${VpcId}' could not be found. Verify that the VPC ID is valid and that it's in the same AWS Region as the requested domain. To determine whether the VPC has been deleted, contact your administrator.`;
  }
  for (const subnetId of SubnetIds ?? []) {
    const subnet = await reader.get(subnets, [account, region, subnetId]);
    // (unverified) sentence
    if (subnet?.vpcId !== VpcId) return `ResourceNotFoundError: The subnet ID '${subnetId}' could not be found in the VPC '${VpcId}'.`;
  }
  return undefined;
}

/** The two groups through which apps reach the domain's file system. They outlive the domain, as on AWS. */
async function insertFileSystemGroups(domainId: string, vpcId: string, call: Writing): Promise<void> {
  const nfs = { protocol: 'tcp', fromPort: 2049, toPort: 2049 };
  const [inbound, outbound] = [0, 1].map(() => `sg-${hexadecimal(17, call.installation.random)}`) as [string, string];
  const group = (groupId: string, direction: string, more: Pick<SecurityGroup, 'ingress' | 'egress'>): SecurityGroup => ({
    accountId: call.account,
    region: call.region,
    groupId,
    groupName: `security-group-for-${direction}-nfs-${domainId}`,
    description: `[DO NOT DELETE] Security Group that allows ${direction} NFS traffic for SageMaker Notebooks Domain [${domainId}]`,
    vpcId,
    ...more,
    tags: [{ Key: 'ManagedByAmazonSageMakerResource', Value: call.target.arn }],
  });
  await call.reader.insert(securityGroups, group(inbound, 'inbound', { ingress: [{ ...nfs, groupIds: [outbound] }], egress: [] }));
  await call.reader.insert(securityGroups, group(outbound, 'outbound', { ingress: [], egress: [{ ...nfs, groupIds: [inbound] }] }));
}

/**
 * Changes a domain; apps take the changes when they are started again.
 * @throws ResourceNotFound     no such domain
 * @throws ValidationException  it is not in service; a role cannot be taken up
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateDomain.html
 */
export const updateDomain = change<Identity, DomainSettings, Valid<UpdateDomainRequest>>(
  domain,
  async (resource, input, call) => {
    const status = phaseAt(resource, call.now)?.status;
    // (unverified) both sentences
    if (status !== 'InService' && status !== 'Update_Failed')
      throw invalid(`Unable to update Domain [${resource.arn}] in status ${status}.`);
    const { DomainId: _, DomainSettingsForUpdate: forUpdate, DefaultUserSettings, DefaultSpaceSettings, ...changes } = input;
    const { settings } = resource;
    if (changes.VpcId !== undefined && settings.VpcId !== undefined && changes.VpcId !== settings.VpcId)
      throw invalid(`The VPC of Domain [${resource.arn}] cannot be changed.`);
    await requireAppReferences(appsIn(input), call);
    const { RStudioServerProDomainSettingsForUpdate: rstudio, ...domainSettings } = forUpdate ?? {};
    return onCourse(resource, [{ status: 'Updating', seconds: 30 }, { status: 'InService' }], call, {
      ...changes,
      ...(DefaultUserSettings && { DefaultUserSettings: { ...settings.DefaultUserSettings, ...DefaultUserSettings } }),
      ...(DefaultSpaceSettings && { DefaultSpaceSettings: { ...settings.DefaultSpaceSettings, ...DefaultSpaceSettings } }),
      ...(forUpdate && {
        DomainSettings: { ...settings.DomainSettings, ...domainSettings, ...(rstudio && { RStudioServerProDomainSettings: rstudio }) },
      }),
    });
  },
  { passesRoles: 'UpdateDomain', answer: ({ arn }) => ({ DomainArn: arn }) },
);
