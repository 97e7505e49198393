import { PARTITION, parseArn } from '../core/arn.ts';
import type { Reader } from '../store/store.ts';
import { type IdentityCenterInstance, identityCenterInstances } from '../store/tables/identity-center.ts';
import { delegations, organizationMemberships, organizations } from '../store/tables/organization.ts';
import type { Scope, Target } from './operation.ts';

/*
 * Which accounts an instance of IAM Identity Center answers to, for the two services that act on it: sso-admin and identitystore.
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html
 */

/** As Organizations knows it: for trusted access and delegated administrators. */
export const IDENTITY_CENTER = 'sso.amazonaws.com';

/** `ssoins-…` in the ARN of an instance, permission set or application; undefined when it is none of these, or of another partition. */
export function instanceIdOf(arn: string): string | undefined {
  const { partition, service, region, resource = '' } = parseArn(arn) ?? {};
  if (partition !== PARTITION || service !== 'sso' || region !== '') return undefined;
  const [, id] = /^(?:instance|permissionSet|application|trustedTokenIssuer)\/((?:sso)?ins-[a-zA-Z0-9-.]{16})(?:\/|$)/.exec(resource) ?? [];
  return id;
}

/** Whether an account may administer an instance: its owner, and for organization instances the delegated administrator. */
async function isAdministrator(
  reader: Reader,
  { ownerAccountId, organizationId }: IdentityCenterInstance,
  account: string,
): Promise<boolean> {
  if (account === ownerAccountId) return true;
  return organizationId !== undefined && (await reader.get(delegations, [organizationId, account, IDENTITY_CENTER])) !== undefined;
}

/** The instance, if it is in the region called and the caller's account administers it. To everybody else it does not exist. */
export async function visibleInstance(found: IdentityCenterInstance | undefined, { reader, account, region }: Scope) {
  return found?.region === region && (await isAdministrator(reader, found, account)) ? found : undefined;
}

export const findInstance = async (instanceId: string | undefined, scope: Scope): Promise<IdentityCenterInstance | undefined> =>
  instanceId === undefined ? undefined : visibleInstance(await scope.reader.get(identityCenterInstances, [instanceId]), scope);

export const findInstanceOfStore = async (identityStoreId: string, scope: Scope): Promise<IdentityCenterInstance | undefined> =>
  visibleInstance(await scope.reader.find(identityCenterInstances, 'store', [identityStoreId]), scope);

const NOBODY = '{"Version":"2012-10-17","Statement":[]}';
/** To the delegated administrator, by the service itself: within their own policies. */
const GRANT =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":["sso:*","identitystore:*"],"Resource":"*"}]}';

/**
 * A target in an instance. It belongs to the account that owns the instance; without one, to the caller's: their own policies decide, and then
 * the handler says that there is no such instance.
 */
export function inInstance<Stored>(
  instance: IdentityCenterInstance | undefined,
  { account }: Scope,
  target: Pick<Target<Stored>, 'arn' | 'stored' | 'tags'>,
): Target<Stored> {
  if (!instance || instance.ownerAccountId === account) return { ...target, account };
  return {
    ...target,
    account: instance.ownerAccountId,
    resourcePolicy: { kind: 'resource', document: NOBODY, serviceDocument: GRANT },
  };
}

/** The instance that an account's applications sign their people in with: its organization's, else its own; in this region. */
export async function instanceOfAccount(reader: Reader, account: string, region: string): Promise<IdentityCenterInstance | undefined> {
  const membership = await reader.get(organizationMemberships, [account]);
  const organization = membership && (await reader.get(organizations, [membership.organizationId]));
  for (const owner of [organization?.managementAccountId, account]) {
    const found = owner === undefined ? undefined : await reader.find(identityCenterInstances, 'owner', [owner]);
    if (found?.region === region) return found;
  }
  return undefined;
}
