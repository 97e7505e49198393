import type {
  GetFederationTokenRequest,
  GetFederationTokenResponse,
  GetSessionTokenRequest,
  GetSessionTokenResponse,
} from '@aws-sdk/client-sts';
import type { Caller } from '../../authentication/caller.ts';
import { packedPolicySize } from '../../authentication/session-token-size.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import { stsArn } from '../../core/arn.ts';
import type { Valid } from '../../model/valid.ts';
import { issueCredentials, sessionPolicies, sessionTags } from './session.ts';

const USER_DEFAULT = 43_200;
const ROOT_LIMIT = 3600;

/** Seconds; root's sessions are cut to an hour rather than refused. */
const durationOf = (asked: number | undefined, caller: Caller): number =>
  caller.principal.kind === 'root' ? Math.min(asked ?? ROOT_LIMIT, ROOT_LIMIT) : (asked ?? USER_DEFAULT);

const NO_LIMITS = { policies: { managedArns: [] }, tags: [], transitiveTagKeys: [], context: {}, chained: false } as const;

/**
 * Temporary credentials of the calling user itself, with its second factor when the call brings a code. Asks no permission.
 * @throws AccessDenied  403  the code is wrong; or the call was made with session credentials
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export async function getSessionToken(input: Valid<GetSessionTokenRequest>, context: OperationContext): Promise<GetSessionTokenResponse> {
  const { caller, account } = context;
  const root = caller.principal.kind === 'root';
  const session = {
    ...NO_LIMITS,
    kind: 'GetSessionToken' as const,
    principal: {
      kind: root ? ('root' as const) : ('user' as const),
      account,
      uniqueId: caller.userId,
      path: '/',
      name: caller.userName ?? '',
    },
    mfaAt: caller.mfaAt,
  };
  return { Credentials: issueCredentials(session, durationOf(input.DurationSeconds, caller), context) };
}

/**
 * Temporary credentials for somebody the calling user vouches for. They can do what both the user's policies and the session policies
 * allow; without a session policy, only what resource-based policies grant the federated user by name.
 * @throws MalformedPolicyDocument, PackedPolicyTooLarge, InvalidParameterValue  400
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
 */
export async function getFederationToken(
  input: Valid<GetFederationTokenRequest>,
  context: OperationContext,
): Promise<GetFederationTokenResponse> {
  const { caller, account, target } = context;
  const policies = await sessionPolicies(input, account, context);
  const { tags } = sessionTags(input, undefined);
  const session = {
    ...NO_LIMITS,
    kind: 'GetFederationToken' as const,
    principal: {
      kind: 'federated-user' as const,
      account,
      uniqueId: caller.userId,
      path: '/',
      name: caller.userName ?? '',
      sessionName: input.Name,
    },
    policies,
    tags,
  };
  const packed = packedPolicySize(session);
  const told = policies.inline !== undefined || policies.managedArns.length > 0 || tags.length > 0;
  return {
    Credentials: issueCredentials(session, durationOf(input.DurationSeconds, caller), context),
    FederatedUser: { FederatedUserId: `${account}:${input.Name}`, Arn: target.arn || stsArn(account, `federated-user/${input.Name}`) },
    PackedPolicySize: told ? packed : 0,
  };
}
