import { isAccountActive } from '../../authentication/principals.ts';
import type { ResourceType, Scope, Target } from '../../authorization/operation.ts';
import { PARTITION, parseArn, stsArn } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import { ServiceError } from '../../core/service-error.ts';
import { type Role, roles } from '../../store/tables/iam.ts';

/**
 * A trust policy that lets nobody in: a role that does not exist, or whose account is suspended or closed, is refused in the same words as one that does not
 * trust the caller.
 */
const NOBODY = '{"Version":"2012-10-17","Statement":[]}';

/** The role to be assumed, in whichever account; found by the name in its ARN, and only if path and spelling agree. */
export const role: ResourceType<{ readonly RoleArn: string }, Role> = {
  name: 'role',
  arn: 'arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}',
  locate: (input, scope) => locateRole(input.RoleArn, scope),
};

async function locateRole(arn: string, { installation }: Scope): Promise<Target<Role>> {
  const parsed = parseRoleArn(arn);
  const name = parsed.resource.slice(parsed.resource.lastIndexOf('/') + 1);
  const found = await installation.authorizationView.get(roles, [parsed.account, foldCase(name)]);
  const isMeant = found && `role${found.path}${found.roleName}` === parsed.resource;
  const stored = isMeant && (await isAccountActive(installation.store, parsed.account)) ? found : undefined;
  return {
    arn,
    account: parsed.account,
    stored,
    tags: stored?.tags,
    resourcePolicy: { kind: 'trust', document: stored?.trustPolicy ?? NOBODY },
  };
}

/** The account and the rest of a role's ARN. @throws ValidationError  400  it is none */
export function parseRoleArn(arn: string): { readonly account: string; readonly resource: string } {
  const parsed = parseArn(arn);
  const isRole = parsed?.partition === PARTITION && parsed.service === 'iam' && parsed.region === '' && parsed.resource.startsWith('role/');
  if (!isRole || !/^\d{12}$/.test(parsed.account)) throw new ServiceError('ValidationError', `${arn} is invalid`);
  return parsed;
}

/** The caller's own session, of which tokens speak. */
export const ownSession: ResourceType<object> = {
  name: 'self-session',
  arn: 'arn:${Partition}:sts::${Account}:self',
  locate: (_input, { account }) => ({ arn: stsArn(account, 'self'), account }),
};

/** The session that GetFederationToken is about to make. */
export const newFederatedUser: ResourceType<{ readonly Name: string }> = {
  name: 'federated-user',
  arn: 'arn:${Partition}:sts::${Account}:federated-user/${FederatedUserName}',
  locate: (input, { account }) => ({ arn: stsArn(account, `federated-user/${input.Name}`), account }),
};
