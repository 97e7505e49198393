import type { ClientCredentials } from '../sigv4/index.ts';
import { awsFiles, checkProfileName, readProfile } from './aws-profile.ts';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import { STANDARD_ENDPOINT } from './local-client.ts';

/** Who calls a server, and where it is. */
export interface Connection {
  readonly credentials: ClientCredentials;
  readonly region: string;
  readonly endpoint: string;
}

export interface ConnectionOptions {
  readonly profile?: string | undefined;
  readonly endpoint?: string | undefined;
}

/**
 * As the AWS CLI finds them: a profile that is named, else the keys of the environment, else the profile `sagegate`. Undefined when there are
 * none and no profile was named.
 * @throws Failure  2  the profile that was named has no keys
 */
export function findConnection(options: ConnectionOptions, environment: Environment): Connection | undefined {
  const named = options.profile ?? environment.AWS_PROFILE;
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN } = environment;
  // Set to nothing is not set.
  const token = AWS_SESSION_TOKEN || undefined;
  const profile = readProfile(awsFiles(environment), checkProfileName(named ?? 'sagegate'));
  const fromEnvironment = options.profile === undefined && id !== undefined && secret !== undefined;
  const credentials = fromEnvironment ? { accessKeyId: id, secretAccessKey: secret, sessionToken: token } : keysOf(profile);
  if (!credentials) {
    if (named === undefined) return undefined;
    throw new Failure(`The profile ${named} has no keys. Write it with: npx sagegate configure --profile ${named}`, 2);
  }
  return {
    credentials,
    region: environment.AWS_REGION ?? profile.region ?? 'us-east-1',
    endpoint: (
      options.endpoint ??
      environment.SAGEGATE_ENDPOINT ??
      environment.AWS_ENDPOINT_URL ??
      profile.endpoint_url ??
      STANDARD_ENDPOINT
    ).replace(/\/+$/, ''),
  };
}

function keysOf(profile: Readonly<Record<string, string>>): ClientCredentials | undefined {
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, aws_session_token: sessionToken } = profile;
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } : undefined;
}
