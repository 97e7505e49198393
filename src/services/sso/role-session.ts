import type { Session } from '../../authentication/session-token.ts';
import type { AssignedRole } from '../../authorization/assigned-role.ts';
import type { Installation } from '../../authorization/installation.ts';
import { accessKeyId, secretAccessKey } from '../../core/id.ts';
import { providerArnOf, SIGN_IN_AUDIENCE } from '../../store/reserved-role.ts';
import type { Reader } from '../../store/store.ts';
import { roles } from '../../store/tables/iam.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';
import type { IdentityUser } from '../../store/tables/identity-store.ts';
import { sessionTagsOf } from './session-tag.ts';

/** Temporary credentials of a permission set's role. `expiresAt` in milliseconds since the epoch. */
export interface RoleSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: number;
  /** `arn:aws:sts::…:assumed-role/AWSReservedSSO_…/alice` */
  readonly arn: string;
}

/**
 * What IAM takes for the name of a session: other characters of a user name become hyphens, and one of a single character is lengthened
 * (unverified for both).
 */
export function sessionNameOf({ attributes }: IdentityUser): string {
  const name = attributes.UserName.replace(/[^\w+=,.@-]/g, '-').slice(0, 64);
  return name.length < 2 ? `${name}-` : name;
}

/**
 * Signs a user in to a role that they are assigned: a session as AssumeRoleWithSAML gives it on AWS, as long as the permission set says, with
 * the user's attributes as tags and `identitystore:UserId` among its keys.
 * @returns undefined when the role is gone, or an attribute cannot be a tag
 */
export async function openRoleSession(
  reader: Reader,
  { random, sessionTokens }: Pick<Installation, 'random' | 'sessionTokens'>,
  instance: IdentityCenterInstance,
  user: IdentityUser,
  { accountId, permissionSet, provisioned }: AssignedRole,
  now: number,
): Promise<RoleSession | undefined> {
  const role = await reader.find(roles, 'id', [provisioned.roleId]);
  const tags = sessionTagsOf(instance, user);
  if (!role || !tags) return undefined;
  const sessionName = sessionNameOf(user);
  const provider = providerArnOf(accountId, instance);
  // Whole seconds, so that what the client is told is what the token says.
  const issuedAt = now - (now % 1000);
  const session: Session = {
    kind: 'AssumeRoleWithSAML',
    accessKeyId: accessKeyId('ASIA', accountId, random),
    secretAccessKey: secretAccessKey(random),
    principal: { kind: 'role', account: accountId, uniqueId: role.roleId, path: role.path, name: role.roleName, sessionName },
    issuedAt,
    expiresAt: issuedAt + permissionSet.sessionDuration * 1000,
    chained: false,
    policies: { managedArns: [] },
    tags,
    transitiveTagKeys: [],
    federatedProvider: provider,
    context: {
      'identitystore:userid': user.userId,
      'identitystore:identitystorearn': `arn:aws:identitystore::${instance.ownerAccountId}:identitystore/${instance.identityStoreId}`,
      'saml:aud': SIGN_IN_AUDIENCE,
    },
  };
  return {
    accessKeyId: session.accessKeyId,
    secretAccessKey: session.secretAccessKey,
    sessionToken: sessionTokens.issueSessionToken(session),
    expiresAt: session.expiresAt,
    arn: `arn:aws:sts::${accountId}:assumed-role/${role.roleName}/${sessionName}`,
  };
}
