import type { AssumeRoleWithSAMLResponse, AssumeRoleWithWebIdentityResponse } from '@aws-sdk/client-sts';
import { ANONYMOUS } from '../../authentication/caller.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Pipeline } from '../pipeline.ts';
import type { ConsoleSessions, NewConsoleSession } from './console-session.ts';
import { type PageAnswer, type PageCall, refuse } from './sign-in-page.ts';

/** A role that somebody takes on by what an identity provider says of them. */
export interface RoleEntry extends Pick<NewConsoleSession, 'method' | 'signInUrl'> {
  readonly operation: 'AssumeRoleWithSAML' | 'AssumeRoleWithWebIdentity';
  readonly input: object;
  /** A path of ours, checked by `consoleDestination`. */
  readonly destination: string;
}

/** The facts of a browser's request that policies see, and the audit. */
export const browserFacts = ({ request }: PageCall, referer: string | undefined) => ({
  sourceIp: request.remoteAddress,
  secure: request.secure,
  userAgent: request.headers['user-agent'] ?? '',
  referer,
});

/**
 * Takes the role on as any client would, and signs the browser in with what comes of it.
 * @throws ServiceError  as STS says it, for a person to read
 */
export async function enterByRole(
  { request }: PageCall,
  entry: RoleEntry,
  from: ReturnType<typeof browserFacts>,
  parts: { readonly callForBrowser: Pipeline['callForBrowser']; readonly sessions: ConsoleSessions },
): Promise<PageAnswer> {
  const { operation, input, method, signInUrl, destination } = entry;
  const answer = await parts.callForBrowser(ANONYMOUS, 'sts', operation, input, from).catch((error: unknown) => {
    // A status of its own, and the sentence as it is.
    throw error instanceof ServiceError ? refuse(error.code === 'AccessDenied' ? 403 : 400, error.code, error.message) : error;
  });
  const { Credentials, AssumedRoleUser } = answer as AssumeRoleWithSAMLResponse | AssumeRoleWithWebIdentityResponse;
  const arn = AssumedRoleUser?.Arn ?? '';
  const accountId = arn.split(':')[4] ?? '';
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
    expiresAt: Credentials?.Expiration?.getTime() ?? 0,
  };
  const response = await parts.sessions.begin(request, { credentials, accountId, arn, method, signInUrl }, destination);
  return { response, caller: { arn, account: accountId } };
}
