import type { ActionName, Dependency, DependentActions, Scope, Target } from '../../authorization/operation.ts';
import { requestTagValues } from '../../authorization/request-tags.ts';
import { iamArn, PARTITION, parseArn } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import type { Tag } from '../../core/tag.ts';
import { roles } from '../../store/tables/iam.ts';
import { hasTags, kmsKeyArn } from './condition-keys.ts';
import { createdDevices } from './edge/device.ts';
import { findRole, SAGEMAKER } from './execution-role.ts';
import { sageMakerArn } from './family.ts';
import { type MemberPath, pathsReader, valuesAt } from './member-path.ts';
import { secretsOf } from './notebook/code-repository.ts';
import type { NotebookInstanceSettings } from './notebook/notebook-instance.ts';
import { passedRolesOf } from './passed-roles.ts';
import type { Found } from './resources.ts';
import { HYPERPOD, HYPERPOD_ROLE } from './service-linked-role.ts';
import { SERVICE_LINKED_ROLE } from './studio/domain.ts';

/*
 * What a caller needs besides the action itself, in the order in which denials are told: roles that are passed, tags, other services.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
 */

type Needs<Input> = DependentActions<Input, Found>;

const passing = async (roleArn: string, to: string, target: Target, scope: Scope): Promise<Dependency> => ({
  action: 'iam:PassRole',
  target: { arn: roleArn, account: scope.account, tags: (await findRole(roleArn, scope))?.tags },
  context: { 'iam:PassedToService': to, 'iam:AssociatedResourceArn': target.arn },
});

/**
 * iam:PassRole for every role that a request hands over. Decided for the caller's own account even when the ARN names another one: whether a
 * foreign role may be passed at all (it may not) is said after that, by the handler.
 */
const passRoles = (operation: string): Needs<object> => ({
  actions: ['iam:PassRole'],
  needed: async (input, target, scope) => {
    const asked = new Set<string>();
    const dependencies: Dependency[] = [];
    for (const { to, read } of passedRolesOf(operation)) {
      for (const arn of read(input)) {
        if (asked.has(`${to} ${arn}`)) continue;
        asked.add(`${to} ${arn}`);
        dependencies.push(await passing(arn, to, target, scope));
      }
    }
    return dependencies;
  },
});

/** The role that a notebook instance is stored with. Only for starting it: what is kept as it is needs no new permission. */
const storedRole: Needs<object> = {
  actions: ['iam:PassRole'],
  needed: async (_, target, scope) => {
    const arn = settingsOf(target)?.RoleArn;
    return arn === undefined ? [] : [await passing(arn, SAGEMAKER, target, scope)];
  },
};

/** sagemaker:AddTags on what is being created, if it comes with tags: a grant can be limited to tags that come with a creation. */
const tagOnCreate = (operation: string): Needs<{ readonly Tags?: readonly Tag[] | undefined }> => ({
  actions: ['sagemaker:AddTags'],
  // Of what is there already and only changed, the tags that it has count.
  needed: ({ Tags }, { arn, tags }, { account }) =>
    Tags?.length
      ? [
          {
            action: 'sagemaker:AddTags',
            target: { arn, account, tags },
            context: { ...requestTagValues(Tags), 'sagemaker:TaggingAction': operation },
          },
        ]
      : [],
});

/** sagemaker:AddTags on each of several things that are created at once, beyond the first. */
const tagOnEach: Needs<{ readonly Tags?: readonly Tag[] | undefined }> = {
  actions: ['sagemaker:AddTags'],
  needed: async (input, first, scope) => {
    // The operation's own input: the tags are for its devices.
    const targets = await createdDevices.locateEach(input as never, scope);
    const others = targets.filter(({ arn }) => arn !== first.arn);
    return (await Promise.all(others.map((target) => tagOnCreate('RegisterDevices').needed(input, target, scope)))).flat();
  },
};

/** The role that a service keeps for itself, as long as it is not there. */
const serviceLinkedRole = (roleName: string, service: string): Needs<object> => ({
  actions: ['iam:CreateServiceLinkedRole'],
  needed: async (_, __, { account, reader }) => {
    if (await reader.get(roles, [account, foldCase(roleName)])) return [];
    const arn = iamArn(account, `role/aws-service-role/${service}/${roleName}`);
    return [{ action: 'iam:CreateServiceLinkedRole', target: { arn, account }, context: { 'iam:AWSServiceName': service } }];
  },
});

/** Calls of other services that SageMaker makes with the caller's identity. */
const onBehalf = (action: ActionName, arn: string, { account }: Scope, context: Dependency['context'] = {}): Dependency => ({
  action,
  // Keys and clusters may be other accounts'.
  target: { arn, account, owner: parseArn(arn)?.account || account, ...(arn === '*' && { shownAs: null }) },
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
const domainFileSystem: Needs<{ readonly KmsKeyId?: string | undefined; readonly HomeEfsFileSystemKmsKeyId?: string | undefined }> = {
  actions: ['elasticfilesystem:CreateFileSystem', ...DOMAIN_KEY_ACTIONS],
  needed: ({ KmsKeyId, HomeEfsFileSystemKmsKeyId }, _, scope) => {
    const keys = [...new Set([KmsKeyId, HomeEfsFileSystemKmsKeyId])].filter((key) => key !== undefined);
    if (keys.length === 0) return [];
    const fileSystems = `arn:${PARTITION}:elasticfilesystem:${scope.region}:${scope.account}:file-system/*`;
    return [
      onBehalf('elasticfilesystem:CreateFileSystem', fileSystems, scope, { 'elasticfilesystem:Encrypted': 'true' }),
      ...keys.flatMap((key) => DOMAIN_KEY_ACTIONS.map((action) => onKey(action, key, scope))),
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
const notebookResources: Needs<NotebookNetwork> = {
  actions: [...CREATE_NETWORK, 'ec2:DescribeVpcEndpoints', 'kms:DescribeKey', 'kms:CreateGrant'],
  needed: (input, _, scope) => [...networkInterface(input, scope), ...notebookKey(input, scope)],
};

/** The secrets by which the repositories of a notebook instance are read. */
const SECRET = 'secretsmanager:GetSecretValue';
const repositorySecrets: Needs<Parameters<typeof secretsOf>[0]> = {
  actions: [SECRET],
  needed: async (input, _, scope) => (await secretsOf(input, scope)).map((secret) => onBehalf(SECRET, secret, scope)),
};
const repositorySecretsHeld: Needs<object> = {
  actions: [SECRET],
  needed: (_, target, scope) => repositorySecrets.needed(settingsOf(target) ?? {}, target, scope),
};

const settingsOf = (target: Target<Found>): NotebookInstanceSettings | undefined =>
  // Only rows of notebook instances ask.
  target.stored?.resource?.settings as NotebookInstanceSettings | undefined;

/** What starting needs again, of what the notebook instance was created with. */
const notebookResourcesHeld: Needs<object> = {
  actions: [...notebookResources.actions, 'ec2:DescribeNetworkInterfaces'],
  needed: (_, target, scope) => {
    const settings = settingsOf(target);
    if (!settings) return [];
    const described = settings.SubnetId === undefined ? [] : [onBehalf('ec2:DescribeNetworkInterfaces', '*', scope)];
    return [...networkInterface(settings, scope), ...described, ...notebookKey(settings, scope)];
  },
};

/** What deleting gives back. */
const notebookResourcesFreed: Needs<object> = {
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
 * A grant on the keys of a job's volumes. AWS asks the caller for it when the passed role does not hold it; here always, which allows no
 * more than AWS does.
 */
const volumes = (...paths: readonly MemberPath[]): Needs<object> => keysUsed(['kms:CreateGrant'], ...paths);

/** Actions on the keys that a request names. */
function keysUsed(actions: readonly ActionName[], ...paths: readonly MemberPath[]): Needs<object> {
  const read = pathsReader(paths);
  return {
    actions,
    needed: (input, _, scope) => [...new Set(read(input).map(String))].flatMap((key) => actions.map((action) => onKey(action, key, scope))),
  };
}

/** A grant on the key of the configuration that an endpoint takes. */
const endpointVolume: Needs<object> = {
  actions: ['kms:CreateGrant'],
  needed: (_, { stored }, scope) => {
    const key = stored?.endpointConfig?.settings.KmsKeyId;
    return key === undefined ? [] : [onKey('kms:CreateGrant', key, scope)];
  },
};

/** Actions of other services on everything, when a request has something at one of the paths; always when there are none. */
function whenSent(actions: readonly ActionName[], ...paths: readonly MemberPath[]): Needs<object> {
  const read = paths.map(valuesAt);
  return {
    actions,
    needed: (input, _, scope) =>
      read.length === 0 || read.some((values) => values(input).length > 0) ? actions.map((action) => onBehalf(action, '*', scope)) : [],
  };
}

const IMAGE_ACTIONS = ['ec2:DescribeImages', 'ec2:DescribeSnapshots', 'ec2:ModifyImageAttribute', 'ec2:ModifySnapshotAttribute'] as const;

const KUBERNETES_ACCESS = [
  'eks:DescribeCluster',
  'eks:CreateAccessEntry',
  'eks:DescribeAccessEntry',
  'eks:DeleteAccessEntry',
  'eks:AssociateAccessPolicy',
] as const;

/** The Kubernetes cluster that a HyperPod cluster works for, by its ARN in the request. */
function onKubernetes(actions: readonly ActionName[], read: (input: object, target: Target<Found>) => string | undefined): Needs<object> {
  return {
    actions,
    needed: (input, target, scope) => {
      const arn = read(input, target);
      return arn === undefined ? [] : actions.map((action) => onBehalf(action, arn, scope));
    },
  };
}

interface Orchestrated {
  readonly Orchestrator?: { readonly Eks?: { readonly ClusterArn: string } | undefined } | undefined;
}

const kubernetesAsked = (input: object): string | undefined => (input as Orchestrated).Orchestrator?.Eks?.ClusterArn;
const kubernetesHeld = (_: object, target: Target<Found>): string | undefined =>
  (target.stored?.resource?.settings as Orchestrated | undefined)?.Orchestrator?.Eks?.ClusterArn;
const kubernetesAskedOrHeld = (input: object, target: Target<Found>): string | undefined =>
  kubernetesAsked(input) ?? kubernetesHeld(input, target);

/** Nodes of a cluster that adds and takes away nodes one by one. */
function continuousNodes(action: ActionName): Needs<object> {
  return {
    actions: [action],
    needed: (input, target, scope) => {
      const held = target.stored?.resource?.settings as { readonly NodeProvisioningMode?: string } | undefined;
      const mode = (input as { readonly NodeProvisioningMode?: string }).NodeProvisioningMode ?? held?.NodeProvisioningMode;
      return mode === 'Continuous' ? [{ action, target: { arn: target.arn, account: scope.account, tags: target.tags } }] : [];
    },
  };
}

/** Other actions of SageMaker's own that a call needs, on what the request names. */
const ownAction = (action: ActionName, read: (input: object, scope: Scope) => readonly string[]): Needs<object> => ({
  actions: [action],
  needed: (input, _, scope) => read(input, scope).map((arn) => ({ action, target: { arn, account: scope.account } })),
});

/** What a training plan reserves has its tags. */
const reservedCapacities: Needs<{ readonly Tags?: readonly Tag[] | undefined }> = {
  actions: ['sagemaker:CreateReservedCapacity'],
  needed: ({ Tags }, _, scope) => [
    {
      action: 'sagemaker:CreateReservedCapacity',
      target: { arn: sageMakerArn(scope, 'reserved-capacity/*'), account: scope.account },
      context: requestTagValues(Tags),
    },
  ],
};

/** The cluster that scheduling and quotas are for. */
const ofCluster = (input: object): string[] => [String((input as { readonly ClusterArn: string }).ClusterArn)];

const SCHEDULING = ['eks:DescribeCluster', 'eks:AssociateAccessPolicy', 'eks:ListAssociatedAccessPolicies'] as const;

/** The table of an offline store in Glue's catalogue (resources unverified). */
const GLUE = ['glue:CreateDatabase', 'glue:GetDatabase', 'glue:CreateTable', 'glue:GetTable'] as const;
const featureTable: Needs<{
  readonly OfflineStoreConfig?: { readonly DisableGlueTableCreation?: boolean | undefined } | undefined;
}> = {
  actions: GLUE,
  needed: ({ OfflineStoreConfig }, _, scope) => {
    if (OfflineStoreConfig === undefined || OfflineStoreConfig.DisableGlueTableCreation === true) return [];
    const catalog = `arn:${PARTITION}:glue:${scope.region}:${scope.account}:`;
    return GLUE.map((action) =>
      onBehalf(
        action,
        catalog + (action.endsWith('Database') ? 'database/sagemaker_featurestore' : 'table/sagemaker_featurestore/*'),
        scope,
      ),
    );
  },
};

const COGNITO = [
  'cognito-idp:DescribeUserPool',
  'cognito-idp:DescribeUserPoolClient',
  'cognito-idp:UpdateUserPool',
  'cognito-idp:UpdateUserPoolClient',
] as const;

/** The user pools whose people a work force or a work team is made of. */
function userPools(...paths: readonly MemberPath[]): Needs<object> {
  const read = pathsReader(paths);
  return {
    actions: COGNITO,
    needed: (input, _, scope) =>
      [...new Set(read(input))].flatMap((pool) =>
        COGNITO.map((action) => onBehalf(action, `arn:${PARTITION}:cognito-idp:${scope.region}:${scope.account}:userpool/${pool}`, scope)),
      ),
  };
}

/** The object that a pipeline's definition is in. */
const pipelineDefinition: Needs<{
  readonly PipelineDefinitionS3Location?: { readonly Bucket: string; readonly ObjectKey: string } | undefined;
}> = {
  actions: ['s3:GetObject'],
  needed: ({ PipelineDefinitionS3Location: at }, _, scope) =>
    at === undefined ? [] : [onBehalf('s3:GetObject', `arn:${PARTITION}:s3:::${at.Bucket}/${at.ObjectKey}`, scope)],
};

const serviceCatalog = (...actions: readonly ActionName[]): Needs<object> =>
  whenSent(actions, 'ServiceCatalogProvisioningDetails', 'ServiceCatalogProvisioningUpdateDetails');

/** What a stored project was provisioned through. */
const projectHeld: Needs<object> = {
  actions: ['servicecatalog:TerminateProvisionedProduct'],
  needed: (_, target, scope) => {
    const settings = target.stored?.resource?.settings as { readonly ServiceCatalogProvisioningDetails?: object } | undefined;
    return settings?.ServiceCatalogProvisioningDetails ? [onBehalf('servicecatalog:TerminateProvisionedProduct', '*', scope)] : [];
  },
};

/** Needs beyond the passing of roles and the tags of a creation. @see the comment at the head of this file */
const SPECIAL: Readonly<Record<string, readonly Needs<never>[]>> = {
  AttachClusterNodeNetworkInterface: [whenSent(['ec2:AttachNetworkInterface', 'ec2:DescribeNetworkInterfaces'])],
  AttachClusterNodeVolume: [whenSent(['ec2:AttachVolume', 'ec2:DescribeVolumes']), onKubernetes(['eks:DescribeCluster'], kubernetesHeld)],
  BatchAddClusterNodes: [onKubernetes(['eks:DescribeCluster'], kubernetesHeld)],
  BatchDeleteClusterNodes: [onKubernetes(['eks:DescribeCluster'], kubernetesHeld)],
  CreateAutoMLJob: [volumes('AutoMLJobConfig.SecurityConfig.VolumeKmsKeyId')],
  CreateAutoMLJobV2: [volumes('SecurityConfig.VolumeKmsKeyId')],
  CreateCluster: [
    serviceLinkedRole(HYPERPOD_ROLE, HYPERPOD),
    onKubernetes(KUBERNETES_ACCESS, kubernetesAsked),
    whenSent(IMAGE_ACTIONS, 'InstanceGroups[].ImageId'),
  ],
  CreateClusterSchedulerConfig: [ownAction('sagemaker:DescribeCluster', ofCluster), whenSent(SCHEDULING)],
  CreateComputeQuota: [ownAction('sagemaker:DescribeCluster', ofCluster), whenSent(SCHEDULING)],
  CreateDomain: [serviceLinkedRole(SERVICE_LINKED_ROLE, SAGEMAKER), domainFileSystem],
  CreateEndpoint: [endpointVolume],
  CreateFeatureGroup: [
    keysUsed(
      ['kms:CreateGrant', 'kms:DescribeKey'],
      'OfflineStoreConfig.S3StorageConfig.KmsKeyId',
      'OnlineStoreConfig.SecurityConfig.KmsKeyId',
    ),
    featureTable,
  ],
  CreateHyperParameterTuningJob: [
    volumes(
      ...['TrainingJobDefinition', 'TrainingJobDefinitions[]'].flatMap((each) => [
        `${each}.ResourceConfig.VolumeKmsKeyId`,
        `${each}.HyperParameterTuningResourceConfig.VolumeKmsKeyId`,
      ]),
    ),
  ],
  CreateInferenceRecommendationsJob: [
    keysUsed(
      ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      'InputConfig.VolumeKmsKeyId',
      'OutputConfig.KmsKeyId',
    ),
  ],
  CreateNotebookInstance: [notebookResources, repositorySecrets],
  CreatePipeline: [pipelineDefinition],
  CreateProcessingJob: [volumes('ProcessingResources.ClusterConfig.VolumeKmsKeyId')],
  CreateProject: [
    serviceCatalog('servicecatalog:DescribeProduct', 'servicecatalog:DescribeProvisioningArtifact', 'servicecatalog:ProvisionProduct'),
  ],
  CreateTrainingJob: [volumes('ResourceConfig.VolumeKmsKeyId')],
  CreateTrainingPlan: [reservedCapacities],
  CreateTransformJob: [volumes('TransformResources.VolumeKmsKeyId')],
  CreateWorkforce: [userPools('CognitoConfig.UserPool')],
  CreateWorkteam: [userPools('MemberDefinitions[].CognitoMemberDefinition.UserPool')],
  DeleteCluster: [onKubernetes(['eks:DeleteAccessEntry'], kubernetesHeld)],
  DeleteNotebookInstance: [notebookResourcesFreed],
  DeleteProject: [projectHeld],
  DetachClusterNodeVolume: [whenSent(['ec2:DetachVolume', 'ec2:DescribeVolumes']), onKubernetes(['eks:DescribeCluster'], kubernetesHeld)],
  EnableSagemakerServicecatalogPortfolio: [
    whenSent([
      'servicecatalog:AcceptPortfolioShare',
      'servicecatalog:AssociatePrincipalWithPortfolio',
      'servicecatalog:ListAcceptedPortfolioShares',
    ]),
  ],
  RegisterDevices: [tagOnEach],
  StartNotebookInstance: [storedRole, notebookResourcesHeld, repositorySecretsHeld],
  UpdateCluster: [
    onKubernetes(KUBERNETES_ACCESS, kubernetesAskedOrHeld),
    whenSent(IMAGE_ACTIONS, 'InstanceGroups[].ImageId'),
    continuousNodes('sagemaker:BatchAddClusterNodes'),
    continuousNodes('sagemaker:BatchDeleteClusterNodes'),
  ],
  UpdateClusterSoftware: [onKubernetes(['eks:DescribeCluster'], kubernetesHeld), whenSent(IMAGE_ACTIONS, 'ImageId')],
  UpdateEndpoint: [endpointVolume],
  UpdatePipeline: [pipelineDefinition],
  UpdateProject: [serviceCatalog('servicecatalog:UpdateProvisionedProduct')],
};

/** What an operation's caller needs besides its own action. */
export function dependentActionsOf(operation: string): readonly DependentActions<object, Found>[] {
  const needs: Needs<never>[] = [];
  if (passedRolesOf(operation).length > 0) needs.push(passRoles(operation));
  if (hasTags(operation) && operation !== 'AddTags') needs.push(tagOnCreate(operation));
  needs.push(...(Object.hasOwn(SPECIAL, operation) ? (SPECIAL[operation] ?? []) : []));
  // Each is of this operation, whose input the model has vouched for when its row is asked.
  return needs as unknown as readonly DependentActions<object, Found>[];
}
