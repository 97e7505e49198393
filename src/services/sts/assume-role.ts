import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import type { OperationContext } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Role } from '../../store/tables/iam.ts';
import { refuseOverlong, startRoleSession } from './role-session.ts';
import { sessionTags } from './session.ts';

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
  const chained = caller.session !== undefined;
  if (chained && durationSeconds > CHAINED_LIMIT) {
    throw new ServiceError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  refuseOverlong(durationSeconds, role);
  const inheritedIdentity = caller.session?.sourceIdentity;
  if (inheritedIdentity !== undefined && input.SourceIdentity !== undefined && input.SourceIdentity !== inheritedIdentity) {
    throw new ServiceError(
      'AccessDenied',
      `User: ${caller.principal.arn} is not authorized to perform: sts:SetSourceIdentity on resource: ${target.arn}`,
    );
  }
  const asked = {
    kind: 'AssumeRole' as const,
    sessionName: input.RoleSessionName,
    durationSeconds,
    chained,
    Policy: input.Policy,
    PolicyArns: input.PolicyArns,
    ...sessionTags(input, caller.session),
    sourceIdentity: input.SourceIdentity ?? inheritedIdentity,
  };
  return startRoleSession(role, asked, context);
}
