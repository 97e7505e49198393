/** A policy that AWS keeps attached in organizations. */
export interface FullAccessPolicy {
  readonly id: string;
  readonly arn: string;
  readonly type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';
  readonly name: string;
  readonly description: string;
  readonly content: string;
}

/**
 * The policies that allow everything, by policy type: attached everywhere when their type is enabled. AWS has no others of its own.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
 */
export const FULL_ACCESS_POLICIES: readonly FullAccessPolicy[] = [
  {
    id: 'p-FullAWSAccess',
    arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
    type: 'SERVICE_CONTROL_POLICY',
    name: 'FullAWSAccess',
    description: 'Allows access to every operation',
    content: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  },
  {
    id: 'p-RCPFullAWSAccess',
    arn: 'arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess',
    type: 'RESOURCE_CONTROL_POLICY',
    name: 'RCPFullAWSAccess',
    // (unverified)
    description: 'Allows all access to every resource',
    content: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
  },
];

/** The one of AWS's own with this id. */
export const fullAccessPolicy = (id: string): FullAccessPolicy | undefined => FULL_ACCESS_POLICIES.find((policy) => policy.id === id);

/** The one that is attached when a type is enabled. */
export const fullAccessPolicyOf = (type: string): FullAccessPolicy | undefined =>
  FULL_ACCESS_POLICIES.find((policy) => policy.type === type);
