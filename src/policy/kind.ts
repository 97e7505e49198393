/**
 * The kinds of policy. `identity` is an inline identity-based policy, `managed` a customer managed one (its grammar differs only in that
 * the version is required); `resource` is any resource-based policy but a role's trust policy.
 */
export type PolicyKind = 'identity' | 'managed' | 'trust' | 'resource' | 'session' | 'boundary' | 'scp' | 'rcp' | 'endpoint';

/** Kinds whose statements name principals. */
export const namesPrincipals = (kind: PolicyKind): boolean =>
  kind === 'trust' || kind === 'resource' || kind === 'rcp' || kind === 'endpoint';
