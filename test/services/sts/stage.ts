import type { STS } from '@aws-sdk/client-sts';
import type { Credentials } from '../../harness.ts';
import { accessDenied, type Stage, trust } from '../iam/stage.ts';

/** The credentials in an answer, as a client takes them. */
export function credentialsOf(answer: {
  Credentials?:
    | {
        AccessKeyId: string | undefined;
        SecretAccessKey: string | undefined;
        SessionToken: string | undefined;
        Expiration?: Date | undefined;
      }
    | undefined;
}): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('the answer has no credentials');
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** Seconds that the credentials in an answer last, by the server's clock, which must stand still. */
export const secondsOf = (s: Stage, answer: { Credentials?: { Expiration: Date | undefined } | undefined }): number =>
  Math.ceil(((answer.Credentials?.Expiration?.getTime() ?? Number.NaN) - s.server.clock.now()) / 1000);

let count = 0;
/** A name that nobody has yet. */
export const fresh = (stem = 'x'): string => `${stem}-${++count}`;

/** A role of the stage's account; whom it trusts by default is its account. Its ARN, and how to assume it. */
export async function makeRole(
  s: Stage,
  settings: { name?: string; path?: string; trusts?: string; may?: string; maxSeconds?: number; tags?: Record<string, string> } = {},
) {
  const { name = fresh('role'), path, trusts = trust({ AWS: s.account.id }), may, maxSeconds, tags } = settings;
  const { Role } = await s.iam.createRole({
    RoleName: name,
    AssumeRolePolicyDocument: trusts,
    ...(path && { Path: path }),
    ...(maxSeconds && { MaxSessionDuration: maxSeconds }),
    ...(tags && { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
  });
  if (may) await s.iam.putRolePolicy({ RoleName: name, PolicyName: 'may', PolicyDocument: may });
  const arn = Role?.Arn ?? '';
  return {
    arn,
    name,
    id: Role?.RoleId ?? '',
    assume: (who: Credentials, more: Partial<Parameters<STS['assumeRole']>[0]> = {}) =>
      s.sts(who).assumeRole({ RoleArn: arn, RoleSessionName: 'session', ...more }),
  };
}

/** A denial of STS: the base sentence and nothing more. */
export const notAuthorized = (call: Promise<unknown>, caller: string, action: string, resource: string): Promise<void> =>
  accessDenied(call, `User: ${caller} is not authorized to perform: ${action} on resource: ${resource}`);

export const userArn = (s: Stage, name: string): string => `arn:aws:iam::${s.account.id}:user/${name}`;
export const sessionArn = (s: Stage, role: string, session = 'session'): string =>
  `arn:aws:sts::${s.account.id}:assumed-role/${role}/${session}`;
