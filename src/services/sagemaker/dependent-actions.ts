import type { ActionName, Dependency, DependentActions, Scope, Target } from '../../authorization/operation.ts';
import { requestTagValues } from '../../authorization/request-tags.ts';
import { iamArn, PARTITION } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import type { Tag } from '../../core/tag.ts';
import { roles } from '../../store/tables/iam.ts';
import { kmsKeyArn } from './condition-keys.ts';
import { SERVICE_LINKED_ROLE } from './domain.ts';
import { endpointConfig } from './endpoint-config.ts';
import { findRole, SAGEMAKER } from './execution-role.ts';
import { find } from './family.ts';
import type { NotebookInstanceSettings } from './notebook-instance.ts';
import type { Found } from './resources.ts';

/*
 * What a caller needs besides the action itself, in the order in which denials are told: roles that are passed, tags, other services.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
 */

type Needs<Input> = DependentActions<Input, Found>;

/**
 * iam:PassRole for every role that a request hands to SageMaker. Decided for the caller's own account even when the ARN names another one:
 * whether a foreign role may be passed at all (it may not) is said after that, by the handler.
 */
export const passRole = <Input>(read: (input: Input, target: Target<Found>) => readonly (string | undefined)[]): Needs<Input> => ({
  actions: ['iam:PassRole'],
  needed: async (input, target, scope) => {
    const dependencies: Dependency[] = [];
    for (const arn of new Set(read(input, target))) if (arn !== undefined) dependencies.push(await passing(arn, target, scope));
    return dependencies;
  },
});

const passing = async (roleArn: string, target: Target, scope: Scope): Promise<Dependency> => ({
  action: 'iam:PassRole',
  target: { arn: roleArn, account: scope.account, tags: (await findRole(roleArn, scope))?.tags },
  context: { 'iam:PassedToService': SAGEMAKER, 'iam:AssociatedResourceArn': target.arn },
});

/** sagemaker:AddTags on what is being created, if it comes with tags: a grant can be limited to tags that come with a creation. */
export const tagOnCreate = (operation: string): Needs<{ readonly Tags?: readonly Tag[] | undefined }> => ({
  actions: ['sagemaker:AddTags'],
  needed: ({ Tags }, { arn }, { account }) =>
    Tags?.length
      ? [
          {
            action: 'sagemaker:AddTags',
            target: { arn, account },
            context: { ...requestTagValues(Tags), 'sagemaker:TaggingAction': operation },
          },
        ]
      : [],
});

/** The role that SageMaker keeps for itself, as long as it is not there. */
export const serviceLinkedRole: Needs<object> = {
  actions: ['iam:CreateServiceLinkedRole'],
  needed: async (_, __, { account, reader }) => {
    if (await reader.get(roles, [account, foldCase(SERVICE_LINKED_ROLE)])) return [];
    const arn = iamArn(account, `role/aws-service-role/${SAGEMAKER}/${SERVICE_LINKED_ROLE}`);
    return [{ action: 'iam:CreateServiceLinkedRole', target: { arn, account }, context: { 'iam:AWSServiceName': SAGEMAKER } }];
  },
};

/** Calls of other services that SageMaker makes with the caller's identity. */
const onBehalf = (action: ActionName, arn: string, { account }: Scope, context: Dependency['context'] = {}): Dependency => ({
  action,
  target: { arn, account, ...(arn === '*' && { shownAs: null }) },
  context,
  calledVia: SAGEMAKER,
});

/** A key of the caller's that SageMaker is to use. Grants are given for the service's own resources; everything else comes through it. */
const onKey = (action: ActionName, key: string, scope: Scope): Dependency =>
  onBehalf(
    action,
    kmsKeyArn(key, scope),
    scope,
    action === 'kms:CreateGrant'
      ? { 'kms:GrantIsForAWSResource': 'true', 'kms:ViaService': `sagemaker.${scope.region}.amazonaws.com` }
      : { 'kms:ViaService': `sagemaker.${scope.region}.amazonaws.com` },
  );

const DOMAIN_KEY_ACTIONS = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlainText'] as const;

/** The domain's file system, encrypted with the caller's key. */
export const domainFileSystem: Needs<{ readonly KmsKeyId?: string | undefined }> = {
  actions: ['elasticfilesystem:CreateFileSystem', ...DOMAIN_KEY_ACTIONS],
  needed: ({ KmsKeyId }, _, scope) => {
    if (KmsKeyId === undefined) return [];
    const fileSystems = `arn:${PARTITION}:elasticfilesystem:${scope.region}:${scope.account}:file-system/*`;
    return [
      onBehalf('elasticfilesystem:CreateFileSystem', fileSystems, scope, { 'elasticfilesystem:Encrypted': 'true' }),
      ...DOMAIN_KEY_ACTIONS.map((action) => onKey(action, KmsKeyId, scope)),
    ];
  },
};

interface NotebookNetwork {
  readonly SubnetId?: string | undefined;
  readonly SecurityGroupIds?: readonly string[] | undefined;
  readonly AcceleratorTypes?: readonly string[] | undefined;
  readonly KmsKeyId?: string | undefined;
}

const CREATE_NETWORK = ['ec2:CreateNetworkInterface', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'] as const;

/** The interface that a notebook gets in the caller's network, on each resource that EC2 asks for. */
function networkInterface({ SubnetId, SecurityGroupIds = [], AcceleratorTypes = [] }: NotebookNetwork, scope: Scope): Dependency[] {
  if (SubnetId === undefined) return [];
  const ec2 = (resource: string) => `arn:${PARTITION}:ec2:${scope.region}:${scope.account}:${resource}`;
  return [
    ...['network-interface/*', `subnet/${SubnetId}`, ...SecurityGroupIds.map((id) => `security-group/${id}`)].map((resource) =>
      onBehalf('ec2:CreateNetworkInterface', ec2(resource), scope),
    ),
    ...CREATE_NETWORK.slice(1).map((action) => onBehalf(action, '*', scope)),
    ...(AcceleratorTypes.length > 0 ? [onBehalf('ec2:DescribeVpcEndpoints', '*', scope)] : []),
  ];
}

const notebookKey = ({ KmsKeyId }: NotebookNetwork, scope: Scope): Dependency[] =>
  KmsKeyId === undefined ? [] : [onKey('kms:DescribeKey', KmsKeyId, scope), onKey('kms:CreateGrant', KmsKeyId, scope)];

/** The network and the key of a new notebook instance. */
export const notebookResources: Needs<NotebookNetwork> = {
  actions: [...CREATE_NETWORK, 'ec2:DescribeVpcEndpoints', 'kms:DescribeKey', 'kms:CreateGrant'],
  needed: (input, _, scope) => [...networkInterface(input, scope), ...notebookKey(input, scope)],
};

const settingsOf = (target: Target<Found>): NotebookInstanceSettings | undefined =>
  // Only rows of notebook instances ask.
  target.stored?.resource?.settings as NotebookInstanceSettings | undefined;

/** The role that a notebook instance is stored with. Only for starting it: what is kept as it is needs no new permission. */
export const storedRole = (_: object, target: Target<Found>): (string | undefined)[] => [settingsOf(target)?.RoleArn];

/** What starting needs again, of what the notebook instance was created with. */
export const notebookResourcesHeld: Needs<object> = {
  actions: [...notebookResources.actions, 'ec2:DescribeNetworkInterfaces'],
  needed: (_, target, scope) => {
    const settings = settingsOf(target);
    if (!settings) return [];
    const described = settings.SubnetId === undefined ? [] : [onBehalf('ec2:DescribeNetworkInterfaces', '*', scope)];
    return [...networkInterface(settings, scope), ...described, ...notebookKey(settings, scope)];
  },
};

/** What deleting gives back. */
export const notebookResourcesFreed: Needs<object> = {
  actions: ['ec2:DeleteNetworkInterface', 'kms:DescribeKey'],
  needed: (_, target, scope) => {
    const { NetworkInterfaceId: id, KmsKeyId } = settingsOf(target) ?? {};
    const arn = `arn:${PARTITION}:ec2:${scope.region}:${scope.account}:network-interface/${id}`;
    return [
      ...(id === undefined ? [] : [onBehalf('ec2:DeleteNetworkInterface', arn, scope)]),
      ...(KmsKeyId === undefined ? [] : [onKey('kms:DescribeKey', KmsKeyId, scope)]),
    ];
  },
};

/**
 * A grant on the key of a job's volumes. AWS asks the caller for it when the passed role does not hold it; here always, which allows no
 * more than AWS does.
 */
export const trainingVolume: Needs<{ readonly ResourceConfig?: { readonly VolumeKmsKeyId?: string | undefined } | undefined }> = {
  actions: ['kms:CreateGrant'],
  needed: ({ ResourceConfig }, _, scope) =>
    ResourceConfig?.VolumeKmsKeyId === undefined ? [] : [onKey('kms:CreateGrant', ResourceConfig.VolumeKmsKeyId, scope)],
};

/** A grant on the key of the configuration that an endpoint takes. */
export const endpointVolume: Needs<{ readonly EndpointConfigName: string }> = {
  actions: ['kms:CreateGrant'],
  needed: async ({ EndpointConfigName }, _, scope) => {
    const key = (await find(endpointConfig, { EndpointConfigName }, scope))?.settings.KmsKeyId;
    return key === undefined ? [] : [onKey('kms:CreateGrant', key, scope)];
  },
};
