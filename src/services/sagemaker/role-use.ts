import type { ActionName, ContextValue, Scope } from '../../authorization/operation.ts';
import { PARTITION } from '../../core/arn.ts';
import type { Tag } from '../../core/tag.ts';
import { toDenialMessage } from '../../policy/index.ts';
import { kmsKeyArn } from './condition-keys.ts';
import { findRole, SAGEMAKER } from './execution-role.ts';
import type { Place } from './family.ts';

/** Something that SageMaker does in a session of the role that it was given: reading inputs, writing outputs, fetching images. */
export interface RoleUse {
  readonly action: ActionName;
  /** Enough that one of them is allowed: an object of a name, or all under it. */
  readonly arns: readonly string[];
  /** What it is for, as a failure begins: `Failed to download data from s3://bucket/in`. */
  readonly purpose: string;
  /** Condition keys of the action. */
  readonly context?: Readonly<Record<string, ContextValue>>;
  /** Of what is acted on. */
  readonly tags?: readonly Tag[] | undefined;
}

/** What may not be done, in words. */
export interface RefusedUse extends RoleUse {
  /** As the denied call would say: `User: arn:aws:sts::…:assumed-role/Exec/SageMaker is not authorized to perform: s3:GetObject on …`. */
  readonly denial: string;
}

/** Name of the sessions in which SageMaker works. */
const SESSION_NAME = 'SageMaker';

/** The first of several uses that a role does not allow; undefined when it allows all. A role that is gone allows nothing. */
export async function refusedUse(roleArn: string, uses: readonly RoleUse[], scope: Scope): Promise<RefusedUse | undefined> {
  const { account, now, region, reader, installation } = scope;
  const role = await findRole(roleArn, scope);
  for (const use of uses) {
    let denial: string | undefined = `SageMaker was unable to assume the role '${roleArn}'`;
    for (const arn of role ? use.arns : []) {
      const target = { arn, account, tags: use.tags };
      const demand = {
        role: role as NonNullable<typeof role>,
        sessionName: SESSION_NAME,
        action: use.action,
        target,
        ...(use.context && { context: use.context }),
        userAgent: SAGEMAKER,
      };
      const decided = await installation.roleAccess(reader, demand, { now, region });
      if (!decided) continue;
      if (decided.decision.outcome === 'allowed') {
        denial = undefined;
        break;
      }
      denial = toDenialMessage(decided.decision, { caller: decided.callerArn, action: use.action, resource: arn });
    }
    if (denial !== undefined) return { ...use, denial };
  }
  return undefined;
}

/** `FailureReason` of something that ended because its role did not allow it (unverified sentence), 1,024 characters at most. */
export async function failureByRole(roleArn: string | undefined, uses: readonly RoleUse[], scope: Scope): Promise<string | undefined> {
  if (roleArn === undefined) return undefined;
  const refused = await refusedUse(roleArn, uses, scope);
  return refused && `ClientError: ${refused.purpose}: AccessDenied: ${refused.denial}`.slice(0, 1024);
}

interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** `s3://bucket/key`; undefined for whatever is no such address. */
function parseS3(uri: string): S3Place | undefined {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri);
  return match ? { bucket: match[1] ?? '', key: match[2] ?? '' } : undefined;
}

/** The object of a name, and all under it as under a folder. */
const objects = ({ bucket, key }: S3Place): string[] => {
  const all = `arn:${PARTITION}:s3:::${bucket}/${key}`;
  return key === '' || key.endsWith('/') ? [`${all}*`] : [all, `${all}/*`];
};

/** Reading what is at an address of S3: listing it and getting the objects. */
export function readsS3(uri: string | undefined): RoleUse[] {
  const place = uri === undefined ? undefined : parseS3(uri);
  if (!place) return [];
  const purpose = `Failed to download data from ${uri}`;
  return [...listsS3(uri).map((use) => ({ ...use, purpose })), { action: 's3:GetObject', arns: objects(place), purpose }];
}

/** Writing under an address of S3. */
export function writesS3(uri: string | undefined): RoleUse[] {
  const place = uri === undefined ? undefined : parseS3(uri);
  return place ? [{ action: 's3:PutObject', arns: objects(place), purpose: `Failed to upload data to ${uri}` }] : [];
}

/** Listing the bucket that an address of S3 is in. */
export function listsS3(uri: string | undefined): RoleUse[] {
  const place = uri === undefined ? undefined : parseS3(uri);
  if (!place) return [];
  return [{ action: 's3:ListBucket', arns: [`arn:${PARTITION}:s3:::${place.bucket}`], purpose: `Failed to list ${uri}` }];
}

const ECR = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/;

interface Repository {
  readonly arn: string;
  readonly registry: string;
  readonly name: string;
}

/** Where an image is, if Elastic Container Registry has it. Images of other registries are not looked at. */
export function repositoryOf(image: string | undefined): Repository | undefined {
  const match = image === undefined ? null : ECR.exec(image);
  if (!match) return undefined;
  const [, registry = '', region, name = ''] = match;
  return { arn: `arn:${PARTITION}:ecr:${region}:${registry}:repository/${name}`, registry, name };
}

/** Fetching an image. */
export function fetchesImage(image: string | undefined): RoleUse[] {
  const repository = repositoryOf(image)?.arn;
  if (repository === undefined) return [];
  const purpose = `Failed to pull image ${image}`;
  return [
    { action: 'ecr:GetAuthorizationToken', arns: ['*'], purpose },
    ...(['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'] as const).map((action) => ({
      action,
      arns: [repository],
      purpose,
    })),
  ];
}

/** Encrypting with a key of the caller's. */
export const encryptsWith = (key: string | undefined, place: Place): RoleUse[] =>
  key === undefined ? [] : [{ action: 'kms:GenerateDataKey', arns: [kmsKeyArn(key, place)], purpose: `Failed to encrypt with key ${key}` }];

const NETWORK = [
  'ec2:CreateNetworkInterface',
  'ec2:CreateNetworkInterfacePermission',
  'ec2:DeleteNetworkInterface',
  'ec2:DeleteNetworkInterfacePermission',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeVpcs',
  'ec2:DescribeDhcpOptions',
  'ec2:DescribeSubnets',
  'ec2:DescribeSecurityGroups',
] as const;

/** Joining a network of the caller's. */
export const joinsNetwork = (vpcConfig: object | undefined): RoleUse[] =>
  vpcConfig === undefined ? [] : NETWORK.map((action) => ({ action, arns: ['*'], purpose: 'Failed to join the VPC' }));
