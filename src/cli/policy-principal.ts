import { PARTITION, parseArn } from '../core/arn.ts';
import type { ContextValue, Principal } from '../policy/index.ts';

/** Somebody who calls, and what every request of theirs says about them. */
export interface GivenPrincipal {
  readonly principal: Principal;
  readonly context: Readonly<Record<string, ContextValue>>;
}

/** What a principal may be given as, for errors. */
export const PRINCIPAL_FORMS =
  'the ARN of a user, role, role session (assumed-role/Role/Session), federated user or root user, a service such as sagemaker.amazonaws.com, or anonymous';

/** A principal by its ARN or name; undefined when it is none. Unique ids are not known here: the ARN stands for one. */
export function readPrincipal(text: string, tags: Readonly<Record<string, string>> = {}): GivenPrincipal | undefined {
  const principal = principalOf(text);
  if (!principal) return undefined;
  const { kind, account, principalArn } = principal;
  const context: Record<string, ContextValue> = {
    'aws:PrincipalArn': principalArn,
    'aws:PrincipalAccount': kind === 'service' ? undefined : account || 'anonymous',
    'aws:PrincipalType': TYPES[kind],
    'aws:PrincipalIsAWSService': kind === 'anonymous' ? undefined : String(kind === 'service'),
    'aws:PrincipalServiceName': principal.serviceNames?.[0],
    'aws:PrincipalServiceNamesList': principal.serviceNames,
    'aws:username': kind === 'user' ? text.slice(text.lastIndexOf('/') + 1) : undefined,
  };
  for (const [key, value] of Object.entries(tags)) context[`aws:PrincipalTag/${key}`] = value;
  return { principal, context };
}

const TYPES: Readonly<Record<Principal['kind'], string>> = {
  root: 'Account',
  user: 'User',
  role: 'AssumedRole',
  'federated-user': 'FederatedUser',
  service: 'Service',
  anonymous: 'Anonymous',
};

function principalOf(text: string): Principal | undefined {
  if (text === 'anonymous') return { kind: 'anonymous', account: '', arn: 'anonymous', uniqueId: 'anonymous' };
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/.test(text))
    return { kind: 'service', account: '', arn: text, uniqueId: text, serviceNames: [text] };
  const arn = parseArn(text);
  if (!arn || arn.partition !== PARTITION || !/^\d{12}$/.test(arn.account)) return undefined;
  const { account, resource } = arn;
  const common = { account, arn: text, principalArn: text, uniqueId: text };
  const [kind = '', ...rest] = resource.split('/');
  const name = rest.at(-1) ?? '';
  if (arn.service === 'iam') {
    if (resource === 'root') return { kind: 'root', ...common, uniqueId: account };
    if (name === '') return undefined;
    if (kind === 'user') return { kind: 'user', ...common };
    // A role calls by its sessions.
    return kind === 'role' ? roleSession(account, name, 'session', text) : undefined;
  }
  if (arn.service !== 'sts' || name === '') return undefined;
  if (kind === 'federated-user') return { kind: 'federated-user', ...common };
  const [role] = rest;
  return kind === 'assumed-role' && rest.length === 2 && role
    ? roleSession(account, role, name, `arn:${PARTITION}:iam::${account}:role/${role}`)
    : undefined;
}

const roleSession = (account: string, role: string, session: string, roleArn: string): Principal => ({
  kind: 'role',
  account,
  arn: `arn:${PARTITION}:sts::${account}:assumed-role/${role}/${session}`,
  principalArn: roleArn,
  roleArn,
  roleId: roleArn,
  uniqueId: `${roleArn}:${session}`,
});
