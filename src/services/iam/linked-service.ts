/** A service that has a service-linked role: what the role is called and what it may do. */
export interface LinkedService {
  /** After `AWSServiceRoleFor`. */
  readonly role: string;
  /** Name of AWS's managed policy on the path `/aws-service-role/`. */
  readonly policy: string;
  /** Whether there may be several, told apart by a suffix. */
  readonly suffix?: true;
  /** The description when none is given. */
  readonly description?: string;
}

/**
 * By service principal without `.amazonaws.com`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
 */
// biome-ignore format: a table, to be read in columns.
export const LINKED_SERVICES: Readonly<Record<string, LinkedService>> = {
  acm: { role: 'CertificateManager', policy: 'CertificateManagerServiceRolePolicy' },
  autoscaling: { role: 'AutoScaling', policy: 'AutoScalingServiceRolePolicy', suffix: true },
  backup: { role: 'Backup', policy: 'AWSBackupServiceLinkedRolePolicyForBackup' },
  batch: { role: 'Batch', policy: 'BatchServiceRolePolicy' },
  'cks.kms': { role: 'KeyManagementServiceCustomKeyStores', policy: 'AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy' },
  cloudtrail: { role: 'CloudTrail', policy: 'CloudTrailServiceRolePolicy' },
  config: { role: 'Config', policy: 'AWSConfigServiceRolePolicy' },
  connect: { role: 'AmazonConnect', policy: 'AmazonConnectServiceLinkedRolePolicy', suffix: true },
  ecr: { role: 'ECRTemplate', policy: 'ECRTemplateServiceRolePolicy' },
  ecs: { role: 'ECS', policy: 'AmazonECSServiceRolePolicy' },
  eks: { role: 'AmazonEKS', policy: 'AmazonEKSServiceRolePolicy' },
  'eks-fargate': { role: 'AmazonEKSForFargate', policy: 'AmazonEKSForFargateServiceRolePolicy' },
  'eks-nodegroup': { role: 'AmazonEKSNodegroup', policy: 'AWSServiceRoleForAmazonEKSNodegroup' },
  elasticache: { role: 'ElastiCache', policy: 'ElastiCacheServiceRolePolicy' },
  elasticfilesystem: { role: 'AmazonElasticFileSystem', policy: 'AmazonElasticFileSystemServiceRolePolicy' },
  elasticloadbalancing: { role: 'ElasticLoadBalancing', policy: 'AWSElasticLoadBalancingServiceRolePolicy' },
  'hyperpod.sagemaker': { role: 'SageMakerHyperPod', policy: 'AmazonSageMakerHyperPodServiceRolePolicy' },
  kafka: { role: 'Kafka', policy: 'KafkaServiceRolePolicy' },
  lakeformation: { role: 'LakeFormationDataAccess', policy: 'LakeFormationDataAccessServiceRolePolicy' },
  lexv2: { role: 'LexV2Bots', policy: 'AmazonLexV2BotPolicy', suffix: true },
  memorydb: { role: 'MemoryDB', policy: 'MemoryDBServiceRolePolicy' },
  mq: { role: 'AmazonMQ', policy: 'AmazonMQServiceRolePolicy' },
  'mrk.kms': { role: 'KeyManagementServiceMultiRegionKeys', policy: 'AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy' },
  opensearchservice: { role: 'AmazonOpenSearchService', policy: 'AmazonOpenSearchServiceRolePolicy' },
  'ops.apigateway': { role: 'APIGateway', policy: 'APIGatewayServiceRolePolicy' },
  'opsinsights.ssm': { role: 'AmazonSSM_OpsInsights', policy: 'AWSSSMOpsInsightsServiceRolePolicy' },
  organizations: { role: 'Organizations', policy: 'AWSOrganizationsServiceTrustPolicy' },
  'pullthroughcache.ecr': { role: 'ECRPullThroughCache', policy: 'AWSECRPullThroughCache_ServiceRolePolicy' },
  ram: { role: 'ResourceAccessManager', policy: 'AWSResourceAccessManagerServiceRolePolicy' },
  rds: { role: 'RDS', policy: 'AmazonRDSServiceRolePolicy', description: 'Allows Amazon RDS to manage AWS resources on your behalf' },
  redshift: { role: 'Redshift', policy: 'AmazonRedshiftServiceLinkedRolePolicy' },
  'replication.ecr': { role: 'ECRReplication', policy: 'ECRReplicationServiceRolePolicy' },
  'resource-explorer-2': { role: 'ResourceExplorer', policy: 'AWSResourceExplorerServiceRolePolicy' },
  rolesanywhere: { role: 'RolesAnywhere', policy: 'AWSRolesAnywhereServicePolicy' },
  sagemaker: { role: 'AmazonSageMakerNotebooks', policy: 'AmazonSageMakerNotebooksServiceRolePolicy' },
  ses: { role: 'AmazonSES', policy: 'AmazonSESServiceRolePolicy' },
  shield: { role: 'AWSShield', policy: 'AWSShieldServiceRolePolicy' },
  spot: { role: 'EC2Spot', policy: 'AWSEC2SpotServiceRolePolicy' },
  ssm: { role: 'AmazonSSM', policy: 'AmazonSSMServiceRolePolicy', description: 'Provides access to AWS Resources managed or used by Amazon SSM.' },
  sso: { role: 'SSO', policy: 'AWSSSOServiceRolePolicy', description: 'Service-linked role used by AWS SSO to manage AWS resources, including IAM roles, policies and SAML IdP on your behalf.' },
  wafv2: { role: 'WAFV2Logging', policy: 'WAFV2LoggingServiceRolePolicy' },
};

const SUFFIX = '.amazonaws.com';

/** What is known of a service by its principal, `sagemaker.amazonaws.com`. */
export function linkedServiceOf(principal: string): LinkedService | undefined {
  const name = principal.endsWith(SUFFIX) ? principal.slice(0, -SUFFIX.length) : '';
  return Object.hasOwn(LINKED_SERVICES, name) ? LINKED_SERVICES[name] : undefined;
}

/** The path of a service's roles. */
export const linkedRolePath = (principal: string): string => `/aws-service-role/${principal}/`;

export const linkedRoleName = (service: LinkedService, suffix: string | undefined): string =>
  `AWSServiceRoleFor${service.role}${suffix === undefined ? '' : `_${suffix}`}`;
