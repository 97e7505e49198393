import type { PolicyKind } from '../policy/index.ts';

/** What people call the kinds. */
export const KIND_NAMES: Readonly<Record<PolicyKind, string>> = {
  identity: 'identity-based policy',
  managed: 'managed policy',
  trust: 'trust policy',
  resource: 'resource-based policy',
  session: 'session policy',
  boundary: 'permissions boundary',
  scp: 'service control policy',
  rcp: 'resource control policy',
  endpoint: 'VPC endpoint policy',
};
export const KINDS = Object.keys(KIND_NAMES) as PolicyKind[];
