import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import { packedPolicySize } from '../../authentication/session-token-size.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import { stsArn } from '../../core/arn.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Role } from '../../store/tables/iam.ts';
import { issueCredentials, sessionPolicies, sessionTags } from './session.ts';

/** Longest session, in seconds, that temporary credentials can obtain: role chaining. */
const CHAINED_LIMIT = 3600;

/**
 * Temporary credentials of a role, for whoever its trust policy and their own policies let have them.
 * @throws AccessDenied              403  the caller is a root user; or wants another source identity than its session has
 * @throws ValidationError           400  longer than the role allows, or over an hour when temporary credentials ask
 * @throws MalformedPolicyDocument, PackedPolicyTooLarge  400  session policies
 * @throws InvalidParameterValue     400  session tags
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export async function assumeRole(input: Valid<AssumeRoleRequest>, context: OperationContext<Role>): Promise<AssumeRoleResponse> {
  const { caller, target } = context;
  if (caller.principal.kind === 'root') throw new ServiceError('AccessDenied', 'Roles may not be assumed by root accounts.');
  const role = target.stored;
  // A role that does not exist trusts nobody, so nobody gets here without one.
  if (!role) throw new Error('a role that does not exist was authorised');
  const durationSeconds = input.DurationSeconds ?? 3600;
  checkDuration(durationSeconds, role, caller.session !== undefined);
  const inheritedIdentity = caller.session?.sourceIdentity;
  if (inheritedIdentity !== undefined && input.SourceIdentity !== undefined && input.SourceIdentity !== inheritedIdentity) {
    throw new ServiceError(
      'AccessDenied',
      `User: ${caller.principal.arn} is not authorized to perform: sts:SetSourceIdentity on resource: ${target.arn}`,
    );
  }
  const policies = await sessionPolicies(input, role.accountId, context);
  const { tags, transitiveTagKeys } = sessionTags(input, caller.session);
  const sourceIdentity = input.SourceIdentity ?? inheritedIdentity;
  const session = {
    kind: 'AssumeRole' as const,
    principal: {
      kind: 'role' as const,
      account: role.accountId,
      uniqueId: role.roleId,
      path: role.path,
      name: role.roleName,
      sessionName: input.RoleSessionName,
    },
    chained: caller.session !== undefined,
    policies,
    tags,
    transitiveTagKeys,
    sourceIdentity,
    // The caller's second factor stays with the caller: aws:MultiFactorAuthPresent is false for the role's session.
    context: {},
  };
  const packed = packedPolicySize(session);
  const told = policies.inline !== undefined || policies.managedArns.length > 0 || tags.length > 0;
  return {
    Credentials: issueCredentials(session, durationSeconds, context),
    AssumedRoleUser: {
      AssumedRoleId: `${role.roleId}:${input.RoleSessionName}`,
      Arn: stsArn(role.accountId, `assumed-role/${role.roleName}/${input.RoleSessionName}`),
    },
    ...(told ? { PackedPolicySize: packed } : {}),
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
  };
}

/** After authorization, so that outsiders do not learn the role's MaxSessionDuration (order unverified). */
function checkDuration(seconds: number, role: Role, chained: boolean): void {
  if (chained && seconds > CHAINED_LIMIT) {
    throw new ServiceError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (seconds > role.maxSessionDuration) {
    throw new ServiceError('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
}
