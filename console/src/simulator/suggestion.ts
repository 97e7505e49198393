import type { DecidingKind, Decision } from '../../../src/policy/index.ts';

/** What would allow a denied request: a statement, and where it belongs. */
export interface Suggestion {
  readonly where: string;
  readonly kind: DecidingKind;
  /** Undefined where an explicit Deny stands in the way: no Allow undoes it. */
  readonly statement?: string;
}

const PLACES: Readonly<Record<DecidingKind, string>> = {
  identity: 'a policy of the caller, or of one of its groups',
  boundary: "the caller's permissions boundary",
  session: 'the session policy that was given when the session was made',
  scp: 'the service control policies of the organization, at each level',
  rcp: 'the resource control policies of the organization, at each level',
  endpoint: 'the policy of the VPC endpoint',
  resource: "the resource's own policy",
  trust: "the role's trust policy",
};

/** The least that would have to be added for exactly this request to be allowed, by the layer that refused it. Undefined when it was allowed. */
export function suggestionFor(
  { outcome, decidedBy, statement }: Decision,
  { caller, action, resource }: { readonly caller: string; readonly action: string; readonly resource: string },
): Suggestion | undefined {
  if (outcome === 'allowed' || decidedBy === undefined) return undefined;
  const where = PLACES[decidedBy];
  if (outcome === 'explicitDeny') {
    const which = statement
      ? `${statement.sid ? `statement “${statement.sid}”` : `statement ${statement.index + 1}`} of ${statement.policy.name}, in `
      : '';
    // One level's denial is enough.
    return { kind: decidedBy, where: which + where.replace(', at each level', '') };
  }
  const isResource = decidedBy === 'resource' || decidedBy === 'trust' || decidedBy === 'rcp';
  const text = {
    Effect: 'Allow',
    ...(isResource && { Principal: decidedBy === 'rcp' ? '*' : { AWS: roleOf(caller) } }),
    Action: action,
    // A trust policy is of one role, and names none.
    ...(decidedBy !== 'trust' && { Resource: resource }),
  };
  return { kind: decidedBy, where, statement: JSON.stringify(text, null, 2) };
}

/** A session stands for its role in policies of resources. */
const roleOf = (arn: string): string => arn.replace(/^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/.*$/, 'arn:aws:iam::$1:role/$2');
