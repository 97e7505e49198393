import { ServiceError } from '../core/service-error.ts';
import type { Caller } from './caller.ts';

/**
 * What temporary credentials may not call, whatever the policies say. Long-term keys have no such limits.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
 * @throws InvalidClientTokenId  403  IAM with credentials of GetFederationToken, or of GetSessionToken without MFA
 * @throws AccessDenied          403  STS operations that the credentials are not for
 */
export function refuseLimitedCredential(caller: Caller, service: string, operation: string): void {
  const { session } = caller;
  if (!session) return;
  if (service === 'iam') {
    const federated = session.kind === 'GetFederationToken';
    const withoutMfa = session.kind === 'GetSessionToken' && session.mfaAt === undefined;
    if (federated || withoutMfa) throw new ServiceError('InvalidClientTokenId', 'The security token included in the request is invalid');
  }
  if (service !== 'sts' || operation === 'GetCallerIdentity') return;
  const allowed =
    session.kind === 'GetFederationToken'
      ? false
      : session.kind === 'GetSessionToken'
        ? operation === 'AssumeRole' || operation === 'GetWebIdentityToken'
        : operation !== 'GetSessionToken' && operation !== 'GetFederationToken';
  if (!allowed) throw new ServiceError('AccessDenied', `Cannot call ${operation} with session credentials`);
}
