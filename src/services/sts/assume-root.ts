import type { AssumeRootRequest, AssumeRootResponse } from '@aws-sdk/client-sts';
import { isAccountActive } from '../../authentication/principals.ts';
import type { ConditionKeys, OperationContext, ResourceType, Scope } from '../../authorization/operation.ts';
import { iamArn, parseArn } from '../../core/arn.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { type RootAccess, rootAccesses } from '../../store/tables/iam.ts';
import { delegations, organizationMemberships, organizations } from '../../store/tables/organization.ts';
import { issueCredentials } from './session.ts';

/*
 * Central root access: the management account of an organization, and whoever administers IAM for it, act as the root user of a member for
 * one task. The organization's switch is a grant to their accounts, and is decided like one: as a policy on the root user that they want to be.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
 */

const TASK = 'arn:aws:iam::aws:policy/root-task/';

/** The tasks that each feature opens. */
const TASKS: Readonly<Record<RootAccess['features'][number], readonly string[]>> = {
  RootCredentialsManagement: [
    `${TASK}IAMAuditRootUserCredentials`,
    `${TASK}IAMCreateRootUserPassword`,
    `${TASK}IAMDeleteRootUserCredentials`,
  ],
  RootSessions: [`${TASK}S3UnlockBucketPolicy`, `${TASK}SQSUnlockQueuePolicy`],
};
const ALL_TASKS: ReadonlySet<string> = new Set(Object.values(TASKS).flat());

interface AssumeRootInput {
  readonly TargetPrincipal: string;
  readonly TaskPolicyArn: { readonly arn?: string | undefined };
}

/** The root user to become. */
export const rootUser: ResourceType<AssumeRootInput> = {
  name: 'root-user',
  arn: 'arn:${Partition}:iam::${Account}:root',
  locate: async ({ TargetPrincipal, TaskPolicyArn }, scope) => {
    const account = accountOf(TargetPrincipal);
    if (account === undefined) throw new ServiceError('ValidationError', 'Request must contain a valid target principal');
    if (!ALL_TASKS.has(TaskPolicyArn.arn ?? ''))
      throw new ServiceError('ValidationError', 'Request must contain valid AWS managed task policy ARN');
    return {
      arn: iamArn(account, 'root'),
      account,
      resourcePolicy: { kind: 'trust' as const, document: grantOf(scope.account, await tasksFor(scope, account)) },
    };
  },
};

export const taskPolicyArn: ConditionKeys<AssumeRootInput> = {
  keys: ['sts:TaskPolicyArn'],
  values: ({ TaskPolicyArn }) => ({ 'sts:TaskPolicyArn': TaskPolicyArn.arn }),
};

/** Of a member's root user, named by its account or its ARN. */
function accountOf(target: string): string | undefined {
  const account = target.startsWith('arn:') ? parseArn(target)?.account : target;
  const isMeant = account !== undefined && /^\d{12}$/.test(account) && (target === account || target === iamArn(account, 'root'));
  return isMeant ? account : undefined;
}

/** What the caller's account may do as the root user of another; nothing where it is not its organization's administrator. */
async function tasksFor({ caller, account, now, reader }: Scope, target: string): Promise<readonly string[]> {
  if (caller.principal.kind === 'root') return [];
  const [own, other] = [await reader.get(organizationMemberships, [account]), await reader.get(organizationMemberships, [target])];
  if (!own || !other || own.organizationId !== other.organizationId || own.joinedAt > now || other.joinedAt > now) return [];
  const organization = await reader.get(organizations, [own.organizationId]);
  if (!organization || organization.managementAccountId === target || !(await isAccountActive(reader, target))) return [];
  const administers =
    organization.managementAccountId === account ||
    (await reader.get(delegations, [organization.organizationId, account, 'iam.amazonaws.com'])) !== undefined;
  const access = administers ? await reader.get(rootAccesses, [organization.organizationId]) : undefined;
  return (access?.features ?? []).flatMap((feature) => TASKS[feature]);
}

const grantOf = (account: string, tasks: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement:
      tasks.length === 0
        ? []
        : [
            {
              Effect: 'Allow',
              Principal: { AWS: account },
              Action: 'sts:AssumeRoot',
              Condition: { ArnEquals: { 'sts:TaskPolicyArn': tasks } },
            },
          ],
  });

/** Seconds, the default and the most. */
const LONGEST = 900;

/**
 * Credentials of a member's root user that are good for one task: the task policy denies everything else.
 * @throws ValidationError  400  no account or root ARN; no task policy
 * @throws AccessDenied     403  from the row: not an administrator of the member's organization, or the feature is not enabled
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
 */
export async function assumeRoot(input: Valid<AssumeRootRequest>, context: OperationContext): Promise<AssumeRootResponse> {
  const { caller, target } = context;
  const sourceIdentity = caller.session?.sourceIdentity;
  const session = {
    kind: 'AssumeRoot' as const,
    principal: { kind: 'root' as const, account: target.account, uniqueId: target.account, path: '', name: '' },
    chained: caller.session !== undefined,
    policies: { managedArns: [input.TaskPolicyArn.arn ?? ''] },
    tags: [],
    transitiveTagKeys: [],
    sourceIdentity,
    context: { 'aws:assumedroot': 'true' },
  };
  return {
    Credentials: issueCredentials(session, input.DurationSeconds ?? LONGEST, context),
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
  };
}
