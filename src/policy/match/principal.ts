import type { PrincipalElement } from '../document.ts';
import type { Principal } from '../principal.ts';

/**
 * The ways in which a Principal element can name a caller, as bits: what a resource-based Allow is worth depends on them.
 * `account` is a delegation: the account's own policies still have to agree.
 */
export const WAYS = { session: 1, user: 2, role: 4, everyone: 8, federatedUser: 16, account: 32, service: 64, provider: 128 } as const;

/** A Principal or NotPrincipal element, sorted by what its values name. */
export interface PrincipalPattern {
  readonly everyone: boolean;
  /** Account → partition that the ARN form named; empty when the id stands alone. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Users, roles, their sessions, by ARN. */
  readonly arns: ReadonlySet<string>;
  /** Users and roles, by unique id, as documents are stored. */
  readonly ids: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
}

/** Values that name nothing we know (wildcards inside, groups, canonical users) match nobody; validation refuses them earlier. */
export function compilePrincipal(element: PrincipalElement): PrincipalPattern {
  let everyone = element.everyone;
  const accounts = new Map<string, string>();
  const [arns, ids, services, providers] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { type, text } of element.entries) {
    if (type === 'Service') services.add(text);
    else if (type === 'Federated') providers.add(text);
    else if (type === 'AWS') {
      const root = accountOfRoot(text);
      if (text === '*') everyone = true;
      else if (isAccountId(text)) accounts.set(text, '');
      else if (root) {
        // Both forms present: the wider one, without a partition, stays.
        if (accounts.get(root.account) !== '') accounts.set(root.account, root.partition);
      } else if (isUniqueId(text)) ids.add(text);
      else arns.add(text);
    }
  }
  return { everyone, accounts, arns, ids, services, providers };
}

/** The ways in which the pattern names the principal; 0 when it does not. Names are compared case-sensitively. */
export function waysOf(pattern: PrincipalPattern, principal: Principal): number {
  let ways: number = pattern.everyone ? WAYS.everyone : 0;
  switch (principal.kind) {
    case 'root':
      if (namesAccount(pattern, principal)) ways |= WAYS.account;
      break;
    case 'user':
      if (namesAccount(pattern, principal)) ways |= WAYS.account;
      if (pattern.arns.has(principal.arn) || pattern.ids.has(principal.uniqueId)) ways |= WAYS.user;
      break;
    case 'role':
      if (namesAccount(pattern, principal)) ways |= WAYS.account;
      if (has(pattern.arns, principal.roleArn) || has(pattern.ids, roleId(principal))) ways |= WAYS.role;
      if (pattern.arns.has(principal.sessionArn ?? principal.arn)) ways |= WAYS.session;
      break;
    case 'federated-user':
      if (namesAccount(pattern, principal)) ways |= WAYS.account;
      if (has(pattern.arns, principal.userArn) || has(pattern.ids, principal.userId)) ways |= WAYS.user;
      if (pattern.arns.has(principal.arn)) ways |= WAYS.federatedUser;
      break;
    case 'service':
      if (principal.serviceNames?.some((name) => pattern.services.has(name))) ways |= WAYS.service;
      break;
    case 'anonymous':
      if (has(pattern.providers, principal.federatedProvider)) ways |= WAYS.provider;
      break;
  }
  return ways;
}

/**
 * Whether a NotPrincipal element exempts the principal. AWS may check the account, the role and the session one after the other, so each
 * name that a caller has must be listed: account, role and session for a role's session, account and user for a user.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function exempts(pattern: PrincipalPattern, principal: Principal): boolean {
  const ways = waysOf(pattern, principal);
  if (ways & WAYS.everyone) return true;
  const needed = NAMES[principal.kind];
  return (ways & needed) === needed;
}

const NAMES: Readonly<Record<Principal['kind'], number>> = {
  root: WAYS.account,
  user: WAYS.account | WAYS.user,
  role: WAYS.account | WAYS.role | WAYS.session,
  // (unverified) that the user who called GetFederationToken need not be listed as well.
  'federated-user': WAYS.account | WAYS.federatedUser,
  service: WAYS.service,
  anonymous: WAYS.provider,
};

function namesAccount(pattern: PrincipalPattern, principal: Principal): boolean {
  const partition = pattern.accounts.get(principal.account);
  return partition !== undefined && (partition === '' || principal.arn.startsWith(`arn:${partition}:`));
}

const has = (set: ReadonlySet<string>, value: string | undefined): boolean => value !== undefined && set.has(value);

const roleId = (principal: Principal): string => principal.roleId ?? principal.uniqueId.split(':', 1)[0] ?? '';

/** Twelve digits. */
export function isAccountId(text: string): boolean {
  if (text.length !== 12) return false;
  for (let i = 0; i < 12; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** `AIDA…` and `AROA…`: the ids of users and roles, which stored documents hold in place of ARNs. */
export function isUniqueId(text: string): boolean {
  if (text.length < 16 || text.length > 128 || !(text.startsWith('AIDA') || text.startsWith('AROA'))) return false;
  for (let i = 4; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!((code >= 48 && code <= 57) || (code >= 65 && code <= 90))) return false;
  }
  return true;
}

/** `arn:aws:iam::123456789012:root` → its account and partition. */
export function accountOfRoot(text: string): { account: string; partition: string } | undefined {
  const parts = text.split(':', 7);
  const [arn, partition = '', service, region, account = '', resource] = parts;
  if (parts.length !== 6 || arn !== 'arn' || service !== 'iam' || region !== '' || resource !== 'root' || !isAccountId(account))
    return undefined;
  return partition === '' ? undefined : { account, partition };
}
