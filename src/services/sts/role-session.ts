import type { AssumedRoleUser, Credentials } from '@aws-sdk/client-sts';
import type { Session } from '../../authentication/session-token.ts';
import { packedPolicySize } from '../../authentication/session-token-size.ts';
import type { Scope } from '../../authorization/operation.ts';
import { stsArn } from '../../core/arn.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Tag } from '../../core/tag.ts';
import type { Role } from '../../store/tables/iam.ts';
import { issueCredentials, sessionPolicies } from './session.ts';

/** What is asked of a session of a role, whoever asks. */
export interface NewRoleSession {
  readonly kind: Session['kind'];
  readonly sessionName: string;
  /** Seconds. */
  readonly durationSeconds: number;
  /** Whether temporary credentials ask: role chaining. */
  readonly chained: boolean;
  /** Session policies, as in the call. */
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined;
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string | undefined;
  /** See Session. */
  readonly federatedProvider?: string | undefined;
  readonly context?: Session['context'];
}

export interface StartedRoleSession {
  readonly Credentials: Credentials;
  readonly AssumedRoleUser: AssumedRoleUser;
  readonly PackedPolicySize?: number;
  readonly SourceIdentity?: string;
}

/**
 * The session of a role, as every way of assuming one ends. Who may have it has been decided before.
 * @throws MalformedPolicyDocument, PackedPolicyTooLarge, ValidationError  400  session policies
 */
export async function startRoleSession(role: Role, asked: NewRoleSession, scope: Scope): Promise<StartedRoleSession> {
  const { sessionName, tags, transitiveTagKeys, sourceIdentity, federatedProvider } = asked;
  const policies = await sessionPolicies(asked, role.accountId, scope);
  const session = {
    kind: asked.kind,
    principal: {
      kind: 'role' as const,
      account: role.accountId,
      uniqueId: role.roleId,
      path: role.path,
      name: role.roleName,
      sessionName,
    },
    chained: asked.chained,
    policies,
    tags,
    transitiveTagKeys,
    sourceIdentity,
    ...(federatedProvider === undefined ? {} : { federatedProvider }),
    // The caller's second factor stays with the caller: aws:MultiFactorAuthPresent is false for the role's session.
    context: asked.context ?? {},
  };
  const packed = packedPolicySize(session);
  const told = policies.inline !== undefined || policies.managedArns.length > 0 || tags.length > 0;
  return {
    Credentials: issueCredentials(session, asked.durationSeconds, scope),
    AssumedRoleUser: {
      AssumedRoleId: `${role.roleId}:${sessionName}`,
      Arn: stsArn(role.accountId, `assumed-role/${role.roleName}/${sessionName}`),
    },
    ...(told ? { PackedPolicySize: packed } : {}),
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
  };
}

/** After authorization, so that outsiders do not learn the role's MaxSessionDuration (order unverified). @throws ValidationError  400 */
export function refuseOverlong(seconds: number, { maxSessionDuration }: Role): void {
  if (seconds > maxSessionDuration)
    throw new ServiceError('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
}
