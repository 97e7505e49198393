import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../src/authorization/operation.ts';
import { actionPrefixOf } from '../src/authorization/rows-from-data.ts';
import { loadServiceModel } from '../src/model/load-model.ts';
import { openServiceAuthorization } from '../src/model/service-authorization.ts';
import { tables } from '../src/server/installation.ts';
import { packageData } from '../src/server/package-data.ts';

/**
 * The rows laid over AWS's published authorization reference. Where they differ, the difference stands here with its reason; one that no row
 * shows any more must be taken out.
 */
const DIFFERENCES: readonly (readonly [difference: RegExp, why: string])[] = [
  [
    /^iam:List(Users|Groups|Roles|InstanceProfiles|Policies|VirtualMFADevices|ServerCertificates): resource .* is not published$/,
    'AWS checks and prints a path-prefix ARN, which its reference leaves out',
  ],
  [
    /^iam:(?!AcquireRole).*iam:roletemplatearn is not filled$/,
    'filled where role manager makes a role (AcquireRole), which is a row of its own',
  ],
  [
    /^iam:AcquireRole: published condition key .* is not filled$/,
    'its action is CreateRole; boundary and tags are in the template, of which AWS publishes none',
  ],
  [/^iam:UpdateDelegationRequest: AWS publishes no action iam:UpdateDelegationRequest$/, 'documented as one that owners of requests have'],
  [
    /^iam:.*DelegationRequest.*: condition key iam:DelegationRequestOwner is not published$|^iam:(SendDelegationToken|GetHumanReadableSummary): condition key iam:DelegationRequestOwner is not published$/,
    'published with the resource type instead of the actions',
  ],
  [/^iam:EnableMFADevice: .*(fido|registersecuritykey).* is not filled$/, 'only virtual MFA devices are built'],
  [
    /^sts:AssumeRole: .*(saml:|accounts\.google\.com:|cognito-identity\.amazonaws\.com:|graph\.facebook\.com:|www\.amazon\.com:).* is not filled$/,
    "keys of the calling session, which every request context has (Session.context); no row's business",
  ],
  [
    /^sts:GetWebIdentityToken: resource self-session is not published$/,
    "checked on the caller's own session, which the reference leaves out",
  ],
  [/^sagemaker:(AddTags|DeleteTags|ListTags): resource \* is not published$/, 'any taggable type: the type is that of the ARN in the call'],
  [
    /^sagemaker:CreateModel: resource model-package is not published$/,
    "another account's package: the policy of its group must allow sagemaker:CreateModel on it, as AWS's guide to cross-account deployment says",
  ],
  [
    /^sagemaker:List(Apps|Domains|Spaces|UserProfiles): resource .* is not published$/,
    "AWS's denials name the ARN pattern of the type, which its reference leaves out",
  ],
  [
    /^sagemaker:.*: condition key sagemaker:(VolumeKmsKey|OutputKmsKey|DomainSharingOutputKmsKey|HomeEfsFileSystemKmsKey|FeatureGroup(Online|Offline)StoreKmsKey) is not published$/,
    'deprecated twins of the ...Arn keys, which policies in use still name',
  ],
  [
    /^sagemaker:(CreateEdgeDeploymentStage|UpdateMonitoringSchedule): published condition key aws:(requesttag\/\$\{tagkey\}|tagkeys) is not filled$/,
    'the request has no tags',
  ],
  [
    /^ec2:\w+: published condition key ec2:(islaunchtemplateresource|launchtemplate|managedresourceoperator|placementgroup|placementgroupname|placementgroupstrategy|productcode|cpuoptionsamdsevsnp|elasticgputype|keypairtype|parentvolume|parentsnapshot|snapshotid|snapshottime|volumeinitializationrate) is not filled$/,
    'launch templates, placement groups, snapshots, key pairs and products of the marketplace, of which there are none: what asks for one is refused',
  ],
  [/^ec2:RunInstances: published condition key ec2:(owner|public) is not filled$/, 'images are not looked at'],
  [
    /^ec2:RunInstances: published condition key ec2:(instanceid|networkinterfaceid|volumeid|authorizedservice) is not filled$/,
    'what is launched has no id yet, and no service acts for its owner',
  ],
  [/^ec2:CreateTags: published condition key ec2:\w+ is not filled$/, 'keys of kinds that are not kept here'],
  [
    /^account:\w+: condition key account:AccountResourceOrg(Paths|Tags\/\$\{TagKey\}) is not published$/,
    'published for the service instead of its actions',
  ],
  [
    /^organizations:(TagResource|UntagResource|ListTagsForResource): resource \* is not published$/,
    'any taggable type: the type is that of the id in the call',
  ],
  [
    /^organizations:\w+: resource \* is not published$/,
    'takes no resource; a member that calls still needs a grant of the organization, which the row looks up',
  ],
  [
    /^identitystore:\w+: published condition key identitystore:(userexternalidissuers|groupexternalidissuers|reserveduserid) is not filled$/,
    'external ids come from identity sources and not by these calls; users are not reserved',
  ],
  [
    /^servicecatalog:(Describe|Update|Terminate)(ProvisionedProduct|Record): resource \* is not published$/,
    'takes no resource; what is acted on is looked up all the same, as conditions ask whose it is',
  ],
  [
    /^sso-admin:(TagResource|UntagResource|ListTagsForResource): resource \* is not published$/,
    'any taggable type: the type is that of the ARN in the call',
  ],
];

const data = packageData();
const published = openServiceAuthorization(join(data, 'service-authorization'));

/** Keys that apply everywhere, whether or not an action lists them. */
const isGlobal = (key: string): boolean => key.startsWith('aws:');

function differencesOf(service: string, name: string, row: Operation): string[] {
  if (row.action === null) return [];
  const [prefix = '', action = ''] = row.action.split(':');
  const reference = published.service(prefix)?.actions[action];
  if (!reference) return [`${service}:${name}: AWS publishes no action ${row.action}`];
  const found: string[] = [];
  if (reference.access !== row.access) found.push(`${service}:${name}: access level ${row.access}, published ${reference.access}`);
  const types = (reference.resources ?? []).map((resource) => resource.type);
  for (const { name: type } of row.resources)
    if (!types.includes(type)) found.push(`${service}:${name}: resource ${type} is not published`);
  if (row.resources.length === 0 && reference.resources?.some((resource) => resource.required))
    found.push(`${service}:${name}: takes no resource, published ${types.join(', ')}`);
  const keys = new Set(
    [...(reference.conditionKeys ?? []), ...(reference.resources ?? []).flatMap((resource) => resource.conditionKeys ?? [])].map((key) =>
      key.toLowerCase(),
    ),
  );
  for (const key of row.conditionKeys.flatMap((each) => each.keys)) {
    if (!isGlobal(key) && !keys.has(key.toLowerCase())) found.push(`${service}:${name}: condition key ${key} is not published`);
  }
  const given = new Set(row.conditionKeys.flatMap((each) => each.keys).map((key) => key.toLowerCase()));
  for (const key of keys) {
    // Tags of the target come from the target itself, for every row alike.
    if (key.includes('resourcetag/')) continue;
    if (!given.has(key) && !(isGlobal(key) && !/^aws:(requesttag|tagkeys)/.test(key)))
      found.push(`${service}:${name}: published condition key ${key} is not filled`);
  }
  return found;
}

describe.each(Object.entries(tables))('the table of %s', (service, rows) => {
  const model = loadServiceModel(join(data, 'models'), service);

  it('has rows only for operations of the model', () => {
    expect(Object.keys(rows).filter((name) => !(name in model.operations))).toEqual([]);
  });

  it('names actions of its own service', () => {
    for (const row of Object.values<Operation>(rows))
      if (row.action !== null) expect(row.action.split(':')[0]).toBe(actionPrefixOf(service));
  });

  it("agrees with AWS's published reference, save for listed differences", () => {
    const found = Object.entries<Operation>(rows).flatMap(([name, row]) => differencesOf(service, name, row));
    expect(found.filter((difference) => !DIFFERENCES.some(([listed]) => listed.test(difference)))).toEqual([]);
  });
});

it('lists no difference that is gone', () => {
  const found = Object.entries(tables).flatMap(([service, rows]) =>
    Object.entries<Operation>(rows).flatMap(([name, row]) => differencesOf(service, name, row)),
  );
  expect(DIFFERENCES.filter(([listed]) => !found.some((difference) => listed.test(difference))).map(([, why]) => why)).toEqual([]);
});
